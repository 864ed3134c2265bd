//! The columns of record batches, by name, with their first cells.

use arrow_array::RecordBatch;
use arrow_schema::{DataType, Fields, Schema};

use super::text::{self, Path};
use crate::formats::export::Column;
use crate::formats::names::{self, Purpose};

/// So many rows are looked at.
const SAMPLES: usize = 200;
/// Fields of structs within structs are columns too, down to here.
const DEEPEST: usize = 3;

/// The columns with their first cells in `batch`, and where each stands. Nobody looks into cells about people.
pub(crate) fn columns(schema: &Schema, batch: Option<&RecordBatch>) -> (Vec<Column>, Vec<Path>) {
    let mut paths = Vec::new();
    add(schema.fields(), "", &[], &mut paths);
    let samples = |name: &str, path: &Path| {
        let is_person = matches!(names::purpose(name), Some((Purpose::Person, _)));
        let Some(batch) = batch.filter(|_| !is_person) else { return Vec::new() };
        (0..batch.num_rows().min(SAMPLES)).map(|row| text::at(batch, path, row).unwrap_or_default().into_owned()).collect()
    };
    let columns = paths.iter().map(|(name, path)| Column { name: name.clone(), samples: samples(name, path) }).collect();
    (columns, paths.into_iter().map(|(_, path)| path).collect())
}

fn add(fields: &Fields, prefix: &str, path: &[usize], out: &mut Vec<(String, Path)>) {
    for (at, field) in fields.iter().enumerate() {
        let (name, path) = (format!("{prefix}{}", field.name()), [path, &[at]].concat());
        match field.data_type() {
            DataType::Struct(inner) if path.len() < DEEPEST => add(inner, &format!("{name}."), &path, out),
            _ => out.push((name, path)),
        }
    }
}
