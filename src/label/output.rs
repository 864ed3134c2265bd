//! The output, which appears whole or not at all: it grows beside its place, with a checkpoint, and is moved there at the end.

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Options;
use super::checkpoint::{Checkpoint, Job, Start};
use super::claim::{beside, claim};
use super::packer::{Packer, Whole};
use crate::error::Error;
use crate::formats::Compression;
use crate::formats::export::Wrapping;

/// A checkpoint is written so often at most.
const INTERVAL: Duration = Duration::from_millis(200);
/// Checkpoints take no more than one part in so many of the time.
const SHARE: u32 = 20;

/// Where results go.
pub struct Output {
    kind: OutputKind,
    /// Set where the name of the output asks for compression.
    packer: Option<Packer>,
    /// What is written is packed into this at the end.
    wrapping: Option<Arc<dyn Wrapping>>,
    job: Job,
    written: u64,
    /// A write failed, so members that the packer counts are not all there.
    is_torn: bool,
}

enum OutputKind {
    /// Standard output, or a file that is no regular one.
    Stream(Box<dyn Write + Send>, Option<PathBuf>),
    /// What goes to a stream at the end, packed.
    Kept(File, Box<dyn Write + Send>, Option<PathBuf>),
    /// A file in the making.
    File(Growing),
}

/// How far an earlier run came, and how much of a compressed output is whole.
type Begun = (Checkpoint, Option<Whole>);

struct Growing {
    file: File,
    target: PathBuf,
    partial: PathBuf,
    /// `None` where nobody can go on, as the input is a pipe.
    checkpoint: Option<PathBuf>,
    due: Instant,
}

impl OutputKind {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self {
            OutputKind::Stream(stream, None) => stream.write_all(bytes).and_then(|()| stream.flush()).map_err(Error::Output),
            OutputKind::Stream(stream, Some(name)) => stream.write_all(bytes).map_err(|error| Error::write(name, error)),
            OutputKind::Kept(file, ..) => file.write_all(bytes).map_err(Error::Output),
            OutputKind::File(growing) => growing.file.write_all(bytes).map_err(|error| Error::write(&growing.partial, error)),
        }
    }
}

impl Output {
    /// Opens the output of `options`, which is packed into `wrapping` at the end, and says how far an earlier run came that it goes on with.
    ///
    /// # Errors
    /// If it cannot be written, or an earlier run stands in the way.
    pub fn open(options: &Options, job: Job, wrapping: Option<Arc<dyn Wrapping>>) -> Result<(Self, Option<Checkpoint>), Error> {
        let can_resume = job.input.size.is_some();
        if options.start == Start::Resume && options.output.is_none() {
            return Err(Error::in_file(&job.input.file, "standard output cannot be gone on with (name a file with -o)"));
        }
        if options.start == Start::Resume && !can_resume {
            return Err(Error::in_file(&job.input.file, "a pipe cannot be gone on with (name a file, or leave --resume out)"));
        }
        Self::place(options, job, wrapping, options.start, can_resume)
    }

    /// Opens an output that nobody can go on with: what an earlier run left is gone.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn open_over(options: &Options, job: Job) -> Result<Self, Error> {
        Self::place(options, job, None, Start::Over, false).map(|(output, _)| output)
    }

    fn place(
        options: &Options,
        job: Job,
        wrapping: Option<Arc<dyn Wrapping>>,
        start: Start,
        can_resume: bool,
    ) -> Result<(Self, Option<Checkpoint>), Error> {
        let Some(target) = &options.output else {
            if wrapping.is_some() && io::stdout().is_terminal() {
                return Err(Error::in_file(&options.input, "a workbook is not for a terminal to show (name a file with -o)"));
            }
            return Ok((Self::stream(Box::new(io::stdout()), None, job, wrapping, None)?, None));
        };
        let compression = Compression::of(target).0;
        let packer = |whole, state| compression.map(|compression| Packer::new(compression, whole, state));
        if let Ok(metadata) = fs::metadata(target) {
            if metadata.is_dir() {
                return Err(Error::write(target, io::ErrorKind::IsADirectory.into()));
            }
            if !metadata.is_file() {
                let file = OpenOptions::new().write(true).open(target).map_err(|error| Error::write(target, error))?;
                let packer = packer(Whole::default(), Checkpoint::start());
                return Ok((Self::stream(Box::new(file), Some(target.clone()), job, wrapping, packer)?, None));
            }
            if let (Ok(input), Ok(output)) = (fs::canonicalize(&options.input), fs::canonicalize(target))
                && input == output
            {
                return Err(Error::in_file(target, "would be written over itself (give -o another name)"));
            }
        }
        let (growing, resumed) = Growing::open(target, start, can_resume, &job)?;
        let (state, whole) = resumed.clone().unwrap_or_else(|| (Checkpoint::start(), None));
        let written = state.written;
        let packer = packer(whole.unwrap_or_default(), state);
        Ok((
            Self { kind: OutputKind::File(growing), packer, wrapping, job, written, is_torn: false },
            resumed.map(|(state, _)| state),
        ))
    }

    fn stream(
        stream: Box<dyn Write + Send>,
        name: Option<PathBuf>,
        job: Job,
        wrapping: Option<Arc<dyn Wrapping>>,
        packer: Option<Packer>,
    ) -> Result<Self, Error> {
        let kind = match wrapping {
            Some(_) => OutputKind::Kept(tempfile::tempfile().map_err(Error::Output)?, stream, name),
            None => OutputKind::Stream(stream, name),
        };
        Ok(Self { kind, packer, wrapping, job, written: 0, is_torn: false })
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.written += bytes.len() as u64;
        let Some(packer) = &mut self.packer else { return self.kind.write(bytes) };
        let members = packer.push(bytes).map_err(Error::Output)?;
        let done = self.kind.write(&members);
        self.is_torn = done.is_err();
        done
    }

    /// Bytes written, before compression, those of an earlier run included.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Writes a checkpoint if one is due, or `now`.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn checkpoint(&mut self, state: &Checkpoint, now: bool) -> Result<(), Error> {
        if self.is_torn {
            // The last one stays, which counts what is there.
            return Ok(());
        }
        if let Some(packer) = &mut self.packer {
            packer.tell(state);
        }
        let OutputKind::File(growing) = &mut self.kind else { return Ok(()) };
        if !now && growing.due > Instant::now() {
            return Ok(());
        }
        match &self.packer {
            Some(packer) => growing.save(packer.held().0, Some(packer.held().1), &self.job),
            None => growing.save(state, None, &self.job),
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
            if let Some(checkpoint) = &growing.checkpoint {
                let _ = fs::remove_file(checkpoint);
            }
        }
    }

    /// Puts the output in its place.
    ///
    /// # Errors
    /// If the input changed meanwhile, or the output cannot be moved.
    pub fn finish(mut self) -> Result<(), Error> {
        if let Err(changed) = self.job.input.refuse_changed() {
            self.discard();
            return Err(changed);
        }
        if let Some(packer) = &mut self.packer {
            let last = packer.finish().map_err(Error::Output)?;
            self.kind.write(&last)?;
        }
        match &mut self.kind {
            OutputKind::Stream(stream, _) => stream.flush().map_err(Error::Output),
            OutputKind::Kept(file, stream, name) => {
                let packed = self.wrapping.as_ref().map(|wrapping| {
                    let mut packed = tempfile::tempfile()?;
                    wrap(wrapping.as_ref(), file, &mut packed)?;
                    packed.rewind()?;
                    io::copy(&mut packed, stream)?;
                    stream.flush()
                });
                packed.unwrap_or(Ok(())).map_err(|error| match name {
                    Some(name) => Error::write(name, error),
                    None => Error::Output(error),
                })
            }
            OutputKind::File(growing) => growing.finish(self.wrapping.as_deref()),
        }
    }
}

/// Packs what was written to `file` into `out`.
fn wrap(wrapping: &dyn Wrapping, file: &mut File, out: &mut File) -> io::Result<()> {
    file.rewind()?;
    let length = file.metadata()?.len();
    wrapping.wrap(file, length, out)
}

impl Growing {
    fn open(target: &Path, start: Start, can_resume: bool, job: &Job) -> Result<(Self, Option<Begun>), Error> {
        let (partial, checkpoint) = (beside(target, ".partial"), beside(target, ".checkpoint"));
        let failed = |error| Error::write(&partial, error);
        let mut file = claim(&partial)?;
        let found = file.metadata().map_err(failed)?.len();
        // An earlier run that left nothing but a checkpoint has nothing to lose.
        if start == Start::Fresh && found > 0 && checkpoint.exists() {
            let problem = "an earlier run was stopped (go on with --resume, or begin again with --restart)";
            return Err(Error::in_file(&checkpoint, problem));
        }
        let state = if start == Start::Resume && found > 0 { Checkpoint::load(&checkpoint, job)? } else { None };
        let length = state.as_ref().map_or(0, |(state, whole)| whole.map_or(state.written, |whole| whole.length));
        if found < length {
            return Err(Error::in_file(&partial, "shorter than its checkpoint says (begin again with --restart)"));
        }
        file.set_len(length).and_then(|()| file.seek(SeekFrom::End(0))).map_err(failed)?;
        let mut growing =
            Self { file, target: target.to_owned(), checkpoint: can_resume.then_some(checkpoint), partial, due: Instant::now() };
        let (begin, whole) = state.clone().unwrap_or_else(|| (Checkpoint::start(), None));
        growing.save(&begin, whole, job)?;
        Ok((growing, state))
    }

    /// Makes sure of what was written, then says so in the checkpoint.
    fn save(&mut self, state: &Checkpoint, whole: Option<Whole>, job: &Job) -> Result<(), Error> {
        let Some(checkpoint) = &self.checkpoint else { return Ok(()) };
        let begin = Instant::now();
        self.file.sync_data().map_err(|error| Error::write(&self.partial, error))?;
        state.save(whole, checkpoint, job)?;
        self.due = Instant::now() + INTERVAL.max(begin.elapsed() * SHARE);
        Ok(())
    }

    fn finish(&mut self, wrapping: Option<&dyn Wrapping>) -> Result<(), Error> {
        self.file.sync_all().map_err(|error| Error::write(&self.partial, error))?;
        let mut whole = self.partial.clone();
        if let Some(wrapping) = wrapping {
            whole = beside(&self.target, ".packing");
            let failed = |error| Error::write(&whole, error);
            let mut packed = File::create(&whole).map_err(failed)?;
            let done = wrap(wrapping, &mut self.file, &mut packed).and_then(|()| packed.sync_all());
            done.map_err(|error| {
                // Half a package is of no use; the sheet that it was to hold stays.
                let _ = fs::remove_file(&whole);
                failed(error)
            })?;
        }
        fs::rename(&whole, &self.target).map_err(|error| Error::write(&self.target, error))?;
        if wrapping.is_some() {
            fs::remove_file(&self.partial).map_err(|error| Error::write(&self.partial, error))?;
        }
        if let Some(checkpoint) = &self.checkpoint {
            fs::remove_file(checkpoint).map_err(|error| Error::write(checkpoint, error))?;
        }
        Ok(())
    }
}
