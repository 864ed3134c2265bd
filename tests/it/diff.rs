//! `rolecall diff`, from labelling to the list of changed rows.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support;

const TEXTS: [&str; 4] = [
    "Sie betreuen unsere Großkunden dauerhaft, führen Jahresgespräche, verhandeln Verträge und bauen die Beziehungen aus.",
    "You lead projects from kick-off to handover, plan milestones and budget, and report to the steering committee.",
    "Sie betreuen Ihre Kunden dauerhaft, verhandeln Verträge und leiten die Projekte Ihrer Kunden: Termine, Budget, Projektteam.",
    "You run the monthly payroll, post invoices and reconcile bank statements for our finance office.",
];
const TITLES: [&str; 4] = ["Key Account Manager", "Project Manager", "Kundenprojektleiterin", "Payroll Accountant"];

/// Runs the program in `folder` and expects that exit code: what it said, and what it complained of.
fn exits(folder: &Path, args: &[&str], code: i32) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    let output = command.args(args).current_dir(folder).stdin(Stdio::null()).output().expect("the program starts");
    let [out, talk] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert_eq!(output.status.code(), Some(code), "{args:?}: {talk}");
    (out, talk)
}

fn json(folder: &Path, args: &[&str]) -> Value {
    let (out, _) = exits(folder, &[&["diff", "--format", "json"], args].concat(), 0);
    serde_json::from_str(&out).expect("JSON")
}

/// A table with those rows: id, and which of the texts.
fn table(rows: &[(&str, usize)]) -> String {
    let row = |(id, which): &(&str, usize)| format!("{id};{};\"{}\"\n", TITLES[*which], TEXTS[*which]);
    "Refnr;Titel;Text\n".to_owned() + &rows.iter().map(row).collect::<String>()
}

/// Two exports, labelled into as many formats.
fn labelled() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let old = [("a", 0), ("b", 1), ("c", 2), ("d", 3), ("d", 0), ("e", 3), ("-9", 1)];
    let new = [("-9", 1), ("d", 3), ("d", 1), ("c", 2), ("b", 0), ("a", 0), ("f", 2)];
    for (name, rows) in [("old", old), ("new", new)] {
        let input = format!("{name}.in.csv");
        fs::write(folder.path().join(&input), table(&rows)).expect("space");
        for ending in ["csv", "csv.gz", "jsonl.zst", "json.xz", "xlsx", "parquet", "arrows"] {
            let output = format!("{name}.{ending}");
            exits(folder.path(), &["label", &input, "-o", &output, "-q"], 0);
        }
    }
    // Once more through JSON, where a table guards ids that look like formulas.
    exits(folder.path(), &["label", "old.in.csv", "-o", "via.jsonl", "-q"], 0);
    let bare: Vec<String> = fs::read_to_string(folder.path().join("via.jsonl"))
        .expect("there")
        .lines()
        .map(|line| {
            let mut object: Value = serde_json::from_str(line).expect("JSON");
            object.as_object_mut().expect("an object").remove("rolecall");
            object.to_string()
        })
        .collect();
    fs::write(folder.path().join("via.in.jsonl"), bare.join("\n")).expect("space");
    exits(folder.path(), &["label", "via.in.jsonl", "-o", "via.tsv", "-q"], 0);
    folder
}

#[test]
fn a_labelling_is_the_same_in_every_format() {
    let folder = labelled();
    for other in ["old.csv", "old.csv.gz", "old.jsonl.zst", "old.json.xz", "old.xlsx", "old.parquet", "old.arrows", "via.tsv"] {
        let drift = json(folder.path(), &["old.csv", other]);
        assert_eq!(drift["matched"], 7, "{other}");
        assert_eq!((&drift["changed"], &drift["retitled"]), (&0.into(), &0.into()), "{other}");
        assert_eq!((&drift["old"]["only"], &drift["new"]["only"]), (&0.into(), &0.into()), "{other}");
        assert_eq!(drift["movers"], Value::Array(Vec::new()), "{other}");
        assert_eq!(drift["old"]["models"], drift["new"]["models"], "{other}");
        let phrases = drift["phrases"].as_array().expect("four roles");
        assert!(phrases.iter().all(|role| role["gained"].as_array().is_some_and(Vec::is_empty)), "{other}: {phrases:?}");
        exits(folder.path(), &["diff", "old.csv", other, "--exit-code", "-q"], 0);
    }
}

#[test]
fn changes_are_listed_and_counted() {
    let folder = labelled();
    let args = ["diff", "old.csv.gz", "new.jsonl.zst", "-o", "changed.csv", "--exit-code"];
    let (text, _) = exits(folder.path(), &args, 1);
    assert!(text.contains("6 rows matched by \"Refnr\"") && text.contains("2 of 6 rows changed role (33.3 %)"), "{text}");
    assert!(!text.contains('\u{1b}'), "no colour where there is no terminal");
    let list = fs::read_to_string(folder.path().join("changed.csv")).expect("written");
    let lines: Vec<&str> = list.lines().collect();
    assert_eq!(lines.len(), 5, "{list}");
    assert!(lines[1].starts_with("role,d,Project Manager,6,3,account-manager,project-manager,0."), "{list}");
    assert!(lines[2].starts_with("role,b,Key Account Manager,3,5,project-manager,account-manager,0."), "{list}");
    assert!(lines[3].starts_with("only-new,f,Kundenprojektleiterin,,7,,mixed,,0."), "{list}");
    assert!(lines[4].starts_with("only-old,e,Payroll Accountant,7,,neither,,0."), "{list}");
    let (printed, _) = exits(folder.path(), &["diff", "old.json.xz", "new.csv", "--format", "csv"], 0);
    let without_rows =
        |list: &str| list.lines().map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect::<Vec<_>>();
    assert_eq!(without_rows(&printed), without_rows(&list));
    let drift = json(folder.path(), &["old.csv", "new.csv"]);
    assert_eq!(drift["transitions"]["account-manager"]["project-manager"], 1);
    assert_eq!(drift["transitions"]["project-manager"]["account-manager"], 1);
    assert_eq!(drift["retitled"], 2);
    assert_eq!(drift["mix"]["size"], "chance");
}

#[test]
fn without_ids_the_place_decides() {
    let folder = labelled();
    // Both lose their ids; in the new one the order is another.
    for name in ["old", "new"] {
        let text = fs::read_to_string(folder.path().join(format!("{name}.csv"))).expect("there").replacen("Refnr", "Spalte", 1);
        fs::write(folder.path().join(format!("{name}.bare.csv")), text).expect("space");
    }
    let (text, _) = exits(folder.path(), &["diff", "old.bare.csv", "new.bare.csv"], 0);
    assert!(text.contains("7 rows matched by their place") && text.contains("in the same order?"), "{text}");
    let drift = json(folder.path(), &["old.bare.csv", "new.bare.csv", "--id-column", "Spalte"]);
    assert_eq!((&drift["matching"]["by"], &drift["matched"]), (&"id".into(), &6.into()));
}

#[test]
fn two_models_on_one_export() {
    let folder = labelled();
    fs::copy(support::small_file(), folder.path().join("other.rolecall")).expect("space");
    for export in ["old.in.csv", "old.csv", "old.jsonl.zst"] {
        let drift = json(folder.path(), &[export, "--model", "other.rolecall", "-q"]);
        assert_eq!((&drift["matching"]["by"], &drift["matched"], &drift["old"]["rows"]), (&"same".into(), &7.into(), &7.into()));
        assert_ne!(drift["old"]["models"], drift["new"]["models"], "{export}");
        let turned =
            json(folder.path(), &[export, "--model", "other.rolecall", "--model", "other.rolecall", "-q", "--threads", "3"]);
        assert_eq!((&turned["changed"], &turned["old"]["models"]), (&0.into(), &drift["new"]["models"]), "{export}");
    }
    // The model inside says what `label` wrote with it.
    let by_label = json(folder.path(), &["old.csv", "old.csv"]);
    let by_model = json(folder.path(), &["old.csv", "--model", "other.rolecall", "-q"]);
    assert_eq!(by_label["old"]["roles"], by_model["old"]["roles"]);
    assert_eq!(by_label["old"]["models"], by_model["old"]["models"]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let folder = labelled();
    for (args, problem) in [
        (&["old.in.csv", "new.csv"][..], "old.in.csv: not labelled: "),
        (&["old.csv", "gone.csv"], "gone.csv: cannot read"),
        (&["old.csv", "new.csv", "--id-column", "nr"], "no column \"nr\""),
        (&["old.csv", "new.csv", "-o", "new.csv"], "over itself"),
        (&["old.csv", "new.csv", "-o", "x.csv.gz"], "name it .csv or .tsv"),
        (&["-", "-"], "cannot be both"),
        (&["old.csv"], "required"),
        (&["old.csv", "new.csv", "--model", "a"], "cannot be used with"),
        (&["old.csv", "--model", "a", "--model", "b", "--model", "c"], "a third model"),
    ] {
        let (_, talk) = exits(folder.path(), &[&["diff"], args].concat(), 2);
        assert!(talk.contains(problem), "{args:?}: {talk}");
    }
    assert!(!folder.path().join("x.csv.gz").exists());
}

#[test]
fn nothing_of_a_stranger_reaches_a_terminal_or_a_spreadsheet() {
    let folder = tempfile::tempdir().expect("a folder");
    let row = |role: &str| {
        serde_json::json!({ "id": "=cmd|' /C calc'!A0", "title": "\u{1b}[31m@x\u{202e}", "rolecall": { "role": role, "model": "\u{1b}]0;x",
            "heads": { "account": 0.5, "project": if role == "mixed" { 0.9 } else { 0.1 } },
            "phrases": [{ "text": "\u{1b}[5mblink", "head": "account", "weight": 1.0 }] } })
        .to_string()
            + "\n"
    };
    fs::write(folder.path().join("a.jsonl"), row("account-manager").repeat(3)).expect("space");
    fs::write(folder.path().join("b.jsonl"), row("mixed").repeat(4)).expect("space");
    let (text, _) = exits(folder.path(), &["diff", "a.jsonl", "b.jsonl"], 0);
    assert!(text.contains("3 of 3 rows changed role") && text.contains("[5mblink (3 → 0)"), "{text}");
    assert!(!text.chars().any(|one| one == '\u{1b}' || one == '\u{202e}'), "{text:?}");
    let (list, _) = exits(folder.path(), &["diff", "a.jsonl", "b.jsonl", "--format", "csv"], 0);
    assert_eq!(list.matches(",'=cmd|").count(), 4, "{list}");
}
