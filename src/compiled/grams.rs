//! The word pairs and triples of one field.

use std::hint::black_box;

use super::columns::Columns;
use super::scratch::Place;
use crate::hash;
use crate::table::Table;
use crate::vocabulary::Gram;

/// N-grams of two and three words, and the ranks of their columns.
#[derive(Debug, Clone)]
pub(super) struct Grams {
    table: Table,
    /// The most frequent first.
    longer: Vec<(Gram, u32)>,
}

/// Words that may be an n-gram.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    gram: Gram,
    hash: u64,
    first: u32,
    words: u32,
}

impl Candidate {
    /// The words of `gram`, so many, the first of which is word `first` of the document.
    pub(super) fn new(gram: Gram, first: u32, words: u32) -> Self {
        Self { gram, hash: hash::of_three(gram.0), first, words }
    }
}

impl Grams {
    /// Takes those of `grams` that have more than one word; the column of the first of all is `offset`.
    pub(super) fn new(grams: &[Gram], offset: usize, columns: &Columns) -> Self {
        let numbers = u32::try_from(offset).unwrap_or(u32::MAX)..;
        let longer = grams.iter().copied().zip(numbers).filter(|(gram, _)| gram.len() > 1);
        let mut longer: Vec<(Gram, u32)> = longer.map(|(gram, column)| (gram, columns.rank(column))).collect();
        longer.sort_unstable_by_key(|(_, rank)| *rank);
        Self { table: Table::of(longer.iter().map(|(gram, _)| hash::of_three(gram.0))), longer }
    }

    /// Adds the places of those of `candidates` that are n-grams to `places`, with the ranks of their columns.
    pub(super) fn find_all(&self, candidates: &[Candidate], places: &mut Vec<Place>) {
        // All are asked for before the first is waited for.
        black_box(candidates.iter().fold(0, |seen, candidate| seen ^ self.table.guess(candidate.hash)));
        for candidate in candidates {
            let place = self.table.find(candidate.hash, |place| self.longer[place as usize].0 == candidate.gram);
            if let Some(place) = place {
                let rank = self.longer[place as usize].1;
                places.push(Place { column: rank, first: candidate.first, words: candidate.words });
            }
        }
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Gram> {
        self.longer.iter().map(|(gram, _)| gram)
    }
}
