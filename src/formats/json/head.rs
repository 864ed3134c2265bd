//! What the first objects of an export tell: which columns there are, and whether the feed is known.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::super::export::{Column, Selection};
use super::super::names::{self, Purpose};
use super::shapes::{Shape, TEXT, lines};
use crate::posting::Posting;

/// Keys of objects within objects are columns too, down to here.
const DEEPEST: usize = 3;

/// Columns and shape of an export of objects.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Head {
    /// Keys; of objects within objects as paths with dots.
    pub columns: Vec<Column>,
    /// The feed that all objects come from, if it is known.
    pub shape: Option<Shape>,
}

/// Whether a column is about people; nobody looks into those.
fn is_person(name: &str) -> bool {
    matches!(names::purpose(name), Some((Purpose::Person, _)))
}

impl Head {
    /// Looks at `samples`.
    pub(in super::super) fn new(samples: &[Map<String, Value>]) -> Self {
        let mut head = Self::default();
        let shape = samples.first().and_then(Shape::of);
        head.shape = shape.filter(|shape| samples.iter().all(|one| Shape::of(one) == Some(*shape)));
        let mut places = HashMap::new();
        for sample in samples {
            head.add_columns("", sample, DEEPEST, &mut places);
        }
        head
    }

    fn add_columns(&mut self, prefix: &str, object: &Map<String, Value>, depth: usize, places: &mut HashMap<String, usize>) {
        for (key, value) in object {
            let name = format!("{prefix}{key}");
            if let Value::Object(inner) = value
                && depth > 1
                && !inner.contains_key(TEXT)
            {
                self.add_columns(&format!("{name}."), inner, depth - 1, places);
                continue;
            }
            let at = *places.entry(name).or_insert_with_key(|name| {
                self.columns.push(Column { name: name.clone(), samples: Vec::new() });
                self.columns.len() - 1
            });
            if !is_person(&self.columns[at].name) {
                self.columns[at].samples.push(lines([value]));
            }
        }
    }

    /// The text under the path of a column.
    pub(in super::super) fn cell(&self, object: &Map<String, Value>, column: usize) -> String {
        let name = &self.columns[column].name;
        if let Some(value) = object.get(name) {
            return lines([value]);
        }
        let mut keys = name.split('.');
        let first = keys.next().and_then(|key| object.get(key));
        lines(keys.try_fold(first, |value, key| value.map(|value| value.get(key))).flatten())
    }

    /// The posting in `object`, its texts joined by `join`, which gets the name and the text of each column.
    pub(in super::super) fn posting(
        &self,
        object: &Map<String, Value>,
        selection: &Selection,
        join: impl Fn(&str, String) -> String,
    ) -> Posting {
        if selection.by_shape
            && let Some(shape) = Shape::of(object)
        {
            return shape.posting(object);
        }
        let cell = |column: Option<usize>| column.map(|column| self.cell(object, column)).unwrap_or_default();
        let text = |&column: &usize| join(&self.columns[column].name, self.cell(object, column));
        let texts: Vec<String> = selection.text.iter().map(text).collect();
        Posting { id: cell(selection.id), title: cell(selection.title), text: texts.join("\n") }
    }
}
