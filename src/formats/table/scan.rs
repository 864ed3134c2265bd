//! Where records and cells of a table end.

use std::borrow::Cow;
use std::ops::Range;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// Stands between cells.
    pub delimiter: u8,
    /// Whether a backslash takes a quote its meaning, as in exports of databases.
    pub has_escapes: bool,
    /// Ends a record: a line feed, or a carriage return in files of old Macs.
    pub line_end: u8,
}

pub(super) const QUOTE: u8 = b'"';
const ESCAPE: u8 = b'\\';

/// Where in a record a scan is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    CellStart,
    Plain,
    Quoted,
    /// After a quote within quotes: the end of the cell, or the first half of a quote.
    MaybeClosed,
    Escaped,
}

/// What a byte ends.
enum End {
    Nothing,
    Cell,
    Record,
}

/// Scans the bytes of a table, as they come.
#[derive(Debug, Clone)]
pub(super) struct Scanner {
    dialect: Dialect,
    state: State,
    /// Text came after a quote that closed a cell. No program writes that.
    is_malformed: bool,
}

impl Scanner {
    /// Begins at the first byte of a record.
    pub(super) fn new(dialect: Dialect) -> Self {
        Self { dialect, state: State::CellStart, is_malformed: false }
    }

    /// Whether a quote is open.
    pub(super) fn is_quoted(&self) -> bool {
        matches!(self.state, State::Quoted | State::Escaped)
    }

    /// Whether a quote closed where it cannot have been meant to.
    pub(super) fn is_malformed(&self) -> bool {
        self.is_malformed
    }

    /// The end of the record that is being scanned, if it lies in `bytes`; they follow those scanned before.
    pub(super) fn record_end(&mut self, bytes: &[u8]) -> Option<usize> {
        for (at, &byte) in bytes.iter().enumerate() {
            if let End::Record = self.step(byte) {
                return Some(at + 1);
            }
        }
        None
    }

    fn step(&mut self, byte: u8) -> End {
        let dialect = self.dialect;
        match self.state {
            State::Quoted => {
                if byte == QUOTE {
                    self.state = State::MaybeClosed;
                } else if byte == ESCAPE && dialect.has_escapes {
                    self.state = State::Escaped;
                }
                return End::Nothing;
            }
            State::Escaped => {
                self.state = State::Quoted;
                return End::Nothing;
            }
            State::MaybeClosed | State::CellStart if byte == QUOTE => {
                self.state = State::Quoted;
                return End::Nothing;
            }
            _ => {}
        }
        if byte == dialect.delimiter {
            self.state = State::CellStart;
            End::Cell
        } else if byte == dialect.line_end {
            self.state = State::CellStart;
            End::Record
        } else {
            // The carriage return belongs to the line end.
            self.is_malformed |= self.state == State::MaybeClosed && byte != b'\r';
            self.state = State::Plain;
            End::Nothing
        }
    }
}

/// The cells of a record that lost its line end, quotes included. They can be empty, and there is at least one.
pub(super) fn cells(record: &[u8], dialect: Dialect) -> Vec<Range<usize>> {
    let mut scanner = Scanner::new(dialect);
    let mut cells = Vec::new();
    let mut start = 0;
    for (at, &byte) in record.iter().enumerate() {
        if let End::Cell = scanner.step(byte) {
            cells.push(start..at);
            start = at + 1;
        }
    }
    cells.push(start..record.len());
    cells
}

/// What a cell says, without its quotes.
pub(super) fn value(cell: &[u8], dialect: Dialect) -> Cow<'_, [u8]> {
    let Some((&QUOTE, inner)) = cell.split_first() else { return Cow::Borrowed(cell) };
    if let Some((&QUOTE, inner)) = inner.split_last()
        && !inner.iter().any(|&byte| byte == QUOTE || byte == ESCAPE)
    {
        return Cow::Borrowed(inner);
    }
    let mut scanner = Scanner { state: State::Quoted, ..Scanner::new(dialect) };
    let mut value = Vec::with_capacity(inner.len());
    for &byte in inner {
        let before = scanner.state;
        scanner.step(byte);
        match (before, scanner.state) {
            // The quote that closes, or the first of two.
            (State::Quoted, State::MaybeClosed) => {}
            // A backslash before a quote goes; before anything else it is text.
            (State::Escaped, _) if byte == QUOTE => {
                value.pop();
                value.push(byte);
            }
            _ => value.push(byte),
        }
    }
    Cow::Owned(value)
}

/// The length of `raw` without the line end.
pub(super) fn without_line_end(raw: &[u8], dialect: Dialect) -> usize {
    let body = raw.strip_suffix(&[dialect.line_end]).unwrap_or(raw);
    if body.len() < raw.len() && dialect.line_end == b'\n' { body.strip_suffix(b"\r").unwrap_or(body).len() } else { body.len() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Dialect = Dialect { delimiter: b';', has_escapes: false, line_end: b'\n' };

    /// All records of `bytes`, and their values.
    fn read(bytes: &[u8], dialect: Dialect) -> Vec<Vec<Vec<u8>>> {
        let mut rest = bytes;
        let mut records = Vec::new();
        while !rest.is_empty() {
            let end = Scanner::new(dialect).record_end(rest);
            let record = end.map_or(rest, |end| &rest[..without_line_end(&rest[..end], dialect)]);
            records.push(cells(record, dialect).into_iter().map(|cell| value(&record[cell], dialect).into_owned()).collect());
            rest = &rest[end.unwrap_or(rest.len())..];
        }
        records
    }

    #[test]
    fn quotes_hold_cells_together() {
        let records = read(b"a;\"b;\n\"\"c\"\"\";d\r\n\"\";5\" ;\n", PLAIN);
        let expected: [[&[u8]; 3]; 2] = [[b"a", b"b;\n\"c\"", b"d"], [b"", b"5\" ", b""]];
        assert_eq!(records, expected);
    }

    #[test]
    fn backslashes_can_escape() {
        let dialect = Dialect { has_escapes: true, ..PLAIN };
        assert_eq!(read(b"\"a\\\";\\n\";b\n", dialect), [[&b"a\";\\n"[..], b"b"]]);
        assert_eq!(read(b"\"a\\\";\\n\";b\n", PLAIN), [[&b"a\\"[..], b"\\n\"", b"b"]]);
    }

    proptest! {
        #[test]
        fn the_csv_crate_reads_the_same(text in "[ab;\"\n]{0,40}") {
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(b';').has_headers(false).flexible(true).terminator(csv::Terminator::Any(b'\n'))
                .from_reader(text.as_bytes());
            let theirs: Vec<Vec<Vec<u8>>> = reader
                .byte_records()
                .map(|record| record.expect("lenient").iter().map(<[u8]>::to_vec).collect())
                .collect();
            // That crate passes over empty lines.
            let mut ours = read(text.as_bytes(), PLAIN);
            ours.retain(|record| record != &[b"".to_vec()] || text.contains('"'));
            let only_quotes = |records: &Vec<Vec<Vec<u8>>>| {
                records.iter().filter(|record| record.as_slice() != [b"".to_vec()]).cloned().collect::<Vec<_>>()
            };
            prop_assert_eq!(only_quotes(&ours), only_quotes(&theirs));
        }
    }
}
