//! Columns as their file declares them, for outputs that keep arrays as they are in memory.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, LargeStringArray, StringArray};
use arrow_schema::{DataType, Field, Schema, SchemaRef};

/// `schema` without dictionaries: an Arrow file has one for the whole of a column, and row groups have one each.
pub(crate) fn plain(schema: &Schema) -> SchemaRef {
    let fields: Vec<Field> =
        schema.fields().iter().map(|field| with_type(field, without_dictionaries(field.data_type()))).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// `field` with another type. What it says of a dictionary goes with that.
pub(crate) fn with_type(field: &Field, data_type: DataType) -> Field {
    Field::new(field.name(), data_type, field.is_nullable()).with_metadata(field.metadata().clone())
}

/// `data_type` with the values in the place of dictionaries, however deep.
pub(crate) fn without_dictionaries(data_type: &DataType) -> DataType {
    let inner = |field: &Arc<Field>| Arc::new(with_type(field, without_dictionaries(field.data_type())));
    match data_type {
        DataType::Dictionary(_, values) => without_dictionaries(values),
        DataType::List(item) => DataType::List(inner(item)),
        DataType::LargeList(item) => DataType::LargeList(inner(item)),
        DataType::FixedSizeList(item, length) => DataType::FixedSizeList(inner(item), *length),
        DataType::Map(entries, sorted) => DataType::Map(inner(entries), *sorted),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(inner).collect()),
        other => other.clone(),
    }
}

/// A column of views as text of type `to`, and views that share memory with other rows as views with their own. Others stay.
pub(crate) fn restored(column: &ArrayRef, to: &DataType) -> ArrayRef {
    match (column.data_type(), to) {
        (DataType::Utf8View, DataType::Utf8) => Arc::new(column.as_string_view().iter().collect::<StringArray>()),
        (DataType::Utf8View, DataType::LargeUtf8) => Arc::new(column.as_string_view().iter().collect::<LargeStringArray>()),
        (DataType::Utf8View, _) => Arc::new(column.as_string_view().gc()),
        (DataType::BinaryView, _) => Arc::new(column.as_binary_view().gc()),
        _ => ArrayRef::clone(column),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::StringViewArray;

    use super::*;

    #[test]
    fn views_become_what_was_declared() {
        let views: ArrayRef = Arc::new(StringViewArray::from_iter([Some("a text of more than twelve bytes"), None]));
        for to in [DataType::Utf8, DataType::LargeUtf8, DataType::Utf8View] {
            let restored = restored(&views.slice(1, 1), &to);
            assert_eq!((restored.data_type(), restored.null_count(), restored.len()), (&to, 1, 1));
        }
        let dictionary = DataType::Dictionary(Box::new(DataType::Int8), Box::new(DataType::Utf8));
        let list = DataType::List(Arc::new(Field::new("item", dictionary, true)));
        assert_eq!(without_dictionaries(&list), DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))));
    }
}
