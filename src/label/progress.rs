//! What is said on standard error: what was found, how far it is, how it went.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::checkpoint::Checkpoint;
use super::columns::listed;
use super::tally::Tally;
use crate::formats::Listing;
use crate::formats::export::{Column, Selection};
use crate::formats::source::Source;
use crate::report::painter::harmless;
use crate::role::Role;

/// Redraws of the bar in a second.
const HERTZ: u8 = 5;

/// Standard error, or silence.
pub struct Talk {
    file: PathBuf,
    quiet: bool,
    bar: ProgressBar,
    read: Arc<AtomicU64>,
    folder: Option<Arc<Listing>>,
}

impl Talk {
    /// Talks about `source`.
    pub fn new(source: &Source, quiet: bool) -> Self {
        let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr_with_hz(HERTZ) };
        let bar = ProgressBar::with_draw_target(source.size, target);
        let template = if source.size.is_some() {
            "{msg} rows  {wide_bar} {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left"
        } else {
            "{msg} rows  {bytes}  {bytes_per_sec}"
        };
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.set_message("0");
        Self { file: source.file.clone(), quiet, bar, read: Arc::clone(&source.progress), folder: source.folder.clone() }
    }

    /// Says `text`.
    pub(crate) fn say(&self, text: &str) {
        if !self.quiet {
            // Where standard error cannot be written, the work goes on.
            let _ = self.bar.suspend(|| writeln!(anstream::stderr().lock(), "{}", harmless(text)));
        }
    }

    /// Says what was found and chosen.
    pub fn opened(&self, description: &str, among: &[Column], selection: &Selection) {
        self.say(&format!("{}: {description}", self.file.display()));
        if selection.by_shape {
            return;
        }
        let names = |columns: &[usize]| match columns {
            [] => "none".to_owned(),
            columns => listed(columns.iter().map(|&at| &among[at])),
        };
        let one = |column: Option<usize>| names(&Vec::from_iter(column));
        let (id, title) = (one(selection.id), one(selection.title));
        self.say(&format!("columns read: id {id}; title {title}; text {}", names(&selection.text)));
        if selection.title.is_none() {
            self.say("without a title, roles are less sure (--title-column names one)");
        }
    }

    /// Says where the run goes on.
    pub fn resumed(&self, state: &Checkpoint) {
        if state.position.record > 0 {
            self.say(&format!("going on after {} rows", grouped(state.position.record)));
        }
    }

    /// Shows how far it is.
    pub fn progress(&self, tally: &Tally) {
        if !self.bar.is_hidden() {
            self.bar.set_message(grouped(tally.records));
            self.bar.set_position(self.read.load(Ordering::Relaxed));
        }
    }

    /// Takes the bar away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    /// Says how it went: problems, encodings, counts, speed.
    pub fn done(&self, tally: &Tally, output: Option<&Path>, time: Duration, bytes: u64) {
        for (number, problem) in &tally.told {
            self.say(&format!("{}: {problem}", self.place(*number)));
        }
        if tally.problems > tally.told.len() as u64 {
            self.say(&format!("... and {} more", grouped(tally.problems - tally.told.len() as u64)));
        }
        self.encodings(tally);
        let seconds = time.as_secs_f64();
        let megabytes = bytes as f64 / 1e6;
        let rows = grouped(tally.records);
        self.say(&format!("{rows} rows, {megabytes:.1} MB in {seconds:.1} s: {:.1} MB/s", megabytes / seconds.max(1e-9)));
        let roles = Role::ALL.map(|role| format!("{role} {}", grouped(tally.of(role))));
        self.say(&format!("{}; with problems {}", roles.join(", "), grouped(tally.problems)));
        if let Some(output) = output {
            self.say(&format!("wrote {}", output.display()));
        }
    }

    /// Where a row is, in messages.
    fn place(&self, number: u64) -> String {
        let at = usize::try_from(number).unwrap_or(usize::MAX).saturating_sub(1);
        match self.folder.as_ref().and_then(|folder| folder.files.get(at)) {
            Some(listed) => self.file.join(&listed.path).display().to_string(),
            None => format!("{}: row {number}", self.file.display()),
        }
    }

    fn encodings(&self, tally: &Tally) {
        let [_, utf8, windows] = tally.encodings;
        if windows > 0 {
            let both = if utf8 > 0 { format!(", {} in UTF-8", grouped(utf8)) } else { String::new() };
            self.say(&format!("encodings: {} rows in Windows-1252{both}; the output keeps them", grouped(windows)));
        }
    }
}

/// A number with commas between its thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
