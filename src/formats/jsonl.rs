//! JSON lines.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::record::Record;
use crate::error::Error;

/// Bounds the memory that a file without line ends can take.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// Hands every line's record to `each`. Blank lines are passed over.
pub(super) fn read(file: &Path, reader: impl Read, mut each: impl FnMut(Record, u64) -> Result<(), Error>) -> Result<(), Error> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let read =
            reader.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line).map_err(|source| Error::read(file, source))?;
        if read == 0 {
            return Ok(());
        }
        number += 1;
        if read as u64 > LONGEST_LINE {
            return Err(Error::at(file, number, "longer than 64 MB, so it is no posting"));
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let record = serde_json::from_slice(&line).map_err(|error| Error::at(file, number, format!("broken JSON: {error}")))?;
        each(record, number)?;
    }
}
