//! Writes Arrow IPC, with the rows of a batch put together again.

use std::io::Write;

use arrow_array::RecordBatch;
use arrow_ipc::CompressionType;
use arrow_ipc::writer::{FileWriter, IpcWriteOptions, StreamWriter};
use arrow_schema::{ArrowError, SchemaRef};
use arrow_select::concat::concat_batches;

/// A batch is written with so many rows at the latest,
const ROWS: usize = 64 * 1024;
/// or so many bytes.
const BYTES: usize = 8 * 1024 * 1024;

/// Collects rows, and writes them batch by batch.
pub(crate) struct Writer<W: Write> {
    kind: Kind<W>,
    schema: SchemaRef,
    waiting: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

enum Kind<W: Write> {
    File(FileWriter<W>),
    Stream(StreamWriter<W>),
}

impl<W: Write> Writer<W> {
    /// Begins a file or a stream.
    pub(crate) fn new(to: W, is_file: bool, schema: &SchemaRef, packed: Option<CompressionType>) -> Result<Self, ArrowError> {
        let options = IpcWriteOptions::default().try_with_compression(packed)?;
        let kind = if is_file {
            let mut writer = FileWriter::try_new_with_options(to, schema, options)?;
            for (key, value) in schema.metadata() {
                writer.write_metadata(key, value);
            }
            Kind::File(writer)
        } else {
            Kind::Stream(StreamWriter::try_new_with_options(to, schema, options)?)
        };
        Ok(Self { kind, schema: SchemaRef::clone(schema), waiting: Vec::new(), rows: 0, bytes: 0 })
    }

    /// Where the bytes go.
    pub(crate) fn inner(&mut self) -> &mut W {
        match &mut self.kind {
            Kind::File(writer) => writer.get_mut(),
            Kind::Stream(writer) => writer.get_mut(),
        }
    }

    /// Takes rows that take about so many bytes; a batch ends with them, or not.
    pub(crate) fn write(&mut self, batch: RecordBatch, bytes: usize, is_end: bool) -> Result<(), ArrowError> {
        self.rows += batch.num_rows();
        self.bytes += bytes;
        self.waiting.push(batch);
        if is_end || self.rows >= ROWS || self.bytes >= BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ArrowError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let batch = concat_batches(&self.schema, &self.waiting)?;
        self.waiting.clear();
        (self.rows, self.bytes) = (0, 0);
        match &mut self.kind {
            Kind::File(writer) => writer.write(&batch),
            Kind::Stream(writer) => writer.write(&batch).and_then(|()| writer.flush()),
        }
    }

    /// Writes what waits, and the end.
    pub(crate) fn finish(&mut self) -> Result<(), ArrowError> {
        self.flush()?;
        match &mut self.kind {
            Kind::File(writer) => writer.finish(),
            Kind::Stream(writer) => writer.finish(),
        }
    }
}
