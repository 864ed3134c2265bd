//! Records of a feed, cut out of it one by one.

use super::super::chunks::Chunks;
use super::super::export::{ExportReader, Kind, Position, Row, RowProblem};
use super::super::source::Source;
use super::scan::{Scanner, Tag, TagKind};
use super::sniff::Layout;
use crate::error::Error;

/// So much of what is no record is held at once.
const LONGEST_FILLER: usize = 64 * 1024;

/// Reads a feed.
pub(super) struct Reader {
    chunks: Chunks,
    layout: Layout,
    longest: usize,
    record: u64,
    scanner: Scanner,
    /// All of the feed is in the rest.
    is_over: bool,
    /// Where in the rest the record begins that is being scanned.
    begin: Option<usize>,
    /// How many elements of its name are open.
    depth: usize,
    /// The beginning of a record that is too long was given out.
    in_long_row: bool,
}

impl Reader {
    /// Reads `source` from `position` on.
    pub(super) fn new(layout: &Layout, source: Source, position: Position, longest: usize) -> Result<Self, Error> {
        Ok(Self {
            chunks: Chunks::new(source, position.offset)?,
            layout: layout.clone(),
            longest,
            record: position.record,
            scanner: Scanner::default(),
            is_over: false,
            begin: None,
            depth: 0,
            in_long_row: false,
        })
    }

    /// Takes the first `end` bytes of the rest as a record, with the blanks before it.
    fn record(&mut self, end: usize, problem: Option<RowProblem>) -> Row {
        let begin = self.begin.take().unwrap_or(0);
        let raw = self.chunks.take(end);
        self.record += 1;
        let is_too_long = self.in_long_row || raw.len() - begin > self.longest;
        let problem = is_too_long.then_some(RowProblem::TooLong(self.longest >> 20)).or(problem);
        self.forget();
        Row { kind: Kind::Record, body: begin..raw.len(), raw, number: self.record, record: self.record, problem }
    }

    /// Takes the first `end` bytes of the rest, which are no record.
    fn filler(&mut self, end: usize) -> Row {
        let raw = self.chunks.take(end);
        self.scanner.at = self.scanner.at.saturating_sub(end);
        Row { kind: Kind::Filler, raw, body: 0..0, number: self.record, record: self.record, problem: None }
    }

    /// Begins anew at the beginning of the rest.
    fn forget(&mut self) {
        self.scanner = Scanner::default();
        (self.begin, self.depth, self.in_long_row) = (None, 0, false);
    }

    /// The beginning of a record that is too long.
    fn piece(&mut self) -> Row {
        self.in_long_row = true;
        let raw = self.chunks.take_piece(self.scanner.at);
        self.scanner.at -= raw.len();
        self.begin = Some(0);
        Row { kind: Kind::Piece, raw, body: 0..0, number: self.record + 1, record: self.record + 1, problem: None }
    }

    fn is_too_long(&self) -> bool {
        let Some(begin) = self.begin else { return false };
        // What was not scanned may belong to what follows.
        let is_long = self.scanner.at - begin > self.longest || self.in_long_row && self.chunks.has_piece();
        is_long && self.scanner.at > 1
    }

    /// What `tag` means for the record that is being scanned, or for the one that begins with it.
    fn meet(&mut self, tag: &Tag) -> Option<Row> {
        let name = &self.chunks.rest()[tag.name.clone()];
        let is_record = name == self.layout.record;
        let is_around = self.layout.around.as_deref() == Some(name);
        match (self.begin, tag.kind) {
            (None, TagKind::Opens | TagKind::Empty) if is_record => {
                let before = &self.chunks.rest()[..tag.all.start];
                if !before.trim_ascii().is_empty() {
                    self.scanner.at = tag.all.start;
                    return Some(self.filler(tag.all.start));
                }
                self.begin = Some(tag.all.start);
                self.depth = 1;
                (tag.kind == TagKind::Empty).then(|| self.record(tag.all.end, None))
            }
            (Some(_), TagKind::Closes) if is_record => {
                self.depth -= 1;
                (self.depth == 0).then(|| self.record(tag.all.end, None))
            }
            (Some(_), TagKind::Opens) if is_record && self.layout.nests => {
                self.depth += 1;
                None
            }
            // Nobody closed the record.
            (Some(_), TagKind::Opens) if is_record => Some(self.unclosed(tag)),
            (Some(_), TagKind::Closes) if is_around => Some(self.unclosed(tag)),
            _ => None,
        }
    }

    fn unclosed(&mut self, tag: &Tag) -> Row {
        let name = String::from_utf8_lossy(&self.layout.record).into_owned();
        self.record(tag.all.start, Some(RowProblem::Xml(format!("nothing closes <{name}>"))))
    }
}

impl ExportReader for Reader {
    fn next(&mut self) -> Result<Option<Row>, Error> {
        loop {
            let within = self.begin.map(|_| self.layout.record.as_slice());
            if let Some(tag) = self.scanner.next(self.chunks.rest(), self.is_over, within) {
                if let Some(row) = self.meet(&tag) {
                    return Ok(Some(row));
                }
                continue;
            }
            if self.is_too_long() {
                return Ok(Some(self.piece()));
            }
            if self.begin.is_none() && self.scanner.at > LONGEST_FILLER {
                return Ok(Some(self.filler(self.scanner.at)));
            }
            if self.chunks.more()? {
                continue;
            }
            if !self.is_over {
                self.is_over = true;
                continue;
            }
            let length = self.chunks.rest().len();
            if self.begin.is_some() {
                return Ok(Some(self.record(length, Some(RowProblem::EndsEarly))));
            }
            return Ok((length > 0).then(|| self.filler(length)));
        }
    }

    fn position(&self) -> Option<Position> {
        let here = Position { offset: self.chunks.offset(), number: self.record, record: self.record, phase: 0 };
        (!self.in_long_row && self.scanner.is_in_text()).then_some(here)
    }
}
