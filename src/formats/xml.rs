//! Feeds of postings in XML, whatever their elements are called: records are cut out of the stream, and each is read as an object.
//!
//! References to entities that a document type declares stay as they are, so none can grow.

mod element;
mod read;
mod scan;
mod sniff;

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::encoding::{self, Encoding};
use super::export::{Column, ExportFormat, ExportReader, ExportWriter, Fields, Kind, Position, Row, RowProblem, Selection};
use super::json::{Head, KEY, Objects, Shape, section};
use super::source::Source;
use crate::error::Error;
use sniff::{Found, Layout};

/// So many records of the head are looked at.
const SAMPLES: usize = 200;
/// What there is to do with pages.
const PAGES: &str = "(rolecall classify reads a single page, rolecall label a folder of them)";
/// What a feed may declare to be its encoding. Each record is UTF-8 where its bytes are, and Windows-1252 otherwise, which ISO-8859-1 is a part
/// of; UTF-16 is told by its bytes.
const ENCODINGS: [&str; 10] =
    ["utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252", "utf-16", LATIN_9];
const LATIN_9: &str = "iso-8859-15";
/// Where Latin-9 differs from what `encoding` reads.
const EURO: [(char, char); 8] = [('¤', '€'), ('¦', 'Š'), ('¨', 'š'), ('´', 'Ž'), ('¸', 'ž'), ('¼', 'Œ'), ('½', 'œ'), ('¾', 'Ÿ')];

/// A feed whose head was looked at.
pub(super) struct Xml {
    /// `None` where there are no postings in it.
    layout: Option<Layout>,
    /// What it declares, in lower case.
    encoding: Option<String>,
    head: Head,
}

impl Xml {
    /// Looks at the head of `source`.
    pub(super) fn new(source: &Source) -> Result<Self, Error> {
        let refused = |problem: String| Err(Error::in_file(&source.file, problem));
        let encoding = declared(&source.head);
        if let Some(name) = encoding.as_deref().filter(|name| !ENCODINGS.contains(name) && !name.starts_with("utf-16")) {
            let name: String = name.chars().take(40).collect();
            return refused(format!(
                "declares the encoding {name:?}, which is not read (convert it, for instance with: iconv -f {name} -t UTF-8)"
            ));
        }
        let layout = match sniff::layout(&source.head) {
            Found::Postings(layout) => Some(layout),
            Found::Empty if source.is_short => None,
            Found::Html => return refused(format!("HTML, and no export {PAGES}")),
            Found::Empty | Found::Nothing => {
                return refused(
                    "XML in which no element looks like a posting, with a title and a text in it (write it as CSV or JSON lines)"
                        .into(),
                );
            }
        };
        let mut xml = Self { layout, encoding, head: Head::default() };
        let samples = xml.samples(source)?;
        if samples.is_empty() && !source.is_short {
            return refused("looks like XML, but its first megabyte holds no whole posting".into());
        }
        xml.head = Head::new(&samples);
        Ok(xml)
    }

    /// The records of the head that can be read.
    fn samples(&self, source: &Source) -> Result<Vec<Map<String, Value>>, Error> {
        let mut reader = self.reader(Source::memory(source), Position::default(), usize::MAX)?;
        let mut samples = Vec::new();
        while samples.len() < SAMPLES
            && let Some(row) = reader.next()?
        {
            if let (Kind::Record, Ok(object)) = (row.kind, self.parsed(&row)) {
                samples.push(object);
            }
        }
        Ok(samples)
    }

    /// The object of a record.
    fn parsed(&self, row: &Row) -> Result<Map<String, Value>, RowProblem> {
        if let Some(problem) = row.unreadable() {
            return Err(problem.clone());
        }
        let object = element::parse(&self.decoded(row)).map_err(RowProblem::Xml)?;
        if object.contains_key(KEY) { Err(RowProblem::Labelled) } else { Ok(object) }
    }

    /// The text of a record.
    fn decoded<'r>(&self, row: &'r Row) -> Cow<'r, str> {
        let (text, found) = encoding::decode(row.body());
        if found == Encoding::Windows1252 && self.encoding.as_deref() == Some(LATIN_9) {
            let of = |one: char| EURO.iter().find_map(|(latin_1, latin_9)| (*latin_1 == one).then_some(*latin_9)).unwrap_or(one);
            return Cow::Owned(text.chars().map(of).collect());
        }
        text
    }
}

/// The encoding that the first line of a feed declares.
fn declared(head: &[u8]) -> Option<String> {
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head).trim_ascii_start();
    let end = head.iter().take(1024).position(|byte| *byte == b'>')?;
    let line = str::from_utf8(&head[..end]).ok().filter(|line| line.starts_with("<?xml"))?;
    let (_, value) = line.split_once("encoding")?;
    let value = value.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    value[1..].split(quote).next().map(|name| name.trim().to_ascii_lowercase())
}

impl ExportFormat for Xml {
    fn describe(&self) -> String {
        let record = self.layout.as_ref().map(|layout| String::from_utf8_lossy(&layout.record).into_owned());
        let record = record.map_or(", without postings".to_owned(), |record| format!(", postings in <{record}>"));
        let shape = self.head.shape.map(|shape| format!(" in the shape of {}", shape.name())).unwrap_or_default();
        format!("XML feed{shape}{record}")
    }

    fn ending(&self) -> &'static str {
        "xml"
    }

    fn columns(&self) -> &[Column] {
        &self.head.columns
    }

    fn shape(&self) -> Option<&'static str> {
        self.head.shape.map(Shape::name)
    }

    fn reader(&self, source: Source, position: Position, longest: usize) -> Result<Box<dyn ExportReader>, Error> {
        let nothing = Layout { record: Vec::new(), around: None, nests: false };
        Ok(Box::new(read::Reader::new(self.layout.as_ref().unwrap_or(&nothing), source, position, longest)?))
    }

    fn fields(&self, row: &Row, selection: &Selection) -> Result<Fields, RowProblem> {
        let object = self.parsed(row)?;
        let posting = self.head.posting(&object, selection, section);
        // What is written is UTF-8, whatever was read.
        let encoding = if row.body().is_ascii() { Encoding::Ascii } else { Encoding::Utf8 };
        Ok(Fields { posting, encoding })
    }

    fn object(&self, row: &Row) -> Result<String, RowProblem> {
        Ok(Value::Object(self.parsed(row)?).to_string())
    }

    fn is_written(&self) -> bool {
        false
    }

    fn writer(&self) -> Box<dyn ExportWriter> {
        Box::new(Objects { is_array: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_declared() {
        for (head, expected) in [
            ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>", Some("iso-8859-1")),
            ("\u{feff}<?xml version='1.0' encoding = 'UTF-8' standalone='yes'?>", Some("utf-8")),
            ("<?xml version='1.0'?>", None),
            ("<jobs encoding='x'>", None),
        ] {
            assert_eq!(declared(head.as_bytes()).as_deref(), expected, "{head}");
        }
        let format = Xml::new(&Source::of_bytes(b"<?xml version='1.0' encoding='koi8-r'?><jobs/>".into(), "x".as_ref()));
        assert!(format.err().is_some_and(|error| error.to_string().contains("\"koi8-r\"")));
    }
}
