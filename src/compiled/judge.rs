//! The sentence heads on a text whose words and n-grams were found.

use super::columns::{Column, Kind};
use super::reader::Reader;
use super::scratch::{Found, Passage, Tally};
use crate::document::Sentence;
use crate::features::text_weight;
use crate::role::{Head, PerHead};
use crate::sentences::FEWEST_WORDS;
use crate::vocabulary::Field;

/// What a sentence's columns, each once, add up to.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    square: f32,
    weights: [f32; 2],
}

impl Sums {
    #[inline]
    fn add(&mut self, column: &Column) {
        self.square += column.idf * column.idf;
        self.weights[0] += column.sentence[0];
        self.weights[1] += column.sentence[1];
    }
}

/// How much further a sentence is weighed than its section asks for.
struct Relevance {
    floor: f64,
    /// What odds are multiplied by.
    shift: f64,
}

impl Reader<'_> {
    /// Judges every sentence.
    pub(super) fn judge(&mut self) {
        let settings = &self.model.card.settings;
        let relevance = Relevance { floor: f64::from(settings.relevance_floor), shift: libm::exp(settings.relevance_shift) };
        let mut start = 0;
        for (sentence, number) in self.document.sentences.iter().zip(0..) {
            let within = |mention: &&super::scratch::Mention| (mention.first as usize) < sentence.end;
            let end = start + self.found.mentions[start..].iter().take_while(within).count();
            let mut passage = Passage { end, weights: [0.0; 4], probabilities: [0.0; 2], speaks: [0.0; 2] };
            let logits = self.logits(sentence, number, start, &mut passage);
            let weight = f64::from(text_weight(settings, sentence));
            passage.weigh(weight, &relevance, logits);
            self.found.passages.push(passage);
            start = end;
        }
    }

    /// The logits of `sentence` by head; `None` where it is not judged. Its mentions begin at `start`.
    fn logits(&mut self, sentence: &Sentence, number: u32, start: usize, passage: &mut Passage) -> Option<[f64; 2]> {
        if sentence.heading {
            return None;
        }
        let compiled = self.compiled;
        let Found { words, pieces, grams, tokens, facts, piece_slots, mentions, speaks, .. } = &mut *self.found;
        let (facts, piece_slots, speaks) = (facts.as_slice(), piece_slots.as_slice(), speaks.as_slice());
        let [mut words, mut pieces, mut grams] = [words, pieces, grams].map(Tally::sentences);
        let (mut columns, mut sums, mut said) = (0, Sums::default(), [0.0_f32; 2]);
        for &slot in &tokens[sentence.first..sentence.end] {
            let facts = &facts[slot as usize];
            columns += usize::from(facts.is_column);
            said = [said[0] + facts.speaks[0], said[1] + facts.speaks[1]];
            if words.is_new(slot, number) {
                sums.add(compiled.column(Field::Text, Kind::Word, words.numbers[slot as usize]));
                for &slot in &piece_slots[facts.pieces.0 as usize..facts.pieces.1 as usize] {
                    if pieces.is_new(slot, number) {
                        sums.add(compiled.column(Field::Text, Kind::Piece, pieces.numbers[slot as usize]));
                    }
                }
            }
        }
        for mention in &mentions[start..passage.end] {
            let more = speaks[mention.slot as usize];
            said = [said[0] + more[0], said[1] + more[1]];
            if grams.is_new(mention.slot, number) {
                sums.add(compiled.column(Field::Text, Kind::Gram, grams.numbers[mention.slot as usize]));
            }
        }
        passage.speaks = said.map(f64::from);
        let norm = f64::from(sums.square.sqrt());
        (columns >= FEWEST_WORDS).then(|| {
            Head::ALL.map(|head| {
                let bias = self.model.sentence_heads.get(head).section_bias[sentence.section.index()];
                f64::from(bias) + f64::from(sums.weights[head.index()]) / norm
            })
        })
    }
}

impl Passage {
    /// Weighs a sentence of a section that weighs so much.
    fn weigh(&mut self, weight: f64, relevance: &Relevance, logits: Option<[f64; 2]>) {
        let floor = relevance.floor;
        let Some(logits) = logits else {
            self.weights = [weight, weight * floor, weight * floor, 0.0];
            return;
        };
        // Further out, a probability is zero or one as nearly as can be told.
        let odds = logits.map(|logit| libm::exp(logit.clamp(-500.0, 500.0)));
        let [account, project] = odds.map(|odds| {
            let shifted = odds * relevance.shift;
            weight * (floor + shifted / (1.0 + shifted))
        });
        self.weights = [weight, account, project, 0.0];
        self.probabilities = odds.map(|odds| odds / (1.0 + odds));
    }
}

/// The probabilities of the sentences of the text.
pub(super) fn probabilities(found: &Found) -> Vec<PerHead<f64>> {
    found.passages.iter().map(|passage| PerHead::from_fn(|head| passage.probabilities[head.index()])).collect()
}
