//! Training, by the pipeline of `rolecall train`.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rolecall::learn::calibrate;
use rolecall::learn::corpus::{Corpus, Sources};
use rolecall::learn::cross_fit::cross_fit;
use rolecall::learn::split::TrainPart;
use rolecall::learn::trainer::{self, Prepared};
use rolecall::whole::Whole;
use rolecall::{Error, Model, Settings, model_file};
use serde_json::json;

use crate::corpus;
use crate::errors::value_error;

/// A labelled posting: its title, where that is apart, its text, its role, and the employer or group that is held out together.
type Labelled = (Option<String>, String, String, String);

/// Trains on `postings` and, where `written` says so, on the postings that were written for the corpus. `settings` are JSON, over the
/// defaults. Returns the content of a model file.
#[pyfunction]
pub(crate) fn train<'py>(
    py: Python<'py>,
    postings: Vec<Labelled>,
    written: bool,
    settings: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let given = serde_json::from_str(settings).map_err(value_error)?;
    let settings = Settings::with(given).map_err(value_error)?;
    let bytes = py.detach(|| {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("postings.jsonl");
        corpus::write(folder.path(), written)?;
        write(&file, &postings)?;
        let sources = Sources { corpus: Some(folder.path().to_owned()), postings: vec![file], labels: Vec::new() };
        let corpus = Corpus::load(&sources).map_err(value_error)?;
        fit(&corpus, &settings).map(|model| model_file::to_bytes(&model)).map_err(value_error)
    });
    bytes.map(|bytes: Vec<u8>| PyBytes::new(py, &bytes))
}

/// Fits a model to the whole of `corpus`, calibrated on what models said that had not seen it.
fn fit(corpus: &Corpus, settings: &Settings) -> Result<Model, Error> {
    let prepared = Prepared::new(corpus)?;
    let all = TrainPart::all(corpus.examples.len());
    let scores = cross_fit(&prepared, &prepared.folds(&all, settings), settings, &|_| ())?;
    let mut model = trainer::fit(&prepared, &all, settings)?;
    (model.card.calibration, model.card.decision) = calibrate::calibrate(&prepared, &scores)?;
    Ok(model)
}

/// Writes `postings` as the JSON lines that training reads.
fn write(file: &Path, postings: &[Labelled]) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(file)?);
    for (title, text, role, company) in postings {
        let posting = Whole::new(text, title.as_deref()).posting;
        let line = json!({ "title": posting.title, "text": posting.text, "role": role, "company": company });
        writeln!(out, "{line}")?;
    }
    out.flush()
}
