//! Rows in batches.

use crate::error::Error;
use crate::formats::export::{ExportReader, Kind, Row};

/// A batch ends when it has so many bytes.
const BYTES: usize = 8 * 1024 * 1024;

/// The next records of `rows`, `most` at most; none at the end.
pub(crate) fn batch(rows: &mut dyn ExportReader, most: usize) -> Result<Vec<Row>, Error> {
    gather(most, || {
        while let Some(row) = rows.next()? {
            if row.kind == Kind::Record {
                return Ok(Some(row));
            }
        }
        Ok(None)
    })
}

/// As many as `next` gives, `most` at most and of no more than a batch's bytes.
pub(crate) fn gather(most: usize, mut next: impl FnMut() -> Result<Option<Row>, Error>) -> Result<Vec<Row>, Error> {
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while batch.len() < most
        && bytes < BYTES
        && let Some(row) = next()?
    {
        bytes += row.raw.len();
        batch.push(row);
    }
    Ok(batch)
}
