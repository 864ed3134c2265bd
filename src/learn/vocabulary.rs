//! Builds a vocabulary from training postings.
//!
//! A column is kept where it occurs with enough employers: what one employer says of itself generalises to nobody else, and names nobody.
//! Postings of unknown employers count as one employer together.

use std::collections::HashMap;

use super::corpus::Example;
use super::employers::EmployerNames;
use super::groups::employer_key;
use super::names::is_name;
use super::split::TrainPart;
use crate::document::Document;
use crate::error::Error;
use crate::features::Documents;
use crate::settings::Settings;
use crate::tokens::Subwords;
use crate::vocabulary::{Field, Gram, Tables, Vocabulary};

/// How often something occurs.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    employers: u32,
    postings: u32,
    last_employer: u32,
    last_posting: u32,
}

impl Count {
    /// Counts an occurrence. Postings must come sorted by employer; both numbers start at 1.
    fn add(&mut self, employer: u32, posting: u32) {
        self.employers += u32::from(self.last_employer != employer);
        self.postings += u32::from(self.last_posting != posting);
        (self.last_employer, self.last_posting) = (employer, posting);
    }
}

/// The postings of a training part, in the order of their employers.
fn by_employer<'e, 'a>(
    part: &TrainPart,
    examples: &'e [Example],
    documents: &'e [Documents<'a>],
) -> Vec<(u32, u32, &'e Documents<'a>)> {
    let mut order: Vec<(String, usize)> =
        part.indexes().iter().map(|&index| (employer_key(&examples[index].company), index)).collect();
    order.sort();
    let mut employer = 0;
    let mut last: Option<String> = None;
    let number = |(place, (key, index)): (usize, (String, usize))| {
        if last.as_ref() != Some(&key) {
            employer += 1;
            last = Some(key);
        }
        (employer, u32::try_from(place + 1).unwrap_or(u32::MAX), &documents[index])
    };
    order.into_iter().enumerate().map(number).collect()
}

/// Builds the vocabulary of `part`.
///
/// # Errors
/// If the sub-word trainer fails.
pub fn build(
    part: &TrainPart,
    examples: &[Example],
    documents: &[Documents<'_>],
    settings: &Settings,
) -> Result<Vocabulary, Error> {
    let postings = by_employer(part, examples, documents);
    let enough = |count: &Count| count.employers >= settings.fewest_employers;

    let employers = EmployerNames::new(part.indexes().iter().map(|&index| (&*examples[index].company, &*examples[index].source)));
    let is_employer = |words: &[&str], count: &Count| employers.is_name(words.iter().copied(), count.postings, postings.len());

    let words = known_words(&postings, |word, count| enough(count) && !is_employer(&[word], count));
    let names: HashMap<&str, u32> = words.iter().map(|(word, _)| *word).zip(0..).collect();
    let subwords = Subwords::train(&words.iter().copied().collect(), settings.subwords)?;
    let mut cutter = Cutter { subwords: &subwords, pieces: HashMap::new(), words: HashMap::new() };

    let mut grams: [HashMap<Gram, Count>; 2] = Default::default();
    let mut pieces: [Vec<Count>; 2] = Default::default();
    for &(employer, posting, documents) in &postings {
        for field in Field::ALL {
            let document = documents.field(field);
            count_grams(document, &names, longest(field, settings), |gram| {
                grams[field.index()].entry(gram).or_default().add(employer, posting);
            });
            let counts = &mut pieces[field.index()];
            for form in document.words.forms() {
                for &piece in cutter.cut(form) {
                    let piece = piece as usize;
                    if counts.len() <= piece {
                        counts.resize(piece + 1, Count::default());
                    }
                    counts[piece].add(employer, posting);
                }
            }
        }
    }
    let grams = grams.map(|counts| {
        let is_named = |gram: &Gram, count: &Count| {
            let forms: Vec<&str> = gram.words().iter().map(|&word| words[word as usize].0).collect();
            is_employer(&forms, count)
        };
        kept(counts, |gram, count| enough(count) && !is_named(gram, count))
    });
    let is_piece = |piece: &str| piece.chars().count() > 1;
    let piece_counts = pieces.map(|counts| {
        let counted = cutter.pieces.iter().filter_map(|(piece, &number)| Some((piece.as_str(), *counts.get(number as usize)?)));
        kept(counted, |piece, count| is_piece(piece) && enough(count))
    });
    let mut pieces: Vec<String> = piece_counts.iter().flatten().map(|(piece, _)| (*piece).to_owned()).collect();
    pieces.sort_unstable();
    pieces.dedup();
    let number =
        |piece: &str| pieces.binary_search_by(|known| known.as_str().cmp(piece)).ok().and_then(|at| u32::try_from(at).ok());
    let counts = grams.iter().flatten().map(|(_, count)| count).chain(piece_counts.iter().flatten().map(|(_, count)| count));
    let tables = Tables {
        idf: counts.map(|count| inverse_document_frequency(postings.len(), count.postings)).collect(),
        grams: grams.map(|kept| kept.into_iter().map(|(gram, _)| gram).collect()),
        piece_columns: piece_counts.each_ref().map(|kept| kept.iter().filter_map(|(piece, _)| number(piece)).collect()),
        word_pieces: words
            .iter()
            .map(|(word, _)| subwords.pieces(word).iter().filter_map(|piece| number(piece)).collect())
            .collect(),
        words: words.iter().map(|(word, _)| (*word).to_owned()).collect(),
        pieces,
        subwords,
    };
    Ok(Vocabulary::new(tables))
}

/// What is wanted of the counts, sorted.
fn kept<K: Ord>(counts: impl IntoIterator<Item = (K, Count)>, wanted: impl Fn(&K, &Count) -> bool) -> Vec<(K, Count)> {
    let mut kept: Vec<(K, Count)> = counts.into_iter().filter(|(key, count)| wanted(key, count)).collect();
    kept.sort_unstable_by(|(left, _), (right, _)| left.cmp(right));
    kept
}

/// Cuts words into numbered pieces, every word once.
struct Cutter<'e, 's> {
    subwords: &'s Subwords,
    /// The number of each piece, in the order in which they came.
    pieces: HashMap<String, u32>,
    words: HashMap<&'e str, Vec<u32>>,
}

impl<'e> Cutter<'e, '_> {
    fn cut(&mut self, form: &'e str) -> &[u32] {
        self.words.entry(form).or_insert_with(|| {
            let mut number = |piece: String| {
                let next = u32::try_from(self.pieces.len()).unwrap_or(u32::MAX);
                *self.pieces.entry(piece).or_insert(next)
            };
            self.subwords.pieces(form).into_iter().map(&mut number).collect()
        })
    }
}

fn longest(field: Field, settings: &Settings) -> usize {
    if field == Field::Title { 3 } else { settings.text_gram_length }
}

/// Smoothed as in scikit-learn: `ln((1 + N) / (1 + n)) + 1`.
fn inverse_document_frequency(all: usize, with: u32) -> f32 {
    #[allow(clippy::cast_possible_truncation)]
    let idf = (libm::log((1 + all) as f64 / f64::from(1 + with)) + 1.0) as f32;
    idf
}

/// Whether a word is a number long enough to be a postcode, a telephone number or an identifier: never learnt.
fn is_number(form: &str) -> bool {
    form.chars().filter(|character| character.is_numeric()).count() > 4
}

/// The words that are `wanted`, with how many postings have them; sorted.
fn known_words<'e>(postings: &[(u32, u32, &'e Documents<'_>)], wanted: impl Fn(&str, &Count) -> bool) -> Vec<(&'e str, u64)> {
    let mut counts: HashMap<&str, Count> = HashMap::new();
    for &(employer, posting, documents) in postings {
        for form in documents.fields.iter().flat_map(|document| document.words.forms()) {
            counts.entry(form).or_default().add(employer, posting);
        }
    }
    let mut words: Vec<(&str, u64)> = counts
        .iter()
        .filter(|(form, count)| wanted(form, count) && !is_number(form) && !is_name(form))
        .map(|(form, count)| (*form, u64::from(count.postings)))
        .collect();
    words.sort_unstable();
    words
}

/// Calls `found` with every n-gram of known words.
fn count_grams(document: &Document<'_>, names: &HashMap<&str, u32>, longest: usize, mut found: impl FnMut(Gram)) {
    for sentence in &document.sentences {
        let numbers: Vec<Option<u32>> =
            (sentence.first..sentence.end).map(|index| names.get(document.words.form(index)).copied()).collect();
        for known in numbers.split(Option::is_none) {
            let known: Vec<u32> = known.iter().copied().flatten().collect();
            for length in 1..=longest {
                known.windows(length).for_each(|window| found(Gram::new(window)));
            }
        }
    }
}
