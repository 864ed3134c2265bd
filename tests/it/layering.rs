//! Who may know whom: read from the paths that the files under `src/` mention.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::sources;

/// Modules that know nothing but each other.
const NOUNS: [&str; 5] = ["posting", "role", "span", "probability", "confidence"];

/// The code of a file: no comments, no tests.
fn code(text: &str) -> String {
    let without_tests = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    without_tests.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

/// The code of every file, by its path under `src/`.
pub(crate) fn codes() -> BTreeMap<String, String> {
    sources().into_iter().map(|(name, text)| (name, code(&text))).collect()
}

/// The module at the top that a file belongs to: `tokens` for `tokens/fold.rs`.
fn module(file: &str) -> &str {
    file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
}

/// The identifier at the start of `text`.
fn identifier(text: &str) -> &str {
    let end = text.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(text.len());
    &text[..end]
}

/// The names behind `prefix` in `code`: of `crate::a::b` and of `crate::{a, b::c}`.
fn behind<'c>(code: &'c str, prefix: &str) -> BTreeSet<&'c str> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices(prefix) {
        let continues = code[..at].chars().next_back().is_some_and(|before| before.is_alphanumeric() || "_:".contains(before));
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            _ if continues => {}
            None => drop(found.insert(identifier(rest))),
            Some(list) => {
                let list = &list[..list.find("};").expect("a use list ends")];
                let mut depth = 0;
                for (offset, character) in list.char_indices() {
                    let begins = offset == 0 || list[..offset].trim_end().ends_with(',');
                    if depth == 0 && begins && (character.is_alphabetic() || character == '_') {
                        found.insert(identifier(&list[offset..]));
                    }
                    depth += i32::from(character == '{') - i32::from(character == '}');
                }
            }
        }
    }
    found
}

/// The modules of this crate that a file of it mentions.
fn mentioned<'c>(file: &str, code: &'c str) -> BTreeSet<&'c str> {
    let mut found = behind(code, "crate::");
    found.extend(behind(code, "rolecall::"));
    // As many steps up as lead from the file's module to the crate; `mod.rs` stands one step higher than its neighbours.
    let steps = file.matches('/').count() + usize::from(!file.ends_with("/mod.rs"));
    found.extend(behind(code, &"super::".repeat(steps)));
    // More steps than that lead nowhere, but out of a module inside the file.
    found.remove("super");
    found
}

/// Whether `code` mentions the crate `name`.
fn uses_crate(code: &str, name: &str) -> bool {
    let path = format!("{name}::");
    let alone = |at: usize| !code[..at].ends_with(|before: char| before.is_alphanumeric() || "_:".contains(before));
    code.match_indices(&path).any(|(at, _)| alone(at)) || code.contains(&format!("use {name};"))
}

#[test]
fn the_reader_of_paths_reads_them() {
    let text = "use crate::{a, b::{x, y}, c_d};\nlet e = crate::e::f(crate::g);\n// crate::comment\n#[cfg(test)]\nmod tests { use crate::t; }";
    assert_eq!(behind(&code(text), "crate::"), BTreeSet::from(["a", "b", "c_d", "e", "g"]));
    assert!(uses_crate("use ndarray::s;", "ndarray") && !uses_crate("use linfa_logistic::s;", "logistic"));
    let of = |file: &str| mentioned(file, "use super::a; use super::super::b; use super::super::super::c;");
    assert_eq!(
        [of("x.rs"), of("x/mod.rs"), of("x/y.rs"), of("x/y/z.rs")],
        ["a", "a", "b", "c"].map(|name| BTreeSet::from([name]))
    );
    assert_eq!(behind("use rolecall::cli::{Cli};\nmy_rolecall::x", "rolecall::"), BTreeSet::from(["cli"]));
}

#[test]
fn each_dependency_is_known_in_its_place_alone() {
    let places: [(&str, &[&str]); 18] = [
        ("arrow_ipc", &["arrow/ipc/blocks.rs", "arrow/ipc/frames.rs", "arrow/ipc/read.rs", "arrow/ipc/write.rs", "arrow/mod.rs"]),
        ("base64", &["report/html/page.rs"]),
        ("sha2", &["report/html/page.rs"]),
        ("clap", &["cli.rs", "cli/columns.rs", "cli/review.rs", "cli/shell.rs"]),
        ("clap_complete", &["cli/shell.rs", "cmd/completions.rs"]),
        ("clap_mangen", &["cmd/man.rs"]),
        ("crossterm", &["cmd/terminal.rs"]),
        ("terminal_size", &["cmd/terminal.rs"]),
        ("tokenizers", &["tokens/subwords.rs", "tokens/reference.rs"]),
        ("linfa", &["learn/fit.rs"]),
        ("linfa_logistic", &["learn/fit.rs"]),
        ("argmin", &["learn/sparse.rs"]),
        ("csv", &["formats/csv.rs", "formats/mod.rs"]),
        ("zip", &["formats/document/docx.rs", "formats/package.rs", "formats/package/handle.rs", "formats/package/part.rs"]),
        ("lzma_rust2", &["formats/compression.rs", "formats/xz.rs"]),
        ("whatlang", &["language.rs"]),
        ("pdf_extract", &["formats/document/pdf.rs", "formats/document/layout.rs"]),
        ("rustix", &["formats/document/pdf.rs"]),
    ];
    let codes = codes();
    for (dependency, allowed) in places {
        let users: Vec<&str> =
            codes.iter().filter(|(_, code)| uses_crate(code, dependency)).map(|(file, _)| file.as_str()).collect();
        let strangers: Vec<&&str> = users.iter().filter(|user| !allowed.contains(user)).collect();
        assert!(strangers.is_empty(), "{dependency} is mentioned in {strangers:?}");
        assert!(!users.is_empty(), "nobody mentions {dependency}: is it spelt right here?");
    }
    let arrays = codes.iter().filter(|(_, code)| uses_crate(code, "arrow_array")).map(|(file, _)| module(file));
    assert_eq!(arrays.collect::<BTreeSet<_>>(), BTreeSet::from(["arrow", "label"]));
    let ndarray = codes.iter().filter(|(_, code)| uses_crate(code, "ndarray")).map(|(file, _)| module(file));
    assert_eq!(ndarray.collect::<BTreeSet<_>>(), BTreeSet::from(["learn"]));
}

#[test]
fn learning_is_known_to_reports_and_commands_alone() {
    for (file, code) in codes() {
        if !["learn", "report", "cmd", "main", "lib"].contains(&module(&file)) {
            assert!(!mentioned(&file, &code).contains("learn"), "{file} mentions learn");
        }
    }
}

#[test]
fn classifying_reaches_no_learning_formats_or_reports() {
    let mut reached = BTreeSet::from(["classifier".to_owned()]);
    let codes = codes();
    loop {
        let known = reached.len();
        for (file, code) in &codes {
            if reached.contains(module(file)) {
                reached.extend(mentioned(file, code).into_iter().map(str::to_owned));
            }
        }
        if reached.len() == known {
            break;
        }
    }
    assert!(reached.contains("features") && reached.contains("tokens"), "{reached:?}");
    for far in ["learn", "formats", "report", "metrics", "baseline", "cli", "cmd"] {
        assert!(!reached.contains(far), "classifier reaches {far}");
    }
}

#[test]
fn pages_read_nothing_and_judge_nothing() {
    for (file, code) in codes().iter().filter(|(file, _)| file.starts_with("report/html/")) {
        for far in ["classifier", "formats", "label", "learn", "model", "markup"] {
            assert!(!mentioned(file, code).contains(far), "{file} mentions {far}");
        }
    }
}

#[test]
fn formats_know_no_model() {
    for (file, code) in codes().iter().filter(|(file, _)| module(file) == "formats") {
        let allowed = NOUNS.iter().chain(&["error", "formats"]).copied().collect::<BTreeSet<&str>>();
        let strangers: Vec<&str> = mentioned(file, code).difference(&allowed).copied().collect();
        assert!(strangers.is_empty(), "{file} mentions {strangers:?}");
    }
}

#[test]
fn nouns_know_nothing_of_the_pipeline() {
    for (file, code) in codes() {
        let also: &[&str] = match module(&file) {
            "error" => &["model_file", "tokens"],
            noun if NOUNS.contains(&noun) => &[],
            _ => continue,
        };
        let allowed = NOUNS.iter().chain(also).copied().collect::<BTreeSet<&str>>();
        let strangers: Vec<&str> = mentioned(&file, &code).difference(&allowed).copied().collect();
        assert!(strangers.is_empty(), "{file} mentions {strangers:?}");
    }
}

#[test]
fn no_file_is_too_long() {
    for (file, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 1000, "{file} has {lines} lines");
    }
}
