//! What fuzzing calls: functions that take any bytes, come to an end, and hold what they call to its promises. `fuzz/README.md` says how to
//! run them; every run of the tests calls them with a few bytes of its own.

use std::io::Cursor;
use std::path::Path;
use std::sync::OnceLock;

use crate::arrow;
use crate::classifier::Classifier;
use crate::features::Documents;
use crate::formats::document::{DocumentReader, split};
use crate::formats::export::{Beside, ExportFormat, ExportWriter, Fields, Kind, Position, Row};
use crate::formats::source::{Magic, Source};
use crate::formats::{Asked, Limits, Target, open_export_as};
use crate::label::batches::contained;
use crate::label::columns::{self, Wishes};
use crate::markup::Plain;
use crate::model_file;
use crate::posting::Posting;
use crate::span::Span;
use crate::tokens::Words;
use crate::verdict::{Explain, Verdict};
use crate::vocabulary::Field;

/// Something that takes any bytes.
pub type FuzzTarget = fn(&[u8]);

/// All of them, by name.
pub const ALL: [(&str, FuzzTarget); 8] = [
    ("markup", markup),
    ("tokens", tokens),
    ("sniffing", sniffing),
    ("document", document),
    ("export", export),
    ("columns", columns),
    ("model", model),
    ("classify", classify),
];

/// No more rows than this are read of one input,
const ROWS: usize = 2000;
/// no part of a package is unpacked to more megabytes,
const MEGABYTES: u32 = 4;
/// and no row is longer, in bytes.
const LONGEST: usize = 64 * 1024;
/// No longer text is judged, in bytes.
const LONGEST_TEXT: usize = 16 * 1024;
/// Numbers of the two ways to a verdict agree to this: sums are taken in another order.
const CLOSE: f64 = 1e-5;

/// Markup comes off, and every character of what is left leads back into the source, in order.
pub fn markup(bytes: &[u8]) {
    let source = String::from_utf8_lossy(bytes);
    let plain = Plain::read(&source);
    let mut start = 0;
    for (at, character) in plain.text.char_indices() {
        let span = plain.source_span(Span::new(at, at + character.len_utf8()));
        assert!(source.get(span.start..span.end).is_some(), "{span:?} is no slice of the source");
        assert!(span.start >= start, "{span:?} goes back behind {start}");
        start = span.start;
    }
}

/// Words stand in the text, one after the other.
pub fn tokens(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let words = Words::read(&text);
    let mut end = 0;
    for at in 0..words.len() {
        let span = words.span(at);
        assert!(span.start >= end && span.end > span.start, "{span:?} does not follow {end}");
        assert!(!span.of(&text).is_empty() && !words.form(at).is_empty());
        end = span.end;
    }
}

/// The beginning of a file tells what it is, which columns it has, and what each is for, or that nothing can be told.
pub fn sniffing(bytes: &[u8]) {
    let Some((_, format)) = opened(bytes) else { return };
    let _ = (format.describe(), format.ending(), format.shape());
    let _ = columns::choose(Path::new("x"), format.as_ref(), &Wishes::default());
    let _ = columns::names(Path::new("x"), format.as_ref(), &Wishes::default());
}

/// A document is a posting, or there is a reason why not. PDF is read by a process of its own, and here not at all.
pub fn document(bytes: &[u8]) {
    match DocumentReader::default().text(bytes) {
        Ok(text) => {
            let posting = split(&text).posting(&text);
            assert!(posting.title.len() + posting.text.len() <= text.len(), "title and text overlap");
        }
        Err(problem) => assert!(!problem.is_empty(), "no reason"),
    }
}

/// The bytes as a source, and the format that they are in.
fn opened(bytes: &[u8]) -> Option<(Source, Box<dyn ExportFormat>)> {
    let source = Source::of_reader(Box::new(Cursor::new(bytes.to_vec())), "x".into()).ok()?;
    let asked = Asked { sheet: None, limits: Limits::megabytes(MEGABYTES), longest: LONGEST };
    let format = open_export_as(&source, &asked).ok()?;
    Some((source, format))
}

/// An export is read to its end, and every row of it is written in every format that there is.
pub fn export(bytes: &[u8]) {
    let Some((source, format)) = opened(bytes) else { return };
    let format = format.as_ref();
    let selection = columns::choose_again(Path::new("x"), format, &Wishes::default()).unwrap_or_default();
    let writers = [Target::Same, Target::Csv, Target::Tsv, Target::JsonLines, Target::Xlsx].map(|target| target.writer(format));
    let Ok(mut reader) = format.reader(source, Position::default(), LONGEST) else { return };
    let mut records = 0;
    for _ in 0..ROWS {
        let Ok(Some(row)) = reader.next() else { break };
        if row.kind == Kind::Record {
            records += 1;
            assert_eq!(row.record, records, "records are numbered");
        }
        assert!(row.body.end <= row.raw.len());
        let fields = format.fields(&row, &selection).ok();
        for writer in &writers {
            write(writer.as_ref(), format, &row, fields.as_ref());
        }
    }
}

fn write(writer: &dyn ExportWriter, format: &dyn ExportFormat, row: &Row, fields: Option<&Fields>) {
    let beside = if writer.wants_json() {
        Beside::Json("{\"role\":\"mixed\"}".to_owned())
    } else {
        Beside::Cells(if row.kind == Kind::Record { vec!["a \"b\"; c".to_owned(); 8] } else { Vec::new() })
    };
    let mut out = Vec::new();
    // A row that there is no room for is not written.
    if writer.refuse(format, row, fields, &beside).is_none() {
        writer.write(format, row, fields, &beside, &mut out);
    }
}

/// Parquet and Arrow are read to their end. What their decoders trip over is contained.
pub fn columns(bytes: &[u8]) {
    let Some(magic) = Magic::of(bytes) else { return };
    let file = Path::new("x");
    let Ok(source) = Source::of_reader(Box::new(Cursor::new(bytes.to_vec())), "x".into()) else { return };
    let Ok(Ok(mut opened)) = contained(file, || arrow::open::open(magic, source)) else { return };
    let mut count = 0;
    while let Ok(Ok(Some(rows))) = contained(file, || opened.reader.next()) {
        count += rows.numbers.len();
        let _ = contained(file, || arrow::choose::columns(rows.batch.schema_ref(), Some(&rows.batch)).0.len());
        if count > ROWS {
            break;
        }
    }
}

/// Bytes are no model, or one that judges; with their checksum right, so that more than that is looked at.
pub fn model(bytes: &[u8]) {
    let _ = model_file::from_bytes(bytes);
    let Ok(classifier) = Classifier::from_bytes(&model_file::seal(bytes.to_vec())) else { return };
    let posting =
        Posting::new("Key Account Manager", "Sie betreuen Großkunden und leiten Projekte mit ihnen, von Anfang bis Ende.");
    let verdict = classifier.verdict(&posting, 5);
    assert!((0.0..=1.0).contains(&verdict.probability), "{verdict:?}");
}

/// Any text has a verdict, whose phrases stand in it; and both ways to it come to the same.
pub fn classify(bytes: &[u8]) {
    static CLASSIFIER: OnceLock<Option<Classifier>> = OnceLock::new();
    let Some(classifier) = CLASSIFIER.get_or_init(|| Classifier::built_in().ok()) else { return };
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST_TEXT)]);
    let posting = split(&text).posting(&text);
    let fast = classifier.verdict(&posting, 8);
    let documents = Documents::read(&posting);
    let plain = classifier.explain(&posting, &documents, Explain::Key(8)).verdict;
    let whole = classifier.explain(&posting, &documents, Explain::All).verdict;
    for verdict in [&fast, &plain, &whole] {
        check_spans(&posting, verdict);
    }
    let numbers = |verdict: &Verdict| [verdict.probability, verdict.heads.account, verdict.heads.project];
    assert_eq!((fast.role, fast.language, fast.phrases.len()), (plain.role, plain.language, plain.phrases.len()));
    for (found, expected) in numbers(&fast).into_iter().zip(numbers(&plain)) {
        assert!((0.0..=1.0).contains(&found) && (found - expected).abs() < CLOSE, "{found} is not {expected}");
    }
}

fn check_spans(posting: &Posting, verdict: &Verdict) {
    for phrase in &verdict.phrases {
        let source = if phrase.field == Field::Title { &posting.title } else { &posting.text };
        assert_eq!(source.get(phrase.start_byte..phrase.end_byte), Some(phrase.text.as_str()), "{phrase:?}");
        assert_eq!(phrase.start_char, source[..phrase.start_byte].chars().count(), "{phrase:?}");
        assert_eq!(phrase.end_char - phrase.start_char, phrase.text.chars().count(), "{phrase:?}");
    }
}
