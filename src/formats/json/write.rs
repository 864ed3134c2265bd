//! JSON with one key more in each object: what was there stays as it is, byte for byte.

use std::borrow::Cow;
use std::fmt::Write;

use super::super::encoding;
use super::super::export::{Beside, ExportFormat, ExportWriter, Fields, Kind, Row, RowProblem};

/// The key that is added.
pub(in super::super) const KEY: &str = "rolecall";

/// Appends `object` with one key more before its last brace. What does not end in a brace is left alone.
fn push_with_key(object: &[u8], value: &str, out: &mut Vec<u8>) {
    let Some(inner) = object.strip_suffix(b"}") else { return out.extend(object) };
    let inner = inner.trim_ascii_end();
    out.extend(inner);
    let comma = if inner.ends_with(b"{") { "" } else { "," };
    out.extend(format!("{comma}\"{KEY}\":{value}").as_bytes());
    out.extend(&object[inner.len()..]);
}

/// Appends an object that holds what cannot be read.
fn push_wrapped(raw: &[u8], value: &str, out: &mut Vec<u8>) {
    let raw = serde_json::Value::from(encoding::decode(raw).0);
    out.extend(format!("{{\"raw\":{raw},\"{KEY}\":{value}}}").as_bytes());
}

/// `value` with nothing but ASCII in it, for objects that are not in UTF-8.
fn ascii(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for character in value.chars() {
        if character.is_ascii() {
            out.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// Appends a record as it stands with one key more, or what holds it where it is no object.
fn push_record(row: &Row, value: &str, out: &mut Vec<u8>) {
    match row.problem {
        // Only its end is here.
        Some(RowProblem::TooLong(_)) => match row.body().strip_suffix(b"}") {
            Some(inner) => out.extend([inner, format!(",\"{KEY}\":{value}}}").as_bytes()].concat()),
            None => out.extend(row.body()),
        },
        None | Some(RowProblem::NoText(_) | RowProblem::LongText(_)) => {
            let is_utf8 = value.is_ascii() || str::from_utf8(row.body()).is_ok();
            let value = if is_utf8 { Cow::Borrowed(value) } else { Cow::Owned(ascii(value)) };
            push_with_key(row.body(), &value, out);
        }
        Some(_) => push_wrapped(row.body(), value, out),
    }
}

/// Writes the JSON that was read, with one key more.
pub(super) struct SameJson;

impl ExportWriter for SameJson {
    fn wants_json(&self) -> bool {
        true
    }

    fn write(&self, _: &dyn ExportFormat, row: &Row, _: Option<&Fields>, beside: &Beside, out: &mut Vec<u8>) {
        match (row.kind, beside) {
            (Kind::Record, Beside::Json(value)) => {
                out.extend(&row.raw[..row.body.start]);
                push_record(row, value, out);
                out.extend(&row.raw[row.body.end..]);
            }
            _ => out.extend(&row.raw),
        }
    }
}

/// Writes rows of any format as objects, a line each, or as an array.
pub(in super::super) struct Objects {
    /// As an array.
    pub is_array: bool,
}

impl ExportWriter for Objects {
    fn wants_json(&self) -> bool {
        true
    }

    fn begin(&self) -> Vec<u8> {
        if self.is_array { b"[\n".to_vec() } else { Vec::new() }
    }

    fn write(&self, format: &dyn ExportFormat, row: &Row, fields: Option<&Fields>, beside: &Beside, out: &mut Vec<u8>) {
        let (Kind::Record, Beside::Json(value)) = (row.kind, beside) else { return };
        if self.is_array && row.record > 1 {
            out.extend(b",\n");
        }
        match format.object_of(row, fields) {
            Ok(object) => push_with_key(object.as_bytes(), value, out),
            Err(_) => push_wrapped(row.body(), value, out),
        }
        if !self.is_array {
            out.push(b'\n');
        }
    }

    fn end(&self, records: u64) -> Vec<u8> {
        match (self.is_array, records) {
            (false, _) => Vec::new(),
            (true, 0) => b"]\n".to_vec(),
            (true, _) => b"\n]\n".to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_last_one() {
        for (object, with) in [
            ("{}", "{\"rolecall\":1}"),
            ("{\"a\":1}", "{\"a\":1,\"rolecall\":1}"),
            ("{\n  \"a\": 1\n}", "{\n  \"a\": 1,\"rolecall\":1\n}"),
            ("[1]", "[1]"),
        ] {
            let mut out = Vec::new();
            push_with_key(object.as_bytes(), "1", &mut out);
            assert_eq!(str::from_utf8(&out), Ok(with));
        }
    }

    #[test]
    fn what_cannot_be_read_is_held() {
        let mut out = Vec::new();
        push_wrapped(b"{\"a\": \"\xfc", "2", &mut out);
        assert_eq!(str::from_utf8(&out), Ok("{\"raw\":\"{\\\"a\\\": \\\"ü\",\"rolecall\":2}"));
        assert_eq!(ascii("ü😀\""), "\\u00fc\\ud83d\\ude00\"");
    }
}
