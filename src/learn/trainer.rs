//! Fits a model to a training part.

use super::corpus::{Corpus, Example, Marks, Origin};
use super::design::Design;
use super::fit::Linear;
use super::interleaved::{side_by_side, view_after_view};
use super::sparse::Targets;
use super::split::{self, TrainPart};
use super::{ratio, sparse, vocabulary};
use crate::calibration::Calibration;
use crate::decision::Decision;
use crate::document::Document;
use crate::error::{Error, FitError};
use crate::features::{Documents, Row, View};
use crate::heads::{HeadModel, Heads};
use crate::model::{Card, Model};
use crate::parallel;
use crate::profile::{CLOSENESS, Dimension};
use crate::reading::Reading;
use crate::role::{Head, PerHead, Role};
use crate::sections::Section;
use crate::sentences::{EVIDENCE, SentenceHead, SentenceScores};
use crate::settings::Settings;
use crate::span::Span;
use crate::vocabulary::{Field, Vocabulary};

/// A source with fewer postings is not held out by itself.
const SMALLEST_SOURCE: usize = 200;

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
        let documents = parallel::map(&corpus.examples, |example| Documents::read(&example.posting));
        Ok(Self { corpus, documents, groups: super::groups::groups(&corpus.examples) })
    }

    fn examples(&self) -> &[Example] {
        &self.corpus.examples
    }

    /// Folds that hold out whole sources; small sources are held out together.
    pub fn sources(&self) -> Vec<split::Fold> {
        let all = TrainPart::all(self.examples().len());
        split::by_source(&all, SMALLEST_SOURCE, |index| self.groups[index], |index| &self.examples()[index].source)
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
            let variance = values.iter().map(|value| (value[at] - mean) * (value[at] - mean)).sum::<f64>() / count;
            standard.mean[at] = mean;
            standard.scale[at] = if variance > 1e-12 { weight / variance.sqrt() } else { 0.0 };
        }
        standard
    }

    fn apply(&self, value: &[f64; N]) -> impl Iterator<Item = f64> {
        (0..N).map(|at| (value[at] - self.mean[at]) * self.scale[at])
    }
}

/// Columns of a posting's row behind those of the vocabulary: closeness, then evidence.
const EXTRA: usize = CLOSENESS + EVIDENCE;
/// Postings are read so many at a time, so that few rows are held twice.
const CHUNK: usize = 256;

/// Fits a model to `part`; calibration and decision are left plain.
///
/// # Errors
/// If a head cannot be fitted.
pub fn fit(prepared: &Prepared<'_>, part: &TrainPart, settings: &Settings) -> Result<Model, Error> {
    let vocabulary = vocabulary::build(part, prepared.examples(), &prepared.documents, settings)?;
    let descriptions = descriptions(prepared.corpus, &vocabulary, settings);
    let sentences = parallel::map(part.indexes(), |&index| {
        let documents = &prepared.documents[index];
        sentences_of(&prepared.examples()[index], documents, &Reading::new(&vocabulary, settings, documents), &vocabulary)
    });
    let scores = cross_scored(prepared, part, &sentences, vocabulary.columns(), settings)?;
    let all: Vec<&Sentences> = sentences.iter().collect();
    let sentence_heads = sentence_heads(&all, vocabulary.columns(), settings)?;
    drop(sentences);
    let (sure, scores) = sure_enough(prepared, part, scores, settings);
    let heads = fit_heads(prepared, &sure, &scores, &descriptions, &vocabulary, settings)?;
    Ok(Model { card: card(prepared, part, settings), vocabulary, heads, sentence_heads, descriptions })
}

/// What the posting heads learn from: real postings whose label is sure enough, and postings of our own as long as those are not outnumbered.
/// Written postings stand in for real ones; where there are enough real ones, the heads read those better without them (`models/experiments.md`),
/// and only the sentence heads still learn from what we wrote.
fn sure_enough(
    prepared: &Prepared<'_>,
    part: &TrainPart,
    scores: Vec<SentenceScores>,
    settings: &Settings,
) -> (TrainPart, Vec<SentenceScores>) {
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
    let kept = part.indexes().iter().zip(scores).filter(|(index, _)| is_sure(**index));
    (part.filter(is_sure), kept.map(|(_, scores)| scores).collect())
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

/// The fit of a sentence head ends where the gradient is this small for each sentence.
const SENTENCE_TOLERANCE: f64 = 1e-5;

/// Fits the sentence heads to the sentences that are labelled.
fn sentence_heads(examples: &[&Sentences], columns: usize, settings: &Settings) -> Result<PerHead<SentenceHead>, Error> {
    let fit = |head: Head| {
        let mut design = Design::new(columns + Section::ALL.len());
        let mut targets = Vec::new();
        for sentences in examples {
            for ((row, section), label) in sentences.rows.iter().zip(&sentences.sections).zip(&sentences.labels) {
                if let (Some(row), Some(target)) = (row, label.get(head)) {
                    // The section is one more column, behind the vocabulary's.
                    let section = u32::try_from(columns + section.index()).unwrap_or(u32::MAX);
                    design.push(row.iter().copied().chain([(section, 1.0)]));
                    targets.push(*target);
                }
            }
        }
        let tolerance = SENTENCE_TOLERANCE * targets.len() as f64;
        let targets = Targets::alike(targets);
        let scales = ratio::scales(&design, &targets.positive, columns, settings.sentence_ratio_power);
        let linear = match sparse::logistic(&design, &targets, &scales, settings.sentence_alpha, tolerance) {
            Ok(linear) => linear,
            Err(FitError::OneClass) => Linear { weights: vec![0.0; design.columns()], bias: 0.0 },
            Err(problem) => return Err(Error::Fit { head: head.name(), problem }),
        };
        #[allow(clippy::cast_possible_truncation)]
        let narrow = |value: f64| value as f32;
        Ok(SentenceHead {
            section_bias: std::array::from_fn(|at| narrow(linear.bias + linear.weights[columns + at])),
            weights: linear.weights[..columns].iter().copied().map(narrow).collect(),
        })
    };
    both_heads(fit)
}

/// Fits both heads, side by side.
fn both_heads<T: Send>(fit: impl Fn(Head) -> Result<T, Error> + Sync) -> Result<PerHead<T>, Error> {
    let (account, project) = parallel::both(|| fit(Head::Account), || fit(Head::Project));
    Ok(PerHead { account: account?, project: project? })
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

/// Fits both posting heads to the postings of `part`, in which the sentence heads found `scores`.
fn fit_heads(
    prepared: &Prepared<'_>,
    part: &TrainPart,
    scores: &[SentenceScores],
    descriptions: &[Vec<(u32, f32)>; CLOSENESS],
    vocabulary: &Vocabulary,
    settings: &Settings,
) -> Result<Heads, Error> {
    let columns = View::ALL.len() * vocabulary.columns();
    let mut design = Design::new(columns + EXTRA);
    let mut close = Vec::new();
    let places: Vec<(usize, &SentenceScores)> = part.indexes().iter().copied().zip(scores).collect();
    for places in places.chunks(CHUNK) {
        let rows = parallel::map(places, |&(index, scores)| {
            let reading = Reading::new(vocabulary, settings, &prepared.documents[index]);
            Row::new(vocabulary, settings, &reading.occurrences, &scores.relevance(settings))
        });
        for row in rows {
            // What the extra columns hold is known only when all rows are there.
            let extra = (u32::try_from(columns).unwrap_or(u32::MAX)..).zip([0.0; EXTRA]);
            design.push(side_by_side(&row, vocabulary.columns()).into_iter().chain(extra));
            close.push(closeness(&row, descriptions, settings));
        }
    }
    let evidence: Vec<[f64; EVIDENCE]> = scores.iter().map(SentenceScores::evidence).collect();
    let close_standard = Standard::new(&close, f64::from(settings.blocks.closeness));
    let evidence_standard = Standard::new(&evidence, f64::from(settings.blocks.evidence));
    for ((values, close), evidence) in design.values_mut().zip(&close).zip(&evidence) {
        let own = values.len() - EXTRA;
        let extra = close_standard.apply(close).chain(evidence_standard.apply(evidence));
        #[allow(clippy::cast_possible_truncation)]
        values[own..].iter_mut().zip(extra).for_each(|(value, extra)| *value = extra as f32);
    }
    both_heads(|head| {
        let examples = || part.indexes().iter().map(|&index| &prepared.examples()[index]);
        let targets = Targets {
            positive: examples().map(|example| *example.cores.get(head)).collect(),
            weights: examples().map(|example| weight(example, settings)).collect(),
        };
        let scales = ratio::scales(&design, &targets.positive, columns, settings.ratio_power);
        let linear = sparse::logistic(&design, &targets, &scales, settings.alpha, settings.tolerance)
            .map_err(|problem| Error::Fit { head: head.name(), problem })?;
        let linear = Linear { weights: view_after_view(&linear.weights, columns), bias: linear.bias };
        Ok(fold_in(&linear, columns, descriptions, &close_standard, &evidence_standard, settings))
    })
}

/// How often a posting counts in the fit of the posting heads.
fn weight(example: &Example, settings: &Settings) -> f64 {
    let kind = if example.role() == Role::Mixed { settings.mixed_weight } else { 1.0 };
    let origin = if example.origin == Origin::Real { settings.sampled_weight } else { 1.0 };
    kind * origin
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
