//! The workbook that was read, with further columns in one sheet: every other part is copied as it is packed, and every cell stays.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

use super::cell::{Cell, Content, SheetRow};
use super::strings::escaped;
use super::xml::{attribute_place, local, prefix, push_escaped};
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

/// The name in a start tag.
fn tag_name(raw: &[u8], tag: &Range<usize>) -> String {
    let tag = String::from_utf8_lossy(&raw[tag.clone()]);
    let name = tag.trim_start_matches('<');
    name[..name.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(name.len())].to_owned()
}

/// The attribute of an empty cell that names its style, as it stands, with the blank before it.
fn style_of(cell: &[u8], name: &str) -> Option<String> {
    let cell = str::from_utf8(cell).ok()?;
    let tag = &cell[..=cell.find('>')?];
    attribute_place(tag, name).map(|(_, all)| tag[all].to_owned())
}

/// Appends the start tag of a row, whose `spans` go on to that column.
fn push_with_spans(tag: &[u8], last: u64, out: &mut Vec<u8>) {
    let end = str::from_utf8(tag).ok().and_then(|text| {
        let (value, _) = attribute_place(text, "spans")?;
        let colon = value.start + text[value.clone()].find(':')?;
        let end = text[colon + 1..value.end].parse::<u64>().ok().filter(|&end| end < last)?;
        Some((colon + 1, colon + 1 + end.to_string().len()))
    });
    match end {
        Some((begin, end)) => {
            out.extend_from_slice(&tag[..begin]);
            out.extend(last.to_string().as_bytes());
            out.extend_from_slice(&tag[end..]);
        }
        None => out.extend_from_slice(tag),
    }
}

/// Appends a cell of XLSX: a number, or a text that nothing takes for a formula.
pub(super) fn push_xlsx_cell(prefix: &str, place: &str, style: &str, text: &str, is_number: bool, out: &mut Vec<u8>) {
    let p = prefix;
    if text.is_empty() {
        if !style.is_empty() {
            out.extend(format!("<{p}c r=\"{place}\"{style}/>").as_bytes());
        }
        return;
    }
    if is_number {
        return out.extend(format!("<{p}c r=\"{place}\"{style}><{p}v>{text}</{p}v></{p}c>").as_bytes());
    }
    out.extend(format!("<{p}c r=\"{place}\"{style} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">").as_bytes());
    push_escaped(&escaped(text), out);
    out.extend(format!("</{p}t></{p}is></{p}c>").as_bytes());
}

/// Appends the text of a paragraph. What ODF has no room for is replaced.
fn push_paragraph(text: &str, prefix: &str, out: &mut Vec<u8>) {
    let mut after_blank = true;
    let mut character = [0; 4];
    for one in text.chars() {
        match one {
            ' ' if after_blank => out.extend(format!("<{prefix}s/>").as_bytes()),
            '\t' => out.extend(format!("<{prefix}tab/>").as_bytes()),
            '\r' => {}
            one if one < ' ' || matches!(one, '\u{fffe}' | '\u{ffff}') => out.extend("\u{fffd}".as_bytes()),
            one => push_escaped(one.encode_utf8(&mut character), out),
        }
        after_blank = one == ' ';
    }
}

/// Appends an empty cell of ODS that stands for so many.
fn push_repeated(cell: &[u8], count: u64, out: &mut Vec<u8>) {
    let place = str::from_utf8(cell).ok().and_then(|text| attribute_place(text, "number-columns-repeated"));
    if let Some((value, _)) = place {
        out.extend_from_slice(&cell[..value.start]);
        out.extend(count.to_string().as_bytes());
        out.extend_from_slice(&cell[value.end..]);
    } else {
        out.extend_from_slice(cell);
    }
}

/// A row of ODS that stands for itself alone.
pub(super) fn without_repeat(raw: &[u8]) -> Vec<u8> {
    let tag = raw.iter().position(|&byte| byte == b'>').map_or(raw.len(), |at| at + 1);
    let place = str::from_utf8(&raw[..tag]).ok().and_then(|tag| attribute_place(tag, "number-rows-repeated"));
    match place {
        Some((_, all)) => [&raw[..all.start], &raw[all.end..]].concat(),
        None => raw.to_vec(),
    }
}

/// The element that says which cells of a sheet are used, with columns up to `last`; `None` where this is another.
fn dimension(raw: &[u8], last: u64) -> Option<Vec<u8>> {
    let tag = str::from_utf8(raw).ok()?;
    if local(&tag_name(raw, &(0..raw.len()))) != "dimension" {
        return None;
    }
    let (value, _) = attribute_place(tag, "ref")?;
    let (first, (column, row)) = reference::area(&tag[value.clone()])?;
    let name = |(column, row)| format!("{}{row}", reference::letters(column));
    let area = format!("{}:{}", name(first), name((column.max(last), row)));
    Some([&raw[..value.start], area.as_bytes(), &raw[value.end..]].concat())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_how_far_a_sheet_reaches_goes_along() {
        let of = |xml: &str| dimension(xml.as_bytes(), 12).map(|xml| String::from_utf8(xml).expect("text"));
        assert_eq!(of("<x:dimension ref=\"B2:D17\"/>").as_deref(), Some("<x:dimension ref=\"B2:L17\"/>"));
        assert_eq!(of("<dimension ref=\"A1\"/>").as_deref(), Some("<dimension ref=\"A1:L1\"/>"));
        assert_eq!((of("<cols ref=\"A1\"/>"), of("<dimension/>"), of("\n")), (None, None, None));
        let mut out = Vec::new();
        push_with_spans(b"<row r=\"1\" spans=\"1:4\" ht=\"9\">", 12, &mut out);
        push_with_spans(b"<row spans=\"1:40\">", 12, &mut out);
        assert_eq!(str::from_utf8(&out), Ok("<row r=\"1\" spans=\"1:12\" ht=\"9\"><row spans=\"1:40\">"));
    }

    #[test]
    fn a_row_for_many_becomes_a_row() {
        let raw =
            b"<table:table-row table:style-name=\"a\" table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>";
        let expected = "<table:table-row table:style-name=\"a\"><table:table-cell/></table:table-row>";
        assert_eq!(String::from_utf8(without_repeat(raw)).as_deref(), Ok(expected));
    }
}
