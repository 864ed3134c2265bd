//! Which columnar format a file is in, and which one an output is to be.

use std::path::Path;
use std::sync::Arc;

use super::{Opened, ipc, parquet, rows};
use crate::error::Error;
use crate::formats::export::{ExportFormat, Selection};
use crate::formats::source::{Magic, Source};

/// A format to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Parquet.
    Parquet,
    /// An Arrow IPC file, which is also called Feather.
    ArrowFile,
    /// An Arrow IPC stream.
    ArrowStream,
    /// A table with commas, or tabs.
    Table {
        /// Tabs.
        has_tabs: bool,
    },
    /// A JSON object a line, or an array of objects.
    Json {
        /// An array.
        is_array: bool,
    },
}

impl Form {
    /// What the ending of `output` asks for.
    fn of_ending(output: &Path) -> Option<Self> {
        let ending = output.extension()?.to_string_lossy().to_ascii_lowercase();
        Some(match ending.as_str() {
            "parquet" | "pq" => Self::Parquet,
            "arrow" | "feather" | "ipc" => Self::ArrowFile,
            "arrows" => Self::ArrowStream,
            "csv" => Self::Table { has_tabs: false },
            "tsv" => Self::Table { has_tabs: true },
            "jsonl" | "ndjson" => Self::Json { is_array: false },
            "json" => Self::Json { is_array: true },
            _ => return None,
        })
    }

    /// The format of a file that begins like that.
    fn of_magic(magic: Magic) -> Self {
        match magic {
            Magic::Parquet => Self::Parquet,
            Magic::ArrowFile => Self::ArrowFile,
            Magic::ArrowStream => Self::ArrowStream,
        }
    }

    /// Whether it is not for people to read.
    pub(crate) fn is_binary(self) -> bool {
        matches!(self, Self::Parquet | Self::ArrowFile | Self::ArrowStream)
    }

    /// The format to write where a file that begins like that goes to `output`; `None` where both are text.
    ///
    /// # Errors
    /// If the output's name asks for something that is not written.
    pub(crate) fn of(magic: Option<Magic>, output: Option<&Path>) -> Result<Option<Self>, Error> {
        let asked = output.and_then(Self::of_ending);
        let is_text = matches!(asked, None | Some(Self::Table { .. } | Self::Json { .. }));
        match (magic, asked, output) {
            (None, _, _) if is_text => Ok(None),
            (_, Some(asked), _) => Ok(Some(asked)),
            (Some(magic), None, Some(output)) if output.extension().is_some() => {
                let problem =
                    format!("no format that is written from {magic:?} (name it .parquet, .arrow, .arrows, .csv or .jsonl)");
                Err(Error::in_file(output, problem))
            }
            (magic, None, _) => Ok(magic.map(Self::of_magic)),
        }
    }
}

/// Opens a file in a columnar format.
///
/// # Errors
/// If it is broken, or asks for more memory than there is.
pub(crate) fn open(magic: Magic, source: Source) -> Result<Opened, Error> {
    match magic {
        Magic::Parquet => parquet::read::open(source),
        Magic::ArrowFile => ipc::read::open(source, true),
        Magic::ArrowStream => ipc::read::open(source, false),
    }
}

/// Opens an export in another format, to be written in a columnar one.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn open_rows(
    format: Arc<dyn ExportFormat>,
    source: Source,
    selection: &Selection,
    longest: usize,
) -> Result<Opened, Error> {
    rows::open(format, source, selection, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_the_output_decides() {
        let of = |magic, output: &str| Form::of(magic, Some(output.as_ref())).map_err(|error| error.to_string());
        assert_eq!(of(None, "x.csv"), Ok(None));
        assert_eq!(of(None, "x.xlsx"), Ok(None), "left to others");
        assert_eq!(of(None, "x.PARQUET"), Ok(Some(Form::Parquet)));
        assert_eq!(of(Some(Magic::Parquet), "x.tsv"), Ok(Some(Form::Table { has_tabs: true })));
        assert_eq!(of(Some(Magic::ArrowStream), "x"), Ok(Some(Form::ArrowStream)));
        assert_eq!(Form::of(Some(Magic::ArrowFile), None).ok(), Some(Some(Form::ArrowFile)));
        assert!(of(Some(Magic::Parquet), "x.xlsx").is_err_and(|error| error.starts_with("x.xlsx: no format")));
    }
}
