//! An evaluation as text and as JSON.

use std::fmt::{self, Write};

use serde_json::{Value, json};

use super::curve::{self, Point};
use crate::baseline;
use crate::metrics::{self, Confusion, Interval, Judged, RoleFigures};
use crate::role::Role;

/// A labelled posting with what the model and the baselines call it.
#[derive(Debug, Clone)]
pub struct Case {
    /// Truth and the model's call.
    pub judged: Judged,
    /// The model's call with the title hidden; `None` where that was not tried.
    pub untitled: Option<Judged>,
    /// What keywords in the title say.
    pub keywords: Role,
    /// `de`, `en` or another.
    pub language: &'static str,
    /// Where the posting was found; empty where it is not known.
    pub source: String,
    /// What kind of title it has; empty where it is not known.
    pub title_kind: String,
    /// Whether one of the first three key phrases overlaps a place that the reader quoted; `None` where that cannot be said.
    pub phrase_hit: Option<bool>,
}

/// All that is known about how good a model is.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// How it was measured, in one sentence.
    pub method: String,
    /// The postings.
    pub cases: Vec<Case>,
    /// The learning curve; empty where none was asked for.
    pub curve: Vec<Point>,
}

/// A group with fewer postings gets no figure of its own.
const SMALLEST_GROUP: usize = 20;

impl Evaluation {
    /// The model's calls of the cases that `keep` wants.
    pub(super) fn judged(&self, keep: impl Fn(&Case) -> bool) -> Vec<Judged> {
        self.cases.iter().filter(|case| keep(case)).map(|case| case.judged).collect()
    }

    /// The rows of the first table: system, and its calls.
    fn systems(&self, keep: impl Fn(&Case) -> bool) -> Vec<(&'static str, Vec<Judged>)> {
        let kept: Vec<&Case> = self.cases.iter().filter(|case| keep(case)).collect();
        let majority = baseline::majority(kept.iter().map(|case| case.judged.truth));
        let called = |case: &Case, called: Role| Judged { called, probability: 1.0, ..case.judged };
        let mut systems = vec![("rolecall", kept.iter().map(|case| case.judged).collect::<Vec<_>>())];
        let untitled: Vec<Judged> = kept.iter().filter_map(|case| case.untitled).collect();
        if untitled.len() == kept.len() {
            systems.push(("rolecall, title hidden", untitled));
        }
        systems.push(("title keywords", kept.iter().map(|case| called(case, case.keywords)).collect()));
        systems.push(("majority", kept.iter().map(|case| called(case, majority)).collect()));
        systems
    }

    /// The languages that have enough postings, and all of them.
    fn languages(&self) -> Vec<&'static str> {
        let enough = |language: &&str| self.cases.iter().filter(|case| case.language == *language).count() >= SMALLEST_GROUP;
        ["en", "de"].into_iter().filter(|language| enough(language)).collect()
    }

    /// In how many postings the key phrases met a quoted passage, and in how many they could.
    fn phrase_hits(&self) -> (usize, usize) {
        let known = self.cases.iter().filter_map(|case| case.phrase_hit);
        (known.clone().filter(|hit| *hit).count(), known.count())
    }

    /// The figures as JSON.
    pub fn to_json(&self) -> Value {
        let all = self.judged(|_| true);
        let by_language: serde_json::Map<String, Value> = self
            .languages()
            .into_iter()
            .map(|language| (language.to_owned(), figures(&self.judged(|case| case.language == language))))
            .collect();
        let baselines: serde_json::Map<String, Value> = self
            .systems(|_| true)
            .into_iter()
            .skip(1)
            .map(|(name, judged)| (name.to_owned(), json!(metrics::macro_f1(&metrics::confusion(&judged)))))
            .collect();
        let (hits, of) = self.phrase_hits();
        let phrases = json!({ "hits": hits, "postings": of });
        let mut report = json!({ "phrases": phrases, "method": self.method, "all": figures(&all), "languages": by_language, "baselines_macro_f1": baselines });
        if !self.curve.is_empty() {
            report["learning_curve"] = json!(self.curve);
        }
        report
    }
}

fn macro_f1(judged: &[Judged]) -> f64 {
    metrics::macro_f1(&metrics::confusion(judged))
}

fn role_f1(judged: &[Judged], role: Role) -> f64 {
    metrics::role_figures(&metrics::confusion(judged), role).f1.unwrap_or(0.0)
}

/// One of the figures of a role.
type Figure = fn(RoleFigures) -> Option<f64>;

const PRECISION: Figure = |figures| figures.precision;
const RECALL: Figure = |figures| figures.recall;
const F1: Figure = |figures| figures.f1;

/// A figure of `role` with its interval; zero in resamples where there is nothing to divide by.
fn role_interval(judged: &[Judged], role: Role, figure: Figure) -> Interval {
    metrics::bootstrap(judged, |calls| figure(metrics::role_figures(&metrics::confusion(calls), role)).unwrap_or(0.0))
}

fn accuracy(judged: &[Judged]) -> f64 {
    metrics::accuracy(&metrics::confusion(judged))
}

/// All figures of a set of calls.
fn figures(judged: &[Judged]) -> Value {
    let confusion = metrics::confusion(judged);
    let role = |role: Role| {
        let figures = metrics::role_figures(&confusion, role);
        let interval = |figure: Figure| figure(figures).map(|_| role_interval(judged, role, figure));
        json!({
            "precision": interval(PRECISION), "recall": interval(RECALL), "f1": interval(F1), "postings": figures.postings,
        })
    };
    json!({
        "postings": judged.len(),
        "macro_f1": metrics::bootstrap(judged, macro_f1),
        "accuracy": metrics::bootstrap(judged, accuracy),
        "calibration_error": metrics::bootstrap(judged, metrics::calibration_error),
        "roles": Role::ALL.iter().map(|&one| (one.name().to_owned(), role(one))).collect::<serde_json::Map<_, _>>(),
        "confusion": confusion,
        "calibration": metrics::calibration_curve(judged),
        "coverage": metrics::coverage_curve(judged),
    })
}

/// `72.4 [70.1–74.6]`, in per cent.
pub(super) fn percent(interval: Interval) -> String {
    format!("{:.1} [{:.1}–{:.1}]", 100.0 * interval.value, 100.0 * interval.low, 100.0 * interval.high)
}

/// `0.021 [0.017–0.030]`
pub(super) fn plain(interval: Interval) -> String {
    format!("{:.3} [{:.3}–{:.3}]", interval.value, interval.low, interval.high)
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.method)?;
        self.write_systems(f)?;
        let all = self.judged(|_| true);
        write_roles(f, &all)?;
        write_confusion(f, &metrics::confusion(&all))?;
        write_curves(f, &all)?;
        curve::write(f, &self.curve)?;
        let (hits, of) = self.phrase_hits();
        if of > 0 {
            let share = 100.0 * hits as f64 / of as f64;
            writeln!(
                f,
                "\nKey phrases: one of the first three overlaps a passage that the reader quoted in {share:.1} % of {of} postings with a role."
            )?;
        }
        self.write_groups(f, "source", |case| &case.source)?;
        self.write_groups(f, "title kind", |case| &case.title_kind)
    }
}

impl Evaluation {
    /// The table of systems by language: the model beside what it must beat.
    fn write_systems(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Figures in per cent, with 95 % bootstrap intervals; all postings are called (coverage 100 %).\n")?;
        writeln!(
            f,
            "{:<10} {:<24} {:>20} {:>20} {:>20} {:>22}",
            "language", "system", "macro-F1", "accuracy", "F1 of mixed", "calibration error"
        )?;
        let languages = std::iter::once(None).chain(self.languages().into_iter().map(Some));
        for language in languages {
            for (name, judged) in self.systems(|case| language.is_none_or(|language| case.language == language)) {
                let figure = |figure: fn(&[Judged]) -> f64| percent(metrics::bootstrap(&judged, figure));
                let calibration = if name.starts_with("rolecall") {
                    plain(metrics::bootstrap(&judged, metrics::calibration_error))
                } else {
                    "–".to_owned()
                };
                writeln!(
                    f,
                    "{:<10} {:<24} {:>20} {:>20} {:>20} {:>22}",
                    language.unwrap_or("all"),
                    name,
                    figure(macro_f1),
                    figure(accuracy),
                    figure(|calls| role_f1(calls, Role::Mixed)),
                    calibration
                )?;
            }
        }
        Ok(())
    }

    /// A table by `group`, for groups that have enough postings.
    fn write_groups(&self, f: &mut fmt::Formatter<'_>, name: &str, group: impl Fn(&Case) -> &String) -> fmt::Result {
        let mut groups: std::collections::BTreeMap<&str, Vec<Judged>> = std::collections::BTreeMap::new();
        for case in &self.cases {
            groups.entry(group(case)).or_default().push(case.judged);
        }
        groups.retain(|name, judged| !name.is_empty() && judged.len() >= SMALLEST_GROUP);
        if groups.len() < 2 {
            return Ok(());
        }
        writeln!(f, "\n{name:<28} {:>9} {:>20} {:>20}", "postings", "macro-F1", "accuracy")?;
        for (name, judged) in groups {
            let figure = |figure: fn(&[Judged]) -> f64| percent(metrics::bootstrap(&judged, figure));
            writeln!(f, "{name:<28} {:>9} {:>20} {:>20}", judged.len(), figure(macro_f1), figure(accuracy))?;
        }
        Ok(())
    }
}

fn write_roles(f: &mut fmt::Formatter<'_>, judged: &[Judged]) -> fmt::Result {
    let confusion = metrics::confusion(judged);
    writeln!(f, "\n{:<16} {:>9} {:>20} {:>20} {:>20}", "role", "postings", "precision", "recall", "F1")?;
    for role in Role::ALL {
        let figures = metrics::role_figures(&confusion, role);
        let cell = |figure: Figure| figure(figures).map_or("–".to_owned(), |_| percent(role_interval(judged, role, figure)));
        writeln!(f, "{role:<16} {:>9} {:>20} {:>20} {:>20}", figures.postings, cell(PRECISION), cell(RECALL), cell(F1))?;
    }
    Ok(())
}

fn write_confusion(f: &mut fmt::Formatter<'_>, confusion: &Confusion) -> fmt::Result {
    let mut header = format!("\n{:<16}", "labelled ↓ called →");
    for role in Role::ALL {
        write!(header, " {:>16}", role.name())?;
    }
    writeln!(f, "{header}")?;
    for role in Role::ALL {
        write!(f, "{:<19}", role.name())?;
        for count in confusion[role.index()] {
            write!(f, " {count:>16}")?;
        }
        writeln!(f)?;
    }
    Ok(())
}

fn write_curves(f: &mut fmt::Formatter<'_>, judged: &[Judged]) -> fmt::Result {
    writeln!(
        f,
        "\nCalibration: calls by probability, ten bins of equal count\n{:>12} {:>9} {:>9}",
        "probability", "right", "postings"
    )?;
    for bin in metrics::calibration_curve(judged) {
        writeln!(f, "{:>12.3} {:>9.3} {:>9}", bin.probability, bin.accuracy, bin.postings)?;
    }
    let header = ["coverage", "probability at least", "accuracy", "macro-F1"];
    writeln!(f, "\nCoverage: the surest calls alone\n{:>9} {:>22} {:>20} {:>20}", header[0], header[1], header[2], header[3])?;
    for point in metrics::coverage_curve(judged) {
        let (accuracy, macro_f1) = (percent(point.accuracy), percent(point.macro_f1));
        writeln!(f, "{:>7.0} % {:>22.3} {accuracy:>20} {macro_f1:>20}", 100.0 * point.coverage, point.threshold)?;
    }
    Ok(())
}
