//! What the tests share: a small model trained on the way, arbitrary postings, the fixtures, and the program itself.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rolecall::calibration::{Platt, Scaling};
use rolecall::learn::calibrate;
use rolecall::learn::corpus::{Corpus, Sources};
use rolecall::learn::cross_fit::cross_fit;
use rolecall::learn::split::TrainPart;
use rolecall::learn::trainer::{self, Prepared};
use rolecall::{Classifier, Model, PerHead, Posting, Settings, model_file};
use serde_json::Value;
use tempfile::TempDir;

/// The folder of the crate.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A file of `tests/data`.
pub(crate) fn data(name: &str) -> PathBuf {
    root().join("tests/data").join(name)
}

/// A file of `tests/data`, as text.
pub(crate) fn data_text(name: &str) -> String {
    std::fs::read_to_string(data(name)).expect("a fixture")
}

/// The fixtures that are postings in German or English, in HTML, Markdown and plain text.
pub(crate) const POSTINGS: [&str; 4] = ["key-account.de.html", "project-manager.en.md", "kundenprojekt.de.txt", "payroll.en.txt"];

/// The fixtures as postings, first line apart, and one that is a title alone and one that is a text alone.
pub(crate) fn postings() -> Vec<Posting> {
    let split = |name: &str| {
        let whole = data_text(name);
        let (title, text) = whole.split_once('\n').expect("a title line");
        Posting::new(title, text)
    };
    let mut postings: Vec<Posting> = POSTINGS.iter().map(|name| split(name)).collect();
    postings.push(Posting::new("Senior Key Account Manager (m/w/d)", ""));
    postings.push(Posting::new("", data_text(POSTINGS[1])));
    postings.push(split("french.txt"));
    postings.push(Posting::new("", "kurz"));
    postings.push(Posting::default());
    postings
}

/// How the property tests run: the same cases every time, unless `PROPTEST_RNG_SEED` asks for others.
pub(crate) fn cases(count: u32) -> ProptestConfig {
    let given = std::env::var_os("PROPTEST_RNG_SEED").is_some();
    let default = ProptestConfig::default();
    let rng_seed = if given { default.rng_seed } else { RngSeed::Fixed(2021) };
    ProptestConfig { cases: count, rng_seed, failure_persistence: None, ..default }
}

const WORDS: [&str; 40] = [
    "Key Account Manager",
    "Projektleiter:in",
    "Kund*innen",
    "Kundinnen",
    "Großkunden",
    "Mu\u{308}ller",
    "Stra\u{ad}ße",
    "betreuen",
    "Projekte",
    "Termine, Budget",
    "Sie",
    "you",
    "manage client relationships",
    "project plan",
    "steering committee",
    "Verträge verhandeln",
    "und",
    "the",
    "ÜBER UNS",
    "Ihre Aufgaben",
    "Your responsibilities:",
    "Wir bieten",
    "z.B.",
    "ca. 30",
    "R&D",
    "AT&T",
    "M&uuml;ller",
    "K&#252;hn",
    "&amp;",
    "&nbsp;",
    "&fjlig;ord",
    "https://example.org/a?b=c",
    "www.example.org",
    "😀",
    "e\u{301}lan",
    "日本語",
    "İstanbul",
    "ΟΔΟΣ",
    "ﬁnanz",
    "\u{feff}x\u{200b}y",
];
const MARKS: [&str; 26] = [
    " ",
    " ",
    " ",
    " ",
    "\n",
    "\r\n",
    "\n\n",
    ". ",
    ": ",
    "; ",
    ", ",
    "\n• ",
    "\n- ",
    "\n## ",
    "**",
    "<p>",
    "</p>",
    "<li>",
    "<b>",
    "</b>",
    "<br/>",
    "<!-- x -->",
    "<h3 class=\"a>b\">",
    "<script>var a = '<p>';</script>",
    " < ",
    "\t",
];
const ESCAPED: [&str; 5] = ["&lt;p&gt;", "&lt;/p&gt;", "&lt;br&gt;", "&amp;amp;", "&lt;li&gt;M&amp;uuml;ller"];

/// A stretch of a posting.
fn stretch(escaped: bool) -> impl Strategy<Value = String> {
    let pick = |list: &'static [&'static str]| prop::sample::select(list).prop_map(str::to_owned);
    let rare = if escaped { pick(&ESCAPED).boxed() } else { pick(&WORDS).boxed() };
    prop_oneof![6 => pick(&WORDS), 6 => pick(&MARKS), 1 => rare, 1 => "[\\PC&&\\p{age:9.0}]{0,6}"]
}

/// Text as a posting may hold it: words, markup, entities, marks and whatever else Unicode 9 has, which is what the `tokenizers` crate knows for sure.
pub(crate) fn text(most: usize) -> impl Strategy<Value = String> {
    let joined = |escaped| prop::collection::vec(stretch(escaped), 0..most).prop_map(|all| all.concat());
    prop_oneof![4 => joined(false), 1 => joined(true)]
}

/// A posting with any title and any text.
pub(crate) fn posting() -> impl Strategy<Value = Posting> {
    prop_oneof![5 => (text(8), text(60)), 1 => ("\\PC*", "\\PC*")].prop_map(|(title, text)| Posting::new(title, text))
}

/// A corpus folder in a temporary place: the role descriptions, and `each` own posting of each file.
pub(crate) fn small_corpus(each: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let from = root().join("corpus");
    copy(&from.join("roles"), &folder.path().join("roles"), "txt", usize::MAX);
    copy(&from.join("postings"), &folder.path().join("postings"), "jsonl", each);
    folder
}

/// Copies the files of that ending, the first `lines` lines of each.
fn copy(from: &Path, to: &Path, ending: &str, lines: usize) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("the corpus") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|found| found == ending) {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            let kept: String = text.split_inclusive('\n').take(lines).collect();
            std::fs::write(to.join(path.file_name().expect("a name")), kept).expect("written");
        }
    }
}

/// Trains as `rolecall train` does, on the small corpus in `folder`.
pub(crate) fn train(folder: &Path) -> Model {
    let corpus = Corpus::load(&Sources { corpus: Some(folder.to_owned()), ..Sources::default() }).expect("a corpus");
    let settings = Settings { folds: 3, ..Settings::default() };
    let prepared = Prepared::new(&corpus).expect("both kinds of work");
    let all = TrainPart::all(corpus.examples.len());
    let scores = cross_fit(&prepared, &prepared.folds(&all, &settings), &settings, &|_| ()).expect("fits");
    let mut model = trainer::fit(&prepared, &all, &settings).expect("fits");
    (model.card.calibration, model.card.decision) = calibrate::calibrate(&prepared, &scores).expect("calibrates");
    model
}

/// A small model, trained once a run. Each language gets a calibration of its own, so that taking the wrong one is noticed.
pub(crate) fn small() -> &'static Classifier {
    static SMALL: OnceLock<Classifier> = OnceLock::new();
    SMALL.get_or_init(|| {
        let mut model = train(small_corpus(10).path());
        let moved = |scaling: Scaling, by: f64| {
            let move_by =
                |both: PerHead<Platt>, by| both.map(|one| Platt { slope: one.slope * (1.0 + by), offset: one.offset - by });
            Scaling {
                whole: move_by(scaling.whole, by),
                title: move_by(scaling.title, 2.0 * by),
                text: move_by(scaling.text, 3.0 * by),
                nothing: move_by(scaling.nothing, 4.0 * by),
            }
        };
        let calibration = &mut model.card.calibration;
        (calibration.en, calibration.other) = (moved(calibration.en, 0.25), moved(calibration.other, 0.5));
        Classifier::from_bytes(&model_file::to_bytes(&model)).expect("a good model")
    })
}

/// The small model, and the built-in one where there is one.
pub(crate) fn models() -> Vec<Classifier> {
    std::iter::once(small().clone()).chain(Classifier::built_in()).collect()
}

/// The file of the small model.
pub(crate) fn small_file() -> &'static Path {
    static FILE: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    let (_, file) = FILE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("small.rolecall");
        std::fs::write(&file, model_file::to_bytes(small().model())).expect("written");
        (folder, file)
    });
    file
}

/// The program, ready to be run in the crate's folder.
pub(crate) fn program() -> Command {
    let mut program = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    program.current_dir(root()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    program
}

/// Runs the program with `input` on its standard input.
pub(crate) fn run(args: &[&str], input: &[u8]) -> Output {
    let mut child = program()
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("piped");
    std::thread::scope(|scope| {
        // A program that refuses its arguments does not read its input.
        scope.spawn(move || drop(stdin.write_all(input)));
        child.wait_with_output().expect("the program ends")
    })
}

/// Standard output as JSON; the program must have been done.
pub(crate) fn json(args: &[&str], input: &[u8]) -> Value {
    let output = run(args, input);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Runs the program, which must refuse: exit code 2, nothing on standard output, one line on standard error with each of `says`.
pub(crate) fn refused(args: &[&str], input: &[u8], says: &[&str]) {
    let output = run(args, input);
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {error}");
    assert!(output.stdout.is_empty(), "{args:?}: something on standard output");
    assert!(error.starts_with("rolecall: ") && error.ends_with('\n') && error.lines().count() == 1, "{args:?}: {error:?}");
    for part in says {
        assert!(error.contains(part), "{args:?}: {error:?} does not say {part:?}");
    }
}

/// A generator of numbers that is the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    /// Another seed gives other numbers.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0 >> 16) % limit as u64).expect("below a usize")
    }
}

/// Holds a path as an argument.
pub(crate) fn arg(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// JSON lines of `records`.
pub(crate) fn lines(records: &[Value]) -> String {
    records.iter().fold(String::new(), |mut out, record| {
        let _ = writeln!(out, "{record}");
        out
    })
}

/// The keys of an object.
pub(crate) fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// The Rust files under `src/`, by their path from there, with `/`.
pub(crate) fn sources() -> BTreeMap<String, String> {
    fn walk(folder: &Path, base: &Path, found: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("src") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, base, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.strip_prefix(base).expect("below").to_str().expect("UTF-8").replace('\\', "/");
                found.insert(name, std::fs::read_to_string(&path).expect("UTF-8"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(&root().join("src"), &root().join("src"), &mut found);
    found
}

/// Says something that the test runner does not hold back, for what is skipped and what was measured.
pub(crate) fn say(text: &str) {
    use std::io::Write;
    writeln!(std::io::stderr(), "{text}").expect("standard error is there");
}
