//! CSV and its relatives: any of four delimiters, quotes or none, lines above the header, bad rows among good ones.

mod read;
mod scan;
mod sniff;
mod write;

use std::ops::Range;

use serde_json::{Map, Value};

use super::encoding::{self, Encoding};
use super::export::{Beside, Column, ExportFormat, ExportReader, ExportWriter, Fields, Position, Row, RowProblem, Selection};
use super::source::Source;
use crate::error::Error;
use crate::posting::Posting;
use scan::Dialect;

pub use write::push_line;
pub(crate) use write::{COLUMNS, push_cells};
pub(super) use write::{CsvWriter, names, own_cells};

/// A table whose head was looked at.
#[derive(Debug, Clone)]
pub(super) struct Table {
    dialect: Dialect,
    header: Option<usize>,
    columns: Vec<Column>,
    /// How the head is encoded; decides where a row has ASCII only.
    head_encoding: Encoding,
}

impl Table {
    /// Looks at the head of `source`.
    pub(super) fn new(source: &Source) -> Result<Self, Error> {
        if !source.is_short && !source.head.iter().any(|byte| matches!(byte, b'\n' | b'\r')) {
            return Err(Error::in_file(&source.file, "looks like a table, but its first megabyte holds no whole row"));
        }
        let is_tsv = source.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv"));
        let found = sniff::sniff(&source.head, source.is_short, is_tsv.then_some(b'\t'));
        Ok(Self { dialect: found.dialect, header: found.header, columns: found.columns, head_encoding: found.encoding })
    }

    /// Whether a record has one cell more than the header, with nothing in it: some programs end rows with a delimiter, but not the header.
    fn has_empty_end(&self, cells: &[Range<usize>]) -> bool {
        cells.len() == self.columns.len() + 1 && cells.last().is_some_and(Range::is_empty)
    }

    /// The values of a record's cells in `columns`, and how they were encoded.
    fn values(&self, row: &Row, columns: impl Iterator<Item = usize>) -> Result<(Vec<String>, Encoding), RowProblem> {
        if let Some(problem) = row.unreadable() {
            return Err(problem.clone());
        }
        let body = row.body();
        let cells = scan::cells(body, self.dialect);
        if cells.len() != self.columns.len() && !self.has_empty_end(&cells) {
            return Err(RowProblem::Cells { found: cells.len(), expected: self.columns.len() });
        }
        let mut hardest = Encoding::Ascii;
        let values = columns.map(|column| {
            let value = scan::value(&body[cells[column].clone()], self.dialect);
            let (text, encoding) = encoding::decode(&value);
            hardest = hardest.max(encoding);
            text.into_owned()
        });
        Ok((values.collect(), hardest))
    }
}

impl ExportFormat for Table {
    fn describe(&self) -> String {
        let delimiter = match self.dialect.delimiter {
            b'\t' => "tab".to_owned(),
            other => format!("\"{}\"", char::from(other)),
        };
        let header = match self.header {
            None => ", no header line".to_owned(),
            Some(0) => String::new(),
            Some(lines) => format!(", header in row {}", lines + 1),
        };
        format!("table, delimiter {delimiter}{header}")
    }

    fn ending(&self) -> &'static str {
        "csv"
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn reader(&self, source: Source, position: Position, longest: usize) -> Result<Box<dyn ExportReader>, Error> {
        Ok(Box::new(read::Reader::new(self, source, position, longest)?))
    }

    fn fields(&self, row: &Row, selection: &Selection) -> Result<Fields, RowProblem> {
        let wanted = selection.id.into_iter().chain(selection.title).chain(selection.text.iter().copied());
        let (values, encoding) = self.values(row, wanted)?;
        let mut values = values.into_iter();
        let id = selection.id.and_then(|_| values.next()).unwrap_or_default();
        let title = selection.title.and_then(|_| values.next()).unwrap_or_default();
        let texts: Vec<String> = values.collect();
        Ok(Fields { posting: Posting { id, title, text: texts.join("\n") }, encoding })
    }

    fn beside(&self, row: &Row) -> Result<Option<Beside>, RowProblem> {
        let places = COLUMNS.map(|name| self.columns.iter().position(|column| column.name == name));
        if places[0].is_none() {
            return Ok(None);
        }
        let mut values = self.values(row, places.into_iter().flatten())?.0.into_iter();
        let cells = places.map(|place| place.and_then(|_| values.next()).unwrap_or_default());
        Ok(Some(Beside::Cells(cells.to_vec())))
    }

    fn object(&self, row: &Row) -> Result<String, RowProblem> {
        let (values, _) = self.values(row, 0..self.columns.len())?;
        let mut object = Map::new();
        for (column, value) in self.columns.iter().zip(values) {
            // Of two columns with one name, the second gets another.
            let mut name = column.name.clone();
            while object.contains_key(&name) {
                name.push('_');
            }
            object.insert(name, Value::String(value));
        }
        Ok(Value::Object(object).to_string())
    }

    fn is_table(&self) -> bool {
        true
    }

    fn cells(&self, row: &Row) -> Result<Vec<String>, RowProblem> {
        self.values(row, 0..self.columns.len()).map(|(values, _)| values)
    }

    fn writer(&self) -> Box<dyn ExportWriter> {
        Box::new(write::SameTable::new(self.clone()))
    }
}
