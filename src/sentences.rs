//! The sentence heads: is this sentence account work, is it project work of the person hired?
//!
//! The guideline calls a kind of work a core where it is about a third of the duties. A bag of words cannot count duties; these heads read each
//! sentence by itself, and what they find is added up into a few *evidence* features of the posting. Each evidence feature is a function of the sum of
//! the sentences' probabilities, so it can be shared out to the sentences exactly, in proportion to those.

use crate::document::Sentence;
use crate::features::{Occurrence, Relevance};
use crate::probability::sigmoid;
use crate::role::{Head, PerHead};
use crate::sections::Section;
use crate::settings::Settings;
use crate::vocabulary::Vocabulary;

/// Evidence features of each head: the sum of its sentences' probabilities on a log scale, per sentence, and against the other head's.
pub const EVIDENCE_PER_HEAD: usize = 3;
/// All evidence features: those of the account head, then those of the project head.
pub const EVIDENCE: usize = 2 * EVIDENCE_PER_HEAD;
/// A sentence with fewer known words says nothing.
pub(crate) const FEWEST_WORDS: usize = 2;

/// A linear model of one sentence, for one head.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentenceHead {
    /// Constant by section, in the order of [`Section::ALL`].
    pub section_bias: [f32; 6],
    /// One weight a column.
    pub weights: Vec<f32>,
}

/// A sentence as numbers: its columns once each, TF-IDF, scaled to length one.
pub fn sentence_row(vocabulary: &Vocabulary, occurrences: &[Occurrence]) -> Vec<(u32, f32)> {
    let mut columns: Vec<u32> = occurrences.iter().map(|one| one.column).collect();
    columns.sort_unstable();
    columns.dedup();
    let norm = columns.iter().map(|&column| vocabulary.idf(column) * vocabulary.idf(column)).sum::<f32>().sqrt();
    columns.into_iter().map(|column| (column, vocabulary.idf(column) / norm)).collect()
}

/// Whether a sentence with these occurrences is judged at all.
pub fn is_judged(sentence: &Sentence, occurrences: &[Occurrence]) -> bool {
    !sentence.heading && occurrences.iter().filter(|one| one.block == crate::features::Block::TextWords).count() >= FEWEST_WORDS
}

impl SentenceHead {
    /// The logit of a sentence in `section` with that row.
    pub fn logit(&self, section: Section, row: &[(u32, f32)]) -> f64 {
        let sum: f64 = row.iter().map(|&(column, value)| f64::from(self.weights[column as usize]) * f64::from(value)).sum();
        f64::from(self.section_bias[section.index()]) + sum
    }
}

/// What the sentence heads found in a posting.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SentenceScores {
    /// The logits of each sentence; `None` where it was not judged.
    pub logits: Vec<Option<PerHead<f64>>>,
}

impl SentenceScores {
    /// The probability that a sentence is such work; zero where it was not judged.
    pub fn probability(&self, sentence: usize, head: Head) -> f64 {
        self.logits[sentence].map_or(0.0, |logits| sigmoid(*logits.get(head)))
    }

    /// The sum of the probabilities of `head`.
    pub fn mass(&self, head: Head) -> f64 {
        (0..self.logits.len()).map(|sentence| self.probability(sentence, head)).sum()
    }

    /// The evidence features.
    pub fn evidence(&self) -> [f64; EVIDENCE] {
        evidence(self.logits.iter().flatten().count(), self.mass(Head::Account), self.mass(Head::Project))
    }

    /// The probabilities of each sentence.
    pub fn probabilities(&self) -> Vec<PerHead<f64>> {
        (0..self.logits.len()).map(|sentence| PerHead::from_fn(|head| self.probability(sentence, head))).collect()
    }

    /// How much each sentence counts in each view.
    pub fn relevance(&self, settings: &Settings) -> Vec<Relevance> {
        self.logits.iter().map(|logits| relevance(logits.as_ref(), settings)).collect()
    }
}

/// The evidence features where so many sentences were judged, and their probabilities sum to `account` and `project`.
pub(crate) fn evidence(judged: usize, account: f64, project: f64) -> [f64; EVIDENCE] {
    let judged = judged.max(1) as f64;
    let of = |mass: f64| [libm::log1p(mass), mass / judged, mass / (account + project + 1.0)];
    let (account, project) = (of(account), of(project));
    std::array::from_fn(|at| if at < EVIDENCE_PER_HEAD { account[at] } else { project[at - EVIDENCE_PER_HEAD] })
}

/// How much a sentence counts in each view; without logits where it was not judged.
pub(crate) fn relevance(logits: Option<&PerHead<f64>>, settings: &Settings) -> Relevance {
    let weigh = |logit: f64| {
        #[allow(clippy::cast_possible_truncation)]
        let probability = sigmoid(logit + settings.relevance_shift) as f32;
        settings.relevance_floor + probability
    };
    match logits {
        Some(logits) => [1.0, weigh(logits.account), weigh(logits.project)],
        None => [1.0, settings.relevance_floor, settings.relevance_floor],
    }
}

/// Which head's sentences an evidence feature is shared out to.
pub fn evidence_head(feature: usize) -> Head {
    Head::ALL[feature / EVIDENCE_PER_HEAD]
}
