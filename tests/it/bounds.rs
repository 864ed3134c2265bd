//! What a posting may cost at most, by its length, whatever it is made of; and that rows cost no memory however many there are.
//!
//! Every run of the tests looks at memory. This takes longer texts, prints what they cost, and holds the time to its bound, too:
//!
//! ```text
//! ROLECALL_BOUNDS=1 cargo test --release --locked --test it bounds -- --nocapture
//! ```

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::label::PROJECT;
use crate::support::{program, say};

/// What measures: GNU time.
const TIME: &str = "/usr/bin/time";
/// Memory that a posting costs, whatever its length, in bytes: the program with its model,
const BASE: f64 = 40e6;
/// and for each byte of its text.
const MULTIPLE: f64 = 128.0;
/// Seconds of one core for each megabyte of text, over those of the model.
const SECONDS: f64 = 2.0;
/// Memory that four times as many rows may cost, in bytes: what an allocator happens to keep.
const MORE_ROWS: f64 = 8e6;
/// Stretches that make many words, sentences, tags, entities, pieces or lines of few bytes.
const UNITS: [&str; 16] = [
    "a b c d ",
    "a.b ",
    "a\n",
    "- a\n",
    "# a\n",
    "<p>a",
    "<li>a b",
    "<p a=\"",
    "<!--",
    "&lt;",
    "&amp;lt;p&amp;gt;",
    "&#",
    "\u{301}",
    "ß",
    "😀 ",
    "Kunden betreuen. ",
];

/// What a run took: memory at most, in bytes, and seconds of a core.
struct Cost {
    memory: f64,
    seconds: f64,
}

/// What the program costs with `args`, and `input` on its standard input.
fn cost(args: &[&str], input: &[u8]) -> Cost {
    let file = tempfile::NamedTempFile::new().expect("space");
    let mut command = Command::new(TIME);
    command.args(["-f", "%M %U", "-o"]).arg(file.path()).arg(program().get_program()).args(args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    child.stdin.take().expect("piped").write_all(input).expect("it reads");
    assert!(child.wait().expect("it ends").code().is_some_and(|code| code <= 2), "{args:?}");
    let measured = fs::read_to_string(file.path()).expect("what it took");
    let numbers: Vec<f64> = measured.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    Cost { memory: 1024.0 * numbers[0], seconds: numbers[1] }
}

fn is_measured() -> bool {
    let is_there = Path::new(TIME).exists();
    if !is_there {
        say(&format!("skipped: there is no {TIME}"));
    }
    is_there
}

#[test]
fn bounds_of_a_posting() {
    if !is_measured() {
        return;
    }
    let is_long = std::env::var_os("ROLECALL_BOUNDS").is_some();
    let length = if is_long { 1_000_000 } else { 200_000 };
    let (mut most, mut longest) = (0.0_f64, 0.0_f64);
    if is_long {
        say("| unit of the text | memory | bytes of it a byte, over the model's | seconds a megabyte |\n|---|---|---|---|");
    }
    let model = cost(&["classify"], PROJECT.as_bytes());
    for unit in UNITS {
        let text = unit.repeat(length / unit.len());
        let Cost { memory, seconds } = cost(&["classify"], text.as_bytes());
        let bound = BASE + MULTIPLE * text.len() as f64;
        assert!(memory < bound, "{unit:?}: {memory} bytes for {}, more than {bound}", text.len());
        let multiple = (memory - model.memory) / text.len() as f64;
        let pace = (seconds - model.seconds).max(0.0) * 1e6 / text.len() as f64;
        if is_long {
            say(&format!("| `{}` | {:.0} MB | {multiple:.0} | {pace:.2} |", unit.escape_debug(), memory / 1e6));
            assert!(pace < SECONDS, "{unit:?}: {pace} s a megabyte");
        }
        (most, longest) = (most.max(multiple), longest.max(pace));
    }
    if is_long {
        say(&format!("at most {most:.0} bytes a byte and {longest:.2} s a megabyte; the model: {:.0} MB", model.memory / 1e6));
    }
}

#[test]
fn bounds_of_many_rows() {
    if !is_measured() {
        return;
    }
    let table = |rows: usize| format!("title,text\n{}", format!("PM,\"{}\"\n", PROJECT.repeat(10)).repeat(rows));
    let of = |rows: usize| cost(&["label", "-", "--quiet", "--threads", "2"], table(rows).as_bytes()).memory;
    let (some, more) = (of(1_500), of(6_000));
    assert!(more < some + MORE_ROWS, "{some} bytes for some rows, {more} for four times as many");
}
