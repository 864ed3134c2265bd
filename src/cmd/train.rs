//! `rolecall train`

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use rolecall::cli::Train;
use rolecall::learn::calibrate;
use rolecall::learn::corpus::{Corpus, Sources};
use rolecall::learn::cross_fit::{OutOfFold, cross_fit_with};
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
    let validated = cross_validate(&corpus, std::slice::from_ref(&settings), HoldOut::Groups, args.quiet)?;
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

/// Writes `evaluation` to each of `files`: as JSON or as a picture where the name ends so, else as text.
pub(crate) fn write_reports(files: &[PathBuf], evaluation: &Evaluation) -> Result<(), Error> {
    for file in files {
        let written = match file.extension().and_then(|ending| ending.to_str()) {
            Some("json") => {
                serde_json::to_string_pretty(&evaluation.to_json()).map_err(|error| Error::Output(error.into()))? + "\n"
            }
            Some("svg") => plots::svg(evaluation),
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

/// Cross-validates the way of training on `corpus`, with progress on standard error. Of several `candidates`, each fold chooses its settings by itself.
pub(crate) fn cross_validate<'c>(
    corpus: &'c Corpus,
    candidates: &[Settings],
    hold_out: HoldOut,
    quiet: bool,
) -> Result<Validated<'c>, Error> {
    let prepared = Prepared::new(corpus)?;
    let folds = match hold_out {
        HoldOut::Groups => prepared.folds(&TrainPart::all(corpus.examples.len()), &candidates[0]),
        HoldOut::Sources => prepared.sources(),
    };
    if folds.len() < 2 {
        return Err(Error::Corpus("the postings are of one source (key \"source\"), so none can be left out".to_owned()));
    }
    let start = Instant::now();
    let done = AtomicUsize::new(0);
    let progress = |_| {
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if !quiet {
            let left = start.elapsed().as_secs_f64() / done as f64 * (folds.len() - done) as f64;
            tell(&format!("cross-validating: fold {done} of {} done, about {left:.0} s left", folds.len()));
        }
    };
    let chosen: Vec<AtomicUsize> = candidates.iter().map(|_| AtomicUsize::new(0)).collect();
    let choose = |fold: &Fold| {
        let best = nested::choose(&prepared, fold, candidates)?;
        chosen[best].fetch_add(1, Ordering::Relaxed);
        Ok(candidates[best].clone())
    };
    let judged = cross_fit_with(&prepared, &folds, &choose, &progress)?;
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
    let evaluation = judge::cross_validated(&prepared, &judged, method)?;
    Ok(Validated { prepared, judged, evaluation })
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
