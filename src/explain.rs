//! Why: the phrases that carry a call, with the exact share that each one has in it.
//!
//! Both heads are linear in the columns, and a column's value is additive over the places where it occurs; what the sentence heads add is shared
//! out to the sentences in proportion to their probabilities. So every word gets a share of each head's logit, and the shares of all words
//! sum, with the intercept, to the logit. A phrase is a run of words within one sentence, and its weight the sum of theirs.

use crate::classifier::Analysis;
use crate::document::{Document, Sentence};
use crate::features::{Documents, Occurrence, View};
use crate::model::Model;
use crate::role::{Head, PerHead, Role};
use crate::sentences::{SentenceScores, evidence_head};
use crate::span::Span;
use crate::vocabulary::{Field, Vocabulary};

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
        document.plain.source_span(document.words[self.first].span.cover(document.words[self.end - 1].span))
    }
}

/// The share of every word in the logits, by field.
#[derive(Debug, Clone)]
pub struct WordShares {
    /// By field, by word.
    words: [Vec<PerHead<f64>>; 2],
    /// What the sentence heads found in the text.
    sentences: SentenceScores,
}

impl WordShares {
    /// Shares out what `analysis` found.
    pub fn new(model: &Model, documents: &Documents<'_>, analysis: &Analysis) -> Self {
        let words = Field::ALL.map(|field| vec![PerHead::default(); documents.field(field).words.len()]);
        let mut shares = Self { words, sentences: analysis.sentences.clone() };
        let slopes = model.card.calibration.of(analysis.language).map(|platt| platt.slope);
        for field in Field::ALL {
            for occurrence in &analysis.reading.occurrences[field.index()] {
                let share = occurrence_share(model, analysis, field, occurrence);
                let each = PerHead::from_fn(|head| share.get(head) * slopes.get(head) / f64::from(occurrence.words));
                shares.add(field, occurrence, each);
            }
        }
        shares.add_evidence(model, documents, analysis, slopes);
        shares
    }

    /// The shares of the words of `field`.
    pub fn of(&self, field: Field) -> &[PerHead<f64>] {
        &self.words[field.index()]
    }

    /// How much a reader would make of a phrase, beside its weight: a phrase in a sentence that states such work says more than the
    /// same words in passing. A title says little that the posting does not say again.
    fn trust(&self, phrase: &Phrase) -> f64 {
        match phrase.field {
            Field::Title => TITLE_TRUST,
            Field::Text => PASSING_TRUST + self.sentences.probability(phrase.sentence, phrase.head),
        }
    }

    fn add(&mut self, field: Field, occurrence: &Occurrence, each: PerHead<f64>) {
        let first = occurrence.first as usize;
        for word in &mut self.words[field.index()][first..first + occurrence.words as usize] {
            word.account += each.account;
            word.project += each.project;
        }
    }

    /// Shares out what the evidence features contribute: to the sentences by their probabilities, within a sentence to the words that made it.
    fn add_evidence(&mut self, model: &Model, documents: &Documents<'_>, analysis: &Analysis, slopes: PerHead<f64>) {
        let document = documents.field(Field::Text);
        let evidence = analysis.sentences.evidence();
        // For each kind of sentence (account work, project work) what it contributes to each head, all sentences together.
        let mut totals = [PerHead::<f64>::default(); 2];
        for (feature, value) in evidence.iter().enumerate() {
            for head in Head::ALL {
                *totals[evidence_head(feature).index()].get_mut(head) +=
                    slopes.get(head) * model.heads.get(head).evidence[feature] * value;
            }
        }
        for kind in Head::ALL {
            let mass = analysis.sentences.mass(kind);
            for (index, sentence) in document.sentences.iter().enumerate().filter(|_| mass > 0.0) {
                let part = analysis.sentences.probability(index, kind) / mass;
                if part > 0.0 {
                    let total = totals[kind.index()].map(|total| total * part);
                    self.spread(sentence, &word_relevance(model, analysis, index, sentence, kind), total);
                }
            }
        }
    }

    /// Adds `total` to the words of `sentence` of the text, in proportion to `relevance`.
    fn spread(&mut self, sentence: &Sentence, relevance: &[f64], total: PerHead<f64>) {
        let sum: f64 = relevance.iter().sum();
        let even = 1.0 / relevance.len() as f64;
        for (word, relevance) in self.words[1][sentence.first..sentence.end].iter_mut().zip(relevance) {
            let part = if sum > 0.0 { relevance / sum } else { even };
            word.account += total.account * part;
            word.project += total.project * part;
        }
    }
}

/// What one occurrence of a column contributes to each raw logit, through all views.
fn occurrence_share(model: &Model, analysis: &Analysis, field: Field, occurrence: &Occurrence) -> PerHead<f64> {
    let mut share = PerHead::default();
    for view in View::ALL.into_iter().filter(|view| field == Field::Text || *view == View::Whole) {
        let relevance = if field == Field::Title { 1.0 } else { analysis.relevance[occurrence.sentence as usize][view as usize] };
        let column = view.column(&model.vocabulary, occurrence.column);
        let Some(entry) = analysis.row.get(column).filter(|entry| entry.count > 0.0) else { continue };
        let part = f64::from(entry.value) * f64::from(occurrence.weight * relevance) / entry.count;
        for head in Head::ALL {
            *share.get_mut(head) += f64::from(model.heads.get(head).weights[column as usize]) * part;
        }
    }
    share
}

/// How much each word of a sentence speaks for it being work of that kind; never negative.
fn word_relevance(model: &Model, analysis: &Analysis, index: usize, sentence: &Sentence, kind: Head) -> Vec<f64> {
    let weights = &model.sentence_heads.get(kind).weights;
    let mut relevance = vec![0.0; sentence.end - sentence.first];
    for occurrence in analysis.reading.of_sentence(index) {
        let weight = f64::from(weights[occurrence.column as usize] * model.vocabulary.idf(occurrence.column)).max(0.0);
        let first = occurrence.first as usize - sentence.first;
        for word in &mut relevance[first..first + occurrence.words as usize] {
            *word += weight / f64::from(occurrence.words);
        }
    }
    relevance
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

/// Trust in a phrase of the title.
const TITLE_TRUST: f64 = 0.1;
/// Trust in a phrase of a sentence that states no such work.
const PASSING_TRUST: f64 = 0.05;
/// A phrase is not longer than this many words: what is longer is read as a sentence, not as a phrase.
const LONGEST: usize = 9;
/// A word joins a phrase only where it adds this part of what the strongest word of its sentence does.
const JOINS: f64 = 0.12;
/// Weaker phrases are not worth showing.
const WEAKEST: f64 = 0.02;

/// The phrases that carry the call of `role`, then those against it; at most `count`. At most one phrase of a sentence for each head and sign.
pub fn key_phrases(model: &Model, documents: &Documents<'_>, shares: &WordShares, role: Role, count: usize) -> Vec<Phrase> {
    let mut found = Vec::new();
    for (field, head) in Field::ALL.into_iter().flat_map(|field| Head::ALL.map(|head| (field, head))) {
        for place in 0..documents.field(field).sentences.len() {
            for sign in [1.0, -1.0] {
                found.extend(best_phrase(model, documents.field(field), shares, (field, head, place), sign));
            }
        }
    }
    found.retain(|phrase: &Phrase| phrase.weight.abs() >= WEAKEST);
    let merit = |phrase: &Phrase| phrase.weight.abs() * shares.trust(phrase);
    found.sort_by(|left, right| merit(right).total_cmp(&merit(left)));
    let (carrying, rest): (Vec<_>, Vec<_>) = found.into_iter().partition(|phrase| phrase.weight > 0.0 && role.has(phrase.head));
    let carrying = if role == Role::Mixed { alternate(carrying) } else { carrying };
    let against = rest.len().min(count / 3);
    let shown = carrying.len().min(count - against);
    let against = rest.into_iter().take(count - shown);
    carrying.into_iter().take(shown).chain(against).collect()
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
    model: &Model,
    document: &Document<'_>,
    shares: &WordShares,
    (field, head, place): (Field, Head, usize),
    sign: f64,
) -> Option<Phrase> {
    let sentence = &document.sentences[place];
    let scores: Vec<f64> = shares.of(field)[sentence.first..sentence.end].iter().map(|share| sign * share.get(head)).collect();
    let strongest = scores.iter().copied().fold(0.0, f64::max);
    if strongest <= 0.0 {
        return None;
    }
    let cost = JOINS * strongest;
    let mut best = (0.0, 0, 0);
    for first in 0..scores.len() {
        let mut sum = 0.0;
        for end in first + 1..=scores.len().min(first + LONGEST) {
            sum += scores[end - 1] - cost;
            if sum > best.0 {
                best = (sum, first, end);
            }
        }
    }
    let (_, mut first, mut end) = (best.0, sentence.first + best.1, sentence.first + best.2);
    let is_content = |at: usize| is_content(&model.vocabulary, &document.words[at].form);
    while first < end && !is_content(first) {
        first += 1;
    }
    while end > first && !is_content(end - 1) {
        end -= 1;
    }
    let weight = shares.of(field)[first..end].iter().map(|share| share.get(head)).sum::<f64>();
    (first < end && weight * sign > 0.0).then_some(Phrase { field, head, weight, first, end, sentence: place })
}

/// Whether a word says something: known to the model (so no name), no function word, no number.
fn is_content(vocabulary: &Vocabulary, form: &str) -> bool {
    form.len() > 2
        && vocabulary.word(form).is_some()
        && !form.bytes().any(|byte| byte.is_ascii_digit())
        && !crate::language::is_function_word(form)
}
