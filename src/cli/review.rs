//! `rolecall review` and `rolecall agreement`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{ColumnArgs, Format};

/// In which order rows are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    /// Those that teach most first: least certain, title against duties, typical, no two alike.
    Informative,
    /// By lot: what is measured on such rows holds for the whole export.
    Random,
}

/// `rolecall review`
#[derive(Debug, Args)]
#[command(
    after_help = "EXPORT is what rolecall label reads or wrote; its rows are judged anew. The rows to ask are chosen by what the model is not sure of: a near tie \
between two roles, a title that contradicts the duties. Of those, typical ones come before odd ones, none is like one that was asked, and near-copies \
are asked once. The same export and model give the same order.

Keys:
  a p m n        account-manager, project-manager, mixed, neither
  s              skip: the row is not asked again
  b, left        back to the row before, to change its answer; right goes on
  space, up, down, PageUp, PageDown, Home, End   move in a long posting
  q              quit: every answer is saved already, and the same command goes on

What speaks for account work is cyan, what speaks for project work is yellow; with NO_COLOR set they stand in «…» and ‹…›.

The answers are JSON lines of id, title, company, text and role, or skipped where there is none. rolecall train, evaluate and agreement read \
them as they are. A line is on the disk before the next row is asked. Rows that were chosen say so (informative): they train a model, but as they are \
no sample of the export, its probabilities are not set by them where there are others.

Examples:
  rolecall review labelled.csv -o labels.jsonl
  rolecall review labelled.csv -o labels.jsonl --rows 200
  rolecall train --postings labels.jsonl -o my.rolecall
  rolecall review labelled.csv -o labels.jsonl --model my.rolecall --rows 300

To measure a model on rows that were drawn by lot:
  rolecall review labelled.csv -o sample.jsonl --order random --blind
  rolecall evaluate sample.jsonl

To see whether two people agree:
  rolecall review labels.jsonl -o second.jsonl --blind
  rolecall agreement labels.jsonl second.jsonl",
    mut_arg("id_column", |arg| arg.help("The column with the id of a row; rows without one are named by what they say"))
)]
pub struct Review {
    /// The export, labelled or not.
    #[arg(value_name = "EXPORT")]
    pub export: PathBuf,
    /// Write the answers here; where there are some already, go on.
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Ask so many rows, those that were answered before among them.
    #[arg(short = 'n', long, value_name = "N", default_value = "100")]
    pub rows: std::num::NonZeroU16,
    /// In which order to ask.
    #[arg(long, value_enum, default_value_t = Order::Informative)]
    pub order: Order,
    /// The lot that --order random draws: another number, other rows.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Show nothing of what the model thinks: no phrases, no roles.
    #[arg(long)]
    pub blind: bool,
    /// Where title, text and id stand.
    #[command(flatten)]
    pub columns: ColumnArgs,
    /// The column with the employer, which training keeps on one side of a split.
    #[arg(long, value_name = "NAME")]
    pub company_column: Option<String>,
    /// Use this model instead of the one inside the program.
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Use this many threads to judge; all cores by default.
    #[arg(long, value_name = "N")]
    pub threads: Option<std::num::NonZeroU16>,
    /// Say nothing but errors before and after.
    #[arg(short, long)]
    pub quiet: bool,
}

/// `rolecall agreement`
#[derive(Debug, Args)]
#[command(
    after_help = "Answers are matched by id. Cohen's kappa is the agreement beyond chance: 0 is chance, 1 is all. Intervals are of 95 %, by the bootstrap over \
postings.

Examples:
  rolecall agreement labels.jsonl second.jsonl
  rolecall agreement labels.jsonl second.jsonl --format json"
)]
pub struct AgreementArgs {
    /// The answers of the first reviewer: JSON lines or CSV with id and role (or a and p), as rolecall review writes them.
    #[arg(value_name = "FIRST")]
    pub first: PathBuf,
    /// Those of the second one.
    #[arg(value_name = "SECOND")]
    pub second: PathBuf,
    /// How to write what was found.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}
