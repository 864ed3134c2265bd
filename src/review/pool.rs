//! The postings of an export that are worth asking, each with what a model is not sure of in it.
//!
//! Rows are judged as they are read, and only the best of them are kept, so that memory does not grow with the export.

use std::path::Path;

use xxhash_rust::xxh3::{xxh3_64_with_seed, xxh3_128};

use super::doubt::Doubt;
use super::queue::{self, Taste};
use crate::classifier::Classifier;
use crate::error::Error;
use crate::formats::export::{ExportFormat, Position, Row, Selection};
use crate::formats::names;
use crate::formats::open_export;
use crate::formats::source::Source;
use crate::label::columns::{self, Wishes};
use crate::label::progress::Talk;
use crate::label::rows;
use crate::label::tally::Tally;
use crate::labelled::columnar;
use crate::parallel;
use crate::posting::Posting;
use crate::verdict::Wanted;

/// At least so many candidates are kept; they have at most so many bytes together.
const KEPT: usize = 2000;
const KEPT_BYTES: usize = 128 << 20;
/// Candidates for each row that is to be asked, at least.
const CHOICE: usize = 4;
/// So many rows for each thread are judged at a time.
const ROWS: usize = 64;
/// Longer rows and longer texts, in bytes, are no postings that anybody reads.
const LONGEST_ROW: usize = 16 << 20;
const LONGEST_TEXT: usize = 64 << 10;
/// Names of the column of the employer, folded.
const COMPANY: [&str; 12] = [
    "company",
    "companyname",
    "employer",
    "employername",
    "hiringorganization",
    "hiringorganizationname",
    "organization",
    "arbeitgeber",
    "firma",
    "firmenname",
    "unternehmen",
    "unternehmensname",
];

/// In which order postings are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Those that teach most first.
    Informative,
    /// A random one: with this seed, the same every time.
    Random(u64),
}

/// How to read an export.
#[derive(Debug, Clone)]
pub struct Options {
    /// Columns that were asked for.
    pub columns: Wishes,
    /// The column of the employer.
    pub company: Option<String>,
    /// In which order to ask,
    pub order: Order,
    /// and how many.
    pub rows: usize,
    /// Threads; `None` is one for each core.
    pub threads: Option<usize>,
    /// Say nothing on the way.
    pub quiet: bool,
}

/// A posting that may be asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// It.
    pub posting: Posting,
    /// The employer; empty where it is not known.
    pub company: String,
    /// What the model is not sure of.
    pub doubt: Doubt,
    /// Whether it is asked because of that.
    pub informative: bool,
    /// Higher is better.
    rank: f64,
    /// Its number among the rows.
    record: u64,
}

/// What was found in an export.
#[derive(Debug, Default)]
pub struct Pool {
    /// The best candidates, in no particular order.
    candidates: Vec<Candidate>,
    bytes: usize,
    /// Rows of the export,
    pub rows: u64,
    /// and those of them that nobody can be asked: without a text, too long, in another language.
    pub left_out: u64,
}

impl Pool {
    /// Reads and judges `export`, labelled or not.
    ///
    /// # Errors
    /// If it cannot be read, or its columns cannot be told.
    pub fn read(export: &Path, classifier: &Classifier, options: &Options) -> Result<Self, Error> {
        let source = columnar::as_text(Source::open(export)?)?;
        let file = source.file.clone();
        let format = open_export(&source)?;
        let selection = columns::choose_again(&file, format.as_ref(), &options.columns)?;
        let company = company(&file, format.as_ref(), options.company.as_deref())?;
        let talk = Talk::new(&source, options.quiet);
        talk.opened(&format.describe(), format.columns(), &selection);
        let mut reader = format.reader(source, Position::default(), LONGEST_ROW)?;
        let reading = Reading { format, selection, company, classifier, order: options.order };
        let threads = options.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
        let most = KEPT.max(CHOICE * options.rows);
        let (mut pool, mut tally) = (Self::default(), Tally::default());
        loop {
            let batch = rows::batch(reader.as_mut(), threads * ROWS)?;
            if batch.is_empty() {
                break;
            }
            for candidate in parallel::map_on(threads, &batch, |row| reading.candidate(row)) {
                pool.push(candidate, most);
            }
            tally.records += batch.len() as u64;
            talk.progress(&tally);
        }
        talk.clear();
        pool.shrink(most);
        Ok(pool)
    }

    fn push(&mut self, candidate: Option<Candidate>, most: usize) {
        self.rows += 1;
        let Some(candidate) = candidate else {
            self.left_out += 1;
            return;
        };
        self.bytes += candidate.posting.text.len();
        self.candidates.push(candidate);
        if self.candidates.len() >= 2 * most || self.bytes >= 2 * KEPT_BYTES {
            self.shrink(most);
        }
    }

    /// Keeps the best, each id once.
    fn shrink(&mut self, most: usize) {
        self.candidates.sort_by(|left, right| right.rank.total_cmp(&left.rank).then(left.record.cmp(&right.record)));
        let mut seen = std::collections::HashSet::new();
        self.candidates.retain(|candidate| seen.insert(candidate.posting.id.clone()));
        self.candidates.truncate(most);
        let mut bytes = 0;
        self.candidates.retain(|candidate| {
            bytes += candidate.posting.text.len();
            bytes <= KEPT_BYTES
        });
        self.bytes = self.candidates.iter().map(|candidate| candidate.posting.text.len()).sum();
    }

    /// The postings to ask, in their order: `most` at most, and none that is like one that was `asked` before.
    pub fn queue(self, asked: &[&Posting], order: Order, most: usize) -> Vec<Candidate> {
        let places = match order {
            Order::Informative => {
                let weighed = self.candidates.iter().map(|candidate| (&candidate.posting, candidate.doubt.weight()));
                queue::order(&weighed.collect::<Vec<_>>(), asked, most, Taste::CHOSEN)
            }
            Order::Random(_) => {
                let is_new = |at: &usize| asked.iter().all(|posting| posting.id != self.candidates[*at].posting.id);
                (0..self.candidates.len()).filter(is_new).take(most).collect()
            }
        };
        let mut candidates: Vec<Option<Candidate>> = self.candidates.into_iter().map(Some).collect();
        places.into_iter().filter_map(|at| candidates[at].take()).collect()
    }
}

/// What threads share.
struct Reading<'c> {
    format: Box<dyn ExportFormat>,
    selection: Selection,
    company: Option<usize>,
    classifier: &'c Classifier,
    order: Order,
}

impl Reading<'_> {
    /// The posting in `row`, where it can be asked.
    fn candidate(&self, row: &Row) -> Option<Candidate> {
        let mut posting = self.format.fields(row, &self.selection).ok()?.posting;
        if posting.text.trim().is_empty() || posting.text.len() > LONGEST_TEXT {
            return None;
        }
        let verdict = self.classifier.judge(&posting, Wanted { phrases: 0, profile: false });
        let doubt = Doubt::of(&verdict, &self.classifier.model().card.decision)?;
        if posting.id.is_empty() {
            posting.id = name(&posting);
        }
        let rank = match self.order {
            Order::Informative => doubt.weight(),
            Order::Random(seed) => xxh3_64_with_seed(posting.id.as_bytes(), seed) as f64,
        };
        let cell = |at| self.format.fields(row, &Selection { text: vec![at], relabel: true, ..Selection::default() });
        let company = self.company.and_then(|at| cell(at).ok()).map(|fields| fields.posting.text.trim().to_owned());
        let informative = self.order == Order::Informative;
        Some(Candidate { posting, company: company.unwrap_or_default(), doubt, informative, rank, record: row.record })
    }
}

/// The id of a posting that has none: it stays the same wherever the posting stands.
fn name(posting: &Posting) -> String {
    format!("text-{:016x}", xxh3_128(format!("{}\n{}", posting.title, posting.text).as_bytes()) >> 64)
}

/// The column of the employer.
fn company(file: &Path, format: &dyn ExportFormat, wish: Option<&str>) -> Result<Option<usize>, Error> {
    let Some(wish) = wish else {
        let is_company = |name: &str| COMPANY.contains(&names::fold(name).as_str());
        return Ok(format.columns().iter().position(|column| is_company(&column.name)));
    };
    let wishes = Wishes { title: Some(wish.to_owned()), ..Wishes::default() };
    Ok(columns::names(file, format, &wishes)?.title)
}

impl Candidate {
    /// A candidate that is made up.
    #[cfg(test)]
    pub(super) fn made_up(id: &str, text: &str) -> Self {
        use crate::role::Role;
        let doubt = Doubt { first: (Role::Mixed, 0.4), second: (Role::Neither, 0.3), tie: 0.9, contrast: 0.0 };
        let posting = Posting { id: id.to_owned(), ..Posting::new(format!("Title of {id}"), text) };
        Self { posting, company: String::new(), doubt, informative: true, rank: 0.9, record: 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Role;

    fn candidate(id: &str, rank: f64, record: u64) -> Candidate {
        Candidate { rank, record, ..Candidate::made_up(id, "text") }
    }

    #[test]
    fn the_best_are_kept_however_they_come() {
        let rank = |at: u64| f64::from(u32::try_from(at * 37 % 101).expect("small"));
        for most in [3, 50] {
            let mut pool = Pool::default();
            (0..200).for_each(|at| pool.push(Some(candidate(&format!("{}", at % 150), rank(at), at)), most));
            pool.push(None, most);
            pool.shrink(most);
            let kept: Vec<f64> = pool.candidates.iter().map(|one| one.rank).collect();
            assert_eq!(kept.len(), most);
            assert!(kept.is_sorted_by(|left, right| left >= right) && kept[0] >= 100.0, "{kept:?}");
            assert_eq!((pool.rows, pool.left_out), (201, 1));
        }
    }

    #[test]
    fn an_id_is_asked_once() {
        let mut pool = Pool::default();
        pool.push(Some(candidate("a", 0.2, 1)), 9);
        pool.push(Some(candidate("a", 0.7, 2)), 9);
        pool.push(Some(candidate("b", 0.7, 3)), 9);
        pool.shrink(9);
        assert_eq!(pool.candidates.iter().map(|one| one.record).collect::<Vec<_>>(), [2, 3]);
    }

    #[test]
    fn postings_without_an_id_are_named_by_what_they_say() {
        assert_eq!(name(&Posting::new("a", "b")), name(&Posting::new("a", "b")));
        assert_ne!(name(&Posting::new("a", "b")), name(&Posting::new("a", "c")));
    }

    #[test]
    fn a_random_order_goes_on_where_it_was() {
        let pool = || {
            let mut pool = Pool::default();
            (0..9).for_each(|at| pool.push(Some(candidate(&format!("{at}"), f64::from(at), 1)), 9));
            pool.shrink(9);
            pool
        };
        let whole = pool().queue(&[], Order::Random(1), 5);
        let asked: Vec<&Posting> = whole[..2].iter().map(|one| &one.posting).collect();
        assert_eq!(pool().queue(&asked, Order::Random(1), 3), whole[2..]);
        assert_eq!(whole[0].doubt.first.0, Role::Mixed);
    }
}
