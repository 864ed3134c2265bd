//! The output, which appears whole or not at all: it grows beside its place, with a checkpoint, and is moved there at the end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::Options;
use super::checkpoint::{Checkpoint, Job, Start};
use crate::error::Error;

/// A checkpoint is written so often at most.
const INTERVAL: Duration = Duration::from_millis(200);
/// Checkpoints take no more than one part in so many of the time.
const SHARE: u32 = 20;

/// Where results go.
pub struct Output {
    kind: OutputKind,
    job: Job,
    written: u64,
}

enum OutputKind {
    /// Standard output, or a file that is no regular one.
    Stream(Box<dyn Write + Send>, Option<PathBuf>),
    /// A file in the making.
    File(Growing),
}

struct Growing {
    file: File,
    target: PathBuf,
    partial: PathBuf,
    /// `None` where nobody can go on, as the input is a pipe.
    checkpoint: Option<PathBuf>,
    due: Instant,
}

/// `file` with more at the end of its name.
fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

impl Output {
    /// Opens the output of `options`, and says how far an earlier run came that it goes on with.
    ///
    /// # Errors
    /// If it cannot be written, or an earlier run stands in the way.
    pub fn open(options: &Options, job: Job) -> Result<(Self, Option<Checkpoint>), Error> {
        let can_resume = job.input.size.is_some();
        if options.start == Start::Resume && !can_resume {
            return Err(Error::in_file(&job.input.file, "a pipe cannot be gone on with (name a file, or leave --resume out)"));
        }
        Self::place(options, job, options.start, can_resume)
    }

    /// Opens an output that nobody can go on with: what an earlier run left is gone.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn open_over(options: &Options, job: Job) -> Result<Self, Error> {
        Self::place(options, job, Start::Over, false).map(|(output, _)| output)
    }

    fn place(options: &Options, job: Job, start: Start, can_resume: bool) -> Result<(Self, Option<Checkpoint>), Error> {
        let Some(target) = &options.output else {
            return Ok((Self { kind: OutputKind::Stream(Box::new(io::stdout()), None), job, written: 0 }, None));
        };
        if let Ok(metadata) = fs::metadata(target) {
            if metadata.is_dir() {
                return Err(Error::write(target, io::ErrorKind::IsADirectory.into()));
            }
            if !metadata.is_file() {
                let file = OpenOptions::new().write(true).open(target).map_err(|error| Error::write(target, error))?;
                let kind = OutputKind::Stream(Box::new(file), Some(target.clone()));
                return Ok((Self { kind, job, written: 0 }, None));
            }
            if let (Ok(input), Ok(output)) = (fs::canonicalize(&options.input), fs::canonicalize(target))
                && input == output
            {
                return Err(Error::in_file(target, "would be written over itself (give -o another name)"));
            }
        }
        let (growing, state) = Growing::open(target, start, can_resume, &job)?;
        let written = state.as_ref().map_or(0, |state| state.written);
        Ok((Self { kind: OutputKind::File(growing), job, written }, state))
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.written += bytes.len() as u64;
        match &mut self.kind {
            OutputKind::Stream(stream, None) => stream.write_all(bytes).and_then(|()| stream.flush()).map_err(Error::Output),
            OutputKind::Stream(stream, Some(name)) => stream.write_all(bytes).map_err(|error| Error::write(name, error)),
            OutputKind::File(growing) => growing.file.write_all(bytes).map_err(|error| Error::write(&growing.partial, error)),
        }
    }

    /// Bytes written, those of an earlier run included.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes a checkpoint if one is due, or `now`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn checkpoint(&mut self, state: &Checkpoint, now: bool) -> Result<(), Error> {
        match &mut self.kind {
            OutputKind::File(growing) if now || growing.due <= Instant::now() => growing.save(state, &self.job),
            _ => Ok(()),
        }
    }

    /// What to do to go on after a stop.
    pub fn how_to_resume(&self) -> String {
        match &self.kind {
            OutputKind::File(Growing { partial, checkpoint: Some(_), .. }) => {
                format!("{} holds what was done; run the same command with --resume to go on", partial.display())
            }
            _ => "what was not written is lost, as input from a pipe or output to one cannot be gone on with".to_owned(),
        }
    }

    /// Throws away what was written so far, where that lies in a file.
    pub fn discard(self) {
        if let OutputKind::File(growing) = &self.kind {
            // What cannot be removed is written over by the next run.
            let _ = fs::remove_file(&growing.partial);
        }
    }

    /// Puts the output in its place.
    ///
    /// # Errors
    /// If the input changed meanwhile, or the output cannot be moved.
    pub fn finish(mut self) -> Result<(), Error> {
        self.job.input.refuse_changed()?;
        match &mut self.kind {
            OutputKind::Stream(stream, _) => stream.flush().map_err(Error::Output),
            OutputKind::File(growing) => growing.finish(),
        }
    }
}

impl Growing {
    fn open(target: &Path, start: Start, can_resume: bool, job: &Job) -> Result<(Self, Option<Checkpoint>), Error> {
        let (partial, checkpoint) = (beside(target, ".partial"), beside(target, ".checkpoint"));
        if start == Start::Fresh && checkpoint.exists() {
            let problem = "an earlier run was stopped (go on with --resume, or begin again with --restart)";
            return Err(Error::in_file(&checkpoint, problem));
        }
        let state = if start == Start::Resume && partial.exists() { Checkpoint::load(&checkpoint, job)? } else { None };
        let failed = |error| Error::write(&partial, error);
        let mut options = OpenOptions::new();
        let mut file = options.create(true).write(true).truncate(state.is_none()).open(&partial).map_err(failed)?;
        if let Some(state) = &state {
            if file.metadata().map_err(failed)?.len() < state.written {
                return Err(Error::in_file(&partial, "shorter than its checkpoint says (begin again with --restart)"));
            }
            file.set_len(state.written).and_then(|()| file.seek(SeekFrom::End(0))).map_err(failed)?;
        }
        let mut growing =
            Self { file, target: target.to_owned(), checkpoint: can_resume.then_some(checkpoint), partial, due: Instant::now() };
        growing.save(state.as_ref().unwrap_or(&Checkpoint::start()), job)?;
        Ok((growing, state))
    }

    /// Makes sure of what was written, then says so in the checkpoint.
    fn save(&mut self, state: &Checkpoint, job: &Job) -> Result<(), Error> {
        let Some(checkpoint) = &self.checkpoint else { return Ok(()) };
        let begin = Instant::now();
        self.file.sync_data().map_err(|error| Error::write(&self.partial, error))?;
        state.save(checkpoint, job)?;
        self.due = Instant::now() + INTERVAL.max(begin.elapsed() * SHARE);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.file.sync_all().map_err(|error| Error::write(&self.partial, error))?;
        fs::rename(&self.partial, &self.target).map_err(|error| Error::write(&self.target, error))?;
        if let Some(checkpoint) = &self.checkpoint {
            fs::remove_file(checkpoint).map_err(|error| Error::write(checkpoint, error))?;
        }
        Ok(())
    }
}
