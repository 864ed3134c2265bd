//! Working memory that one posting after the other uses, so that none is allocated.

use std::hint::black_box;

use super::columns::Column;
use super::grams::Candidate;
use super::pieces::Symbol;
use crate::features::{Relevance, View};

/// Numbers by view.
pub(super) const VIEWS: usize = View::ALL.len();

/// A column that occurs in the posting.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    /// A copy of the column: the table of all is too large to stay close.
    pub(super) column: Column,
    /// The column's rank.
    pub(super) rank: u32,
    /// The last sentence that it was seen in.
    pub(super) sentence: u32,
}

/// A place where a column occurs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Which column: its rank where the place is found, its slot once it is noted.
    pub(super) column: u32,
    /// Its first word.
    pub(super) first: u32,
    /// How many words it has.
    pub(super) words: u32,
}

/// A sentence of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage {
    /// One past its last place.
    pub(super) end: usize,
    /// By view, what a word in it counts.
    pub(super) weights: Relevance,
}

/// Working memory for one posting at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    /// For each column, by rank, the posting that last had it, and its slot there.
    marks: Vec<(u32, u32)>,
    posting: u32,
    /// The columns that occur, in the order of their first occurrence.
    pub(super) slots: Vec<Slot>,
    /// For each slot, by view, the sum of the weights of its occurrences.
    pub(super) counts: Vec<[f64; VIEWS]>,
    /// For each slot, by view, its value.
    pub(super) values: Vec<[f32; VIEWS]>,
    /// Where they occur in title and text.
    pub(super) places: [Vec<Place>; 2],
    /// The sentences of the text.
    pub(super) passages: Vec<Passage>,
    /// For each slot, by view and head, what one occurrence of weight one adds to the logit.
    pub(super) shares: Vec<[[f64; 2]; VIEWS]>,
    pub(super) symbols: Vec<Symbol>,
    pub(super) hashes: Vec<u64>,
    /// For each word of the field, its place in the lexicon.
    pub(super) found: Vec<u32>,
    pub(super) candidates: Vec<Candidate>,
}

impl Scratch {
    /// Begins a posting for a model with so many columns.
    pub(super) fn begin(&mut self, columns: usize) {
        if self.posting == u32::MAX {
            self.marks.clear();
            self.posting = 0;
        }
        self.posting += 1;
        self.marks.resize(columns, (0, 0));
        self.slots.clear();
        self.counts.clear();
        self.values.clear();
        self.places.iter_mut().for_each(Vec::clear);
        self.passages.clear();
        self.shares.clear();
    }

    /// Notes the columns of the places of `field` from `start` on, which were found since the last time.
    pub(super) fn note_from(&mut self, start: usize, columns: &[Column], field: usize) {
        let Self { marks, posting, slots, counts, places, .. } = self;
        let places = &mut places[field][start..];
        // All are asked for before the first is waited for.
        let touch = |seen, place: &Place| {
            let rank = place.column as usize;
            seen ^ marks[rank].0 ^ columns[rank].idf.to_bits()
        };
        black_box(places.iter().fold(0, touch));
        for place in places {
            let rank = place.column;
            let mark = &mut marks[rank as usize];
            if mark.0 != *posting {
                *mark = (*posting, u32::try_from(slots.len()).unwrap_or(u32::MAX));
                slots.push(Slot { column: columns[rank as usize], rank, sentence: u32::MAX });
                counts.push([0.0; VIEWS]);
            }
            place.column = mark.1;
        }
    }
}
