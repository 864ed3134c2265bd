//! Judges the rows of a batch.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;

use super::super::columns::listed;
use super::super::judge::HEAVY;
use super::super::tally::Tally;
use super::labels::Outcome;
use crate::arrow::Rows;
use crate::arrow::text::{self, Path};
use crate::classifier::Classifier;
use crate::formats::encoding::Encoding;
use crate::formats::export::{Column, RowProblem, Selection};
use crate::posting::{LONGEST_TEXT, Posting};
use crate::verdict::Wanted;

/// Everything that workers share.
pub(super) struct BatchJudge {
    classifier: Arc<Classifier>,
    title: Option<Path>,
    text: Vec<Path>,
    /// The names of the columns of the text.
    names: String,
    wanted: Wanted,
    model: String,
    /// Held while a long text is judged.
    heavy: Mutex<()>,
}

impl BatchJudge {
    /// Judges what stands in the columns of `selection`, by the places in `paths`, and says what is `wanted` of it.
    pub(super) fn new(
        classifier: Arc<Classifier>,
        columns: &[Column],
        selection: &Selection,
        paths: &[Path],
        wanted: Wanted,
    ) -> Self {
        Self {
            title: selection.title.map(|at| paths[at].clone()),
            text: selection.text.iter().map(|&at| paths[at].clone()).collect(),
            names: listed(selection.text.iter().map(|&at| &columns[at])),
            model: classifier.fingerprint().to_string(),
            classifier,
            wanted,
            heavy: Mutex::default(),
        }
    }

    /// The fingerprint of the model.
    pub(super) fn model(&self) -> &str {
        &self.model
    }

    /// The verdict on each row, or why there is none.
    pub(super) fn verdicts(&self, rows: &Rows, tally: &mut Tally) -> Vec<Outcome> {
        let judged = rows.numbers.iter().enumerate().map(|(row, &number)| {
            let verdict = match rows.problems.get(&row) {
                Some(problem) => Err(problem.clone()),
                None => self.outcome(&rows.batch, row),
            };
            match &verdict {
                Ok(verdict) => tally.verdict(verdict.role, Encoding::Utf8),
                Err(problem) => {
                    tally.records += 1;
                    tally.problem(number, problem);
                }
            }
            verdict
        });
        judged.collect()
    }

    /// The verdict on a row of `batch`, or why there is none.
    pub(super) fn outcome(&self, batch: &RecordBatch, row: usize) -> Outcome {
        let cells: Vec<_> = self.text.iter().map(|path| text::at(batch, path, row).unwrap_or_default()).collect();
        if cells.iter().map(|cell| cell.len()).sum::<usize>() > LONGEST_TEXT {
            return Err(RowProblem::LongText(LONGEST_TEXT / 1000));
        }
        let text = cells.join("\n");
        if text.trim().is_empty() {
            return Err(RowProblem::NoText(self.names.clone()));
        }
        let title = self.title.as_ref().and_then(|path| text::at(batch, path, row)).unwrap_or_default();
        if title.len() > LONGEST_TEXT {
            return Err(RowProblem::LongText(LONGEST_TEXT / 1000));
        }
        let posting = Posting { id: String::new(), title: title.into_owned(), text };
        let alone = (posting.text.len() > HEAVY).then(|| self.heavy.lock().unwrap_or_else(PoisonError::into_inner));
        let verdict = self.classifier.judge(&posting, self.wanted);
        drop(alone);
        Ok(verdict)
    }
}
