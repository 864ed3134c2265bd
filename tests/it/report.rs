//! `rolecall report` and the pages of `label` and `classify`: what is in the file. What a browser makes of it is in `browser`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::support;

/// Runs the program in `folder` and expects that exit code: what it said on standard output and standard error.
pub(crate) fn exits(folder: &Path, args: &[&str], code: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    let output = command.args(args).current_dir(folder).stdin(Stdio::null()).output().expect("the program starts");
    let [out, talk] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert_eq!(output.status.code(), Some(code), "{args:?}: {talk}");
    (out, talk)
}

/// The postings of the corpus, with columns to count by.
pub(crate) fn postings() -> Vec<Value> {
    let mut files: Vec<PathBuf> = fs::read_dir(support::root().join("corpus/postings"))
        .expect("the corpus")
        .map(|entry| entry.expect("there").path())
        .collect();
    files.sort();
    let lines: Vec<String> = files
        .iter()
        .flat_map(|file| fs::read_to_string(file).expect("text").lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let posting = |(at, line): (usize, &String)| {
        let posting: Value = serde_json::from_str(line).expect("JSON");
        let department = ["Vertrieb", "IT", "Beratung", "Service"][at % 4];
        let source = ["Börse A", "Börse B", "Eigene Seite"][at % 3];
        json!({
            "id": posting["id"], "Quelle": source, "company": posting["company"], "Abteilung": department,
            "title": posting["title"], "text": posting["text"],
        })
    };
    lines.iter().enumerate().map(posting).collect()
}

/// Those postings, labelled into a folder as `corpus.jsonl`.
pub(crate) fn labelled() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.jsonl"), support::lines(&postings())).expect("space");
    exits(folder.path(), &["label", "in.jsonl", "-o", "corpus.jsonl", "-q"], 0);
    folder
}

/// What stands between `begin` and `end`.
fn between<'t>(text: &'t str, begin: &str, end: &str) -> &'t str {
    let start = text.find(begin).expect("the beginning") + begin.len();
    &text[start..start + text[start..].find(end).expect("the end")]
}

/// What the page is told.
pub(crate) fn told(page: &Path) -> Value {
    let text = fs::read_to_string(page).expect("written");
    serde_json::from_str(between(&text, "id=\"data\">", "</script>")).expect("JSON")
}

/// The whole postings that are on the page.
fn texts(page: &Path) -> Vec<Value> {
    let text = fs::read_to_string(page).expect("written");
    let mut all = Vec::new();
    for at in 0.. {
        let begin = format!("id=\"texts-{at}\">");
        if !text.contains(&begin) {
            break;
        }
        all.extend(serde_json::from_str::<Vec<Value>>(between(&text, &begin, "</script>")).expect("JSON"));
    }
    all
}

#[test]
fn the_policy_names_the_script_and_the_style() {
    let folder = labelled();
    exits(folder.path(), &["report", "corpus.jsonl", "-o", "page.html", "-q"], 0);
    let page = fs::read_to_string(folder.path().join("page.html")).expect("written");
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let hash = |text: &str| base64::engine::general_purpose::STANDARD.encode(Sha256::digest(text));
    for (directive, text) in
        [("script-src", between(&page, "<script>", "</script>")), ("style-src", between(&page, "<style>", "</style>"))]
    {
        assert!(policy.contains(&format!("{directive} 'sha256-{}';", hash(text))), "{directive}: {policy}");
    }
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe") && !policy.contains('*'), "{policy}");
    assert_eq!(page.matches("<script>").count(), 1, "one script, whose checksum is known");
    for address in ["http://", "https://", "//cdn", "@import", "src="] {
        // The icon names the namespace of SVG, which is no address.
        let found = page.replace("xmlns='http://www.w3.org/2000/svg'", "");
        let outside = found.split("<script type").next().expect("a beginning");
        assert!(!outside.contains(address), "{address}");
    }
}

#[test]
fn a_labelling_gives_the_same_page_in_every_format() {
    let folder = labelled();
    exits(folder.path(), &["report", "corpus.jsonl", "-o", "first.html", "-q"], 0);
    let first = told(&folder.path().join("first.html"));
    assert_eq!(first["rows"]["total"], 620);
    assert_eq!(first["groups"].as_array().map(Vec::len), Some(3), "source, company, department");
    assert!(first["borders"].as_array().is_some_and(|lines| lines.len() >= 4));
    let whole = texts(&folder.path().join("first.html"));
    assert_eq!(whole.len(), 620);
    for ending in ["csv", "csv.gz", "xlsx", "parquet", "arrows", "json.zst"] {
        let (labelled, page) = (format!("other.{ending}"), format!("{ending}.html"));
        // Through a table, so that all of them have columns.
        if !folder.path().join("table.csv").exists() {
            let rows = postings();
            let mut table = String::from("id\tQuelle\tcompany\tAbteilung\ttitle\ttext\n");
            for row in &rows {
                let cells = ["id", "Quelle", "company", "Abteilung", "title", "text"]
                    .map(|key| row[key].as_str().unwrap_or_default().replace('"', "\"\""));
                table += &["\"", &cells.join("\"\t\""), "\"\n"].concat();
            }
            fs::write(folder.path().join("table.csv"), table).expect("space");
        }
        exits(folder.path(), &["label", "table.csv", "-o", &labelled, "-q"], 0);
        exits(folder.path(), &["report", &labelled, "-o", &page, "-q"], 0);
        let other = told(&folder.path().join(&page));
        for key in ["role", "probability", "account", "project", "title", "id", "votes", "disagree", "reason", "texts", "borders"]
        {
            assert_eq!(other[key], first[key], "{ending}: {key}");
        }
        for (one, same) in texts(&folder.path().join(&page)).iter().zip(&whole) {
            assert_eq!(one["marks"], same["marks"], "{ending}: {}", one["title"]);
        }
    }
}

#[test]
fn as_many_texts_as_there_is_room_for() {
    let folder = labelled();
    let lines = fs::read_to_string(folder.path().join("corpus.jsonl")).expect("there").repeat(3);
    fs::write(folder.path().join("more.jsonl"), lines).expect("space");
    let (_, talk) = exits(folder.path(), &["report", "more.jsonl", "-o", "page.html", "--texts", "1"], 0);
    assert!(talk.contains("1,860 rows listed") && talk.contains("the least sure calls first"), "{talk}");
    let page = told(&folder.path().join("page.html"));
    let with_text: Vec<usize> = page["texts"]
        .as_array()
        .expect("places")
        .iter()
        .map(|at| usize::try_from(at.as_u64().expect("a place")).expect("small"))
        .collect();
    assert!((300..1200).contains(&with_text.len()), "{}", with_text.len());
    let probability = |at: usize| page["probability"][at].as_i64().expect("a number");
    let surest = with_text.iter().map(|&at| probability(at)).max().expect("some");
    let left_out = (0..1860).filter(|at| !with_text.contains(at)).map(probability).min().expect("some");
    assert!(surest <= left_out + 1, "{surest} {left_out}");
    assert!(fs::metadata(folder.path().join("page.html")).expect("there").len() < 4_000_000);
    exits(folder.path(), &["report", "corpus.jsonl", "-o", "none.html", "--texts", "0", "-q"], 0);
    assert!(texts(&folder.path().join("none.html")).is_empty());
}

#[test]
fn labels_of_another_model_are_shown_as_they_are() {
    let folder = labelled();
    let changed = fs::read_to_string(folder.path().join("corpus.jsonl")).expect("there");
    let model = told_model(&changed);
    fs::write(folder.path().join("other.jsonl"), changed.replace(&model, "0000000000000000")).expect("space");
    let (_, talk) = exits(folder.path(), &["report", "other.jsonl", "-o", "other.html"], 0);
    assert!(talk.contains("labelled by another model"), "{talk}");
    exits(folder.path(), &["report", "corpus.jsonl", "-o", "own.html", "-q"], 0);
    let [other, own] = ["other.html", "own.html"].map(|name| told(&folder.path().join(name)));
    assert_eq!(other["borders"], Value::Null);
    assert_eq!((&other["role"], &other["disagree"]), (&own["role"], &own["disagree"]), "JSON holds the votes");
    let marks = texts(&folder.path().join("other.html"))
        .iter()
        .filter(|one| one["marks"].as_array().is_some_and(|marks| !marks.is_empty()))
        .count();
    assert!(marks > 550, "phrases are found by their places: {marks}");
    // A row that was changed since is shown as it was labelled, and said.
    fs::write(folder.path().join("moved.jsonl"), changed.replace("betreu", "verwalt")).expect("space");
    let (_, talk) = exits(folder.path(), &["report", "moved.jsonl", "-o", "moved.html"], 0);
    assert!(talk.contains("read otherwise now than their label says"), "{talk}");
    assert_eq!(told(&folder.path().join("moved.html"))["role"], own["role"]);
}

/// The fingerprint in the first label.
fn told_model(lines: &str) -> String {
    let first: Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
    first["rolecall"]["model"].as_str().expect("a model").to_owned()
}

#[test]
fn label_writes_the_page_too() {
    let folder = labelled();
    let (_, talk) = exits(folder.path(), &["label", "in.jsonl", "-o", "again.jsonl", "--report", "again.html"], 0);
    assert!(talk.contains("wrote again.jsonl") && talk.contains("wrote again.html ("), "{talk}");
    exits(folder.path(), &["report", "again.jsonl", "-o", "same.html", "-q"], 0);
    let read = |name: &str| fs::read(folder.path().join(name)).expect("written");
    assert!(read("again.html") == read("same.html"), "one way to a page");
    // A feed becomes a table with other names of columns.
    let feed = support::data("feeds/personio.xml");
    exits(folder.path(), &["label", support::arg(&feed), "-o", "feed.csv", "--report", "feed.html", "-q"], 0);
    assert!(!texts(&folder.path().join("feed.html")).is_empty());
}

#[test]
fn a_single_posting_has_a_page() {
    let (page, _) = exits(support::root(), &["classify", "tests/data/kundenprojekt.de.txt", "--format", "html"], 0);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("one.html");
    fs::write(&file, page).expect("space");
    assert_eq!((&told(&file)["single"], &told(&file)["role"]), (&json!(true), &json!("2")));
    let text = &texts(&file)[0];
    assert_eq!(text["profile"].as_array().map(Vec::len), Some(8));
    assert!(text["marks"].as_array().is_some_and(|marks| marks.len() > 3), "{text}");
}

#[test]
fn what_has_no_page_is_refused() {
    let folder = labelled();
    for (args, problem) in [
        (&["in.jsonl", "-o", "x.html"][..], "in.jsonl: not labelled: "),
        (&["gone.csv", "-o", "x.html"], "gone.csv: cannot read"),
        (&["corpus.jsonl", "-o", "corpus.jsonl"], "written over the export"),
        (&["corpus.jsonl", "-o", "gone/x.html"], "cannot write"),
        (&["corpus.jsonl"], "--output"),
        (&["corpus.jsonl", "-o", "x.html", "--group", "Ort"], "no column \"Ort\""),
        (&["corpus.jsonl", "-o", "x.html", "--sheet", "1"], "no workbook"),
        (&["corpus.jsonl", "-o", "x.html", "--language", "fr"], "possible values: de, en"),
    ] {
        let (_, talk) = exits(folder.path(), &[&["report"], args].concat(), 2);
        assert!(talk.contains(problem), "{args:?}: {talk}");
    }
    let (_, talk) = exits(folder.path(), &["label", "in.jsonl", "-o", "y.jsonl", "--report", "y.jsonl"], 2);
    assert!(talk.contains("written over the export"), "{talk}");
    let (_, talk) = exits(folder.path(), &["label", "in.jsonl", "--report", "y.html"], 2);
    assert!(talk.contains("--output"), "{talk}");
    assert!(!folder.path().join("x.html").exists() && !folder.path().join("y.jsonl").exists());
    assert!(fs::read_dir(folder.path()).expect("there").count() == 2, "nothing is left behind");
}

#[test]
fn an_empty_export_has_an_empty_page() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("empty.jsonl"), "").expect("space");
    exits(folder.path(), &["report", "empty.jsonl", "-o", "empty.html"], 0);
    assert_eq!(told(&folder.path().join("empty.html"))["rows"]["total"], 0);
}

#[test]
fn of_too_many_rows_a_sample_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |at: u32| format!("{at};Stelle {at};{};0.{}\n", ["mixed", "neither"][(at % 2) as usize], 5 + at % 5);
    let table = "id;title;rolecall_role;rolecall_probability\n".to_owned() + &(0..250_000).map(row).collect::<String>();
    fs::write(folder.path().join("many.csv"), table).expect("space");
    let (_, talk) = exits(folder.path(), &["report", "many.csv", "-o", "many.html"], 0);
    assert!(talk.contains("250,000 rows: one in 2 is listed, a random sample"), "{talk}");
    let page = told(&folder.path().join("many.html"));
    assert_eq!(
        (&page["rows"]["total"], &page["rows"]["roles"], &page["rows"]["every"]),
        (&json!(250_000), &json!([0, 0, 125_000, 125_000]), &json!(2))
    );
    let listed = page["number"].as_array().expect("rows").len();
    assert!((120_000..130_000).contains(&listed), "{listed}");
    assert!(page["noText"].is_string() && page["texts"] == json!([]), "there is no text");
}
