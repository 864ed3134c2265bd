//! `rolecall label` on Parquet and Arrow, as pandas, Polars and pyarrow write them.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_select::concat::concat_batches;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::WriterProperties;
use serde_json::Value;
use tempfile::TempDir;

const ADDED: [&str; 8] = [
    "rolecall_role",
    "rolecall_probability",
    "rolecall_account",
    "rolecall_project",
    "rolecall_phrases",
    "rolecall_reason",
    "rolecall_problem",
    "rolecall_model",
];
const ROLES: [Option<&str>; 6] =
    [Some("account-manager"), Some("project-manager"), Some("neither"), None, Some("mixed"), Some("project-manager")];
const NESTED: [&str; 4] = ["--title-column", "job.title", "--text-column", "job.text"];

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/parquet").join(name)
}

fn label(folder: &Path, args: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.arg("label").args(args).current_dir(folder);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let (mut stdin, input) = (child.stdin.take().expect("piped"), input.to_vec());
    let feed = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("it ends");
    let _ = feed.join();
    output
}

/// Labels a file and expects that exit code.
fn labels(folder: &TempDir, input: &Path, output: &str, more: &[&str], code: i32) -> String {
    let input = input.to_str().expect("a path");
    let run = label(folder.path(), &[&[input, "-o", output], more].concat(), b"");
    let talk = String::from_utf8_lossy(&run.stderr).into_owned();
    assert_eq!(run.status.code(), Some(code), "{input} to {output}: {talk}");
    talk
}

fn of_parquet(file: &Path) -> (RecordBatch, Arc<ParquetMetaData>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(file).expect("there")).expect("Parquet");
    let (metadata, schema) = (Arc::clone(builder.metadata()), Arc::clone(builder.schema()));
    let batches: Vec<RecordBatch> = builder.build().expect("good").map(|batch| batch.expect("good")).collect();
    (concat_batches(&schema, &batches).expect("one schema"), metadata)
}

/// All rows of a file, by what it is.
fn table(file: &Path) -> RecordBatch {
    let bytes = fs::read(file).expect("there");
    if bytes.starts_with(b"PAR1") {
        return of_parquet(file).0;
    }
    if bytes.starts_with(b"ARROW1") {
        let reader = FileReader::try_new(File::open(file).expect("there"), None).expect("Arrow");
        let schema = reader.schema();
        return concat_batches(&schema, &reader.map(|batch| batch.expect("good")).collect::<Vec<_>>()).expect("one schema");
    }
    of_stream(&bytes)
}

fn of_stream(bytes: &[u8]) -> RecordBatch {
    let reader = StreamReader::try_new(bytes, None).expect("Arrow");
    let schema = reader.schema();
    concat_batches(&schema, &reader.map(|batch| batch.expect("good")).collect::<Vec<_>>()).expect("one schema")
}

fn texts<'b>(batch: &'b RecordBatch, name: &str) -> Vec<Option<&'b str>> {
    batch.column_by_name(name).expect(name).as_string::<i32>().iter().collect()
}

fn is_dictionary(array: &ArrayRef) -> bool {
    array.data_type().to_string().contains("Dictionary")
}

#[test]
fn columns_stay_and_labels_come_after_them() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in
        ["pandas.parquet", "nested.parquet", "spark.parquet", "polars.parquet", "pandas.feather", "polars.arrow", "stream.arrows"]
    {
        let before = table(&fixture(name));
        for ending in ["parquet", "arrow", "arrows"] {
            let output = format!("{name}.{ending}");
            let more = if name == "nested.parquet" { &NESTED[..] } else { &[] };
            let talk = labels(&folder, &fixture(name), &output, more, 1);
            assert!(talk.contains("row 4: column") && talk.contains("6 rows"), "{talk}");
            let after = table(&folder.path().join(&output));
            assert_eq!(after.schema().metadata(), before.schema().metadata(), "{output}");
            assert_eq!(after.num_columns(), before.num_columns() + ADDED.len());
            for (at, column) in before.columns().iter().enumerate() {
                // An Arrow file has no room for a dictionary for each row group, and Parquet none for its type.
                if !is_dictionary(column) || is_dictionary(after.column(at)) && name.contains(ending) {
                    assert_eq!(after.column(at), column, "{output}: {}", before.schema().field(at));
                    assert_eq!(after.schema().field(at).metadata(), before.schema().field(at).metadata());
                }
            }
            let names: Vec<String> = after.schema().fields()[before.num_columns()..].iter().map(|f| f.name().clone()).collect();
            assert_eq!(names, ADDED);
            assert_eq!(texts(&after, "rolecall_role"), ROLES, "{output}");
            assert!(texts(&after, "rolecall_problem")[3].is_some_and(|problem| problem.contains("there is no text")));
            let phrases = after.column_by_name("rolecall_phrases").expect("there").as_list::<i32>();
            assert!(phrases.is_null(3) && (1..=3).contains(&phrases.value(0).len()));
        }
    }
}

#[test]
fn parquet_keeps_its_schema_and_compression() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, more) in [("nested.parquet", &NESTED[..]), ("pandas.parquet", &[]), ("polars.parquet", &[])] {
        labels(&folder, &fixture(name), name, more, 1);
        let ((_, before), (_, after)) = (of_parquet(&fixture(name)), of_parquet(&folder.path().join(name)));
        let fields = |metadata: &ParquetMetaData| metadata.file_metadata().schema().get_fields().to_vec();
        let own = fields(&before).len();
        if name != "nested.parquet" {
            assert_eq!(fields(&after)[..own], fields(&before), "{name}");
        }
        let codecs = |metadata: &ParquetMetaData| -> Vec<_> {
            metadata.row_group(0).columns().iter().map(parquet::file::metadata::ColumnChunkMetaData::compression).collect()
        };
        assert_eq!(codecs(&after)[..codecs(&before).len()], codecs(&before), "{name}");
        let entries = |metadata: &ParquetMetaData| {
            let mut entries = metadata.file_metadata().key_value_metadata().cloned().unwrap_or_default();
            entries.retain(|entry| entry.key != "ARROW:schema");
            entries.sort_by(|one, other| one.key.cmp(&other.key));
            entries
        };
        assert_eq!(entries(&after), entries(&before), "{name}");
    }
}

#[test]
fn text_comes_out_of_columns_and_goes_into_them() {
    let folder = tempfile::tempdir().expect("a folder");
    labels(&folder, &fixture("nested.parquet"), "out.jsonl", &NESTED, 1);
    let lines = fs::read_to_string(folder.path().join("out.jsonl")).expect("there");
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(rows.iter().map(|row| row["rolecall"]["role"].as_str()).collect::<Vec<_>>(), ROLES);
    assert_eq!(rows[5]["refnr"], 1_u64 << 62);
    assert_eq!((&rows[0]["pay"], &rows[0]["day"]), (&"1234.50".into(), &"2024-05-01".into()));
    assert_eq!(rows[4]["tags"], serde_json::json!([null, "y"]));
    labels(&folder, &fixture("polars.arrow"), "out.json", &[], 1);
    let array: Value = serde_json::from_slice(&fs::read(folder.path().join("out.json")).expect("there")).expect("JSON");
    assert_eq!(array.as_array().map(Vec::len), Some(6));

    labels(&folder, &fixture("pandas.parquet"), "out.csv", &[], 1);
    let mut reader = csv::Reader::from_path(folder.path().join("out.csv")).expect("there");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("good")).collect();
    assert_eq!((&rows[5][4], &rows[0][2], &rows[3][0]), ("-6.25", "Köln", ""));
    assert_eq!(&rows[4][7], "mixed");

    labels(&folder, &fixture("jobspy.csv"), "jobspy.parquet", &[], 1);
    let after = table(&folder.path().join("jobspy.parquet"));
    assert_eq!(texts(&after, "title")[2], Some("Chef \"de Partie\""));
    assert!(texts(&after, "description")[0].is_some_and(|text| text.contains("\n* \"Hunting\" is not")));
    assert_eq!(texts(&after, "rolecall_role"), [Some("account-manager"), None, Some("neither")]);
    let feed =
        r#"{"jobs": [{"id": 1, "title": "PM", "content": "&lt;p&gt;You plan projects and lead the project team.&lt;/p&gt;"}]}"#;
    fs::write(folder.path().join("feed.json"), feed).expect("space");
    labels(&folder, Path::new("feed.json"), "feed.arrow", &[], 0);
    let after = table(&folder.path().join("feed.arrow"));
    assert_eq!((texts(&after, "id"), texts(&after, "rolecall_role")), (vec![Some("1")], vec![Some("project-manager")]));
    assert!(texts(&after, "rolecall_raw")[0].is_some_and(|raw| raw.contains("&lt;p&gt;")));
}

#[test]
fn bad_rows_of_a_table_are_kept_in_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.csv"), "id,title,text\n1,a,you sell to customers and keep them\n2,a,b,c\n").expect("space");
    let talk = labels(&folder, Path::new("in.csv"), "out.parquet", &[], 1);
    assert!(talk.contains("in.csv: row 3: 4 cells instead of 3"), "{talk}");
    let after = table(&folder.path().join("out.parquet"));
    assert_eq!(texts(&after, "rolecall_raw"), [None, Some("2,a,b,c")]);
    assert_eq!(texts(&after, "rolecall_problem"), [None, Some("4 cells instead of 3")]);
}

#[test]
fn streams_go_through_pipes() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = fs::read(fixture("stream.arrows")).expect("there");
    let run = label(folder.path(), &["-", "--quiet"], &stream);
    assert_eq!((run.status.code(), run.stderr.as_slice()), (Some(1), &b""[..]));
    assert_eq!(texts(&of_stream(&run.stdout), "rolecall_role"), ROLES);
    let run = label(folder.path(), &["-"], &fs::read(fixture("polars.parquet")).expect("there"));
    fs::write(folder.path().join("piped.parquet"), &run.stdout).expect("space");
    assert_eq!(texts(&table(&folder.path().join("piped.parquet")), "rolecall_role"), ROLES);
    let run = label(folder.path(), &["-"], &stream[..stream.len() / 2]);
    assert_eq!(run.status.code(), Some(2));
    assert!(
        StreamReader::try_new(run.stdout.as_slice(), None).is_err()
            || !run.stdout.ends_with(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])
    );
}

/// A file of so many rows, told apart by their numbers.
fn numbered(file: &Path, count: usize, group: usize) {
    let text = |n: usize| format!("Aufgabe {n}: Sie betreuen unsere Kunden und planen deren Projekte. {}", "x".repeat(n % 900));
    let columns: [(&str, ArrayRef); 2] = [
        ("text", Arc::new((0..count).map(|n| Some(text(n))).collect::<StringArray>())),
        ("n", Arc::new((0..count as u64).map(Some).collect::<arrow_array::UInt64Array>())),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer = ArrowWriter::try_new(File::create(file).expect("space"), batch.schema(), Some(properties)).expect("space");
    writer.write(&batch).expect("space");
    writer.close().expect("space");
}

#[test]
fn threads_make_no_difference() {
    let folder = tempfile::tempdir().expect("a folder");
    numbered(&folder.path().join("in.parquet"), 1500, 400);
    let mut first = None;
    for threads in ["1", "2", "5"] {
        labels(&folder, Path::new("in.parquet"), "out.parquet", &["--threads", threads], 0);
        let after = table(&folder.path().join("out.parquet"));
        let numbers = after.column(1).as_primitive::<arrow_array::types::UInt64Type>();
        assert!(numbers.values().iter().copied().eq(0..1500));
        let bytes = fs::read(folder.path().join("out.parquet")).expect("there");
        assert!(*first.get_or_insert_with(|| bytes.clone()) == bytes, "{threads} threads");
    }
}

#[test]
fn an_earlier_run_does_not_stand_in_the_way() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("out.parquet.partial"), "rest").expect("space");
    let talk = labels(&folder, &fixture("polars.parquet"), "out.parquet", &["--resume"], 1);
    assert!(talk.contains("cannot be gone on with, beginning again"), "{talk}");
    let mut names: Vec<_> = fs::read_dir(folder.path()).expect("there").map(|entry| entry.expect("there").file_name()).collect();
    names.sort();
    assert_eq!(names, ["out.parquet"]);
    let talk = labels(&folder, Path::new("out.parquet"), "again.parquet", &[], 2);
    assert!(talk.contains("labelled already: it has a column \"rolecall_role\""), "{talk}");
}

/// A Parquet file whose schema nests that deep.
fn deep(levels: u32) -> Vec<u8> {
    let mut footer = vec![0x15, 2, 0x19, 0xfc];
    let mut count = levels + 1;
    while count > 0x7f {
        footer.push(u8::try_from(count & 0x7f).expect("seven bits") | 0x80);
        count >>= 7;
    }
    footer.push(u8::try_from(count).expect("seven bits"));
    for _ in 0..levels {
        footer.extend([0x35, 2, 0x18, 1, b'g', 0x15, 2, 0]);
    }
    footer.extend([0x15, 4, 0x25, 2, 0x18, 1, b'c', 0, 0x16, 0, 0x19, 0x0c, 0]);
    let length = u32::try_from(footer.len()).expect("short").to_le_bytes();
    [b"PAR1", footer.as_slice(), &length, b"PAR1"].concat()
}

#[test]
fn broken_and_hostile_files_are_refused() {
    let parquet = fs::read(fixture("polars.parquet")).expect("there");
    let encrypted = [&parquet[..parquet.len() - 4], b"PARE"].concat();
    let mut long_footer = parquet.clone();
    let at = long_footer.len() - 8;
    long_footer[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    let stream = fs::read(fixture("stream.arrows")).expect("there");
    let lying = [&[0xff; 4], &0x7fff_ffff_u32.to_le_bytes()[..], &stream[8..]].concat();
    let feather = fs::read(fixture("pandas.feather")).expect("there");
    let mut bomb = feather.clone();
    // The length before the first packed buffer of text.
    let title = feather.windows(4).position(|four| four == [0x04, 0x22, 0x4d, 0x18]).expect("an LZ4 frame");
    bomb[title - 8..title].copy_from_slice(&(1_i64 << 50).to_le_bytes());
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("cut.parquet", parquet[..parquet.len() / 2].to_vec(), "its end is missing: was it copied whole?"),
        ("tiny.parquet", b"PAR1".to_vec(), "it ends before its footer"),
        ("secret.parquet", encrypted, "it is encrypted"),
        ("long.parquet", long_footer, "its footer is longer than the file"),
        ("deep.parquet", deep(2_000_000), "its schema nests deeper than 64 levels"),
        ("brotli.parquet", fs::read(fixture("brotli.parquet")).expect("there"), "compressed with brotli, which is not read"),
        ("cut.feather", feather[..feather.len() - 3].to_vec(), "its end is missing"),
        ("lying.arrows", lying, "over 1024 MB"),
        ("bomb.feather", bomb, "unpacks to"),
    ];
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes, problem) in cases {
        fs::write(folder.path().join(name), bytes).expect("space");
        let talk = labels(&folder, Path::new(name), "out.parquet", &[], 2);
        assert!(talk.starts_with(&format!("rolecall: {name}: ")) && talk.contains(problem), "{talk}");
        assert_eq!(talk.lines().count(), 1, "{talk}");
        assert!(!folder.path().join("out.parquet").exists() && !folder.path().join("out.parquet.partial").exists());
    }
}
