//! Nothing leaves the machine, nothing is written but what was named, and the released model holds nothing that tells one employer from others.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use rolecall::learn::corpus::{Corpus, Sources};
use rolecall::learn::groups::employer_key;
use rolecall::vocabulary::{Gram, LONGEST_GRAM};
use rolecall::{Classifier, Documents, Field};
use tempfile::TempDir;

use crate::label::big;
use crate::support::{arg, data, program, root, say, small_corpus, small_file};
use crate::workbooks::plain_workbook;

/// What a model holds was seen with at least so many employers.
const FEWEST: usize = 5;

/// Every n-gram and word of the released model, recounted over the postings that it was trained on.
#[test]
fn the_released_model_holds_nothing_of_fewer_than_five_employers() {
    let folder = root().join("../shared/data");
    let (postings, labels) = (folder.join("postings.jsonl.xz"), folder.join("labels.jsonl"));
    if !postings.exists() || !labels.exists() {
        say("skipped: ../shared/data is not there");
        return;
    }
    let classifier = Classifier::built_in().expect("the released model");
    let vocabulary = &classifier.model().vocabulary;
    let sources = Sources { corpus: Some(root().join("corpus")), postings: vec![postings], labels: vec![labels] };
    let corpus = Corpus::load(&sources).expect("the corpus");
    let mut employers: HashMap<String, u32> = HashMap::new();
    let mut seen: HashMap<(Option<usize>, Gram), HashSet<u32>> = HashMap::new();
    for example in &corpus.examples {
        let next = u32::try_from(employers.len()).expect("few");
        // Postings of unknown employers count as one employer's.
        let employer = *employers.entry(employer_key(&example.company)).or_insert(next);
        let documents = Documents::read(&example.posting);
        for field in Field::ALL {
            let document = documents.field(field);
            for sentence in &document.sentences {
                let words: Vec<Option<u32>> =
                    (sentence.first..sentence.end).map(|at| vocabulary.word(document.words.form(at))).collect();
                for first in 0..words.len() {
                    for length in 1..=LONGEST_GRAM.min(words.len() - first) {
                        let Some(gram) = words[first..first + length].iter().copied().collect::<Option<Vec<u32>>>() else {
                            break;
                        };
                        let gram = Gram::new(&gram);
                        if length == 1 {
                            seen.entry((None, gram)).or_default().insert(employer);
                        }
                        if vocabulary.gram(field, gram).is_some() {
                            seen.entry((Some(field.index()), gram)).or_default().insert(employer);
                        }
                    }
                }
            }
        }
    }
    let tables = vocabulary.tables();
    let count = |key: &(Option<usize>, Gram)| seen.get(key).map_or(0, HashSet::len);
    let words = (0..tables.words.len()).map(|at| (None, Gram::new(&[u32::try_from(at).expect("few")])));
    let grams = tables.grams.iter().enumerate().flat_map(|(field, grams)| grams.iter().map(move |&gram| (Some(field), gram)));
    let all: Vec<(Option<usize>, Gram)> = words.chain(grams).collect();
    // What is too rare is counted, not shown.
    let rare = all.iter().filter(|key| count(key) < FEWEST).count();
    let fewest = all.iter().map(count).min();
    say(&format!(
        "{} words and n-grams of {} employers, the rarest with {fewest:?}; too rare: {rare}",
        all.len(),
        employers.len()
    ));
    assert!(all.len() > 10_000, "a vocabulary");
    assert_eq!(rare, 0, "words and n-grams of fewer than {FEWEST} employers");
}

/// What runs in a folder of its own, and what it may leave there.
struct Errand {
    args: Vec<String>,
    writes: &'static [&'static str],
}

fn errands(corpus: &Path) -> Vec<Errand> {
    let model = arg(small_file());
    let errand = |args: &str, writes| Errand { args: args.split(' ').map(str::to_owned).collect(), writes };
    let with_model = |args: &str, writes| errand(&format!("{args} --model {model}"), writes);
    let posting = data("key-account.de.html");
    let pdf = data("documents/reportlab.pdf");
    vec![
        with_model(&format!("classify {}", arg(&posting)), &[]),
        with_model(&format!("classify {} --format json", arg(&pdf)), &[]),
        with_model("label in.csv -o out.csv", &["out.csv"]),
        with_model("label in.csv -o out.jsonl.gz", &["out.jsonl.gz"]),
        with_model("label in.xlsx -o out.xlsx", &["out.xlsx"]),
        with_model("label in.csv -o out.parquet", &["out.parquet"]),
        with_model("label in.csv", &[]),
        with_model("evaluate tiny.csv", &[]),
        with_model("diff in.csv --output changed.csv", &["changed.csv"]),
        errand("model", &[]),
        errand(&format!("corpus {}", arg(corpus)), &[]),
        errand(&format!("train --corpus {} -o own.rolecall --report own.txt", arg(corpus)), &["own.rolecall", "own.txt"]),
    ]
}

/// A home, a place for temporary files and a folder to work in, all empty but for the exports.
fn places() -> [TempDir; 3] {
    let places = [(); 3].map(|()| tempfile::tempdir().expect("a folder"));
    fs::write(places[2].path().join("in.csv"), big(300)).expect("space");
    fs::write(places[2].path().join("in.xlsx"), plain_workbook(300)).expect("space");
    fs::copy(data("tiny.csv"), places[2].path().join("tiny.csv")).expect("space");
    places
}

fn listing(folder: &Path) -> BTreeSet<String> {
    let name = |entry: std::io::Result<fs::DirEntry>| entry.expect("an entry").file_name().to_string_lossy().into_owned();
    fs::read_dir(folder).expect("a folder").map(name).collect()
}

/// The program in these places, by way of `before`.
fn command(before: &[&str], errand: &Errand, [home, temporary, work]: &[TempDir; 3]) -> Command {
    let own = program().get_program().to_owned();
    let mut command = match before {
        [] => Command::new(own),
        [first, rest @ ..] => {
            let mut command = Command::new(first);
            command.args(rest).arg(own);
            command
        }
    };
    command.args(&errand.args).current_dir(work.path()).env_clear();
    command.env("HOME", home.path()).env("XDG_CACHE_HOME", home.path()).env("TMPDIR", temporary.path());
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command
}

#[test]
fn nothing_is_written_but_what_is_named() {
    let corpus = small_corpus(4);
    for errand in errands(corpus.path()) {
        let places = places();
        let before: Vec<BTreeSet<String>> = places.iter().map(|place| listing(place.path())).collect();
        let output = command(&[], &errand, &places).output().expect("it runs");
        assert!(output.status.success(), "{:?}: {}", errand.args, String::from_utf8_lossy(&output.stderr));
        let new: Vec<BTreeSet<String>> = places
            .iter()
            .zip(&before)
            .map(|(place, before)| listing(place.path()).difference(before).cloned().collect())
            .collect();
        let named = errand.writes.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(new, [BTreeSet::new(), BTreeSet::new(), named], "{:?}", errand.args);
    }
}

/// Calls that reach other machines and programs,
#[cfg(target_os = "linux")]
const TALKING: [&str; 6] = ["socket", "connect", "bind", "listen", "sendto", "sendmmsg"];
/// and those that change files other than by opening them.
#[cfg(target_os = "linux")]
const CHANGING: [&str; 9] = ["creat", "rename", "unlink", "mkdir", "rmdir", "link", "symlink", "truncate", "mknod"];

/// What the program asks of the system: files that it opens for writing are in its folder, it talks to nobody, and starts nothing but itself.
#[cfg(target_os = "linux")]
#[test]
fn the_system_is_asked_for_nothing_else() {
    let has_strace = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).output();
    if !has_strace.is_ok_and(|output| output.status.success()) {
        say("skipped: no strace that may trace");
        return;
    }
    let corpus = small_corpus(4);
    for errand in errands(corpus.path()) {
        let places = places();
        let log = tempfile::NamedTempFile::new().expect("a file");
        let before = ["strace", "-f", "-qq", "-y", "-e", "trace=%network,%file", "-o", arg(log.path())];
        let output = command(&before, &errand, &places).output().expect("it runs");
        assert!(output.status.success(), "{:?}: {}", errand.args, String::from_utf8_lossy(&output.stderr));
        let log = fs::read_to_string(log.path()).expect("a log");
        assert!(log.contains("openat("), "strace sees nothing");
        let own = program().get_program().to_string_lossy().into_owned();
        for line in log.lines().filter(|line| !line.contains("ENOENT")) {
            let call = line.split_once(' ').map_or(line, |(_, call)| call.trim_start());
            let name = call.split('(').next().unwrap_or_default();
            // The standard library makes pairs of sockets to hear from what it starts; those lead to nobody else.
            assert!(!TALKING.contains(&name), "{:?}: {line}", errand.args);
            assert!(name != "execve" || call.contains(&own), "{:?}: {line}", errand.args);
            let opens = ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| call.contains(flag));
            let changes = opens || CHANGING.iter().any(|begin| name.starts_with(begin));
            let is_ours = places[1..].iter().any(|place| call.contains(arg(place.path()))) || call.contains("/dev/null");
            let is_named = errand.writes.iter().any(|name| call.contains(name)) || call.contains("\"./.tmp");
            assert!(!changes || is_ours || is_named, "{:?}: {line}", errand.args);
        }
    }
}
