//! Tables with further columns: what was there stays as it is, byte for byte.

use super::super::encoding::{self, Encoding};
use super::super::export::{Beside, ExportFormat, ExportWriter, Fields, Kind, Row, RowProblem};
use super::Table;
use super::scan::{Dialect, QUOTE, cells};

/// The names of the columns that are added.
pub(crate) const COLUMNS: [&str; 8] = [
    "rolecall_role",
    "rolecall_probability",
    "rolecall_account",
    "rolecall_project",
    "rolecall_phrases",
    "rolecall_reason",
    "rolecall_problem",
    "rolecall_model",
];

/// Appends a cell. A spreadsheet would run what begins like a formula, so an apostrophe comes before that.
fn push_cell(text: &str, dialect: Dialect, encoding: Encoding, out: &mut Vec<u8>) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '|', '%', '＝', '＋', '－', '＠']);
    let special = |byte: u8| [dialect.delimiter, dialect.line_end, b'\r', b'\n', QUOTE].contains(&byte);
    let is_quoted = text.bytes().any(special) || text.starts_with(' ') || text.ends_with(' ');
    if is_quoted {
        out.push(QUOTE);
    }
    if is_formula {
        out.push(b'\'');
    }
    let escape = if dialect.has_escapes { "\\\"" } else { "\"\"" };
    if dialect.has_escapes {
        encoding::encode(&text.replace('\\', "\\\\").replace('"', escape), encoding, out);
    } else {
        encoding::encode(&text.replace('"', escape), encoding, out);
    }
    if is_quoted {
        out.push(QUOTE);
    }
}

/// Appends `cells` as a line of a table in UTF-8, with commas or with tabs between them, and none that a spreadsheet would run.
pub fn push_line<'a>(cells: impl IntoIterator<Item = &'a str>, has_tabs: bool, out: &mut Vec<u8>) {
    push_cells(cells.into_iter().map(|cell| (cell, false)), has_tabs, out);
}

/// The same, where it is said of each cell whether it is a number, which stays as it is.
pub(crate) fn push_cells<'a>(cells: impl IntoIterator<Item = (&'a str, bool)>, has_tabs: bool, out: &mut Vec<u8>) {
    let dialect = Dialect { delimiter: if has_tabs { b'\t' } else { b',' }, has_escapes: false, line_end: b'\n' };
    for (at, (cell, is_number)) in cells.into_iter().enumerate() {
        if at > 0 {
            out.push(dialect.delimiter);
        }
        if is_number {
            out.extend(cell.as_bytes());
        } else {
            push_cell(cell, dialect, Encoding::Utf8, out);
        }
    }
    out.push(b'\n');
}

/// Writes the table that was read, with columns after its own.
pub(super) struct SameTable {
    table: Table,
}

impl SameTable {
    /// Writes what `table` reads.
    pub(super) fn new(table: Table) -> Self {
        Self { table }
    }

    /// The encoding for what is written beside `row`: the row's own, or where that is ASCII, that of the head.
    fn encoding(&self, row: &Row, fields: Option<&Fields>) -> Encoding {
        let own = fields.map_or_else(|| encoding::detect(row.body()), |fields| fields.encoding);
        if own == Encoding::Ascii { self.table.head_encoding } else { own }
    }

    /// What makes the appended cells stand in their columns: the quote that is missing, the cells that are missing, and a delimiter.
    fn complete(&self, row: &Row, out: &mut Vec<u8>) {
        match row.problem {
            Some(RowProblem::OpenQuote) => out.push(QUOTE),
            // Its beginning is gone, so nobody knows its cells.
            Some(RowProblem::TooLong(_)) => return out.push(self.table.dialect.delimiter),
            _ => {}
        }
        let found = cells(row.body(), self.table.dialect);
        // The delimiter that ends the row is the one before what is appended.
        let delimiters =
            if self.table.has_empty_end(&found) { 0 } else { 1 + self.table.columns.len().saturating_sub(found.len()) };
        out.extend(std::iter::repeat_n(self.table.dialect.delimiter, delimiters));
    }
}

impl ExportWriter for SameTable {
    fn wants_json(&self) -> bool {
        false
    }

    fn write(&self, _: &dyn ExportFormat, row: &Row, fields: Option<&Fields>, beside: &Beside, out: &mut Vec<u8>) {
        let names: Vec<String>;
        let added = match (row.kind, beside) {
            (Kind::Header, _) => {
                names = COLUMNS.map(str::to_owned).to_vec();
                &names
            }
            (Kind::Record, Beside::Cells(cells)) => cells,
            _ => return out.extend(&row.raw),
        };
        let dialect = self.table.dialect;
        let encoding = self.encoding(row, fields);
        out.extend(&row.raw[..row.body.end]);
        if row.kind == Kind::Record {
            self.complete(row, out);
        } else {
            out.push(dialect.delimiter);
        }
        for (at, cell) in added.iter().enumerate() {
            if at > 0 {
                out.push(dialect.delimiter);
            }
            push_cell(cell, dialect, encoding, out);
        }
        out.extend(&row.raw[row.body.end..]);
    }
}

/// The columns of rows of `format` in another table: its own, or id, title and text of what is no table.
pub(crate) fn names(format: &dyn ExportFormat) -> Vec<String> {
    if format.is_table() {
        format.columns().iter().map(|column| column.name.clone()).collect()
    } else {
        ["id", "title", "text"].map(str::to_owned).to_vec()
    }
}

/// The cells of a record in those columns. What cannot be read is shown as it stands.
pub(crate) fn own_cells(format: &dyn ExportFormat, row: &Row, fields: Option<&Fields>, is_table: bool) -> Vec<String> {
    if is_table {
        return format.cells(row).unwrap_or_else(|_| {
            let mut cells = vec![String::new(); format.columns().len()];
            cells.iter_mut().take(1).for_each(|first| *first = encoding::decode(row.body()).0.into_owned());
            cells
        });
    }
    let posting = fields.map_or_else(|| format.stand_in(row), |fields| fields.posting.clone());
    vec![posting.id, posting.title, posting.text]
}

/// Writes rows of another format as a table, with the columns after its own.
pub(crate) struct CsvWriter {
    has_tabs: bool,
    names: Vec<String>,
    is_table: bool,
}

impl CsvWriter {
    /// Writes rows of `format` with commas, or with tabs.
    pub(crate) fn new(format: &dyn ExportFormat, has_tabs: bool) -> Self {
        Self { has_tabs, names: names(format), is_table: format.is_table() }
    }
}

impl ExportWriter for CsvWriter {
    fn wants_json(&self) -> bool {
        false
    }

    fn begin(&self) -> Vec<u8> {
        let mut out = Vec::new();
        push_line(self.names.iter().map(String::as_str).chain(COLUMNS), self.has_tabs, &mut out);
        out
    }

    fn write(&self, format: &dyn ExportFormat, row: &Row, fields: Option<&Fields>, beside: &Beside, out: &mut Vec<u8>) {
        let (Kind::Record, Beside::Cells(cells)) = (row.kind, beside) else { return };
        let own = own_cells(format, row, fields, self.is_table);
        push_line(own.iter().chain(cells).map(String::as_str), self.has_tabs, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_never_formulas() {
        let dialect = Dialect { delimiter: b';', has_escapes: false, line_end: b'\n' };
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+1.20 account: a; b", "\"'+1.20 account: a; b\""),
            ("-x", "'-x"),
            ("@x \"y\"", "\"'@x \"\"y\"\"\""),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("plain = text", "plain = text"),
            (" =x", "\" =x\""),
        ] {
            let mut out = Vec::new();
            push_cell(text, dialect, Encoding::Utf8, &mut out);
            assert_eq!(String::from_utf8(out).expect("text"), cell);
        }
    }
}
