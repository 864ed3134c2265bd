//! Record batches in memory get the labels that files get.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{
    Array, ArrayRef, DictionaryArray, LargeStringArray, RecordBatch, RecordBatchIterator, RecordBatchReader, StringArray,
    StringViewArray, StructArray,
};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::StreamWriter;
use arrow_schema::{ArrowError, DataType, Field};
use rolecall::label::batches::{BatchLabeller, BatchOptions, Columns, LabelledBatches};
use rolecall::label::columns::Wishes;
use rolecall::{Classifier, Role};

use crate::support::{postings, run, small};

/// So many rows: the fixtures over and over, and rows without a text among them.
fn rows(count: usize) -> Vec<(String, Option<String>)> {
    let all = postings();
    let row = |at: usize| {
        let posting = &all[at % all.len()];
        (posting.title.clone(), (at % 7 != 3).then(|| posting.text.clone()))
    };
    (0..count).map(row).collect()
}

/// Puts texts into an array of some kind.
type ToArray = fn(Vec<Option<&str>>) -> ArrayRef;

/// Rows as a batch, with what `array` makes of the texts.
fn batch(rows: &[(String, Option<String>)], array: impl Fn(Vec<Option<&str>>) -> ArrayRef) -> RecordBatch {
    let titles: StringArray = rows.iter().map(|(title, _)| Some(title)).collect();
    let texts = array(rows.iter().map(|(_, text)| text.as_deref()).collect());
    RecordBatch::try_from_iter_with_nullable([("title", Arc::new(titles) as ArrayRef, true), ("text", texts, true)])
        .expect("two columns")
}

fn plain(texts: Vec<Option<&str>>) -> ArrayRef {
    Arc::new(StringArray::from(texts))
}

fn options(threads: usize) -> BatchOptions {
    BatchOptions { threads: Some(threads), ..BatchOptions::default() }
}

fn label(batch: &RecordBatch, options: &BatchOptions) -> RecordBatch {
    BatchLabeller::new(small().clone(), batch, options).expect("two columns that are known").label(batch).expect("labelled")
}

#[test]
fn a_batch_gets_what_the_program_writes() {
    let batch = batch(&rows(60), plain);
    let mut stream = Vec::new();
    let mut writer = StreamWriter::try_new(&mut stream, &batch.schema()).expect("a stream");
    writer.write(&batch).and_then(|()| writer.finish()).expect("a stream");
    drop(writer);
    let output = run(&["label", "-", "--quiet"], &stream);
    assert_eq!(output.status.code(), Some(1), "rows without a text are a doubt");
    let written: Vec<RecordBatch> =
        StreamReader::try_new(output.stdout.as_slice(), None).expect("a stream").collect::<Result<_, _>>().expect("batches");
    let classifier = Classifier::built_in().expect("a good model");
    let labeller = BatchLabeller::new(classifier, &batch, &options(2)).expect("columns");
    assert_eq!((labeller.title(), labeller.text()), (Some("title"), vec!["text"]));
    assert_eq!(written, [labeller.label(&batch).expect("labelled")]);
}

#[test]
fn text_is_read_whatever_holds_it_and_columns_are_shared() {
    let rows = rows(30);
    let expected = label(&batch(&rows, plain), &options(1));
    let arrays: [ToArray; 3] = [
        |texts| Arc::new(LargeStringArray::from(texts)),
        |texts| Arc::new(StringViewArray::from(texts)),
        |texts| Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>()),
    ];
    for array in arrays {
        let batch = batch(&rows, array);
        let labelled = label(&batch, &options(1));
        assert_eq!(labelled.columns()[2..], expected.columns()[2..], "{}", batch.column(1).data_type());
        assert!(labelled.column(1).to_data().ptr_eq(&batch.column(1).to_data()), "{} is copied", batch.column(1).data_type());
    }
    let text = Arc::new(Field::new("text", DataType::Utf8, true));
    let texts: StringArray = rows.iter().map(|(_, text)| text.as_deref()).collect();
    let job = StructArray::new(vec![text].into(), vec![Arc::new(texts)], None);
    let titles: StringArray = rows.iter().map(|(title, _)| Some(title)).collect();
    let nested = RecordBatch::try_from_iter([("title", Arc::new(titles) as ArrayRef), ("job", Arc::new(job))]).expect("columns");
    let columns = Columns::Exact { title: Some("title".into()), text: vec!["job.text".into()] };
    let labelled = label(&nested, &BatchOptions { columns, ..options(1) });
    assert_eq!(labelled["rolecall_phrases"].to_data(), expected["rolecall_phrases"].to_data());
}

#[test]
fn a_title_that_is_not_named_is_not_read() {
    let batch = batch(&rows(12), plain);
    let without = Columns::Exact { title: None, text: vec!["text".into()] };
    let without = label(&batch, &BatchOptions { columns: without, ..options(1) });
    let found = label(&batch, &options(1));
    assert_ne!(without["rolecall_account"].to_data(), found["rolecall_account"].to_data());
}

#[test]
fn probabilities_of_all_roles_are_there_where_they_are_asked_for() {
    let batch = batch(&rows(20), plain);
    let labelled = label(&batch, &BatchOptions { probabilities: true, keeps_own: false, ..options(1) });
    assert_eq!((labelled.num_columns(), labelled.schema().field(8).name().as_str()), (9, "rolecall_probabilities"));
    let (roles, struct_) = (labelled.column(0).as_string::<i32>(), labelled.column(8).as_struct());
    let of = |role: Role, row: usize| struct_.column(role.index()).as_primitive::<Float64Type>().value(row);
    for row in 0..20 {
        assert_eq!(struct_.is_null(row), row % 7 == 3 || labelled["rolecall_problem"].is_valid(row), "row {row}");
        if struct_.is_valid(row) {
            let called: Role = roles.value(row).parse().expect("a role");
            let said = labelled["rolecall_probability"].as_primitive::<Float64Type>().value(row);
            assert_eq!(of(called, row).to_bits(), said.to_bits());
            assert!((Role::ALL.map(|role| of(role, row)).iter().sum::<f64>() - 1.0).abs() < 1e-9);
        }
    }
}

/// A reader of `batches`.
fn reader(batches: Vec<RecordBatch>) -> impl RecordBatchReader {
    let schema = batches[0].schema();
    RecordBatchIterator::new(batches.into_iter().map(Ok), schema)
}

#[test]
fn streams_are_cut_and_threads_make_no_difference() {
    let long = batch(&rows(5000), plain);
    let (empty, short) = (long.slice(0, 0), long.slice(4990, 10));
    let mut first: Option<Vec<RecordBatch>> = None;
    for threads in [1, 2, 5] {
        let given = reader(vec![empty.clone(), long.clone(), empty.clone(), short.clone()]);
        let labelled = LabelledBatches::new(given, small().clone(), &options(threads)).expect("columns");
        let schema = labelled.schema();
        let batches: Vec<RecordBatch> = labelled.collect::<Result<_, _>>().expect("labelled");
        assert!(batches.iter().all(|batch| batch.schema() == schema));
        assert_eq!(batches.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [4096, 904, 0, 10]);
        assert_eq!(batches[1].slice(894, 10), batches[3]);
        assert!(*first.get_or_insert_with(|| batches.clone()) == batches, "{threads} threads");
    }
    let nothing = LabelledBatches::new(reader(vec![empty]), small().clone(), &options(1)).expect("known by their names");
    assert_eq!(nothing.map(|batch| batch.expect("empty").num_rows()).sum::<usize>(), 0);
}

#[test]
fn what_cannot_be_labelled_is_refused() {
    let batch = batch(&rows(6), plain);
    let refused = |batch: &RecordBatch, columns: Columns| {
        let labeller = BatchLabeller::new(small().clone(), batch, &BatchOptions { columns, ..options(1) });
        labeller.err().expect("refused").to_string()
    };
    let exact = |name: &str| Columns::Exact { title: None, text: vec![name.to_owned()] };
    assert_eq!(refused(&batch, exact("x")), "the rows: no column \"x\"");
    assert_eq!(refused(&batch, Columns::Exact { title: None, text: Vec::new() }), "the rows: no column of the text is named");
    let wish = Columns::Find(Wishes { title: Some("y".into()), ..Wishes::default() });
    assert_eq!(refused(&batch, wish), "the rows: no column \"y\": it has \"title\", \"text\"");
    let done = label(&batch, &options(1));
    for keeps_own in [true, false] {
        let again = BatchOptions { keeps_own, ..options(1) };
        let again = BatchLabeller::new(small().clone(), &done, &again).err().expect("refused").to_string();
        assert!(again.contains("labelled already: it has a column \"rolecall_role\""), "{again}");
    }
    let labeller = BatchLabeller::new(small().clone(), &batch, &options(1)).expect("columns");
    let other = batch.project(&[1]).expect("a column");
    assert!(matches!(labeller.label(&other), Err(ArrowError::SchemaError(_))));
}
