//! The weights of a column, side by side.

use crate::features::{Block, View};
use crate::model::Model;
use crate::role::Head;
use crate::vocabulary::Field;

/// Numbers that are worked on at once: one for each view, and one that counts nothing.
pub(super) const LANES: usize = 4;
/// A number for each view.
pub(super) type Four = [f32; LANES];

/// The products, lane by lane.
#[inline]
pub(super) fn times(left: &Four, right: &Four) -> Four {
    [left[0] * right[0], left[1] * right[1], left[2] * right[2], left[3] * right[3]]
}

/// Adds `more` to `sum`, lane by lane.
#[inline]
pub(super) fn plus(sum: &mut Four, more: &Four) {
    for lane in 0..LANES {
        sum[lane] += more[lane];
    }
}

/// What a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One word of the text.
    Word,
    /// A piece of words.
    Piece,
    /// Two or three words; of the title also one.
    Gram,
}

impl Kind {
    /// All kinds, by their numbers.
    pub(super) const ALL: [Self; 3] = [Self::Word, Self::Piece, Self::Gram];

    /// The block that columns of this kind are scaled with in `field`.
    pub(super) fn block(self, field: Field) -> Block {
        match (field, self) {
            (Field::Title, Self::Piece) => Block::TitlePieces,
            (Field::Title, _) => Block::TitleGrams,
            (Field::Text, Self::Word) => Block::TextWords,
            (Field::Text, Self::Piece) => Block::TextPieces,
            (Field::Text, Self::Gram) => Block::TextGrams,
        }
    }
}

/// What is to be known of a column: 44 bytes, so that it fits into one cache line with the word or the n-gram that it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Column {
    /// By head and view, its weights for the posting times `idf`; zero in the fourth lane.
    pub(super) weights: [Four; 2],
    /// By head, its weights for a sentence times `idf`.
    pub(super) sentence: [f32; 2],
    /// Inverse document frequency.
    pub(super) idf: f32,
}

impl Column {
    /// A column that counts nothing.
    pub(super) const NONE: Self = Self { weights: [[0.0; LANES]; 2], sentence: [0.0; 2], idf: 0.0 };

    /// The column of `model` with that number.
    pub(super) fn of(model: &Model, column: u32) -> Self {
        let (at, columns) = (column as usize, model.vocabulary.columns());
        let idf = model.vocabulary.idf(column);
        let mut new = Self { idf, ..Self::NONE };
        for head in Head::ALL {
            for view in View::ALL {
                new.weights[head.index()][view as usize] = model.heads.get(head).weights[at + view as usize * columns] * idf;
            }
            new.sentence[head.index()] = model.sentence_heads.get(head).weights[at] * idf;
        }
        new
    }

    /// By head, what it says for a sentence to be such work; never negative.
    #[inline]
    pub(super) fn speaks(&self) -> [f32; 2] {
        self.sentence.map(|weight| if weight > 0.0 { weight } else { 0.0 })
    }
}
