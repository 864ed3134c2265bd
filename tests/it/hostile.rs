//! Input that means harm: each is met by a limit, said in one line, and costs no more memory than is allowed for it.
//!
//! The table in SECURITY.md is printed by this, with inputs of full size:
//!
//! ```text
//! ROLECALL_HOSTILE=1 cargo test --release --locked --test it hostile -- --nocapture
//! ```
//!
//! Memory is what GNU time says it was at most; where there is none, the messages are looked at alone.

mod cases;
mod inputs;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::{data_text, program, root, run, say};
use cases::{Case, Size, cases};

/// What measures memory.
const TIME: &str = "/usr/bin/time";
/// What any of them may take, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// What came of a case.
struct Met {
    said: String,
    /// Megabytes at most, and seconds of a core.
    cost: Option<(f64, f64)>,
}

/// Runs the program on the input of `case`, and holds it to what is expected.
fn meet(case: &Case, size: Size) -> Met {
    let folder = tempfile::tempdir().expect("a folder");
    let measured = folder.path().join("measured");
    let program = program().get_program().to_owned();
    let mut command = if Path::new(TIME).exists() {
        let mut command = Command::new(TIME);
        command.args(["-f", "%M %U %S", "-o"]).arg(&measured).arg(program);
        command
    } else {
        Command::new(program)
    };
    let input = (case.make)(folder.path(), size);
    command.args(&case.args).current_dir(folder.path()).stdout(Stdio::null()).stderr(Stdio::piped());
    let begin = Instant::now();
    let mut child =
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() }).spawn().expect("the program runs");
    let feed = input.map(|write| {
        let mut stdin = child.stdin.take().expect("piped");
        // A program that refuses its input does not read on.
        std::thread::spawn(move || drop(write(&mut stdin)))
    });
    let output = child.wait_with_output().expect("it ends");
    let took = begin.elapsed();
    if let Some(feed) = feed {
        feed.join().expect("fed");
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(case.code), "{}: {said}", case.name);
    assert!(said.contains(case.says) && !said.contains("panicked"), "{}: {said}", case.name);
    assert!(took < PATIENCE, "{}: {took:?}", case.name);
    let cost = fs::read_to_string(&measured).ok().map(|text| {
        // A line before them tells the exit code.
        let last = text.lines().last().unwrap_or_default().split(' ');
        let numbers: Vec<f64> = last.map(|number| number.parse().expect("a number")).collect();
        (numbers[0] / 1024.0, numbers[1] + numbers[2])
    });
    assert!(cost.is_none_or(|(peak, _)| peak < case.most), "{}: {cost:?}, more than {} MB", case.name, case.most);
    Met { said, cost }
}

/// The line that tells what is wrong.
fn message(said: &str, says: &str) -> String {
    let line = said.lines().find(|line| !says.is_empty() && line.contains(says)).unwrap_or("judged");
    line.strip_prefix("rolecall: ").unwrap_or(line).chars().take(150).collect()
}

#[test]
fn hostile_input_is_met_within_limits() {
    let is_full = std::env::var_os("ROLECALL_HOSTILE").is_some();
    let size = if is_full { Size::Full } else { Size::Small };
    let security = fs::read_to_string(root().join("SECURITY.md")).expect("there");
    if is_full {
        say("| input | limit | what is said | peak memory | core time |\n|---|---|---|---|---|");
    } else if !Path::new(TIME).exists() {
        say(&format!("skipped: memory, as there is no {TIME}"));
    }
    for case in cases() {
        let met = meet(&case, size);
        if is_full {
            let cost = met.cost.map_or("? | ?".to_owned(), |(peak, seconds)| format!("{peak:.0} MB | {seconds:.1} s"));
            say(&format!("| {} | {} | {} | {cost} |", case.name, case.limit, message(&met.said, case.says)));
        }
        let is_told = security.contains(&format!("| {} | {} |", case.name, case.limit));
        assert!(is_full || is_told, "SECURITY.md has no row for {}", case.name);
    }
}

/// What a terminal would act on, and what hides or turns around what people see.
fn is_harmful(character: char) -> bool {
    let is_sign = matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    is_sign || character.is_control() && character != '\n'
}

#[test]
fn nothing_in_a_posting_reaches_the_terminal_raw() {
    let posting = data_text("key-account.de.html")
        .replace("Kund", "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}Kund\u{2066}\u{200b}\u{ad}\u{8}\r");
    assert!(posting.contains('\u{9b}'));
    for args in [&["classify"][..], &["classify", "--all-phrases"], &["classify", "--format", "json", "--all-phrases"]] {
        let output = run(args, posting.as_bytes());
        assert!(output.status.success(), "{args:?}");
        let shown = String::from_utf8(output.stdout).expect("UTF-8");
        let harmful: Vec<char> = shown.chars().filter(|one| is_harmful(*one)).collect();
        assert!(harmful.is_empty(), "{args:?}: {harmful:?}");
        if args.contains(&"json") {
            let verdict: serde_json::Value = serde_json::from_str(&shown).expect("JSON");
            let texts: Vec<&str> =
                verdict["phrases"].as_array().expect("a list").iter().filter_map(|one| one["text"].as_str()).collect();
            assert!(texts.iter().all(|text| posting.contains(text)), "what is read back is not what was there: {texts:?}");
            assert!(texts.iter().any(|text| text.contains(is_harmful)), "nothing had to be escaped: {texts:?}");
        }
    }
}

#[test]
fn nothing_in_a_name_reaches_the_terminal_raw() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "\u{1b}[31mred\u{202e}.csv";
    fs::File::create(folder.path().join(name)).and_then(|mut file| file.write_all(b"\x1b[2Ja,b\n1,2\n")).expect("space");
    for args in
        [["label", name].as_slice(), &["classify", name], &["evaluate", name], &["diff", name, name], &["model", "--model", name]]
    {
        let output = program().args(args).current_dir(folder.path()).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        let shown = String::from_utf8_lossy(&output.stdout);
        let harmful: Vec<char> = said.chars().chain(shown.chars()).filter(|one| is_harmful(*one)).collect();
        assert!(harmful.is_empty() && output.status.code().is_some_and(|code| code <= 2), "{args:?}: {said:?} {shown:?}");
    }
}
