//! Rows of tables and JSON as record batches, so that they can be written in columns.
//!
//! A table has its own columns, all of text. Objects are of all shapes, so they become id, title and text. In both cases `rolecall_raw` holds
//! a row as it stood where the columns do not: an object, or a row that cannot be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::builder::StringBuilder;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

use super::{BYTES, Opened, ROWS, Rows, RowsReader, Style};
use crate::error::Error;
use crate::formats::encoding;
use crate::formats::export::{ExportFormat, ExportReader, Kind, Position, Row, RowProblem, Selection};
use crate::formats::source::Source;

/// The last column.
const RAW: &str = "rolecall_raw";

/// Opens the rows of `format`. The columns of its batches are those of a table, or id, title and text.
pub(crate) fn open(
    format: Arc<dyn ExportFormat>,
    source: Source,
    selection: &Selection,
    longest: usize,
) -> Result<Opened, Error> {
    let names = if format.is_table() { distinct(format.as_ref()) } else { ["id", "title", "text"].map(str::to_owned).into() };
    let field = |name: &String| Field::new(name, DataType::Utf8, true);
    let fields: Vec<Field> = names.iter().map(field).chain([field(&RAW.to_owned())]).collect();
    let schema: SchemaRef = Arc::new(Schema::new(fields));
    let rows = format.reader(source, Position::default(), longest)?;
    Ok(Opened {
        description: format.describe(),
        declared: Arc::clone(&schema),
        schema: Arc::clone(&schema),
        style: Style::default(),
        reader: Box::new(Reader { rows, format, selection: selection.clone(), names, schema }),
    })
}

/// The names of the columns as [`ExportFormat::object`] makes them distinct.
fn distinct(format: &dyn ExportFormat) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in format.columns() {
        let mut name = column.name.clone();
        while names.contains(&name) {
            name.push('_');
        }
        names.push(name);
    }
    names
}

struct Reader {
    rows: Box<dyn ExportReader>,
    format: Arc<dyn ExportFormat>,
    selection: Selection,
    names: Vec<String>,
    schema: SchemaRef,
}

impl Reader {
    /// The cells of a row.
    fn cells(&self, row: &Row) -> Result<Vec<Option<String>>, RowProblem> {
        if self.format.is_table() {
            return Ok(self.format.cells(row)?.into_iter().map(Some).chain([None]).collect());
        }
        let object = self.format.object(row)?;
        let posting = self.format.fields(row, &self.selection)?.posting;
        let filled = |text: String| Some(text).filter(|text| !text.is_empty());
        Ok(vec![filled(posting.id), filled(posting.title), filled(posting.text), Some(object)])
    }
}

impl RowsReader for Reader {
    fn next(&mut self) -> Result<Option<Rows>, Error> {
        let mut columns: Vec<StringBuilder> = self.schema.fields().iter().map(|_| StringBuilder::new()).collect();
        let (mut numbers, mut problems, mut bytes) = (Vec::new(), BTreeMap::new(), 0);
        while numbers.len() < ROWS && bytes < BYTES {
            let Some(row) = self.rows.next()? else { break };
            if row.kind != Kind::Record {
                continue;
            }
            let cells = self.cells(&row).unwrap_or_else(|problem| {
                problems.insert(numbers.len(), problem);
                let mut cells = vec![None; self.names.len()];
                cells.push(Some(encoding::decode(row.body()).0.into_owned()));
                cells
            });
            for (column, cell) in columns.iter_mut().zip(cells) {
                column.append_option(cell);
            }
            bytes += row.raw.len();
            numbers.push(row.number);
        }
        if numbers.is_empty() {
            return Ok(None);
        }
        let columns: Vec<ArrayRef> = columns.into_iter().map(|mut column| Arc::new(column.finish()) as ArrayRef).collect();
        let batch = match RecordBatch::try_new(Arc::clone(&self.schema), columns) {
            Ok(batch) => batch,
            Err(error) => unreachable!("columns of one length and type: {error}"),
        };
        Ok(Some(Rows { batch, numbers, problems, bytes, is_end: false }))
    }
}
