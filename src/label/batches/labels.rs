//! Verdicts as columns.

use std::sync::Arc;

use arrow_array::builder::{Float64Builder, StringBuilder, UInt64Builder};
use arrow_array::{ArrayRef, Float64Array, ListArray, RecordBatch, StringArray, StructArray};
use arrow_buffer::{NullBuffer, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field as Column, Fields, Schema, SchemaRef};

use crate::formats::COLUMNS;
use crate::formats::export::RowProblem;
use crate::role::Role;
use crate::verdict::Verdict;
use crate::vocabulary::Field;

/// A row's verdict, or why it has none.
pub(super) type Outcome = Result<Verdict, RowProblem>;

/// The fields of a phrase. Spans are those of the cell; of all cells joined by line breaks, where the text is in more than one column.
fn phrase_fields() -> Fields {
    let number = |name| Column::new(name, DataType::UInt64, false);
    let text = |name| Column::new(name, DataType::Utf8, false);
    Fields::from(vec![
        text("text"),
        text("field"),
        text("head"),
        Column::new("weight", DataType::Float64, false),
        number("start_byte"),
        number("end_byte"),
        number("start_char"),
        number("end_char"),
    ])
}

fn item() -> Arc<Column> {
    Arc::new(Column::new("element", DataType::Struct(phrase_fields()), false))
}

/// The columns after those of `schema`.
pub(super) fn schema(schema: &Schema) -> Result<SchemaRef, ArrowError> {
    if let Some(name) = COLUMNS.iter().find(|name| schema.column_with_name(name).is_some()) {
        return Err(ArrowError::SchemaError(format!("labelled already: it has a column {name:?}")));
    }
    let added = COLUMNS.iter().map(|&name| {
        let data_type = match name {
            "rolecall_probability" | "rolecall_account" | "rolecall_project" => DataType::Float64,
            "rolecall_phrases" => DataType::List(item()),
            _ => DataType::Utf8,
        };
        Arc::new(Column::new(name, data_type, name != "rolecall_model"))
    });
    let fields: Vec<_> = schema.fields().iter().map(Arc::clone).chain(added).collect();
    Ok(Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone())))
}

/// The name of the column with the probability of each role.
const PROBABILITIES: &str = "rolecall_probabilities";

/// `schema` with a column for the probability of each role after its own.
pub(super) fn with_probabilities(schema: &Schema) -> Result<SchemaRef, ArrowError> {
    if schema.column_with_name(PROBABILITIES).is_some() {
        return Err(ArrowError::SchemaError(format!("labelled already: it has a column {PROBABILITIES:?}")));
    }
    let added = Arc::new(Column::new(PROBABILITIES, DataType::Struct(role_fields()), true));
    let fields: Vec<_> = schema.fields().iter().map(Arc::clone).chain([added]).collect();
    Ok(Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone())))
}

fn role_fields() -> Fields {
    Role::ALL.iter().map(|role| Column::new(role.name(), DataType::Float64, true)).collect()
}

/// The probability of each role, row by row.
pub(super) fn probabilities(outcomes: &[Outcome]) -> Result<ArrayRef, ArrowError> {
    let of = |role: Role| {
        let of_role = |outcome: &Outcome| outcome.as_ref().ok().map(|verdict| *verdict.probabilities.get(role));
        Arc::new(outcomes.iter().map(of_role).collect::<Float64Array>()) as ArrayRef
    };
    let nulls: NullBuffer = outcomes.iter().map(Result::is_ok).collect();
    Ok(Arc::new(StructArray::try_new(role_fields(), Role::ALL.map(of).to_vec(), Some(nulls))?))
}

/// `batch` with a column for each part of the verdicts, under `schema`.
pub(super) fn beside(
    batch: &RecordBatch,
    schema: &SchemaRef,
    outcomes: &[Outcome],
    model: &str,
) -> Result<RecordBatch, ArrowError> {
    let mut columns = batch.columns().to_vec();
    columns.extend(self::columns(outcomes, model)?);
    RecordBatch::try_new(Arc::clone(schema), columns)
}

/// A column for each part of the verdicts.
pub(super) fn columns(outcomes: &[Outcome], model: &str) -> Result<[ArrayRef; 8], ArrowError> {
    let verdicts = || outcomes.iter().map(|outcome| outcome.as_ref().ok());
    let number = |of: fn(&Verdict) -> f64| Arc::new(verdicts().map(|one| one.map(of)).collect::<Float64Array>()) as ArrayRef;
    let roles: StringArray = verdicts().map(|one| one.map(|verdict| verdict.role.to_string())).collect();
    let reasons: StringArray = verdicts().map(|one| one.and_then(|verdict| verdict.reason.as_deref())).collect();
    let problems: StringArray = outcomes.iter().map(|one| one.as_ref().err().map(ToString::to_string)).collect();
    let models = StringArray::from_iter_values(outcomes.iter().map(|_| model));
    Ok([
        Arc::new(roles),
        number(|verdict| verdict.probability),
        number(|verdict| verdict.heads.account),
        number(|verdict| verdict.heads.project),
        Arc::new(phrases(outcomes)?),
        Arc::new(reasons),
        Arc::new(problems),
        Arc::new(models),
    ])
}

fn phrases(outcomes: &[Outcome]) -> Result<ListArray, ArrowError> {
    let [mut text, mut field, mut head] = [StringBuilder::new(), StringBuilder::new(), StringBuilder::new()];
    let mut weight = Float64Builder::new();
    let mut spans = [UInt64Builder::new(), UInt64Builder::new(), UInt64Builder::new(), UInt64Builder::new()];
    let all = outcomes.iter().flatten().flat_map(|verdict| &verdict.phrases);
    for phrase in all {
        text.append_value(&phrase.text);
        field.append_value(match phrase.field {
            Field::Title => "title",
            Field::Text => "text",
        });
        head.append_value(phrase.head.name());
        weight.append_value(phrase.weight);
        let ends = [phrase.start_byte, phrase.end_byte, phrase.start_char, phrase.end_char];
        spans.iter_mut().zip(ends).for_each(|(span, end)| span.append_value(end as u64));
    }
    let mut columns: Vec<ArrayRef> =
        vec![Arc::new(text.finish()), Arc::new(field.finish()), Arc::new(head.finish()), Arc::new(weight.finish())];
    columns.extend(spans.map(|mut span| Arc::new(span.finish()) as ArrayRef));
    let offsets = OffsetBuffer::from_lengths(outcomes.iter().map(|one| one.as_ref().map_or(0, |one| one.phrases.len())));
    let nulls: NullBuffer = outcomes.iter().map(Result::is_ok).collect();
    let structs = StructArray::try_new(phrase_fields(), columns, None)?;
    ListArray::try_new(item(), offsets, Arc::new(structs), Some(nulls))
}
