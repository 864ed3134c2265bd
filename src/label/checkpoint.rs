//! What a stopped run leaves behind so that another can go on: which work it was, and how far it came.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::Options;
use super::claim::beside;
use super::packer::Whole;
use super::tally::Tally;
use crate::error::Error;
use crate::formats::export::{Position, Selection};
use crate::formats::source::Source;
use crate::formats::{Listing, Target};
use crate::model_file::Fingerprint;

/// What to do about an earlier run that was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Begin, and refuse to throw away what an earlier run did.
    Fresh,
    /// Go on where it stopped.
    Resume,
    /// Begin again whatever it did.
    Over,
}

/// The work: two runs with the same job write the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Version of the program.
    pub program: String,
    /// The export.
    pub input: InputId,
    /// Fingerprint of the model.
    pub model: String,
    /// The sheet that was asked for.
    pub sheet: Option<String>,
    /// Places of the columns: id, title, then text.
    pub columns: (Option<usize>, Option<usize>, Vec<usize>),
    /// The format that is written.
    pub target: String,
    /// Phrases a row.
    pub phrases: usize,
    /// The longest row, in megabytes.
    pub longest_row: usize,
}

/// Tells whether an export is still the one that it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputId {
    /// Its path.
    pub file: PathBuf,
    /// Its size in bytes; `None` for a pipe.
    pub size: Option<u64>,
    /// When it was written last, in nanoseconds.
    pub modified: Option<u128>,
    /// Checksum of its head; of a folder, of its list of files.
    pub head: String,
}

impl InputId {
    /// The identity of `source` as it is now.
    ///
    /// # Errors
    /// If it is gone.
    pub fn new(source: &Source) -> Result<Self, Error> {
        if let Some(listing) = &source.folder {
            let head = format!("{:016x}", listing.checksum());
            return Ok(Self { file: source.file.clone(), size: Some(listing.size()), modified: None, head });
        }
        let (size, modified) = state(&source.file, source.size.is_some())?;
        Ok(Self { file: source.file.clone(), size, modified, head: format!("{:016x}", xxh3_64(&source.head)) })
    }

    /// Refuses what changed while it was read.
    ///
    /// # Errors
    /// If it changed, or is gone.
    pub fn refuse_changed(&self) -> Result<(), Error> {
        let is_same = if self.size.is_some() && self.file.is_dir() {
            let now = Listing::new(&self.file)?;
            format!("{:016x}", now.checksum()) == self.head
        } else {
            state(&self.file, self.size.is_some())? == (self.size, self.modified)
        };
        if is_same { Ok(()) } else { Err(Error::in_file(&self.file, "changed while it was read (run the command again)")) }
    }
}

/// Size and time of a regular file.
fn state(file: &Path, is_regular: bool) -> Result<(Option<u64>, Option<u128>), Error> {
    if !is_regular {
        return Ok((None, None));
    }
    let metadata = fs::metadata(file).map_err(|source| Error::read(file, source))?;
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    Ok((Some(metadata.len()), modified.map(|time| time.as_nanos())))
}

impl Job {
    /// The job of a run.
    ///
    /// # Errors
    /// If the export is gone.
    pub fn new(
        options: &Options,
        source: &Source,
        model: &Fingerprint,
        columns: &Selection,
        target: Target,
    ) -> Result<Self, Error> {
        Ok(Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            input: InputId::new(source)?,
            model: model.to_string(),
            sheet: options.sheet.clone(),
            columns: (columns.id, columns.title, columns.text.clone()),
            target: format!("{target:?}"),
            phrases: options.phrases,
            longest_row: options.longest_row,
        })
    }

    /// What is not the same in `other`.
    fn difference(&self, other: &Self) -> Option<&'static str> {
        let differs = [
            (self.program != other.program, "the program"),
            (self.input != other.input, "the export"),
            (self.model != other.model, "the model"),
            (self.sheet != other.sheet, "--sheet"),
            (self.columns != other.columns, "the choice of columns"),
            (self.target != other.target, "the format of the output"),
            (self.phrases != other.phrases, "--phrases"),
            (self.longest_row != other.longest_row, "--longest-row"),
        ];
        differs.into_iter().find_map(|(differs, what)| differs.then_some(what))
    }
}

/// How far a run came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// Where in the export to go on.
    pub position: Position,
    /// Bytes of output that are made from what lies before.
    pub written: u64,
    /// What was counted.
    pub tally: Tally,
}

/// The file's contents.
#[derive(Serialize, Deserialize)]
struct Stored {
    job: Job,
    state: Checkpoint,
    /// Set where the output is compressed.
    #[serde(default)]
    whole: Option<Whole>,
}

impl Checkpoint {
    /// Nothing is done yet.
    pub fn start() -> Self {
        Self { position: Position::default(), written: 0, tally: Tally::default() }
    }

    /// Reads the checkpoint in `file`, and how much of a compressed output is whole; `None` where there is none.
    ///
    /// # Errors
    /// If it cannot be read, or belongs to another job.
    pub fn load(file: &Path, job: &Job) -> Result<Option<(Self, Option<Whole>)>, Error> {
        let bytes = match fs::read(file) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Error::read(file, error)),
        };
        let hint = "begin again with --restart";
        let stored: Stored = serde_json::from_slice(&bytes)
            .map_err(|error| Error::in_file(file, format!("no checkpoint of this version: {error} ({hint})")))?;
        match stored.job.difference(job) {
            Some(what) => Err(Error::in_file(file, format!("cannot go on: {what} changed since the run was stopped ({hint})"))),
            None => Ok(Some((stored.state, stored.whole))),
        }
    }

    /// Writes the checkpoint to `file`, whole or not at all.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn save(&self, whole: Option<Whole>, file: &Path, job: &Job) -> Result<(), Error> {
        let failed = |error| Error::write(file, error);
        let stored = Stored { job: job.clone(), state: self.clone(), whole };
        let bytes = serde_json::to_vec_pretty(&stored).map_err(|error| failed(error.into()))?;
        // A name of its own each time would leave a file behind wherever a run is killed here.
        let new = beside(file, ".new");
        let written = File::create(&new).and_then(|mut new| {
            new.write_all(&bytes)?;
            new.sync_data()
        });
        written.and_then(|()| fs::rename(&new, file)).map_err(|error| {
            let _ = fs::remove_file(&new);
            failed(error)
        })
    }
}
