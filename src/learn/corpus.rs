//! Everything that a model is trained on: role descriptions and labelled postings.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

use super::quotes;
use super::statements::{self, Statement};
use crate::confidence::Confidence;
use crate::document::Document;
use crate::error::Error;
use crate::explain::Phrase;
use crate::features::Documents;
use crate::formats::{Record, read_records};
use crate::posting::Posting;
use crate::role::{Head, PerHead, Role};
use crate::span::Span;
use crate::vocabulary::Field;

/// Where an example comes from. Own postings train a model, but it is not judged by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Written for the corpus.
    Written,
    /// A real posting, labelled in one of the given files.
    Real,
    /// A real posting, labelled in the corpus's `readings/` or in a review of doubtful rows: chosen to be read because a model was unsure, so no sample
    /// of anything. It trains a model, but does not judge it where there are others that do.
    Chosen,
}

/// What is known of the sentences of a posting, for one head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marks {
    /// Nothing.
    Unknown,
    /// These sentences are such work; of the others nothing is known. Spans of the source text.
    Some(Vec<Span>),
    /// These sentences are such work, and no others. Spans of the source text.
    All(Vec<Span>),
}

/// A labelled posting.
#[derive(Debug, Clone)]
pub struct Example {
    /// What was read.
    pub posting: Posting,
    /// The employer; empty where it is not known.
    pub company: String,
    /// Whether each kind of work is a core of the job.
    pub cores: PerHead<bool>,
    /// How sure the reader was of it; high where nothing is said.
    pub confidence: Confidence,
    /// What is known of its sentences.
    pub marks: PerHead<Marks>,
    /// Where it comes from.
    pub origin: Origin,
    /// The name of its source; empty where it is not known.
    pub source: String,
    /// What kind of title it has; empty where it is not known.
    pub title_kind: String,
    /// Quotes that carried the label.
    pub evidence: Vec<String>,
}

impl Example {
    /// The role that it is labelled with.
    pub fn role(&self) -> Role {
        Role::from_cores(self.cores.account, self.cores.project)
    }
}

/// A reader looks at so many key phrases before she judges them.
const LOOKED_AT: usize = 3;

impl Example {
    /// Whether one of the first three `phrases` overlaps a place that the reader quoted; `None` where nothing was quoted or the posting is neither.
    pub fn is_quoted_by(&self, documents: &Documents<'_>, phrases: &[Phrase]) -> Option<bool> {
        let quoted = quotes::find_all(documents.field(Field::Text), &self.evidence);
        let hit = |phrase: &Phrase| {
            phrase.field == Field::Text && quoted.iter().any(|quote| quote.overlaps(phrase.source_span(documents)))
        };
        (self.role() != Role::Neither && !quoted.is_empty()).then(|| phrases.iter().take(LOOKED_AT).any(hit))
    }
}

/// Labelled postings and role descriptions.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    /// The postings, in the order of their files.
    pub examples: Vec<Example>,
    /// The role descriptions.
    pub statements: Vec<Statement>,
    /// Fingerprint of all that was read: 32 hexadecimal digits.
    pub hash: String,
}

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Folder with `roles/`, `postings/` and, where there are some, `readings/`.
    pub corpus: Option<PathBuf>,
    /// Further files of postings, labelled or not.
    pub postings: Vec<PathBuf>,
    /// Labels for postings of other files, joined by id.
    pub labels: Vec<PathBuf>,
}

/// A label and where it stands.
struct Label {
    record: Record,
    file: PathBuf,
    line: u64,
    chosen: bool,
}

impl Corpus {
    /// Reads `sources`. Postings without a label are left out.
    ///
    /// # Errors
    /// If a file cannot be read, a line is broken, a label is unknown, or an id is there twice; the error names file and line.
    pub fn load(sources: &Sources) -> Result<Self, Error> {
        let mut corpus = Self::default();
        let mut hasher = Xxh3::new();
        let mut labels: BTreeMap<String, Label> = BTreeMap::new();
        for file in &sources.labels {
            read_labels(file, false, &mut labels)?;
        }
        let mut seen: HashMap<String, PathBuf> = HashMap::new();
        if let Some(folder) = &sources.corpus {
            if !folder.is_dir() {
                let problem = "no such folder (the corpus comes with the source of rolecall, in corpus/: name that)";
                return Err(Error::in_file(folder, problem));
            }
            corpus.statements = statements::load(&folder.join("roles"))?;
            let readings = folder.join("readings");
            let readings = if readings.exists() { files(&readings, "jsonl")? } else { Vec::new() };
            for file in readings {
                read_labels(&file, true, &mut labels)?;
            }
            for file in files(&folder.join("postings"), "jsonl")? {
                corpus.read(&file, Origin::Written, &labels, &mut seen)?;
            }
        }
        for file in &sources.postings {
            corpus.read(file, Origin::Real, &labels, &mut seen)?;
        }
        corpus.digest(&mut hasher);
        corpus.hash = format!("{:032x}", hasher.digest128());
        Ok(corpus)
    }

    /// Reads the postings of `file` that have a label there or in `labels`.
    fn read(
        &mut self,
        file: &Path,
        origin: Origin,
        labels: &BTreeMap<String, Label>,
        seen: &mut HashMap<String, PathBuf>,
    ) -> Result<(), Error> {
        read_records(file, |mut record, line| {
            let (mut label_file, mut label_line, mut origin) = (file, line, origin);
            if let Some(label) = labels.get(&record.id).filter(|_| !record.id.is_empty()) {
                if record.is_label() {
                    return Err(Error::at(
                        file,
                        line,
                        format!("{:?} is labelled here and in {}", record.id, label.file.display()),
                    ));
                }
                (label_file, label_line) = (&label.file, label.line);
                if label.chosen {
                    origin = Origin::Chosen;
                }
                join(&mut record, &label.record);
            }
            if !record.says_role() {
                return Ok(());
            }
            if record.informative && origin == Origin::Real {
                origin = Origin::Chosen;
            }
            if record.text.is_none() {
                return Err(Error::at(file, line, "no text: a posting has a key \"text\""));
            }
            if !record.id.is_empty()
                && let Some(other) = seen.insert(record.id.clone(), file.to_owned())
            {
                return Err(Error::at(
                    file,
                    line,
                    format!("the id {:?} is there twice, first in {}", record.id, other.display()),
                ));
            }
            self.examples.push(example(record, origin, label_file, label_line)?);
            Ok(())
        })
    }

    /// Feeds everything that training sees to `hasher`.
    fn digest(&self, hasher: &mut Xxh3) {
        for example in &self.examples {
            for part in [&example.posting.id, &example.posting.title, &example.posting.text, &example.company] {
                hasher.update(part.as_bytes());
                hasher.update(&[0]);
            }
            hasher
                .update(format!("{:?}{:?}{:?}{:?}", example.cores, example.confidence, example.origin, example.marks).as_bytes());
        }
        for statement in &self.statements {
            hasher.update(format!("{statement:?}").as_bytes());
        }
    }
}

/// Reads the labels of `file`; several files may say different things of one posting (its role, its sentences).
fn read_labels(file: &Path, chosen: bool, labels: &mut BTreeMap<String, Label>) -> Result<(), Error> {
    read_records(file, |record, line| {
        if record.id.is_empty() {
            return Err(Error::at(file, line, "no id: a label needs the id of its posting"));
        }
        match labels.get_mut(&record.id) {
            Some(known) if known.record.a.is_some() && record.a.is_some() => Err(Error::at(
                file,
                line,
                format!("{:?} is labelled twice, first in {} line {}", record.id, known.file.display(), known.line),
            )),
            Some(known) => {
                join(&mut known.record, &record);
                Ok(())
            }
            None => {
                labels.insert(record.id.clone(), Label { record, file: file.to_owned(), line, chosen });
                Ok(())
            }
        }
    })
}

/// Adds what `label` says to `record`.
fn join(record: &mut Record, label: &Record) {
    record.role = record.role.or(label.role);
    record.a = record.a.or(label.a);
    record.p = record.p.or(label.p);
    record.confidence = record.confidence.or(label.confidence);
    record.informative |= label.informative;
    record.account = record.account.take().or_else(|| label.account.clone());
    record.project = record.project.take().or_else(|| label.project.clone());
    if record.evidence.is_empty() {
        record.evidence.clone_from(&label.evidence);
    }
}

/// Turns a labelled record into an example.
fn example(record: Record, origin: Origin, file: &Path, line: u64) -> Result<Example, Error> {
    let cores = cores(&record).map_err(|problem| Error::at(file, line, problem))?;
    let posting = Posting { id: record.id, title: record.title, text: record.text.unwrap_or_default() };
    let levels = PerHead { account: record.a, project: record.p };
    let spans = PerHead { account: record.account, project: record.project };
    let mut marks = PerHead::from_fn(|_| Marks::Unknown);
    for head in Head::ALL {
        *marks.get_mut(head) = match (spans.get(head), levels.get(head)) {
            (Some(spans), _) => Marks::All(checked(spans, &posting.text).map_err(|problem| Error::at(file, line, problem))?),
            (None, Some(0)) => Marks::All(Vec::new()),
            (None, _) if quoted_for(cores, head) => {
                Marks::Some(quotes::find_all(&Document::read(&posting.text), &record.evidence))
            }
            (None, _) => Marks::Unknown,
        };
    }
    let company = record.company.unwrap_or_default();
    Ok(Example {
        posting,
        company,
        confidence: record.confidence.unwrap_or(Confidence::High),
        cores,
        marks,
        origin,
        source: record.source,
        title_kind: record.title_kind,
        evidence: record.evidence,
    })
}

/// Whether the quotes of a posting with these cores speak for `head` and no other.
fn quoted_for(cores: PerHead<bool>, head: Head) -> bool {
    *cores.get(head) && cores.account != cores.project
}

/// The two answers of a record.
fn cores(record: &Record) -> Result<PerHead<bool>, String> {
    let level = |level: Option<u8>, name: &str| match level {
        Some(level @ 0..=2) => Ok(Some(level == 2)),
        Some(other) => Err(format!("{name:?} is {other}: expected 0, 1 or 2")),
        None => Ok(None),
    };
    let (account, project) = (level(record.a, "a")?, level(record.p, "p")?);
    match (account, project, record.role) {
        (Some(account), Some(project), role) => {
            let follows = Role::from_cores(account, project);
            if role.is_some_and(|role| role != follows) {
                return Err(format!("the role does not follow from a and p: expected {follows}"));
            }
            Ok(PerHead { account, project })
        }
        (None, None, Some(role)) => Ok(PerHead::from_fn(|head| role.has(head))),
        _ => Err("no label: expected \"role\", or both \"a\" and \"p\"".to_owned()),
    }
}

/// Spans of a label, checked against the text.
fn checked(spans: &[[usize; 2]], text: &str) -> Result<Vec<Span>, String> {
    let check = |&[start, end]: &[usize; 2]| match text.get(start..end) {
        Some(_) => Ok(Span::new(start, end)),
        None => Err(format!("the span [{start}, {end}] does not fit the text: the label is of another text")),
    };
    spans.iter().map(check).collect()
}

/// The files of `folder` with that ending, sorted by name.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Error> {
    let entries = std::fs::read_dir(folder).map_err(|source| Error::read(folder, source))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    files.sort();
    Ok(files)
}
