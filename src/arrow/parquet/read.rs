//! Reads Parquet row group by row group. Text comes as views into its pages, not as copies, and whatever dictionary a column declares.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ARROW_SCHEMA_META_KEY;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};

use super::{Style, footer};
use crate::arrow::restore::{with_type, without_dictionaries};
use crate::arrow::{self, Opened, Rows, RowsReader, rows_together};
use crate::error::Error;
use crate::formats::source::Source;

/// Opens a file; what comes from a pipe is copied first, since its index stands at the end.
pub(crate) fn open(source: Source) -> Result<Opened, Error> {
    let (name, size, progress) = (source.file.clone(), source.size, Arc::clone(&source.progress));
    let mut file = source.into_file()?;
    let failed = |error: ParquetError| broken(&name, 0, &error);
    let footer = footer::read(&mut file).map_err(|error| match error.kind() {
        std::io::ErrorKind::InvalidData => Error::in_file(&name, format!("broken Parquet: {error}")),
        _ => Error::read(&name, error),
    })?;
    let parquet = Arc::new(ParquetMetaDataReader::decode_metadata(&footer).map_err(failed)?);
    let declared = ArrowReaderMetadata::try_new(Arc::clone(&parquet), ArrowReaderOptions::new()).map_err(failed)?;
    let wanted = Arc::new(working(declared.schema()));
    let options = ArrowReaderOptions::new().with_schema(wanted);
    let metadata = ArrowReaderMetadata::try_new(Arc::clone(&parquet), options).map_err(failed)?;
    let groups = parquet.num_row_groups();
    Ok(Opened {
        description: format!("Parquet, {groups} row group{}", if groups == 1 { "" } else { "s" }),
        schema: Arc::clone(metadata.schema()),
        declared: Arc::clone(declared.schema()),
        style: arrow::Style { parquet: Some(style(&parquet)), ipc: None },
        reader: Box::new(Reader { file, metadata, group: 0, current: None, number: 0, size, progress, name }),
    })
}

/// An error after so many rows, in words that help.
fn broken(name: &std::path::Path, number: u64, error: &ParquetError) -> Error {
    let text = error.to_string();
    if text.contains("Disabled feature at compile time") {
        let codec = text.rsplit(": ").next().unwrap_or_default();
        return Error::in_file(name, format!("compressed with {codec}, which is not read (write it with zstd, snappy or gzip)"));
    }
    let place = if number > 0 { format!(" after row {number}") } else { String::new() };
    Error::in_file(name, format!("broken Parquet{place}: {text}"))
}

/// `schema` with views for text, and with no dictionaries, which row groups have each for themselves.
fn working(schema: &Schema) -> Schema {
    let viewed = |field: &Arc<Field>| {
        let data_type = match without_dictionaries(field.data_type()) {
            DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
            other => other,
        };
        with_type(field, data_type)
    };
    Schema::new_with_metadata(schema.fields().iter().map(viewed).collect::<Vec<_>>(), schema.metadata().clone())
}

fn style(parquet: &ParquetMetaData) -> Style {
    let schema = parquet.file_metadata().schema_descr_ptr();
    let compressions = match parquet.row_groups().first() {
        Some(group) => group.columns().iter().map(parquet::file::metadata::ColumnChunkMetaData::compression).collect(),
        None => vec![Compression::SNAPPY; schema.num_columns()],
    };
    let metadata = parquet.file_metadata().key_value_metadata();
    let has_arrow_schema = metadata.into_iter().flatten().any(|entry| entry.key == ARROW_SCHEMA_META_KEY);
    Style { schema, compressions, has_arrow_schema }
}

struct Reader {
    file: File,
    metadata: ArrowReaderMetadata,
    /// The row group that comes next.
    group: usize,
    current: Option<ParquetRecordBatchReader>,
    number: u64,
    size: Option<u64>,
    progress: Arc<AtomicU64>,
    name: PathBuf,
}

impl Reader {
    /// Opens the next row group; `None` after the last.
    fn next_group(&mut self) -> Result<Option<ParquetRecordBatchReader>, Error> {
        let parquet = Arc::clone(self.metadata.metadata());
        if self.group == parquet.num_row_groups() {
            return Ok(None);
        }
        let group = parquet.row_group(self.group);
        let count = |number: i64| usize::try_from(number).unwrap_or(0);
        let together = rows_together(count(group.num_rows()), count(group.total_byte_size()));
        let file = self.file.try_clone().map_err(|error| Error::read(&self.name, error))?;
        let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone())
            .with_row_groups(vec![self.group])
            .with_batch_size(together)
            .build()
            .map_err(|error| broken(&self.name, self.number, &error))?;
        self.group += 1;
        Ok(Some(reader))
    }

    /// Says how far it is, in bytes of the file.
    fn progress(&self) {
        let rows = u64::try_from(self.metadata.metadata().file_metadata().num_rows()).unwrap_or(0).max(1);
        if let Some(size) = self.size {
            let read = u128::from(size) * u128::from(self.number) / u128::from(rows);
            self.progress.store(u64::try_from(read).unwrap_or(size).min(size), Ordering::Relaxed);
        }
    }
}

impl RowsReader for Reader {
    fn next(&mut self) -> Result<Option<Rows>, Error> {
        loop {
            if self.current.is_none() {
                self.current = self.next_group()?;
            }
            let Some(reader) = &mut self.current else { return Ok(None) };
            let Some(batch) = reader.next() else {
                self.current = None;
                continue;
            };
            let batch = batch.map_err(|error| broken(&self.name, self.number, &error.into()))?;
            let numbers = (self.number + 1..=self.number + batch.num_rows() as u64).collect();
            self.number += batch.num_rows() as u64;
            self.progress();
            // Pages are shared among batches, so what a batch holds says little.
            let group = self.metadata.metadata().row_group(self.group - 1);
            let per_row = usize::try_from(group.total_byte_size() / group.num_rows().max(1)).unwrap_or(0);
            let bytes = per_row.saturating_mul(batch.num_rows());
            return Ok(Some(Rows { batch, numbers, problems: BTreeMap::new(), bytes, is_end: false }));
        }
    }
}
