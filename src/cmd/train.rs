//! `rolecall train`

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rolecall::cli::Train;
use rolecall::learn::calibrate;
use rolecall::learn::corpus::{Corpus, Sources};
use rolecall::learn::cross_fit::{OutOfFold, cross_fit_with};
use rolecall::learn::curve;
use rolecall::learn::nested;
use rolecall::learn::split::{Fold, TrainPart};
use rolecall::learn::trainer::{self, Prepared};
use rolecall::report::evaluation::Evaluation;
use rolecall::report::{judge, plots};
use rolecall::{Error, HeldOut, Settings, model_file};

use super::output::tell;
use super::{Outcome, output, settings};

/// Trains a model and writes it, with its evaluation where one is asked for.
pub(crate) fn run(args: &Train) -> Result<Outcome, Error> {
    let start = Instant::now();
    let settings = settings(args.settings.as_deref())?;
    output::try_out(&args.output)?;
    args.report.iter().try_for_each(|report| output::try_out(report))?;
    let sources = Sources {
        corpus: Some(args.sources.corpus.clone()),
        postings: args.sources.postings.clone(),
        labels: args.sources.labels.clone(),
    };
    let corpus = Corpus::load(&sources)?;
    if !args.quiet {
        tell(&format!("{} labelled postings: {}", corpus.examples.len(), trainer::counts(&corpus.examples)));
    }
    let way = Way { candidates: std::slice::from_ref(&settings), hold_out: HoldOut::Groups, has_curve: false };
    let validated = cross_validate(&corpus, &way, args.quiet)?;
    if !args.quiet {
        tell("fitting the model on all postings");
    }
    let mut model = trainer::fit(&validated.prepared, &TrainPart::all(corpus.examples.len()), &settings)?;
    (model.card.calibration, model.card.decision) = calibrate::calibrate(&validated.prepared, &validated.judged)?;
    model.card.held_out = Some(judge::summary(&validated.evaluation));
    let bytes = model_file::to_bytes(&model);
    output::write(&args.output, &bytes)?;
    write_reports(&args.report, &validated.evaluation)?;
    if !args.quiet {
        let HeldOut { macro_f1, accuracy, .. } = judge::summary(&validated.evaluation);
        tell(&format!("cross-validated: macro-F1 {:.1} %, accuracy {:.1} %", 100.0 * macro_f1, 100.0 * accuracy));
        tell(&format!("wrote {} ({} bytes) in {:.0} s", args.output.display(), bytes.len(), start.elapsed().as_secs_f64()));
    }
    Ok(Outcome::Done)
}

/// Writes `evaluation` to each of `files`: as JSON, as a picture or as a page where the name ends so, else as text.
pub(crate) fn write_reports(files: &[PathBuf], evaluation: &Evaluation) -> Result<(), Error> {
    for file in files {
        let written = match file.extension().and_then(|ending| ending.to_str()) {
            Some("json") => {
                serde_json::to_string_pretty(&evaluation.to_json()).map_err(|error| Error::Output(error.into()))? + "\n"
            }
            Some("svg") => plots::svg(evaluation),
            Some("html") => plots::page(evaluation),
            _ => evaluation.to_string(),
        };
        output::write(file, written.as_bytes())?;
    }
    Ok(())
}

/// A corpus judged by cross-validation.
pub(crate) struct Validated<'c> {
    /// The corpus, read and grouped.
    pub prepared: Prepared<'c>,
    /// Held-out scores of the postings that judge.
    pub judged: OutOfFold,
    /// The figures.
    pub evaluation: Evaluation,
}

/// What a cross-validation holds out at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HoldOut {
    /// A part of the employers and near-copies.
    Groups,
    /// A source.
    Sources,
}

/// How to cross-validate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'s> {
    /// Settings; of several, each fold chooses its own by itself.
    pub candidates: &'s [Settings],
    /// What is held out at a time.
    pub hold_out: HoldOut,
    /// Judge models of a part of the postings, too.
    pub has_curve: bool,
}

/// Cross-validates the way of training on `corpus`, with progress on standard error.
pub(crate) fn cross_validate<'c>(corpus: &'c Corpus, way: &Way<'_>, quiet: bool) -> Result<Validated<'c>, Error> {
    let Way { candidates, hold_out, has_curve } = *way;
    let prepared = Prepared::new(corpus)?;
    let folds = match hold_out {
        HoldOut::Groups => prepared.folds(&TrainPart::all(corpus.examples.len()), &candidates[0]),
        HoldOut::Sources => prepared.sources(),
    };
    if folds.len() < 2 {
        return Err(Error::Corpus("the postings are of one source (key \"source\"), so none can be left out".to_owned()));
    }
    let chosen: Vec<AtomicUsize> = candidates.iter().map(|_| AtomicUsize::new(0)).collect();
    let choose = |fold: &Fold| {
        let best = nested::choose(&prepared, fold, candidates)?;
        chosen[best].fetch_add(1, Ordering::Relaxed);
        Ok(candidates[best].clone())
    };
    let judged = cross_fit_with(&prepared, &folds, &choose, &progress("cross-validating", folds.len(), quiet))?;
    let mut method = method(&prepared, &judged, folds.len(), hold_out);
    if candidates.len() > 1 {
        let times: Vec<String> = chosen.iter().map(|count| count.load(Ordering::Relaxed).to_string()).collect();
        let nested = format!(
            " Nested: each fold chose one of {} settings by a cross-validation inside its training part; chosen {} times.",
            candidates.len(),
            times.join(", ")
        );
        method.push_str(&nested);
    }
    let mut evaluation = judge::cross_validated(&prepared, &judged, method)?;
    if has_curve {
        // Each part chooses among the candidates again; how often which was chosen is told of the whole.
        let choose = |fold: &Fold| Ok(candidates[nested::choose(&prepared, fold, candidates)?].clone());
        let models = folds.len() * (curve::SHARES.len() - 1);
        let progress = progress("learning curve", models, quiet);
        let mut steps = curve::steps(&prepared, &folds, candidates[0].seed, &choose, &progress)?;
        steps.push(curve::last(&prepared, &folds, judged.clone()));
        evaluation.curve = steps.iter().map(|step| judge::point(&prepared, step)).collect::<Result<_, _>>()?;
    }
    Ok(Validated { prepared, judged, evaluation })
}

/// Says on standard error how many of `all` models are done.
fn progress(what: &'static str, all: usize, quiet: bool) -> impl Fn(usize) + Sync {
    let (start, done) = (Instant::now(), AtomicUsize::new(0));
    move |_| {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if !quiet {
            let left = start.elapsed().as_secs_f64() / done as f64 * (all - done) as f64;
            tell(&format!("{what}: fold {done} of {all} done, about {left:.0} s left"));
        }
    }
}

/// How it was measured, in words.
fn method(prepared: &Prepared<'_>, judged: &OutOfFold, folds: usize, hold_out: HoldOut) -> String {
    let postings = judged.0.len();
    let how = match hold_out {
        HoldOut::Groups => format!(
            "{folds}-fold cross-validation on {postings} labelled postings; postings of one employer and near-copies are held out together"
        ),
        HoldOut::Sources => format!(
            "Leave one source out, on {postings} labelled postings: each of {folds} sources (small ones together) is judged by a model that saw no posting \
             of it, and none of the same employers or near-copies"
        ),
    };
    let training = prepared.corpus.examples.len();
    format!("{how}; calibration and thresholds come from the other folds. {training} postings in training.")
}
