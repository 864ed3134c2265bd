//! What every format of a recruiting export offers: rows with their bytes, the fields in them, and a way to write them again with something
//! beside each.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::encoding::{Encoding, decode};
use super::source::Source;
use super::table::COLUMNS;
use crate::error::Error;
use crate::posting::Posting;

/// What a stretch of an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Not a row: a title above a table, a blank line, what stands around the postings of a feed. Passed through.
    Filler,
    /// The names of the columns.
    Header,
    /// The beginning of a row that is too long to hold. Passed through; a record with a problem follows.
    Piece,
    /// A row.
    Record,
}

/// A stretch of an export, with its bytes as they stood. All stretches together are the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is.
    pub kind: Kind,
    /// Its bytes, decompressed and in an encoding that ASCII is a part of.
    pub raw: Vec<u8>,
    /// Where in them the record itself is, without what separates it from others.
    pub body: Range<usize>,
    /// Its number in the file, from 1, as a spreadsheet or an editor counts it.
    pub number: u64,
    /// Its number among the records, from 1.
    pub record: u64,
    /// Why it cannot be read, where that was seen already.
    pub problem: Option<RowProblem>,
}

impl Row {
    /// Why the record cannot be read, which is not the same as that it cannot be judged.
    pub fn unreadable(&self) -> Option<&RowProblem> {
        self.problem.as_ref().filter(|problem| !matches!(problem, RowProblem::NoText(_) | RowProblem::LongText(_)))
    }

    /// The record's own bytes.
    pub fn body(&self) -> &[u8] {
        &self.raw[self.body.clone()]
    }
}

/// Why a row has no role. The row is kept, and the run goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowProblem {
    /// It has another number of cells than the header.
    Cells {
        /// How many it has.
        found: usize,
        /// How many the header has.
        expected: usize,
    },
    /// A quote opens a cell and nothing closes it.
    OpenQuote,
    /// It is longer than the limit, in megabytes.
    TooLong(usize),
    /// Its text is longer than that of any posting, in kilobytes.
    LongText(usize),
    /// It is no JSON.
    Json(String),
    /// It is no row of a workbook.
    Sheet(String),
    /// It is JSON, but no object.
    NoObject,
    /// It is no XML.
    Xml(String),
    /// It is a document that cannot be read.
    Document(String),
    /// The file ends in the middle of it.
    EndsEarly,
    /// Something follows the end of the rows that is none.
    Beyond,
    /// There is nothing in the columns of the text, which have these names.
    NoText(String),
    /// It was labelled before.
    Labelled,
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cells { found, expected } => write!(f, "{found} cells instead of {expected}"),
            Self::OpenQuote => write!(f, "a quote opens a cell and nothing closes it"),
            Self::TooLong(limit) => write!(f, "longer than {limit} MB (--longest-row raises the limit)"),
            Self::LongText(limit) => write!(f, "a text over {limit} kB is no posting"),
            Self::Json(problem) => write!(f, "broken JSON: {problem}"),
            Self::Sheet(problem) => write!(f, "broken row: {problem}"),
            Self::NoObject => write!(f, "no JSON object"),
            Self::Xml(problem) => write!(f, "broken XML: {problem}"),
            Self::Document(problem) => write!(f, "{problem}"),
            Self::EndsEarly => write!(f, "the file ends in the middle of it"),
            Self::Beyond => write!(f, "the array ends here, and something follows it"),
            Self::NoText(columns) if columns.is_empty() => write!(f, "there is no text to judge"),
            Self::NoText(columns) => write!(f, "column {columns}: empty, there is no text to judge"),
            Self::Labelled => write!(f, "it has a key \"rolecall\" already"),
        }
    }
}

/// How far an export was read. Reading can go on from there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Bytes of the decompressed, decoded stream.
    pub offset: u64,
    /// Rows as a spreadsheet or an editor counts them.
    pub number: u64,
    /// Records.
    pub record: u64,
    /// Which part of the file, where the format has parts.
    pub phase: u8,
}

/// A column as it was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Column {
    /// Its name; in JSON a path with dots.
    pub name: String,
    /// Its first cells.
    pub samples: Vec<String>,
}

/// Which columns are read, as places in [`ExportFormat::columns`]; none other is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// The row's own name.
    pub id: Option<usize>,
    /// The job title.
    pub title: Option<usize>,
    /// The text; joined by line breaks where it is more than one.
    pub text: Vec<usize>,
    /// Read the fields of feeds whose shape is known first.
    pub by_shape: bool,
    /// Read rows that were labelled before, too.
    pub relabel: bool,
}

/// A row that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fields {
    /// What it says.
    pub posting: Posting,
    /// How its cells were encoded: the one that is hardest to read.
    pub encoding: Encoding,
}

/// What is written beside a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Beside {
    /// Cells of further columns.
    Cells(Vec<String>),
    /// The text of a JSON value.
    Json(String),
}

/// Rows, one after the other.
pub trait ExportReader: Send {
    /// The next stretch; `None` at the end.
    ///
    /// # Errors
    /// If the export cannot be read on. What is wrong with one row is no error.
    fn next(&mut self) -> Result<Option<Row>, Error>;

    /// Where the next stretch begins; `None` in the middle of a long row, where nobody can go on.
    fn position(&self) -> Option<Position>;
}

/// A format, with what was learnt of an export from its head. Threads share it.
pub trait ExportFormat: Send + Sync {
    /// Its name and what is particular to this export, for people.
    fn describe(&self) -> String;

    /// The ending that its files have.
    fn ending(&self) -> &'static str;

    /// The columns.
    fn columns(&self) -> &[Column];

    /// The feed whose shape the rows have, if it is known.
    fn shape(&self) -> Option<&'static str> {
        None
    }

    /// Reads `source` from `position` on; a longer row than `longest` bytes is passed through.
    ///
    /// # Errors
    /// If there is no way to that position.
    fn reader(&self, source: Source, position: Position, longest: usize) -> Result<Box<dyn ExportReader>, Error>;

    /// What the columns of `selection` say in a record.
    ///
    /// # Errors
    /// If the record cannot be read. That it has no text is no error here.
    fn fields(&self, row: &Row, selection: &Selection) -> Result<Fields, RowProblem>;

    /// What an earlier labelling wrote beside a record; `None` where it is not labelled.
    ///
    /// # Errors
    /// If the record cannot be read.
    fn beside(&self, row: &Row) -> Result<Option<Beside>, RowProblem> {
        let place = |name: &str| self.columns().iter().position(|column| column.name == name);
        if place(COLUMNS[0]).is_none() {
            return Ok(None);
        }
        let cell = |name| match place(name) {
            Some(at) => self.fields(row, &Selection { text: vec![at], ..Selection::default() }).map(|fields| fields.posting.text),
            None => Ok(String::new()),
        };
        COLUMNS.into_iter().map(cell).collect::<Result<_, _>>().map(|cells| Some(Beside::Cells(cells)))
    }

    /// A record as the text of a JSON object on one line.
    ///
    /// # Errors
    /// If it cannot be read.
    fn object(&self, row: &Row) -> Result<String, RowProblem>;

    /// The same, where `fields` were read already; `None` where they could not be.
    ///
    /// # Errors
    /// If it cannot be read.
    fn object_of(&self, row: &Row, _fields: Option<&Fields>) -> Result<String, RowProblem> {
        self.object(row)
    }

    /// What stands in a table for a record that cannot be read.
    fn stand_in(&self, row: &Row) -> Posting {
        Posting { text: decode(row.body()).0.into_owned(), ..Posting::default() }
    }

    /// Whether the format is written as well as read; otherwise, objects are written in its place.
    fn is_written(&self) -> bool {
        true
    }

    /// Whether its records are rows of a table with [`Self::columns`].
    fn is_table(&self) -> bool {
        false
    }

    /// The cells of a record, one for each column, where it [`Self::is_table`].
    ///
    /// # Errors
    /// If it cannot be read.
    fn cells(&self, _row: &Row) -> Result<Vec<String>, RowProblem> {
        Ok(Vec::new())
    }

    /// Writes this very format, or what is written in its place.
    fn writer(&self) -> Box<dyn ExportWriter>;
}

/// What the bytes that were written are packed into, where they are but a part of a file.
pub trait Wrapping: Send + Sync {
    /// Writes the whole file to `out`, of which `part` has `length` bytes.
    ///
    /// # Errors
    /// If reading or writing fails.
    fn wrap(&self, part: &mut dyn Read, length: u64, out: &mut File) -> io::Result<()>;
}

/// How rows are written with something beside each. Threads share it.
pub trait ExportWriter: Send + Sync {
    /// Whether it wants a JSON value rather than cells beside a row.
    fn wants_json(&self) -> bool;

    /// What comes before everything.
    fn begin(&self) -> Vec<u8> {
        Vec::new()
    }

    /// Appends `row`. Only records need something beside them.
    fn write(&self, format: &dyn ExportFormat, row: &Row, fields: Option<&Fields>, beside: &Beside, out: &mut Vec<u8>);

    /// Why `row` cannot be written, where the format has no room for it. That ends the run, as nothing is ever cut.
    fn refuse(&self, _format: &dyn ExportFormat, _row: &Row, _fields: Option<&Fields>, _beside: &Beside) -> Option<String> {
        None
    }

    /// What comes after everything, where there were so many records.
    fn end(&self, _records: u64) -> Vec<u8> {
        Vec::new()
    }

    /// What everything is packed into at the end, if it is.
    fn wrapping(&self) -> Option<Arc<dyn Wrapping>> {
        None
    }
}
