//! What every word has in the logits: the shares of its own column, its pieces, the n-grams that it is in, and what the sentence heads make of it.

use super::reader::probabilities;
use super::scratch::{Found, Four, LANES, Passage, Scratch, Tally};
use super::sums::Scales;
use crate::explain::{WordShares, evidence_totals};
use crate::features::{Documents, View};
use crate::model::Model;
use crate::role::{Head, PerHead};
use crate::scores::Scores;
use crate::sentences::EVIDENCE;
use crate::vocabulary::Field;

/// A number for each head.
type Pair = [f64; 2];

/// By view, what an occurrence of weight one adds to each logit.
type ByView = [Pair; View::ALL.len()];

/// What the sentence heads' part in the logits comes to in one sentence.
#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    /// For each word alike.
    even: Pair,
    /// By kind of work, for each one that a word speaks for it.
    each: [Pair; 2],
}

impl Evidence {
    /// `totals` is the part of all sentences together by kind of work; `masses` are the sums of their probabilities.
    fn new(passage: &Passage, words: usize, totals: &[PerHead<f64>; 2], masses: [f64; 2]) -> Self {
        let mut evidence = Self::default();
        for kind in 0..2 {
            if masses[kind] <= 0.0 || passage.probabilities[kind] <= 0.0 {
                continue;
            }
            let part = passage.probabilities[kind] / masses[kind];
            let total = [totals[kind].account * part, totals[kind].project * part];
            if passage.speaks[kind] > 0.0 {
                evidence.each[kind] = total.map(|total| total / passage.speaks[kind]);
            } else {
                add(&mut evidence.even, total.map(|total| total / words as f64));
            }
        }
        evidence
    }

    /// The part of what speaks so much.
    fn of(&self, speaks: [f32; 2]) -> Pair {
        let [account, project] = speaks.map(f64::from);
        std::array::from_fn(|head| self.each[0][head] * account + self.each[1][head] * project)
    }
}

fn add(sum: &mut Pair, more: Pair) {
    sum[0] += more[0];
    sum[1] += more[1];
}

/// What an occurrence adds to the logits in a sentence that weighs so much.
fn weighed(views: &ByView, weights: &[f64; LANES]) -> Pair {
    let [whole, account, project] = views;
    std::array::from_fn(|head| whole[head] * weights[0] + account[head] * weights[1] + project[head] * weights[2])
}

impl Tally {
    /// Scales the shares of all columns, to those of an occurrence of weight one.
    fn share_out(&mut self, scale: &Four, slopes: [f32; 2]) {
        let scales = slopes.map(|slope| scale.map(|scale| scale * slope));
        for (shares, counts) in self.shares.iter_mut().zip(&self.counts) {
            for view in 0..LANES {
                // Where a column does not count, its share is zero already.
                #[allow(clippy::cast_possible_truncation)]
                let count = (counts[view] as f32).max(f32::MIN_POSITIVE);
                for head in 0..2 {
                    shares[head][view] *= scales[head][view] / count;
                }
            }
        }
    }

    fn by_view(&self, slot: u32) -> ByView {
        let [account, project] = &self.shares[slot as usize];
        std::array::from_fn(|view| [f64::from(account[view]), f64::from(project[view])])
    }
}

impl Found {
    /// For each slot of a word, what an occurrence of it adds to the logits, its pieces included.
    fn words_with_pieces(&self, views: &mut Vec<ByView>) {
        views.clear();
        for (facts, slot) in self.facts.iter().zip(0..) {
            let mut shares = self.words.shares[slot];
            for &piece in &self.piece_slots[facts.pieces.0 as usize..facts.pieces.1 as usize] {
                for (shares, more) in shares.iter_mut().zip(&self.pieces.shares[piece as usize]) {
                    shares.iter_mut().zip(more).for_each(|(share, more)| *share += more);
                }
            }
            let [account, project] = shares;
            views.push(std::array::from_fn(|view| [f64::from(account[view]), f64::from(project[view])]));
        }
    }
}

impl Scratch {
    /// Shares the logits out to the words.
    pub(super) fn shares(
        &mut self,
        model: &Model,
        documents: &Documents<'_>,
        scores: &Scores,
        (scales, evidence): (&Scales, &[f64; EVIDENCE]),
        is_content: [Vec<bool>; 2],
    ) -> WordShares {
        let slopes = scores.slopes(model);
        let totals = evidence_totals(model, slopes, evidence);
        #[allow(clippy::cast_possible_truncation)]
        let factors = Head::ALL.map(|head| *slopes.get(head) as f32);
        let words = Field::ALL.map(|field| {
            let found = &mut self.fields[field.index()];
            found.tallies().into_iter().zip(&scales[field.index()]).for_each(|(tally, scale)| tally.share_out(scale, factors));
            found.words_with_pieces(&mut self.views);
            of_words(found, &self.views, documents, field, &totals)
        });
        WordShares::of_words(words, is_content, probabilities(&self.fields[1]))
    }
}

/// The shares of the words of a field.
fn of_words(
    found: &Found,
    views: &[ByView],
    documents: &Documents<'_>,
    field: Field,
    totals: &[PerHead<f64>; 2],
) -> Vec<PerHead<f64>> {
    let mut shares: Vec<Pair> = vec![[0.0; 2]; found.tokens.len()];
    let masses = Head::ALL.map(|kind| found.passages.iter().map(|passage| passage.probabilities[kind.index()]).sum::<f64>());
    let mut start = 0;
    for (passage, sentence) in found.passages.iter().zip(&documents.field(field).sentences) {
        let evidence = Evidence::new(passage, sentence.end - sentence.first, totals, masses);
        for mention in &found.mentions[start..passage.end as usize] {
            let mut share = weighed(&found.grams.by_view(mention.slot), &passage.weights);
            add(&mut share, evidence.of(found.speaks[mention.slot as usize]));
            let each = share.map(|share| share / f64::from(mention.words));
            shares[mention.first as usize..][..mention.words as usize].iter_mut().for_each(|share| add(share, each));
        }
        start = passage.end as usize;
        let words = sentence.first..sentence.end;
        for (share, &slot) in shares[words.clone()].iter_mut().zip(&found.tokens[words]) {
            add(share, weighed(&views[slot as usize], &passage.weights));
            add(share, evidence.of(found.facts[slot as usize].speaks));
            add(share, evidence.even);
        }
    }
    shares.into_iter().map(|[account, project]| PerHead { account, project }).collect()
}
