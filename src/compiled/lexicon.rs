//! Every word that means something to the model or to the language detector, with all that is to be known of it in one cache line.

use std::hint::black_box;

use super::columns::Column;
use super::pieces::Pieces;
use crate::hash;
use crate::language::{self, Language};
use crate::model::Model;
use crate::table::{NONE, Table};
use crate::tokens::Words;
use crate::vocabulary::{Field, Gram, Vocabulary};

/// The first sixteen bytes of a word's form, with zeros behind a shorter one, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    head: u64,
    tail: u64,
    length: u16,
}

/// So many bytes of a form are in its [`Key`].
const SHORT: usize = 16;

/// By length of a form, which bits of head and tail belong to it.
const KEPT: [[u64; 2]; SHORT + 1] = {
    let mut kept = [[0; 2]; SHORT + 1];
    let mut byte = 0;
    while byte < SHORT {
        kept[byte + 1] = kept[byte];
        kept[byte + 1][byte / 8] |= 0xff << (8 * (byte % 8));
        byte += 1;
    }
    kept
};

impl Key {
    /// The key of `form`; `padded` is its first bytes and whatever follows it.
    #[inline]
    fn new(form: &[u8], padded: &[u8; SHORT]) -> Self {
        let [mut head, mut tail] = [0, 1].map(|half| u64::from_le_bytes(padded.as_chunks().0[half]));
        let kept = KEPT[form.len().min(SHORT)];
        head &= kept[0];
        tail &= kept[1];
        Self { head, tail, length: u16::try_from(form.len()).unwrap_or(u16::MAX) }
    }

    /// The key of a form that nothing follows.
    fn of(form: &str) -> Self {
        let mut padded = [0; SHORT];
        let short = form.len().min(SHORT);
        padded[..short].copy_from_slice(&form.as_bytes()[..short]);
        Self::new(form.as_bytes(), &padded)
    }

    /// A hash of it and of the rest of `form`.
    #[inline]
    fn hash(self, form: &[u8]) -> u64 {
        let hash = hash::of_pair(self.head, self.tail);
        if form.len() > SHORT { hash::of_bytes(hash, &form[SHORT..]) } else { hash }
    }
}

/// What is known of a word: one cache line.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
pub(super) struct Entry {
    head: u64,
    tail: u64,
    /// Where what is longer of its form begins.
    rest: u32,
    /// Where its pieces begin, and how many there are.
    pieces: u32,
    length: u16,
    piece_count: u8,
    flags: u8,
    /// Its own column in the text.
    pub(super) column: Column,
}

const _: () = assert!(size_of::<Entry>() == 64, "a word no longer fits into a cache line");

impl Entry {
    const KNOWN: u8 = 1;
    const LEADS: u8 = 2;
    const ENDS: u8 = 4;
    const CONTENT: u8 = 8;
    const GERMAN: u8 = 16;
    const ENGLISH: u8 = 32;

    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// Whether the model knows it; other words are there for the language detector alone.
    pub(super) fn is_known(&self) -> bool {
        self.has(Self::KNOWN)
    }

    /// Whether a longer n-gram begins or goes on with it.
    pub(super) fn leads(&self) -> bool {
        self.has(Self::LEADS)
    }

    /// Whether a longer n-gram ends with it.
    pub(super) fn ends(&self) -> bool {
        self.has(Self::ENDS)
    }

    /// Whether a phrase may begin or end with it.
    pub(super) fn is_content(&self) -> bool {
        self.has(Self::CONTENT)
    }

    /// Whether it is a function word of German, and whether of English; of both is neither.
    pub(super) fn languages(&self) -> [bool; 2] {
        [self.has(Self::GERMAN), self.has(Self::ENGLISH)]
    }
}

/// The words, looked up by their folded form, the most frequent first. A word's *place* is its number among them.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    table: Table,
    entries: Vec<Entry>,
    /// Of words longer than [`SHORT`], what is longer.
    rests: Vec<u8>,
    pieces: Vec<u32>,
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
            table: Table::with_room(room),
            entries: Vec::with_capacity(room),
            rests: Vec::new(),
            pieces: Vec::new(),
            numbers: Vec::with_capacity(room),
            places: vec![NONE; words.len()],
        };
        let idf = |number: u32| own_column(vocabulary, number).map_or(f32::MAX, |column| vocabulary.idf(column));
        let mut numbered: Vec<(f32, u32)> = (0..).take(words.len()).map(|number| (idf(number), number)).collect();
        numbered.sort_by(|left, right| left.0.total_cmp(&right.0));
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
        let of_word = known.map_or(&[][..], |number| pieces.of_word(number));
        let key = Key::of(form);
        let own = known.and_then(|number| own_column(vocabulary, number));
        let language = language::of_function_word(form);
        let flags = [
            (Entry::KNOWN, known.is_some()),
            (Entry::CONTENT, crate::explain::is_content(vocabulary, form)),
            (Entry::GERMAN, language == Some(Language::De)),
            (Entry::ENGLISH, language == Some(Language::En)),
        ];
        let entry = Entry {
            head: key.head,
            tail: key.tail,
            rest: end_of(&self.rests),
            pieces: end_of(&self.pieces),
            length: key.length,
            piece_count: u8::try_from(of_word.len()).unwrap_or(u8::MAX),
            flags: flags.iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| flag).sum(),
            column: own.map_or(Column::NONE, |column| Column::of(model, column)),
        };
        self.rests.extend(form.as_bytes().get(SHORT..).unwrap_or_default());
        self.pieces.extend(of_word.iter().take(usize::from(u8::MAX)));
        self.table.insert(key.hash(form.as_bytes()), end_of(&self.entries));
        self.entries.push(entry);
        self.numbers.push(number);
    }

    /// Marks the words that longer n-grams are made of.
    fn mark(&mut self, grams: &[Gram]) {
        for words in grams.iter().map(Gram::words).filter(|words| words.len() > 1) {
            for (word, left) in words.iter().zip((0..words.len()).rev()) {
                let place = self.places[*word as usize];
                self.entries[place as usize].flags |= if left == 0 { Entry::ENDS } else { Entry::LEADS };
            }
        }
    }

    /// Writes for each of `words` its place, or [`NONE`], to `places`. `hashes` is working memory.
    ///
    /// All words take each step before any takes the next: so the processor waits for many places of memory at once, not for one after the other.
    pub(super) fn find_all(&self, words: &Words, hashes: &mut Vec<u64>, places: &mut Vec<u32>) {
        hashes.clear();
        hashes.extend(words.all_bytes().map(|(form, padded)| Key::new(form, padded).hash(form)));
        let touch = |seen: u64, hash: &u64| seen ^ self.entries.get(self.table.guess(*hash) as usize).map_or(0, |entry| entry.head);
        black_box(hashes.iter().fold(0, touch));
        places.clear();
        places.extend(words.all_bytes().zip(&*hashes).map(|((form, padded), &hash)| {
            let key = Key::new(form, padded);
            self.table.find(hash, |place| self.is_same(place, key, form)).unwrap_or(NONE)
        }));
    }

    #[inline]
    fn is_same(&self, place: u32, key: Key, form: &[u8]) -> bool {
        let entry = &self.entries[place as usize];
        (entry.head, entry.tail, entry.length) == (key.head, key.tail, key.length)
            && (form.len() <= SHORT || self.rests[entry.rest as usize..].starts_with(&form[SHORT..]))
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
    pub(super) fn pieces(&self, entry: &Entry) -> &[u32] {
        &self.pieces[entry.pieces as usize..][..usize::from(entry.piece_count)]
    }
}

/// The column of the word with that number in the text.
fn own_column(vocabulary: &Vocabulary, number: u32) -> Option<u32> {
    vocabulary.gram(Field::Text, Gram::new(&[number]))
}

/// The place that the next one will have.
fn end_of<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(NONE)
}
