//! Labels record batches in memory.

use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, Schema, SchemaRef};

use super::super::columns::{Wishes, choose_among};
use super::judge::BatchJudge;
use super::labels::{self, Outcome};
use crate::arrow::choose;
use crate::classifier::Classifier;
use crate::error::Error;
use crate::formats::export::{Column, Selection};
use crate::parallel;
use crate::verdict::Wanted;

/// A thread judges so many rows before it takes others.
const TOGETHER: usize = 32;

/// Which columns are read.
#[derive(Debug, Clone)]
pub enum Columns {
    /// Those that are wished for; what is left open is told by names and first rows, as `rolecall label` tells it.
    Find(Wishes),
    /// These and no others, by name: `job.text` is the field `text` of the struct `job`.
    Exact {
        /// The title's; without one, there is no title.
        title: Option<String>,
        /// Those of the text, whose cells are joined by line breaks.
        text: Vec<String>,
    },
}

/// How batches are labelled.
#[derive(Debug, Clone)]
pub struct BatchOptions {
    /// Which columns are read.
    pub columns: Columns,
    /// At most so many key phrases a row.
    pub phrases: usize,
    /// So many threads judge; `None` is one for each core.
    pub threads: Option<usize>,
    /// Whether the columns of the batch stand before the labels.
    pub keeps_own: bool,
    /// Whether the probability of each role stands behind the labels, in a struct `rolecall_probabilities` with a field for each.
    pub probabilities: bool,
}

impl Default for BatchOptions {
    /// Columns are found; three phrases; all cores; labels beside the batch's own columns, and no further probabilities.
    fn default() -> Self {
        Self { columns: Columns::Find(Wishes::default()), phrases: 3, threads: None, keeps_own: true, probabilities: false }
    }
}

/// Labels batches of one schema. Columns of a batch are shared and untouched; text is read where it stands, whatever array holds it
/// (`Utf8`, `LargeUtf8`, `Utf8View`, dictionaries, lists of text), and copied row by row only while the row is judged.
///
/// The labels are `rolecall_role`, `rolecall_probability`, `rolecall_account`, `rolecall_project` (from 0 to 1), `rolecall_phrases` (a list of
/// structs), `rolecall_reason`, `rolecall_problem` and `rolecall_model`. A row whose text is null or blank gets a problem and no role.
///
/// ```
/// use std::sync::Arc;
///
/// use arrow_array::cast::AsArray;
/// use arrow_array::{RecordBatch, StringArray};
/// use rolecall::Classifier;
/// use rolecall::label::batches::{BatchLabeller, BatchOptions};
///
/// let titles = StringArray::from(vec!["Projektleiter (m/w/d)"]);
/// let texts = StringArray::from(vec!["Sie planen Termine, Budget und Ressourcen und leiten das Projektteam."]);
/// let batch = RecordBatch::try_from_iter([("title", Arc::new(titles) as _), ("text", Arc::new(texts) as _)])?;
/// let labeller = BatchLabeller::new(Classifier::built_in()?, &batch, &BatchOptions::default())?;
/// let labelled = labeller.label(&batch)?;
/// assert_eq!(labelled["rolecall_role"].as_string::<i32>().value(0), "project-manager");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct BatchLabeller {
    judge: BatchJudge,
    columns: Vec<Column>,
    selection: Selection,
    own: SchemaRef,
    labelled: SchemaRef,
    threads: usize,
    keeps_own: bool,
    probabilities: bool,
}

impl BatchLabeller {
    /// Looks at `first` to tell the columns of this and all other batches.
    ///
    /// # Errors
    /// If there is no such column, there is no telling which one is the text, or the batch is labelled already.
    pub fn new(classifier: Classifier, first: &RecordBatch, options: &BatchOptions) -> Result<Self, Error> {
        let (columns, paths) = choose::columns(first.schema_ref(), Some(first));
        let selection = select(&columns, &options.columns)?;
        let wanted = Wanted { phrases: options.phrases, profile: false };
        Ok(Self {
            judge: BatchJudge::new(Arc::new(classifier), &columns, &selection, &paths, wanted),
            labelled: labelled(first.schema_ref(), options).map_err(|error| in_rows(&error.to_string()))?,
            columns,
            selection,
            own: first.schema(),
            threads: options.threads.unwrap_or_else(parallel::cores),
            keeps_own: options.keeps_own,
            probabilities: options.probabilities,
        })
    }

    /// The schema of labelled batches.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.labelled)
    }

    /// The name of the title's column.
    pub fn title(&self) -> Option<&str> {
        self.selection.title.map(|at| self.columns[at].name.as_str())
    }

    /// The names of the columns of the text.
    pub fn text(&self) -> Vec<&str> {
        self.selection.text.iter().map(|&at| self.columns[at].name.as_str()).collect()
    }

    /// `batch` with its labels, or the labels alone. Takes memory for all of them: [`LabelledBatches`](super::LabelledBatches) cuts long batches.
    ///
    /// # Errors
    /// If `batch` has other columns than the first one.
    pub fn label(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        if batch.schema_ref().fields() != self.own.fields() {
            return Err(ArrowError::SchemaError("a batch has other columns than the first one".to_owned()));
        }
        let outcomes = self.outcomes(batch);
        let mut columns: Vec<ArrayRef> = if self.keeps_own { batch.columns().to_vec() } else { Vec::new() };
        columns.extend(labels::columns(&outcomes, self.judge.model())?);
        if self.probabilities {
            columns.push(labels::probabilities(&outcomes)?);
        }
        RecordBatch::try_new(self.schema(), columns)
    }

    /// The verdict on each row, or why there is none.
    fn outcomes(&self, batch: &RecordBatch) -> Vec<Outcome> {
        let starts: Vec<usize> = (0..batch.num_rows()).step_by(TOGETHER).collect();
        let judged = parallel::map_on(self.threads, &starts, |&start| {
            let rows = start..batch.num_rows().min(start + TOGETHER);
            rows.map(|row| self.judge.outcome(batch, row)).collect::<Vec<_>>()
        });
        judged.into_iter().flatten().collect()
    }
}

/// The schema of the labels of batches of `own`.
fn labelled(own: &Schema, options: &BatchOptions) -> Result<SchemaRef, ArrowError> {
    // What is labelled already is refused, whether it comes out again or not.
    let beside = labels::schema(own)?;
    let labelled = if options.keeps_own { beside } else { labels::schema(&Schema::empty())? };
    if options.probabilities { labels::with_probabilities(&labelled) } else { Ok(labelled) }
}

fn select(columns: &[Column], wanted: &Columns) -> Result<Selection, Error> {
    let (title, text) = match wanted {
        Columns::Find(wishes) => return choose_among(Path::new(ROWS), columns, false, wishes),
        Columns::Exact { title, text } => (title, text),
    };
    let place = |name: &String| {
        let missing = || in_rows(&format!("no column {name:?}"));
        columns.iter().position(|column| column.name == *name).ok_or_else(missing)
    };
    let title = title.as_ref().map(place).transpose()?;
    let text: Vec<usize> = text.iter().map(place).collect::<Result<_, _>>()?;
    if text.is_empty() {
        return Err(in_rows("no column of the text is named"));
    }
    Ok(Selection { id: None, title, text, by_shape: false, relabel: false })
}

/// What the rows of a batch are called in messages.
const ROWS: &str = "the rows";

fn in_rows(problem: &str) -> Error {
    Error::in_file(Path::new(ROWS), problem)
}
