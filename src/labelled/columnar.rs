//! Labelled rows in columns, of Parquet and Arrow, as the JSON lines that the same labelling would be.

use std::io::{self, Read};
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use crate::arrow::{RowsReader, open, value};
use crate::error::Error;
use crate::formats::source::{Magic, Source};
use crate::label::batches::contained;

/// `source` as text: itself, or where it is in columns, a JSON object a row.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn as_text(source: Source) -> Result<Source, Error> {
    let Some(magic) = Magic::of(&source.head) else { return Ok(source) };
    let file = source.file.clone();
    let rows = contained(&file, || open::open(magic, source))??.reader;
    let lines = Lines { file: file.clone(), rows, line: Vec::new(), at: 0 };
    // The name says what it was, not what it is now.
    Source::of_reader(Box::new(lines), file)
}

/// Writes rows as lines, as they are asked for.
struct Lines {
    file: PathBuf,
    rows: Box<dyn RowsReader>,
    /// Lines that are written,
    line: Vec<u8>,
    /// and how far they were read.
    at: usize,
}

impl Read for Lines {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.line.len() {
            let rows = contained(&self.file, || self.rows.next()).and_then(|rows| rows).map_err(io::Error::other)?;
            let Some(rows) = rows else { return Ok(0) };
            self.line.clear();
            self.at = 0;
            for row in 0..rows.batch.num_rows() {
                self.line.extend(nested(&value::object(&rows.batch, row)).as_bytes());
                self.line.push(b'\n');
            }
        }
        let length = buffer.len().min(self.line.len() - self.at);
        buffer[..length].copy_from_slice(&self.line[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// An object with its columns `rolecall_*` under the key `rolecall`.
fn nested(object: &str) -> String {
    let Ok(mut row) = serde_json::from_str::<Map<String, Value>>(object) else { return object.to_owned() };
    if !row.contains_key("rolecall_role") {
        return object.to_owned();
    }
    let mut take = |name: &str| row.remove(&format!("rolecall_{name}")).unwrap_or(Value::Null);
    let heads = match (take("account"), take("project")) {
        (Value::Null, _) | (_, Value::Null) => Value::Null,
        (account, project) => json!({ "account": account, "project": project }),
    };
    let phrases = match take("phrases") {
        Value::Null => json!([]),
        phrases => phrases,
    };
    let label = json!({
        "role": take("role"),
        "probability": take("probability"),
        "heads": heads,
        "phrases": phrases,
        "reason": take("reason"),
        "problem": take("problem"),
        "model": take("model"),
    });
    row.insert("rolecall".to_owned(), label);
    Value::Object(row).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_put_under_their_key() {
        let row = r#"{"id":"7","rolecall_role":"mixed","rolecall_probability":0.9,"rolecall_account":0.8,"rolecall_project":0.7,"rolecall_model":"m"}"#;
        let row: Value = serde_json::from_str(&nested(row)).expect("JSON");
        assert_eq!((&row["id"], &row["rolecall"]["role"]), (&json!("7"), &json!("mixed")));
        assert_eq!((&row["rolecall"]["heads"]["project"], &row["rolecall"]["phrases"]), (&json!(0.7), &json!([])));
        assert!(row.get("rolecall_model").is_none(), "{row}");
        assert_eq!(nested("{\"id\":1}"), "{\"id\":1}");
    }
}
