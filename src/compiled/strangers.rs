//! Words that the lexicon does not hold, remembered from posting to posting: names of companies and towns come again and again.

use super::pieces::{Pieces, Symbol};
use crate::vocabulary::Vocabulary;

/// So many are remembered, a power of two. A word that comes where another one is takes its place.
const ROOM: usize = 2048;
/// A longer form, in bytes, is cut anew each time.
const LONGEST: usize = 48;

/// A word that the lexicon does not hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Stranger {
    /// Its form; empty where nothing is remembered.
    form: String,
    /// Its pieces.
    pub(super) pieces: Vec<u32>,
    /// What they say for a sentence of the text to be such work.
    pub(super) speaks: [f32; 2],
}

/// The strangers of late. What they are does not depend on which ones are remembered.
#[derive(Debug, Clone, Default)]
pub(super) struct Strangers {
    places: Vec<Stranger>,
    word: Vec<Symbol>,
}

impl Strangers {
    /// So many places there are for them.
    pub(super) const ROOM: usize = ROOM;

    /// The place of the word `form` with that hash, and whether it has just come there.
    pub(super) fn find(&mut self, pieces: &Pieces, vocabulary: &Vocabulary, form: &str, hash: u64) -> (u32, bool) {
        self.places.resize_with(ROOM, Stranger::default);
        #[allow(clippy::cast_possible_truncation)]
        let place = hash as usize & (ROOM - 1);
        let stranger = &mut self.places[place];
        let is_known = stranger.form == form;
        if !is_known {
            stranger.pieces.clear();
            pieces.cut(vocabulary, form, &mut self.word, |piece| stranger.pieces.push(piece));
            stranger.speaks = pieces.speak([0.0; 2], &stranger.pieces);
            stranger.form.clear();
            if form.len() <= LONGEST {
                stranger.form.push_str(form);
            }
        }
        (u32::try_from(place).unwrap_or_default(), !is_known)
    }

    /// The stranger at `place`.
    pub(super) fn get(&self, place: u32) -> &Stranger {
        &self.places[place as usize]
    }
}
