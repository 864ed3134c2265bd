//! The weights of the columns of one kind in one field, side by side, the most frequent columns first: what most postings need lies close
//! together.

use super::scratch::{Four, LANES};
use crate::features::{Block, View};
use crate::model::Model;
use crate::role::Head;
use crate::vocabulary::Field;

/// What a column stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One word.
    Word,
    /// A piece of words.
    Piece,
    /// Two or three words.
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

/// What is to be known of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Its weight for each posting head, by view, times `idf`; the fourth is none.
    pub(super) weights: [Four; 2],
    /// Its weight for each sentence head, times `idf`.
    pub(super) sentence: [f32; 2],
    /// Inverse document frequency.
    pub(super) idf: f32,
}

impl Column {
    /// A column that counts nothing.
    const NONE: Self = Self { weights: [[0.0; LANES]; 2], sentence: [0.0; 2], idf: 0.0 };

    fn of(model: &Model, at: usize) -> Self {
        let idf = model.vocabulary.tables().idf[at];
        let mut weights = [[0.0; LANES]; 2];
        for (head, weights) in Head::ALL.into_iter().zip(&mut weights) {
            for view in View::ALL {
                weights[view as usize] = model.heads.get(head).weights[at + view as usize * model.vocabulary.columns()] * idf;
            }
        }
        Self { weights, sentence: Head::ALL.map(|head| model.sentence_heads.get(head).weights[at] * idf), idf }
    }
}

/// The columns of one kind in one field, by numbers of their own.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    columns: Vec<Column>,
    /// For each number, where its values in the role descriptions begin; and where the last ones end.
    starts: Vec<u32>,
    /// Description and value.
    values: Vec<(u8, f32)>,
}

impl Columns {
    /// Those of `model` that have these columns in its vocabulary; `None` where a number has no column.
    pub(super) fn new(model: &Model, columns: impl Iterator<Item = Option<u32>>) -> Self {
        let mut new = Self { columns: Vec::new(), starts: vec![0], values: Vec::new() };
        for column in columns {
            new.columns.push(column.map_or(Column::NONE, |column| Column::of(model, column as usize)));
            for (description, number) in model.descriptions.iter().zip(0..).filter(|_| column.is_some()) {
                let found = description.binary_search_by_key(&column, |(column, _)| Some(*column));
                new.values.extend(found.ok().map(|at| (number, description[at].1)));
            }
            new.starts.push(u32::try_from(new.values.len()).unwrap_or(u32::MAX));
        }
        new
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The column with that number, if there is one.
    pub(super) fn get(&self, number: u32) -> &Column {
        self.columns.get(number as usize).unwrap_or(&Column::NONE)
    }

    /// The role descriptions that have the column with that number, and its value there.
    pub(super) fn described(&self, number: u32) -> &[(u8, f32)] {
        let place = |at: usize| self.starts.get(at).map_or(self.values.len(), |start| *start as usize);
        &self.values[place(number as usize)..place(number as usize + 1)]
    }
}
