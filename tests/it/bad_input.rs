//! Whatever comes in: a verdict with its reason, or one line that says what is wrong and what to do; never a panic.

use std::io::Read;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rolecall::model_file;

use crate::support::{POSTINGS, arg, data, data_text, json, program, refused, run, small, small_corpus, small_file};

/// What one posting may take at most, however large it is.
const PATIENCE: Duration = Duration::from_secs(60);

/// Classifies `input` with the small model, and must be refused.
fn refused_text(input: &[u8], says: &[&str]) {
    refused(&["classify", "--model", arg(small_file())], input, says);
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let model = arg(small_file());
    refused(&["classify", "no/such/file.txt", "--model", model], b"", &["no/such/file.txt: cannot read", "is the path right?"]);
    refused(&["classify", "tests/data", "--model", model], b"", &["tests/data: cannot read", "name a file in it"]);
    refused(&["evaluate", "no/such.csv", "--model", model], b"", &["no/such.csv: cannot read"]);
    refused(&["model", "--model", "no/such.rolecall"], b"", &["no/such.rolecall: cannot read"]);
    let says = ["no/such/folder: no such folder", "in corpus/: name that"];
    refused(&["corpus", "no/such/folder"], b"", &says);
    refused(&["train", "--corpus", "no/such/folder", "-o", "never.rolecall"], b"", &says);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::set_permissions(file.path(), std::fs::Permissions::from_mode(0o000)).expect("set");
    if std::fs::File::open(file.path()).is_ok() {
        crate::support::say("skipped: this user may read everything");
        return;
    }
    refused(&["classify", arg(file.path()), "--model", arg(small_file())], b"", &["cannot read", "may you read it?"]);
}

#[test]
fn text_that_is_none_is_refused() {
    refused_text(b"", &["<stdin>", "empty"]);
    refused_text(b" \r\n\t \n", &["<stdin>", "empty"]);
    refused_text(b"\x7fELF\x00\x00binary", &["binary, and no document", "save it as"]);
    refused_text(b"PK\x03\x04\x00\x00binary", &["a broken DOCX"]);
    refused_text(b"%PDF-1.7\n\x00\xff", &["a ", "PDF"]);
    refused_text(&data_text(POSTINGS[1]).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(), &["binary, and no"]);
}

#[test]
fn text_without_words_is_neither_for_a_reason() {
    for (input, says) in
        [("… !!! 😀\n***", "no text"), ("<p></p>", "no text"), ("\u{feff}\n", "no text"), ("zwei Wörter", "too little text")]
    {
        let verdict = json(&["classify", "--format", "json", "--model", arg(small_file())], input.as_bytes());
        assert_eq!(verdict["role"], "neither", "{input}");
        assert!(verdict["reason"].as_str().is_some_and(|reason| reason.contains(says)), "{input}: {}", verdict["reason"]);
    }
}

#[test]
fn other_languages_are_neither_for_a_reason() {
    for name in ["french.txt", "dutch.txt"] {
        let verdict = json(&["classify", arg(&data(name)), "--format", "json", "--model", arg(small_file())], b"");
        assert_eq!((&verdict["role"], &verdict["language"]), (&"neither".into(), &"other".into()), "{name}");
        assert!(verdict["reason"].as_str().is_some_and(|reason| reason.contains("neither German nor English")), "{name}");
    }
}

/// Classifies a large input from a file: a verdict or a refusal, within `patience`.
fn in_time(input: &[u8], what: &str, patience: Duration) -> bool {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), input).expect("written");
    let start = Instant::now();
    let args = ["classify", arg(file.path()), "--longest-text", "64", "--format", "json", "--model", arg(small_file())];
    let output = run(&args, b"");
    let (took, error) = (start.elapsed(), String::from_utf8_lossy(&output.stderr));
    crate::support::say(&format!("{what}: {} bytes in {:.1} s", input.len(), took.as_secs_f64()));
    assert!(matches!(output.status.code(), Some(0 | 2)) && !error.contains("panicked"), "{what}: {:?} {error}", output.status);
    took < patience
}

/// Fifty megabytes; less where the program is not optimised.
const LARGE: usize = if cfg!(debug_assertions) { 2_000_000 } else { 50_000_000 };

#[test]
fn fifty_megabytes_of_text_take_less_than_a_minute() {
    let posting = data_text(POSTINGS[0]) + "\n" + &data_text(POSTINGS[1]);
    assert!(in_time(posting.repeat(LARGE / posting.len()).as_bytes(), "a posting many times over", PATIENCE));
}

/// What a megabyte of hostile text may take: fifty would stay near a minute.
const HOSTILE_PATIENCE: Duration = Duration::from_secs(3);

#[test]
fn hostile_text_takes_little_longer() {
    let size = LARGE / 50;
    let mut slow = Vec::new();
    for (what, unit) in [
        ("open tags", "<p "),
        ("open quotes", "<p a=\""),
        ("open comments", "<!-- "),
        ("open scripts", "<script>"),
        ("ampersands", "&&amp"),
        ("escaped tags", "&lt;p"),
        ("colons", "a: "),
        ("headings", "Aufgaben: Profil: "),
        ("one word", "a"),
        ("one line", "kunden betreuen "),
        ("marks", "\u{301}"),
    ] {
        if !in_time(unit.repeat(size / unit.len()).as_bytes(), what, HOSTILE_PATIENCE) {
            slow.push(what);
        }
    }
    assert!(slow.is_empty(), "slow: {slow:?}");
}

#[test]
fn more_than_a_posting_can_be_is_refused() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.as_file().set_len(64 * 1024 * 1024 + 1).expect("a long file");
    refused(&["classify", arg(file.path()), "--model", arg(small_file())], b"", &["longer than 64 MB"]);
    let text = "a ".repeat(500_001);
    refused_text(text.as_bytes(), &["<stdin>: a text over 1 MB is no posting", "--longest-text"]);
    json(&["classify", "--longest-text", "2", "--format", "json", "--model", arg(small_file())], text.as_bytes());
}

#[test]
fn other_encodings_give_the_same_verdict() {
    let classify = |bytes: &[u8]| json(&["classify", "--format", "json", "--model", arg(small_file())], bytes);
    let text = "Projektleiter für Straßenbau\nSie führen Bauprojekte und verhandeln „Verträge“ mit unseren Großkunden.\n";
    let byte = |one: char| match one {
        '„' => 0x84,
        '“' => 0x93,
        _ => u8::try_from(u32::from(one)).expect("in Latin-1"),
    };
    let windows_1252: Vec<u8> = text.chars().map(byte).collect();
    let wide: String = format!("\u{feff}{text}");
    let wide = |order: fn(u16) -> [u8; 2]| wide.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let verdict = classify(text.as_bytes());
    assert_eq!(classify(&windows_1252), verdict);
    assert_eq!((classify(&wide(u16::to_le_bytes)), classify(&wide(u16::to_be_bytes))), (verdict.clone(), verdict.clone()));
    for phrase in verdict["phrases"].as_array().expect("a list") {
        // In an encoding with one byte a character, spans of characters are spans of bytes of the file.
        let at = |key: &str| usize::try_from(phrase[key].as_u64().expect("a number")).expect("small");
        let expected: Vec<u8> = phrase["text"].as_str().expect("a text").chars().map(byte).collect();
        assert_eq!(windows_1252[at("start_char")..at("end_char")], expected);
    }
}

/// A model file with `bytes`, which must be refused by every command that reads one.
fn refused_model(bytes: &[u8], says: &str) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bad.rolecall");
    std::fs::write(&file, bytes).expect("written");
    let says = ["bad.rolecall: ", says];
    refused(&["classify", arg(&data(POSTINGS[0])), "--model", arg(&file)], b"", &says);
    refused(&["model", "--model", arg(&file)], b"", &says);
    refused(&["evaluate", arg(&data("tiny.csv")), "--model", arg(&file)], b"", &says);
}

#[test]
fn model_files_that_are_none_are_refused() {
    let good = model_file::to_bytes(small().model());
    let changed = |at: usize, to: u8| {
        let mut bytes = good.clone();
        bytes[at] = to;
        bytes
    };
    refused_model(b"", "the model ends too early");
    refused_model(&good[..good.len() / 2], "the model ends too early");
    refused_model(&changed(good.len() / 2, good[good.len() / 2] ^ 0x55), "damaged");
    refused_model(&changed(8, good[8] + 1), "newer rolecall");
    refused_model(b"\x7fELF\x02\x01\x01 something else", "not a rolecall model file");
    refused_model(data_text(POSTINGS[0]).as_bytes(), "not a rolecall model file");
}

#[test]
fn settings_that_are_none_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("settings.json");
    let model = folder.path().join("never.rolecall");
    for (settings, says) in
        [("{", "broken settings"), ("{\"folds\": \"five\"}", "broken settings"), ("{\"no_such\": 1}", "unknown setting")]
    {
        std::fs::write(&file, settings).expect("written");
        refused(&["train", "-o", arg(&model), "--settings", arg(&file)], b"", &["settings.json", says]);
    }
    assert!(!model.exists());
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let long = data_text(POSTINGS[1]).repeat(100);
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), long).expect("written");
    let mut child = program()
        .args(["classify", arg(file.path()), "--all-phrases", "--format", "json", "--model", arg(small_file())])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut first = [0];
    let mut stdout = child.stdout.take().expect("piped");
    stdout.read_exact(&mut first).expect("something is printed");
    drop(stdout);
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(0), ""));
}

#[test]
fn a_model_that_cannot_be_written_is_refused() {
    let corpus = crate::support::small_corpus(5);
    let nowhere = Path::new("no/such/folder/model.rolecall");
    refused(&["train", "--quiet", "--corpus", arg(corpus.path()), "-o", arg(nowhere)], b"", &["cannot write"]);
}

/// What cannot be said changes neither the work nor how it ends.
#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_error_is_no_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").expect("there");
    let corpus = small_corpus(4);
    for (args, code) in [
        (vec!["label", arg(&data("tiny.csv")), "-o", "out.csv"], 0),
        (vec!["train", "--corpus", arg(corpus.path()), "-o", "out.rolecall"], 0),
        (vec!["classify", "is not there"], 2),
        (vec![], 2),
    ] {
        let status =
            program().args(&args).current_dir(folder.path()).stdin(Stdio::null()).stderr(full()).status().expect("it runs");
        assert_eq!(status.code(), Some(code), "{args:?}");
    }
    assert!(folder.path().join("out.csv").exists() && folder.path().join("out.rolecall").exists());
}
