//! Reads a field: which words, pieces and n-grams occur, sentence by sentence.

use super::Compiled;
use super::grams::Candidate;
use super::lexicon::flag;
use super::pieces::Pieces;
use super::scratch::{Found, Mention, Passage, Tally, WordFacts, count};
use super::strangers::Strangers;
use crate::document::Document;
use crate::features::longest_gram;
use crate::model::Model;
use crate::vocabulary::{Field, Gram, LONGEST_GRAM};

/// Reads one field of a posting.
pub(super) struct Reader<'r> {
    pub(super) compiled: &'r Compiled,
    pub(super) model: &'r Model,
    pub(super) document: &'r Document<'r>,
    pub(super) field: Field,
    pub(super) found: &'r mut Found,
    pub(super) strangers: &'r mut Strangers,
}

impl Reader<'_> {
    /// Reads the whole field. All words take one step before any takes the next one.
    pub(super) fn read(mut self) {
        self.found.clear();
        let Found { hashes, places, .. } = &mut *self.found;
        self.compiled.lexicon.find_all(&self.document.words, hashes, places);
        self.words();
        self.grams();
        self.found.tallies().into_iter().for_each(Tally::begin);
        match self.field {
            Field::Title => self.found.passages.extend(self.document.sentences.iter().map(|_| Passage {
                end: self.found.mentions.len(),
                weights: [1.0, 0.0, 0.0, 0.0],
                probabilities: [0.0; 2],
                speaks: [0.0; 2],
            })),
            Field::Text => self.judge(),
        }
        self.count();
    }

    /// Gives each word its slot, and lists the runs of known words that may be an n-gram.
    fn words(&mut self) {
        let lexicon = &self.compiled.lexicon;
        let longest = longest_gram(&self.model.card.settings, self.field);
        let is_title = self.field == Field::Title;
        self.found.flags.resize(self.found.places.len(), 0);
        self.found.tokens.resize(self.found.places.len(), 0);
        self.found.candidates.reserve(self.found.places.len());
        for sentence in &self.document.sentences {
            let mut known = [Gram::NONE; LONGEST_GRAM];
            // How many words before this one an n-gram may reach back to.
            let mut reach = 0;
            for index in sentence.first..sentence.end {
                let place = self.found.places[index];
                let flags = lexicon.get(place).map_or(0, |entry| entry.flags);
                self.found.flags[index] = flags;
                if flags & flag::KNOWN == 0 {
                    self.found.tokens[index] = self.stranger(index);
                    reach = 0;
                    continue;
                }
                self.found.tokens[index] = self.known(place, flags);
                known = [known[1], known[2], place];
                let end = number(index + 1);
                let candidates = &mut self.found.candidates;
                if is_title {
                    candidates.push(Candidate::new(Gram([place, Gram::NONE, Gram::NONE]), end - 1, 1));
                }
                if reach >= 1 && flags & flag::ENDS != 0 {
                    candidates.push(Candidate::new(Gram([known[1], place, Gram::NONE]), end - 2, 2));
                    if reach >= 2 && longest > 2 {
                        candidates.push(Candidate::new(Gram(known), end - 3, 3));
                    }
                }
                reach = if flags & flag::LEADS != 0 { reach + 1 } else { 0 };
            }
        }
    }

    /// Gives a word of the lexicon its slot.
    #[inline]
    fn known(&mut self, place: u32, flags: u8) -> u32 {
        let (slot, is_new) = self.found.words.slot(place);
        if is_new {
            let Compiled { pieces, lexicon, .. } = self.compiled;
            let is_column = self.field == Field::Text && flags & flag::COLUMN != 0;
            let speaks = lexicon.column(place).speaks();
            note(pieces, self.found, self.field, (speaks, is_column), lexicon.pieces(place));
        }
        slot
    }

    /// Gives word `index` its slot, which the model does not know.
    #[inline(never)]
    fn stranger(&mut self, index: usize) -> u32 {
        let Compiled { pieces, lexicon, .. } = self.compiled;
        let stranger = self.strangers.find(pieces, &self.model.vocabulary, &self.document.words, index);
        let (slot, is_new) = self.found.words.slot(number(lexicon.len()).wrapping_add(stranger.number));
        if is_new {
            note(pieces, self.found, self.field, ([0.0; 2], false), &stranger.pieces);
        }
        slot
    }

    /// Finds the n-grams.
    fn grams(&mut self) {
        let Found { candidates, grams, mentions, speaks, .. } = &mut *self.found;
        let table = &self.compiled.grams[self.field.index()];
        table.find_all(candidates, |candidate, number| {
            let (slot, is_new) = grams.slot(number);
            if is_new {
                speaks.push(table.column(number).speaks());
            }
            mentions.push(Mention { slot, first: candidate.first, words: candidate.words });
        });
    }

    /// Counts words and n-grams, each by the weight of its sentence.
    fn count(&mut self) {
        let Found { words, grams, tokens, mentions, passages, .. } = &mut *self.found;
        let (words, grams) = (words.counts.as_mut_slice(), grams.counts.as_mut_slice());
        let mut start = 0;
        for (sentence, passage) in self.document.sentences.iter().zip(&*passages) {
            let weights = passage.weights;
            tokens[sentence.first..sentence.end].iter().for_each(|&slot| count(&mut words[slot as usize], &weights));
            mentions[start..passage.end].iter().for_each(|mention| count(&mut grams[mention.slot as usize], &weights));
            start = passage.end;
        }
    }
}

/// Notes a new word with these pieces, and what it says by itself; and whether it has a column.
fn note(pieces: &Pieces, found: &mut Found, field: Field, (mut speaks, is_column): ([f32; 2], bool), of_word: &[u32]) {
    let start = number(found.piece_slots.len());
    for &piece in of_word {
        let more = pieces.column(field, piece).speaks();
        speaks = [speaks[0] + more[0], speaks[1] + more[1]];
        found.piece_slots.push(found.pieces.slot(piece).0);
    }
    found.facts.push(WordFacts { pieces: (start, number(found.piece_slots.len())), speaks, is_column });
}

/// A number of words or slots: a posting is far too short for more.
fn number(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}
