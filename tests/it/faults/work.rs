//! What runs are to do, and what it comes to where nothing is in the way.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::label::big;
use crate::support::{arg, program, small_corpus, small_file};
use crate::workbooks::plain_workbook;

/// Rows of an export,
const ROWS: usize = 12_000;
/// and of one that ends up on a page, too.
const PAGE_ROWS: usize = 3_000;

/// The command that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Errand {
    Label,
    /// With `--report`, so there are two outputs.
    LabelWithPage,
    Report,
    Train,
}

/// A run, whole.
pub(super) struct Work {
    /// What it is called in the table of counts, and where something is lost.
    pub name: &'static str,
    /// What runs.
    pub errand: Errand,
    /// The name of its input.
    pub input: &'static str,
    /// The names of its outputs.
    pub outputs: &'static [&'static str],
    /// Where the input lies that scenes begin with; of a training, the corpus.
    pub home: TempDir,
    /// Whether a run that was stopped can be gone on with.
    pub resumes: bool,
    /// Whether standard output gets the same bytes as a file.
    pub streams: bool,
    /// What comes out, output by output.
    pub whole: Vec<Vec<u8>>,
    /// How long it takes.
    pub time: Duration,
}

impl Work {
    /// All works, or one for each command.
    pub(super) fn all(every: bool) -> Vec<Self> {
        use Errand::{Label, LabelWithPage};
        let (table, small) = (big(ROWS), big(PAGE_ROWS));
        let mut works = vec![
            Self::of(Label, "label a table", "in.csv", &["out.csv"], table.as_bytes()),
            Self::of(Label, "label to compressed lines", "in.csv", &["out.jsonl.gz"], table.as_bytes()),
            Self::of(LabelWithPage, "label --report", "in.csv", &["out.csv", "page.html"], small.as_bytes()),
            Self::report(&small),
            Self::train(),
        ];
        if every {
            works.push(Self::of(Label, "label a workbook", "in.xlsx", &["out.xlsx"], &plain_workbook(ROWS)));
            works.push(Self::of(Label, "label to columns", "in.csv", &["out.parquet"], table.as_bytes()));
        }
        works
    }

    fn of(errand: Errand, name: &'static str, input: &'static str, outputs: &'static [&'static str], bytes: &[u8]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        fs::write(home.path().join(input), bytes).expect("space");
        Self::measured(errand, name, input, outputs, home)
    }

    fn report(table: &str) -> Self {
        let labelled = Self::of(Errand::Label, "what is reported", "in.csv", &["out.csv"], table.as_bytes());
        Self::of(Errand::Report, "report", "in.csv", &["page.html"], &labelled.whole[0])
    }

    fn train() -> Self {
        Self::measured(Errand::Train, "train", "corpus", &["out.rolecall"], small_corpus(4))
    }

    /// With what comes out, and how long that takes.
    fn measured(
        errand: Errand,
        name: &'static str,
        input: &'static str,
        outputs: &'static [&'static str],
        home: TempDir,
    ) -> Self {
        let is_label = matches!(errand, Errand::Label | Errand::LabelWithPage);
        let resumes = is_label && outputs[0] != "out.parquet";
        let streams = errand == Errand::Label && outputs[0] == "out.csv";
        let mut work = Self { name, errand, input, outputs, home, resumes, streams, whole: Vec::new(), time: Duration::ZERO };
        let folder = tempfile::tempdir().expect("a folder");
        let begin = Instant::now();
        let args = work.args(&work.home.path().join(input), folder.path());
        let done = program().args(args).output().expect("it runs");
        assert!(done.status.success(), "{name}: {}", String::from_utf8_lossy(&done.stderr));
        work.time = begin.elapsed();
        work.whole = outputs.iter().map(|output| fs::read(folder.path().join(output)).expect("an output")).collect();
        work
    }

    /// Whether all that it writes has the names that `label` gives; others grow under names that nobody knows beforehand.
    pub(super) fn is_named(&self) -> bool {
        self.errand == Errand::Label
    }

    /// The bytes of all that comes out, together.
    pub(super) fn length(&self) -> usize {
        self.whole.iter().map(Vec::len).sum()
    }

    /// The arguments that make the outputs in `folder` of `input`.
    pub(super) fn args(&self, input: &Path, folder: &Path) -> Vec<String> {
        let outputs: Vec<_> = self.outputs.iter().map(|output| folder.join(output)).collect();
        let small = ["--quiet", "--threads", "2", "--model", arg(small_file())];
        let args = match self.errand {
            Errand::Train => vec!["train", "--quiet", "--corpus", arg(self.home.path()), "-o", arg(&outputs[0])],
            Errand::Report => [&["report", arg(input), "-o", arg(&outputs[0])], &small[..]].concat(),
            Errand::Label => [&["label", arg(input), "-o", arg(&outputs[0])], &small[..]].concat(),
            Errand::LabelWithPage => {
                [&["label", arg(input), "-o", arg(&outputs[0]), "--report", arg(&outputs[1])], &small[..]].concat()
            }
        };
        args.into_iter().map(str::to_owned).collect()
    }
}
