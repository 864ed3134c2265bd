//! The same input gives the same bytes, and a verdict does not depend on what was judged before it.

use std::collections::BTreeMap;

use rolecall::model_file;
use serde_json::{Value, json};

use crate::layering::codes;
use crate::support::{self, Random, arg, lines, program, run, say, small, small_corpus, small_file, train};

/// The labels of rows by their ids, made with so many threads.
fn labels(rows: &[Value], threads: &str) -> BTreeMap<String, Value> {
    let output = run(&["label", "-", "-q", "--threads", threads, "--model", arg(small_file())], lines(rows).as_bytes());
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let label = |line: &str| {
        let mut row: Value = serde_json::from_str(line).expect("JSON");
        (row["id"].as_str().expect("an id").to_owned(), row["rolecall"].take())
    };
    text.lines().map(label).collect()
}

#[test]
fn labels_depend_on_neither_threads_nor_the_order_of_rows() {
    let row = |at: usize| {
        let posting = &support::postings()[at % support::postings().len()];
        json!({ "id": at.to_string(), "title": posting.title, "text": posting.text.repeat(1 + at % 7) })
    };
    let mut rows: Vec<Value> = (0..500).map(row).collect();
    let first = labels(&rows, "1");
    assert_eq!(first.len(), rows.len());
    let mut random = Random::new(1);
    for threads in ["2", "3", "8"] {
        for at in (1..rows.len()).rev() {
            rows.swap(at, random.below(at + 1));
        }
        assert!(labels(&rows, threads) == first, "{threads} threads");
    }
}

#[test]
fn training_twice_gives_the_same_bytes() {
    let (left, right) = (small_corpus(10), small_corpus(10));
    let bytes = [&left, &right].map(|folder| model_file::to_bytes(&train(folder.path())));
    assert!(bytes[0] == bytes[1], "two models of one corpus differ");
    let other = small_corpus(9);
    assert!(model_file::to_bytes(&train(other.path())) != bytes[0], "another corpus gives the same model");
}

#[test]
fn the_program_trains_twice_to_the_same_bytes() {
    let corpus = small_corpus(8);
    let train = |name: &str| {
        let (model, report) = (corpus.path().join(name), corpus.path().join(format!("{name}.txt")));
        let output = run(&["train", "--quiet", "--corpus", arg(corpus.path()), "-o", arg(&model), "--report", arg(&report)], b"");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "--quiet says something");
        (std::fs::read(model).expect("a model"), std::fs::read_to_string(report).expect("a report"))
    };
    let (first, second) = (train("first.rolecall"), train("second.rolecall"));
    assert!(first == second, "two runs differ");
    assert!(first.1.contains("macro-F1"), "{}", first.1);
}

/// On one core and on all of them, in whatever order threads get there.
#[test]
fn any_number_of_threads_trains_to_the_same_bytes() {
    let corpus = small_corpus(8);
    let alone = std::process::Command::new("taskset").args(["-c", "0", "true"]).output();
    if !alone.is_ok_and(|output| output.status.success()) {
        say("skipped: no taskset that may choose cores");
        return;
    }
    let train = |before: &[&str], name: &str| {
        let model = corpus.path().join(name);
        let program = program().get_program().to_owned();
        let mut command = match before {
            [] => std::process::Command::new(program),
            [first, rest @ ..] => {
                let mut command = std::process::Command::new(first);
                command.args(rest).arg(program);
                command
            }
        };
        let args = ["train", "--quiet", "--corpus", arg(corpus.path()), "-o", arg(&model)];
        let output = command.args(args).output().expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        std::fs::read(model).expect("a model")
    };
    let one = train(&["taskset", "-c", "0"], "one.rolecall");
    assert!(one == train(&[], "all.rolecall"), "one core trains another model than all");
}

#[test]
fn progress_goes_to_standard_error() {
    let corpus = small_corpus(8);
    let model = corpus.path().join("model.rolecall");
    let output = run(&["train", "--corpus", arg(corpus.path()), "-o", arg(&model)], b"");
    assert!(output.status.success() && output.stdout.is_empty());
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("fold 1 of 5") && told.contains("wrote "), "{told}");
}

#[test]
fn verdicts_do_not_depend_on_order() {
    let postings = support::postings();
    let forwards: Vec<_> = postings.iter().map(|posting| small().verdict(posting, 9)).collect();
    let mut backwards: Vec<_> = postings.iter().rev().map(|posting| small().verdict(posting, 9)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
    let again = rolecall::Classifier::from_bytes(&model_file::to_bytes(small().model())).expect("a model");
    assert_eq!(postings.iter().map(|posting| again.verdict(posting, 9)).collect::<Vec<_>>(), forwards);
}

/// Functions of the standard library that ask the platform's mathematical library, or may be rounded otherwise elsewhere.
const OF_THE_PLATFORM: [&str; 22] = [
    "exp", "exp2", "exp_m1", "ln", "ln_1p", "log", "log2", "log10", "powf", "powi", "sin", "cos", "tan", "asin", "acos", "atan",
    "atan2", "sinh", "cosh", "tanh", "cbrt", "hypot",
];

/// What has the same bits everywhere: additions, multiplications, divisions and square roots by IEEE 754, the rest by the `libm` crate, in one
/// order.
#[test]
fn no_platform_has_a_say_in_numbers() {
    let calls = |code: &str, function: &str| code.contains(&format!(".{function}(")) || code.contains(&format!("::{function})"));
    assert!(calls("let a = b.exp();", "exp") && calls("map(f64::ln)", "ln") && !calls("libm::exp(b)", "exp"));
    for (file, code) in codes() {
        let called: Vec<&str> = OF_THE_PLATFORM.into_iter().filter(|function| calls(&code, function)).collect();
        assert!(called.is_empty(), "{file} calls {called:?} of the standard library; libm has the same everywhere");
    }
}
