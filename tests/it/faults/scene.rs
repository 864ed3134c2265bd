//! A folder in which something befalls a run, and what must hold afterwards.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::work::Work;
use crate::support::program;

/// What the output held before.
const OLD: &[u8] = b"what was here before\n";

/// How a run ended that something befell.
pub(super) enum Outcome {
    /// With this.
    Ended(Output),
    /// It was killed.
    Killed,
    /// It ended with this, and its input is another one now.
    Changed(Output),
    /// What came out must be this, and is no file.
    Streamed(Output, Vec<u8>),
    /// This fault cannot befall this work.
    Unfit,
    /// This fault cannot be injected here.
    Skipped(&'static str),
}

/// What became of the runs that one kind of fault was to strike.
#[derive(Default)]
pub(super) struct Count {
    injected: usize,
    /// Runs that did not end as if nothing were.
    pub struck: usize,
    whole: usize,
    old: usize,
    went_on: usize,
    /// What was lost or half-written, or not said.
    pub lost: Vec<String>,
    skipped: Option<&'static str>,
}

impl Count {
    /// What the columns of [`line`](Self::line) are.
    pub(super) fn header(name: &str) -> String {
        format!(
            "{name:<34} {:>8} {:>7} {:>10} {:>8} {:>8} {:>5}",
            "injected", "struck", "whole file", "old file", "went on", "lost"
        )
    }

    /// The counts in a line.
    pub(super) fn line(&self, name: &str) -> String {
        if let Some(why) = self.skipped {
            return format!("{name:<34} skipped: {why}");
        }
        let Self { injected, struck, whole, old, went_on, lost, .. } = self;
        format!("{name:<34} {injected:>8} {struck:>7} {whole:>10} {old:>8} {went_on:>8} {:>5}", lost.len())
    }

    /// Adds those of another kind.
    pub(super) fn add(&mut self, other: Self) {
        self.injected += other.injected;
        self.struck += other.struck;
        self.whole += other.whole;
        self.old += other.old;
        self.went_on += other.went_on;
        self.lost.extend(other.lost);
    }
}

/// A folder with the input of a work, and something where its output is to be.
pub(super) struct Scene<'w> {
    /// What is done in it.
    pub work: &'w Work,
    /// The folder of the output.
    pub folder: TempDir,
    /// The folder of the input.
    pub home: TempDir,
}

impl<'w> Scene<'w> {
    /// A new one.
    pub(super) fn new(work: &'w Work) -> Self {
        let scene = Self { work, folder: tempfile::tempdir().expect("a folder"), home: tempfile::tempdir().expect("a folder") };
        if !work.is_training() {
            fs::copy(work.home.path().join(work.input), scene.input()).expect("space");
        }
        fs::write(scene.output(), OLD).expect("space");
        scene
    }

    /// The input.
    pub(super) fn input(&self) -> PathBuf {
        self.home.path().join(self.work.input)
    }

    /// The output.
    pub(super) fn output(&self) -> PathBuf {
        self.folder.path().join(self.work.output)
    }

    /// The file that a stopped run leaves, with that ending.
    pub(super) fn beside(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("{}{ending}", self.work.output))
    }

    /// The run, by way of another program.
    pub(super) fn under(&self, before: &[&str]) -> Command {
        self.under_to(before, &self.output())
    }

    /// The run to another output, by way of another program.
    pub(super) fn under_to(&self, before: &[&str], output: &Path) -> Command {
        let program = program();
        let name = program.get_program().to_owned();
        let mut command = match before {
            [] => program,
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(name);
                command
            }
        };
        command.args(self.work.args(&self.input(), output)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// The run.
    pub(super) fn command(&self) -> Command {
        self.under(&[])
    }

    /// The run that goes on with what an earlier one left, where that can be.
    pub(super) fn again(&self) -> Command {
        let mut command = self.command();
        if self.work.resumes {
            command.arg("--resume");
        }
        command
    }

    /// Whether a stopped run left something to go on with.
    fn is_begun(&self) -> bool {
        let state = fs::read(self.beside(".checkpoint")).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        state.is_some_and(|state: serde_json::Value| state["state"]["position"]["record"].as_u64() > Some(0))
    }

    /// Counts what became of the run, and whether all that must hold does.
    pub(super) fn judge(&self, outcome: Outcome, count: &mut Count) {
        match outcome {
            Outcome::Unfit => return,
            Outcome::Skipped(why) => {
                count.skipped = Some(why);
                return;
            }
            _ => count.injected += 1,
        }
        if let Err(problem) = self.check(outcome, count) {
            count.lost.push(format!("{}: {problem}", self.work.name));
        }
    }

    fn check(&self, outcome: Outcome, count: &mut Count) -> Result<(), String> {
        let is_done = match &outcome {
            Outcome::Ended(output) | Outcome::Changed(output) | Outcome::Streamed(output, _) => {
                said_clearly(output)?;
                output.status.success()
            }
            _ => false,
        };
        count.struck += usize::from(!is_done);
        match outcome {
            Outcome::Changed(output) => return self.check_changed(output.status.code(), count),
            Outcome::Streamed(output, expected) => {
                let is_same = expected.starts_with(&output.stdout) && (!output.stdout.is_empty() || expected.is_empty());
                count.whole += usize::from(is_same);
                return if is_same { Ok(()) } else { Err("other bytes came out".to_owned()) };
            }
            _ => {}
        }
        let found = fs::read(self.output()).map_err(|error| format!("the output is gone: {error}"))?;
        match (found == self.work.whole, found == OLD) {
            (true, _) => count.whole += 1,
            (_, true) if is_done => return Err("it says that it is done, and is not".to_owned()),
            (_, true) => count.old += 1,
            _ => return Err(format!("half-written: {} bytes", found.len())),
        }
        count.went_on += usize::from(self.is_begun());
        if !is_done {
            let again = self.again().output().expect("it runs");
            if !again.status.success() {
                return Err(format!("the next run fails: {}", String::from_utf8_lossy(&again.stderr)));
            }
        }
        if fs::read(self.output()).ok().as_deref() != Some(&self.work.whole) {
            return Err("the next run comes to something else".to_owned());
        }
        self.nothing_left()
    }

    /// Holds where the input changed: refused, or the output is that of the one or the other.
    fn check_changed(&self, code: Option<i32>, count: &mut Count) -> Result<(), String> {
        let found = fs::read(self.output()).map_err(|error| format!("the output is gone: {error}"))?;
        if code == Some(2) {
            count.old += usize::from(found == OLD);
            return if found == OLD { self.nothing_left() } else { Err("refused, but written".to_owned()) };
        }
        let other = self.folder.path().join(format!("other-{}", self.work.output));
        let _ = self.under_to(&[], &other).output().expect("it runs");
        let now = fs::read(&other).unwrap_or_default();
        let _ = fs::remove_file(other);
        count.whole += 1;
        if found == self.work.whole || found == now { self.nothing_left() } else { Err("a mixture of two inputs".to_owned()) }
    }

    /// Nothing is there but the output. What a killed training leaves is a file that nobody takes for a model.
    fn nothing_left(&self) -> Result<(), String> {
        let names = fs::read_dir(self.folder.path()).expect("a folder");
        let names: Vec<String> = names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        let is_ours = |name: &&String| **name != self.work.output && !(self.work.is_training() && name.starts_with(".tmp"));
        let left: Vec<&String> = names.iter().filter(is_ours).collect();
        if left.is_empty() { Ok(()) } else { Err(format!("left behind: {left:?}")) }
    }
}

/// A run that ends by itself says in one line what is wrong; where there is no memory even for that, the system does.
fn said_clearly(output: &Output) -> Result<(), String> {
    let said = String::from_utf8_lossy(&output.stderr);
    let is_clear = match output.status.code() {
        Some(0 | 1) => said.is_empty(),
        Some(2) => said.starts_with("rolecall: ") && said.trim_end().lines().count() == 1,
        Some(_) => false,
        // An allocation that fails ends the program; so does the system where a limit of it is reached.
        None => output.status.signal() != Some(6) || said.contains("memory allocation of"),
    };
    if is_clear { Ok(()) } else { Err(format!("{}: {said}", output.status)) }
}
