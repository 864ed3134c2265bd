//! Reads a field: which words, pieces and n-grams occur, sentence by sentence.

use super::Compiled;
use super::columns::Column;
use super::grams::Candidate;
use super::scratch::{Found, Mention, Passage, Tally, WordFacts};
use super::strangers::Strangers;
use crate::document::Document;
use crate::features::longest_gram;
use crate::language;
use crate::model::Model;
use crate::vocabulary::{Field, Gram, LONGEST_GRAM};

/// What the words of a field say by themselves.
#[derive(Debug, Default)]
pub(super) struct FieldFacts {
    /// For each word, whether a phrase may begin or end with it.
    pub(super) is_content: Vec<bool>,
    /// Function words of German and of English at its beginning.
    pub(super) german: usize,
    pub(super) english: usize,
}

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
    pub(super) fn read(mut self) -> FieldFacts {
        self.found.clear();
        let Found { hashes, places, .. } = &mut *self.found;
        self.compiled.lexicon.find_all(&self.document.words, hashes, places);
        let facts = self.words();
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
        facts
    }

    /// Gives each word its slot.
    fn words(&mut self) -> FieldFacts {
        let lexicon = &self.compiled.lexicon;
        let mut facts = FieldFacts { is_content: Vec::with_capacity(self.document.words.len()), ..FieldFacts::default() };
        for index in 0..self.found.places.len() {
            let place = self.found.places[index];
            let entry = lexicon.get(place);
            facts.is_content.push(entry.is_some_and(|entry| entry.is_content()));
            if index < language::SAMPLE_WORDS
                && let Some(entry) = entry
            {
                let [german, english] = entry.languages();
                facts.german += usize::from(german);
                facts.english += usize::from(english);
            }
            let Some(entry) = entry.filter(|entry| entry.is_known()) else {
                self.stranger(index);
                continue;
            };
            let (slot, is_new) = self.found.words.slot(place);
            self.found.tokens.push(slot);
            if is_new {
                let is_column = self.field == Field::Text && entry.column != Column::NONE;
                let pieces = lexicon.pieces(entry).iter().copied();
                note(self.compiled, self.found, self.field, (entry.column.speaks(), is_column), pieces);
            }
        }
        facts
    }

    /// Gives word `index` its slot, which the model does not know.
    #[cold]
    fn stranger(&mut self, index: usize) {
        let Compiled { pieces, lexicon, .. } = self.compiled;
        let stranger = self.strangers.find(pieces, &self.model.vocabulary, self.document.words.form(index));
        let number = u32::try_from(lexicon.len()).unwrap_or(u32::MAX).wrapping_add(stranger.number);
        let (slot, is_new) = self.found.words.slot(number);
        self.found.tokens.push(slot);
        if is_new {
            note(self.compiled, self.found, self.field, ([0.0; 2], false), stranger.pieces.iter().copied());
        }
    }

    /// Finds the n-grams.
    fn grams(&mut self) {
        self.candidates();
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

    /// Lists the runs of known words that may be an n-gram.
    fn candidates(&mut self) {
        let lexicon = &self.compiled.lexicon;
        let longest = longest_gram(&self.model.card.settings, self.field);
        let is_title = self.field == Field::Title;
        let Found { candidates, places, .. } = &mut *self.found;
        for sentence in &self.document.sentences {
            let mut known = [Gram::NONE; LONGEST_GRAM];
            // How many words before this one an n-gram may reach back to.
            let mut reach = 0;
            for (&place, end) in places[sentence.first..sentence.end].iter().zip(sentence.first + 1..) {
                let Some(entry) = lexicon.get(place).filter(|entry| entry.is_known()) else {
                    reach = 0;
                    continue;
                };
                known = [known[1], known[2], place];
                let end = u32::try_from(end).unwrap_or(u32::MAX);
                if is_title {
                    candidates.push(Candidate::new(Gram([place, Gram::NONE, Gram::NONE]), end - 1, 1));
                }
                if reach >= 1 && entry.ends() {
                    candidates.push(Candidate::new(Gram([known[1], place, Gram::NONE]), end - 2, 2));
                    if reach >= 2 && longest > 2 {
                        candidates.push(Candidate::new(Gram(known), end - 3, 3));
                    }
                }
                reach = if entry.leads() { reach + 1 } else { 0 };
            }
        }
    }

    /// Counts words and n-grams, each by the weight of its sentence.
    fn count(&mut self) {
        let Found { words, grams, tokens, mentions, passages, .. } = &mut *self.found;
        let mut start = 0;
        for (sentence, passage) in self.document.sentences.iter().zip(&*passages) {
            tokens[sentence.first..sentence.end].iter().for_each(|&slot| words.count(slot, &passage.weights));
            mentions[start..passage.end].iter().for_each(|mention| grams.count(mention.slot, &passage.weights));
            start = passage.end;
        }
    }
}

/// Notes a new word with these pieces, and what it says by itself; and whether it has a column.
fn note(
    compiled: &Compiled,
    found: &mut Found,
    field: Field,
    (mut speaks, is_column): ([f32; 2], bool),
    pieces: impl Iterator<Item = u32>,
) {
    let end = |slots: &Vec<u32>| u32::try_from(slots.len()).unwrap_or(u32::MAX);
    let start = end(&found.piece_slots);
    for piece in pieces {
        let more = compiled.pieces.column(field, piece).speaks();
        speaks = [speaks[0] + more[0], speaks[1] + more[1]];
        found.piece_slots.push(found.pieces.slot(piece).0);
    }
    found.facts.push(WordFacts { pieces: (start, end(&found.piece_slots)), speaks, is_column });
}
