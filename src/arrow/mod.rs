//! Record batches: Parquet and Arrow IPC, files and streams, read and written; and rows of the other formats as batches.
//!
//! ```text
//! Parquet ─ row group by row group ─┐                          ┌─> Parquet, with the schema, metadata and compression it had
//! Arrow   ─ message by message ─────┼─> Rows: a slice of rows ─┼─> Arrow file or stream
//! CSV, JSON ─ row by row ───────────┘                          └─> CSV, JSON
//! ```
//!
//! Columns that nobody looks into go through as they are, shared and not copied. Knows nothing of models. What cannot stream: a row group
//! is written at [`parquet::write::GROUP_BYTES`], a message of an Arrow stream must fit into memory ([`ipc::frames::LONGEST`]), and so must
//! a page of a Parquet file, which the format holds below 2 GB.

pub(crate) mod choose;
pub(crate) mod ipc;
pub(crate) mod open;
pub(crate) mod parquet;
pub(crate) mod restore;
pub(crate) mod rows;
pub(crate) mod text;
pub(crate) mod value;

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use crate::error::Error;
use crate::formats::export::RowProblem;

/// So many rows are judged together at most,
const ROWS: usize = 128;
/// and no more where they take so many bytes.
const BYTES: usize = 512 * 1024;

/// Rows that are judged together.
pub(crate) struct Rows {
    /// Their cells.
    pub batch: RecordBatch,
    /// Their numbers in the file, from 1.
    pub numbers: Vec<u64>,
    /// Why some cannot be read, by their places in the batch.
    pub problems: BTreeMap<usize, RowProblem>,
    /// How many bytes they take, about.
    pub bytes: usize,
    /// A row group or a message ends here.
    pub is_end: bool,
}

/// Rows, one batch after the other.
pub(crate) trait RowsReader: Send {
    /// The next rows; `None` at the end.
    ///
    /// # Errors
    /// If the file cannot be read on.
    fn next(&mut self) -> Result<Option<Rows>, Error>;
}

/// Something with a schema that rows can be read from.
pub(crate) struct Opened {
    /// What it is, for people.
    pub description: String,
    /// The schema of the batches that come.
    pub schema: SchemaRef,
    /// The schema as its file declares it. Parquet is read with other types for text, which share memory with the pages.
    pub declared: SchemaRef,
    /// How it was written, as far as another file can be written like it.
    pub style: Style,
    /// Yields the rows.
    pub reader: Box<dyn RowsReader>,
}

/// How a file was written.
#[derive(Default)]
pub(crate) struct Style {
    /// Set where it was Parquet.
    pub parquet: Option<parquet::Style>,
    /// The compression of Arrow buffers.
    pub ipc: Option<arrow_ipc::CompressionType>,
}

/// So many of `rows` rows that take `bytes` are judged together.
fn rows_together(rows: usize, bytes: usize) -> usize {
    let row = bytes / rows.max(1);
    (BYTES / row.max(1)).clamp(1, ROWS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rows_go_by_few() {
        assert_eq!(
            [(0, 0), (1000, 1000), (10, 10 << 20), (1, 1 << 30)].map(|(rows, bytes)| rows_together(rows, bytes)),
            [ROWS, ROWS, 1, 1]
        );
        assert_eq!(rows_together(1000, 1000 * 8192), BYTES / 8192);
    }
}
