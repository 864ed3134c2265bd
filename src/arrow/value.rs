//! A cell as JSON, for outputs that are text.

use std::fmt::Write;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Decimal128Type, Decimal256Type, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, TimeUnit};

use super::text;

/// Whether cells of this type can be written as JSON.
pub(crate) fn is_known(data_type: &DataType) -> bool {
    use DataType::{
        Boolean, Date32, Date64, Decimal128, Decimal256, Dictionary, FixedSizeBinary, FixedSizeList, Float16, Float32, Float64,
        Int8, Int16, Int32, Int64, LargeList, List, Map, Null, Struct, Time32, Time64, Timestamp, UInt8, UInt16, UInt32, UInt64,
    };
    match data_type {
        Null | Boolean | Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64 | Float16 | Float32 | Float64
        | Date32 | Date64 | Time32(_) | Time64(_) | Timestamp(..) | Decimal128(..) | Decimal256(..) | FixedSizeBinary(_) => true,
        List(item) | LargeList(item) | FixedSizeList(item, _) | Map(item, _) => is_known(item.data_type()),
        Struct(fields) => fields.iter().all(|field| is_known(field.data_type())),
        Dictionary(_, values) => is_known(values),
        other => text::is_text(other),
    }
}

/// Whether cells of this type are numbers, which no spreadsheet takes for a formula.
pub(crate) fn is_number(data_type: &DataType) -> bool {
    data_type.is_numeric()
}

/// A row as a JSON object.
pub(crate) fn object(batch: &RecordBatch, row: usize) -> String {
    let mut out = String::from("{");
    for (at, (field, column)) in batch.schema_ref().fields().iter().zip(batch.columns()).enumerate() {
        push_key(at, field, &mut out);
        push(column, row, &mut out);
    }
    out + "}"
}

/// A cell as text: a string as it is, everything else as JSON has it, a null as nothing.
pub(crate) fn text(array: &dyn Array, row: usize) -> String {
    if array.is_null(row) {
        return String::new();
    }
    let mut out = String::new();
    push(array, row, &mut out);
    match out.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => plain.to_owned(),
        _ => out,
    }
}

fn push_key(at: usize, field: &Field, out: &mut String) {
    if at > 0 {
        out.push(',');
    }
    push_string(field.name(), out);
    out.push(':');
}

fn push_string(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}

fn push_list(items: &ArrayRef, out: &mut String) {
    out.push('[');
    for row in 0..items.len() {
        if row > 0 {
            out.push(',');
        }
        push(items, row, out);
    }
    out.push(']');
}

fn push_number(number: f64, out: &mut String) {
    // What is no number has no place in JSON.
    out.push_str(&serde_json::Number::from_f64(number).map_or_else(|| "null".to_owned(), |number| number.to_string()));
}

fn push(array: &dyn Array, row: usize, out: &mut String) {
    if array.is_null(row) {
        return out.push_str("null");
    }
    macro_rules! plain {
        ($($kind:ty),*) => {
            $(if let Some(array) = array.as_primitive_opt::<$kind>() {
                // Writing to a string cannot fail.
                let _ = write!(out, "{}", array.value(row));
                return;
            })*
        };
    }
    plain!(Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type);
    match array.data_type() {
        DataType::Boolean => out.push_str(if array.as_boolean().value(row) { "true" } else { "false" }),
        DataType::Float16 => push_number(array.as_primitive::<Float16Type>().value(row).to_f64(), out),
        // The shortest digits that mean this number among those of its size.
        DataType::Float32 => {
            let number = array.as_primitive::<Float32Type>().value(row);
            push_number(number.to_string().parse().unwrap_or(f64::NAN), out);
        }
        DataType::Float64 => push_number(array.as_primitive::<Float64Type>().value(row), out),
        DataType::Decimal128(..) => push_string(&array.as_primitive::<Decimal128Type>().value_as_string(row), out),
        DataType::Decimal256(..) => push_string(&array.as_primitive::<Decimal256Type>().value_as_string(row), out),
        DataType::FixedSizeBinary(_) => {
            let bytes = array.as_fixed_size_binary().value(row);
            push_string(&bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")), out);
        }
        DataType::List(_) => push_list(&array.as_list::<i32>().value(row), out),
        DataType::LargeList(_) => push_list(&array.as_list::<i64>().value(row), out),
        DataType::FixedSizeList(..) => push_list(&array.as_fixed_size_list().value(row), out),
        DataType::Map(..) => {
            let entries: ArrayRef = std::sync::Arc::new(array.as_map().value(row));
            push_list(&entries, out);
        }
        DataType::Struct(fields) => {
            out.push('{');
            for (at, field) in fields.iter().enumerate() {
                push_key(at, field, out);
                push(array.as_struct().column(at), row, out);
            }
            out.push('}');
        }
        DataType::Dictionary(..) => match text::key(array, row) {
            Some(key) => push(array.as_any_dictionary().values(), key, out),
            None => out.push_str("null"),
        },
        other if text::is_text(other) => push_string(&text::cell(array, row).unwrap_or_default(), out),
        _ => match time(array, row) {
            Some(time) => push_string(&time, out),
            None => out.push_str("null"),
        },
    }
}

/// Dates and times as ISO 8601 writes them; `None` for what no calendar has.
fn time(array: &dyn Array, row: usize) -> Option<String> {
    macro_rules! stamp {
        ($kind:ty, $zone:expr) => {{
            let time = array.as_primitive::<$kind>().value_as_datetime(row)?;
            Some(format!("{time:?}{}", if $zone.is_some() { "Z" } else { "" }))
        }};
    }
    macro_rules! clock {
        ($kind:ty) => {
            array.as_primitive::<$kind>().value_as_time(row).map(|time| format!("{time:?}"))
        };
    }
    match array.data_type() {
        DataType::Date32 => array.as_primitive::<Date32Type>().value_as_date(row).map(|date| format!("{date:?}")),
        DataType::Date64 => array.as_primitive::<Date64Type>().value_as_date(row).map(|date| format!("{date:?}")),
        DataType::Timestamp(TimeUnit::Second, zone) => stamp!(TimestampSecondType, zone),
        DataType::Timestamp(TimeUnit::Millisecond, zone) => stamp!(TimestampMillisecondType, zone),
        DataType::Timestamp(TimeUnit::Microsecond, zone) => stamp!(TimestampMicrosecondType, zone),
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => stamp!(TimestampNanosecondType, zone),
        DataType::Time32(TimeUnit::Second) => clock!(Time32SecondType),
        DataType::Time32(_) => clock!(Time32MillisecondType),
        DataType::Time64(TimeUnit::Nanosecond) => clock!(Time64NanosecondType),
        DataType::Time64(_) => clock!(Time64MicrosecondType),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Decimal128Array, Float32Array, Float64Array, Int32Array, StringArray, TimestampMillisecondArray};

    use super::*;

    #[test]
    fn cells_are_json() {
        let decimals = Decimal128Array::from(vec![1250]).with_precision_and_scale(9, 2).expect("fits");
        let columns: [(&str, ArrayRef); 7] = [
            ("a \"b\"", Arc::new(StringArray::from(vec!["x\ny"]))),
            ("n", Arc::new(Int32Array::from(vec![None::<i32>]))),
            ("small", Arc::new(Float32Array::from(vec![0.1]))),
            ("none", Arc::new(Float64Array::from(vec![f64::NAN]))),
            ("price", Arc::new(decimals)),
            ("day", Arc::new(arrow_array::Date32Array::from(vec![19_723]))),
            ("time", Arc::new(TimestampMillisecondArray::from(vec![1_704_067_200_000]).with_timezone("+00:00"))),
        ];
        let batch = RecordBatch::try_from_iter(columns).expect("columns");
        let expected = "{\"a \\\"b\\\"\":\"x\\ny\",\"n\":null,\"small\":0.1,\"none\":null,\"price\":\"12.50\",\"day\":\"2024-01-01\",\"time\":\"2024-01-01T00:00:00Z\"}";
        assert_eq!(object(&batch, 0), expected);
        assert!(serde_json::from_str::<serde_json::Value>(expected).is_ok());
        assert_eq!(text(batch.column(5), 0), "2024-01-01");
        assert!(batch.columns().iter().all(|column| is_known(column.data_type())));
    }
}
