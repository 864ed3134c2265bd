//! The n-grams of one field.

use std::hint::black_box;

use super::columns::Column;
use crate::hash;
use crate::model::Model;
use crate::table::NONE;
use crate::vocabulary::Gram;

/// A place of the table, in one cache line.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Slot {
    gram: Gram,
    /// Its column's number in the vocabulary, or [`NONE`] where no n-gram is.
    number: u32,
    column: Column,
}

/// N-grams and their columns, in a hash table. An n-gram's number is its place there.
#[derive(Debug, Clone)]
pub(super) struct Grams {
    slots: Vec<Slot>,
    /// For each place, eight bits of its n-gram's hash, or [`FREE`]: small enough to stay close, so that most words that are no n-gram cost little.
    tags: Vec<u8>,
}

/// Below this inverse document frequency, an n-gram is frequent.
const FREQUENT: f32 = 6.0;
/// The tag of a place where no n-gram is.
const FREE: u8 = 0;

/// Words that may be an n-gram.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    gram: Gram,
    hash: u64,
    /// Its first word.
    pub(super) first: u32,
    /// How many words it has.
    pub(super) words: u32,
}

impl Candidate {
    /// So many words from word `first` on, which are `gram`.
    #[inline]
    pub(super) fn new(gram: Gram, first: u32, words: u32) -> Self {
        Self { gram, hash: hash::of_three(gram.0), first, words }
    }
}

impl Grams {
    /// Takes `grams`, each with its column in the vocabulary of `model`.
    pub(super) fn new(model: &Model, grams: &[(Gram, u32)]) -> Self {
        let room = (3 * grams.len() / 2 + 2).next_power_of_two();
        let free = Slot { gram: Gram([Gram::NONE; 3]), number: NONE, column: Column::NONE };
        let mut new = Self { slots: vec![free; room], tags: vec![FREE; room] };
        // The frequent ones come first, so they lie where they are looked for.
        let is_frequent = |&&(_, column): &&(Gram, u32)| model.vocabulary.idf(column) < FREQUENT;
        let (frequent, rare): (Vec<_>, Vec<_>) = grams.iter().partition(is_frequent);
        for &(gram, column) in frequent.into_iter().chain(rare) {
            let hash = hash::of_three(gram.0);
            let mut at = new.first(hash);
            while new.tags[at] != FREE {
                at = new.next(at);
            }
            new.tags[at] = tag(hash);
            new.slots[at] = Slot { gram, number: column, column: Column::of(model, column) };
        }
        new
    }

    /// Calls `found` for each of `candidates` that is an n-gram, with its number.
    ///
    /// All places are asked for before the first is waited for: so the processor waits for many at once, not for one after the other.
    pub(super) fn find_all(&self, candidates: &[Candidate], mut found: impl FnMut(&Candidate, u32)) {
        let touch = |seen: u32, candidate: &Candidate| {
            let at = self.first(candidate.hash);
            let likely = if self.tags[at] == tag(candidate.hash) { at } else { 0 };
            seen ^ self.slots[likely].gram.0[0]
        };
        black_box(candidates.iter().fold(0, touch));
        for candidate in candidates {
            let number = self.find(candidate);
            if number != NONE {
                found(candidate, number);
            }
        }
    }

    #[inline]
    fn find(&self, candidate: &Candidate) -> u32 {
        let (mut at, tag) = (self.first(candidate.hash), tag(candidate.hash));
        loop {
            let found = self.tags[at];
            if found == tag && self.slots[at].gram == candidate.gram {
                return u32::try_from(at).unwrap_or(NONE);
            }
            if found == FREE {
                return NONE;
            }
            at = self.next(at);
        }
    }

    /// The column of the n-gram with that number.
    #[inline]
    pub(super) fn column(&self, number: u32) -> &Column {
        &self.slots[number as usize].column
    }

    /// By number, the columns in the vocabulary; `None` for a free place.
    pub(super) fn columns(&self) -> impl Iterator<Item = Option<u32>> {
        self.slots.iter().map(|slot| (slot.number != NONE).then_some(slot.number))
    }

    #[allow(clippy::cast_possible_truncation)]
    #[inline]
    fn first(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.slots.len() - 1)
    }
}

/// The tag of an n-gram with that hash. The place comes from the lower bits, this from the upper ones.
#[allow(clippy::cast_possible_truncation)]
#[inline]
fn tag(hash: u64) -> u8 {
    (hash >> 56) as u8 | 1
}
