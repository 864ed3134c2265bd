//! Labelled files and corpora that cannot be used: refused, with file and line.

use std::path::PathBuf;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{arg, data, data_text, lines, refused, small_corpus, small_file};

fn record(id: &str, role: &str) -> Value {
    json!({ "id": id, "title": "Titel", "text": "Sie betreuen unsere Kunden und leiten Projekte.", "role": role })
}

/// A folder with `content` in a file of that name.
fn file(name: &str, content: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    std::fs::write(&path, content).expect("written");
    (folder, path)
}

/// Holds for a corpus folder (as a further file of its postings), for further postings of a training, and for an evaluation.
fn refused_everywhere(content: &str, line: u64, says: &str) {
    let corpus = small_corpus(2);
    let further = corpus.path().join("postings/zz.jsonl");
    std::fs::write(&further, content).expect("written");
    let says = [&format!("zz.jsonl: line {line}: "), says];
    refused(&["corpus", arg(corpus.path())], b"", &says);
    refused(&["evaluate", arg(&further), "--model", arg(small_file())], b"", &says);
    let apart = small_corpus(2);
    let model = apart.path().join("never.rolecall");
    refused(&["train", "--corpus", arg(apart.path()), "--postings", arg(&further), "-o", arg(&model)], b"", &says);
    assert!(!model.exists(), "a model was written");
}

#[test]
fn an_unknown_role_is_refused() {
    refused_everywhere(&lines(&[record("x1", "mixed"), record("x2", "boss")]), 2, "boss");
}

#[test]
fn an_id_that_is_there_twice_is_refused() {
    refused_everywhere(
        &lines(&[record("x1", "mixed"), record("x2", "neither"), record("x1", "mixed")]),
        3,
        "\"x1\" is there twice",
    );
}

#[test]
fn a_broken_line_is_refused() {
    refused_everywhere(&format!("{}\n{{\"id\": \"x2\", ", record("x1", "mixed")), 3 - 1, "broken JSON");
    refused_everywhere(&format!("\n\n{}\n[1, 2]\n", record("x1", "mixed")), 4, "broken JSON");
}

#[test]
fn labels_that_do_not_fit_are_refused() {
    let with = |key: &str, value: Value| {
        let mut record = record("x2", "account-manager");
        record[key] = value;
        record
    };
    let after = |bad: Value| lines(&[record("x1", "mixed"), bad]);
    refused_everywhere(&after(with("account", json!([[0, 5], [10, 5000]]))), 2, "the span [10, 5000] does not fit the text");
    refused_everywhere(&after(with("account", json!([[9, 5]]))), 2, "the span [9, 5] does not fit");
    let mut umlaut = record("x2", "account-manager");
    umlaut["text"] = json!("äußerst");
    umlaut["account"] = json!([[1, 3]]);
    refused_everywhere(&after(umlaut), 2, "the span [1, 3] does not fit");
    let mut levels = record("x2", "account-manager");
    (levels["a"], levels["p"]) = (json!(2), json!(2));
    refused_everywhere(&after(levels.clone()), 2, "the role does not follow from a and p: expected mixed");
    levels["p"] = json!(3);
    refused_everywhere(&after(levels.clone()), 2, "\"p\" is 3: expected 0, 1 or 2");
    levels.as_object_mut().expect("an object").remove("p");
    refused_everywhere(&after(levels), 2, "no label: expected \"role\", or both \"a\" and \"p\"");
    let mut bare = record("x2", "mixed");
    bare.as_object_mut().expect("an object").remove("text");
    refused_everywhere(&after(bare), 2, "no text");
}

#[test]
fn a_head_without_positives_is_refused() {
    let corpus = small_corpus(2);
    std::fs::remove_dir_all(corpus.path().join("postings")).expect("removed");
    std::fs::create_dir(corpus.path().join("postings")).expect("made");
    let records: Vec<Value> =
        (0..20).map(|n| record(&format!("x{n}"), if n % 2 == 0 { "account-manager" } else { "neither" })).collect();
    std::fs::write(corpus.path().join("postings/only.jsonl"), lines(&records)).expect("written");
    let model = corpus.path().join("never.rolecall");
    refused(
        &["train", "--quiet", "--corpus", arg(corpus.path()), "-o", arg(&model)],
        b"",
        &["cannot train: 0 of 20 postings have project work as a core"],
    );
    assert!(!model.exists());
}

#[test]
fn broken_role_descriptions_are_refused() {
    for (content, line, says) in
        [("# c\n## no-such\nx\n", 2, "unknown dimension \"no-such\""), ("# c\nx\n## goal\n", 2, "before the first")]
    {
        let corpus = small_corpus(2);
        std::fs::write(corpus.path().join("roles/account-manager.en.txt"), content).expect("written");
        refused(&["corpus", arg(corpus.path())], b"", &[&format!("account-manager.en.txt: line {line}: "), says]);
    }
    let corpus = small_corpus(2);
    std::fs::remove_file(corpus.path().join("roles/project-manager.de.txt")).expect("removed");
    refused(&["corpus", arg(corpus.path())], b"", &["project-manager.de.txt: cannot read"]);
}

#[test]
fn labels_apart_are_joined_and_checked() {
    let model = arg(small_file());
    let unlabelled =
        data_text("tiny.csv").lines().map(|line| line.rsplit_once(',').expect("cells").0.to_owned() + "\n").collect::<String>();
    let (_kept, postings) = file("postings.csv", &unlabelled);
    let labels = lines(&[json!({ "id": "t1", "a": 2, "p": 0 }), json!({ "id": "t2", "role": "project-manager" })]);
    let (_also, labels) = file("labels.jsonl", &labels);
    let figures =
        crate::support::json(&["evaluate", arg(&postings), "--labels", arg(&labels), "--model", model, "--format", "json"], b"");
    assert_eq!(figures["all"]["postings"], 2);
    let (_twice, twice) =
        file("twice.jsonl", &lines(&[json!({ "id": "t1", "a": 2, "p": 0 }), json!({ "id": "t1", "a": 0, "p": 0 })]));
    refused(
        &["evaluate", arg(&postings), "--labels", arg(&twice), "--model", model],
        b"",
        &["twice.jsonl: line 2: ", "\"t1\" is labelled twice"],
    );
    let (_nameless, nameless) = file("nameless.jsonl", &lines(&[json!({ "role": "mixed" })]));
    refused(&["evaluate", arg(&postings), "--labels", arg(&nameless), "--model", model], b"", &["nameless.jsonl: line 1: no id"]);
}

#[test]
fn files_without_labels_are_not_evaluated() {
    let model = arg(small_file());
    let (_kept, unlabelled) = file("unlabelled.csv", "id,title,text\nx,y,z\n");
    refused(&["evaluate", arg(&unlabelled), "--model", model], b"", &["unlabelled.csv: no labelled posting in it", "--labels"]);
    let (_also, lines) = file("unlabelled.jsonl", "{\"id\": \"x\", \"text\": \"y\"}\n");
    refused(&["evaluate", arg(&lines), "--model", model], b"", &["unlabelled.jsonl: no labelled posting in it"]);
    let (_empty, empty) = file("empty.jsonl", "");
    refused(&["evaluate", arg(&empty), "--model", model], b"", &["empty.jsonl: no labelled posting in it"]);
    refused(&["evaluate", arg(&data("french.txt")), "--model", model], b"", &["french.txt: line 1: broken JSON"]);
}

#[test]
fn broken_csv_is_refused() {
    let model = arg(small_file());
    for (name, content, says) in [
        ("no-text.csv", "id,title,role\nx,y,mixed\n", "no-text.csv: line 1: no column \"text\""),
        ("role.csv", "id,text,role\nx,y,mixed\nx2,y,boss\n", "role.csv: line 3: unknown role \"boss\""),
        ("short.csv", "id,text,role\nx,y,mixed\nx2,y\n", "short.csv: line 3: broken CSV"),
        ("empty.csv", "", "empty.csv: "),
    ] {
        let (_kept, path) = file(name, content);
        refused(&["evaluate", arg(&path), "--model", model], b"", &[says]);
    }
}
