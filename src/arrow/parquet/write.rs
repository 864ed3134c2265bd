//! Writes Parquet: as the file that was read was written, where one was.

use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{Field, Schema, SchemaRef};
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::arrow::{ArrowSchemaConverter, add_encoded_arrow_schema_to_metadata};
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::schema::types::{SchemaDescriptor, Type};

use super::Style;
use crate::arrow::restore::{with_type, without_dictionaries};

/// A row group is written when it takes so many bytes: it is held in memory until then.
pub(crate) const GROUP_BYTES: usize = 16 * 1024 * 1024;

/// Writes batches as row groups.
pub(crate) struct Writer<W: Write + Send>(ArrowWriter<W>);

impl<W: Write + Send> Writer<W> {
    /// Begins a file of batches with `schema`, which says that they have the schema `declared`.
    pub(crate) fn new(to: W, schema: &SchemaRef, declared: &SchemaRef, style: Option<&Style>) -> Result<Self, ParquetError> {
        let root = style.map_or("schema", |style| style.schema.root_schema().name());
        let converted = ArrowSchemaConverter::new().schema_root(root).convert(schema)?;
        let parquet = match style {
            Some(style) => extended(style, &converted)?.unwrap_or(converted),
            None => converted,
        };
        let properties = properties(&parquet, &unordered(declared), style);
        let options =
            ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true).with_parquet_schema(parquet);
        Ok(Self(ArrowWriter::try_new_with_options(to, SchemaRef::clone(schema), options)?))
    }

    /// Where the bytes go.
    pub(crate) fn inner(&mut self) -> &mut W {
        self.0.inner_mut()
    }

    /// Takes rows.
    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), ParquetError> {
        self.0.write(batch)
    }

    /// Writes what waits, and the footer.
    pub(crate) fn finish(&mut self) -> Result<(), ParquetError> {
        self.0.finish().map(drop)
    }
}

/// The schema that was read with the columns after its own that `converted` has. `None` where it has types that are not written as they were,
/// such as times of 96 bits.
fn extended(style: &Style, converted: &SchemaDescriptor) -> Result<Option<SchemaDescriptor>, ParquetError> {
    let root = style.schema.root_schema();
    let own = root.get_fields();
    let is_same = style.schema.num_columns() <= converted.num_columns()
        && style.schema.columns().iter().zip(converted.columns()).all(|(read, write)| {
            (read.physical_type(), read.type_length(), read.max_def_level(), read.max_rep_level())
                == (write.physical_type(), write.type_length(), write.max_def_level(), write.max_rep_level())
        });
    if !is_same {
        return Ok(None);
    }
    let added = converted.root_schema().get_fields().iter().skip(own.len());
    let fields = own.iter().chain(added).map(Arc::clone).collect();
    let root = Type::group_type_builder(root.name()).with_fields(fields).build()?;
    Ok(Some(SchemaDescriptor::new(Arc::new(root))))
}

/// `schema` with the values in the place of ordered dictionaries: the order in which the writer meets values would be taken for theirs.
fn unordered(schema: &SchemaRef) -> SchemaRef {
    let plain = |field: &Arc<Field>| match field.dict_is_ordered() {
        Some(true) => Arc::new(with_type(field, without_dictionaries(field.data_type()))),
        _ => Arc::clone(field),
    };
    let fields: Vec<Arc<Field>> = schema.fields().iter().map(plain).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn properties(parquet: &SchemaDescriptor, declared: &SchemaRef, style: Option<&Style>) -> WriterProperties {
    let mut metadata: Vec<KeyValue> =
        declared.metadata().iter().map(|(key, value)| KeyValue::new(key.clone(), value.clone())).collect();
    metadata.sort_by(|one, other| one.key.cmp(&other.key));
    let compressions = style.map_or(&[][..], |style| &style.compressions);
    let usual = compressions.first().copied().unwrap_or(Compression::SNAPPY);
    let mut builder = WriterProperties::builder()
        .set_max_row_group_bytes(Some(GROUP_BYTES))
        .set_key_value_metadata(Some(metadata))
        .set_compression(written(usual));
    for (column, compression) in parquet.columns().iter().zip(compressions) {
        builder = builder.set_column_compression(column.path().clone(), written(*compression));
    }
    let mut properties = builder.build();
    if style.is_none_or(|style| style.has_arrow_schema) {
        add_encoded_arrow_schema_to_metadata(declared, &mut properties);
    }
    properties
}

/// The older of two ways to use LZ4 is read and no longer written.
fn written(compression: Compression) -> Compression {
    if compression == Compression::LZ4 { Compression::LZ4_RAW } else { compression }
}
