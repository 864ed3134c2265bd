//! A new XLSX workbook of rows of another format, with one sheet.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use super::same::NUMBERS;
use super::tags::push_xlsx_cell;
use super::{COLUMNS as MOST_COLUMNS, LONGEST_CELL, ROWS, reference, too_long};
use crate::formats::export::{Beside, ExportFormat, ExportWriter, Fields, Kind, Row, Wrapping};
use crate::formats::package;
use crate::formats::table::COLUMNS;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATED: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKED: &str = "http://schemas.openxmlformats.org/package/2006";
const KINDS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// Writes a new workbook.
pub(in super::super) struct NewWorkbook {
    /// The names of the columns before the added ones.
    names: Vec<String>,
    /// Their cells are those of a table, not id, title and text.
    is_table: bool,
}

impl NewWorkbook {
    /// Writes rows of `format`: all columns of a table; id, title and text of anything else.
    pub(in super::super) fn new(format: &dyn ExportFormat) -> Self {
        Self { names: super::super::table::names(format), is_table: format.is_table() }
    }

    /// The cells of a record before the added ones. What cannot be read is shown as it stands.
    fn cells(&self, format: &dyn ExportFormat, row: &Row, fields: Option<&Fields>) -> Vec<String> {
        super::super::table::own_cells(format, row, fields, self.is_table)
    }
}

fn push_row<'c>(number: u64, cells: impl Iterator<Item = (&'c str, bool)>, out: &mut Vec<u8>) {
    out.extend(format!("<row r=\"{number}\">").as_bytes());
    for (at, (text, is_number)) in cells.enumerate() {
        let place = format!("{}{number}", reference::letters(at as u64 + 1));
        push_xlsx_cell("", &place, "", text, is_number, out);
    }
    out.extend(b"</row>\n");
}

impl ExportWriter for NewWorkbook {
    fn wants_json(&self) -> bool {
        false
    }

    fn begin(&self) -> Vec<u8> {
        let mut out = format!("{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetData>\n").into_bytes();
        push_row(1, self.names.iter().map(String::as_str).chain(COLUMNS).map(|name| (name, false)), &mut out);
        out
    }

    fn write(&self, format: &dyn ExportFormat, row: &Row, fields: Option<&Fields>, beside: &Beside, out: &mut Vec<u8>) {
        let (Kind::Record, Beside::Cells(added)) = (row.kind, beside) else { return };
        let own = self.cells(format, row, fields);
        let own = own.iter().map(|cell| (cell.as_str(), false));
        let added = added.iter().enumerate().map(|(at, cell)| (cell.as_str(), NUMBERS.contains(&at)));
        push_row(row.record + 1, own.chain(added), out);
    }

    fn refuse(&self, format: &dyn ExportFormat, row: &Row, fields: Option<&Fields>, beside: &Beside) -> Option<String> {
        let hint = "write .csv or .jsonl";
        if (self.names.len() + COLUMNS.len()) as u64 > MOST_COLUMNS {
            return Some(format!("more columns than the {MOST_COLUMNS} of a sheet ({hint})"));
        }
        let (Kind::Record, Beside::Cells(added)) = (row.kind, beside) else { return None };
        if row.record >= ROWS {
            return Some(format!("more rows than the {ROWS} of a sheet ({hint})"));
        }
        let own = self.cells(format, row, fields);
        let names = self.names.iter().map(String::as_str).chain(COLUMNS);
        let long = names.zip(own.iter().chain(added)).find_map(|(name, cell)| too_long(cell).map(|length| (name, length)));
        long.map(|(name, length)| {
            format!("column {name:?}: {length} characters, a cell of XLSX has room for {LONGEST_CELL} ({hint})")
        })
    }

    fn end(&self, _: u64) -> Vec<u8> {
        b"</sheetData></worksheet>\n".to_vec()
    }

    fn wrapping(&self) -> Option<Arc<dyn Wrapping>> {
        Some(Arc::new(Around))
    }
}

/// The parts around the sheet.
struct Around;

impl Wrapping for Around {
    fn wrap(&self, part: &mut dyn Read, length: u64, out: &mut File) -> io::Result<()> {
        let types = format!(
            "{DECLARATION}<Types xmlns=\"{PACKED}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{KINDS}.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{KINDS}.worksheet+xml\"/></Types>\n"
        );
        let related = |kind: &str, target: &str| {
            format!(
                "{DECLARATION}<Relationships xmlns=\"{PACKED}/relationships\"><Relationship Id=\"rId1\" Type=\"{RELATED}/{kind}\" Target=\"{target}\"/></Relationships>\n"
            )
        };
        let root = related("officeDocument", "xl/workbook.xml");
        let book = format!(
            "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATED}\"><sheets><sheet name=\"rolecall\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>\n"
        );
        let book_related = related("worksheet", "worksheets/sheet1.xml");
        let [mut types, mut root, mut book, mut book_related] = [&types, &root, &book, &book_related].map(String::as_bytes);
        package::write(
            &mut [
                ("[Content_Types].xml", &mut types, 0),
                ("_rels/.rels", &mut root, 0),
                ("xl/workbook.xml", &mut book, 0),
                ("xl/_rels/workbook.xml.rels", &mut book_related, 0),
                ("xl/worksheets/sheet1.xml", part, length),
            ],
            out,
        )
    }
}
