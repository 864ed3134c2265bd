//! Bytes and postings a second, stage by stage and as a whole, on one core.
//!
//! ```text
//! cargo bench --bench stages                        the postings of corpus/
//! cargo bench --bench stages -- POSTINGS.jsonl.xz   postings of your own: JSON lines with `title` and `text`, or CSV
//! cargo bench --bench stages -- --only words        stages that have this in their name
//! ```
//!
//! Every figure is the median of some passes over all postings. A stage holds all that come before it; whole exports are read, judged and
//! written by one worker, with the reader and the writer beside it.

use std::hint::black_box;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rolecall::classifier::Analysis;
use rolecall::formats::document::DocumentReader;
use rolecall::formats::read_records;
use rolecall::label::checkpoint::Start;
use rolecall::label::columns::Wishes;
use rolecall::label::{self, Options};
use rolecall::markup::Plain;
use rolecall::tokens::Words;
use rolecall::{Classifier, Documents, Error, Explain, Posting};

/// Passes over the postings.
const PASSES: usize = 7;
/// About so many bytes are read: small inputs are repeated, so that the clock's grain does not show.
const BYTES: usize = 8 << 20;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Cargo adds `--bench`.
    let mut arguments = std::env::args_os().skip(1).filter(|argument| argument != "--bench");
    let (mut files, mut only) = (Vec::new(), String::new());
    while let Some(argument) = arguments.next() {
        if argument == "--only" {
            only = arguments.next().unwrap_or_default().to_string_lossy().into_owned();
        } else {
            files.push(PathBuf::from(argument));
        }
    }
    let files = if files.is_empty() { own()? } else { files };
    let mut read = Vec::new();
    for file in &files {
        read_records(file, |record, _| {
            read.push(Posting::new(record.title, record.text.unwrap_or_default()));
            Ok(())
        })?;
    }
    let size = |posting: &Posting| posting.title.len() + posting.text.len();
    let once: usize = read.iter().map(size).sum();
    let postings: Vec<&Posting> = read.iter().cycle().take(read.len() * (BYTES / once.max(1) + 1)).collect();
    let classifier = Classifier::built_in()?;
    let bench = Bench { only, postings: &postings, bytes: postings.iter().map(|posting| size(posting)).sum() };
    say(&format!("{} postings, {:.1} MB, {PASSES} passes each\n", postings.len(), bench.bytes as f64 / 1e6));
    bench.stage("markup", |posting| Plain::read(&posting.text).text.len());
    bench.stage("words", |posting| Words::read(&posting.text).len());
    bench.stage("document (markup, words, sentences)", |posting| Documents::read(posting).fields.len());
    bench.stage("verdict without phrases", |posting| classifier.verdict(posting, 0).language as usize);
    bench.stage("verdict with six phrases", |posting| classifier.verdict(posting, 6).phrases.len());
    bench.stage("verdict with six phrases, as JSON", |posting| {
        serde_json::to_string(&classifier.verdict(posting, 6)).map_or(0, |json| json.len())
    });
    bench.stage("plain path: analysis", |posting| Analysis::new(classifier.model(), &Documents::read(posting)).row.0.len());
    bench.stage("plain path: with six phrases", |posting| {
        classifier.explain(posting, &Documents::read(posting), Explain::Key(6)).phrases.len()
    });
    bench.exports(&classifier)
}

/// The files of the corpus.
fn own() -> Result<Vec<PathBuf>, Error> {
    let folder = Path::new("corpus/postings");
    let entries = std::fs::read_dir(folder).map_err(|error| Error::in_file(folder, error.to_string()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    Ok(files)
}

/// Writes a line; a closed pipe is no reason to fail.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// What every stage reads.
struct Bench<'p> {
    /// Stages without this in their name are left out.
    only: String,
    postings: &'p [&'p Posting],
    bytes: usize,
}

impl Bench<'_> {
    /// Runs `stage` on every posting and says how fast that was.
    fn stage(&self, name: &str, stage: impl Fn(&Posting) -> usize) {
        if !name.contains(&self.only) {
            return;
        }
        let mut times: Vec<Duration> = (0..PASSES)
            .map(|_| {
                let begin = Instant::now();
                for posting in self.postings {
                    black_box(stage(black_box(posting)));
                }
                begin.elapsed()
            })
            .collect();
        self.say(name, &mut times);
    }

    /// Labels the postings as exports, from each text format into itself and from JSON lines into each other one.
    fn exports(&self, classifier: &Classifier) -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name);
        let mut table = csv::Writer::from_path(at("in.csv"))?;
        let mut lines = std::io::BufWriter::new(std::fs::File::create(at("in.jsonl"))?);
        table.write_record(["id", "title", "text"])?;
        for (posting, id) in self.postings.iter().zip(1_u64..) {
            table.write_record([&id.to_string(), &posting.title, &posting.text])?;
            writeln!(lines, "{}", serde_json::json!({ "id": id, "title": posting.title, "text": posting.text }))?;
        }
        table.flush()?;
        lines.flush()?;
        for (from, to) in [
            ("in.csv", "out.csv"),
            ("in.jsonl", "out.jsonl"),
            ("in.jsonl", "out.csv"),
            ("in.jsonl", "out.xlsx"),
            ("in.jsonl", "out.parquet"),
            ("in.jsonl", "out.arrow"),
        ] {
            for phrases in [0, 6] {
                self.export(classifier, &at(from), &at(to), phrases)?;
            }
        }
        Ok(())
    }

    /// Labels one export on one worker and says how fast that was.
    fn export(&self, classifier: &Classifier, from: &Path, to: &Path, phrases: usize) -> Result<(), Error> {
        let ending = |path: &Path| path.extension().unwrap_or_default().to_string_lossy().into_owned();
        let name = format!("label {} to {}, {phrases} phrases", ending(from), ending(to));
        if !name.contains(&self.only) {
            return Ok(());
        }
        let options = Options {
            input: from.to_owned(),
            output: Some(to.to_owned()),
            sheet: None,
            columns: Wishes::default(),
            phrases,
            threads: Some(1),
            longest_row: 64,
            largest_workbook: 1024,
            start: Start::Over,
            documents: DocumentReader::default(),
            quiet: true,
        };
        let mut times = Vec::new();
        for _ in 0..PASSES {
            let begin = Instant::now();
            label::run(&options, classifier.clone(), &Arc::default())?;
            times.push(begin.elapsed());
        }
        self.say(&name, &mut times);
        Ok(())
    }

    /// Says the median of `times`.
    fn say(&self, name: &str, times: &mut [Duration]) {
        times.sort_unstable();
        let seconds = times[PASSES / 2].as_secs_f64();
        let (megabytes, rate) = (self.bytes as f64 / 1e6 / seconds, self.postings.len() as f64 / seconds);
        say(&format!("{name:<36} {megabytes:>8.1} MB/s {rate:>9.0} postings/s"));
    }
}
