//! Folders of documents, one posting a file: in the order of their paths, each named by its path.

mod listing;

use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Map, Value};

use super::document::DocumentReader;
use super::encoding::Encoding;
use super::export::{Column, ExportFormat, ExportReader, ExportWriter, Fields, Kind, Position, Row, RowProblem, Selection};
use super::json::Objects;
use super::source::Source;
use crate::error::Error;
use crate::posting::Posting;

pub use listing::Listing;

/// A folder whose files were listed.
pub(super) struct Folder {
    listing: Arc<Listing>,
    documents: DocumentReader,
}

impl Folder {
    /// The documents that are listed.
    pub(super) fn new(listing: Arc<Listing>, documents: DocumentReader) -> Self {
        Self { listing, documents }
    }

    /// The path of a record's file, as its id.
    fn id(&self, row: &Row) -> String {
        let place = usize::try_from(row.record).unwrap_or(usize::MAX).saturating_sub(1);
        self.listing.files.get(place).map(|file| file.name.clone()).unwrap_or_default()
    }
}

impl ExportFormat for Folder {
    fn describe(&self) -> String {
        format!("folder with {} documents", self.listing.files.len())
    }

    fn ending(&self) -> &'static str {
        "folder"
    }

    fn columns(&self) -> &[Column] {
        &[]
    }

    fn shape(&self) -> Option<&'static str> {
        Some("documents")
    }

    fn reader(&self, source: Source, position: Position, longest: usize) -> Result<Box<dyn ExportReader>, Error> {
        let listing = Arc::clone(&self.listing);
        source.progress.store(position.offset, Ordering::Relaxed);
        Ok(Box::new(Reader { listing, position, longest, progress: source.progress }))
    }

    fn fields(&self, row: &Row, _: &Selection) -> Result<Fields, RowProblem> {
        if let Some(problem) = row.unreadable() {
            return Err(problem.clone());
        }
        let posting = self.documents.posting(row.body()).map_err(RowProblem::Document)?;
        let encoding = if posting.text.is_ascii() { Encoding::Ascii } else { Encoding::Utf8 };
        Ok(Fields { posting: Posting { id: self.id(row), ..posting }, encoding })
    }

    fn object(&self, row: &Row) -> Result<String, RowProblem> {
        let fields = self.fields(row, &Selection::default());
        self.object_of(row, fields.as_ref().ok())
    }

    fn object_of(&self, row: &Row, fields: Option<&Fields>) -> Result<String, RowProblem> {
        let mut object = Map::from_iter([("id".to_owned(), Value::from(self.id(row)))]);
        if let Some(Fields { posting, .. }) = fields {
            object.insert("title".to_owned(), posting.title.as_str().into());
            object.insert("text".to_owned(), posting.text.as_str().into());
        }
        Ok(Value::Object(object).to_string())
    }

    fn stand_in(&self, row: &Row) -> Posting {
        Posting { id: self.id(row), ..Posting::default() }
    }

    fn is_written(&self) -> bool {
        false
    }

    fn writer(&self) -> Box<dyn ExportWriter> {
        Box::new(Objects { is_array: false })
    }
}

/// Reads one file after the other.
struct Reader {
    listing: Arc<Listing>,
    position: Position,
    longest: usize,
    progress: Arc<AtomicU64>,
}

impl Reader {
    /// The bytes of a file, or why there are none.
    fn bytes(&self, place: usize) -> Result<Vec<u8>, RowProblem> {
        let listed = &self.listing.files[place];
        let longest = self.longest as u64;
        if listed.size > longest {
            return Err(RowProblem::TooLong(self.longest >> 20));
        }
        let failed = |error: std::io::Error| RowProblem::Document(format!("cannot read: {error}"));
        let mut bytes = Vec::new();
        let file = File::open(self.listing.folder.join(&listed.path)).map_err(failed)?;
        file.take(longest + 1).read_to_end(&mut bytes).map_err(failed)?;
        // It grew after it was listed.
        if bytes.len() as u64 > longest { Err(RowProblem::TooLong(self.longest >> 20)) } else { Ok(bytes) }
    }
}

impl ExportReader for Reader {
    fn next(&mut self) -> Result<Option<Row>, Error> {
        let place = usize::try_from(self.position.record).unwrap_or(usize::MAX);
        let Some(listed) = self.listing.files.get(place) else { return Ok(None) };
        let read = self.bytes(place);
        let Position { offset, number, record, phase } = self.position;
        self.position = Position { offset: offset + listed.size, number: number + 1, record: record + 1, phase };
        self.progress.store(self.position.offset, Ordering::Relaxed);
        let (raw, problem) = match read {
            Ok(raw) => (raw, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        Ok(Some(Row { kind: Kind::Record, body: 0..raw.len(), raw, number: number + 1, record: record + 1, problem }))
    }

    fn position(&self) -> Option<Position> {
        Some(self.position)
    }
}
