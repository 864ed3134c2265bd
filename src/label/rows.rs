//! Rows in batches.

use crate::error::Error;
use crate::formats::export::{ExportReader, Kind, Row};

/// A batch ends when it has so many bytes.
const BYTES: usize = 8 * 1024 * 1024;

/// The next records, `most` at most; none at the end.
pub(crate) fn batch(rows: &mut dyn ExportReader, most: usize) -> Result<Vec<Row>, Error> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < most
        && bytes < BYTES
        && let Some(row) = rows.next()?
    {
        if row.kind == Kind::Record {
            bytes += row.raw.len();
            batch.push(row);
        }
    }
    Ok(batch)
}
