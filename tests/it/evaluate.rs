//! The figures of `rolecall evaluate` are those worked out by hand from the calls.

use std::fs;

use rolecall::{Documents, Explain, Posting, Role};
use serde_json::{Value, json};

use crate::support::{arg, data, data_text, json as run_json, lines, root, run, small, small_file};

/// A labelled posting and how the small model calls it.
struct Call {
    truth: Role,
    called: Role,
    probability: f64,
}

/// The rows of the tiny file: id, title, text, role.
fn rows() -> Vec<[String; 4]> {
    let text = data_text("tiny.csv");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    rows.records().map(|row| std::array::from_fn(|at| row.as_ref().expect("a row")[at].to_owned())).collect()
}

fn calls() -> Vec<Call> {
    let call = |[_, title, text, role]: [String; 4]| {
        let posting = Posting::new(title, text);
        let verdict = small().explain(&posting, &Documents::read(&posting), Explain::Key(0)).verdict;
        Call { truth: role.parse().expect("a role"), called: verdict.role, probability: verdict.probability }
    };
    rows().into_iter().map(call).collect()
}

fn close(value: &Value, expected: f64, what: &str) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() < 1e-12, "{what}: {value}, not {expected}");
}

/// Precision, recall and F1 of `role`, straight from their definitions.
fn figures(calls: &[Call], role: Role) -> [Option<f64>; 3] {
    let count =
        |keep: &dyn Fn(&Call) -> bool| f64::from(u32::try_from(calls.iter().filter(|call| keep(call)).count()).expect("few"));
    let hits = count(&|call| call.truth == role && call.called == role);
    let (are, called) = (count(&|call| call.truth == role), count(&|call| call.called == role));
    let share = |of: f64| (of > 0.0).then(|| hits / of);
    [share(called), share(are), (are + called > 0.0).then(|| 2.0 * hits / (are + called))]
}

fn check(all: &Value, calls: &[Call]) {
    let mut confusion = [[0; 4]; 4];
    for call in calls {
        confusion[call.truth.index()][call.called.index()] += 1;
    }
    assert_eq!(all["postings"], calls.len());
    assert_eq!(all["confusion"], json!(confusion));
    let mut f1s = Vec::new();
    for role in Role::ALL {
        let [precision, recall, f1] = figures(calls, role);
        let found = &all["roles"][role.name()];
        for (name, by_hand) in [("precision", precision), ("recall", recall), ("f1", f1)] {
            let value = &found[name]["value"];
            assert_eq!(value.is_null(), by_hand.is_none(), "{name} of {role}");
            if let Some(by_hand) = by_hand {
                close(value, by_hand, name);
            }
        }
        f1s.extend(f1);
    }
    close(&all["macro_f1"]["value"], f1s.iter().sum::<f64>() / f1s.len() as f64, "macro-F1");
    let right = calls.iter().filter(|call| call.truth == call.called).count();
    close(&all["accuracy"]["value"], right as f64 / calls.len() as f64, "accuracy");
    // Fewer calls than bins: every call is a bin of its own.
    let distance = |call: &Call| (call.probability - f64::from(u8::from(call.truth == call.called))).abs();
    close(&all["calibration_error"]["value"], calls.iter().map(distance).sum::<f64>() / calls.len() as f64, "calibration error");
    for figure in ["macro_f1", "accuracy", "calibration_error"] {
        let bound = |key: &str| all[figure][key].as_f64().expect("a number");
        assert!(bound("low") <= bound("value") && bound("value") <= bound("high"), "{figure}: {}", all[figure]);
        assert!(bound("low") < bound("high"), "{figure}: an interval of eight postings has a width");
    }
    check_coverage(all, calls);
}

/// The surest half, by hand.
fn check_coverage(all: &Value, calls: &[Call]) {
    let mut order: Vec<&Call> = calls.iter().collect();
    order.sort_by(|left, right| right.probability.total_cmp(&left.probability));
    let point = all["coverage"].as_array().expect("a curve").iter().find(|point| point["coverage"] == 0.5).expect("a half");
    let surest = &order[..calls.len() / 2];
    close(&point["threshold"], surest[surest.len() - 1].probability, "threshold");
    let right = surest.iter().filter(|call| call.truth == call.called).count();
    close(&point["accuracy"]["value"], right as f64 / surest.len() as f64, "accuracy of the surest half");
}

#[test]
fn figures_of_a_csv_file_are_those_worked_out_by_hand() {
    let calls = calls();
    assert!(calls.iter().any(|call| call.truth == call.called) && calls.iter().any(|call| call.truth != call.called));
    let figures = run_json(&["evaluate", arg(&data("tiny.csv")), "--model", arg(small_file()), "--format", "json"], b"");
    check(&figures["all"], &calls);
    assert!(figures["method"].as_str().is_some_and(|method| method.contains(small().fingerprint().as_str())));
    // By the titles: account, project, neither (the German compound has both), neither, neither, account, project, account.
    let baselines = &figures["baselines_macro_f1"];
    assert!(baselines["title keywords"].as_f64().is_some() && baselines["title hidden"].is_null());
    // The commonest role is one of four that occur twice each: F1 is 2·2 / (2 + 8) for it and 0 for the others.
    close(&baselines["majority"], 0.4 / 4.0, "majority");
}

#[test]
fn json_lines_give_the_same_figures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("tiny.jsonl");
    let record = |[id, title, text, role]: [String; 4]| json!({ "id": id, "title": title, "text": text, "role": role });
    std::fs::write(&file, lines(&rows().into_iter().map(record).collect::<Vec<_>>())).expect("written");
    let figures = |path: &str| run_json(&["evaluate", path, "--model", arg(small_file()), "--format", "json"], b"");
    assert_eq!(figures(arg(&file)), figures(arg(&data("tiny.csv"))));
}

#[test]
fn the_table_says_the_same_as_the_json() {
    let output = run(&["evaluate", arg(&data("tiny.csv")), "--model", arg(small_file())], b"");
    let table = String::from_utf8(output.stdout).expect("UTF-8");
    assert_eq!(output.status.code(), Some(0));
    let calls = calls();
    let right = calls.iter().filter(|call| call.truth == call.called).count();
    let row = table.lines().find(|line| line.starts_with("all ") && line.contains("rolecall ")).expect("a row");
    assert!(row.contains(&format!(" {:.1} [", 100.0 * right as f64 / calls.len() as f64)), "{row}");
    for system in ["rolecall, title hidden", "title keywords", "majority"] {
        assert!(table.contains(system), "{table}");
    }
}

/// A corpus of a few written postings, and the others as if they were somebody's labelled ones; few folds and pieces, to be quick.
fn little_corpus() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (from, to) = (root().join("corpus"), folder.path().join("corpus"));
    for name in ["roles", "postings"] {
        fs::create_dir_all(to.join(name)).expect("space");
    }
    for role in fs::read_dir(from.join("roles")).expect("the corpus").map(|entry| entry.expect("there").path()) {
        fs::copy(&role, to.join("roles").join(role.file_name().expect("a name"))).expect("space");
    }
    fs::copy(from.join("postings/en.contrast.jsonl"), to.join("postings/en.contrast.jsonl")).expect("space");
    let of = |kind: &str| fs::read_to_string(from.join(format!("postings/en.{kind}.jsonl"))).expect("the corpus");
    fs::write(folder.path().join("mine.jsonl"), ["account-manager", "project-manager", "mixed", "neither"].map(of).concat())
        .expect("space");
    fs::write(folder.path().join("quick.json"), r#"{"folds": 3, "sentence_folds": 2, "subwords": 500}"#).expect("space");
    folder
}

#[test]
fn a_learning_curve_ends_where_the_cross_validation_is() {
    let folder = little_corpus();
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let [mine, corpus, quick, svg, html, text] =
        ["mine.jsonl", "corpus", "quick.json", "out.svg", "out.html", "out.txt"].map(path);
    let way = ["evaluate", &mine, "--cross-validate", "--corpus", &corpus, "--settings", &quick, "--learning-curve"];
    let written = ["--report", &svg, "--report", &html, "--report", &text, "--format", "json"];
    let figures = run_json(&[&way[..], &written].concat(), b"");
    let curve = figures["learning_curve"].as_array().expect("a curve");
    assert_eq!(curve.iter().map(|point| point["share"].as_f64()).collect::<Vec<_>>(), [0.1, 0.2, 0.4, 0.7, 1.0].map(Some));
    let postings: Vec<f64> = curve.iter().map(|point| point["postings"].as_f64().expect("a number")).collect();
    assert!(postings.is_sorted() && postings[0] > 5.0, "{postings:?}");
    // Two of three folds: what was written for the corpus does not count.
    let labelled = figures["all"]["postings"].as_f64().expect("a number");
    assert!((postings[4] - labelled * 2.0 / 3.0).abs() < 1.0, "{postings:?} of {labelled}");
    assert_eq!(curve[4]["macro_f1"], figures["all"]["macro_f1"]);
    assert_eq!(curve[4]["mixed_f1"], figures["all"]["roles"]["mixed"]["f1"]);
    for point in curve {
        for figure in ["macro_f1", "mixed_f1", "log_loss"] {
            let bound = |key: &str| point[figure][key].as_f64().expect("a number");
            assert!(0.0 <= bound("low") && bound("low") <= bound("value") && bound("value") <= bound("high"), "{point}");
        }
    }
    let macro_f1 = |at: usize| curve[at]["macro_f1"]["value"].as_f64().expect("a number");
    assert!((macro_f1(0) - macro_f1(4)).abs() > 1e-9, "a tenth of the postings makes other models");
    let read = |file: &str| fs::read_to_string(file).expect("written");
    let text = read(&text);
    let table = text.split("Learning curve").nth(1).expect("a table");
    let line = table.lines().find(|line| line.trim_start().starts_with("100 %")).expect("the last point");
    assert!(
        line.contains(&format!(" {:.0} ", postings[4])) && line.contains(&format!(" {:.1} [", 100.0 * macro_f1(4))),
        "{line}"
    );
    assert!(read(&svg).contains(">Learning curve</text>") && read(&html).contains(&read(&svg)));
    let refused = run(&["evaluate", &mine, "--learning-curve"], b"");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--cross-validate"));
}
