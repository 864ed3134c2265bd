//! Parquet: row groups of columns, with an index at the end.

mod footer;
pub(crate) mod read;
pub(crate) mod write;

use parquet::basic::Compression;
use parquet::schema::types::SchemaDescPtr;

/// How a file was written.
pub(crate) struct Style {
    /// Its schema.
    schema: SchemaDescPtr,
    /// The compression of each column of it.
    compressions: Vec<Compression>,
    /// Whether it names the Arrow types of its columns.
    has_arrow_schema: bool,
}
