//! Workbooks: XLSX and ODS. One sheet is read, row by row; the rest of the package stays as it is.
//!
//! The part with the sheet streams: it is unpacked as it is read, three times (to find the header, to find the last column that is used, to
//! label). What does not stream is the texts that cells of an XLSX workbook share: they are held as a whole, once.

mod cell;
mod find;
mod new;
mod ods;
mod parts;
mod read;
mod reference;
mod same;
mod scan;
mod stretches;
mod strings;
mod styles;
mod tags;
mod xlsx;
mod xml;

use serde_json::{Map, Value};

use super::encoding;
use super::export::{Column, ExportFormat, ExportReader, ExportWriter, Fields, Position, Row, RowProblem, Selection};
use super::package::{Limits, Package};
use super::source::Source;
use crate::error::Error;
use crate::posting::Posting;
use cell::{Content, Shared, SheetRow};
use find::Head;
use parts::Book;
use scan::Extent;

pub(super) use new::NewWorkbook;
pub(super) use parts::refused_ole;

/// A sheet has at most so many rows
const ROWS: u64 = 1_048_576;
/// and so many columns.
const COLUMNS: u64 = 16_384;
/// A cell of XLSX holds at most so many characters, as UTF-16 counts them.
const LONGEST_CELL: usize = 32_767;

/// How sheets are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dialect {
    Xlsx,
    Ods,
}

impl Dialect {
    /// The element that holds the rows.
    fn sheet(self) -> &'static str {
        match self {
            Self::Xlsx => "sheetData",
            Self::Ods => "table",
        }
    }

    /// The element that is a row.
    fn row(self) -> &'static str {
        match self {
            Self::Xlsx => "row",
            Self::Ods => "table-row",
        }
    }

    /// The elements that rows may stand in.
    fn groups(self) -> &'static [&'static str] {
        match self {
            Self::Xlsx => &[],
            Self::Ods => &["table-header-rows", "table-rows", "table-row-group"],
        }
    }

    /// Reads a row.
    fn cells(self, raw: &[u8]) -> Result<SheetRow, String> {
        let raw = str::from_utf8(raw).map_err(|error| error.to_string())?;
        match self {
            Self::Xlsx => xlsx::cells(raw),
            Self::Ods => ods::cells(raw),
        }
    }
}

/// What was asked for of a workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The sheet, by name or number.
    pub sheet: Option<String>,
    /// How much may be unpacked.
    pub limits: Limits,
    /// The longest row, in bytes; 0 is no limit but that of a part.
    pub longest: usize,
}

/// A workbook with the sheet that was chosen.
pub(super) struct Workbook {
    package: Package,
    book: Book,
    /// The sheet's place in [`Book::sheets`].
    sheet: usize,
    shared: Shared,
    columns: Vec<Column>,
    /// The number of the header's row; `None` where there is no header.
    header: Option<u64>,
    extent: Extent,
}

impl Workbook {
    /// Opens `source` and chooses a sheet.
    pub(super) fn new(source: &Source, asked: &Asked) -> Result<Self, Error> {
        let package = Package::open(source, asked.limits)?;
        let (book, shared) = Book::open(&package)?;
        let longest = if asked.longest == 0 { usize::MAX } else { asked.longest };
        let (sheet, head) = find::choose(&package, &book, &shared, asked.sheet.as_deref(), longest)?;
        let extent = scan::scan(&package, &book, &shared, sheet, &head, longest, asked.limits)?;
        let Head { mut columns, header, .. } = head;
        // A column that no header names is called what the program calls it.
        for at in columns.len() as u64..extent.width {
            columns.push(Column { name: reference::letters(at + 1), samples: Vec::new() });
        }
        Ok(Self { package, book, sheet, shared, columns, header, extent })
    }

    /// A record's cells.
    fn row(&self, row: &Row) -> Result<SheetRow, RowProblem> {
        if let Some(problem) = row.unreadable() {
            return Err(problem.clone());
        }
        let cells = self.book.dialect.cells(row.body()).map_err(RowProblem::Sheet)?;
        let lost = cells.cells.iter().find_map(|cell| match cell.content {
            Content::Shared(at) if at >= self.shared.strings.len() => Some(at),
            _ => None,
        });
        match lost {
            Some(at) => Err(RowProblem::Sheet(format!("there is no shared text number {at}"))),
            None => Ok(cells),
        }
    }

    /// What a posting says in a column. What went wrong says nothing.
    fn said(&self, cells: &SheetRow, column: usize) -> String {
        match cells.content(column as u64) {
            Content::Error(_) => String::new(),
            content => self.shared.text(content),
        }
    }
}

impl ExportFormat for Workbook {
    fn describe(&self) -> String {
        let name = match self.book.dialect {
            Dialect::Xlsx => "XLSX",
            Dialect::Ods => "ODS",
        };
        let of = match self.book.sheets.len() {
            1 => String::new(),
            count => format!(" ({} of {count})", self.sheet + 1),
        };
        let header = match self.header {
            None => ", no header row".to_owned(),
            Some(1) => String::new(),
            Some(row) => format!(", header in row {row}"),
        };
        format!("workbook ({name}), sheet {:?}{of}{header}", self.book.sheets[self.sheet].name)
    }

    fn ending(&self) -> &'static str {
        self.book.ending
    }

    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn reader(&self, source: Source, position: Position, longest: usize) -> Result<Box<dyn ExportReader>, Error> {
        Ok(Box::new(read::Reader::new(self, &source, position, longest)?))
    }

    fn fields(&self, row: &Row, selection: &Selection) -> Result<Fields, RowProblem> {
        let cells = self.row(row)?;
        let said = |column: usize| self.said(&cells, column);
        let texts: Vec<String> = selection.text.iter().map(|&column| said(column)).collect();
        let posting = Posting {
            id: selection.id.map(said).unwrap_or_default(),
            title: selection.title.map(said).unwrap_or_default(),
            text: texts.join("\n"),
        };
        Ok(Fields { posting, encoding: encoding::detect(row.body()) })
    }

    fn object(&self, row: &Row) -> Result<String, RowProblem> {
        let cells = self.row(row)?;
        let mut object = Map::new();
        for (column, content) in self.columns.iter().zip(cells.contents(self.columns.len())) {
            let mut name = column.name.clone();
            // Of two columns with one name, the second gets another.
            while object.contains_key(&name) {
                name.push('_');
            }
            object.insert(name, self.shared.value(content));
        }
        Ok(Value::Object(object).to_string())
    }

    fn is_table(&self) -> bool {
        true
    }

    fn cells(&self, row: &Row) -> Result<Vec<String>, RowProblem> {
        let cells = self.row(row)?;
        Ok(cells.contents(self.columns.len()).into_iter().map(|content| self.shared.text(content)).collect())
    }

    fn writer(&self) -> Box<dyn ExportWriter> {
        Box::new(same::SameWorkbook::new(self))
    }
}

/// The length of a text as Excel counts it, where it may be too long.
fn too_long(text: &str) -> Option<usize> {
    let length = if text.len() > LONGEST_CELL { text.encode_utf16().count() } else { 0 };
    (length > LONGEST_CELL).then_some(length)
}
