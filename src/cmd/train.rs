//! `rolecall train`

use std::time::Instant;

use anstream::eprintln;
use rolecall::cli::Train;
use rolecall::learn::calibrate;
use rolecall::learn::corpus::{Corpus, Sources};
use rolecall::learn::cross_fit::{OutOfFold, cross_fit};
use rolecall::learn::split::TrainPart;
use rolecall::learn::trainer::{self, Prepared};
use rolecall::report::evaluation::Evaluation;
use rolecall::report::judge;
use rolecall::{Error, HeldOut, Settings, model_file};

use super::{Outcome, output, settings};

/// Trains a model and writes it, with its evaluation where one is asked for.
#[allow(clippy::print_stderr)]
pub(crate) fn run(args: &Train) -> Result<Outcome, Error> {
    let start = Instant::now();
    let settings = settings(args.settings.as_deref())?;
    let sources = Sources {
        corpus: Some(args.sources.corpus.clone()),
        postings: args.sources.postings.clone(),
        labels: args.sources.labels.clone(),
    };
    let corpus = Corpus::load(&sources)?;
    if !args.quiet {
        eprintln!("{} labelled postings: {}", corpus.examples.len(), trainer::counts(&corpus.examples));
    }
    let validated = cross_validate(&corpus, &settings, args.quiet)?;
    if !args.quiet {
        eprintln!("fitting the model on all postings");
    }
    let mut model = trainer::fit(&validated.prepared, &TrainPart::all(corpus.examples.len()), &settings)?;
    (model.card.calibration, model.card.decision) = calibrate::calibrate(&validated.prepared, &validated.judged)?;
    model.card.held_out = Some(judge::summary(&validated.evaluation));
    let bytes = model_file::to_bytes(&model);
    output::write(&args.output, &bytes)?;
    if let Some(report) = &args.report {
        output::write(report, in_format_of(report, &validated.evaluation)?.as_bytes())?;
    }
    if !args.quiet {
        let HeldOut { macro_f1, accuracy, .. } = judge::summary(&validated.evaluation);
        eprintln!("cross-validated: macro-F1 {:.1} %, accuracy {:.1} %", 100.0 * macro_f1, 100.0 * accuracy);
        eprintln!("wrote {} ({} bytes) in {:.0} s", args.output.display(), bytes.len(), start.elapsed().as_secs_f64());
    }
    Ok(Outcome::Done)
}

fn in_format_of(report: &std::path::Path, evaluation: &Evaluation) -> Result<String, Error> {
    if report.extension().is_some_and(|ending| ending == "json") {
        serde_json::to_string_pretty(&evaluation.to_json()).map(|text| text + "\n").map_err(|error| Error::Output(error.into()))
    } else {
        Ok(evaluation.to_string())
    }
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

/// Cross-validates the way of training on `corpus`, with progress on standard error.
#[allow(clippy::print_stderr)]
pub(crate) fn cross_validate<'c>(corpus: &'c Corpus, settings: &Settings, quiet: bool) -> Result<Validated<'c>, Error> {
    let prepared = Prepared::new(corpus)?;
    let start = Instant::now();
    let done = std::sync::atomic::AtomicUsize::new(0);
    let progress = |_| {
        let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        if !quiet {
            let left = start.elapsed().as_secs_f64() / done as f64 * (settings.folds - done) as f64;
            eprintln!("cross-validating: fold {done} of {} done, about {left:.0} s left", settings.folds);
        }
    };
    let scores = cross_fit(&prepared, settings, &progress)?;
    let judged = scores.judged(&prepared);
    let evaluation = judge::cross_validated(&prepared, &judged, settings)?;
    Ok(Validated { prepared, judged, evaluation })
}
