//! `rolecall evaluate`

use std::collections::HashSet;

use rolecall::cli::{Evaluate, Format};
use rolecall::formats::read_records;
use rolecall::learn::corpus::{Corpus, Sources};
use rolecall::report::evaluation::Evaluation;
use rolecall::report::{judge, robustness};
use rolecall::robustness::Robustness;
use rolecall::{Error, Posting, Settings};

use super::train::{self, HoldOut, Way};
use super::{Outcome, classifier, output, settings};

/// Judges a model, or the way of training, and prints the figures.
pub(crate) fn run(args: &Evaluate) -> Result<Outcome, Error> {
    if args.robustness {
        let report = robust(args)?;
        return print(args.format, &report, &report.to_json());
    }
    args.report.iter().try_for_each(|report| output::try_out(report))?;
    let evaluation = if args.cross_validate {
        cross_validated(args)?
    } else {
        let corpus = Corpus::load(&Sources { corpus: None, postings: args.files.clone(), labels: args.labels.clone() })?;
        refuse_empty(args, &corpus)?;
        judge::model(&classifier(args.model.as_deref())?, &corpus)
    };
    train::write_reports(&args.report, &evaluation)?;
    print(args.format, &evaluation, &evaluation.to_json())
}

fn print(format: Format, text: &impl ToString, json: &serde_json::Value) -> Result<Outcome, Error> {
    let text = match format {
        Format::Text => text.to_string(),
        Format::Json => {
            serde_json::to_string_pretty(json).map(|text| text + "\n").map_err(|error| Error::Output(error.into()))?
        }
    };
    output::print(&text)?;
    Ok(Outcome::Done)
}

fn refuse_empty(args: &Evaluate, corpus: &Corpus) -> Result<(), Error> {
    if corpus.examples.is_empty() {
        return Err(Error::in_file(&args.files[0], "no labelled posting in it: expected a key or column \"role\", or --labels"));
    }
    Ok(())
}

fn cross_validated(args: &Evaluate) -> Result<Evaluation, Error> {
    let candidates = match args.settings.as_slice() {
        [] => vec![Settings::default()],
        files => files.iter().map(|file| settings(Some(file))).collect::<Result<_, _>>()?,
    };
    let sources = Sources { corpus: Some(args.corpus.clone()), postings: args.files.clone(), labels: args.labels.clone() };
    let corpus = Corpus::load(&sources)?;
    refuse_empty(args, &corpus)?;
    let hold_out = if args.leave_one_source_out { HoldOut::Sources } else { HoldOut::Groups };
    let way = Way { candidates: &candidates, hold_out, has_curve: args.learning_curve };
    Ok(train::cross_validate(&corpus, &way, false)?.evaluation)
}

/// Judges the postings one by one as they are read, labelled or not; where labels are given, those that have one.
fn robust(args: &Evaluate) -> Result<robustness::Report, Error> {
    let classifier = classifier(args.model.as_deref())?;
    let mut labelled = HashSet::new();
    for file in &args.labels {
        read_records(file, |record, _| {
            labelled.insert(record.id);
            Ok(())
        })?;
    }
    let mut found = Robustness::default();
    for file in &args.files {
        read_records(file, |record, _| {
            if let Some(text) = record.text.filter(|_| args.labels.is_empty() || labelled.contains(&record.id)) {
                found.add(&classifier, &Posting { id: record.id, title: record.title, text });
            }
            Ok(())
        })?;
    }
    if found.postings == 0 {
        let hint = if args.labels.is_empty() { "expected a key or column \"text\"" } else { "no id of --labels is there" };
        return Err(Error::in_file(&args.files[0], format!("no posting in it to judge: {hint}")));
    }
    Ok(robustness::Report::new(&classifier, found))
}
