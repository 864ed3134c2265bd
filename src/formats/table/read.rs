//! The rows of a table, with their bytes.

use super::super::chunks::Chunks;
use super::super::export::{ExportReader, Kind, Position, Row, RowProblem};
use super::super::source::Source;
use super::Table;
use super::scan::{Dialect, Scanner, cells, without_line_end};
use super::sniff::without_mark;
use crate::error::Error;

/// Where an open quote is followed by so many lines of the table's width, it is a stray one.
const LINES_AFTER_STRAY: usize = 3;

/// Reads a table.
pub(super) struct Reader {
    chunks: Chunks,
    dialect: Dialect,
    header: Option<u64>,
    width: usize,
    longest: usize,
    number: u64,
    record: u64,
    /// What of the rest was scanned already, and where in a record that led.
    scanned: usize,
    scanner: Scanner,
    /// The beginning of a row that is too long was given out.
    in_long_row: bool,
}

impl Reader {
    /// Reads `source` from `position` on.
    pub(super) fn new(table: &Table, source: Source, position: Position, longest: usize) -> Result<Self, Error> {
        Ok(Self {
            chunks: Chunks::new(source, position.offset)?,
            dialect: table.dialect,
            header: table.header.map(|at| at as u64 + 1),
            width: table.columns.len(),
            longest,
            number: position.number,
            record: position.record,
            scanned: 0,
            scanner: Scanner::new(table.dialect),
            in_long_row: false,
        })
    }

    /// Takes the next `length` bytes as a stretch.
    fn row(&mut self, length: usize, problem: Option<RowProblem>) -> Row {
        let raw = self.chunks.take(length);
        let start = if self.number == 0 && !self.in_long_row { without_mark(&raw).0 } else { 0 };
        let end = without_line_end(&raw, self.dialect).max(start);
        self.number += 1;
        let is_blank = start == end && !self.in_long_row;
        let kind = match self.header {
            Some(header) if self.number == header => Kind::Header,
            Some(header) if self.number < header => Kind::Filler,
            _ if is_blank => Kind::Filler,
            _ => Kind::Record,
        };
        self.record += u64::from(kind == Kind::Record);
        let too_long = self.in_long_row.then_some(RowProblem::TooLong(self.longest >> 20));
        let problem = too_long.or(problem).filter(|_| kind == Kind::Record);
        self.in_long_row = false;
        self.scanned = 0;
        self.scanner = Scanner::new(self.dialect);
        Row { kind, raw, body: start..end, number: self.number, record: self.record, problem }
    }

    /// The beginning of a row that is too long, passed through.
    fn piece(&mut self) -> Row {
        self.in_long_row = true;
        let raw = self.chunks.take_piece(self.scanned);
        self.scanned -= raw.len();
        Row { kind: Kind::Piece, body: 0..0, raw, number: self.number + 1, record: self.record + 1, problem: None }
    }

    /// The length of the first line among the first `length` bytes of the rest, where a quote opens in it that is a stray one: the lines
    /// after it look like rows of the table. `is_all` says that nothing behind those bytes belongs to them.
    fn stray_quote_line(&self, length: usize, is_all: bool) -> Option<usize> {
        if self.in_long_row || self.width < 2 {
            return None;
        }
        let bytes = &self.chunks.rest()[..length];
        let first = bytes.iter().position(|&byte| byte == self.dialect.line_end)? + 1;
        let mut at = first;
        let mut rows = 0;
        while rows < LINES_AFTER_STRAY && at < length {
            let end = match Scanner::new(self.dialect).record_end(&bytes[at..]) {
                Some(end) => at + end,
                None if is_all => length,
                None => return None,
            };
            if self.cells(&bytes[at..end]) != self.width {
                return None;
            }
            at = end;
            rows += 1;
        }
        (rows > 0).then_some(first)
    }

    /// The number of cells in a record with its line end.
    fn cells(&self, record: &[u8]) -> usize {
        cells(&record[..without_line_end(record, self.dialect)], self.dialect).len()
    }

    /// A record of the first `length` bytes; less, where a stray quote joined rows that do not belong together.
    fn closed_row(&mut self, length: usize) -> Row {
        let record = &self.chunks.rest()[..length];
        let has_lines = record[..length - 1].contains(&self.dialect.line_end);
        if has_lines
            && self.scanner.is_malformed()
            && self.cells(record) != self.width
            && let Some(line) = self.stray_quote_line(length, true)
        {
            return self.row(line, Some(RowProblem::OpenQuote));
        }
        self.row(length, None)
    }

    /// The last row, which no line end closes, if there is one.
    fn last_row(&mut self) -> Option<Row> {
        let length = self.chunks.rest().len();
        if self.scanner.is_quoted()
            && let Some(line) = self.stray_quote_line(length, true)
        {
            return Some(self.row(line, Some(RowProblem::OpenQuote)));
        }
        let problem = self.scanner.is_quoted().then_some(RowProblem::OpenQuote);
        (length > 0 || self.in_long_row).then(|| self.row(length, problem))
    }
}

impl ExportReader for Reader {
    fn next(&mut self) -> Result<Option<Row>, Error> {
        loop {
            // What lies behind the limit must not matter: how much of it is here already depends on where reading began.
            let length = self.chunks.rest().len();
            let visible = if self.in_long_row { length } else { length.min(self.longest) };
            if let Some(end) = self.scanner.record_end(&self.chunks.rest()[self.scanned..visible]) {
                return Ok(Some(self.closed_row(self.scanned + end)));
            }
            self.scanned = visible;
            if length > visible || self.in_long_row && self.chunks.has_piece() {
                if self.scanner.is_quoted()
                    && let Some(line) = self.stray_quote_line(visible, false)
                {
                    return Ok(Some(self.row(line, Some(RowProblem::OpenQuote))));
                }
                return Ok(Some(self.piece()));
            }
            if !self.chunks.more()? {
                return Ok(self.last_row());
            }
        }
    }

    fn position(&self) -> Option<Position> {
        let here = Position { offset: self.chunks.offset(), number: self.number, record: self.record, phase: 0 };
        (!self.in_long_row).then_some(here)
    }
}
