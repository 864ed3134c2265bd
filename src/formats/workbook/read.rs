//! The rows of a sheet, with their bytes.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Workbook;
use super::find::in_sheet;
use super::stretches::{RowPlace, Stretch, Stretches};
use super::tags::without_repeat;
use crate::error::Error;
use crate::formats::export::{ExportReader, Kind, Position, Row, RowProblem};
use crate::formats::package::PartReader;
use crate::formats::source::Source;

/// Reads a sheet.
pub(super) struct Reader {
    stretches: Stretches<PartReader>,
    dialect: super::Dialect,
    header: Option<u64>,
    record: u64,
    /// A row that stands for several: its bytes, its number, and how many are to come.
    repeated: Option<(Vec<u8>, u64, u64)>,
    progress: Arc<AtomicU64>,
    /// Bytes of the part, and of the file, whose progress is shown.
    sizes: (u64, u64),
    /// Makes an error of a problem.
    failed: Box<dyn Fn(&str) -> Error + Send>,
}

impl Reader {
    /// Reads the sheet of `book` from `position` on.
    pub(super) fn new(book: &Workbook, source: &Source, position: Position, longest: usize) -> Result<Self, Error> {
        let sheet = book.book.sheets[book.sheet].clone();
        let mut part = book.package.read(&sheet.part)?;
        let sizes = (part.size().max(1), source.size.unwrap_or(part.size()));
        let skipped = io::copy(&mut io::Read::take(&mut part, position.offset), &mut io::sink());
        let skipped = skipped.map_err(|error| Error::read(&source.file, error))?;
        if skipped < position.offset {
            return Err(Error::in_file(&source.file, "ends before the place to go on from"));
        }
        let package = book.package.clone();
        let mut reader = Self {
            stretches: Stretches::new(part, book.book.dialect, sheet.at, position, longest),
            dialect: book.book.dialect,
            header: book.header,
            record: position.record,
            repeated: None,
            progress: Arc::clone(&source.progress),
            sizes,
            failed: Box::new(move |problem| in_sheet(&package, &sheet, problem)),
        };
        reader.show();
        Ok(reader)
    }

    /// Progress in bytes of the file.
    fn show(&mut self) {
        let (part, file) = self.sizes;
        let share = u128::from(self.stretches.position().offset) * u128::from(file) / u128::from(part);
        self.progress.store(u64::try_from(share).unwrap_or(file), Ordering::Relaxed);
    }

    fn row(&mut self, stretch: Stretch) -> Row {
        let Stretch { raw, row } = stretch;
        let Some(RowPlace { number, repeat }) = row else {
            return self.filler(raw);
        };
        let is_above = self.header.is_some_and(|header| number < header);
        let cells = self.dialect.cells(&raw);
        if is_above || cells.as_ref().is_ok_and(super::SheetRow::is_blank) {
            return Row { number, ..self.filler(raw) };
        }
        let problem = cells.err().map(RowProblem::Sheet);
        if repeat > 1 {
            let single = without_repeat(&raw);
            self.repeated = Some((single.clone(), number + 1, repeat - 1));
            return self.record(single, number, problem);
        }
        self.record(raw, number, problem)
    }

    fn filler(&self, raw: Vec<u8>) -> Row {
        let number = self.stretches.position().number;
        Row { kind: Kind::Filler, body: 0..raw.len(), raw, number, record: self.record, problem: None }
    }

    fn record(&mut self, raw: Vec<u8>, number: u64, problem: Option<RowProblem>) -> Row {
        let kind = if self.header == Some(number) { Kind::Header } else { Kind::Record };
        self.record += u64::from(kind == Kind::Record);
        Row { kind, body: 0..raw.len(), raw, number, record: self.record, problem }
    }
}

impl ExportReader for Reader {
    fn next(&mut self) -> Result<Option<Row>, Error> {
        if let Some((raw, number, left)) = self.repeated.take() {
            if left > 1 {
                self.repeated = Some((raw.clone(), number + 1, left - 1));
            }
            return Ok(Some(self.record(raw, number, None)));
        }
        let stretch = self.stretches.next().map_err(|problem| (self.failed)(&problem))?;
        self.show();
        Ok(stretch.map(|stretch| self.row(stretch)))
    }

    fn position(&self) -> Option<Position> {
        let here = Position { record: self.record, ..self.stretches.position() };
        self.repeated.is_none().then_some(here)
    }
}
