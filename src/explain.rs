//! Why: the phrases that carry a call, with the exact share that each one has in it.
//!
//! Both heads are linear in the columns, and a column's value is additive over the places where it occurs; what the sentence heads add is shared
//! out to the sentences in proportion to their probabilities. So every word gets a share of each head's logit, and the shares of all words
//! sum, with the intercept, to the logit. A phrase is a run of words within one sentence, and its weight the sum of theirs.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::document::Document;
use crate::features::Documents;
use crate::role::{Head, PerHead, Role};
use crate::span::Span;
use crate::vocabulary::{Field, Vocabulary};

mod shares;

pub use shares::WordShares;
pub(crate) use shares::evidence_totals;

/// So many key phrases are shown where nobody asks for another number.
pub const SHOWN: usize = 6;

/// A run of words that speaks for a head (positive weight) or against it (negative).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phrase {
    /// Title or text.
    pub field: Field,
    /// Which head it speaks to.
    pub head: Head,
    /// Its share of the head's calibrated logit.
    pub weight: f64,
    /// Its words: `words[first..end]` of the document.
    pub first: usize,
    /// One past its last word.
    pub end: usize,
    /// The sentence that it stands in.
    pub sentence: usize,
}

impl Phrase {
    /// Where it stands in the source of its field.
    pub fn source_span(&self, documents: &Documents<'_>) -> Span {
        let document = documents.field(self.field);
        document.plain.source_span(document.words.span(self.first).cover(document.words.span(self.end - 1)))
    }
}

/// Cuts every sentence into runs of words that speak for a head and runs that speak against it. With the intercept, the weights sum to the logit.
pub fn all_phrases(documents: &Documents<'_>, shares: &WordShares) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    for (field, head) in Field::ALL.into_iter().flat_map(|field| Head::ALL.map(|head| (field, head))) {
        let words = shares.of(field);
        for (sentence, place) in documents.field(field).sentences.iter().zip(0..) {
            let mut first = sentence.first;
            while first < sentence.end {
                let positive = *words[first].get(head) >= 0.0;
                let length = words[first..sentence.end].iter().take_while(|share| (*share.get(head) >= 0.0) == positive).count();
                let weight = words[first..first + length].iter().map(|share| share.get(head)).sum();
                phrases.push(Phrase { field, head, weight, first, end: first + length, sentence: place });
                first += length;
            }
        }
    }
    phrases
}

/// A phrase is not longer than this many words: what is longer is read as a sentence, not as a phrase.
const LONGEST: usize = 9;
/// A word joins a phrase only where it adds this part of what the strongest word of its sentence does.
const JOINS: f64 = 0.12;
/// What speaks against a call is worth showing where it weighs this part of what carries it.
const AGAINST: f64 = 0.15;
/// Weaker phrases are not worth showing.
const WEAKEST: f64 = 0.02;

/// The phrases that carry the call of `role`, then those against it; at most `count`. At most one phrase of a sentence for each head and sign.
pub fn key_phrases(documents: &Documents<'_>, shares: &WordShares, role: Role, count: usize) -> Vec<Phrase> {
    let mut found = Vec::new();
    for (side, bounds) in SIDES.into_iter().zip(bounds(documents, shares)) {
        found.extend(strongest(documents, shares, side, bounds, count));
    }
    found.sort_by(by_merit);
    let phrases = found.into_iter().map(|(_, phrase)| phrase);
    let (carrying, rest): (Vec<_>, Vec<_>) = phrases.partition(|phrase| phrase.weight > 0.0 && role.has(phrase.head));
    let carrying = if role == Role::Mixed { alternate(carrying) } else { carrying };
    // Against the call speaks what takes away from its heads, and what adds to the other; what matters little is left out.
    let most = carrying.iter().map(|phrase| phrase.weight).fold(0.0, f64::max);
    let against: Vec<_> = rest
        .into_iter()
        .filter(|phrase| (phrase.weight > 0.0) != role.has(phrase.head) && phrase.weight.abs() >= AGAINST * most)
        .collect();
    let shown = carrying.len().min(count - against.len().min(count / 3));
    carrying.into_iter().take(shown).chain(against.into_iter().take(count - shown)).collect()
}

/// Phrases with more merit come first; of equals, those that stand first.
fn by_merit(left: &(f64, Phrase), right: &(f64, Phrase)) -> Ordering {
    let place = |phrase: &Phrase| (phrase.field, phrase.head, phrase.first);
    right.0.total_cmp(&left.0).then_with(|| place(&left.1).cmp(&place(&right.1)))
}

/// A head and the direction of what speaks to it: for it, or against it.
type Side = (Head, f64);

/// All sides.
const SIDES: [Side; 4] = [(Head::Account, 1.0), (Head::Project, 1.0), (Head::Account, -1.0), (Head::Project, -1.0)];

/// A sentence that may have a phrase: the bits of a bound on its merit, which grow with the bound, and the sentence's number, title first.
type Bound = (u64, Reverse<u32>);

/// By side, the sentences that may have a phrase. A phrase cannot weigh more than all words of its sentence with that sign.
fn bounds(documents: &Documents<'_>, shares: &WordShares) -> [Vec<Bound>; 4] {
    let sentences = documents.fields.iter().map(|document| document.sentences.len()).sum();
    let mut bounds: [Vec<Bound>; 4] = std::array::from_fn(|_| Vec::with_capacity(sentences));
    let mut number = 0;
    for field in Field::ALL {
        for (place, sentence) in documents.field(field).sentences.iter().enumerate() {
            let (mut all, mut up) = ([0.0; 2], [0.0; 2]);
            for share in &shares.of(field)[sentence.first..sentence.end] {
                let pair = [share.account, share.project];
                all = [all[0] + pair[0], all[1] + pair[1]];
                up = [up[0] + if pair[0] > 0.0 { pair[0] } else { 0.0 }, up[1] + if pair[1] > 0.0 { pair[1] } else { 0.0 }];
            }
            let most = [up[0], up[1], up[0] - all[0], up[1] - all[1]];
            for ((bounds, most), (head, _)) in bounds.iter_mut().zip(most).zip(SIDES) {
                if most >= WEAKEST {
                    // A little more, since sums of other words in another order round in another way.
                    let bound = most * shares.trust(field, place, head) * (1.0 + 1e-9);
                    bounds.push((bound.to_bits(), Reverse(number)));
                }
            }
            number += 1;
        }
    }
    bounds
}

/// The `count` phrases with the most merit of those on a side, one a sentence. Most sentences need not be searched: their bounds are too low.
fn strongest(
    documents: &Documents<'_>,
    shares: &WordShares,
    (head, sign): Side,
    bounds: Vec<Bound>,
    count: usize,
) -> Vec<(f64, Phrase)> {
    let titles = documents.field(Field::Title).sentences.len();
    let mut found: Vec<(f64, Phrase)> = Vec::with_capacity(count.min(bounds.len()) + 1);
    let mut bounds = BinaryHeap::from(bounds);
    while let Some((bound, Reverse(number))) = bounds.pop() {
        if found.len() == count && found.last().is_none_or(|(least, _)| *least > f64::from_bits(bound)) {
            break;
        }
        let number = number as usize;
        let (field, place) = if number < titles { (Field::Title, number) } else { (Field::Text, number - titles) };
        let phrase = best_phrase(documents.field(field), shares, (field, head, place), sign);
        if let Some(phrase) = phrase.filter(|phrase| phrase.weight.abs() >= WEAKEST) {
            let new = (phrase.weight.abs() * shares.trust(field, place, head), phrase);
            found.insert(found.partition_point(|one| by_merit(one, &new).is_le()), new);
            found.truncate(count);
        }
    }
    found
}

/// Takes turns between the heads, so that both cores of a mixed job are shown.
fn alternate(phrases: Vec<Phrase>) -> Vec<Phrase> {
    let (account, project): (Vec<_>, Vec<_>) = phrases.into_iter().partition(|phrase| phrase.head == Head::Account);
    let longest = account.len().max(project.len());
    let (mut account, mut project) = (account.into_iter(), project.into_iter());
    (0..longest).flat_map(|_| [account.next(), project.next()]).flatten().collect()
}

/// The run of words of a sentence that adds most with `sign`, function words trimmed off its ends.
fn best_phrase(
    document: &Document<'_>,
    shares: &WordShares,
    (field, head, place): (Field, Head, usize),
    sign: f64,
) -> Option<Phrase> {
    let sentence = &document.sentences[place];
    let words = &shares.of(field)[sentence.first..sentence.end];
    let score = |share: &PerHead<f64>| sign * share.get(head);
    let strongest = words.iter().map(score).fold(0.0, |most, score| if score > most { score } else { most });
    if strongest <= 0.0 {
        return None;
    }
    let scores = words.iter().map(|share| score(share) - JOINS * strongest);
    let (first, end) = best_run(scores.clone()).unwrap_or_else(|| best_short_run(&scores.collect::<Vec<f64>>()));
    let (mut first, mut end) = (sentence.first + first, sentence.first + end);
    while first < end && !shares.is_content(field, first) {
        first += 1;
    }
    while end > first && !shares.is_content(field, end - 1) {
        end -= 1;
    }
    let weight = shares.of(field)[first..end].iter().map(|share| share.get(head)).sum::<f64>();
    (first < end && weight * sign > 0.0).then_some(Phrase { field, head, weight, first, end, sentence: place })
}

/// Where the run with the largest sum begins and ends, the first of equals; `None` where a run that is too long stands in the way.
///
/// A run goes on as long as its sum is above zero: what comes next is better with it than without.
fn best_run(scores: impl Iterator<Item = f64>) -> Option<(usize, usize)> {
    let (mut sum, mut first, mut best) = (0.0, 0, (0.0, 0, 0));
    for (score, end) in scores.zip(1..) {
        if sum <= 0.0 {
            (sum, first) = (0.0, end - 1);
        }
        sum += score;
        if end - first > LONGEST && sum > 0.0 {
            return None;
        }
        if sum > best.0 {
            best = (sum, first, end);
        }
    }
    Some((best.1, best.2))
}

/// Where the run with the largest sum begins and ends that is not too long, the first of equals.
fn best_short_run(scores: &[f64]) -> (usize, usize) {
    let mut best = (0.0, 0, 0);
    // A run that begins below zero is better without its first word.
    for first in (0..scores.len()).filter(|&first| scores[first] >= 0.0) {
        let mut sum = 0.0;
        for (score, end) in scores[first..].iter().take(LONGEST).zip(first + 1..) {
            sum += score;
            if sum > best.0 {
                best = (sum, first, end);
            }
        }
    }
    (best.1, best.2)
}

/// Whether a word says something: known to the model (so no name), no function word, no number.
pub(crate) fn is_content(vocabulary: &Vocabulary, form: &str) -> bool {
    vocabulary.word(form).is_some() && is_content_form(form)
}

/// Whether a known word says something, going by its form.
pub(crate) fn is_content_form(form: &str) -> bool {
    form.len() > 2 && !form.bytes().any(|byte| byte.is_ascii_digit()) && !crate::language::is_function_word(form)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_best_run_is_found_in_one_pass(scores in prop::collection::vec(-9_i8..5, 0..40)) {
            let scores: Vec<f64> = scores.into_iter().map(|score| f64::from(score) + 0.5).collect();
            if let Some(best) = best_run(scores.iter().copied()) {
                let sum = |(first, end): (usize, usize)| scores[first..end].iter().sum::<f64>();
                prop_assert_eq!(sum(best).to_bits(), sum(best_short_run(&scores)).to_bits());
                prop_assert!(best.1 - best.0 <= LONGEST);
            }
        }
    }
}
