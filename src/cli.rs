//! The command line, and nothing else.

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

mod columns;
mod review;
mod shell;

pub use columns::ColumnArgs;
pub use review::{AgreementArgs, Order, Review};
pub use shell::{Completions, Man};

/// Tells account-manager from project-manager job postings.
#[derive(Debug, Parser)]
#[command(version, about, long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const LONG_ABOUT: &str = "Reads a job posting, German or English, and says whether it reads as account-manager, project-manager, mixed or neither, \
how sure it is, and which phrases carry the call. Works offline; the model is inside the program.";

const EXAMPLES: &str = "Examples:
  rolecall classify posting.html --title \"Key Account Manager (m/w/d)\"
  pbpaste | rolecall classify - --format json
  rolecall label export.csv -o labelled.csv
  rolecall report labelled.csv -o report.html
  rolecall diff january.csv june.csv
  rolecall review labelled.csv -o labels.jsonl
  rolecall train --postings labels.jsonl -o my.rolecall
  rolecall evaluate labelled.csv --model my.rolecall

Exit codes: 0 done, 1 done with a doubt you should see, 2 not done.";

/// What a first call, without anything behind it, is told.
pub const LESSON: &str = "rolecall tells account managers' job postings from project managers', German and English.

  Judge one posting, and see which phrases carry the call:
    rolecall classify posting.html

  Label a whole export, with the role beside every row:
    rolecall label export.csv -o labelled.csv

  Say what the rows are that it is least sure of, one key each:
    rolecall review labelled.csv -o labels.jsonl

  Train a model that has learnt from your answers, and label with it:
    rolecall train --postings labels.jsonl -o my.rolecall
    rolecall label export.csv -o labelled.csv --model my.rolecall

rolecall help lists every command; rolecall COMMAND --help explains one, with examples.
";

impl Cli {
    /// Reads the command line; prints help, or what is wrong with it, and leaves.
    pub fn read() -> Self {
        Self::parse()
    }

    /// Whether there is nothing on the command line.
    pub fn is_empty() -> bool {
        std::env::args_os().len() <= 1
    }

    /// The command line as it is defined, for what is generated from it.
    pub fn definition() -> clap::Command {
        Self::command()
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge one posting: its role, how sure, and the phrases behind the call.
    Classify(Classify),
    /// Label an export of postings: tables, workbooks, JSON and Parquet in, the same out, with the role beside every row; XML feeds and folders of
    /// documents too.
    Label(LabelArgs),
    /// Show a labelled export on a page of its own: the mix of roles, a map, every row, and what carries each call.
    Report(ReportArgs),
    /// Compare two labelled exports, or two models on one: which rows changed role, and how the mix moved.
    Diff(Diff),
    /// Say what the rows are that a model learns most from, one key each.
    Review(Review),
    /// Compare the answers of two reviewers: Cohen's kappa, and the rows in dispute.
    Agreement(AgreementArgs),
    /// Train a model on the corpus and on labelled postings of your own.
    Train(Train),
    /// Measure a model, or a way of training, on labelled postings.
    Evaluate(Evaluate),
    /// Show a model's card: what it was trained on, and how good it is.
    Model(ModelArgs),
    /// Check a corpus folder and count what is in it.
    Corpus(CorpusArgs),
    /// Print completions for a shell.
    Completions(Completions),
    /// Write man pages, one for each command.
    Man(Man),
    /// Read the text of a PDF on standard input: for the program itself.
    #[command(name = crate::formats::document::pdf::COMMAND, hide = true)]
    ReadPdf,
}

/// How a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How a verdict is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum VerdictFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For people, as a page with the posting and its phrases.
    Html,
}

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PageLanguage {
    /// German.
    De,
    /// English.
    En,
}

/// `rolecall classify`
#[derive(Debug, Args)]
#[command(
    after_help = "Without --title, a short first line that stands by itself is read as the title, in HTML the first heading.
Spans of phrases count in the file where it is UTF-8; otherwise, and in a DOCX or PDF, in its text.

Examples:
  rolecall classify posting.md
  rolecall classify posting.txt --title \"Projektleiter:in IT\" --phrases 10
  rolecall classify posting.docx --format html > posting.html
  curl -s https://example.org/job | rolecall classify - --format json"
)]
pub struct Classify {
    /// The posting: plain text, Markdown or HTML in UTF-8, UTF-16 or Windows-1252, DOCX or PDF; - is standard input.
    #[arg(default_value = "-")]
    pub file: PathBuf,
    /// The job title, where it is not the first line of the posting.
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// How to write the verdict.
    #[arg(long, value_enum, default_value_t = VerdictFormat::Text)]
    pub format: VerdictFormat,
    /// Show at most this many key phrases.
    #[arg(long, value_name = "N", default_value_t = crate::explain::SHOWN)]
    pub phrases: usize,
    /// Show every word's share: the weights sum, with the intercept, to the logit of each head.
    #[arg(long, conflicts_with = "phrases")]
    pub all_phrases: bool,
    /// Refuse a text that is longer than this many megabytes: judging it takes many times its memory.
    #[arg(long, value_name = "MB", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub longest_text: u8,
    /// Use this model instead of the one inside the program.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
}

/// `rolecall label`
#[derive(Debug, Args)]
#[command(after_help = "What is read:
  tables      CSV and TSV in any dialect, in UTF-8, UTF-16 or Windows-1252
  JSON        lines, arrays and nested feeds
  XML         feeds of job boards and applicant-tracking systems, RSS, Atom
  workbooks   XLSX and ODS: the first sheet with a header that it knows, or --sheet
  columns     Parquet, Arrow and Feather files, Arrow streams
  folders     their .txt, .md, .html, .docx and .pdf files are a row each, named by their paths
Tables, JSON and XML may be compressed with gzip, zstd or xz; - is standard input.

What is written: the same format, or that of the ending of OUT (.csv, .tsv, .jsonl, .json, .xlsx, .parquet, .arrow, .arrows; .gz, .zst or .xz \
behind the first four compresses). XML feeds and folders become JSON lines. Whatever is no table becomes one of id, title and text, and Parquet and Arrow do not become .xlsx. Original bytes stay as they are. Tables get \
these columns after their own, JSON objects a key \"rolecall\":
  rolecall_role          account-manager, project-manager, mixed or neither
  rolecall_probability   of that role, 0 to 1
  rolecall_account       probability that account work is a core of the job
  rolecall_project       probability that project work is a core of the job
  rolecall_phrases       what carries the call, each with its weight
  rolecall_reason        why neither
  rolecall_problem       why the row could not be judged
  rolecall_model         fingerprint of the model
A row that cannot be read is kept, with the reason beside it, and the exit code is 1. Columns about people who applied are never read.

OUT appears whole or not at all. It grows as OUT.partial, with OUT.checkpoint beside it, from which --resume goes on; a workbook grows as the bare sheet \
and is packed at the end. Parquet and Arrow have their index at the end, so a stopped run keeps nothing and begins again. Rows stream; \
only the texts that the cells of an XLSX share are held in memory, and a workbook from a pipe is kept in a temporary file first (2 GB at most). An XLSX holds \
at most 1,048,576 rows and 32,767 characters a cell; where that is not enough, the run ends with an error, and nothing is cut.

Examples:
  rolecall label export.csv -o labelled.csv
  rolecall label jobs.csv.gz -o labelled.jsonl.gz --text-column Aufgaben --text-column Profil
  rolecall label jobs.xlsx -o labelled.xlsx --sheet Stellen
  rolecall label jobs.parquet -o labelled.parquet --text-column job.text
  rolecall label feed.xml -o labelled.csv
  rolecall label postings/ -o labelled.jsonl --report report.html
  rolecall label export.csv -o labelled.csv --resume
  cat jobs.jsonl | rolecall label - > labelled.jsonl")]
pub struct LabelArgs {
    /// The export, or a folder of documents; - is standard input.
    #[arg(value_name = "EXPORT")]
    pub export: PathBuf,
    /// Write here, in the format of its ending; without it, or with -, to standard output in the format of the export.
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// The sheet of a workbook, by name or number.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Where title, text and id stand.
    #[command(flatten)]
    pub columns: ColumnArgs,
    /// Show the labelled rows on a page, too: as rolecall report OUT -o FILE does.
    #[arg(long, value_name = "FILE", requires = "output")]
    pub report: Option<PathBuf>,
    /// Name at most this many key phrases a row.
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub phrases: usize,
    /// Use this model instead of the one inside the program.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Use this many threads; all cores by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroU16>,
    /// Do not judge rows longer than this many megabytes.
    #[arg(long, value_name = "MB", default_value_t = 16, value_parser = clap::value_parser!(u8).range(1..))]
    pub longest_row: u8,
    /// Unpack no part of a workbook to more than this many megabytes.
    #[arg(long, value_name = "MB", default_value = "1000")]
    pub largest_workbook: std::num::NonZeroU32,
    /// Go on where an earlier run with the same arguments was stopped.
    #[arg(long, requires = "output")]
    pub resume: bool,
    /// Begin again although an earlier run was stopped.
    #[arg(long, conflicts_with = "resume")]
    pub restart: bool,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub quiet: bool,
}

/// `rolecall report`
#[derive(Debug, Args)]
#[command(after_help = "LABELLED is what rolecall label wrote: a table, a workbook, Parquet or JSON, compressed or not.

The page is one file. It loads nothing, sends nothing and opens from the disk: it can be mailed, and it works without a network. On it: the mix of roles;
every posting in the plane of account share and project share, with the lines where one role ends and another begins; how sure the calls are; the phrases
that lead each role; the mix by source, company and department where such a column is there; titles that say something else than the duties; and a table to
search and to sort. A click shows the posting with its phrases, its profile and the reasons. In German and English, light and dark, by keyboard, on paper.

Beyond 200,000 rows, a random sample is listed. Of the texts, as many are on the page as fit into --texts, those of the least sure calls first; \
the other rows have their title and their phrases. Whoever has the page has those texts: give it to nobody who may not read the postings.

Where the labels are of the same model, the texts are judged again for what a label has no room for: profile, votes, where the phrases stand.

Examples:
  rolecall report labelled.csv -o report.html
  rolecall report labelled.parquet -o report.html --language de --group Standort
  rolecall report labelled.jsonl.gz -o small.html --texts 0")]
pub struct ReportArgs {
    /// The labelled export; - is standard input.
    #[arg(value_name = "LABELLED")]
    pub labelled: PathBuf,
    /// Write the page here.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// The language of the page at first; that of most postings by default.
    #[arg(long, value_enum)]
    pub language: Option<PageLanguage>,
    /// Hold at most this many megabytes of texts.
    #[arg(long, value_name = "MB", default_value_t = 20, value_parser = clap::value_parser!(u16).range(..=500))]
    pub texts: u16,
    /// Mark at most this many phrases in a text.
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub phrases: usize,
    /// A column to count by, instead of source, company and department. May be repeated.
    #[arg(long = "group", value_name = "NAME")]
    pub groups: Vec<String>,
    /// The sheet of a workbook, by name or number.
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// Where title, text and id stand.
    #[command(flatten)]
    pub columns: ColumnArgs,
    /// The model that labelled, instead of the one inside the program.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Use this many threads; all cores by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroU16>,
    /// Say nothing but errors.
    #[arg(short, long)]
    pub quiet: bool,
}

/// How a comparison is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// The list of changed rows alone.
    Csv,
}

/// `rolecall diff`
#[derive(Debug, Args)]
#[command(
    after_help = "OLD and NEW are what rolecall label wrote: tables, workbooks, Parquet or JSON, in any mix, compressed or not. Rows are matched by id where both have \
a column with ids, and by occurrence where an id occurs more than once; otherwise the first row is matched with the first, and so on.
With --model, one export is judged by two models, whether it is labelled or not.

The list of changed rows has the columns change, id, title, old_row, new_row, old_role, new_role, old_probability and new_probability;
change is role, only-old or only-new. Drift is given as the population stability index: below 0.1 is small, from 0.25 on large, and
below what two random samples of that size would show it says nothing.

Matching by id holds the calls, ids and titles of OLD, some 200 bytes a row; nothing else grows with the exports.

Examples:
  rolecall diff january.csv june.csv
  rolecall diff january.csv.gz june.jsonl -o changed.csv
  rolecall diff export.csv --model old.rolecall --model new.rolecall --exit-code
  rolecall diff january.csv june.csv --format json",
    mut_arg("text_columns", |arg| arg.requires("models").help("A column with text, for --model. May be repeated: the cells are joined by line breaks"))
)]
pub struct Diff {
    /// The earlier labelling, or with --model the export to judge; - is standard input.
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The later labelling.
    #[arg(value_name = "NEW", required_unless_present = "models", conflicts_with = "models")]
    pub new: Option<PathBuf>,
    /// Judge OLD by this model instead of comparing files. Twice: the old model and the new one; once: the new one, against the one inside the program.
    #[arg(long = "model", value_name = "FILE")]
    pub models: Vec<PathBuf>,
    /// Where title, text and id stand.
    #[command(flatten)]
    pub columns: ColumnArgs,
    /// How to write the comparison.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
    /// Write the list of changed rows here, as CSV; with tabs where the name ends in .tsv.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Exit with 1 where a row changed its role.
    #[arg(long)]
    pub exit_code: bool,
    /// Use this many threads, for --model; all cores by default.
    #[arg(long, value_name = "N", requires = "models")]
    pub threads: Option<std::num::NonZeroU16>,
    /// Say nothing on the way.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Where labelled postings come from.
#[derive(Debug, Args)]
pub struct Sources {
    /// Folder with role descriptions and postings of our own.
    #[arg(long, value_name = "DIR", default_value = "corpus")]
    pub corpus: PathBuf,
    /// Labelled postings: JSON lines with id, title, company, text and role (or a and p), or CSV with a header; .xz too. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub postings: Vec<PathBuf>,
    /// Labels for postings of those files, joined by id: JSON lines with id, and role or a and p. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub labels: Vec<PathBuf>,
}

/// `rolecall train`
#[derive(Debug, Args)]
#[command(
    after_help = "The same input gives the same bytes. The model is judged by cross-validation that keeps every employer and every group of \
near-copies on one side; --report writes what was measured.

Examples:
  rolecall train -o my.rolecall
  rolecall train --postings labelled.jsonl -o my.rolecall --report my.txt
  rolecall train --postings postings.jsonl.xz --labels labels.jsonl -o my.rolecall"
)]
pub struct Train {
    /// Where the labelled postings come from.
    #[command(flatten)]
    pub sources: Sources,
    /// Write the model here.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Write the evaluation to this file: as a picture (.svg), a page (.html), JSON (.json) or text. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub report: Vec<PathBuf>,
    /// Read the settings from this JSON file: the keys that differ from the defaults.
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Say nothing on the way.
    #[arg(short, long)]
    pub quiet: bool,
}

/// `rolecall evaluate`
#[derive(Debug, Args)]
#[command(
    after_help = "With --cross-validate, models are trained on folds of the postings (and on the whole corpus) and judged on what each had not seen.

With --robustness, every posting is judged again after each of some thirty changes that should not matter (other markup, other characters, other
gender forms, paragraphs that say nothing of the job), and without its title: how many calls flip, and how far the probabilities move. Labels are
not needed; with --labels, the postings that have one are looked at.

Examples:
  rolecall evaluate labelled.csv
  rolecall evaluate postings.jsonl --robustness
  rolecall evaluate postings.jsonl.xz --labels labels.jsonl --format json
  rolecall evaluate postings.jsonl.xz --labels labels.jsonl --cross-validate --learning-curve --report figures.html"
)]
#[allow(clippy::struct_excessive_bools)]
pub struct Evaluate {
    /// Labelled postings: JSON lines or CSV with id, title, text and role; .xz too. With --robustness, postings without a label are as good.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Labels for postings of those files, joined by id. May be repeated.
    #[arg(long, value_name = "FILE")]
    pub labels: Vec<PathBuf>,
    /// Judge this model instead of the one inside the program.
    #[arg(long, value_name = "FILE", conflicts_with = "cross_validate")]
    pub model: Option<PathBuf>,
    /// Judge the way of training instead of a model.
    #[arg(long)]
    pub cross_validate: bool,
    /// Count the calls that flip when a posting is written another way.
    #[arg(long, conflicts_with = "cross_validate")]
    pub robustness: bool,
    /// Folder with role descriptions and postings of our own, for --cross-validate.
    #[arg(long, value_name = "DIR", default_value = "corpus")]
    pub corpus: PathBuf,
    /// With --cross-validate: hold out each source (key "source") whole, as on postings from elsewhere.
    #[arg(long, requires = "cross_validate")]
    pub leave_one_source_out: bool,
    /// Settings for --cross-validate: the keys that differ from the defaults. Of several, each fold chooses by its own training part (nested).
    #[arg(long, value_name = "FILE", requires = "cross_validate")]
    pub settings: Vec<PathBuf>,
    /// With --cross-validate: also train on 10, 20, 40 and 70 % of the employers, to see what more labels would bring.
    #[arg(long, requires = "cross_validate")]
    pub learning_curve: bool,
    /// Write the evaluation to this file, too: as a picture (.svg), a page (.html), JSON (.json) or text. May be repeated.
    #[arg(long, value_name = "FILE", conflicts_with = "robustness")]
    pub report: Vec<PathBuf>,
    /// How to write the figures.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `rolecall model`
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// Show this model instead of the one inside the program.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// How to write the card.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// Also list this many columns that speak most for and against each head.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub columns: usize,
}

/// `rolecall corpus`
#[derive(Debug, Args)]
pub struct CorpusArgs {
    /// The folder.
    #[arg(default_value = "corpus")]
    pub folder: PathBuf,
}
