//! The XML of a sheet, cut into rows and what lies around them. All stretches together are the part.

use std::io::Read;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Dialect;
use super::reference;
use super::xml::{DEEPEST, Tee, attribute, local, number, refused};
use crate::formats::export::Position;

/// Before the rows.
const BEFORE: u8 = 0;
/// Among them.
const WITHIN: u8 = 1;
/// Behind them.
const AFTER: u8 = 2;
/// What is no row is passed on in pieces of about this size, in bytes.
const PIECE: usize = 64 * 1024;

/// A piece of a sheet's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    /// Its bytes.
    pub raw: Vec<u8>,
    /// The row that it is, if it is one.
    pub row: Option<RowPlace>,
}

/// Which row of its sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowPlace {
    /// Its number, from 1.
    pub number: u64,
    /// It stands for so many rows.
    pub repeat: u64,
}

/// Cuts a part.
pub(super) struct Stretches<R: Read> {
    reader: Reader<Tee<R>>,
    buffer: Vec<u8>,
    dialect: Dialect,
    /// Which of the sheets in the part.
    sheet: usize,
    most: usize,
    phase: u8,
    offset: u64,
    number: u64,
    depth: usize,
    /// Sheets that began before.
    sheets: usize,
    /// The depth of the row that is being read.
    row: Option<(usize, RowPlace)>,
    /// The depth of an element among the rows that holds none.
    skipped: Option<usize>,
    /// Rows from this one on count for `merged`.
    merged_from: u64,
    /// The last column that a merged area reaches.
    pub(super) merged: u64,
    /// Namespaces that the root declares: prefix and name.
    pub(super) namespaces: Vec<(String, String)>,
}

impl<R: Read> Stretches<R> {
    /// Cuts `input`, which begins at `position` of the part. No row may be longer than `most` bytes.
    pub(super) fn new(input: R, dialect: Dialect, sheet: usize, position: Position, most: usize) -> Self {
        let mut reader = Reader::from_reader(Tee::new(input, true, most));
        let is_whole = position.offset == 0;
        reader.config_mut().check_end_names = is_whole;
        reader.config_mut().allow_unmatched_ends = !is_whole;
        Self {
            reader,
            buffer: Vec::new(),
            dialect,
            sheet,
            most,
            phase: position.phase,
            offset: position.offset,
            number: position.number,
            depth: 0,
            sheets: 0,
            row: None,
            skipped: None,
            merged_from: u64::MAX,
            merged: 0,
            namespaces: Vec::new(),
        }
    }

    /// Looks for merged areas in rows from `number` on.
    pub(super) fn watch_merged(&mut self, number: u64) {
        self.merged_from = number;
    }

    /// Where the next stretch begins.
    pub(super) fn position(&self) -> Position {
        Position { offset: self.offset, number: self.number, record: 0, phase: self.phase }
    }

    /// The next stretch.
    ///
    /// # Errors
    /// What is wrong with the XML.
    pub(super) fn next(&mut self) -> Result<Option<Stretch>, String> {
        self.reader.get_mut().begin();
        if let Some((0, place)) = self.row {
            let length = self.reader.get_mut().raw.len();
            return Ok(Some(self.take(length, Some(place))));
        }
        loop {
            let before = self.reader.get_mut().raw.len();
            if self.row.is_none() && before >= PIECE {
                return Ok(Some(self.take(before, None)));
            }
            if self.row.is_none() {
                self.reader.get_mut().begin();
            }
            self.buffer.clear();
            let mut buffer = std::mem::take(&mut self.buffer);
            let event = match self.reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                Err(error) => return Err(self.explained(&error)),
            };
            if let Some(problem) = refused(&event) {
                return Err(problem.to_owned());
            }
            let (is_over, cut) = (matches!(event, Event::Eof), self.step(&event)?);
            self.buffer = buffer;
            match cut {
                Some(Cut::Row(place)) => {
                    let length = self.reader.get_mut().raw.len();
                    return Ok(Some(self.take(length, Some(place))));
                }
                Some(Cut::Before) if before > 0 => return Ok(Some(self.take(before, None))),
                _ if is_over && self.depth > 0 && self.offset_is_whole() => return Err("ends within an element".to_owned()),
                _ if is_over => return Ok((before > 0).then(|| self.take(before, None))),
                _ => {}
            }
            // A row without a cell is over as it begins.
            if let Some((0, place)) = self.row {
                let length = self.reader.get_mut().raw.len();
                return Ok(Some(self.take(length, Some(place))));
            }
        }
    }

    fn offset_is_whole(&mut self) -> bool {
        self.reader.config_mut().check_end_names
    }

    /// Takes `length` bytes.
    fn take(&mut self, length: usize, row: Option<RowPlace>) -> Stretch {
        let kept = &mut self.reader.get_mut().raw;
        let rest = kept.split_off(length);
        let raw = std::mem::replace(kept, rest);
        self.offset += raw.len() as u64;
        if let Some(place) = row {
            self.number = place.number + place.repeat - 1;
            self.row = None;
        }
        Stretch { raw, row }
    }

    /// What is wrong, and where.
    fn explained(&mut self, error: &quick_xml::Error) -> String {
        let place = match self.row {
            Some((_, place)) => format!("row {}: ", place.number),
            None => String::new(),
        };
        match error {
            quick_xml::Error::Io(io) if io.kind() == std::io::ErrorKind::FileTooLarge => {
                format!("{place}longer than {} MB (--longest-row raises the limit)", self.most >> 20)
            }
            error => format!("{place}broken XML: {error}"),
        }
    }
}

/// Where to cut.
enum Cut {
    /// Before the element that began.
    Before,
    /// Behind this row.
    Row(RowPlace),
}

impl<R: Read> Stretches<R> {
    fn step(&mut self, event: &Event) -> Result<Option<Cut>, String> {
        match event {
            Event::Start(start) => {
                if self.depth == DEEPEST {
                    return Err(format!("has elements more than {DEEPEST} deep"));
                }
                self.depth += 1;
                self.refuse_disorder(start)?;
                Ok(self.start(start, false))
            }
            Event::Empty(start) => {
                self.depth += 1;
                self.refuse_disorder(start)?;
                let cut = self.start(start, true);
                self.depth -= 1;
                Ok(cut)
            }
            Event::End(end) => {
                let cut = self.end(local(end.name().as_ref()));
                self.depth = self.depth.saturating_sub(1);
                Ok(cut)
            }
            _ => Ok(None),
        }
    }

    /// Labels would land beside other rows where a row says that it stands before the last one.
    fn refuse_disorder(&self, start: &BytesStart) -> Result<(), String> {
        let is_row = self.phase == WITHIN
            && self.dialect == Dialect::Xlsx
            && self.row.is_none()
            && self.skipped.is_none()
            && local(start.name().as_ref()) == self.dialect.row();
        match number::<u64>(start, "r").filter(|_| is_row) {
            Some(row) if row <= self.number => Err(format!(
                "has row {row} after row {} (save it anew with a spreadsheet program, which puts them in order)",
                self.number
            )),
            _ => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart, is_empty: bool) -> Option<Cut> {
        let name = start.name();
        let name = local(name.as_ref());
        if self.row.is_some() || self.skipped.is_some() {
            return None;
        }
        match self.phase {
            BEFORE => {
                if self.depth == 1 {
                    self.namespaces = namespaces(start);
                }
                if self.is_sheet(name) {
                    self.phase = if is_empty { AFTER } else { WITHIN };
                }
                (name == "dimension").then_some(Cut::Before)
            }
            WITHIN if name == self.dialect.row() => {
                let place = self.place(start);
                // Depth 0 marks a row that is over already.
                self.row = Some((if is_empty { 0 } else { self.depth }, place));
                Some(Cut::Before)
            }
            WITHIN => {
                if !is_empty && !self.dialect.groups().contains(&name) {
                    self.skipped = Some(self.depth);
                }
                None
            }
            _ => {
                if name == "mergeCell"
                    && let Some(area) = attribute(start, "ref")
                    && let Some((_, (column, row))) = reference::area(&area)
                    && row >= self.merged_from
                {
                    self.merged = self.merged.max(column);
                }
                None
            }
        }
    }

    /// Whether the element that begins holds the rows.
    fn is_sheet(&mut self, name: &str) -> bool {
        match self.dialect {
            Dialect::Xlsx => name == "sheetData" && self.depth == 2,
            // document-content, body, spreadsheet, table
            Dialect::Ods if name == "table" && self.depth == 4 => {
                self.sheets += 1;
                self.sheets == self.sheet + 1
            }
            Dialect::Ods => false,
        }
    }

    /// Which row begins.
    fn place(&self, start: &BytesStart) -> RowPlace {
        match self.dialect {
            Dialect::Xlsx => {
                let number = number(start, "r");
                RowPlace { number: number.unwrap_or(self.number + 1), repeat: 1 }
            }
            Dialect::Ods => {
                let repeat: u64 = number(start, "number-rows-repeated").unwrap_or(1);
                RowPlace { number: self.number + 1, repeat: repeat.clamp(1, super::ROWS) }
            }
        }
    }

    fn end(&mut self, name: &str) -> Option<Cut> {
        if let Some((depth, place)) = self.row {
            return (depth == self.depth).then_some(Cut::Row(place));
        }
        if let Some(depth) = self.skipped {
            if depth == self.depth {
                self.skipped = None;
            }
        } else if self.phase == WITHIN && name == self.dialect.sheet() {
            self.phase = AFTER;
        }
        None
    }
}

/// The namespaces that an element declares.
fn namespaces(start: &BytesStart) -> Vec<(String, String)> {
    let mut attributes = start.attributes();
    let declared = attributes.with_checks(false).flatten().filter_map(|one| {
        let prefix = one.key.as_ref().strip_prefix("xmlns")?;
        Some((prefix.trim_start_matches(':').to_owned(), one.value.to_string()))
    });
    declared.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const XLSX: &str = "\u{feff}<?xml version='1.0'?>\n<worksheet><dimension ref=\"A1\"/><cols><col/></cols><sheetData>\n<!-- <row/> --><row r=\"2\"><c><v>1 &lt; 2</v></c></row><row/>\n<row r=\"9\"></row><row r=\"10\"><![CDATA[</row>]]></row></sheetData><mergeCells><mergeCell ref=\"A1:Z1\"/><mergeCell ref=\"C2:F9\"/></mergeCells></worksheet>\n";
    const ODS: &str = "<d><b><s><table n='1'><table-row/></table><table n='2'><table-column/><forms><table-row/></forms><table-row-group><table-row number-rows-repeated=\"3\"><table-cell><table><table-row/></table></table-cell></table-row></table-row-group><table-row/><shapes><x><table-row/></x></shapes></table><table><table-row/></table></s></b></d>";

    /// All stretches from `position` on, with where each begins.
    fn all(xml: &str, dialect: Dialect, position: Position) -> Vec<(Position, Stretch)> {
        let from = usize::try_from(position.offset).expect("small");
        let mut stretches = Stretches::new(&xml.as_bytes()[from..], dialect, 1, position, 1 << 20);
        stretches.watch_merged(2);
        let mut all = Vec::new();
        loop {
            let here = stretches.position();
            match stretches.next().expect("good") {
                Some(stretch) => all.push((here, stretch)),
                None if dialect == Dialect::Xlsx && from == 0 => {
                    assert_eq!(stretches.merged, 6);
                    return all;
                }
                None => return all,
            }
        }
    }

    #[test]
    fn rows_are_cut_out_and_any_is_a_place_to_go_on() {
        for (xml, dialect, rows) in
            [(XLSX, Dialect::Xlsx, vec![(2, 1), (3, 1), (9, 1), (10, 1)]), (ODS, Dialect::Ods, vec![(1, 3), (4, 1)])]
        {
            let whole = all(xml, dialect, Position::default());
            let bytes: Vec<u8> = whole.iter().flat_map(|(_, stretch)| stretch.raw.clone()).collect();
            assert_eq!(String::from_utf8(bytes).as_deref(), Ok(xml));
            let found = whole.iter().filter_map(|(_, stretch)| stretch.row).map(|row| (row.number, row.repeat));
            assert_eq!(found.collect::<Vec<_>>(), rows);
            for (_, stretch) in whole.iter().filter(|(_, stretch)| stretch.row.is_some()) {
                let raw = String::from_utf8(stretch.raw.clone()).expect("text");
                assert!(raw.starts_with(&format!("<{}", dialect.row())) && raw.ends_with('>'), "{raw}");
            }
            for (at, (position, stretch)) in whole.iter().enumerate() {
                if stretch.row.is_some() {
                    assert_eq!(all(xml, dialect, *position), whole[at..], "from {at}");
                }
            }
        }
    }

    #[test]
    fn rows_out_of_order_are_refused() {
        let sheet = "<worksheet><sheetData><row r=\"3\"/><row r=\"2\"/></sheetData></worksheet>";
        let mut stretches = Stretches::new(sheet.as_bytes(), Dialect::Xlsx, 0, Position::default(), 1 << 20);
        let error = std::iter::from_fn(|| stretches.next().transpose()).find_map(Result::err).expect("refused");
        assert!(error.starts_with("has row 2 after row 3"), "{error}");
    }

    #[test]
    fn no_row_is_longer_than_the_limit() {
        let long = format!("<worksheet><sheetData><row><c>{}</c></row></sheetData></worksheet>", "<v/>".repeat(400_000));
        let mut stretches = Stretches::new(long.as_bytes(), Dialect::Xlsx, 0, Position::default(), 1 << 20);
        assert!(stretches.next().expect("what is before").is_some());
        let error = stretches.next().expect_err("too long");
        assert_eq!(error, "row 1: longer than 1 MB (--longest-row raises the limit)");
    }
}
