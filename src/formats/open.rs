//! Which format an export is in, and which one it is written in.

use std::path::Path;

use super::export::{ExportFormat, ExportWriter};
use super::json::{Json, Objects};
use super::source::Source;
use super::table::{CsvWriter, Table};
use crate::error::Error;

/// Tells the format of `source` by its first bytes; its name says little, and a pipe has none.
///
/// # Errors
/// If the format is not read, or its head makes no sense.
pub fn open_export(source: &Source) -> Result<Box<dyn ExportFormat>, Error> {
    let text = source.head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&source.head).trim_ascii_start();
    let ending = Target::ending(&source.file);
    if let Some(problem) = unread(text) {
        return Err(Error::in_file(&source.file, problem));
    }
    let is_table = matches!(ending.as_deref(), Some("csv" | "tsv"));
    Ok(match text.first() {
        Some(b'{' | b'[') if !is_table => Box::new(Json::new(source)?),
        None if !is_table => Box::new(Json::new(source)?),
        _ => Box::new(Table::new(source)?),
    })
}

/// What to say about a format that is not read.
fn unread(head: &[u8]) -> Option<&'static str> {
    match head {
        [b'P', b'K', 3, 4, ..] => Some("an XLSX, ODS or ZIP file, which is not read yet (save the sheet as CSV)"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => Some("an old Excel file, which is not read (save the sheet as CSV)"),
        [b'P', b'A', b'R', b'1', ..] | [b'A', b'R', b'R', b'O', b'W', b'1', ..] => {
            Some("a Parquet or Arrow file, which is not read yet (write it as CSV or JSON lines)")
        }
        [b'<', ..] => Some("XML or HTML, which is not read yet (rolecall classify reads single postings)"),
        [b'%', b'P', b'D', b'F', ..] => Some("a PDF, which is no export"),
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
}

impl Target {
    /// What the name of `output` asks for, where the export is in `format`.
    ///
    /// # Errors
    /// If the output's name asks for something that is not written.
    pub fn of(format: &dyn ExportFormat, output: Option<&Path>) -> Result<Self, Error> {
        let Some(output) = output else { return Ok(Self::Same) };
        let is_json = format.writer().wants_json();
        Ok(match Self::ending(output).as_deref() {
            Some("csv") if is_json => Self::Csv,
            Some("tsv") if is_json => Self::Tsv,
            Some("jsonl" | "ndjson") if format.ending() != "jsonl" => Self::JsonLines,
            Some("json") if !is_json => Self::JsonArray,
            Some("gz" | "zst" | "xz") => {
                return Err(Error::in_file(output, "output is not compressed (leave that ending off)"));
            }
            Some("xlsx" | "ods" | "parquet" | "arrow" | "xml") => {
                return Err(Error::in_file(output, "this format is not written yet (name it .csv or .jsonl)"));
            }
            _ => Self::Same,
        })
    }

    /// Writes it.
    pub fn writer(self, format: &dyn ExportFormat) -> Box<dyn ExportWriter> {
        match self {
            Self::Same => format.writer(),
            Self::Csv => Box::new(CsvWriter::new(false)),
            Self::Tsv => Box::new(CsvWriter::new(true)),
            Self::JsonLines => Box::new(Objects { is_array: false }),
            Self::JsonArray => Box::new(Objects { is_array: true }),
        }
    }

    /// The ending of a name, in lower case.
    fn ending(file: &Path) -> Option<String> {
        file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase())
    }
}
