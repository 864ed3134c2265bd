//! Words that the lexicon does not hold, remembered from posting to posting: names of companies and towns come again and again.

use super::pieces::{Pieces, Symbol};
use crate::hash;
use crate::tokens::Words;
use crate::vocabulary::Vocabulary;

/// So many are remembered, a power of two. A word that comes where another one is takes its place.
const ROOM: usize = 4096;
/// A longer form, in bytes, is cut anew each time.
const LONGEST: usize = 48;

/// A word that the lexicon does not hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Stranger {
    /// Its form; empty where nothing is remembered.
    form: Vec<u8>,
    /// Its pieces.
    pub(super) pieces: Vec<u32>,
    /// When it came: no two have the same number, unless one was forgotten long ago.
    pub(super) number: u32,
}

/// The strangers of late. What they are does not depend on which ones are remembered.
#[derive(Debug, Clone, Default)]
pub(super) struct Strangers {
    places: Vec<Stranger>,
    /// How many came so far.
    count: u32,
    word: Vec<Symbol>,
}

impl Strangers {
    /// Word `index` of `words`.
    pub(super) fn find(&mut self, pieces: &Pieces, vocabulary: &Vocabulary, words: &Words, index: usize) -> &Stranger {
        self.places.resize_with(ROOM, Stranger::default);
        let [head, tail] = words.keys()[index];
        #[allow(clippy::cast_possible_truncation)]
        let place = hash::of_pair(head, tail) as usize & (ROOM - 1);
        let form = words.bytes(index);
        let stranger = &mut self.places[place];
        if stranger.form != form {
            self.count = self.count.wrapping_add(1);
            stranger.number = self.count;
            stranger.pieces.clear();
            pieces.cut(vocabulary, words.form(index), &mut self.word, |piece| stranger.pieces.push(piece));
            stranger.form.clear();
            if form.len() <= LONGEST {
                stranger.form.extend(form);
            }
        }
        stranger
    }
}
