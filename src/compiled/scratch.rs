//! Working memory that one posting after the other uses, so that none is allocated.

use super::columns::{Four, LANES};
use super::grams::Candidate;
use super::slots::Slots;
use super::strangers::Strangers;
use crate::features::View;

/// The columns of one kind that occur in one field of the posting, by slot.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) slots: Slots,
    /// The last sentence that had it.
    sentences: Vec<u32>,
    /// By view, the sum of the weights of its occurrences.
    pub(super) counts: Vec<[f64; LANES]>,
    /// By view, `ln(1 + count)`.
    pub(super) levels: Vec<Four>,
    /// By head and view, its share in the logit; once shared out, that of an occurrence of weight one.
    pub(super) shares: Vec<[Four; 2]>,
}

impl Tally {
    fn clear(&mut self) {
        self.slots.clear();
        self.sentences.clear();
        self.counts.clear();
        self.levels.clear();
        self.shares.clear();
    }

    /// The slot of a column, and whether this is its first occurrence.
    #[inline]
    pub(super) fn slot(&mut self, number: u32) -> (u32, bool) {
        self.slots.slot(number)
    }

    /// Makes ready to count, once every column has its slot.
    pub(super) fn begin(&mut self) {
        self.sentences.resize(self.slots.numbers.len(), u32::MAX);
        self.counts.resize(self.slots.numbers.len(), [0.0; LANES]);
    }

    /// By slot, the numbers of the columns.
    #[inline]
    pub(super) fn numbers(&self) -> &[u32] {
        &self.slots.numbers
    }

    /// By slot, the numbers of the columns and the last sentences that had them.
    pub(super) fn sentences(&mut self) -> LastSentences<'_> {
        LastSentences { numbers: &self.slots.numbers, last: &mut self.sentences }
    }
}

/// Counts an occurrence, or more of them.
#[inline]
pub(super) fn count(counts: &mut [f64; LANES], weights: &[f64; LANES]) {
    for view in 0..LANES {
        counts[view] += weights[view];
    }
}

/// By slot, the number of a column and the last sentence that had it.
pub(super) struct LastSentences<'t> {
    pub(super) numbers: &'t [u32],
    last: &'t mut [u32],
}

impl LastSentences<'_> {
    /// Notes that `sentence` has the column of a slot; whether that is new.
    #[inline]
    pub(super) fn is_new(&mut self, slot: u32, sentence: u32) -> bool {
        std::mem::replace(&mut self.last[slot as usize], sentence) != sentence
    }
}

/// What is to be known of a word that occurs, beside its column.
#[derive(Debug, Clone, Copy)]
pub(super) struct WordFacts {
    /// Where the slots of its pieces are: start and end.
    pub(super) pieces: (u32, u32),
    /// What it says, by itself and by its pieces, for a sentence of the text to be such work.
    pub(super) speaks: [f32; 2],
    /// Whether it has a column of its own.
    pub(super) is_column: bool,
}

/// An n-gram where it occurs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mention {
    pub(super) slot: u32,
    /// Its first word.
    pub(super) first: u32,
    /// How many words it has.
    pub(super) words: u32,
}

/// A sentence that was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Passage {
    /// One past its last mention.
    pub(super) end: usize,
    /// By view, what a word in it counts.
    pub(super) weights: [f64; LANES],
    /// The probabilities that it is such work; zero where it was not judged.
    pub(super) probabilities: [f64; 2],
    /// What its words and n-grams say for that.
    pub(super) speaks: [f64; 2],
}

/// What was found in one field.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) words: Tally,
    pub(super) pieces: Tally,
    pub(super) grams: Tally,
    /// For each word of the field, its slot.
    pub(super) tokens: Vec<u32>,
    /// For each slot of a word.
    pub(super) facts: Vec<WordFacts>,
    /// The slots of the pieces of one word after the other.
    pub(super) piece_slots: Vec<u32>,
    /// In reading order.
    pub(super) mentions: Vec<Mention>,
    /// For each slot of an n-gram, what it says for a sentence of the text to be such work.
    pub(super) speaks: Vec<[f32; 2]>,
    /// By sentence.
    pub(super) passages: Vec<Passage>,
    /// For each word of the field, a hash of its form, its place in the lexicon, and what the lexicon says of it.
    pub(super) hashes: Vec<u64>,
    pub(super) places: Vec<u32>,
    pub(super) flags: Vec<u8>,
    pub(super) candidates: Vec<Candidate>,
}

impl Found {
    /// Begins a posting.
    pub(super) fn clear(&mut self) {
        self.words.clear();
        self.pieces.clear();
        self.grams.clear();
        self.tokens.clear();
        self.facts.clear();
        self.piece_slots.clear();
        self.mentions.clear();
        self.speaks.clear();
        self.passages.clear();
        self.candidates.clear();
        self.flags.clear();
    }

    /// How many of the first `sample` words have `flag`.
    pub(super) fn count_flag(&self, flag: u8, sample: usize) -> usize {
        self.flags.iter().take(sample).filter(|flags| **flags & flag != 0).count()
    }

    /// Words, pieces and n-grams.
    pub(super) fn tallies(&mut self) -> [&mut Tally; 3] {
        [&mut self.words, &mut self.pieces, &mut self.grams]
    }
}

/// Working memory for one posting at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    /// Title and text.
    pub(super) fields: [Found; 2],
    pub(super) strangers: Strangers,
    /// For each slot of a word, by view and head, what an occurrence of weight one adds to the logits.
    pub(super) views: Vec<[[f64; 2]; View::ALL.len()]>,
}
