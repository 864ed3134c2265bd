//! Judged batches as they are written.

use arrow_array::{Array, RecordBatch};
use arrow_schema::{ArrowError, SchemaRef};

use super::super::judge::{cells, json, problem_cells, problem_json};
use super::labels::{self, Outcome};
use crate::arrow::restore::restored;
use crate::arrow::{Rows, text, value};
use crate::formats::{COLUMNS, push_cells};

/// What a batch becomes.
pub(super) enum Renderer {
    /// A batch with columns after its own.
    Batch {
        /// The schema of that.
        schema: SchemaRef,
        /// Columns have the types of it, not those that they were read with.
        is_restored: bool,
    },
    /// Lines of a table.
    Table {
        /// Tabs.
        has_tabs: bool,
    },
    /// JSON objects, with what stands between two.
    Json(&'static str),
}

/// A batch that was judged, as it is written.
pub(super) enum Product {
    /// With columns after its own.
    Batch {
        /// The batch.
        batch: RecordBatch,
        /// How many bytes it takes, about.
        bytes: usize,
        /// A row group or a message ends here.
        is_end: bool,
    },
    /// As text.
    Text(Vec<u8>),
}

impl Renderer {
    /// What `rows` become with `outcomes`, one each.
    ///
    /// # Errors
    /// If the columns do not go together, which is a bug.
    pub(super) fn render(&self, rows: &Rows, outcomes: &[Outcome], model: &str) -> Result<Product, ArrowError> {
        match self {
            Self::Batch { schema, is_restored } => {
                let own = if *is_restored { restored_batch(&rows.batch, schema)? } else { rows.batch.clone() };
                let batch = labels::beside(&own, schema, outcomes, model)?;
                Ok(Product::Batch { batch, bytes: rows.bytes, is_end: rows.is_end })
            }
            Self::Table { has_tabs } => Ok(Product::Text(table(*has_tabs, &rows.batch, outcomes, model))),
            Self::Json(separator) => Ok(Product::Text(objects(separator, &rows.batch, outcomes))),
        }
    }

    /// What comes before all rows.
    pub(super) fn begin(&self, own: &SchemaRef) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Table { has_tabs } => {
                let names = own.fields().iter().map(|field| field.name().as_str()).chain(COLUMNS);
                push_cells(names.map(|name| (name, false)), *has_tabs, &mut out);
            }
            Self::Json(",\n") => out.extend(b"[\n"),
            _ => {}
        }
        out
    }
}

fn restored_batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let own: Vec<usize> = (0..batch.num_columns()).collect();
    let schema = schema.project(&own)?;
    let columns = batch.columns().iter().zip(schema.fields()).map(|(column, field)| restored(column, field.data_type()));
    let columns = columns.collect();
    RecordBatch::try_new(schema.into(), columns)
}

fn table(has_tabs: bool, batch: &RecordBatch, outcomes: &[Outcome], model: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for (row, outcome) in outcomes.iter().enumerate() {
        let own = batch.columns().iter().map(|column| {
            let cell = text::cell(column.as_ref(), row).unwrap_or_default().into_owned();
            (cell, value::is_number(column.data_type()))
        });
        let added = match outcome {
            Ok(verdict) => cells(verdict),
            Err(problem) => problem_cells(problem, model),
        };
        let line: Vec<(String, bool)> = own.chain(added.into_iter().map(|cell| (cell, false))).collect();
        push_cells(line.iter().map(|(cell, is_number)| (cell.as_str(), *is_number)), has_tabs, &mut out);
    }
    out
}

fn objects(separator: &str, batch: &RecordBatch, outcomes: &[Outcome]) -> Vec<u8> {
    let objects = outcomes.iter().enumerate().map(|(row, outcome)| {
        let object = value::object(batch, row);
        let inner = object.strip_suffix('}').unwrap_or(&object);
        let comma = if inner == "{" { "" } else { "," };
        let label = match outcome {
            Ok(verdict) => json(verdict),
            Err(problem) => problem_json(problem),
        };
        format!("{inner}{comma}\"rolecall\":{label}}}")
    });
    objects.collect::<Vec<_>>().join(separator).into_bytes()
}
