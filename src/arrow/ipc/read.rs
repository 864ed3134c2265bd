//! Reads Arrow IPC message by message, and cuts the batches into rows that are judged together, without copying.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::convert::try_fb_to_schema;
use arrow_ipc::reader::{RecordBatchDecoder, read_dictionary};
use arrow_ipc::{CompressionType, MessageHeader};
use arrow_schema::{ArrowError, SchemaRef};

use super::blocks::Blocks;
use super::frames::{self, Frame};
use crate::arrow::{Opened, Rows, RowsReader, Style, rows_together};
use crate::error::Error;
use crate::formats::source::{Input, Source};

/// Where messages come from.
enum Messages {
    /// One after the other.
    Stream(Input),
    /// From the places that an index names.
    File(Blocks),
}

impl Messages {
    fn next(&mut self) -> std::io::Result<Option<Frame>> {
        match self {
            Self::Stream(input) => frames::next(input),
            Self::File(blocks) => blocks.next(),
        }
    }
}

/// Opens a stream, or a file.
pub(crate) fn open(source: Source, is_file: bool) -> Result<Opened, Error> {
    let file = source.file.clone();
    let broken = |problem: &dyn std::fmt::Display| Error::in_file(&file, format!("broken Arrow {}: {problem}", kind(is_file)));
    let (messages, schema) = if is_file {
        let (blocks, schema) = Blocks::open(source.into_file()?).map_err(|error| broken(&error))?;
        (Messages::File(blocks), schema)
    } else {
        let mut input = source.stream(0)?;
        let first = frames::next(&mut input).map_err(|error| broken(&error))?;
        let first = first.ok_or_else(|| broken(&"it ends before its schema"))?;
        let schema = first.message.as_ref().header_as_schema().ok_or_else(|| broken(&"it does not begin with a schema"))?;
        (Messages::Stream(input), try_fb_to_schema(schema).map_err(|error| broken(&error))?)
    };
    let schema = Arc::new(schema);
    let mut reader = Reader {
        messages,
        is_file,
        schema: Arc::clone(&schema),
        dictionaries: HashMap::new(),
        batch: RecordBatch::new_empty(Arc::clone(&schema)),
        done: 0,
        together: 1,
        number: 0,
        compression: None,
        file,
    };
    reader.fill()?;
    Ok(Opened {
        description: format!("Arrow {}", kind(is_file)),
        declared: Arc::clone(&schema),
        schema,
        style: Style { parquet: None, ipc: reader.compression },
        reader: Box::new(reader),
    })
}

fn kind(is_file: bool) -> &'static str {
    if is_file { "file" } else { "stream" }
}

struct Reader {
    messages: Messages,
    is_file: bool,
    schema: SchemaRef,
    dictionaries: HashMap<i64, ArrayRef>,
    /// The batch that was read last,
    batch: RecordBatch,
    /// how many rows of it were given away,
    done: usize,
    /// and how many are given away at once.
    together: usize,
    number: u64,
    compression: Option<CompressionType>,
    file: PathBuf,
}

impl Reader {
    /// Reads messages up to the next batch with rows.
    fn fill(&mut self) -> Result<(), Error> {
        loop {
            let frame = self.messages.next().map_err(|error| self.broken(&error.to_string()))?;
            let Some(frame) = frame else { return Ok(()) };
            self.take(&frame).map_err(|error| self.broken(&error.to_string()))?;
            if self.batch.num_rows() > 0 {
                return Ok(());
            }
        }
    }

    fn take(&mut self, frame: &Frame) -> Result<(), ArrowError> {
        let message = frame.message.as_ref();
        let version = message.version();
        match message.header_type() {
            MessageHeader::RecordBatch => {
                let missing = || ArrowError::IpcError("a batch without its description".to_owned());
                let batch = message.header_as_record_batch().ok_or_else(missing)?;
                self.compression = self.compression.or(batch.compression().map(|compression| compression.codec()));
                let schema = Arc::clone(&self.schema);
                let decoder = RecordBatchDecoder::try_new(&frame.body, batch, schema, &self.dictionaries, &version)?;
                self.batch = decoder.read_record_batch()?;
                self.done = 0;
                self.together = rows_together(self.batch.num_rows(), self.batch.get_array_memory_size());
            }
            MessageHeader::DictionaryBatch => {
                let missing = || ArrowError::IpcError("a dictionary without its description".to_owned());
                let batch = message.header_as_dictionary_batch().ok_or_else(missing)?;
                read_dictionary(&frame.body, batch, &self.schema, &mut self.dictionaries, &version)?;
            }
            MessageHeader::NONE => {}
            other => return Err(ArrowError::IpcError(format!("a message of type {other:?} among the batches"))),
        }
        Ok(())
    }

    fn broken(&self, problem: &str) -> Error {
        let place = if self.number > 0 { format!(" after row {}", self.number) } else { String::new() };
        Error::in_file(&self.file, format!("broken Arrow {}{place}: {problem}", kind(self.is_file)))
    }
}

impl RowsReader for Reader {
    fn next(&mut self) -> Result<Option<Rows>, Error> {
        if self.done == self.batch.num_rows() {
            self.batch = RecordBatch::new_empty(Arc::clone(&self.schema));
            self.done = 0;
            self.fill()?;
        }
        let rows = self.together.min(self.batch.num_rows() - self.done);
        if rows == 0 {
            return Ok(None);
        }
        let batch = self.batch.slice(self.done, rows);
        self.done += rows;
        let bytes = self.batch.get_array_memory_size() / self.batch.num_rows() * rows;
        let numbers = (self.number + 1..=self.number + rows as u64).collect();
        self.number += rows as u64;
        Ok(Some(Rows { batch, numbers, problems: BTreeMap::new(), bytes, is_end: self.done == self.batch.num_rows() }))
    }
}
