//! JSON: lines, arrays, and the feeds of applicant-tracking systems that wrap an array in an object.

mod head;
mod mend;
mod read;
mod scan;
mod shapes;
mod write;

use serde_json::{Map, Value};

use super::encoding;
use super::export::{Beside, Column, ExportFormat, ExportReader, ExportWriter, Fields, Position, Row, RowProblem, Selection};
use super::names::{self, Purpose};
use super::source::Source;
use crate::error::Error;

pub(super) use head::Head;
pub(super) use shapes::{Shape, TEXT, section};
pub(super) use write::{KEY, Objects};

/// So many records of the head are looked at.
const SAMPLES: usize = 200;

/// How the objects stand in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// One a line.
    Lines,
    /// One after the other, over as many lines as they like.
    Values,
    /// In an array that begins there, within so many objects.
    Array { start: usize, depth: usize },
}

impl Layout {
    /// Tells it from the head.
    fn of(head: &[u8], is_whole: bool) -> Self {
        let start = blanks(head);
        let text = &head[start..];
        if text.starts_with(b"[") {
            return Self::Array { start: start + 1, depth: 0 };
        }
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or(text);
        let is_only_line = is_whole && text[line.len()..].trim_ascii().is_empty();
        let envelope = scan::envelope(text).map(|(at, depth)| Self::Array { start: start + at, depth });
        let is_feed = match parse(line) {
            Ok(Value::Object(object)) => is_only_line && !is_posting(&object),
            Ok(_) => false,
            // A line that the head does not hold, a pretty-printed object, or a broken line.
            Err(_) => {
                let goes_on = matches!(line.trim_ascii_end().last(), Some(b'[' | b','));
                line.len() == text.len() || line.trim_ascii() == b"{" || is_only_line || goes_on
            }
        };
        let otherwise = if line.trim_ascii() == b"{" { Self::Values } else { Self::Lines };
        envelope.filter(|_| is_feed).unwrap_or(otherwise)
    }

    fn is_array(self) -> bool {
        matches!(self, Self::Array { .. })
    }

    /// Whether nothing is around the array, so that nothing can follow it.
    fn is_bare_array(self) -> bool {
        matches!(self, Self::Array { depth: 0, .. })
    }

    fn start(self) -> usize {
        if let Self::Array { start, .. } = self { start } else { 0 }
    }

    /// What is missing where the file ends among the elements.
    fn closing(self) -> Vec<u8> {
        match self {
            Self::Array { depth, .. } => [b"\n]", "}".repeat(depth).as_bytes(), b"\n"].concat(),
            _ => Vec::new(),
        }
    }
}

/// The length of the byte-order mark and blanks that `text` begins with.
fn blanks(text: &[u8]) -> usize {
    let marked = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    text.len() - marked.trim_ascii_start().len()
}

fn parse(text: &[u8]) -> Result<Value, serde_json::Error> {
    mend::parse(&encoding::decode(text).0)
}

/// Whether an object is a posting by itself, not what is around postings.
fn is_posting(object: &Map<String, Value>) -> bool {
    let has = |wanted| {
        object.iter().any(|(key, value)| value.is_string() && names::purpose(key).is_some_and(|(purpose, _)| purpose == wanted))
    };
    Shape::of(object).is_some() || has(Purpose::Text) && has(Purpose::Title)
}

/// JSON whose head was looked at.
pub(super) struct Json {
    layout: Layout,
    head: Head,
}

impl Json {
    /// Looks at the head of `source`.
    pub(super) fn new(source: &Source) -> Result<Self, Error> {
        let layout = Layout::of(&source.head, source.is_short);
        let samples = Self::samples(layout, source)?;
        if samples.is_empty() && !source.is_short {
            return Err(Error::in_file(&source.file, "looks like JSON, but its first megabyte holds no whole object"));
        }
        Ok(Self { layout, head: Head::new(&samples) })
    }

    /// The records of the head that are objects.
    fn samples(layout: Layout, source: &Source) -> Result<Vec<Map<String, Value>>, Error> {
        let mut reader = read::Reader::new(layout, Source::memory(source), Position::default(), usize::MAX)?;
        let mut samples = Vec::new();
        while samples.len() < SAMPLES
            && let Some(row) = reader.next()?
        {
            if let Ok(Value::Object(object)) = parse(row.body()) {
                samples.push(object);
            }
        }
        Ok(samples)
    }

    /// The object of a record.
    fn parsed(row: &Row, relabel: bool) -> Result<Map<String, Value>, RowProblem> {
        if let Some(problem) = row.unreadable() {
            return Err(problem.clone());
        }
        match parse(row.body()) {
            Ok(Value::Object(object)) if !relabel && object.contains_key(write::KEY) => Err(RowProblem::Labelled),
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(RowProblem::NoObject),
            Err(error) => Err(RowProblem::Json(error.to_string())),
        }
    }
}

impl ExportFormat for Json {
    fn describe(&self) -> String {
        let layout = match self.layout {
            Layout::Lines => "JSON lines",
            Layout::Values => "JSON objects",
            Layout::Array { depth: 0, .. } => "JSON array",
            Layout::Array { .. } => "JSON feed",
        };
        self.head.shape.map_or(layout.to_owned(), |shape| format!("{layout} in the shape of {}", shape.name()))
    }

    fn ending(&self) -> &'static str {
        if self.layout.is_array() { "json" } else { "jsonl" }
    }

    fn columns(&self) -> &[Column] {
        &self.head.columns
    }

    fn shape(&self) -> Option<&'static str> {
        self.head.shape.map(Shape::name)
    }

    fn reader(&self, source: Source, position: Position, longest: usize) -> Result<Box<dyn ExportReader>, Error> {
        Ok(Box::new(read::Reader::new(self.layout, source, position, longest)?))
    }

    fn fields(&self, row: &Row, selection: &Selection) -> Result<Fields, RowProblem> {
        let object = Self::parsed(row, selection.relabel)?;
        let posting = self.head.posting(&object, selection, |_, text| text);
        Ok(Fields { posting, encoding: encoding::detect(row.body()) })
    }

    fn beside(&self, row: &Row) -> Result<Option<Beside>, RowProblem> {
        Ok(Self::parsed(row, true)?.get(write::KEY).map(|value| Beside::Json(value.to_string())))
    }

    fn object(&self, row: &Row) -> Result<String, RowProblem> {
        Self::parsed(row, false)?;
        Ok(scan::minified(&encoding::decode(row.body()).0))
    }

    fn writer(&self) -> Box<dyn ExportWriter> {
        Box::new(write::SameJson)
    }
}
