//! The call holds when a posting is written another way, and `rolecall evaluate --robustness` counts where it does not.

use std::sync::OnceLock;

use rolecall::formats::read_records;
use rolecall::robustness::{CHANGES, Change, Kind, Robustness};
use rolecall::{Classifier, Posting};
use serde_json::json;

use crate::support::{arg, data, data_text, json as run_json, lines, models, refused, root, run, small, small_file};

/// Postings of the corpus: every third, so that all files, languages and forms of markup are there.
fn postings() -> Vec<Posting> {
    let mut postings = Vec::new();
    for entry in std::fs::read_dir(root().join("corpus/postings")).expect("the corpus") {
        let file = entry.expect("an entry").path();
        read_records(&file, |record, line| {
            if line % 3 == 0 {
                postings.push(Posting { id: record.id, title: record.title, text: record.text.expect("a text") });
            }
            Ok(())
        })
        .expect("postings");
    }
    postings
}

/// What the built-in model does, counted once a run.
fn counted() -> &'static Robustness {
    static COUNTED: OnceLock<Robustness> = OnceLock::new();
    COUNTED.get_or_init(|| {
        let classifier = Classifier::built_in().expect("a model");
        let mut robustness = Robustness::default();
        for posting in postings() {
            robustness.add(&classifier, &posting);
        }
        robustness
    })
}

#[test]
fn the_same_in_other_bytes_is_called_the_same() {
    for row in counted().rows.iter().filter(|row| row.change.kind == Kind::Form) {
        assert!(row.all.postings > 20, "{}: {} postings", row.change.name, row.all.postings);
        assert_eq!(row.all.flips, 0, "{}: calls of {} postings flipped", row.change.name, row.all.postings);
    }
}

#[test]
fn the_gender_of_nouns_moves_no_call() {
    let robustness = counted();
    for row in robustness.rows.iter().filter(|row| row.change.name.starts_with("nouns: Projektleiter")) {
        assert!(row.all.postings > 20, "{}: {} postings", row.change.name, row.all.postings);
        assert_eq!(row.all.flips, 0, "{}: calls of {} postings flipped", row.change.name, row.all.postings);
    }
    assert!(robustness.titles.titles > 20 && robustness.titles.moved.is_empty(), "{:?}", robustness.titles);
}

/// A table of zeros alone could be one that changes nothing.
#[test]
fn a_title_that_is_gone_moves_calls() {
    let removed = counted().rows.iter().find(|row| row.change.kind == Kind::Title).expect("a row");
    assert!(removed.all.flips > 0 && removed.all.mean_shift().is_some_and(|shift| shift.account > 0.01), "{:?}", removed.all);
    assert_eq!(removed.languages.values().map(|counts| counts.flips).sum::<usize>(), removed.all.flips);
}

/// The changes of form that touch nothing but characters leave every probability where it was, in any model.
#[test]
fn other_characters_for_the_same_words_move_nothing() {
    const SAME_WORDS: [&str; 5] = [
        "CRLF for LF",
        "newline at the end",
        "soft hyphens in long words",
        "umlauts decomposed (NFD)",
        "umlauts as ae, oe, ue, ss",
    ];
    let changes: Vec<&Change> = CHANGES.iter().filter(|change| SAME_WORDS.contains(&change.name)).collect();
    assert_eq!(changes.len(), SAME_WORDS.len());
    for classifier in models() {
        for posting in postings().iter().step_by(4) {
            let before = classifier.verdict(posting, 0);
            for change in &changes {
                let Some(rewritten) = change.apply(posting, before.language) else { continue };
                let after = classifier.verdict(&rewritten, 0);
                assert_eq!(after.language, before.language, "{}: {}", posting.id, change.name);
                let moved =
                    (after.heads.account - before.heads.account).abs() + (after.heads.project - before.heads.project).abs();
                assert!(moved < 1e-6, "{}: {} moves {moved}", posting.id, change.name);
            }
        }
    }
}

#[test]
fn figures_are_those_worked_out_by_hand() {
    let report =
        run_json(&["evaluate", arg(&data("tiny.csv")), "--robustness", "--model", arg(small_file()), "--format", "json"], b"");
    let text = data_text("tiny.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let (mut postings, mut flips, mut shift) = (0.0, 0, 0.0);
    for row in rows.records().map(|row| row.expect("a row")) {
        let [before, after] = [&row[1], ""].map(|title| small().verdict(&Posting::new(title, &row[2]), 0));
        if !row[1].is_empty() {
            postings += 1.0;
            flips += usize::from(before.role != after.role);
            shift += (before.heads.account - after.heads.account).abs();
        }
    }
    let removed = report["changes"].as_array().expect("rows").last().expect("a row");
    assert_eq!((&removed["change"], &removed["kind"]), (&json!("title removed"), &json!("title")));
    assert_eq!(removed["all"]["flips"], flips);
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    assert!((number(&removed["all"]["flip_rate"]) - flips as f64 / postings).abs() < 1e-12, "{removed}");
    assert!((number(&removed["all"]["mean_shift"]["account"]) - shift / postings).abs() < 1e-9, "{removed}");
    assert_eq!(report["changes"].as_array().expect("rows").len(), CHANGES.len());
}

#[test]
fn postings_need_no_label() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, labels) = (folder.path().join("open.jsonl"), folder.path().join("labels.jsonl"));
    let record = |id: &str| json!({ "id": id, "title": "Projektleiterin (m/w/d)", "text": "Sie leiten Projekte.\nSie planen Termine und Budgets." });
    std::fs::write(&file, lines(&[record("a"), record("b"), record("c")])).expect("written");
    std::fs::write(&labels, lines(&[json!({ "id": "b", "role": "project-manager" })])).expect("written");
    let table = |more: &[&str]| {
        let output = run(&[&["evaluate", arg(&file), "--robustness", "--model", arg(small_file())], more].concat(), b"");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let all = table(&[]);
    assert!(all.contains(" on 3 postings") && all.contains("Gender forms of titles alone: 3 titles in 18 forms"), "{all}");
    for change in CHANGES {
        assert!(all.contains(change.name), "{all}");
    }
    assert!(table(&["--labels", arg(&labels)]).contains(" on 1 postings"));
    std::fs::write(&labels, lines(&[json!({ "id": "z", "role": "mixed" })])).expect("written");
    refused(&["evaluate", arg(&file), "--robustness", "--labels", arg(&labels)], b"", &["open.jsonl", "--labels"]);
}
