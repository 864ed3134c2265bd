//! What changes of writing moved, as a table and as JSON.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::classifier::Classifier;
use crate::language::Language;
use crate::robustness::{Counts, Kind, Robustness, Row};

/// At most so many titles are named in the table.
const NAMED: usize = 20;

/// What was counted, and with which model.
#[derive(Debug, Clone)]
pub struct Report {
    model: String,
    robustness: Robustness,
}

impl Report {
    /// What `classifier` was found to do.
    pub fn new(classifier: &Classifier, robustness: Robustness) -> Self {
        Self { model: classifier.fingerprint().to_string(), robustness }
    }

    /// The counts as JSON.
    pub fn to_json(&self) -> Value {
        let row = |row: &Row| {
            let languages: Map<String, Value> =
                row.languages.iter().map(|(language, counts)| (language.name().to_owned(), figures(counts))).collect();
            json!({ "change": row.change.name, "kind": row.change.kind, "all": figures(&row.all), "languages": languages })
        };
        json!({
            "model": self.model,
            "postings": self.robustness.postings,
            "changes": self.robustness.rows.iter().map(row).collect::<Vec<_>>(),
            "gender_in_titles": self.robustness.titles,
        })
    }
}

fn figures(counts: &Counts) -> Value {
    json!({ "postings": counts.postings, "flips": counts.flips, "flip_rate": counts.flip_rate(), "mean_shift": counts.mean_shift() })
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { model, robustness } = self;
        let languages = robustness.languages();
        writeln!(f, "Model {model} on {} postings, each judged as it is and after every change.", robustness.postings)?;
        writeln!(
            f,
            "Flips: calls that changed, of the postings that the change touched. Shift: how far the probability of account work and of project"
        )?;
        writeln!(f, "work moved on average, in points of per cent.\n")?;
        let mut header = format!("{:<38} {:>9}  {:<16} {:>7} {:>7}", "change", "postings", "  flips", "account", "project");
        for language in &languages {
            header = format!("{header}   {:<16}", format!("  flips, {}", language.name()));
        }
        writeln!(f, "{}", header.trim_end())?;
        for kind in Kind::ALL {
            writeln!(f, "\n{}", kind.says())?;
            for row in robustness.rows.iter().filter(|row| row.change.kind == kind) {
                write_row(f, row, &languages)?;
            }
        }
        self.write_titles(f)
    }
}

fn write_row(f: &mut fmt::Formatter<'_>, row: &Row, languages: &[Language]) -> fmt::Result {
    let shift = row.all.mean_shift();
    let points = |shift: Option<f64>| shift.map_or("–".to_owned(), |shift| format!("{:.2}", 100.0 * shift));
    let (account, project) = (points(shift.map(|shift| shift.account)), points(shift.map(|shift| shift.project)));
    let mut line =
        format!("  {:<36} {:>9}  {:<16} {account:>7} {project:>7}", row.change.name, row.all.postings, flips(&row.all));
    for language in languages {
        let counts = row.languages.get(language).copied().unwrap_or_default();
        line = format!("{line}   {:<16}", flips(&counts));
    }
    writeln!(f, "{}", line.trim_end())
}

fn flips(counts: &Counts) -> String {
    match counts.flip_rate() {
        Some(rate) => format!("{:>4} ({:>5.2} %)", counts.flips, 100.0 * rate),
        None => "   –".to_owned(),
    }
}

impl Report {
    /// The audit of gender forms in titles.
    fn write_titles(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let titles = &self.robustness.titles;
        writeln!(f, "\nGender forms of titles alone: {} titles in {} forms;", titles.titles, titles.forms)?;
        writeln!(
            f,
            "{} calls moved, no probability moved by more than {:.4} points.",
            titles.moved.len(),
            100.0 * titles.farthest
        )?;
        for moved in titles.moved.iter().take(NAMED) {
            writeln!(f, "  {} {:?} → {:?}: {} → {}", moved.id, moved.title, moved.changed, moved.from, moved.to)?;
        }
        match titles.moved.len().saturating_sub(NAMED) {
            0 => Ok(()),
            more => writeln!(f, "  and {more} more"),
        }
    }
}
