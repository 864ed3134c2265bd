//! Rows of JSON lines, of arrays and of feeds that wrap an array, with their bytes.

use super::super::chunks::Chunks;
use super::super::export::{ExportReader, Kind, Position, Row, RowProblem};
use super::super::source::Source;
use super::Layout;
use super::scan::Scanner;
use crate::error::Error;

/// Before the first element.
const BEFORE: u8 = 0;
/// Among the elements.
const WITHIN: u8 = 1;
/// Behind the last one.
const AFTER: u8 = 2;
/// Within an element that the file ends in, which was said already.
const CUT: u8 = 3;
/// Behind the last one, where something follows that is no part of the array, which was said already.
const BEYOND: u8 = 4;

/// Reads JSON.
pub(super) struct Reader {
    chunks: Chunks,
    layout: Layout,
    longest: usize,
    number: u64,
    record: u64,
    phase: u8,
    /// What of the rest was scanned.
    scanned: usize,
    scanner: Scanner,
    /// Where in the rest the value begins that is being scanned.
    value: Option<usize>,
    /// It is a number or a word, or no JSON.
    is_bare: bool,
    /// The beginning of a row that is too long was given out.
    in_long_row: bool,
}

impl Reader {
    /// Reads `source` from `position` on.
    pub(super) fn new(layout: Layout, source: Source, position: Position, longest: usize) -> Result<Self, Error> {
        Ok(Self {
            chunks: Chunks::new(source, position.offset)?,
            layout,
            longest,
            number: position.number,
            record: position.record,
            phase: position.phase,
            scanned: 0,
            scanner: Scanner::default(),
            value: None,
            is_bare: false,
            in_long_row: false,
        })
    }

    /// Takes `length` bytes as a record that ends with them, apart from the blanks around it.
    fn record(&mut self, length: usize, problem: Option<RowProblem>) -> Row {
        let start = self.value.take().unwrap_or(0);
        let raw = self.chunks.take(length);
        // A line counts as a whole; an element without what separates it.
        let before = if self.layout == Layout::Lines { 0 } else { start };
        let end = raw.trim_ascii_end().len().max(start);
        self.number += 1;
        self.record += 1;
        let is_too_long = self.in_long_row || raw.len() - before > self.longest;
        let problem = is_too_long.then_some(RowProblem::TooLong(self.longest >> 20)).or(problem);
        self.forget();
        Row { kind: Kind::Record, raw, body: start..end, number: self.number, record: self.record, problem }
    }

    /// Takes `length` bytes that are no row.
    fn filler(&mut self, length: usize, problem: Option<RowProblem>) -> Row {
        let raw = self.chunks.take(length);
        self.forget();
        Row { kind: Kind::Filler, raw, body: 0..0, number: self.number, record: self.record, problem }
    }

    /// Begins a new value at the beginning of the rest.
    fn forget(&mut self) {
        self.scanner = Scanner::default();
        (self.scanned, self.value, self.in_long_row) = (0, None, false);
    }

    /// The beginning of a row that is too long, passed through.
    fn piece(&mut self) -> Row {
        self.in_long_row = true;
        let raw = self.chunks.take_piece(self.chunks.rest().len());
        self.scanned = self.scanned.saturating_sub(raw.len());
        self.value = Some(0);
        Row { kind: Kind::Piece, body: 0..0, raw, number: self.number + 1, record: self.record + 1, problem: None }
    }

    fn is_too_long(&self) -> bool {
        let length = self.chunks.rest().len() - self.value.unwrap_or(0);
        length > self.longest || self.in_long_row && self.chunks.has_piece()
    }

    fn next_line(&mut self) -> Result<Option<Row>, Error> {
        loop {
            let end = self.chunks.rest()[self.scanned..].iter().position(|&byte| byte == b'\n');
            let end = end.map(|at| self.scanned + at + 1);
            self.scanned = self.chunks.rest().len();
            if end.is_none() && self.is_too_long() {
                return Ok(Some(self.piece()));
            }
            if end.is_none() && self.chunks.more()? {
                continue;
            }
            let length = end.unwrap_or(self.scanned);
            if length == 0 && !self.in_long_row {
                return Ok(None);
            }
            let line = &self.chunks.rest()[..length];
            if self.in_long_row {
                return Ok(Some(self.record(length, None)));
            }
            let start = super::blanks(line);
            if start == length {
                self.number += 1;
                return Ok(Some(self.filler(length, None)));
            }
            self.value = Some(start);
            return Ok(Some(self.record(length, None)));
        }
    }

    /// The next element of an array, with what separates it from the one before; or the end of the array.
    fn next_element(&mut self) -> Result<Option<Row>, Error> {
        loop {
            let rest = self.chunks.rest();
            if self.value.is_none() && !self.in_long_row {
                let is_between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
                let skipped = rest[self.scanned..].iter().take_while(|byte| is_between(byte)).count();
                self.scanned += skipped;
                match rest.get(self.scanned) {
                    Some(b']') if self.layout.is_array() => {
                        self.phase = AFTER;
                        return Ok(Some(self.filler(self.scanned + 1, None)));
                    }
                    Some(first) => {
                        self.is_bare = !matches!(first, b'{' | b'[' | b'"');
                        self.value = Some(self.scanned);
                    }
                    // Nothing but blanks, and many of them.
                    None if self.scanned > self.longest => return Ok(Some(self.filler(self.scanned, None))),
                    None => {}
                }
            }
            if self.value.is_some()
                && let Some(end) = self.value_end()
            {
                return Ok(Some(self.record(end, None)));
            }
            if self.is_too_long() {
                return Ok(Some(self.piece()));
            }
            if !self.chunks.more()? {
                return Ok(self.cut_short());
            }
        }
    }

    /// The end of the value that is being scanned, if it is in the rest.
    fn value_end(&mut self) -> Option<usize> {
        let rest = &self.chunks.rest()[self.scanned..];
        let end = if self.is_bare {
            // It ends where the next one may begin.
            let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || b",]}".contains(byte));
            let is_first = self.value == Some(self.scanned) && !self.in_long_row;
            end.map(|at| if is_first { at.max(1) } else { at })
        } else {
            self.scanner.value_end(rest)
        };
        let found = end.map(|end| self.scanned + end);
        self.scanned = self.chunks.rest().len();
        found
    }

    /// What is left where the file ends before the array does.
    fn cut_short(&mut self) -> Option<Row> {
        let length = self.chunks.rest().len();
        if self.value.is_some() || self.in_long_row {
            if self.layout.is_array() {
                self.phase = CUT;
            }
            return Some(self.record(length, Some(RowProblem::EndsEarly)));
        }
        if !self.layout.is_array() {
            return (length > 0).then(|| self.filler(length, None));
        }
        let problem = (self.phase != CUT).then_some(RowProblem::EndsEarly);
        self.phase = AFTER;
        let mut row = self.filler(length, problem);
        row.raw.extend(self.layout.closing());
        Some(row)
    }
}

impl ExportReader for Reader {
    fn next(&mut self) -> Result<Option<Row>, Error> {
        if self.layout == Layout::Lines {
            return self.next_line();
        }
        match self.phase {
            BEFORE => {
                self.phase = WITHIN;
                let start = self.layout.start();
                while self.chunks.rest().len() < start && self.chunks.more()? {}
                Ok(Some(self.filler(start, None)))
            }
            WITHIN | CUT => self.next_element(),
            _ => {
                if self.chunks.rest().is_empty() {
                    self.chunks.more()?;
                }
                let rest = self.chunks.rest();
                let blanks = rest.len() - rest.trim_ascii_start().len();
                let is_beyond = self.phase == AFTER && self.layout.is_bare_array() && blanks < rest.len();
                // It is told of at its first byte, so that where a chunk ends makes no difference.
                let length = if is_beyond { blanks + 1 } else { rest.len() };
                if is_beyond {
                    self.phase = BEYOND;
                }
                Ok((length > 0).then(|| self.filler(length, is_beyond.then_some(RowProblem::Beyond))))
            }
        }
    }

    fn position(&self) -> Option<Position> {
        let here = Position { offset: self.chunks.offset(), number: self.number, record: self.record, phase: self.phase };
        (!self.in_long_row).then_some(here)
    }
}
