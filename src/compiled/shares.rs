//! What every word has in the logits: the shares of its own column, its pieces, the n-grams that it is in, and what the sentence heads make of it.

use super::columns::{Four, LANES, plus, times};
use super::judge::probabilities;
use super::lexicon::flag;
use super::scratch::{Found, Passage, Scratch, Tally};
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
    #[inline]
    fn of(&self, speaks: [f32; 2]) -> Pair {
        let [first, second] = self.each;
        let [account, project] = [f64::from(speaks[0]), f64::from(speaks[1])];
        [first[0] * account + second[0] * project, first[1] * account + second[1] * project]
    }
}

#[inline]
fn add(sum: &mut Pair, more: Pair) {
    sum[0] += more[0];
    sum[1] += more[1];
}

/// What an occurrence adds to the logits in a sentence that weighs so much.
#[inline]
fn weighed([whole, account, project]: &ByView, weights: &[f64; LANES]) -> Pair {
    [
        whole[0] * weights[0] + account[0] * weights[1] + project[0] * weights[2],
        whole[1] * weights[0] + account[1] * weights[1] + project[1] * weights[2],
    ]
}

/// Shares by head and view, by view and head.
#[inline]
fn by_view([account, project]: &[Four; 2]) -> ByView {
    let pair = |view: usize| [f64::from(account[view]), f64::from(project[view])];
    [pair(0), pair(1), pair(2)]
}

impl Tally {
    /// Scales the shares of all columns, to those of an occurrence of weight one.
    fn share_out(&mut self, scale: &Four, slopes: [f32; 2]) {
        let scales = slopes.map(|slope| times(scale, &[slope; LANES]));
        // The levels have done their work. One long list of numbers is what the compiler makes vector instructions of.
        let parts = &mut self.levels;
        parts.clear();
        #[allow(clippy::cast_possible_truncation)]
        parts.extend(self.counts.iter().map(|counts| [counts[0] as f32, counts[1] as f32, counts[2] as f32, counts[3] as f32]));
        // Where a column does not count, its share is zero already.
        parts.as_flattened_mut().iter_mut().for_each(|part| *part = 1.0 / if *part > SMALLEST { *part } else { SMALLEST });
        for (shares, part) in self.shares.iter_mut().zip(parts) {
            shares[0] = times(&shares[0], &times(&scales[0], part));
            shares[1] = times(&shares[1], &times(&scales[1], part));
        }
    }
}

/// A smaller count is none.
const SMALLEST: f32 = 1e-30;

impl Found {
    /// For each slot of a word, what an occurrence of it adds to the logits, its pieces included.
    fn words_with_pieces(&self, views: &mut Vec<ByView>) {
        views.clear();
        for (facts, shares) in self.facts.iter().zip(&self.words.shares) {
            let mut shares = *shares;
            for &piece in &self.piece_slots[facts.pieces.0 as usize..facts.pieces.1 as usize] {
                let more = &self.pieces.shares[piece as usize];
                plus(&mut shares[0], &more[0]);
                plus(&mut shares[1], &more[1]);
            }
            views.push(by_view(&shares));
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
        let is_content = self.fields.each_ref().map(|found| found.flags.iter().map(|flags| flags & flag::CONTENT != 0).collect());
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
    let (facts, gram_shares, speaks) = (found.facts.as_slice(), found.grams.shares.as_slice(), found.speaks.as_slice());
    let masses = Head::ALL.map(|kind| found.passages.iter().map(|passage| passage.probabilities[kind.index()]).sum::<f64>());
    let mut start = 0;
    for (passage, sentence) in found.passages.iter().zip(&documents.field(field).sentences) {
        let evidence = Evidence::new(passage, sentence.end - sentence.first, totals, masses);
        for mention in &found.mentions[start..passage.end] {
            let mut share = weighed(&by_view(&gram_shares[mention.slot as usize]), &passage.weights);
            add(&mut share, evidence.of(speaks[mention.slot as usize]));
            let part = 1.0 / f64::from(mention.words);
            let each = [share[0] * part, share[1] * part];
            shares[mention.first as usize..][..mention.words as usize].iter_mut().for_each(|share| add(share, each));
        }
        start = passage.end;
        let words = sentence.first..sentence.end;
        for (share, &slot) in shares[words.clone()].iter_mut().zip(&found.tokens[words]) {
            add(share, weighed(&views[slot as usize], &passage.weights));
            add(share, evidence.of(facts[slot as usize].speaks));
            add(share, evidence.even);
        }
    }
    shares.into_iter().map(|[account, project]| PerHead { account, project }).collect()
}
