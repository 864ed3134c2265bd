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

    /// The length of the first line of the rest, where a quote opens that is a stray one: the lines after it look like rows of the table.
    fn stray_quote_line(&self, is_end: bool) -> Option<usize> {
        if !self.scanner.is_quoted() || self.in_long_row || self.width < 2 {
            return None;
        }
        let rest = &self.chunks.rest()[..self.scanned];
        let first = rest.iter().position(|&byte| byte == self.dialect.line_end)? + 1;
        let mut at = first;
        let mut rows = 0;
        while rows < LINES_AFTER_STRAY && at < rest.len() {
            let end = match Scanner::new(self.dialect).record_end(&rest[at..]) {
                Some(end) => at + end,
                None if is_end => rest.len(),
                None => return None,
            };
            let line = &rest[at..end];
            if cells(&line[..without_line_end(line, self.dialect)], self.dialect).len() != self.width {
                return None;
            }
            at = end;
            rows += 1;
        }
        (rows > 0).then_some(first)
    }

    /// The last row, which no line end closes, if there is one.
    fn last_row(&mut self) -> Option<Row> {
        let length = self.chunks.rest().len();
        if let Some(line) = self.stray_quote_line(true) {
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
                return Ok(Some(self.row(self.scanned + end, None)));
            }
            self.scanned = visible;
            if length > visible || self.in_long_row && self.chunks.has_piece() {
                if let Some(line) = self.stray_quote_line(false) {
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
