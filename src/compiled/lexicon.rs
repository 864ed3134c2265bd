//! Every word that means something to the model or to the language detector, with all that is to be known of it in one place.

use std::hint::black_box;

use super::columns::Columns;
use super::grams::Grams;
use crate::hash;
use crate::language::{self, Language};
use crate::table::{NONE, Table};
use crate::tokens::Words;
use crate::vocabulary::{Field, Gram, Vocabulary};

/// What is known of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Where its form begins and ends among the forms.
    form: (u32, u32),
    /// Its number in the vocabulary; [`NONE`] for a function word that the model does not know.
    pub(super) number: u32,
    /// The rank of its own column in title and text, or [`NONE`].
    pub(super) unigrams: [u32; 2],
    /// Where the ranks of its pieces' columns in title and text are.
    pieces: [(u32, u32); 2],
    /// By field, whether a longer n-gram begins or goes on with it, and whether one ends with it.
    pub(super) leads: [bool; 2],
    pub(super) ends: [bool; 2],
    /// Whether a phrase may begin or end with it.
    pub(super) is_content: bool,
    /// The language that has it as a function word, if only one has.
    pub(super) language: Option<Language>,
}

/// The words, looked up by their folded form, the most frequent first.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    table: Table,
    entries: Vec<Entry>,
    forms: Vec<u8>,
    piece_ranks: Vec<u32>,
}

impl Lexicon {
    /// The words of `vocabulary` and the function words; `grams` are the longer n-grams of title and text.
    pub(super) fn new(vocabulary: &Vocabulary, columns: &Columns, grams: &[Grams; 2]) -> Self {
        let words = &vocabulary.tables().words;
        let extra = language::function_words().filter(|word| vocabulary.word(word).is_none());
        let room = words.len() + extra.clone().count();
        let (leads, ends) =
            (grams.each_ref().map(|grams| leading(grams, words.len())), grams.each_ref().map(|grams| ending(grams, words.len())));
        let mut lexicon = Self {
            table: Table::with_room(room),
            entries: Vec::with_capacity(room),
            forms: Vec::with_capacity(words.iter().map(String::len).sum()),
            piece_ranks: Vec::new(),
        };
        let own =
            |number: u32, field: Field| vocabulary.gram(field, Gram::new(&[number])).map_or(NONE, |column| columns.rank(column));
        let mut numbered: Vec<(&str, u32)> = words.iter().map(String::as_str).zip(0..).collect();
        numbered.sort_by_cached_key(|(_, number)| own(*number, Field::Text));
        for (form, number) in extra.map(|word| (word, NONE)).chain(numbered) {
            let end = |forms: &Vec<u8>| u32::try_from(forms.len()).unwrap_or(NONE);
            let start = end(&lexicon.forms);
            lexicon.forms.extend(form.as_bytes());
            let known = (number != NONE).then_some(number);
            let entry = Entry {
                form: (start, end(&lexicon.forms)),
                number,
                unigrams: Field::ALL.map(|field| known.map_or(NONE, |number| own(number, field))),
                pieces: Field::ALL.map(|field| lexicon.add_pieces(vocabulary, columns, field, form, known)),
                leads: leads.each_ref().map(|leads| known.is_some_and(|number| leads[number as usize])),
                ends: ends.each_ref().map(|ends| known.is_some_and(|number| ends[number as usize])),
                is_content: crate::explain::is_content(vocabulary, form),
                language: language::of_function_word(form),
            };
            let place = u32::try_from(lexicon.entries.len()).unwrap_or(NONE);
            lexicon.table.insert(hash::of_word(form), place);
            lexicon.entries.push(entry);
        }
        lexicon
    }

    /// Where the ranks of a word's pieces stand: start and end.
    fn add_pieces(
        &mut self,
        vocabulary: &Vocabulary,
        columns: &Columns,
        field: Field,
        form: &str,
        number: Option<u32>,
    ) -> (u32, u32) {
        let end = |ranks: &Vec<u32>| u32::try_from(ranks.len()).unwrap_or(NONE);
        let start = end(&self.piece_ranks);
        vocabulary.pieces(field, form, number, |column| self.piece_ranks.push(columns.rank(column)));
        (start, end(&self.piece_ranks))
    }

    /// Writes for each of `words` its place among the entries, or [`NONE`], to `found`. `hashes` is working memory.
    ///
    /// All words take each step before any takes the next: so the processor waits for many places of memory at once, not for one after the other.
    pub(super) fn find_all(&self, words: &Words, hashes: &mut Vec<u64>, found: &mut Vec<u32>) {
        hashes.clear();
        hashes.extend(words.forms().map(hash::of_word));
        found.clear();
        found.extend(hashes.iter().map(|&hash| self.table.guess(hash)));
        let touch = |seen, place: &u32| self.get(*place).map_or(seen, |entry| seen ^ entry.form.0);
        black_box(found.iter().fold(0, touch));
        for ((found, &hash), form) in found.iter_mut().zip(&*hashes).zip(words.forms()) {
            let is_same = |place: u32| self.form(&self.entries[place as usize]) == form.as_bytes();
            *found = self.table.find(hash, is_same).unwrap_or(NONE);
        }
    }

    /// The entry at a place; `None` for [`NONE`].
    pub(super) fn get(&self, place: u32) -> Option<&Entry> {
        self.entries.get(place as usize)
    }

    fn form(&self, entry: &Entry) -> &[u8] {
        &self.forms[entry.form.0 as usize..entry.form.1 as usize]
    }

    /// The ranks of the columns of a word's pieces in `field`.
    pub(super) fn pieces(&self, entry: &Entry, field: Field) -> &[u32] {
        let (start, end) = entry.pieces[field.index()];
        &self.piece_ranks[start as usize..end as usize]
    }
}

/// For each of so many words, whether it is not the last one of a longer n-gram.
fn leading(grams: &Grams, words: usize) -> Vec<bool> {
    marked(words, grams.iter().flat_map(|gram| &gram.words()[..gram.len() - 1]))
}

/// For each of so many words, whether it is the last one of a longer n-gram.
fn ending(grams: &Grams, words: usize) -> Vec<bool> {
    marked(words, grams.iter().filter_map(|gram| gram.words().last()))
}

fn marked<'g>(words: usize, numbers: impl Iterator<Item = &'g u32>) -> Vec<bool> {
    let mut marked = vec![false; words];
    for &number in numbers {
        marked[number as usize] = true;
    }
    marked
}
