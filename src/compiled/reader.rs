//! Reads a field: which words, pieces and n-grams occur, sentence by sentence.

use super::Compiled;
use super::columns::Kind;
use super::scratch::{Found, LANES, Mention, Passage, Tally, WordFacts};
use super::strangers::Strangers;
use crate::document::{Document, Sentence};
use crate::features::{longest_gram, text_weight};
use crate::language::{self, Language};
use crate::model::Model;
use crate::role::{Head, PerHead};
use crate::sentences::FEWEST_WORDS;
use crate::table::NONE;
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
    pub(super) posting: u32,
}

impl Reader<'_> {
    /// Reads the whole field.
    pub(super) fn read(mut self) -> FieldFacts {
        let document = self.document;
        let mut facts = FieldFacts { is_content: Vec::with_capacity(document.words.len()), ..FieldFacts::default() };
        let odds_shift = f64::from(self.model.card.settings.relevance_shift).exp();
        for (sentence, number) in document.sentences.iter().zip(0..) {
            let mentions = self.found.mentions.len();
            self.words(sentence, &mut facts);
            let mut passage = match self.field {
                Field::Title => Passage { end: 0, weights: [1.0, 0.0, 0.0, 0.0], probabilities: [0.0; 2], speaks: [0.0; 2] },
                Field::Text => self.judge(sentence, number, mentions, odds_shift),
            };
            passage.end = u32::try_from(self.found.mentions.len()).unwrap_or(u32::MAX);
            self.count(sentence, mentions, &passage.weights);
            self.found.passages.push(passage);
        }
        facts
    }

    /// Finds the words of `sentence` and the n-grams that they make.
    fn words(&mut self, sentence: &Sentence, facts: &mut FieldFacts) {
        let longest = longest_gram(&self.model.card.settings, self.field);
        let field = self.field.index();
        let mut known = [Gram::NONE; LONGEST_GRAM];
        // How many words before this one an n-gram may reach back to.
        let mut reach = 0;
        for index in sentence.first..sentence.end {
            let place = self.compiled.lexicon.find(&self.document.words, index);
            let Some(entry) = self.compiled.lexicon.get(place) else {
                facts.is_content.push(false);
                self.stranger(index);
                reach = 0;
                continue;
            };
            facts.is_content.push(entry.is_content);
            if let Some(language) = entry.language.filter(|_| index < language::SAMPLE_WORDS) {
                facts.german += usize::from(language == Language::De);
                facts.english += usize::from(language == Language::En);
            }
            if entry.number == NONE {
                self.stranger(index);
                reach = 0;
                continue;
            }
            let (slot, is_new) = self.found.words.slot(place, self.posting);
            self.found.tokens.push(slot);
            if is_new {
                let pieces = self.compiled.lexicon.pieces(entry, self.field);
                let pieces = note_pieces(&mut self.found.pieces, &mut self.found.piece_slots, self.posting, pieces.iter().copied());
                let is_column = entry.is_column[field];
                self.found.facts.push(WordFacts { pieces, speaks: entry.speaks, is_column });
            }
            known.copy_within(1.., 0);
            known[LONGEST_GRAM - 1] = entry.number;
            if entry.ends[field] {
                for words in 2..=longest.min(reach + 1) {
                    self.gram(Gram::new(&known[LONGEST_GRAM - words..]), index + 1 - words, words);
                }
            }
            reach = if entry.leads[field] { (reach + 1).min(LONGEST_GRAM - 1) } else { 0 };
        }
    }

    /// Notes word `index`, which the model does not know.
    #[cold]
    fn stranger(&mut self, index: usize) {
        let Compiled { pieces, lexicon, .. } = self.compiled;
        let form = self.document.words.form(index);
        let (place, is_other) = self.strangers.find(pieces, &self.model.vocabulary, form, crate::hash::of_word(form));
        let number = u32::try_from(lexicon.len()).unwrap_or(NONE) + place;
        if is_other {
            self.found.words.forget(number);
        }
        let (slot, is_new) = self.found.words.slot(number, self.posting);
        self.found.tokens.push(slot);
        if is_new {
            let stranger = self.strangers.get(place);
            let of_field = stranger.pieces.iter().copied().filter(|&piece| pieces.is_column(self.field, piece));
            let range = note_pieces(&mut self.found.pieces, &mut self.found.piece_slots, self.posting, of_field);
            self.found.facts.push(WordFacts { pieces: range, speaks: stranger.speaks, is_column: false });
        }
    }

    /// Notes the n-gram of so many words from word `first` on, if it is one.
    fn gram(&mut self, gram: Gram, first: usize, words: usize) {
        let number = self.compiled.grams[self.field.index()].find(gram);
        if number != NONE {
            let (slot, is_new) = self.found.grams.slot(number, self.posting);
            if is_new {
                let column = self.compiled.columns[self.field.index()][Kind::Gram as usize].get(number);
                self.found.speaks.push(column.sentence.map(|weight| weight.max(0.0)));
            }
            let [first, words] = [first, words].map(|number| u32::try_from(number).unwrap_or(u32::MAX));
            self.found.mentions.push(Mention { slot, first, words });
        }
    }

    /// What the sentence heads make of `sentence`, the words of which were found, and the n-grams from `mentions` on.
    fn judge(&mut self, sentence: &Sentence, number: u32, mentions: usize, odds_shift: f64) -> Passage {
        let settings = &self.model.card.settings;
        let weight = f64::from(text_weight(settings, sentence));
        let floor = f64::from(settings.relevance_floor);
        let mut speaks = [0.0; 2];
        let Some(logits) = self.logits(sentence, number, mentions, &mut speaks) else {
            let weights = [weight, weight * floor, weight * floor, 0.0];
            return Passage { end: 0, weights, probabilities: [0.0; 2], speaks };
        };
        // Far out, both probabilities are zero or one as nearly as can be told.
        let odds = logits.map(|logit| logit.clamp(-500.0, 500.0).exp());
        let [account, project] = odds.map(|odds| {
            let shifted = odds * odds_shift;
            weight * (floor + shifted / (1.0 + shifted))
        });
        Passage { end: 0, weights: [weight, account, project, 0.0], probabilities: odds.map(|odds| odds / (1.0 + odds)), speaks }
    }

    /// The logits of `sentence` by head; `None` where it is not judged. Adds up what its words and n-grams say.
    fn logits(&mut self, sentence: &Sentence, number: u32, mentions: usize, speaks: &mut [f64; 2]) -> Option<[f64; 2]> {
        if sentence.heading {
            return None;
        }
        let Found { words, pieces, grams, tokens, facts, piece_slots, mentions: all, speaks: gram_speaks, .. } = &mut *self.found;
        let [word_columns, piece_columns, gram_columns] = &self.compiled.columns[self.field.index()];
        let (mut columns, mut square, mut sums) = (0, 0.0_f32, [0.0_f32; 2]);
        let mut add = |column: &super::columns::Column| {
            square += column.idf * column.idf;
            sums[0] += column.sentence[0];
            sums[1] += column.sentence[1];
        };
        for &slot in &tokens[sentence.first..sentence.end] {
            let facts = &facts[slot as usize];
            columns += usize::from(facts.is_column);
            speaks[0] += f64::from(facts.speaks[0]);
            speaks[1] += f64::from(facts.speaks[1]);
            if words.is_new_in(slot, number) {
                add(word_columns.get(words.numbers[slot as usize]));
                for &slot in &piece_slots[facts.pieces.0 as usize..facts.pieces.1 as usize] {
                    if pieces.is_new_in(slot, number) {
                        add(piece_columns.get(pieces.numbers[slot as usize]));
                    }
                }
            }
        }
        for mention in &all[mentions..] {
            let more = gram_speaks[mention.slot as usize];
            speaks[0] += f64::from(more[0]);
            speaks[1] += f64::from(more[1]);
            if grams.is_new_in(mention.slot, number) {
                add(gram_columns.get(grams.numbers[mention.slot as usize]));
            }
        }
        let norm = f64::from(square.sqrt());
        (columns >= FEWEST_WORDS).then(|| {
            Head::ALL.map(|head| {
                let bias = self.model.sentence_heads.get(head).section_bias[sentence.section.index()];
                f64::from(bias) + f64::from(sums[head.index()]) / norm
            })
        })
    }

    /// Counts the words of `sentence`, and its n-grams from `mentions` on.
    fn count(&mut self, sentence: &Sentence, mentions: usize, weights: &[f64; LANES]) {
        let Found { words, grams, tokens, mentions: all, .. } = &mut *self.found;
        tokens[sentence.first..sentence.end].iter().for_each(|&slot| words.count(slot, weights));
        all[mentions..].iter().for_each(|mention| grams.count(mention.slot, weights));
    }
}

/// Notes that a word has `pieces`; returns where their slots are.
fn note_pieces(tally: &mut Tally, slots: &mut Vec<u32>, posting: u32, pieces: impl Iterator<Item = u32>) -> (u32, u32) {
    let end = |slots: &Vec<u32>| u32::try_from(slots.len()).unwrap_or(u32::MAX);
    let start = end(slots);
    slots.extend(pieces.map(|piece| tally.slot(piece, posting).0));
    (start, end(slots))
}

/// The probabilities of the sentences of the text.
pub(super) fn probabilities(found: &Found) -> Vec<PerHead<f64>> {
    found.passages.iter().map(|passage| PerHead::from_fn(|head| passage.probabilities[head.index()])).collect()
}
