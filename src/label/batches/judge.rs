//! Judges the rows of a batch.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use super::super::columns::listed;
use super::super::judge::HEAVY;
use super::super::tally::Tally;
use super::labels;
use crate::arrow::text::{self, Path};
use crate::arrow::{Rows, choose};
use crate::classifier::Classifier;
use crate::formats::encoding::Encoding;
use crate::formats::export::{Column, RowProblem, Selection};
use crate::posting::{LONGEST_TEXT, Posting};
use crate::verdict::Verdict;

/// Everything that workers share.
pub(super) struct BatchJudge {
    classifier: Arc<Classifier>,
    title: Option<Path>,
    text: Vec<Path>,
    /// The names of the columns of the text.
    names: String,
    phrases: usize,
    model: String,
    /// Held while a long text is judged.
    heavy: Mutex<()>,
}

impl BatchJudge {
    /// Judges what stands in the columns of `selection`, by the places in `paths`; at most so many phrases a row.
    pub(super) fn new(
        classifier: Arc<Classifier>,
        columns: &[Column],
        selection: &Selection,
        paths: &[Path],
        phrases: usize,
    ) -> Self {
        Self {
            title: selection.title.map(|at| paths[at].clone()),
            text: selection.text.iter().map(|&at| paths[at].clone()).collect(),
            names: listed(selection.text.iter().map(|&at| &columns[at])),
            model: classifier.fingerprint().to_string(),
            classifier,
            phrases,
            heavy: Mutex::default(),
        }
    }

    /// The fingerprint of the model.
    pub(super) fn model(&self) -> &str {
        &self.model
    }

    /// The verdict on each row, or why there is none.
    pub(super) fn verdicts(&self, rows: &Rows, tally: &mut Tally) -> Vec<Result<Verdict, RowProblem>> {
        let judged = rows.numbers.iter().enumerate().map(|(row, &number)| {
            let verdict = match rows.problems.get(&row) {
                Some(problem) => Err(problem.clone()),
                None => self.verdict(&rows.batch, row),
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

    fn verdict(&self, batch: &RecordBatch, row: usize) -> Result<Verdict, RowProblem> {
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
        let verdict = self.classifier.verdict(&posting, self.phrases);
        drop(alone);
        Ok(verdict)
    }
}

/// Labels a batch in memory: its own columns, shared and untouched, and after them `rolecall_role`, `rolecall_probability`,
/// `rolecall_account`, `rolecall_project` (from 0 to 1), `rolecall_phrases` (a list of structs), `rolecall_reason`, `rolecall_problem` and
/// `rolecall_model`. `title` and `text` name columns of text; a row whose text is null or blank gets a problem and no role.
///
/// # Errors
/// If there is no such column, or the batch has one of the names already.
pub fn label_batch(
    batch: &RecordBatch,
    classifier: Arc<Classifier>,
    title: Option<&str>,
    text: &[&str],
    phrases: usize,
) -> Result<RecordBatch, ArrowError> {
    let (columns, paths) = choose::columns(batch.schema_ref(), None);
    let place = |name: &&str| {
        let missing = || ArrowError::SchemaError(format!("no column {name:?}"));
        columns.iter().position(|column| column.name == **name).ok_or_else(missing)
    };
    let title = title.as_ref().map(place).transpose()?;
    let text = text.iter().map(place).collect::<Result<_, _>>()?;
    let judge = BatchJudge::new(
        classifier,
        &columns,
        &Selection { id: None, title, text, by_shape: false, relabel: false },
        &paths,
        phrases,
    );
    let numbers = (1..=batch.num_rows() as u64).collect();
    let rows = Rows { batch: batch.clone(), numbers, problems: BTreeMap::new(), bytes: 0, is_end: true };
    let verdicts = judge.verdicts(&rows, &mut Tally::default());
    labels::beside(batch, &labels::schema(batch.schema_ref())?, &verdicts, judge.model())
}
