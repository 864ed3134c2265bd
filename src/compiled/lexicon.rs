//! Every word that means something to the model or to the language detector, with all that is to be known of it in one place.

use super::grams::Grams;
use super::pieces::Pieces;
use crate::hash;
use crate::language::{self, Language};
use crate::model::Model;
use crate::role::Head;
use crate::table::{NONE, Table};
use crate::tokens::Words;
use crate::vocabulary::{Field, Gram, Vocabulary};

/// The first sixteen bytes of a word's form, with zeros behind a shorter one, and its length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    head: u64,
    tail: u64,
    length: u32,
}

/// So many bytes of a form are in its [`Key`].
const SHORT: usize = 16;

impl Key {
    /// The key of `form`; `padded` is its first bytes and whatever follows it.
    fn new(form: &[u8], padded: &[u8; SHORT]) -> Self {
        let both = u128::from_le_bytes(*padded);
        let kept = if form.len() < SHORT { !(u128::MAX << (8 * form.len())) } else { u128::MAX };
        #[allow(clippy::cast_possible_truncation)]
        let [head, tail] = [(both & kept) as u64, ((both & kept) >> 64) as u64];
        Self { head, tail, length: u32::try_from(form.len()).unwrap_or(u32::MAX) }
    }

    /// The key of a form that nothing follows.
    fn of(form: &str) -> Self {
        let mut padded = [0; SHORT];
        let short = form.len().min(SHORT);
        padded[..short].copy_from_slice(&form.as_bytes()[..short]);
        Self::new(form.as_bytes(), &padded)
    }

    /// A hash of it and of the rest of `form`.
    pub(super) fn hash(self, form: &[u8]) -> u64 {
        let hash = hash::of_pair(self.head, self.tail);
        match form.get(SHORT..) {
            Some(rest) if !rest.is_empty() => hash::of_bytes(hash, rest),
            _ => hash,
        }
    }
}

/// What is known of a word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    key: Key,
    /// Where its form begins among the forms.
    form: u32,
    /// Its number in the vocabulary; [`NONE`] for a function word that the model does not know.
    pub(super) number: u32,
    /// Where the numbers of its pieces in title and text are: start and end.
    pieces: [(u32, u32); 2],
    /// What it says, by itself and by its pieces, for a sentence of the text to be such work.
    pub(super) speaks: [f32; 2],
    /// By field, whether it has a column of its own, whether a longer n-gram begins or goes on with it, and whether one ends with it.
    pub(super) is_column: [bool; 2],
    pub(super) leads: [bool; 2],
    pub(super) ends: [bool; 2],
    /// Whether a phrase may begin or end with it.
    pub(super) is_content: bool,
    /// The language that has it as a function word, if only one has.
    pub(super) language: Option<Language>,
}

/// The words, looked up by their folded form, the most frequent first. A word's *place* is its number among them.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    table: Table,
    entries: Vec<Entry>,
    forms: Vec<u8>,
    pieces: Vec<u32>,
}

impl Lexicon {
    /// The words of `model` and the function words; `grams` are the longer n-grams of title and text.
    pub(super) fn new(model: &Model, pieces: &Pieces, grams: &[Grams; 2]) -> Self {
        let vocabulary = &model.vocabulary;
        let words = &vocabulary.tables().words;
        let extra = language::function_words().filter(|word| vocabulary.word(word).is_none());
        let room = words.len() + extra.clone().count();
        let marks = grams.each_ref().map(|grams| Marks::new(grams, words.len()));
        let mut lexicon = Self {
            table: Table::with_room(room),
            entries: Vec::with_capacity(room),
            forms: Vec::with_capacity(words.iter().map(String::len).sum()),
            pieces: Vec::new(),
        };
        let idf = |number: u32| own_column(vocabulary, Field::Text, number).map_or(f32::MAX, |column| vocabulary.idf(column));
        let mut numbered: Vec<(f32, u32)> = (0..).take(words.len()).map(|number| (idf(number), number)).collect();
        numbered.sort_by(|left, right| left.0.total_cmp(&right.0));
        for form in extra {
            lexicon.add(model, pieces, &marks, form, NONE);
        }
        for (_, number) in numbered {
            lexicon.add(model, pieces, &marks, &words[number as usize], number);
        }
        lexicon
    }

    fn add(&mut self, model: &Model, pieces: &Pieces, marks: &[Marks; 2], form: &str, number: u32) {
        let vocabulary = &model.vocabulary;
        let known = (number != NONE).then_some(number);
        let own = Field::ALL.map(|field| known.and_then(|number| own_column(vocabulary, field, number)));
        let of_word = known.map_or(&[][..], |number| pieces.of_word(number));
        let weights = Head::ALL.map(|head| &model.sentence_heads.get(head).weights);
        let own_says = weights.map(|weights| own[1].map_or(0.0, |at| (weights[at as usize] * vocabulary.idf(at)).max(0.0)));
        let entry = Entry {
            key: Key::of(form),
            form: end_of(&self.forms),
            number,
            pieces: Field::ALL.map(|field| {
                let start = end_of(&self.pieces);
                self.pieces.extend(of_word.iter().filter(|piece| pieces.is_column(field, **piece)));
                (start, end_of(&self.pieces))
            }),
            speaks: pieces.speak(own_says, of_word),
            is_column: own.map(|column| column.is_some()),
            leads: marks.each_ref().map(|marks| known.is_some_and(|number| marks.leads[number as usize])),
            ends: marks.each_ref().map(|marks| known.is_some_and(|number| marks.ends[number as usize])),
            is_content: crate::explain::is_content(vocabulary, form),
            language: language::of_function_word(form),
        };
        self.forms.extend(form.as_bytes());
        self.table.insert(entry.key.hash(form.as_bytes()), end_of(&self.entries));
        self.entries.push(entry);
    }

    /// The place of word `index` of `words`, or [`NONE`].
    pub(super) fn find(&self, words: &Words, index: usize) -> u32 {
        let (form, padded) = words.bytes(index);
        let key = Key::new(form, padded);
        let is_same = |place: u32| {
            let entry = &self.entries[place as usize];
            entry.key == key && (form.len() <= SHORT || self.form(entry) == form)
        };
        self.table.find(key.hash(form), is_same).unwrap_or(NONE)
    }

    /// Number of words.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The entry at a place; `None` for [`NONE`].
    pub(super) fn get(&self, place: u32) -> Option<&Entry> {
        self.entries.get(place as usize)
    }

    /// For each place, the word's own column in `field`.
    pub(super) fn columns<'l>(&'l self, vocabulary: &'l Vocabulary, field: Field) -> impl Iterator<Item = Option<u32>> + 'l {
        let known = |entry: &Entry| (entry.number != NONE).then_some(entry.number);
        self.entries.iter().map(move |entry| known(entry).and_then(|number| own_column(vocabulary, field, number)))
    }

    fn form(&self, entry: &Entry) -> &[u8] {
        &self.forms[entry.form as usize..][..entry.key.length as usize]
    }

    /// The numbers of those pieces of a word that have a column in `field`.
    pub(super) fn pieces(&self, entry: &Entry, field: Field) -> &[u32] {
        let (start, end) = entry.pieces[field.index()];
        &self.pieces[start as usize..end as usize]
    }
}

/// The column of the word with that number in `field`.
fn own_column(vocabulary: &Vocabulary, field: Field, number: u32) -> Option<u32> {
    vocabulary.gram(field, Gram::new(&[number]))
}

/// The place that the next one will have.
fn end_of<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(NONE)
}

/// What words are in the longer n-grams of a field.
struct Marks {
    /// For each word, whether it is not the last one of an n-gram.
    leads: Vec<bool>,
    /// For each word, whether it is the last one.
    ends: Vec<bool>,
}

impl Marks {
    fn new(grams: &Grams, words: usize) -> Self {
        let mut marks = Self { leads: vec![false; words], ends: vec![false; words] };
        for gram in grams.iter() {
            if let Some((last, others)) = gram.words().split_last() {
                marks.ends[*last as usize] = true;
                others.iter().for_each(|&word| marks.leads[word as usize] = true);
            }
        }
        marks
    }
}
