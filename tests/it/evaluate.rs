//! The figures of `rolecall evaluate` are those worked out by hand from the calls.

use rolecall::{Documents, Explain, Posting, Role};
use serde_json::{Value, json};

use crate::support::{arg, data, data_text, json as run_json, lines, run, small, small_file};

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
