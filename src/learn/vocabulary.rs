//! Builds a vocabulary from training postings.
//!
//! A column is kept where it occurs with enough employers: what one employer says of itself generalises to nobody else, and names nobody.
//! Postings of unknown employers count as one employer together.

use std::collections::{BTreeMap, HashMap};

use super::corpus::Example;
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

    let words = known_words(&postings, enough);
    let names: HashMap<&str, u32> = words.iter().map(|(word, _)| *word).zip(0..).collect();
    let subwords = Subwords::train(&words.iter().copied().collect(), settings.subwords)?;
    let pieces_of: Vec<Vec<String>> = words.iter().map(|(word, _)| subwords.pieces(word)).collect();

    let mut grams: [BTreeMap<Gram, Count>; 2] = Default::default();
    let mut piece_counts: [BTreeMap<String, Count>; 2] = Default::default();
    for &(employer, posting, documents) in &postings {
        for field in Field::ALL {
            let document = documents.field(field);
            count_grams(document, &names, longest(field, settings), |gram| {
                grams[field.index()].entry(gram).or_default().add(employer, posting);
            });
            count_pieces(document, &names, &pieces_of, &subwords, |piece| match piece_counts[field.index()].get_mut(piece) {
                Some(count) => count.add(employer, posting),
                None => piece_counts[field.index()].entry(piece.to_owned()).or_default().add(employer, posting),
            });
        }
    }
    for map in &mut grams {
        map.retain(|_, count| enough(count));
    }
    for map in &mut piece_counts {
        map.retain(|piece, count| enough(count) && piece.chars().count() > 1);
    }
    let mut pieces: Vec<String> = piece_counts.iter().flat_map(|map| map.keys().cloned()).collect();
    pieces.sort_unstable();
    pieces.dedup();
    let number = |piece: &String| pieces.binary_search(piece).ok().and_then(|at| u32::try_from(at).ok());
    let idf = |count: &Count| inverse_document_frequency(postings.len(), count.postings);
    let tables = Tables {
        idf: grams.iter().flat_map(BTreeMap::values).chain(piece_counts.iter().flat_map(BTreeMap::values)).map(idf).collect(),
        grams: grams.map(|map| map.into_keys().collect()),
        piece_columns: piece_counts.map(|map| map.keys().filter_map(number).collect()),
        word_pieces: pieces_of.iter().map(|pieces| pieces.iter().filter_map(number).collect()).collect(),
        words: words.into_iter().map(|(word, _)| word.to_owned()).collect(),
        pieces,
        subwords,
    };
    Ok(Vocabulary::new(tables))
}

fn longest(field: Field, settings: &Settings) -> usize {
    if field == Field::Title { 3 } else { settings.text_gram_length }
}

/// Smoothed as in scikit-learn: `ln((1 + N) / (1 + n)) + 1`.
fn inverse_document_frequency(all: usize, with: u32) -> f32 {
    #[allow(clippy::cast_possible_truncation)]
    let idf = (((1 + all) as f64 / f64::from(1 + with)).ln() + 1.0) as f32;
    idf
}

/// Whether a word is a number long enough to be a postcode, a telephone number or an identifier: never learnt.
fn is_number(form: &str) -> bool {
    form.chars().filter(|character| character.is_numeric()).count() > 4
}

/// The words that enough employers use, with how many postings have them; sorted.
fn known_words<'e>(postings: &[(u32, u32, &'e Documents<'_>)], enough: impl Fn(&Count) -> bool) -> Vec<(&'e str, u64)> {
    let mut counts: HashMap<&str, Count> = HashMap::new();
    for &(employer, posting, documents) in postings {
        let forms = documents.fields.iter().flat_map(|document| document.words.forms());
        for form in forms.filter(|form| !is_number(form) && !is_name(form)) {
            counts.entry(form).or_default().add(employer, posting);
        }
    }
    let mut words: Vec<(&str, u64)> =
        counts.iter().filter(|(_, count)| enough(count)).map(|(word, count)| (*word, u64::from(count.postings))).collect();
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

/// Calls `found` with every piece of every word.
fn count_pieces(
    document: &Document<'_>,
    names: &HashMap<&str, u32>,
    pieces_of: &[Vec<String>],
    subwords: &Subwords,
    mut found: impl FnMut(&str),
) {
    for form in document.words.forms() {
        match names.get(form) {
            Some(&number) => pieces_of[number as usize].iter().for_each(|piece| found(piece)),
            None => subwords.pieces(form).iter().for_each(|piece| found(piece)),
        }
    }
}
