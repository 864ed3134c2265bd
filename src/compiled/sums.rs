//! What the columns of a posting add up to: the logits of its sentences, the contributions of its fields, the shares of its words.

use super::scratch::{Place, Scratch, Slot, VIEWS};
use crate::document::Sentence;
use crate::explain::WordShares;
use crate::features::{Block, Documents, View};
use crate::log::ln_1p;
use crate::model::Model;
use crate::role::{Head, PerHead};
use crate::scores::Scores;
use crate::sentences::{self, EVIDENCE, SentenceScores};
use crate::vocabulary::Field;

impl Scratch {
    /// The logits of a sentence whose columns stand in the places of the text from `start` on; `None` where it is not judged.
    pub(super) fn sentence_logits(
        &mut self,
        model: &Model,
        sentence: &Sentence,
        number: u32,
        start: usize,
    ) -> Option<PerHead<f64>> {
        if sentence.heading {
            return None;
        }
        let Scratch { slots, places, .. } = self;
        let (mut words, mut square, mut sums) = (0, 0.0_f32, [0.0_f32; 2]);
        for place in &places[1][start..] {
            let slot = &mut slots[place.column as usize];
            let column = &slot.column;
            words += usize::from(column.block == Block::TextWords);
            if slot.sentence != number {
                slot.sentence = number;
                square += column.idf * column.idf;
                sums[0] += column.sentence[0];
                sums[1] += column.sentence[1];
            }
        }
        let norm = f64::from(square.sqrt());
        (words >= sentences::FEWEST_WORDS).then(|| {
            PerHead::from_fn(|head| {
                let bias = model.sentence_heads.get(head).section_bias[sentence.section.index()];
                f64::from(bias) + f64::from(sums[head.index()]) / norm
            })
        })
    }

    /// What title and text contribute to each raw logit. Leaves the values of the columns behind.
    pub(super) fn contributions(&mut self, model: &Model, evidence: &[f64; EVIDENCE]) -> PerHead<[f64; 2]> {
        let settings = &model.card.settings;
        let Scratch { slots, counts, values, .. } = self;
        #[allow(clippy::cast_possible_truncation)]
        values.extend(counts.iter().map(|counts| [counts[0] as f32, counts[1] as f32, counts[2] as f32]));
        values.as_flattened_mut().iter_mut().for_each(|value| *value = ln_1p(*value));
        let mut squares = [[0.0_f32; VIEWS]; Block::COUNT];
        for (slot, values) in slots.iter().zip(&mut *values) {
            let squares = &mut squares[slot.column.block as usize];
            for view in 0..VIEWS {
                values[view] *= slot.column.idf;
                squares[view] += values[view] * values[view];
            }
        }
        let scales: [[f32; VIEWS]; Block::COUNT] = std::array::from_fn(|block| {
            std::array::from_fn(|view| {
                let scale = if view == View::Whole as usize { 1.0 } else { settings.blocks.views };
                let norm = squares[block][view].sqrt();
                if norm > 0.0 { scale * Block::ALL[block].weight(settings) / norm } else { 0.0 }
            })
        });
        let mut sums = [[0.0; 2]; 2];
        for (Slot { column, .. }, values) in slots.iter().zip(values) {
            let field = usize::from(!column.block.is_title());
            let scales = &scales[column.block as usize];
            for view in 0..VIEWS {
                values[view] *= scales[view];
                for (sums, weight) in sums.iter_mut().zip(column.weights[view]) {
                    sums[field] += f64::from(weight) * f64::from(values[view]);
                }
            }
        }
        let mut contributions = PerHead { account: sums[0], project: sums[1] };
        for head in Head::ALL {
            let weights = &model.heads.get(head).evidence;
            contributions.get_mut(head)[1] += weights.iter().zip(evidence).map(|(weight, value)| weight * value).sum::<f64>();
        }
        contributions
    }

    /// Shares the logits out to the words.
    pub(super) fn shares(
        &mut self,
        model: &Model,
        documents: &Documents<'_>,
        scores: &Scores,
        sentences: SentenceScores,
        is_content: [Vec<bool>; 2],
    ) -> WordShares {
        let slopes = scores.slopes(model);
        let Scratch { slots, counts, values, places: [title, text], passages, shares: views_of, .. } = self;
        let of_slot = |((slot, counts), values): ((&Slot, &[f64; VIEWS]), &[f32; VIEWS])| {
            std::array::from_fn(|view| {
                let once = if counts[view] > 0.0 { f64::from(values[view]) / counts[view] } else { 0.0 };
                Head::ALL.map(|head| f64::from(slot.column.weights[view][head.index()]) * once * slopes.get(head))
            })
        };
        views_of.extend(slots.iter().zip(&*counts).zip(&*values).map(of_slot));
        let mut shares = WordShares::none(documents, is_content, sentences);
        let mut add = |field: Field, place: &Place, weights: [f64; VIEWS]| {
            let views = &views_of[place.column as usize];
            let mut share = PerHead::<f64>::default();
            for view in 0..VIEWS {
                share.account += views[view][0] * weights[view];
                share.project += views[view][1] * weights[view];
            }
            shares.add(field, place.first as usize, place.words as usize, share.map(|share| part(*share, place.words)));
        };
        for place in title.iter() {
            add(Field::Title, place, [1.0, 0.0, 0.0]);
        }
        let mut start = 0;
        for passage in &*passages {
            let weights = passage.weights.map(f64::from);
            text[start..passage.end].iter().for_each(|place| add(Field::Text, place, weights));
            start = passage.end;
        }
        let text_sentences = &documents.field(Field::Text).sentences;
        shares.add_evidence(model, documents, slopes, |sentence, kind, relevance| {
            let start = if sentence == 0 { 0 } else { passages[sentence - 1].end };
            for place in &text[start..passages[sentence].end] {
                let weight = slots[place.column as usize].column.sentence[kind.index()];
                if weight > 0.0 {
                    let each = part(f64::from(weight), place.words);
                    let first = place.first as usize - text_sentences[sentence].first;
                    relevance[first..first + place.words as usize].iter_mut().for_each(|word| *word += each);
                }
            }
        });
        shares
    }
}

/// What each of so many words gets of `whole`. Most columns have one word, and a division is slow.
fn part(whole: f64, words: u32) -> f64 {
    if words == 1 { whole } else { whole / f64::from(words) }
}
