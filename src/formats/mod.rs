//! Bytes to records. Knows nothing of models.

mod csv;
mod input;
mod jsonl;
mod record;

use std::path::Path;

pub use input::{open, read_text};
pub use record::Record;

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
