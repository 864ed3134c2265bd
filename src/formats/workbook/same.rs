//! The workbook that was read, with further columns in one sheet: every other part is copied as it is packed, and every cell stays.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use super::cell::{Cell, Content, SheetRow};
use super::tags::{dimension, push_paragraph, push_repeated, push_with_spans, push_xlsx_cell, style_of, tag_name};
use super::xml::prefix;
use super::{COLUMNS as MOST_COLUMNS, Dialect, LONGEST_CELL, Workbook, reference, too_long};
use crate::formats::export::{Beside, ExportFormat, ExportWriter, Fields, Kind, Row, Wrapping};
use crate::formats::package::Package;
use crate::formats::table::COLUMNS;

/// Those of the added columns that hold numbers.
pub(super) const NUMBERS: Range<usize> = 1..4;

const OFFICE: &str = "urn:oasis:names:tc:opendocument:xmlns:office:1.0";
const TEXT: &str = "urn:oasis:names:tc:opendocument:xmlns:text:1.0";

/// Writes the workbook that was read.
pub(super) struct SameWorkbook {
    dialect: Dialect,
    /// The first of the added columns, from 0.
    first: u64,
    /// Prefixes of the namespaces of attributes and of text in ODS.
    office: Prefix,
    text: Prefix,
    wrapping: Arc<Part>,
}

/// A prefix with its colon, and its declaration where the part has none.
struct Prefix {
    name: String,
    declaration: String,
}

impl Prefix {
    fn of(namespaces: &[(String, String)], namespace: &str, otherwise: &str) -> Self {
        match namespaces.iter().find(|(prefix, name)| name == namespace && !prefix.is_empty()) {
            Some((prefix, _)) => Self { name: format!("{prefix}:"), declaration: String::new() },
            None => Self { name: format!("{otherwise}:"), declaration: format!(" xmlns:{otherwise}=\"{namespace}\"") },
        }
    }
}

/// Packs a part among the others.
struct Part {
    package: Package,
    name: String,
}

impl Wrapping for Part {
    fn wrap(&self, part: &mut dyn Read, length: u64, out: &mut File) -> io::Result<()> {
        self.package.copy(&self.name, part, length, out)
    }
}

impl SameWorkbook {
    /// Writes what `book` reads.
    pub(super) fn new(book: &Workbook) -> Self {
        let sheet = &book.book.sheets[book.sheet];
        let namespaces = &book.extent.namespaces;
        Self {
            dialect: book.book.dialect,
            first: book.extent.width,
            office: Prefix::of(namespaces, OFFICE, "office"),
            text: Prefix::of(namespaces, TEXT, "text"),
            wrapping: Arc::new(Part { package: book.package.clone(), name: sheet.part.clone() }),
        }
    }

    /// Appends a row with `added` cells in the columns from [`Self::first`] on. A row that cannot be read gets them before its end.
    fn push_row(&self, row: &Row, added: &[&str], out: &mut Vec<u8>) {
        let raw = row.body();
        let cells = self.dialect.cells(raw).unwrap_or_else(|_| unread(raw));
        let name = tag_name(raw, &cells.tag);
        match self.dialect {
            Dialect::Xlsx => {
                let last = self.first + added.len() as u64;
                push_with_spans(&raw[cells.tag.clone()], last, out);
                let number = row.number;
                self.push_cells(raw, &cells, added.len() as u64, out, |out, replaced| {
                    for (at, text) in added.iter().enumerate() {
                        let column = self.first + at as u64;
                        let style = replaced.iter().find(|cell| cell.column == column);
                        let style = style.and_then(|cell| style_of(&raw[cell.span.clone()], "s")).unwrap_or_default();
                        let place = format!("{}{number}", reference::letters(column + 1));
                        push_xlsx_cell(
                            prefix(&name),
                            &place,
                            &style,
                            text,
                            NUMBERS.contains(&at) && row.kind == Kind::Record,
                            out,
                        );
                    }
                });
            }
            Dialect::Ods => {
                out.extend_from_slice(&raw[cells.tag.clone()]);
                let prefix = prefix(&name).to_owned();
                let used = cells.cells.last().map_or(0, |cell| cell.column + cell.repeat);
                self.push_cells(raw, &cells, added.len() as u64, out, |out, replaced| {
                    let missing = self.first.saturating_sub(used);
                    if missing > 0 {
                        let cell = format!("<{prefix}table-cell {prefix}number-columns-repeated=\"{missing}\"/>");
                        out.extend(cell.as_bytes());
                    }
                    for (at, text) in added.iter().enumerate() {
                        let column = self.first + at as u64;
                        let style = replaced.iter().find(|cell| (cell.column..cell.column + cell.repeat).contains(&column));
                        let style = style.and_then(|cell| style_of(&raw[cell.span.clone()], "style-name")).unwrap_or_default();
                        self.push_ods_cell(&prefix, &style, text, NUMBERS.contains(&at) && row.kind == Kind::Record, out);
                    }
                });
            }
        }
        out.extend_from_slice(&raw[cells.end..]);
    }

    /// Appends what stands between the tags of a row: its cells, with what `push` appends in the place of `count` columns. Cells in those
    /// columns are empty, and are left out.
    fn push_cells(&self, raw: &[u8], cells: &SheetRow, count: u64, out: &mut Vec<u8>, push: impl FnOnce(&mut Vec<u8>, &[&Cell])) {
        let (first, last) = (self.first, self.first + count);
        let is_replaced =
            |cell: &&Cell| cell.column < last && cell.column + cell.repeat > first && cell.content == Content::Nothing;
        let replaced: Vec<&Cell> = cells.cells.iter().filter(is_replaced).collect();
        let mut at = cells.tag.end;
        let mut push = Some(push);
        for cell in &cells.cells {
            let end = cell.column + cell.repeat;
            if end <= first {
                continue;
            }
            out.extend_from_slice(&raw[at..cell.span.start]);
            at = cell.span.start;
            let is_replaced = is_replaced(&cell);
            if is_replaced && cell.column < first {
                push_repeated(&raw[cell.span.clone()], first - cell.column, out);
            }
            if let Some(push) = push.take() {
                push(out, &replaced);
            }
            if is_replaced {
                if end > last {
                    push_repeated(&raw[cell.span.clone()], end - last.max(cell.column), out);
                }
                at = cell.span.end;
            }
        }
        let end = cells.end.max(at);
        out.extend_from_slice(&raw[at..end]);
        if let Some(push) = push.take() {
            push(out, &replaced);
        }
    }

    fn push_ods_cell(&self, table: &str, style: &str, text: &str, is_number: bool, out: &mut Vec<u8>) {
        if text.is_empty() {
            return out.extend(format!("<{table}table-cell{style}/>").as_bytes());
        }
        let Self { office, text: paragraph, .. } = self;
        let (office, declared) = (&office.name, &office.declaration);
        let (p, p_declared) = (&paragraph.name, &paragraph.declaration);
        let kind = if is_number { format!("float\" {office}value=\"{text}") } else { "string".to_owned() };
        out.extend(format!("<{table}table-cell{style}{declared}{p_declared} {office}value-type=\"{kind}\">").as_bytes());
        for line in text.split('\n') {
            out.extend(format!("<{p}p>").as_bytes());
            push_paragraph(line, p, out);
            out.extend(format!("</{p}p>").as_bytes());
        }
        out.extend(format!("</{table}table-cell>").as_bytes());
    }
}

/// What is known of a row that cannot be read: where its tags are.
fn unread(raw: &[u8]) -> SheetRow {
    let open = raw.iter().position(|&byte| byte == b'>').map_or(raw.len(), |at| at + 1);
    let close = raw.iter().rposition(|&byte| byte == b'<').unwrap_or(raw.len()).max(open);
    SheetRow {
        tag: 0..open,
        end: close,
        cells: vec![Cell { column: 0, repeat: 1, span: open..close, content: Content::Covered }],
    }
}

impl ExportWriter for SameWorkbook {
    fn wants_json(&self) -> bool {
        false
    }

    fn write(&self, _: &dyn ExportFormat, row: &Row, _: Option<&Fields>, beside: &Beside, out: &mut Vec<u8>) {
        match (row.kind, beside) {
            (Kind::Header, _) => self.push_row(row, &COLUMNS, out),
            (Kind::Record, Beside::Cells(cells)) => {
                self.push_row(row, &cells.iter().map(String::as_str).collect::<Vec<_>>(), out);
            }
            (Kind::Filler, _) if self.dialect == Dialect::Xlsx && row.record == 0 => {
                match dimension(&row.raw, self.first + COLUMNS.len() as u64) {
                    Some(dimension) => out.extend(dimension),
                    None => out.extend(&row.raw),
                }
            }
            _ => out.extend(&row.raw),
        }
    }

    fn refuse(&self, _: &dyn ExportFormat, row: &Row, _: Option<&Fields>, beside: &Beside) -> Option<String> {
        if self.first + COLUMNS.len() as u64 > MOST_COLUMNS {
            let last = reference::letters(self.first);
            return Some(format!("no room for eight columns after column {last} (write .csv or .jsonl)"));
        }
        let Beside::Cells(cells) = beside else { return None };
        let (name, length) = COLUMNS.iter().zip(cells).find_map(|(name, cell)| too_long(cell).map(|length| (name, length)))?;
        (self.dialect == Dialect::Xlsx && row.kind == Kind::Record).then(|| {
            format!("{name} has {length} characters, a cell has room for {LONGEST_CELL} (a lower --phrases helps, or write .csv or .jsonl)")
        })
    }

    fn wrapping(&self) -> Option<Arc<dyn Wrapping>> {
        Some(Arc::clone(&self.wrapping) as Arc<dyn Wrapping>)
    }
}
