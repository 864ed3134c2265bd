//! What every word has in the logits.

use super::is_content;
use crate::classifier::Analysis;
use crate::document::Sentence;
use crate::features::{Documents, Occurrence, View};
use crate::model::Model;
use crate::role::{Head, PerHead};
use crate::sentences::{EVIDENCE, evidence_head};
use crate::vocabulary::Field;

/// The share of every word in the logits, by field.
#[derive(Debug, Clone)]
pub struct WordShares {
    /// By field, by word.
    words: [Vec<PerHead<f64>>; 2],
    /// By field, by word: whether a phrase may begin or end with it.
    is_content: [Vec<bool>; 2],
    /// For each sentence of the text, the probabilities that it is such work.
    sentences: Vec<PerHead<f64>>,
}

/// Trust in a phrase of the title.
const TITLE_TRUST: f64 = 0.1;
/// Trust in a phrase of a sentence that states no such work.
const PASSING_TRUST: f64 = 0.05;

impl WordShares {
    /// Shares out what `analysis` found.
    pub fn new(model: &Model, documents: &Documents<'_>, analysis: &Analysis) -> Self {
        let content = Field::ALL
            .map(|field| documents.field(field).words.forms().map(|form| is_content(&model.vocabulary, form)).collect());
        let words = Field::ALL.map(|field| vec![PerHead::default(); documents.field(field).words.len()]);
        let mut shares = Self::of_words(words, content, analysis.sentences.probabilities());
        let slopes = analysis.scores.slopes(model);
        for field in Field::ALL {
            for occurrence in &analysis.reading.occurrences[field.index()] {
                let share = occurrence_share(model, analysis, field, occurrence);
                let each = PerHead::from_fn(|head| share.get(head) * slopes.get(head) / f64::from(occurrence.words));
                shares.add(field, occurrence.first as usize, occurrence.words as usize, each);
            }
        }
        shares.add_evidence(model, documents, analysis, slopes);
        shares
    }

    /// Takes the shares of the words of both fields, whether a phrase may begin or end with each, and the probabilities of the text's sentences.
    pub(crate) fn of_words(words: [Vec<PerHead<f64>>; 2], is_content: [Vec<bool>; 2], sentences: Vec<PerHead<f64>>) -> Self {
        Self { words, is_content, sentences }
    }

    /// The shares of the words of `field`.
    pub fn of(&self, field: Field) -> &[PerHead<f64>] {
        &self.words[field.index()]
    }

    /// Whether a phrase may begin or end with a word: it is known to the model (so no name), no function word and no number.
    pub(super) fn is_content(&self, field: Field, word: usize) -> bool {
        self.is_content[field.index()][word]
    }

    /// How much a reader would make of a phrase of that sentence, beside its weight: a phrase in a sentence that states such work says more than
    /// the same words in passing. A title says little that the posting does not say again.
    pub(super) fn trust(&self, field: Field, sentence: usize, head: Head) -> f64 {
        match field {
            Field::Title => TITLE_TRUST,
            Field::Text => PASSING_TRUST + self.sentences[sentence].get(head),
        }
    }

    /// Adds `each` to every one of the words from `first` on.
    fn add(&mut self, field: Field, first: usize, words: usize, each: PerHead<f64>) {
        for word in &mut self.words[field.index()][first..first + words] {
            word.account += each.account;
            word.project += each.project;
        }
    }

    /// Shares out what the evidence features contribute: to the sentences by their probabilities, within a sentence to the words that made it.
    fn add_evidence(&mut self, model: &Model, documents: &Documents<'_>, analysis: &Analysis, slopes: PerHead<f64>) {
        let totals = evidence_totals(model, slopes, &analysis.sentences.evidence());
        for kind in Head::ALL {
            let mass = analysis.sentences.mass(kind);
            for (index, sentence) in documents.field(Field::Text).sentences.iter().enumerate().filter(|_| mass > 0.0) {
                let part = self.sentences[index].get(kind) / mass;
                if part > 0.0 {
                    let mut relevance = vec![0.0; sentence.end - sentence.first];
                    word_relevance(model, analysis, index, sentence.first, kind, &mut relevance);
                    self.spread(sentence, &relevance, totals[kind.index()].map(|total| total * part));
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

/// For each kind of sentence (account work, project work) what it contributes to each head, all sentences together.
pub(crate) fn evidence_totals(model: &Model, slopes: PerHead<f64>, evidence: &[f64; EVIDENCE]) -> [PerHead<f64>; 2] {
    let mut totals = [PerHead::<f64>::default(); 2];
    for (feature, value) in evidence.iter().enumerate() {
        for head in Head::ALL {
            *totals[evidence_head(feature).index()].get_mut(head) +=
                slopes.get(head) * model.heads.get(head).evidence[feature] * value;
        }
    }
    totals
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

/// How much each word of a sentence speaks for it being work of that kind; never negative. `first` is the sentence's first word.
fn word_relevance(model: &Model, analysis: &Analysis, sentence: usize, first: usize, kind: Head, relevance: &mut [f64]) {
    let weights = &model.sentence_heads.get(kind).weights;
    for occurrence in analysis.reading.of_sentence(sentence) {
        let weight = f64::from(weights[occurrence.column as usize] * model.vocabulary.idf(occurrence.column)).max(0.0);
        let first = occurrence.first as usize - first;
        for word in &mut relevance[first..first + occurrence.words as usize] {
            *word += weight / f64::from(occurrence.words);
        }
    }
}
