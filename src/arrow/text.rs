//! A cell as text, whatever array it stands in.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type};
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

use super::value;
use crate::formats::encoding;

/// Where a column stands: a column of the batch, then fields of structs within.
pub(crate) type Path = Vec<usize>;

/// Whether the cells are text.
pub(crate) fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Binary
        | DataType::LargeBinary
        | DataType::BinaryView => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// The place of a dictionary's value; `None` where the cell is null.
pub(crate) fn key(array: &dyn Array, row: usize) -> Option<usize> {
    macro_rules! of {
        ($($name:ident: $key:ty),*) => {
            match array.data_type() {
                $(DataType::Dictionary(key, _) if **key == DataType::$name => array.as_dictionary::<$key>().key(row),)*
                _ => None,
            }
        };
    }
    of!(
        Int8: Int8Type, Int16: Int16Type, Int32: Int32Type, Int64: Int64Type,
        UInt8: UInt8Type, UInt16: UInt16Type, UInt32: UInt32Type, UInt64: UInt64Type
    )
}

/// The text of a cell, without copying it where it is UTF-8; `None` where it is null. Bytes are read like a cell of a table, lists of text
/// are lines, everything else is as JSON has it.
pub(crate) fn cell(array: &dyn Array, row: usize) -> Option<Cow<'_, str>> {
    if array.is_null(row) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).into(),
        DataType::LargeUtf8 => array.as_string::<i64>().value(row).into(),
        DataType::Utf8View => array.as_string_view().value(row).into(),
        DataType::Binary => encoding::decode(array.as_binary::<i32>().value(row)).0,
        DataType::LargeBinary => encoding::decode(array.as_binary::<i64>().value(row)).0,
        DataType::BinaryView => encoding::decode(array.as_binary_view().value(row)).0,
        DataType::Dictionary(..) => return cell(array.as_any_dictionary().values().as_ref(), key(array, row)?),
        DataType::List(item) if is_text(item.data_type()) => lines(array.as_list::<i32>().value(row).as_ref()).into(),
        DataType::LargeList(item) if is_text(item.data_type()) => lines(array.as_list::<i64>().value(row).as_ref()).into(),
        DataType::Null => return None,
        _ => value::text(array, row).into(),
    })
}

fn lines(items: &dyn Array) -> String {
    (0..items.len()).filter_map(|row| cell(items, row)).collect::<Vec<_>>().join("\n")
}

/// The text of a cell under a path.
pub(crate) fn at<'b>(batch: &'b RecordBatch, path: &[usize], row: usize) -> Option<Cow<'b, str>> {
    let (&first, fields) = path.split_first()?;
    let mut array: &dyn Array = batch.column(first);
    for &field in fields {
        if array.is_null(row) {
            return None;
        }
        array = array.as_struct().column(field);
    }
    cell(array, row)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{BinaryArray, DictionaryArray, Int64Array, LargeStringArray, StringArray, StringViewArray, StructArray};
    use arrow_schema::Field;

    use super::*;

    #[test]
    fn every_kind_of_text_is_read() {
        let cells = [Some("Köln"), None, Some("a text that is longer than twelve bytes")];
        let dictionary: DictionaryArray<UInt8Type> = cells.into_iter().collect();
        let arrays: [Arc<dyn Array>; 5] = [
            Arc::new(StringArray::from_iter(cells)),
            Arc::new(LargeStringArray::from_iter(cells)),
            Arc::new(StringViewArray::from_iter(cells)),
            Arc::new(BinaryArray::from_iter(cells)),
            Arc::new(dictionary),
        ];
        for array in &arrays {
            assert_eq!([0, 1, 2].map(|row| cell(array, row)), cells.map(|cell| cell.map(Cow::from)), "{}", array.data_type());
            assert!(is_text(array.data_type()));
        }
        assert_eq!(cell(&BinaryArray::from_iter([Some(b"K\xf6ln")]), 0), Some("Köln".into()));
        assert_eq!(cell(&Int64Array::from(vec![7]), 0), Some("7".into()));
    }

    #[test]
    fn what_is_under_a_null_is_not_there() {
        let field = Field::new("title", DataType::Utf8, true);
        let titles: Arc<dyn Array> = Arc::new(StringArray::from(vec!["a", "hidden"]));
        let jobs = StructArray::new(vec![field].into(), vec![titles], Some(vec![true, false].into()));
        let batch = RecordBatch::try_from_iter([("job", Arc::new(jobs) as Arc<dyn Array>)]).expect("one column");
        assert_eq!([0, 1].map(|row| at(&batch, &[0, 0], row)), [Some("a".into()), None]);
    }
}
