//! `rolecall evaluate`

use rolecall::cli::{Evaluate, Format};
use rolecall::learn::corpus::{Corpus, Sources};
use rolecall::report::evaluation::Evaluation;
use rolecall::report::judge;
use rolecall::{Error, Settings};

use super::{Outcome, classifier, output, settings, train};

/// Judges a model, or the way of training, and prints the figures.
pub(crate) fn run(args: &Evaluate) -> Result<Outcome, Error> {
    let evaluation = if args.cross_validate {
        cross_validated(args, &settings(args.settings.as_deref())?)?
    } else {
        let corpus = Corpus::load(&Sources { corpus: None, postings: args.files.clone(), labels: args.labels.clone() })?;
        refuse_empty(args, &corpus)?;
        judge::model(&classifier(args.model.as_deref())?, &corpus)
    };
    let text = match args.format {
        Format::Text => evaluation.to_string(),
        Format::Json => serde_json::to_string_pretty(&evaluation.to_json())
            .map(|text| text + "\n")
            .map_err(|error| Error::Output(error.into()))?,
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

fn cross_validated(args: &Evaluate, settings: &Settings) -> Result<Evaluation, Error> {
    let sources = Sources { corpus: Some(args.corpus.clone()), postings: args.files.clone(), labels: args.labels.clone() };
    let corpus = Corpus::load(&sources)?;
    refuse_empty(args, &corpus)?;
    Ok(train::cross_validate(&corpus, settings, false)?.evaluation)
}
