//! Which format an export is in, and which one it is written in.

use std::path::Path;
use std::sync::Arc;

use super::compression::Compression;
use super::export::{ExportFormat, ExportWriter};
use super::folder::Folder;
use super::json::{Json, Objects};
use super::source::Source;
use super::table::{CsvWriter, Table};
use super::workbook::{Asked, NewWorkbook, Workbook, refused_ole};
use super::xml::Xml;
use crate::error::Error;

/// Tells the format of `source` by its first bytes; its name says little, and a pipe has none.
///
/// # Errors
/// If the format is not read, or its head makes no sense.
pub fn open_export(source: &Source) -> Result<Box<dyn ExportFormat>, Error> {
    open_export_as(source, &Asked::default())
}

/// Tells the format of `source`, and opens it as it was `asked` for.
///
/// # Errors
/// If the format is not read, its head makes no sense, or there is nothing of what was asked for.
pub fn open_export_as(source: &Source, asked: &Asked) -> Result<Box<dyn ExportFormat>, Error> {
    if source.head.starts_with(b"PK\x03\x04") {
        return Ok(Box::new(Workbook::new(source, asked)?));
    }
    if asked.sheet.is_some() {
        return Err(Error::in_file(&source.file, "no workbook, so it has no sheets (leave --sheet out)"));
    }
    if let Some(listing) = &source.folder {
        return Ok(Box::new(Folder::new(Arc::clone(listing), source.documents.clone())));
    }
    let text = source.head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&source.head).trim_ascii_start();
    let ending = Target::ending(&Compression::of(&source.file).1);
    if let Some(problem) = unread(text) {
        return Err(Error::in_file(&source.file, problem));
    }
    let is_table = matches!(ending.as_deref(), Some("csv" | "tsv"));
    Ok(match text.first() {
        // An export without a row is no table, as it has no header.
        Some(b'{' | b'[') | None if !is_table => Box::new(Json::new(source)?),
        Some(b'<') if !is_table => Box::new(Xml::new(source)?),
        _ => Box::new(Table::new(source)?),
    })
}

/// What to say about a format that is not read.
fn unread(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'P', b'K', 5, 6, ..] => Some("an empty ZIP file"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some(refused_ole(head)),
        [b'P', b'A', b'R', b'1', ..] | [b'A', b'R', b'R', b'O', b'W', b'1', ..] => {
            Some("a Parquet or Arrow file, which is not judged twice (rolecall label judges it)")
        }
        [b'%', b'P', b'D', b'F', ..] => {
            Some("a PDF, which is no export (rolecall classify reads a single one, rolecall label a folder of them)")
        }
        _ => None,
    }
}

/// The format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The one that was read.
    Same,
    /// Commas.
    Csv,
    /// Tabs.
    Tsv,
    /// An object a line.
    JsonLines,
    /// An array of objects.
    JsonArray,
    /// A new workbook.
    Xlsx,
}

impl Target {
    /// What the name of `output` asks for, an ending for its compression aside, where the export is in `format`.
    ///
    /// # Errors
    /// If the output's name asks for something that is not written.
    pub fn of(format: &dyn ExportFormat, output: Option<&Path>) -> Result<Self, Error> {
        let same = if format.is_written() { Self::Same } else { Self::JsonLines };
        let Some(output) = output else { return Ok(same) };
        let own = format.ending();
        let is_json = format.writer().wants_json();
        let refuse = |problem: String| Err(Error::in_file(output, problem));
        let (compression, inner) = Compression::of(output);
        let is_workbook = |ending: &str| ending.starts_with("xl") || ending == "ods";
        Ok(match Self::ending(&inner).as_deref() {
            Some(ending) if compression.is_some() && is_workbook(ending) => {
                return refuse("a workbook is compressed already (leave the last ending off)".to_owned());
            }
            None if compression.is_some() && is_workbook(own) => {
                return refuse("a workbook is compressed already (leave the last ending off)".to_owned());
            }
            Some("csv") if own != "csv" => Self::Csv,
            Some("tsv") if own != "csv" => Self::Tsv,
            Some("jsonl" | "ndjson") if own != "jsonl" => Self::JsonLines,
            Some("json") if !is_json || same != Self::Same => Self::JsonArray,
            Some("gz" | "zst" | "xz") => return refuse("would be compressed twice (leave one ending off)".to_owned()),
            Some("bz2" | "br" | "lz4" | "zip" | "7z") => {
                return refuse("this compression is not written (name it .gz, .zst or .xz)".to_owned());
            }
            Some(ending) if ending == own && same == Self::Same => same,
            // Excel opens no file whose name and kind disagree.
            Some("xlsx" | "xlsm" | "xltx" | "xltm") if own.starts_with("xl") => {
                return refuse(format!("the workbook is another kind of file (name the output .{own})"));
            }
            Some("xlsx") => Self::Xlsx,
            Some("xls" | "xlsm" | "xlsb") => return refuse("this format is not written (name it .xlsx)".to_owned()),
            Some("ods" | "parquet" | "arrow" | "xml") => {
                return refuse("this format is not written yet (name it .xlsx, .csv or .jsonl)".to_owned());
            }
            Some("txt") if own == "csv" => same,
            None | Some("csv" | "tsv" | "json" | "jsonl" | "ndjson") => same,
            Some(ending) => {
                return refuse(format!("nothing is written as .{ending} (name it .csv, .tsv, .jsonl, .json or .xlsx)"));
            }
        })
    }

    /// Writes it.
    pub fn writer(self, format: &dyn ExportFormat) -> Box<dyn ExportWriter> {
        match self {
            Self::Same => format.writer(),
            Self::Csv => Box::new(CsvWriter::new(format, false)),
            Self::Tsv => Box::new(CsvWriter::new(format, true)),
            Self::JsonLines => Box::new(Objects { is_array: false }),
            Self::JsonArray => Box::new(Objects { is_array: true }),
            Self::Xlsx => Box::new(NewWorkbook::new(format)),
        }
    }

    /// The ending of a name, in lower case.
    fn ending(file: &Path) -> Option<String> {
        file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::export::{Kind, Position, Row, RowProblem};

    /// All stretches from `position` on, and where each begins.
    fn rows(bytes: &[u8], position: Position, longest: usize) -> Vec<(Option<Position>, Row)> {
        let open = || Source::of_bytes(bytes.to_vec(), "x".as_ref());
        let source = open();
        let mut reader = open_export(&source).expect("readable").reader(open(), position, longest).expect("long enough");
        let mut rows = Vec::new();
        loop {
            let begin = reader.position();
            match reader.next().expect("memory") {
                Some(row) => rows.push((begin, row)),
                None => return rows,
            }
        }
    }

    /// Rows with their pieces and with the fillers before them: where those are cut depends on where reading began.
    fn joined(rows: &[(Option<Position>, Row)]) -> Vec<(Kind, Vec<u8>, u64, Option<RowProblem>)> {
        let mut joined = Vec::new();
        let mut begun = Vec::new();
        for (_, row) in rows {
            begun.extend(&row.raw);
            if row.kind != Kind::Piece && (row.kind != Kind::Filler || row.problem.is_some()) {
                joined.push((row.kind, std::mem::take(&mut begun), row.record, row.problem.clone()));
            }
        }
        joined.push((Kind::Filler, begun, 0, None));
        joined
    }

    fn records(rows: &[(Option<Position>, Row)]) -> usize {
        rows.iter().filter(|(_, row)| row.kind == Kind::Record).count()
    }

    #[test]
    fn layouts_are_told_apart() {
        for (text, count, ending) in [
            ("id;text\n1;a\n\n2;b", 2, "csv"),
            ("{\"text\": 1}\n\nbroken\n{\"text\": 2}", 3, "jsonl"),
            ("\u{feff}[{\"text\": \"]\"},\n 3, {}]\n", 3, "json"),
            ("{\"jobs\": [{\"id\": 1}, {\"id\": 2}], \"meta\": {}}", 2, "json"),
            ("{\"jobs\":[\n{\"id\": 1},\n{\"id\": 2}\n],\"n\":1}", 2, "json"),
            ("{\"jobs\":[{\"id\": 1},\n{\"id\": 2}\n],\"n\":1}", 2, "json"),
            ("{\n \"meta\": {},\n \"jobs\": [{\"id\": 1}\n, {\"id\": 2}]\n}", 2, "json"),
            ("{\n \"title\": \"a\"\n}\n{\n \"title\": \"b\"\n}\n", 2, "jsonl"),
            ("{\"title\": \"a\", \"text\": \"b\", \"items\": [{}]}", 1, "jsonl"),
            ("<?xml version='1.0'?>\n<jobs>\n<job><title>a</title></job>\n\n<job/></jobs>\n", 2, "xml"),
            ("<jobs/>", 0, "xml"),
            ("[]", 0, "json"),
            ("", 0, "jsonl"),
        ] {
            let format = open_export(&Source::of_bytes(text.into(), "x".as_ref())).expect("readable");
            assert_eq!((records(&rows(text.as_bytes(), Position::default(), 999)), format.ending()), (count, ending), "{text}");
        }
    }

    #[test]
    fn an_array_that_is_cut_is_closed() {
        let rows = rows(b"{\"jobs\": [{\"id\": 1}, {\"id", Position::default(), 999);
        let problems: Vec<_> = rows.iter().filter_map(|(_, row)| row.problem.clone()).collect();
        assert_eq!((records(&rows), problems), (2, vec![RowProblem::EndsEarly]));
        assert_eq!(rows.last().map(|(_, row)| row.raw.as_slice()), Some(&b"\n]}\n"[..]));
    }

    #[test]
    fn what_follows_an_array_is_a_problem_once() {
        let long = format!("[{{\"id\": 1}}]\n {}", "[{\"id\": 2}]".repeat(20_000));
        for (text, told) in [("[{\"id\": 1}]\n", None), ("[{\"id\": 1}] x y", Some(" x")), (&long, Some("\n ["))] {
            let rows = joined(&rows(text.as_bytes(), Position::default(), 999));
            assert_eq!(rows.iter().filter(|(kind, ..)| *kind == Kind::Record).count(), 1);
            let problems: Vec<_> = rows.iter().filter_map(|(_, raw, _, problem)| problem.clone().map(|one| (raw, one))).collect();
            // It is told of where it begins, wherever a chunk ends.
            let expected = told.map(|told| (format!("]{told}").into_bytes(), RowProblem::Beyond));
            assert_eq!(problems, expected.iter().map(|(raw, one)| (raw, one.clone())).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_stray_quote_costs_one_row() {
        let rows = rows(b"id,title,text\n1,\"a,b\n2,c,d\n3,e,f\n", Position::default(), 999);
        assert_eq!(records(&rows), 3);
        assert_eq!(rows.iter().filter(|(_, row)| row.problem.is_some()).count(), 1);
    }

    #[test]
    fn others_are_refused_with_advice() {
        for bytes in [&b"PK\x03\x04"[..], b"<html>", b"<a>", b"PAR1", b"\xd0\xcf\x11\xe0"] {
            let error = open_export(&Source::of_bytes(bytes.to_vec(), "jobs".as_ref())).err().expect("refused");
            assert!(error.to_string().starts_with("jobs: "), "{error}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn bytes_survive_and_any_row_is_a_place_to_go_on(
            text in prop_oneof![
                "(id;text\n)?[ab;\"\r\n]{0,60}",
                "\u{feff}?[\\[{][a{}\\[\\]:,\"\\\\ \n]{0,60}",
                "\\{\"jobs\": ?\\[\\{[a{}\\[\\]:,\" ]{0,40}",
                "<j>\n?<job><title/>(<job>|</job>|<title>|<a x='>'>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|</j>|<job/>|[a <>\n]){0,14}",
            ],
            longest in prop_oneof![Just(9_usize), Just(1000)],
        ) {
            let all = rows(text.as_bytes(), Position::default(), longest);
            let bytes: Vec<u8> = all.iter().flat_map(|(_, row)| row.raw.clone()).collect();
            // Only what closes an array that was cut is not in the input.
            prop_assert!(bytes.starts_with(text.as_bytes()), "{:?}", String::from_utf8_lossy(&bytes));
            let closes = |byte: &u8| matches!(byte, b'\n' | b']' | b'}');
            prop_assert!(bytes[text.len()..].iter().all(closes), "more than brackets");
            let numbers: Vec<u64> = all.iter().filter(|(_, row)| row.kind == Kind::Record).map(|(_, row)| row.record).collect();
            prop_assert_eq!(&numbers, &(1..=numbers.len() as u64).collect::<Vec<_>>());
            for (at, (position, _)) in all.iter().enumerate() {
                if let Some(position) = position {
                    prop_assert_eq!(joined(&rows(text.as_bytes(), *position, longest)), joined(&all[at..]), "from {}", at);
                }
            }
        }
    }
}
