//! A stream of record batches, labelled as it is read.

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::labeller::{BatchLabeller, BatchOptions};
use crate::classifier::Classifier;
use crate::error::Error;

/// Labels of so many rows are held at once.
const ROWS: usize = 4096;

/// Reads batches and labels them. A long one comes in pieces, so that memory does not grow with it; an empty one comes as it is.
pub struct LabelledBatches<R> {
    batches: R,
    labeller: BatchLabeller,
    /// What was read and is not labelled yet.
    waiting: Option<RecordBatch>,
}

impl<R: RecordBatchReader> LabelledBatches<R> {
    /// Reads the first batch that has rows, to tell the columns; where none has, their names must do.
    ///
    /// # Errors
    /// As [`BatchLabeller::new`], or if the first batch cannot be read.
    pub fn new(mut batches: R, classifier: Classifier, options: &BatchOptions) -> Result<Self, Error> {
        let first = batches.by_ref().find(|batch| batch.as_ref().map_or(true, |batch| batch.num_rows() > 0));
        let first =
            first.transpose().map_err(|error| Error::read(std::path::Path::new("the rows"), std::io::Error::other(error)))?;
        let first = first.unwrap_or_else(|| RecordBatch::new_empty(batches.schema()));
        let labeller = BatchLabeller::new(classifier, &first, options)?;
        Ok(Self { batches, labeller, waiting: Some(first) })
    }

    /// What labels them.
    pub fn labeller(&self) -> &BatchLabeller {
        &self.labeller
    }

    /// The next rows to be labelled.
    fn take(&mut self) -> Option<Result<RecordBatch, ArrowError>> {
        let batch = match self.waiting.take() {
            Some(batch) => batch,
            None => match self.batches.next()? {
                Ok(batch) => batch,
                Err(error) => return Some(Err(error)),
            },
        };
        if batch.num_rows() > ROWS {
            self.waiting = Some(batch.slice(ROWS, batch.num_rows() - ROWS));
        }
        Some(Ok(batch.slice(0, batch.num_rows().min(ROWS))))
    }
}

impl<R: RecordBatchReader> Iterator for LabelledBatches<R> {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take().map(|batch| self.labeller.label(&batch?))
    }
}

impl<R: RecordBatchReader> RecordBatchReader for LabelledBatches<R> {
    fn schema(&self) -> SchemaRef {
        self.labeller.schema()
    }
}
