//! `rolecall label`, as somebody runs it who did not prepare the export.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::kills::again_and_again;

pub(crate) const ROLES: [&str; 4] = ["account-manager", "project-manager", "mixed", "neither"];
pub(crate) const TITLE: &str = "Key Account Manager (m/w/d) für Großkunden";
pub(crate) const ACCOUNT: &str = "Ihre Aufgaben\nSie betreuen unsere Großkunden, verlängern Verträge, verhandeln Preise; Sie bauen „Beziehungen\" zu Kunden aus.";
pub(crate) const PROJECT: &str =
    "You plan projects, lead the project team, keep time, scope and budget under control, and report to the steering committee.";

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.arg("label").args(args);
    command
}

pub(crate) fn run(folder: &Path, args: &[&str]) -> Output {
    command(args).current_dir(folder).stdin(Stdio::null()).output().expect("the program starts")
}

/// Runs and expects that exit code.
pub(crate) fn exits(folder: &Path, args: &[&str], code: i32) -> String {
    let output = run(folder, args);
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {talk}");
    talk
}

pub(crate) fn piped(args: &[&str], input: &[u8]) -> Output {
    let mut child = command(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let (mut stdin, input) = (child.stdin.take().expect("piped"), input.to_vec());
    let feed = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("it ends");
    let _ = feed.join();
    output
}

pub(crate) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("space");
    }
    folder
}

pub(crate) fn read(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).expect(name)
}

/// All cells of a table in memory.
pub(crate) fn table(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.expect("a good table").iter().map(str::to_owned).collect()).collect()
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// A table of four rows in a dialect.
fn export(delimiter: char, line_end: &str) -> String {
    let d = delimiter;
    [
        format!("Refnr{d}Stellenbezeichnung{d}Ort{d}Stellenbeschreibung"),
        format!("1{d}{TITLE}{d}Köln{d}{}", quoted(ACCOUNT)),
        format!("2{d}Project Manager{d}\"\"{d}{}", quoted(PROJECT)),
        format!(
            "3{d}Koch{d}Ulm{d}{}",
            quoted("Du kochst, würzt und richtest Speisen an, bestellst Ware und hältst die Küche sauber.")
        ),
        format!("4{d}leer{d}Ulm{d}"),
    ]
    .map(|line| line + line_end)
    .concat()
}

fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |one: char| match one {
        '„' => 0x84,
        _ => u8::try_from(u32::from(one)).expect("in Latin-1"),
    };
    text.chars().map(byte).collect()
}

fn of_windows_1252(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| if byte == 0x84 { '„' } else { char::from(byte) }).collect()
}

pub(crate) fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(order).collect()
}

fn of_utf16(bytes: &[u8], order: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.chunks(2).map(|pair| order([pair[0], pair[1]])).collect();
    String::from_utf16(&units).expect("good UTF-16")
}

type Coding = (&'static str, fn(&str) -> Vec<u8>, fn(&[u8]) -> String);

const CODINGS: [Coding; 5] = [
    ("UTF-8", |text| text.into(), |bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8")),
    ("UTF-8 with mark", |text| format!("\u{feff}{text}").into(), |bytes| String::from_utf8(bytes.to_vec()).expect("UTF-8")),
    ("UTF-16 LE", |text| utf16(text, u16::to_le_bytes), |bytes| of_utf16(bytes, u16::from_le_bytes)),
    ("UTF-16 BE", |text| utf16(text, u16::to_be_bytes), |bytes| of_utf16(bytes, u16::from_be_bytes)),
    ("Windows-1252", windows_1252, of_windows_1252),
];

#[test]
fn every_dialect_in_every_encoding() {
    let mut first: Option<Vec<Vec<String>>> = None;
    for (name, encode, decode) in CODINGS {
        for delimiter in [',', ';', '\t', '|'] {
            for line_end in ["\n", "\r\n"] {
                let plain = export(delimiter, line_end);
                let folder = folder(&[("in.csv", &encode(&plain))]);
                let talk = exits(folder.path(), &["in.csv", "-o", "out.csv"], 1);
                assert!(talk.contains("text \"Stellenbeschreibung\""), "{name}: {talk}");
                assert!(talk.contains("row 5: column \"Stellenbeschreibung\": empty"), "{name}: {talk}");
                assert_eq!(talk.contains("Windows-1252"), name == "Windows-1252", "{talk}");
                let out = decode(&read(&folder, "out.csv"));
                let out = out.trim_start_matches('\u{feff}');
                let (before, after) = (table(&plain, delimiter as u8), table(out, delimiter as u8));
                assert_eq!(before.len(), after.len());
                for (before, after) in before.iter().zip(&after) {
                    assert_eq!((before.as_slice(), after.len()), (&after[..4], 12), "{name} {delimiter:?}");
                }
                let labels: Vec<Vec<String>> = after.iter().map(|row| row[4..].to_vec()).collect();
                assert!(labels[1][4].starts_with("account +") && labels[1][4].contains(": "), "{}", labels[1][4]);
                assert_eq!((labels[0][0].as_str(), labels[4][0].as_str()), ("rolecall_role", ""));
                assert!(labels[1..4].iter().all(|label| ROLES.contains(&label[0].as_str())), "{labels:?}");
                assert_eq!(*first.get_or_insert_with(|| labels.clone()), labels, "{name} {delimiter:?}");
                assert_eq!(out.matches("\r\n").count() > 0, line_end == "\r\n");
            }
        }
    }
}

#[test]
fn original_bytes_stay() {
    // Needless quotes, a cell without need of them, a blank line, mixed line ends, no line end at the end, one row in another encoding.
    let mut bytes = b"Export 2024\r\n\r\n\"id\";title;\"text\"\n\"1\" ;\"a\";\"b\"\r\n\n2;c;d \"e\"\n3;".to_vec();
    bytes.extend(b"K\xf6ln;betreuen Gro\xdfkunden\n4;K\xc3\xb6ln;betreuen Gro\xc3\x9fkunden");
    let folder = folder(&[("in.csv", &bytes)]);
    exits(folder.path(), &["in.csv", "-o", "out.csv"], 0);
    let out = read(&folder, "out.csv");
    let lines = |bytes: &[u8]| bytes.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (before, after) = (lines(&bytes), lines(&out));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        let (body, end) = before.split_at(before.len() - usize::from(before.ends_with(b"\r")));
        assert!(after.starts_with(body) && after.ends_with(end), "{:?}", String::from_utf8_lossy(after));
    }
    assert_eq!(&out[..15], b"Export 2024\r\n\r\n");
    assert!(!out.ends_with(b"\n"));
}

#[test]
fn bad_rows_stay_with_a_reason() {
    let text = "id,title,text\n1,a\n2,a,b,c\n3,x,you plan projects and lead teams\n4,\"open,b\n5,x,you sell to customers and keep them\n6,x,\" \"\n";
    let folder = folder(&[("in.csv", text.as_bytes())]);
    let talk = exits(folder.path(), &["in.csv", "-o", "out.csv"], 1);
    assert!(talk.contains("in.csv: row 2: 2 cells instead of 3"), "{talk}");
    assert!(talk.contains("with problems 4"), "{talk}");
    let rows = table(&String::from_utf8(read(&folder, "out.csv")).expect("UTF-8"), b',');
    let problems: Vec<(usize, &str)> = rows.iter().map(|row| (row.len(), row[row.len() - 2].as_str())).collect();
    assert_eq!(problems[1], (11, "2 cells instead of 3"));
    assert_eq!(problems[2], (12, "4 cells instead of 3"));
    assert_eq!(problems[3], (11, ""));
    assert_eq!(problems[4], (11, "a quote opens a cell and nothing closes it"));
    assert_eq!(problems[5], (11, ""));
    assert!(problems[6].1.starts_with("column \"text\": empty"));
}

#[test]
fn broken_json_is_held_in_an_object() {
    let good = format!("{{\"text\": {}, \"n\": 1.50}}", json!(PROJECT));
    let lines = format!(
        "{good}\n{{\"text\": \"cut\n[1, 2]\n\n{{\"text\": \"\"}}\r\n{{\"text\": NaN}}\n{{\"text\": \"a b\", \"rolecall\": 1}}\n"
    );
    let folder = folder(&[("in.jsonl", lines.as_bytes())]);
    let talk = exits(folder.path(), &["in.jsonl", "-o", "out.jsonl"], 1);
    assert!(talk.contains("in.jsonl: row 2: broken JSON") && talk.contains("with problems 5"), "{talk}");
    let out = String::from_utf8(read(&folder, "out.jsonl")).expect("UTF-8");
    assert_eq!(out.matches('\n').count(), lines.matches('\n').count());
    let out: Vec<&str> = out.lines().collect();
    assert!(out[0].starts_with(&good[..good.len() - 1]));
    let value = |at: usize| serde_json::from_str::<Value>(out[at]).expect("JSON");
    assert!(value(0)["rolecall"]["role"].is_string());
    assert_eq!(value(0)["rolecall"]["problem"], Value::Null);
    assert_eq!(value(1)["raw"], "{\"text\": \"cut");
    assert!(value(1)["rolecall"]["problem"].as_str().is_some_and(|problem| problem.starts_with("broken JSON")));
    assert_eq!(value(2), json!({ "raw": "[1, 2]", "rolecall": { "problem": "no JSON object" } }));
    assert_eq!(out[3], "");
    assert_eq!(value(4)["text"], "");
    assert!(out[5].starts_with("{\"text\": NaN,\"rolecall\":{\"problem\":"));
    assert!(value(6)["raw"].is_string());
}

#[test]
fn feeds_keep_their_shape() {
    let escaped = format!("&lt;p&gt;{PROJECT}&lt;/p&gt;");
    let section = |text: &str| json!({ "title": "Tasks", "text": text });
    let feeds = [
        json!([{ "id": "l", "text": TITLE, "descriptionPlain": "Us.", "lists": [{ "text": "Aufgaben", "content": format!("<li>{ACCOUNT}") }] }]),
        json!({ "jobs": [{ "id": 1, "title": "Project Manager", "content": escaped }], "meta": { "total": 1 } }),
        json!([{ "id": 1, "name": TITLE, "jobDescriptions": { "jobDescription": [{ "name": "Aufgaben", "value": ACCOUNT }] } }]),
        json!({ "content": [{ "id": "s", "name": "PM", "jobAd": { "sections": { "jobDescription": section(PROJECT) } } }] }),
        json!({ "@context": "https://schema.org", "@type": "JobPosting", "title": "PM", "description": "x", "responsibilities": [PROJECT] }),
        json!({ "stellenangebote": [{ "refnr": "r", "stellenangebotsTitel": TITLE, "stellenangebotsBeschreibung": format!("### Aufgaben\n\n{ACCOUNT}") }] }),
    ];
    for feed in &feeds {
        for text in [feed.to_string(), serde_json::to_string_pretty(feed).expect("JSON") + "\n"] {
            let folder = folder(&[("in.json", text.as_bytes())]);
            exits(folder.path(), &["in.json", "-o", "out.json"], 0);
            let out = String::from_utf8(read(&folder, "out.json")).expect("UTF-8");
            let mut value: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"));
            let row = ["jobs", "content", "stellenangebote"].iter().find(|key| feed.get(**key).is_some());
            let row = match row {
                Some(key) => &mut value[*key][0],
                None if feed.is_array() => &mut value[0],
                None => &mut value,
            };
            let label = row.as_object_mut().expect("an object").remove("rolecall").expect("labelled");
            assert!(label["phrases"].as_array().is_some_and(|phrases| !phrases.is_empty()), "{label}");
            assert_eq!(&value, feed);
            let begin = out.find(",\"rolecall\":").expect("labelled");
            let value = begin + ",\"rolecall\":".len();
            let mut values = serde_json::Deserializer::from_str(&out[value..]).into_iter::<Value>();
            assert!(values.next().is_some_and(|label| label.is_ok()));
            let without = out[..begin].to_owned() + &out[value + values.byte_offset()..];
            assert_eq!(without, text, "every other byte stays");
        }
    }
}

#[test]
fn one_format_to_the_other() {
    let folder = folder(&[("in.csv", export(';', "\r\n").as_bytes())]);
    exits(folder.path(), &["in.csv", "-o", "a.jsonl"], 1);
    exits(folder.path(), &["in.csv", "-o", "a.json"], 1);
    let lines = String::from_utf8(read(&folder, "a.jsonl")).expect("UTF-8");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let array: Vec<Value> = serde_json::from_slice(&read(&folder, "a.json")).expect("JSON");
    assert_eq!(lines, array);
    assert_eq!((lines.len(), &lines[0]["Stellenbezeichnung"]), (4, &json!(TITLE)));
    let bare: String = lines
        .iter()
        .map(|line| {
            json!({ "refnr": line["Refnr"], "title": line["Stellenbezeichnung"], "text": line["Stellenbeschreibung"] })
                .to_string()
                + "\n"
        })
        .collect();
    fs::write(folder.path().join("b.jsonl"), bare).expect("space");
    exits(folder.path(), &["b.jsonl", "-o", "b.csv"], 1);
    let rows = table(&String::from_utf8(read(&folder, "b.csv")).expect("UTF-8"), b',');
    assert_eq!(rows[0][..4], ["id", "title", "text", "rolecall_role"]);
    for (row, line) in rows[1..].iter().zip(&lines) {
        assert_eq!(
            (line["Refnr"].as_str(), line["rolecall"]["role"].as_str().unwrap_or("")),
            (Some(row[0].as_str()), row[3].as_str())
        );
    }
}

#[test]
fn a_filter_in_a_pipe() {
    let line = format!("{}\n", json!({ "title": TITLE, "text": ACCOUNT }));
    let output = piped(&["-", "--quiet"], line.repeat(3).as_bytes());
    assert!(output.status.success() && output.stderr.is_empty());
    assert_eq!(String::from_utf8(output.stdout).expect("UTF-8").matches("\"rolecall\":{\"role\":\"").count(), 3);
    let nothing = piped(&["-"], b"");
    assert!(nothing.status.success() && nothing.stdout.is_empty());
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(line.as_bytes()).expect("memory");
    assert!(piped(&["-"], &gz.finish().expect("memory")).stdout.starts_with(&line.as_bytes()[..line.len() - 2]));
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let folder = folder(&[("in.csv", big(1500).as_bytes())]);
    let mut child =
        command(&["in.csv"]).current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn columns_that_cannot_be_told_are_listed() {
    let folder = folder(&[
        ("in.csv", b"foo,bar\n1,2\n"),
        ("jobs.xml", b"<svg><g/></svg>"),
        ("cut.csv.gz", &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1]),
    ]);
    let talk = exits(folder.path(), &["in.csv", "-o", "out.csv"], 2);
    assert!(talk.contains("\"foo\", \"bar\"") && talk.contains("--text-column"), "{talk}");
    let talk = exits(folder.path(), &["in.csv", "-o", "out.csv", "--text-column", "baz"], 2);
    assert!(talk.contains("in.csv: no column \"baz\""), "{talk}");
    assert!(exits(folder.path(), &["jobs.xml", "-o", "out.csv"], 2).contains("jobs.xml: XML"));
    assert!(exits(folder.path(), &["gone.csv", "-o", "out.csv"], 2).contains("gone.csv: cannot read"));
    assert!(exits(folder.path(), &["cut.csv.gz", "-o", "out.csv"], 2).contains("cut.csv.gz: cannot read"));
    assert!(exits(folder.path(), &["in.csv", "-o", "in.csv", "--text-column", "foo"], 2).contains("over itself"));
    assert!(!folder.path().join("out.csv").exists());
}

/// A table with so many rows.
pub(crate) fn big(rows: usize) -> String {
    let row = |at: usize| {
        format!("{at};{};\"{} {}\"\r\n", ["Projektleiter", TITLE][at % 2], [PROJECT, "Kunden"][at % 2].repeat(8), at * at)
    };
    (0..rows).map(row).fold("id;title;text\r\n".to_owned(), |all, row| all + &row)
}

pub(crate) fn start(folder: &Path, args: &[&str]) -> Child {
    command(args).current_dir(folder).stderr(Stdio::null()).spawn().expect("it starts")
}

#[test]
fn what_was_killed_goes_on() {
    let text = big(30_000);
    let wide = utf16(&text, u16::to_le_bytes);
    let folder = folder(&[("in.csv", text.as_bytes()), ("wide.csv", &wide)]);
    for input in ["in.csv", "wide.csv"] {
        exits(folder.path(), &[input, "-o", "whole.csv", "--threads", "1", "-q"], 0);
        let whole = read(&folder, "whole.csv");
        let output = folder.path().join("out.csv");
        let begin = || start(folder.path(), &[input, "-o", "out.csv", "--resume", "-q"]);
        let resumed = again_and_again(&output, begin, |state| state["state"]["position"]["record"].as_u64() > Some(0));
        assert!(resumed > 0, "never anything to go on with");
        if !output.exists() {
            exits(folder.path(), &[input, "-o", "out.csv", "--resume", "-q"], 0);
        }
        assert!(read(&folder, "out.csv") == whole, "{input}");
        assert!(!folder.path().join("out.csv.checkpoint").exists() && !folder.path().join("out.csv.partial").exists());
        fs::remove_file(output).expect("there");
    }
}

/// A run that was killed after its first checkpoint.
fn stopped() -> (TempDir, PathBuf) {
    let folder = folder(&[("in.csv", big(30_000).as_bytes())]);
    let mut child = start(folder.path(), &["in.csv", "-o", "out.csv", "-q"]);
    let checkpoint = folder.path().join("out.csv.checkpoint");
    let is_begun = || fs::metadata(folder.path().join("out.csv.partial")).is_ok_and(|partial| partial.len() > 0);
    while !checkpoint.exists() || !is_begun() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let _ = child.kill();
    let _ = child.wait();
    (folder, checkpoint)
}

#[test]
fn going_on_is_refused_where_something_changed() {
    let (folder, _) = stopped();
    let refused = |args: &[&str], what: &str| {
        let talk = exits(folder.path(), args, 2);
        assert!(talk.contains(what), "{talk}");
    };
    refused(&["in.csv", "-o", "out.csv"], "--resume");
    refused(&["in.csv", "-o", "out.csv", "--resume", "--phrases", "1"], "--phrases changed");
    refused(&["in.csv", "-o", "out.csv", "--resume", "--text-column", "title"], "columns changed");
    let mut file = fs::OpenOptions::new().append(true).open(folder.path().join("in.csv")).expect("there");
    file.write_all(b"7;a;b\r\n").expect("space");
    refused(&["in.csv", "-o", "out.csv", "--resume"], "the export changed");
    exits(folder.path(), &["in.csv", "-o", "out.csv", "--restart", "-q"], 0);
    assert!(!folder.path().join("out.csv.checkpoint").exists());
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_cleanly_and_says_how_to_go_on() {
    let folder = folder(&[("in.csv", big(20_000).as_bytes())]);
    let child =
        command(&["in.csv", "-o", "out.csv"]).current_dir(folder.path()).stderr(Stdio::piped()).spawn().expect("it starts");
    std::thread::sleep(Duration::from_millis(400));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill is there").success());
    let output = child.wait_with_output().expect("it ends");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{talk}");
    assert!(talk.contains("stopped: ") && talk.contains("--resume"), "{talk}");
    assert!(!folder.path().join("out.csv").exists());
    exits(folder.path(), &["in.csv", "-o", "out.csv", "--resume", "-q"], 0);
    exits(folder.path(), &["in.csv", "-o", "whole.csv", "-q"], 0);
    assert!(read(&folder, "out.csv") == read(&folder, "whole.csv"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_one_clear_error() {
    let folder = folder(&[("in.csv", big(200).as_bytes())]);
    let talk = exits(folder.path(), &["in.csv", "-o", "/dev/full", "-q"], 2);
    assert!(talk.contains("/dev/full: cannot write"), "{talk}");
}

#[test]
fn a_row_over_the_limit_passes_through() {
    let long = format!("1,a,\"{}\"\n2,b,{PROJECT}\n", "lang ".repeat(500_000)).replace(PROJECT, &quoted(PROJECT));
    let line = json!({ "id": 1, "title": "a", "text": "lang ".repeat(500_000) }).to_string();
    let folder = folder(&[("in.csv", format!("id,title,text\n{long}").as_bytes()), ("in.jsonl", format!("{line}\n").as_bytes())]);
    let talk = exits(folder.path(), &["in.csv", "-o", "out.csv", "--longest-row", "1"], 1);
    assert!(talk.contains("row 2: longer than 1 MB"), "{talk}");
    let rows = table(&String::from_utf8(read(&folder, "out.csv")).expect("UTF-8"), b',');
    assert_eq!((rows.len(), rows[1][2].len(), rows[1][3].as_str()), (3, 2_500_000, ""));
    assert!(ROLES.contains(&rows[2][3].as_str()));
    assert!(exits(folder.path(), &["in.jsonl", "-o", "out.jsonl"], 2).contains("first megabyte"));
    let lines = format!("{}\n{line}\n", json!({ "title": "b", "text": PROJECT }));
    fs::write(folder.path().join("in.jsonl"), &lines).expect("space");
    exits(folder.path(), &["in.jsonl", "-o", "out.jsonl", "--longest-row", "1"], 1);
    let out = String::from_utf8(read(&folder, "out.jsonl")).expect("UTF-8");
    let label = ",\"rolecall\":{\"problem\":\"longer than 1 MB (--longest-row raises the limit)\"}}\n";
    assert!(out.ends_with(&(line[..line.len() - 1].to_owned() + label)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_and_bytes_of_any_table_survive(
        rows in prop::collection::vec(prop::collection::vec("[a=+;,\"\n\r\tä€ ]{0,12}|Kunden betreuen und Projekte leiten", 1..5), 0..8),
        delimiter in prop_oneof![Just(','), Just(';'), Just('\t')],
        crlf in any::<bool>(),
    ) {
        let line_end = if crlf { "\r\n" } else { "\n" };
        let line = |cells: &Vec<String>| cells.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(&delimiter.to_string());
        let header = ["id", "title", "text", "x"].join(&delimiter.to_string());
        let lines: Vec<String> = std::iter::once(header).chain(rows.iter().map(line)).collect();
        let text: String = lines.iter().map(|line| line.clone() + line_end).collect();
        let folder = folder(&[("in.csv", text.as_bytes())]);
        let code = run(folder.path(), &["in.csv", "-o", "out.csv", "-q", "--threads", "2"]).status.code();
        prop_assert!(code == Some(0) || code == Some(1));
        let out = String::from_utf8(read(&folder, "out.csv")).expect("UTF-8");
        let mut rest = out.as_str();
        for line in &lines {
            prop_assert!(rest.starts_with(line.as_str()), "{:?} in {:?}", line, rest);
            let added = &rest[line.len()..];
            // Cells of ours have no line ends.
            let end = added.find(line_end).expect("a line end") + line_end.len();
            rest = &added[end..];
        }
        prop_assert_eq!(rest, "");
        prop_assert_eq!(table(&out, delimiter as u8).len(), lines.len());
    }
}

#[test]
fn a_text_that_is_no_posting_is_not_judged() {
    let line = json!({ "id": "7", "title": "a", "text": "lang ".repeat(220_000) }).to_string() + "\n";
    let folder = folder(&[("in.jsonl", line.repeat(2).as_bytes())]);
    let talk = exits(folder.path(), &["in.jsonl", "-o", "out.csv"], 2);
    assert!(talk.contains("first megabyte"), "{talk}");
    let first = json!({ "title": "b", "text": PROJECT }).to_string() + "\n";
    fs::write(folder.path().join("in.jsonl"), first + &line).expect("space");
    let talk = exits(folder.path(), &["in.jsonl", "-o", "out.jsonl"], 1);
    assert!(talk.contains("row 2: a text over 1000 kB is no posting"), "{talk}");
    let out = String::from_utf8(read(&folder, "out.jsonl")).expect("UTF-8");
    assert!(out.ends_with(
        &(line[..line.len() - 2].to_owned() + ",\"rolecall\":{\"problem\":\"a text over 1000 kB is no posting\"}}\n")
    ));
}

#[test]
fn no_cell_of_ours_is_a_formula() {
    let folder = folder(&[("in.csv", export(',', "\n").as_bytes())]);
    exits(folder.path(), &["in.csv", "-o", "out.csv", "--phrases", "9"], 1);
    for row in table(&String::from_utf8(read(&folder, "out.csv")).expect("UTF-8"), b',') {
        assert!(row[4..].iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
    }
}
