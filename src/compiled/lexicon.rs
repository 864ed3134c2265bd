//! Every word that means something to the model or to the language detector, with all that is to be known of it in one cache line.

use std::hint::black_box;

use super::columns::Column;
use super::pieces::Pieces;
use crate::hash;
use crate::language::{self, Language};
use crate::model::Model;
use crate::table::NONE;
use crate::tokens::{self, KEY_BYTES, Key, Words};
use crate::vocabulary::{Field, Gram, Vocabulary};

/// What is known of a word: one cache line.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Entry {
    key: Key,
    /// Its own column in the text.
    pub(super) column: Column,
    pub(super) flags: u8,
}

const _: () = assert!(size_of::<Entry>() == 64, "a word no longer fits into a cache line");

/// What [`Entry::flags`] say of a word.
pub(super) mod flag {
    /// The model knows it; other words are there for the language detector alone.
    pub(in crate::compiled) const KNOWN: u8 = 1;
    /// A longer n-gram begins or goes on with it.
    pub(in crate::compiled) const LEADS: u8 = 2;
    /// A longer n-gram ends with it.
    pub(in crate::compiled) const ENDS: u8 = 4;
    /// A phrase may begin or end with it.
    pub(in crate::compiled) const CONTENT: u8 = 8;
    /// It is a function word of German, and not of English.
    pub(in crate::compiled) const GERMAN: u8 = 16;
    /// It is a function word of English, and not of German.
    pub(in crate::compiled) const ENGLISH: u8 = 32;
    /// It has a column of its own in the text.
    pub(in crate::compiled) const COLUMN: u8 = 64;
}

/// The words, looked up by their folded form, the most frequent first. A word's *place* is its number among them.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    /// A hash table of places; [`NONE`] where it is free.
    table: Vec<u32>,
    entries: Vec<Entry>,
    /// Of words longer than their key, what is longer; by place, where it begins, and where the last one ends.
    rests: Vec<u8>,
    rest_starts: Vec<u32>,
    /// By place, where the word's pieces begin, and where the last ones end.
    pieces: Vec<u32>,
    piece_starts: Vec<u32>,
    /// By place, the word's number in the vocabulary, or [`NONE`].
    numbers: Vec<u32>,
    /// By number in the vocabulary, the word's place.
    pub(super) places: Vec<u32>,
}

impl Lexicon {
    /// The words of `model` and the function words.
    pub(super) fn new(model: &Model, pieces: &Pieces) -> Self {
        let vocabulary = &model.vocabulary;
        let words = &vocabulary.tables().words;
        let extra = language::function_words().filter(|word| vocabulary.word(word).is_none());
        let room = words.len() + extra.clone().count();
        let mut lexicon = Self {
            table: vec![NONE; (3 * room + 1).next_power_of_two()],
            entries: Vec::with_capacity(room),
            rests: Vec::new(),
            rest_starts: vec![0],
            pieces: Vec::new(),
            piece_starts: vec![0],
            numbers: Vec::with_capacity(room),
            places: vec![NONE; words.len()],
        };
        let idf = |number: u32| own_column(vocabulary, number).map_or(f32::MAX, |column| vocabulary.idf(column));
        // Numbers above zero are in the order of their bits.
        let mut numbered: Vec<(u32, u32)> = (0..).take(words.len()).map(|number| (idf(number).to_bits(), number)).collect();
        numbered.sort_unstable();
        for form in extra {
            lexicon.add(model, pieces, form, NONE);
        }
        for (_, number) in numbered {
            lexicon.places[number as usize] = end_of(&lexicon.entries);
            lexicon.add(model, pieces, &words[number as usize], number);
        }
        vocabulary.tables().grams.iter().for_each(|grams| lexicon.mark(grams));
        lexicon
    }

    fn add(&mut self, model: &Model, pieces: &Pieces, form: &str, number: u32) {
        let vocabulary = &model.vocabulary;
        let known = (number != NONE).then_some(number);
        let own = known.and_then(|number| own_column(vocabulary, number));
        let language = language::of_function_word(form);
        let flags = [
            (flag::KNOWN, known.is_some()),
            (flag::CONTENT, known.is_some() && crate::explain::is_content_form(form)),
            (flag::GERMAN, language == Some(Language::De)),
            (flag::ENGLISH, language == Some(Language::En)),
            (flag::COLUMN, own.is_some()),
        ];
        let entry = Entry {
            key: tokens::key(form.as_bytes()),
            column: own.map_or(Column::NONE, |column| Column::of(model, column)),
            flags: flags.iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| flag).sum(),
        };
        self.rests.extend(form.as_bytes().get(KEY_BYTES..).unwrap_or_default());
        self.rest_starts.push(end_of(&self.rests));
        self.pieces.extend(known.map_or(&[][..], |number| pieces.of_word(number)));
        self.piece_starts.push(end_of(&self.pieces));
        self.entries.push(entry);
        self.insert_last();
        self.numbers.push(number);
    }

    /// Marks the words that longer n-grams are made of.
    fn mark(&mut self, grams: &[Gram]) {
        for words in grams.iter().map(Gram::words).filter(|words| words.len() > 1) {
            for (word, left) in words.iter().zip((0..words.len()).rev()) {
                let place = self.places[*word as usize];
                self.entries[place as usize].flags |= if left == 0 { flag::ENDS } else { flag::LEADS };
            }
        }
    }

    /// Writes for each of `words` its place, or [`NONE`], to `places`. `hashes` is working memory.
    ///
    /// All words take each step before any takes the next: so the processor waits for many places of memory at once, not for one after the other.
    pub(super) fn find_all(&self, words: &Words, hashes: &mut Vec<u64>, places: &mut Vec<u32>) {
        hashes.clear();
        hashes.extend(words.keys().iter().map(|&key| hash_of(key)));
        let (table, entries) = (self.table.as_slice(), self.entries.as_slice());
        let mask = table.len() - 1;
        let touch =
            |seen: u64, hash: &u64| seen ^ entries.get(table[first(*hash) & mask] as usize).map_or(0, |entry| entry.key[0]);
        black_box(hashes.iter().fold(0, touch));
        places.clear();
        places.extend(words.keys().iter().zip(&*hashes).enumerate().map(|(index, (key, &hash))| {
            let mut at = first(hash) & mask;
            loop {
                let place = table[at];
                let Some(entry) = entries.get(place as usize) else { return NONE };
                if entry.key == *key && self.is_same_to_the_end(place, key, words, index) {
                    return place;
                }
                at = (at + 1) & mask;
            }
        }));
    }

    /// Notes where the last entry is.
    fn insert_last(&mut self) {
        let (place, mask) = (self.entries.len() - 1, self.table.len() - 1);
        let mut at = first(hash_of(self.entries[place].key)) & mask;
        while self.table[at] != NONE {
            at = (at + 1) & mask;
        }
        self.table[at] = u32::try_from(place).unwrap_or(NONE);
    }

    /// Whether the word at `place` is word `index` of `words`, both of which have `key`.
    #[inline]
    fn is_same_to_the_end(&self, place: u32, key: &Key, words: &Words, index: usize) -> bool {
        let is_short = key[1] >> 56 == 0;
        is_short || {
            let at = |place: usize| self.rest_starts[place] as usize;
            self.rests[at(place as usize)..at(place as usize + 1)] == words.bytes(index)[KEY_BYTES..]
        }
    }

    /// Number of words.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry at a place; `None` for [`NONE`].
    #[inline]
    pub(super) fn get(&self, place: u32) -> Option<&Entry> {
        self.entries.get(place as usize)
    }

    /// The word's own column in the text; one that counts nothing for a word that is not there.
    #[inline]
    pub(super) fn column(&self, place: u32) -> &Column {
        self.get(place).map_or(&Column::NONE, |entry| &entry.column)
    }

    /// By place, the word's own column in the text, by its number in `vocabulary`.
    pub(super) fn columns<'l>(&'l self, vocabulary: &'l Vocabulary) -> impl Iterator<Item = Option<u32>> + 'l {
        self.numbers.iter().map(|&number| own_column(vocabulary, number).filter(|_| number != NONE))
    }

    /// The pieces of a word.
    #[inline]
    pub(super) fn pieces(&self, place: u32) -> &[u32] {
        let at = |place: usize| self.piece_starts[place] as usize;
        &self.pieces[at(place as usize)..at(place as usize + 1)]
    }
}

/// A hash of a word. Words that are long and begin alike share it.
#[inline]
fn hash_of([head, tail]: Key) -> u64 {
    hash::of_pair(head, tail)
}

/// Where in a table a word with that hash is looked for first.
#[allow(clippy::cast_possible_truncation)]
#[inline]
fn first(hash: u64) -> usize {
    hash as usize
}

/// The column of the word with that number in the text.
fn own_column(vocabulary: &Vocabulary, number: u32) -> Option<u32> {
    vocabulary.gram(Field::Text, Gram::new(&[number]))
}

/// The place that the next one will have.
fn end_of<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(NONE)
}
