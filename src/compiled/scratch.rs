//! Working memory that one posting after the other uses, so that none is allocated.

use super::columns::Columns;
use super::lexicon::Lexicon;
use super::strangers::Strangers;
use crate::features::View;

/// Numbers that are worked on at once: one for each view, and one that stays zero.
pub(super) const LANES: usize = 4;
/// A number for each view.
pub(super) type Four = [f32; LANES];

/// The columns of one kind that occur in one field of the posting. A column's *slot* is its place in the order of their first occurrence.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    /// For each column, the posting that last had it, and its slot there.
    marks: Vec<(u32, u32)>,
    /// For each slot, the column's number.
    pub(super) numbers: Vec<u32>,
    /// For each slot, the last sentence that had it.
    sentences: Vec<u32>,
    /// For each slot, by view, the sum of the weights of its occurrences.
    pub(super) counts: Vec<[f64; LANES]>,
    /// For each slot, `ln(1 + count)` in the whole view.
    pub(super) levels: Vec<f32>,
    /// For each slot, by head and view, its share in the logit; once shared out, that of an occurrence of weight one.
    pub(super) shares: Vec<[Four; 2]>,
}

impl Tally {
    /// Begins a posting, where so many columns may occur.
    fn begin(&mut self, columns: usize, is_first: bool) {
        if is_first {
            self.marks.clear();
        }
        self.marks.resize(columns, (0, 0));
        self.numbers.clear();
        self.sentences.clear();
        self.counts.clear();
        self.levels.clear();
        self.shares.clear();
    }

    /// The slot of a column in `posting`, and whether this is its first occurrence.
    pub(super) fn slot(&mut self, number: u32, posting: u32) -> (u32, bool) {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        let mark = &mut self.marks[number as usize];
        let is_new = mark.0 != posting;
        if is_new {
            *mark = (posting, next);
            self.numbers.push(number);
            self.sentences.push(u32::MAX);
            self.counts.push([0.0; LANES]);
        }
        (mark.1, is_new)
    }

    /// Forgets that a column occurred: what has its number from now on is another one.
    pub(super) fn forget(&mut self, number: u32) {
        self.marks[number as usize] = (0, 0);
    }

    /// Notes that `sentence` has the column of a slot; whether that is new.
    pub(super) fn is_new_in(&mut self, slot: u32, sentence: u32) -> bool {
        let last = &mut self.sentences[slot as usize];
        let is_new = *last != sentence;
        *last = sentence;
        is_new
    }

    /// Counts an occurrence.
    pub(super) fn count(&mut self, slot: u32, weights: &[f64; LANES]) {
        for (count, weight) in self.counts[slot as usize].iter_mut().zip(weights) {
            *count += weight;
        }
    }
}

/// What is to be known of a word that occurs, beside its column.
#[derive(Debug, Clone, Copy)]
pub(super) struct WordFacts {
    /// Where the slots of its pieces are: start and end.
    pub(super) pieces: (u32, u32),
    /// What it says for a sentence of the text to be such work.
    pub(super) speaks: [f32; 2],
    /// Whether it has a column of its own.
    pub(super) is_column: bool,
}

/// A longer n-gram where it occurs.
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
    pub(super) end: u32,
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
}

impl Found {
    fn begin(&mut self, columns: &[Columns; 3], words: usize, is_first: bool) {
        let [_, pieces, grams] = columns;
        self.words.begin(words, is_first);
        self.pieces.begin(pieces.len(), is_first);
        self.grams.begin(grams.len(), is_first);
        self.tokens.clear();
        self.facts.clear();
        self.piece_slots.clear();
        self.mentions.clear();
        self.speaks.clear();
        self.passages.clear();
    }

    /// Words, pieces and n-grams.
    pub(super) fn tallies(&mut self) -> [&mut Tally; 3] {
        [&mut self.words, &mut self.pieces, &mut self.grams]
    }
}

/// Working memory for one posting at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    /// Number of the posting.
    pub(super) posting: u32,
    /// Title and text.
    pub(super) fields: [Found; 2],
    pub(super) strangers: Strangers,
    /// For each slot of a word, by view and head, what an occurrence of weight one adds to the logits.
    pub(super) views: Vec<[[f64; 2]; View::ALL.len()]>,
}

impl Scratch {
    /// Begins a posting.
    pub(super) fn begin(&mut self, columns: &[[Columns; 3]; 2], lexicon: &Lexicon) {
        self.posting = self.posting.wrapping_add(1).max(1);
        for (found, columns) in self.fields.iter_mut().zip(columns) {
            found.begin(columns, lexicon.len() + Strangers::ROOM, self.posting == 1);
        }
    }
}
