//! Everything that can go wrong, each with its place and a hint.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::model_file::ModelError;
use crate::tokens::SubwordError;

/// Where in an input something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file; `<stdin>` for standard input.
    pub file: PathBuf,
    /// Line or row, from 1; `None` for the file as a whole.
    pub line: Option<u64>,
}

impl Place {
    /// The file as a whole.
    pub fn file(file: &Path) -> Self {
        Self { file: file.to_owned(), line: None }
    }

    /// A line of it.
    pub fn line(file: &Path, line: u64) -> Self {
        Self { file: file.to_owned(), line: Some(line) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}: line {line}", self.file.display()),
            None => write!(f, "{}", self.file.display()),
        }
    }
}

/// Why a command could not be done. Every variant names the file, and what to do about it where that is known.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read.
    #[error("{}: cannot read: {source}{}", file.display(), hint(source))]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file could not be written.
    #[error("{}: cannot write: {source}{}", file.display(), hint_to_write(source))]
    Write {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Standard output could not be written.
    #[error("cannot write to standard output: {0}")]
    Output(std::io::Error),
    /// Something in an input is not as it must be.
    #[error("{place}: {problem}")]
    Input {
        /// Where.
        place: Place,
        /// What, and what to do about it.
        problem: String,
    },
    /// A model file cannot be used.
    #[error("{}: {problem}", file.display())]
    Model {
        /// The file; `<built-in>` for the model inside the program.
        file: PathBuf,
        /// What is wrong with it.
        problem: ModelError,
    },
    /// The corpus cannot be trained on.
    #[error("cannot train: {0}")]
    Corpus(String),
    /// The fit of a head failed.
    #[error("cannot train the {head} head: {problem}")]
    Fit {
        /// Which head.
        head: &'static str,
        /// Why.
        problem: FitError,
    },
    /// Somebody asked to stop.
    #[error("stopped: {0}")]
    Stopped(String),
    /// Sub-word pieces could not be learnt.
    #[error(transparent)]
    Subwords(#[from] SubwordError),
}

/// What to do about a file that cannot be read.
fn hint(source: &std::io::Error) -> &'static str {
    match source.kind() {
        std::io::ErrorKind::NotFound => " (is the path right? use - for standard input)",
        std::io::ErrorKind::PermissionDenied => " (may you read it?)",
        std::io::ErrorKind::IsADirectory => " (name a file in it)",
        _ => "",
    }
}

/// What to do about a file that cannot be written.
fn hint_to_write(source: &std::io::Error) -> &'static str {
    match source.kind() {
        std::io::ErrorKind::NotFound => " (is there such a folder?)",
        std::io::ErrorKind::PermissionDenied => " (may you write there?)",
        std::io::ErrorKind::ReadOnlyFilesystem => " (name a file elsewhere)",
        std::io::ErrorKind::IsADirectory => " (name a file in it)",
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded | std::io::ErrorKind::FileTooLarge => {
            " (make room, or name a file elsewhere)"
        }
        _ => "",
    }
}

/// A fit that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FitError {
    /// Every training posting has the same answer.
    #[error("every posting has the same answer, so there is nothing to tell apart")]
    OneClass,
    /// The solver stopped away from the optimum.
    #[error("the fit did not converge: gradient norm {gradient:.2e} after {iterations} iterations")]
    NotConverged {
        /// Largest absolute component of the gradient.
        gradient: f64,
        /// The limit that was reached.
        iterations: u64,
    },
    /// linfa refused the data.
    #[error("the fit failed: {0}")]
    Solver(String),
}

impl Error {
    /// A file that could not be read.
    pub fn read(file: &Path, source: std::io::Error) -> Self {
        Self::Read { file: file.to_owned(), source }
    }

    /// A file that could not be written.
    pub fn write(file: &Path, source: std::io::Error) -> Self {
        Self::Write { file: file.to_owned(), source }
    }

    /// Something wrong at a line of a file.
    pub fn at(file: &Path, line: u64, problem: impl Into<String>) -> Self {
        Self::Input { place: Place::line(file, line), problem: problem.into() }
    }

    /// Something wrong with a file as a whole.
    pub fn in_file(file: &Path, problem: impl Into<String>) -> Self {
        Self::Input { place: Place::file(file), problem: problem.into() }
    }

    /// Whether the same input would fail the same way again: it is not as it must be, or damaged.
    pub fn is_final(&self) -> bool {
        use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        match self {
            Self::Input { .. } => true,
            Self::Read { source, .. } => matches!(source.kind(), InvalidData | InvalidInput | UnexpectedEof),
            _ => false,
        }
    }

    /// Whether the reader of our output went away, which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(source) | Self::Write { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
    }
}
