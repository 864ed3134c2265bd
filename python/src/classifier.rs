//! A model, ready to judge.

use std::num::NonZeroUsize;
use std::thread;

use arrow_array::ffi_stream::RecordBatchStreamReader as Batches;
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_pyarrow::{FromPyArrow, PyArrowType};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rolecall::label::batches::{BatchOptions, Columns, LabelledBatches};
use rolecall::label::columns::Wishes;
use rolecall::posting::LONGEST_TEXT;
use rolecall::whole::Whole;
use rolecall::{Posting, Role, model_file};

use crate::errors::value_error;
use crate::labels::Labels;

/// A posting that is handed over for [`Classifier::predict`]: its title, where that is apart, and its text.
type Given = (Option<String>, String);
/// A role, and the probability of each, in the order of `Role::ALL`.
type Prediction = (&'static str, [f64; 4]);

/// A model, ready to judge postings: `model` is the content of a model file; without it, the released one.
#[pyclass(module = "rolecall._rolecall", frozen)]
pub(crate) struct Classifier(rolecall::Classifier);

#[pymethods]
impl Classifier {
    #[new]
    #[pyo3(signature = (model=None))]
    fn new(py: Python<'_>, model: Option<&[u8]>) -> PyResult<Self> {
        let read = || match model {
            Some(bytes) => rolecall::Classifier::from_bytes(bytes),
            None => rolecall::Classifier::built_in(),
        };
        py.detach(read).map(Self).map_err(value_error)
    }

    /// The model's fingerprint.
    #[getter]
    fn fingerprint(&self) -> String {
        self.0.fingerprint().to_string()
    }

    /// The content of its model file.
    fn model<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let bytes = py.detach(|| model_file::to_bytes(self.0.model()));
        PyBytes::new(py, &bytes)
    }

    /// The verdict on one posting, as `rolecall classify --format json` prints it.
    fn classify(&self, py: Python<'_>, text: &str, title: Option<&str>, phrases: usize) -> PyResult<String> {
        py.detach(|| {
            let whole = Whole::new(text, title);
            short_enough(&whole.posting)?;
            let mut verdict = self.0.verdict(&whole.posting, phrases);
            whole.place(text, &mut verdict);
            serde_json::to_string(&verdict).map_err(value_error)
        })
    }

    /// The role of each posting and the probability of each role.
    fn predict(&self, py: Python<'_>, postings: Vec<Given>, threads: Option<usize>) -> PyResult<Vec<Prediction>> {
        let threads = threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZeroUsize::get));
        let share = postings.len().div_ceil(threads.max(1)).max(1);
        let judge = |given: &[Given]| given.iter().map(|given| self.judge(given)).collect::<PyResult<Vec<_>>>();
        py.detach(|| {
            thread::scope(|scope| {
                let workers: Vec<_> = postings.chunks(share).map(|given| scope.spawn(move || judge(given))).collect();
                let mut all = Vec::with_capacity(postings.len());
                for worker in workers {
                    all.extend(worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
                }
                Ok(all)
            })
        })
    }

    /// The names of the title's column and of those of the text in `data`, by what was wished for, by their names and by what is in them.
    fn columns(
        &self,
        data: &Bound<'_, PyAny>,
        title: Option<String>,
        text: Vec<String>,
    ) -> PyResult<(Option<String>, Vec<String>)> {
        let options = BatchOptions {
            columns: Columns::Find(Wishes { id: None, title, text }),
            threads: Some(1),
            ..BatchOptions::default()
        };
        let labelled = LabelledBatches::new(batches(data)?, self.0.clone(), &options).map_err(value_error)?;
        let labeller = labelled.labeller();
        Ok((labeller.title().map(str::to_owned), labeller.text().into_iter().map(str::to_owned).collect()))
    }

    /// The rows of `data` with their labels after their own columns. `exact` takes the columns that are named and no others. Where the rows
    /// are not to stay (`keeps_own`), they are all labelled before this returns; otherwise as the result is read.
    #[allow(clippy::too_many_arguments)]
    fn label(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        title: Option<String>,
        text: Vec<String>,
        exact: bool,
        phrases: usize,
        probabilities: bool,
        threads: Option<usize>,
        keeps_own: bool,
    ) -> PyResult<Labels> {
        let columns = if exact { Columns::Exact { title, text } } else { Columns::Find(Wishes { id: None, title, text }) };
        let options = BatchOptions { columns, phrases, threads, keeps_own, probabilities };
        let batches = batches(data)?;
        let open = || LabelledBatches::new(batches, self.0.clone(), &options);
        let mut labelled = py.detach(open).map_err(value_error)?;
        if keeps_own {
            return Ok(Labels::new(Box::new(labelled)));
        }
        let mut done: Vec<Result<RecordBatch, _>> = Vec::new();
        while let Some(batch) = py.detach(|| labelled.next()) {
            done.push(Ok(batch.map_err(value_error)?));
            py.check_signals()?;
        }
        Ok(Labels::new(Box::new(RecordBatchIterator::new(done, labelled.schema()))))
    }
}

impl Classifier {
    fn judge(&self, (title, text): &Given) -> PyResult<Prediction> {
        let posting = Whole::new(text, title.as_deref()).posting;
        short_enough(&posting)?;
        let verdict = self.0.verdict(&posting, 0);
        Ok((verdict.role.name(), Role::ALL.map(|role| *verdict.probabilities.get(role))))
    }
}

/// Refuses what no posting is as long as: judging takes many times the memory of the text.
fn short_enough(posting: &Posting) -> PyResult<()> {
    if posting.is_longer_than(LONGEST_TEXT) {
        return Err(value_error(format!("a text over {} MB is no posting", LONGEST_TEXT / 1_000_000)));
    }
    Ok(())
}

/// The batches of `data`: an Arrow stream, or one batch.
fn batches(data: &Bound<'_, PyAny>) -> PyResult<Box<dyn RecordBatchReader + Send>> {
    if data.hasattr("__arrow_c_stream__")? {
        return Ok(Box::new(data.extract::<PyArrowType<Batches>>()?.0));
    }
    let batch = RecordBatch::from_pyarrow_bound(data)?;
    let schema = batch.schema();
    Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)))
}
