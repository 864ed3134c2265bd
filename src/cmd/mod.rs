//! One file a command, each with one `run`.

pub(crate) mod agreement;
pub(crate) mod classify;
pub(crate) mod completions;
pub(crate) mod corpus;
pub(crate) mod diff;
pub(crate) mod evaluate;
pub(crate) mod label;
pub(crate) mod man;
pub(crate) mod model;
pub(crate) mod output;
pub(crate) mod read_pdf;
pub(crate) mod report;
pub(crate) mod review;
mod terminal;
pub(crate) mod train;

use std::path::Path;

use rolecall::formats::document::DocumentReader;
use rolecall::{Classifier, Error, ModelError, Settings};

/// How a command ended that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Done.
    Done,
    /// Done, with a doubt that the caller should see.
    Doubt,
}

/// The model in `file`, or the one inside the program.
pub(crate) fn classifier(file: Option<&Path>) -> Result<Classifier, Error> {
    let name = file.unwrap_or(Path::new("<built-in>"));
    let failed = |problem: ModelError| Error::Model { file: name.to_owned(), problem };
    let classifier = match file {
        None => Classifier::built_in(),
        Some(file) => Classifier::from_bytes(&output::read_bytes(file)?),
    };
    let classifier = classifier.map_err(failed)?;
    // It is needed until the program ends, which need not wait for a hundred thousand strings to be freed one by one.
    std::mem::forget(classifier.clone());
    Ok(classifier)
}

/// Reads documents, PDF by means of this very program.
pub(crate) fn documents() -> DocumentReader {
    DocumentReader { program: std::env::current_exe().ok() }
}

/// The settings of `file` over the defaults.
pub(crate) fn settings(file: Option<&Path>) -> Result<Settings, Error> {
    let Some(file) = file else { return Ok(Settings::default()) };
    let broken = |error: serde_json::Error| Error::at(file, error.line() as u64, format!("broken settings: {error}"));
    let given: serde_json::Value = serde_json::from_slice(&output::read_bytes(file)?).map_err(broken)?;
    Settings::with(given).map_err(|problem| Error::in_file(file, problem))
}
