//! What runs are to do, and what it comes to where nothing is in the way.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::label::big;
use crate::support::{arg, program, small_corpus, small_file};
use crate::workbooks::plain_workbook;

/// Rows of an export.
const ROWS: usize = 12_000;

/// A run, whole.
pub(super) struct Work {
    /// What it is called where something is lost.
    pub name: &'static str,
    /// The name of its input.
    pub input: &'static str,
    /// The name of its output.
    pub output: &'static str,
    /// Where the input lies that scenes begin with; of a training, the corpus.
    pub home: TempDir,
    /// Whether a run that was stopped can be gone on with.
    pub resumes: bool,
    /// Whether standard output gets the same bytes as a file.
    pub streams: bool,
    /// What comes out.
    pub whole: Vec<u8>,
    /// How long it takes.
    pub time: Duration,
}

impl Work {
    /// All works, or the first few.
    pub(super) fn all(every: bool) -> Vec<Self> {
        let table = big(ROWS);
        let mut works = vec![
            Self::label("a table", "in.csv", "out.csv", table.as_bytes()),
            Self::label("a table to compressed lines", "in.csv", "out.jsonl.gz", table.as_bytes()),
            Self::train(),
        ];
        if every {
            works.push(Self::label("a workbook", "in.xlsx", "out.xlsx", &plain_workbook(ROWS)));
            works.push(Self::label("a table to columns", "in.csv", "out.parquet", table.as_bytes()));
        }
        works
    }

    fn label(name: &'static str, input: &'static str, output: &'static str, bytes: &[u8]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join(input), bytes).expect("space");
        let resumes = Path::new(output).extension().is_none_or(|ending| ending != "parquet");
        let streams = output == "out.csv";
        Self { name, input, output, home, resumes, streams, whole: Vec::new(), time: Duration::ZERO }.measured()
    }

    fn train() -> Self {
        let (input, output, home) = ("corpus", "out.rolecall", small_corpus(4));
        Self { name: "a training", input, output, home, resumes: false, streams: false, whole: Vec::new(), time: Duration::ZERO }
            .measured()
    }

    /// Whether it is a training.
    pub(super) fn is_training(&self) -> bool {
        self.input == "corpus"
    }

    /// With what comes out, and how long that takes.
    fn measured(mut self) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let output = folder.path().join(self.output);
        let begin = Instant::now();
        let args = self.args(&self.home.path().join(self.input), &output);
        let done = program().args(args).output().expect("it runs");
        assert!(done.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&done.stderr));
        self.time = begin.elapsed();
        self.whole = fs::read(output).expect("an output");
        self
    }

    /// The arguments that make `output` of `input`.
    pub(super) fn args(&self, input: &Path, output: &Path) -> Vec<String> {
        let args = if self.is_training() {
            vec!["train", "--quiet", "--corpus", arg(self.home.path()), "-o", arg(output)]
        } else {
            vec!["label", arg(input), "-o", arg(output), "--quiet", "--threads", "2", "--model", arg(small_file())]
        };
        args.into_iter().map(str::to_owned).collect()
    }
}
