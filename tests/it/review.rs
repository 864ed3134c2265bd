//! `rolecall review`, driven through a pseudo-terminal as a person would, and `rolecall agreement`.

use std::fs;
use std::path::Path;

use rolecall::label::columns::Wishes;
use rolecall::learn::corpus::{Corpus, Origin, Sources};
use rolecall::review::pool::{Options, Order, Pool};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{self, arg, refused, run};

/// Postings that were written for this, each a little different: account work, project work, both, neither.
const TEXTS: [&str; 6] = [
    "Sie betreuen unsere Großkunden dauerhaft, führen Jahresgespräche, verhandeln Verträge und bauen die Beziehungen aus.",
    "You lead projects from kick-off to handover, plan milestones and budget, and report to the steering committee.",
    "Sie betreuen Ihre Kunden dauerhaft, verhandeln Verträge und leiten die Projekte Ihrer Kunden: Termine, Budget, Projektteam.",
    "You run the monthly payroll, post invoices and reconcile bank statements for our finance office.",
    "You answer questions of customers on the telephone, take orders and pass complaints on to the account managers.",
    "Sie arbeiten in Projekten mit, pflegen Listen und bereiten Besprechungen der Projektleitung vor.",
];
const TITLES: [&str; 6] = [
    "Key Account Manager",
    "Project Manager",
    "Kundenprojektleiterin",
    "Payroll Accountant",
    "Account Manager Inside",
    "Projektassistenz",
];

/// An export of the postings, with employers.
fn export() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = TITLES.iter().zip(TEXTS).enumerate();
    let rows =
        rows.map(|(at, (title, text))| format!("r{at};{title};\"{text}\";Muster {at} GmbH\n")).collect::<Vec<_>>().concat();
    fs::write(folder.path().join("export.csv"), "Refnr;Titel;Text;Firma\n".to_owned() + &rows).expect("space");
    folder
}

/// Ids, in the order in which they would be asked.
fn queue(file: &Path, order: Order) -> Vec<String> {
    let options = Options { columns: Wishes::default(), company: None, order, rows: 10, threads: Some(2), quiet: true };
    let classifier = rolecall::Classifier::built_in().expect("the model");
    let pool = Pool::read(file, &classifier, &options).expect("read");
    pool.queue(&[], order, 10).into_iter().map(|candidate| format!("{} {}", candidate.posting.id, candidate.company)).collect()
}

#[test]
fn the_order_is_the_same_from_every_format() {
    let folder = export();
    let export = folder.path().join("export.csv");
    let expected = queue(&export, Order::Informative);
    assert_eq!(expected.len(), 6, "{expected:?}");
    assert!(expected[0].ends_with(" GmbH"), "{expected:?}");
    for ending in ["csv", "jsonl", "json.gz", "xlsx", "parquet", "arrow"] {
        let labelled = folder.path().join(format!("labelled.{ending}"));
        let output = run(&["label", arg(&export), "-o", arg(&labelled), "-q"], b"");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // JSON made of a table has its columns; a random order depends on the ids alone.
        assert_eq!(queue(&labelled, Order::Informative), expected, "{ending}");
    }
    let [first, again, second] = [1, 1, 2].map(|seed| queue(&export, Order::Random(seed)));
    assert_eq!(first, again);
    assert_ne!(first, second);
}

#[test]
fn what_nobody_can_be_asked_is_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("jobs.jsonl");
    let records = [
        serde_json::json!({ "id": "fr", "title": "Chef de projet", "text": support::data_text("french.txt") }),
        serde_json::json!({ "id": "long", "title": "Project Manager", "text": TEXTS[1].repeat(2000) }),
        serde_json::json!({ "id": "empty", "title": "Project Manager", "text": " " }),
        serde_json::json!({ "title": "Project Manager", "text": TEXTS[1] }),
        serde_json::json!({ "title": "Project Manager (again)", "text": format!("<p>{}</p>", TEXTS[1]) }),
    ];
    fs::write(&file, support::lines(&records)).expect("space");
    let asked = queue(&file, Order::Informative);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].starts_with("text-"), "{asked:?}");
}

#[test]
fn without_a_terminal_there_is_nobody_to_ask() {
    let folder = export();
    let (export, labels) = (folder.path().join("export.csv"), folder.path().join("labels.jsonl"));
    refused(&["review", arg(&export), "-o", arg(&labels)], b"a", &["<stdin>: no terminal", "start it by hand"]);
    refused(&["review", "-", "-o", arg(&labels)], b"", &["<stdin>: answers come from there"]);
    refused(&["review", arg(&export), "-o", arg(&export)], b"", &["over itself"]);
    assert!(!labels.exists());
}

/// Files of two reviewers.
fn reviewers(folder: &Path) -> [String; 2] {
    let record = |id: usize, role: &str| serde_json::json!({ "id": format!("r{id}"), "title": TITLES[id], "text": TEXTS[id], "role": role });
    let roles = [
        ["account-manager", "project-manager", "mixed", "neither", "neither", "neither"],
        ["account-manager", "project-manager", "account-manager", "neither", "neither", "project-manager"],
    ];
    ["first.jsonl", "second.jsonl"].map(|name| {
        let roles = roles[usize::from(name == "second.jsonl")];
        let records: Vec<Value> = roles.iter().enumerate().map(|(id, role)| record(id, role)).collect();
        fs::write(folder.join(name), support::lines(&records)).expect("space");
        arg(&folder.join(name)).to_owned()
    })
}

#[test]
fn two_reviewers_agree_as_far_as_they_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let [first, second] = reviewers(folder.path());
    let output = run(&["agreement", &first, &second], b"");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // 4 of 6 agree; chance would have (1·2 + 1·2 + 1·0 + 3·2) / 36 of them.
    assert!(text.contains("they agree on 66.7 % [") && text.contains("Cohen's kappa 0.54 ["), "{text}");
    assert!(text.contains("In dispute (2)") && text.contains("mixed or account-manager: Kundenprojektleiterin (r2)"), "{text}");
    let json = support::json(&["agreement", &first, &second, "--format", "json"], b"");
    assert_eq!((&json["both"], &json["counts"][3][1]), (&6.into(), &1.into()));
    let output = run(&["agreement", &first, arg(&support::data("tiny.csv"))], b"");
    assert_eq!(output.status.code(), Some(1), "nothing in common is a doubt");
    refused(&["agreement", &first, arg(&support::data("diff/new.jsonl"))], b"", &["new.jsonl: no answer in it"]);
}

#[cfg(target_os = "linux")]
mod sittings {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::num::NonZeroU16;
    use std::os::fd::OwnedFd;
    use std::process::{Child, Stdio};
    use std::sync::{Arc, Mutex, PoisonError};
    use std::thread::sleep;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, kill_process};
    use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
    use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

    use super::*;

    /// A busy machine may take so long to show a screen.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// The program in a terminal.
    struct Sitting {
        child: Child,
        keyboard: File,
        line: OwnedFd,
        /// The screen as a person sees it, and every byte that was sent to it.
        screen: Arc<Mutex<(vt100::Parser, Vec<u8>)>>,
    }

    fn size(columns: u16, rows: u16) -> Winsize {
        Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }
    }

    impl Sitting {
        fn begin(folder: &TempDir, args: &[&str], variables: &[(&str, &str)]) -> Self {
            let (columns, rows) = (80, 16);
            let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
            grantpt(&master).and_then(|()| unlockpt(&master)).expect("usable");
            tcsetwinsize(&master, size(columns, rows)).expect("sized");
            let line = ioctl_tiocgptpeer(&master, OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("its other end");
            let stdio = || Stdio::from(line.try_clone().expect("a handle"));
            let mut program = support::program();
            program.env("TERM", "xterm-256color").envs(variables.iter().copied()).current_dir(folder.path());
            let child = program.arg("review").args(args).stdin(stdio()).stdout(stdio()).stderr(stdio()).spawn().expect("runs");
            let number = |number| NonZeroU16::new(number).expect("not zero");
            let screen = Arc::new(Mutex::new((vt100::Parser::new(number(rows), number(columns), 0), Vec::new())));
            let keyboard = File::from(master);
            let (mut shown, seen) = (keyboard.try_clone().expect("a handle"), Arc::clone(&screen));
            std::thread::spawn(move || {
                let mut bytes = [0; 4096];
                while let Ok(read @ 1..) = shown.read(&mut bytes) {
                    let mut screen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                    screen.0.process(&bytes[..read]);
                    screen.1.extend(&bytes[..read]);
                }
            });
            Self { child, keyboard, line, screen }
        }

        fn text(&self) -> String {
            self.screen.lock().unwrap_or_else(PoisonError::into_inner).0.screen().contents()
        }

        /// Waits until the screen says all of `parts`.
        fn shows(&self, parts: &[&str]) -> String {
            let begin = Instant::now();
            loop {
                let text = self.text();
                if parts.iter().all(|part| text.contains(part)) {
                    return text;
                }
                assert!(begin.elapsed() < PATIENCE, "{parts:?} is not on the screen:\n{text}");
                sleep(Duration::from_millis(20));
            }
        }

        fn press(&mut self, keys: &str) {
            self.keyboard.write_all(keys.as_bytes()).expect("a keyboard");
        }

        /// Waits for the end: the exit code, and that the terminal is as it was.
        fn ends(&mut self) -> Option<i32> {
            let status = self.child.wait().expect("the program ends");
            let begin = Instant::now();
            while self.screen.lock().unwrap_or_else(PoisonError::into_inner).0.screen().alternate_screen() {
                assert!(begin.elapsed() < PATIENCE, "the screen is not given back");
                sleep(Duration::from_millis(20));
            }
            assert!(!self.screen.lock().unwrap_or_else(PoisonError::into_inner).0.screen().hide_cursor(), "no cursor");
            let modes = tcgetattr(&self.line).expect("a terminal").local_modes;
            assert!(modes.contains(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG), "still raw: {modes:?}");
            status.code()
        }

        fn signal(&self, signal: Signal) {
            let pid = Pid::from_child(&self.child);
            kill_process(pid, signal).expect("it runs");
        }
    }

    fn answers(folder: &TempDir) -> Vec<Value> {
        let text = fs::read_to_string(folder.path().join("labels.jsonl")).expect("answers");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    fn roles(folder: &TempDir) -> Vec<String> {
        let said = |answer: &Value| {
            answer["role"].as_str().unwrap_or(if answer["skipped"] == true { "skipped" } else { "?" }).to_owned()
        };
        answers(folder).iter().map(said).collect()
    }

    const ARGS: [&str; 4] = ["export.csv", "-o", "labels.jsonl", "-q"];

    #[test]
    fn a_review_goes_on_from_key_to_key_and_from_day_to_day() {
        let folder = export();
        let expected = queue(&folder.path().join("export.csv"), Order::Informative);
        let mut sitting = Sitting::begin(&folder, &ARGS[..3], &[("NO_COLOR", "1")]);
        let text = sitting.shows(&["1 of 6 · 0 answered", "undecided: ", "a «account»", "q quit"]);
        assert!(!text.contains("Refnr"), "what was said before is not on this screen");
        sitting.press("m");
        sitting.shows(&["2 of 6 · 1 answered"]);
        assert_eq!(roles(&folder), ["mixed"], "on the disk before the next question");
        sitting.press("p");
        sitting.shows(&["3 of 6 · 2 answered"]);
        sitting.press("x");
        sitting.press("b");
        sitting.shows(&["2 of 6 · 2 answered", "answered: project-manager"]);
        sitting.press("a");
        sitting.shows(&["3 of 6 · 2 answered"]);
        assert_eq!(roles(&folder), ["mixed", "account-manager"], "a changed mind");
        sitting.press("s");
        sitting.shows(&["4 of 6 · 3 answered · about a minute left"]);
        sitting.press("q");
        assert_eq!(sitting.ends(), Some(0));
        sitting.shows(&["labels.jsonl: account-manager 1, project-manager 0, mixed 1, neither 0; skipped 1", "3 rows left"]);

        let mut next = Sitting::begin(&folder, &ARGS, &[]);
        next.shows(&["4 of 6 · 3 answered"]);
        next.press("nnn");
        next.shows(&["All 6 postings have an answer", "neither              3"]);
        next.press("b");
        next.shows(&["6 of 6", "answered: neither"]);
        next.press("q");
        assert_eq!(next.ends(), Some(0));
        let asked: Vec<String> = answers(&folder)
            .iter()
            .map(|one| format!("{} {}", one["id"].as_str().expect("an id"), one["company"].as_str().expect("an employer")))
            .collect();
        assert_eq!(asked, expected, "the order, over two days");

        let mut third = Sitting::begin(&folder, &ARGS[..3], &[]);
        assert_eq!(third.ends(), Some(1));
        third.shows(&["6 answers, and no row left to ask"]);
        trains_and_evaluates(&folder);
    }

    /// The file of answers is one to train on and to measure by.
    fn trains_and_evaluates(folder: &TempDir) {
        let labels = folder.path().join("labels.jsonl");
        let evaluation = support::json(&["evaluate", arg(&labels), "--format", "json"], b"");
        assert!(evaluation["method"].as_str().expect("said").contains("on 5 labelled postings"), "{evaluation}");
        let corpus = support::small_corpus(8);
        // They were asked because the model was unsure of them: no sample that could calibrate or judge. A random draw is one.
        let origins = |labels: &Path| -> Vec<Origin> {
            let sources =
                Sources { corpus: Some(corpus.path().to_owned()), postings: vec![labels.to_owned()], labels: Vec::new() };
            let examples = Corpus::load(&sources).expect("loaded").examples;
            examples.into_iter().map(|example| example.origin).filter(|origin| *origin != Origin::Written).collect()
        };
        assert_eq!(origins(&labels), [Origin::Chosen; 5]);
        let random = folder.path().join("random.jsonl");
        let mut sitting =
            Sitting::begin(folder, &["export.csv", "-o", "random.jsonl", "-q", "--order", "random", "-n", "2"], &[]);
        sitting.shows(&["1 of 2 · 0 answered"]);
        sitting.press("apq");
        assert_eq!((sitting.ends(), origins(&random)), (Some(0), vec![Origin::Real; 2]));
        let model = folder.path().join("my.rolecall");
        let output = run(&["train", "--corpus", arg(corpus.path()), "--postings", arg(&labels), "-o", arg(&model)], b"");
        let talk = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && talk.contains("101 labelled postings"), "{talk}");
    }

    #[test]
    fn colours_tell_the_kinds_of_work_apart_and_blind_shows_none() {
        let folder = export();
        let is_coloured = |sitting: &Sitting, colour: u8| {
            let screen = sitting.screen.lock().expect("no panic");
            let cells = (0..14).flat_map(|row| (0..80).map(move |column| (row, column)));
            cells
                .filter(|(row, column)| {
                    screen.0.screen().cell(*row, *column).is_some_and(|cell| cell.fgcolor() == vt100::Color::Idx(colour))
                })
                .count()
                > 5
        };
        let (cyan, yellow) = (6, 3);
        let mut sitting = Sitting::begin(&folder, &ARGS, &[]);
        let mut seen = [false; 2];
        for number in 1..=6 {
            let text = sitting.shows(&[&format!("{number} of 6")]);
            assert!(!text.contains('«'), "{text}");
            seen = [seen[0] || is_coloured(&sitting, cyan), seen[1] || is_coloured(&sitting, yellow)];
            sitting.press("s");
        }
        assert_eq!(seen, [true; 2], "account work in cyan, project work in yellow");
        sitting.press("q");
        assert_eq!(sitting.ends(), Some(0));

        let mut blind = Sitting::begin(&folder, &["export.csv", "-o", "second.jsonl", "-q", "--blind"], &[]);
        for number in 1..=6 {
            let text = blind.shows(&[&format!("{number} of 6"), "What is the core of this job?"]);
            assert!(!text.contains('%') && !is_coloured(&blind, cyan) && !is_coloured(&blind, yellow), "{text}");
            blind.press("n");
        }
        blind.press("q");
        assert_eq!(blind.ends(), Some(0));
    }

    #[test]
    fn the_terminal_is_given_back_whatever_ends_the_program() {
        let folder = export();
        let mut sitting = Sitting::begin(&folder, &ARGS, &[]);
        sitting.shows(&["1 of 6"]);
        sitting.press("a\u{3}");
        assert_eq!(sitting.ends(), Some(2));
        sitting.shows(&["stopped: 1 of 6 rows are answered in labels.jsonl (the same command goes on)"]);
        for signal in [Signal::TERM, Signal::HUP] {
            let mut sitting = Sitting::begin(&folder, &ARGS, &[]);
            sitting.shows(&["2 of 6 · 1 answered"]);
            sitting.signal(signal);
            assert_eq!(sitting.ends(), Some(130), "{signal:?}");
        }
        // The file of answers becomes a folder: an error in the middle.
        let mut sitting = Sitting::begin(&folder, &ARGS, &[]);
        sitting.shows(&["2 of 6"]);
        fs::remove_file(folder.path().join("labels.jsonl")).expect("there");
        fs::create_dir(folder.path().join("labels.jsonl")).expect("space");
        sitting.press("bn");
        assert_eq!(sitting.ends(), Some(2));
        sitting.shows(&["labels.jsonl: cannot write"]);
    }

    #[test]
    fn killed_at_once_nothing_is_lost() {
        let folder = export();
        let mut sitting = Sitting::begin(&folder, &ARGS, &[]);
        sitting.shows(&["1 of 6"]);
        sitting.press("an");
        sitting.shows(&["3 of 6"]);
        sitting.signal(Signal::KILL);
        sitting.child.wait().expect("it ends");
        assert_eq!(roles(&folder), ["account-manager", "neither"]);
        // The power went while a line was written.
        let labels = folder.path().join("labels.jsonl");
        let whole = fs::read_to_string(&labels).expect("there");
        fs::write(&labels, &whole[..whole.len() - 9]).expect("space");
        let mut sitting = Sitting::begin(&folder, &ARGS[..3], &[]);
        sitting.shows(&["2 of 6 · 1 answered"]);
        sitting.press("q");
        assert_eq!(sitting.ends(), Some(0));
        assert_eq!(fs::read_to_string(&labels).expect("there").lines().count(), 1);
    }

    #[test]
    fn long_postings_are_paged_in_a_window_of_any_size() {
        let folder = tempfile::tempdir().expect("a folder");
        let text =
            (1..=40).map(|line| format!("You lead project number {line} for our customers.\n")).collect::<Vec<_>>().concat();
        let record = serde_json::json!({ "id": "1", "title": "Project Manager", "text": text });
        fs::write(folder.path().join("export.csv"), support::lines(&[record])).expect("space");
        let args = ["jobs.jsonl", "-o", "labels.jsonl", "-q"];
        fs::rename(folder.path().join("export.csv"), folder.path().join("jobs.jsonl")).expect("space");
        let mut sitting = Sitting::begin(&folder, &args, &[]);
        let text = sitting.shows(&["lines 1–10 of 40, space shows more"]);
        assert!(text.contains("number 10 ") && !text.contains("number 11 "), "{text}");
        sitting.press(" ");
        sitting.shows(&["lines 10–19 of 40", "number 19 "]);
        sitting.press("\u{1b}[B");
        sitting.shows(&["lines 11–20 of 40"]);
        sitting.press("\u{1b}[F");
        sitting.shows(&["lines 31–40 of 40", "number 40 "]);
        // A smaller window.
        tcsetwinsize(&sitting.line, size(40, 9)).expect("sized");
        let number = |number| NonZeroU16::new(number).expect("not zero");
        sitting.screen.lock().expect("no panic").0.set_size(number(9), number(40));
        sitting.signal(Signal::WINCH);
        sitting.shows(&["of 80"]);
        sitting.press("q");
        assert_eq!(sitting.ends(), Some(0));
        assert!(!folder.path().join("labels.jsonl").exists(), "a file without an answer");
    }

    #[test]
    fn nothing_of_a_stranger_reaches_the_terminal() {
        let folder = tempfile::tempdir().expect("a folder");
        let record = serde_json::json!({ "id": "\u{1b}]0;pwned\u{7}", "company": "\u{1b}[2J\u{9b}31m", "title": "Chef\u{1b}]0;pwned\u{7} \u{202e}Project Manager",
            "text": format!("{}\u{1b}[8m\u{1b}]52;c;cHduZWQ=\u{7}\r\u{8}\u{7f}", TEXTS[1]) });
        fs::write(folder.path().join("jobs.jsonl"), support::lines(&[record])).expect("space");
        let mut sitting = Sitting::begin(&folder, &["jobs.jsonl", "-o", "labels.jsonl"], &[]);
        sitting.shows(&["1 of 1", "Chef", "steering committee"]);
        sitting.press("pq");
        assert_eq!(sitting.ends(), Some(0));
        let sent = String::from_utf8_lossy(&sitting.screen.lock().expect("no panic").1).into_owned();
        for sequence in ["\u{1b}]", "\u{1b}[8m", "\u{9b}", "\u{7}", "\u{202e}", "\u{8}", "\u{1b}[2J"] {
            assert!(!sent.contains(sequence), "{sequence:?} in {sent:?}");
        }
        assert_eq!(answers(&folder)[0]["id"], "\u{1b}]0;pwned\u{7}", "the answer keeps what was there");
    }
}
