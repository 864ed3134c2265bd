//! The word pairs and triples of one field.

use crate::hash;
use crate::table::NONE;
use crate::vocabulary::{Gram, Vocabulary};

/// A place of the table.
#[derive(Debug, Clone, Copy)]
struct Slot {
    gram: Gram,
    /// The n-gram's number, or [`NONE`] where the place is free.
    number: u32,
}

/// N-grams of two and three words, numbered by their frequency. A hash table that holds its keys, so that one place of memory answers.
#[derive(Debug, Clone)]
pub(super) struct Grams {
    slots: Vec<Slot>,
    /// By number, their columns in the vocabulary.
    pub(super) columns: Vec<u32>,
}

impl Grams {
    /// Takes those of `grams` that have more than one word; the column of the first of all is `offset`.
    pub(super) fn new(vocabulary: &Vocabulary, grams: &[Gram], offset: usize) -> Self {
        let numbers = u32::try_from(offset).unwrap_or(u32::MAX)..;
        let mut longer: Vec<(Gram, u32)> = grams.iter().copied().zip(numbers).filter(|(gram, _)| gram.len() > 1).collect();
        longer.sort_by(|left, right| vocabulary.idf(left.1).total_cmp(&vocabulary.idf(right.1)));
        let room = (3 * longer.len() / 2 + 2).next_power_of_two();
        let mut new = Self {
            slots: vec![Slot { gram: Gram([Gram::NONE; 3]), number: NONE }; room],
            columns: longer.iter().map(|(_, column)| *column).collect(),
        };
        // The most frequent ones come first, so they lie where they are looked for.
        for ((gram, _), number) in longer.into_iter().zip(0..) {
            let mut at = new.first(gram);
            while new.slots[at].number != NONE {
                at = new.next(at);
            }
            new.slots[at] = Slot { gram, number };
        }
        new
    }

    /// The number of `gram`, or [`NONE`].
    pub(super) fn find(&self, gram: Gram) -> u32 {
        let mut at = self.first(gram);
        loop {
            let slot = &self.slots[at];
            if slot.gram == gram || slot.number == NONE {
                return slot.number;
            }
            at = self.next(at);
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Gram> {
        self.slots.iter().filter(|slot| slot.number != NONE).map(|slot| &slot.gram)
    }

    #[allow(clippy::cast_possible_truncation)]
    fn first(&self, gram: Gram) -> usize {
        hash::of_three(gram.0) as usize & (self.slots.len() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }
}
