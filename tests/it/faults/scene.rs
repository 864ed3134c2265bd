//! A folder in which something befalls a run, and what must hold afterwards.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::count::Count;
use super::work::{Errand, Work};
use crate::support::program;

/// What the output held before.
const OLD: &[u8] = b"what was here before\n";

/// How a run ended that something befell.
pub(super) enum Outcome {
    /// With this.
    Ended(Output),
    /// With this, where it could not even say so.
    Mute(Output),
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
        if work.errand != Errand::Train {
            fs::copy(work.home.path().join(work.input), scene.input()).expect("space");
        }
        for output in work.outputs {
            fs::write(scene.folder.path().join(output), OLD).expect("space");
        }
        scene
    }

    /// The input.
    pub(super) fn input(&self) -> PathBuf {
        self.home.path().join(self.work.input)
    }

    /// The file that a stopped labelling leaves, with that ending.
    pub(super) fn beside(&self, ending: &str) -> PathBuf {
        self.folder.path().join(format!("{}{ending}", self.work.outputs[0]))
    }

    /// The run, by way of another program.
    pub(super) fn under(&self, before: &[&str]) -> Command {
        self.under_to(before, self.folder.path())
    }

    /// The run with its outputs in another folder, by way of another program.
    pub(super) fn under_to(&self, before: &[&str], folder: &Path) -> Command {
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
        command.args(self.work.args(&self.input(), folder)).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
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

    /// What became of the run, and whether all that must hold does.
    pub(super) fn judge(&self, outcome: Outcome) -> Count {
        let mut count = Count::default();
        match outcome {
            Outcome::Unfit => return count,
            Outcome::Skipped(why) => {
                count.skipped = Some(why);
                return count;
            }
            _ => count.injected = 1,
        }
        if let Err(problem) = self.check(outcome, &mut count) {
            count.lost.push(format!("{}: {problem}", self.work.name));
        }
        count
    }

    fn check(&self, outcome: Outcome, count: &mut Count) -> Result<(), String> {
        let code = match &outcome {
            Outcome::Ended(output) | Outcome::Changed(output) | Outcome::Streamed(output, _) => {
                said_clearly(output)?;
                output.status.code()
            }
            Outcome::Mute(output) if matches!(output.status.code(), Some(0 | 2)) => output.status.code(),
            Outcome::Mute(output) => return Err(format!("{} where nothing can be said", output.status)),
            _ => None,
        };
        count.struck += usize::from(code != Some(0));
        match outcome {
            Outcome::Changed(_) => self.check_changed(code, count),
            Outcome::Streamed(output, expected) => {
                let is_same = expected.starts_with(&output.stdout) && (!output.stdout.is_empty() || expected.is_empty());
                count.whole += usize::from(is_same);
                if is_same { Ok(()) } else { Err("other bytes came out".to_owned()) }
            }
            _ => self.check_files(code, count),
        }
    }

    /// Holds that each output is what it was or the whole new one, and that another run makes good what was not done.
    fn check_files(&self, code: Option<i32>, count: &mut Count) -> Result<(), String> {
        let found = self.found(self.folder.path())?;
        let is_whole = |at: usize| found[at] == self.work.whole[at];
        let places = 0..found.len();
        if let Some(at) = places.clone().find(|at| !is_whole(*at) && found[*at] != OLD) {
            return Err(format!("{} is half-written: {} bytes", self.work.outputs[at], found[at].len()));
        }
        match places.clone().filter(|at| is_whole(*at)).count() {
            all if all == found.len() => count.whole += 1,
            _ if code == Some(0) => return Err("it says that it is done, and is not".to_owned()),
            0 => count.old += 1,
            _ => count.both += 1,
        }
        count.went_on += usize::from(self.is_begun());
        if code != Some(0) {
            let again = self.again().output().expect("it runs");
            if !again.status.success() {
                return Err(format!("the next run fails: {}", String::from_utf8_lossy(&again.stderr)));
            }
        }
        if self.found(self.folder.path())? != self.work.whole {
            return Err("the next run comes to something else".to_owned());
        }
        self.nothing_left(code.is_none())
    }

    /// Holds where the input changed: refused, or the outputs are those of the one or of the other.
    fn check_changed(&self, code: Option<i32>, count: &mut Count) -> Result<(), String> {
        let found = self.found(self.folder.path())?;
        if code == Some(2) {
            let is_old = found.iter().all(|found| found == OLD);
            count.old += usize::from(is_old);
            return if is_old { self.nothing_left(false) } else { Err("refused, but written".to_owned()) };
        }
        let other = tempfile::tempdir().expect("a folder");
        let _ = self.under_to(&[], other.path()).output().expect("it runs");
        count.whole += 1;
        let is_one = found == self.work.whole || self.found(other.path()).is_ok_and(|now| found == now);
        if is_one { self.nothing_left(code.is_none()) } else { Err("a mixture of two inputs".to_owned()) }
    }

    /// The outputs in `folder`.
    fn found(&self, folder: &Path) -> Result<Vec<Vec<u8>>, String> {
        let read = |output: &&str| fs::read(folder.join(output)).map_err(|error| format!("{output} is gone: {error}"));
        self.work.outputs.iter().map(read).collect()
    }

    /// Nothing is there but the outputs. What a run that was killed leaves where its output has no name yet is a file that nobody takes for one.
    fn nothing_left(&self, was_killed: bool) -> Result<(), String> {
        let names = fs::read_dir(self.folder.path()).expect("a folder");
        let names: Vec<String> = names.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
        let may_be = |name: &str| was_killed && !self.work.is_named() && name.starts_with(".tmp");
        let left: Vec<&String> =
            names.iter().filter(|name| !self.work.outputs.contains(&name.as_str()) && !may_be(name)).collect();
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
