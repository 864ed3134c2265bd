//! Fits a model to a training part.

use ndarray::Array2;

use super::corpus::{Corpus, Example, Marks, Origin};
use super::design::Design;
use super::fit::{self, Linear};
use super::split::{self, TrainPart};
use super::{gram, sparse, vocabulary};
use crate::calibration::Calibration;
use crate::decision::Decision;
use crate::document::Document;
use crate::error::{Error, FitError};
use crate::features::{Documents, Row, View};
use crate::heads::{HeadModel, Heads};
use crate::model::{Card, Model};
use crate::profile::{CLOSENESS, Dimension};
use crate::reading::Reading;
use crate::role::{Head, PerHead, Role};
use crate::sections::Section;
use crate::sentences::{EVIDENCE, SentenceHead, SentenceScores};
use crate::settings::Settings;
use crate::span::Span;
use crate::vocabulary::{Field, Vocabulary};

/// A corpus with its postings read and grouped, ready to be split.
pub struct Prepared<'c> {
    /// What was loaded.
    pub corpus: &'c Corpus,
    /// The fields of each example.
    pub documents: Vec<Documents<'c>>,
    /// The group of each example: its employer, its near-copies.
    pub groups: Vec<usize>,
}

impl<'c> Prepared<'c> {
    /// Reads and groups the postings of `corpus`.
    ///
    /// # Errors
    /// If the corpus cannot be trained on: it is empty, or a head has no positives.
    pub fn new(corpus: &'c Corpus) -> Result<Self, Error> {
        for head in Head::ALL {
            let positives = corpus.examples.iter().filter(|example| *example.cores.get(head)).count();
            if positives == 0 || positives == corpus.examples.len() {
                let count = corpus.examples.len();
                return Err(Error::Corpus(format!(
                    "{positives} of {count} postings have {} work as a core; both kinds are needed (are the labels in the files?)",
                    head.name()
                )));
            }
        }
        let documents = corpus.examples.iter().map(|example| Documents::read(&example.posting)).collect();
        Ok(Self { corpus, documents, groups: super::groups::groups(&corpus.examples) })
    }

    fn examples(&self) -> &[Example] {
        &self.corpus.examples
    }

    /// The folds of `part` that hold whole groups.
    pub fn folds(&self, part: &TrainPart, settings: &Settings) -> Vec<split::Fold> {
        split::folds(
            part,
            settings.folds,
            settings.seed,
            |index| self.groups[index],
            |index| self.examples()[index].role().index(),
        )
    }
}

/// The sentences of one example, as training data.
struct Sentences {
    sections: Vec<Section>,
    rows: Vec<Option<Vec<(u32, f32)>>>,
    labels: Vec<PerHead<Option<bool>>>,
}

/// Mean and scale of extra features over the training part.
struct Standard<const N: usize> {
    mean: [f64; N],
    scale: [f64; N],
}

impl<const N: usize> Standard<N> {
    /// Standardises, then multiplies by `weight`.
    fn new(values: &[[f64; N]], weight: f64) -> Self {
        let count = values.len().max(1) as f64;
        let mut standard = Self { mean: [0.0; N], scale: [0.0; N] };
        for at in 0..N {
            let mean = values.iter().map(|value| value[at]).sum::<f64>() / count;
            let variance = values.iter().map(|value| (value[at] - mean).powi(2)).sum::<f64>() / count;
            standard.mean[at] = mean;
            standard.scale[at] = if variance > 1e-12 { weight / variance.sqrt() } else { 0.0 };
        }
        standard
    }

    fn apply(&self, value: &[f64; N]) -> impl Iterator<Item = f64> {
        (0..N).map(|at| (value[at] - self.mean[at]) * self.scale[at])
    }
}

/// Fits a model to `part`; calibration and decision are left plain.
///
/// # Errors
/// If a head cannot be fitted.
pub fn fit(prepared: &Prepared<'_>, part: &TrainPart, settings: &Settings) -> Result<Model, Error> {
    let vocabulary = vocabulary::build(part, prepared.examples(), &prepared.documents, settings)?;
    let descriptions = descriptions(prepared.corpus, &vocabulary, settings);
    let read = |&index: &usize| Reading::new(&vocabulary, settings, &prepared.documents[index]);
    let readings: Vec<Reading> = part.indexes().iter().map(read).collect();
    let of = |(&index, reading): (&usize, &Reading)| {
        sentences_of(&prepared.examples()[index], &prepared.documents[index], reading, &vocabulary)
    };
    let sentences: Vec<Sentences> = part.indexes().iter().zip(&readings).map(of).collect();
    let scores = cross_scored(prepared, part, &sentences, vocabulary.columns(), settings)?;
    let row = |(reading, scores): (&Reading, &SentenceScores)| {
        Row::new(&vocabulary, settings, &reading.occurrences, &scores.relevance(settings))
    };
    let rows: Vec<Row> = readings.iter().zip(&scores).map(row).collect();
    let all: Vec<&Sentences> = sentences.iter().collect();
    let sentence_heads = sentence_heads(&all, vocabulary.columns(), settings)?;
    let (sure, rows, scores) = sure_enough(prepared, part, rows, scores, settings);
    let heads = fit_heads(prepared, &sure, &rows, &scores, &descriptions, &vocabulary, settings)?;
    Ok(Model { card: card(prepared, part, settings), vocabulary, heads, sentence_heads, descriptions })
}

/// What the posting heads learn from: real postings whose label is sure enough, and postings of our own as long as those are not outnumbered.
/// Written postings stand in for real ones; where there are enough real ones, the heads read those better without them (`models/experiments.md`),
/// and only the sentence heads still learn from what we wrote.
fn sure_enough(
    prepared: &Prepared<'_>,
    part: &TrainPart,
    rows: Vec<Row>,
    scores: Vec<SentenceScores>,
    settings: &Settings,
) -> (TrainPart, Vec<Row>, Vec<SentenceScores>) {
    let written = part.indexes().iter().filter(|&&index| prepared.examples()[index].origin == Origin::Written).count();
    let outnumbered = part.indexes().len() > 2 * written;
    let is_sure = |index: usize| {
        let example = &prepared.examples()[index];
        match example.origin {
            Origin::Written => !outnumbered,
            Origin::Real => true,
            Origin::Chosen => example.confidence >= settings.chosen_confidence,
        }
    };
    let kept = part.indexes().iter().zip(rows.into_iter().zip(scores)).filter(|(index, _)| is_sure(**index));
    let (rows, scores) = kept.map(|(_, both)| both).unzip();
    (part.filter(is_sure), rows, scores)
}

fn card(prepared: &Prepared<'_>, part: &TrainPart, settings: &Settings) -> Card {
    let examples = part.indexes().iter().map(|&index| &prepared.examples()[index]);
    let mut postings = [0; 4];
    examples.clone().for_each(|example| postings[example.role().index()] += 1);
    Card {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        settings: settings.clone(),
        corpus: prepared.corpus.hash.clone(),
        postings,
        written: examples.filter(|example| example.origin == Origin::Written).count(),
        calibration: Calibration::IDENTITY,
        decision: Decision::PLAIN,
        held_out: None,
    }
}

/// The role descriptions as rows over the text's columns, each scaled to length one.
fn descriptions(corpus: &Corpus, vocabulary: &Vocabulary, settings: &Settings) -> [Vec<(u32, f32)>; CLOSENESS] {
    std::array::from_fn(|at| {
        let (dimension, head) = (Dimension::ALL[at / 2], Head::ALL[at % 2]);
        let wanted = corpus.statements.iter().filter(|statement| statement.dimension == dimension && statement.head == head);
        let text = wanted.map(|statement| statement.text.as_str()).collect::<Vec<_>>().join("\n");
        let documents = Documents { fields: [Document::read(""), Document::read(&text)] };
        let reading = Reading::new(vocabulary, settings, &documents);
        let neutral = vec![[1.0; View::ALL.len()]; documents.field(Field::Text).sentences.len()];
        let mut row = Row::new(vocabulary, settings, &reading.occurrences, &neutral);
        row.0.retain(|entry| (entry.column as usize) < vocabulary.columns());
        let norm = row.0.iter().map(|entry| entry.value * entry.value).sum::<f32>().sqrt();
        row.0.iter().filter(|_| norm > 0.0).map(|entry| (entry.column, entry.value / norm)).collect()
    })
}

/// How close a row is to each description: cosines of their text columns.
fn closeness(row: &Row, descriptions: &[Vec<(u32, f32)>; CLOSENESS], settings: &Settings) -> [f64; CLOSENESS] {
    std::array::from_fn(|at| crate::classifier::closeness(row, &descriptions[at], settings))
}

fn sentences_of(example: &Example, documents: &Documents<'_>, reading: &Reading, vocabulary: &Vocabulary) -> Sentences {
    let document = documents.field(Field::Text);
    let label = |head: Head, span: Span| {
        let marked = |spans: &[Span]| spans.iter().any(|mark| mostly(span, *mark));
        match example.marks.get(head) {
            Marks::Unknown => None,
            Marks::Some(spans) => marked(spans).then_some(true),
            Marks::All(spans) => Some(marked(spans)),
        }
    };
    let labels = document.sentences.iter().map(|sentence| {
        let plain = document.words.span(sentence.first).cover(document.words.span(sentence.end - 1));
        let span = document.plain.source_span(plain);
        PerHead::from_fn(|head| label(head, span))
    });
    Sentences {
        sections: document.sentences.iter().map(|sentence| sentence.section).collect(),
        labels: labels.collect(),
        rows: reading.sentence_rows(vocabulary, documents),
    }
}

/// Whether a mark covers a good part of a sentence, or the sentence of the mark.
fn mostly(sentence: Span, mark: Span) -> bool {
    let shared = sentence.end.min(mark.end).saturating_sub(sentence.start.max(mark.start));
    2 * shared > sentence.len().min(mark.len())
}

/// Fits the sentence heads to the sentences that are labelled.
fn sentence_heads(examples: &[&Sentences], columns: usize, settings: &Settings) -> Result<PerHead<SentenceHead>, Error> {
    let mut heads = PerHead::<SentenceHead>::default();
    for head in Head::ALL {
        let mut rows = Vec::new();
        let mut targets = Vec::new();
        for sentences in examples {
            for ((row, section), label) in sentences.rows.iter().zip(&sentences.sections).zip(&sentences.labels) {
                if let (Some(row), Some(target)) = (row, label.get(head)) {
                    // The section is one more column, behind the vocabulary's.
                    let section = u32::try_from(columns + section.index()).unwrap_or(u32::MAX);
                    rows.push(row.iter().copied().chain([(section, 1.0)]).collect());
                    targets.push(*target);
                }
            }
        }
        let linear = match sparse::logistic(&rows, &targets, columns + Section::ALL.len(), settings.sentence_alpha) {
            Ok(linear) => linear,
            Err(FitError::OneClass) => Linear { weights: vec![0.0; columns + Section::ALL.len()], bias: 0.0 },
            Err(problem) => return Err(Error::Fit { head: head.name(), problem }),
        };
        #[allow(clippy::cast_possible_truncation)]
        let narrow = |value: f64| value as f32;
        *heads.get_mut(head) = SentenceHead {
            section_bias: std::array::from_fn(|at| narrow(linear.bias + linear.weights[columns + at])),
            weights: linear.weights[..columns].iter().copied().map(narrow).collect(),
        };
    }
    Ok(heads)
}

/// What the sentence heads find in each example of `part`, by heads that had not seen it.
fn cross_scored(
    prepared: &Prepared<'_>,
    part: &TrainPart,
    sentences: &[Sentences],
    columns: usize,
    settings: &Settings,
) -> Result<Vec<SentenceScores>, Error> {
    let place = |index: &usize| part.indexes().binary_search(index).unwrap_or_default();
    let mut scores = vec![SentenceScores::default(); sentences.len()];
    let inner = Settings { seed: settings.seed.wrapping_add(1), folds: settings.sentence_folds, ..settings.clone() };
    for fold in prepared.folds(part, &inner) {
        let train: Vec<&Sentences> = fold.train.indexes().iter().map(|index| &sentences[place(index)]).collect();
        let heads = sentence_heads(&train, columns, settings)?;
        for index in fold.held.indexes() {
            let held = &sentences[place(index)];
            let score = &mut scores[place(index)];
            for (row, &section) in held.rows.iter().zip(&held.sections) {
                score.logits.push(row.as_ref().map(|row| heads.map(|head| head.logit(section, row))));
            }
        }
    }
    Ok(scores)
}

/// Fits both posting heads through the Gram matrix.
fn fit_heads(
    prepared: &Prepared<'_>,
    part: &TrainPart,
    rows: &[Row],
    scores: &[SentenceScores],
    descriptions: &[Vec<(u32, f32)>; CLOSENESS],
    vocabulary: &Vocabulary,
    settings: &Settings,
) -> Result<Heads, Error> {
    let columns = View::ALL.len() * vocabulary.columns();
    let evidence: Vec<[f64; EVIDENCE]> = scores.iter().map(SentenceScores::evidence).collect();
    let close: Vec<[f64; CLOSENESS]> = rows.iter().map(|row| closeness(row, descriptions, settings)).collect();
    let evidence_standard = Standard::new(&evidence, f64::from(settings.blocks.evidence));
    let close_standard = Standard::new(&close, f64::from(settings.blocks.closeness));
    let design_row = |at: usize| {
        let own = rows[at].0.iter().map(|entry| (entry.column, entry.value));
        #[allow(clippy::cast_possible_truncation)]
        let extra = close_standard.apply(&close[at]).chain(evidence_standard.apply(&evidence[at])).map(|value| value as f32);
        own.chain((u32::try_from(columns).unwrap_or(u32::MAX)..).zip(extra)).collect()
    };
    let design = Design { rows: (0..rows.len()).map(design_row).collect(), columns: columns + CLOSENESS + EVIDENCE };
    let lower = gram::cholesky(gram::centre(design.gram())).map_err(Error::Corpus)?;
    let mut heads = Heads::default();
    for head in Head::ALL {
        let targets: Vec<bool> = part.indexes().iter().map(|&index| *prepared.examples()[index].cores.get(head)).collect();
        let linear =
            through_gram(&design, &lower, &targets, settings).map_err(|problem| Error::Fit { head: head.name(), problem })?;
        *heads.get_mut(head) = fold_in(&linear, columns, descriptions, &close_standard, &evidence_standard, settings);
    }
    Ok(heads)
}

/// A fit on the square factor, carried over to the columns.
fn through_gram(design: &Design, lower: &Array2<f64>, targets: &[bool], settings: &Settings) -> Result<Linear, FitError> {
    let linear = fit::logistic(lower.clone(), targets, settings.alpha, settings.tolerance)?;
    let coefficients = gram::row_coefficients(lower, &linear.weights);
    let weights = design.transpose_dot(&coefficients);
    // The rows were centred: what their mean contributes moves to the intercept.
    let bias = linear.bias - design.mean_dot(&weights);
    Ok(Linear { weights, bias })
}

/// Takes standardisation and closeness into the weights: what is left is linear in columns and evidence.
fn fold_in(
    linear: &Linear,
    columns: usize,
    descriptions: &[Vec<(u32, f32)>; CLOSENESS],
    close: &Standard<CLOSENESS>,
    evidence: &Standard<EVIDENCE>,
    settings: &Settings,
) -> HeadModel {
    let (own, extra) = linear.weights.split_at(columns);
    let (close_weights, evidence_weights) = extra.split_at(CLOSENESS);
    let mut weights = own.to_vec();
    let mut bias = linear.bias;
    for at in 0..CLOSENESS {
        let weight = close_weights[at] * close.scale[at];
        bias -= weight * close.mean[at];
        for &(column, value) in &descriptions[at] {
            weights[column as usize] += weight * f64::from(value) / crate::classifier::text_length(settings);
        }
    }
    let mut evidence_model = [0.0; EVIDENCE];
    for at in 0..EVIDENCE {
        evidence_model[at] = evidence_weights[at] * evidence.scale[at];
        bias -= evidence_model[at] * evidence.mean[at];
    }
    #[allow(clippy::cast_possible_truncation)]
    let weights = weights.into_iter().map(|weight| weight as f32).collect();
    HeadModel { weights, evidence: evidence_model, bias }
}

/// Postings by role: for messages.
pub fn counts(examples: &[Example]) -> String {
    let count = |role: Role| examples.iter().filter(|example| example.role() == role).count();
    Role::ALL.map(|role| format!("{} {role}", count(role))).join(", ")
}
