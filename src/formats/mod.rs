//! Bytes to records and back. Knows nothing of models.
//!
//! Two ways in: [`read_records`] for labelled files in our own format, whole and strict; [`open_export`] for exports of others, which are
//! read as they are and written again with something beside each row. A format of exports is one file, or one file and a folder, with
//! an [`export::ExportFormat`]. Documents are read one by one, by [`document`], or as the export that a folder of them is.

mod chunks;
mod compression;
mod csv;
pub mod document;
pub mod encoding;
pub mod export;
mod folder;
mod header;
mod input;
mod json;
mod jsonl;
pub mod names;
mod open;
mod package;
mod record;
pub mod source;
mod table;
mod utf16;
mod workbook;
mod xml;
mod xz;
mod zstd;

use std::path::Path;

pub use compression::Compression;
pub use folder::Listing;
pub use input::{open, shown};
pub use open::{Target, open_export, open_export_as};
pub use package::Limits;
pub use record::Record;
pub use table::push_line;
pub(crate) use table::{COLUMNS, push_cells};
pub use utf16::{ByteOrder, encode as encode_utf16};
pub use workbook::Asked;

use crate::error::Error;

/// Reads the records of a labelled file: CSV where its name ends in `.csv`, JSON lines otherwise; `.xz` on top of either.
/// `each` gets every record with its line.
///
/// # Errors
/// If the file cannot be read, a line is broken, or `each` refuses a record.
pub fn read_records(file: &Path, each: impl FnMut(Record, u64) -> Result<(), Error>) -> Result<(), Error> {
    let inner = if input::is_xz(file) { file.with_extension("") } else { file.to_owned() };
    let is_csv = inner.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    let reader = input::open(file)?;
    if is_csv { csv::read(file, reader, each) } else { jsonl::read(file, reader, each) }
}
