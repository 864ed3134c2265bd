//! Puts labelled postings and calls side by side, for an evaluation.

use super::curve::Point;
use super::evaluation::{Case, Evaluation};
use crate::baseline;
use crate::classifier::Classifier;
use crate::error::Error;
use crate::explain;
use crate::features::Documents;
use crate::language::Language;
use crate::learn::corpus::{Corpus, Example};
use crate::learn::cross_fit::OutOfFold;
use crate::learn::curve::Step;
use crate::learn::evaluation::{HeldVerdict, held_verdicts};
use crate::learn::groups::groups;
use crate::learn::trainer::Prepared;
use crate::metrics::{self, Judged, Loss};
use crate::model::HeldOut;
use crate::posting::Posting;
use crate::verdict::Explain;

/// Judges `classifier` on every labelled posting of `corpus`, with the title shown and hidden.
pub fn model(classifier: &Classifier, corpus: &Corpus) -> Evaluation {
    let cases = corpus.examples.iter().zip(groups(&corpus.examples)).map(|(example, cluster)| {
        let call = |posting: &Posting| {
            let documents = Documents::read(posting);
            let explained = classifier.explain(posting, &documents, Explain::Key(explain::SHOWN));
            let verdict = explained.verdict;
            let judged = Judged { truth: example.role(), called: verdict.role, probability: verdict.probability, cluster };
            (judged, verdict.language, example.is_quoted_by(&documents, &explained.phrases))
        };
        let (judged, language, phrase_hit) = call(&example.posting);
        let untitled = call(&Posting::new("", &example.posting.text)).0;
        case(example, judged, untitled, language, phrase_hit)
    });
    let cases: Vec<Case> = cases.collect();
    let method = format!("Model {} on {} labelled postings.", classifier.fingerprint(), cases.len());
    Evaluation { method, cases, curve: Vec::new() }
}

/// Judges a way of training by its held-out `scores`; `method` says how they came about.
///
/// # Errors
/// If a calibration cannot be fitted.
pub fn cross_validated(prepared: &Prepared<'_>, scores: &OutOfFold, method: String) -> Result<Evaluation, Error> {
    let verdicts = held_verdicts(prepared, scores)?;
    let case = |verdict: &HeldVerdict| {
        let example = &prepared.corpus.examples[verdict.index];
        case(example, verdict.judged, verdict.untitled, verdict.scored.language, verdict.scored.phrase_hit)
    };
    Ok(Evaluation { method, cases: verdicts.iter().map(case).collect(), curve: Vec::new() })
}

/// The figures of a step of the learning curve.
///
/// # Errors
/// If a calibration cannot be fitted.
pub fn point(prepared: &Prepared<'_>, step: &Step) -> Result<Point, Error> {
    let verdicts = held_verdicts(prepared, &step.scores)?;
    let judged: Vec<Judged> = verdicts.iter().map(|verdict| verdict.judged).collect();
    let loss = |verdict: &HeldVerdict| Loss { nats: verdict.log_loss, cluster: verdict.judged.cluster };
    let losses: Vec<Loss> = verdicts.iter().map(loss).collect();
    Ok(Point::new(step.share, step.postings, &judged, &losses))
}

fn case(example: &Example, judged: Judged, untitled: Judged, language: Language, phrase_hit: Option<bool>) -> Case {
    Case {
        judged,
        untitled: Some(untitled),
        keywords: baseline::title_keywords(&example.posting.title),
        language: language.name(),
        source: example.source.clone(),
        title_kind: example.title_kind.clone(),
        phrase_hit,
    }
}

/// The figures that a model's card holds.
pub fn summary(evaluation: &Evaluation) -> HeldOut {
    let judged: Vec<Judged> = evaluation.cases.iter().map(|case| case.judged).collect();
    let confusion = metrics::confusion(&judged);
    HeldOut {
        postings: judged.len(),
        accuracy: metrics::accuracy(&confusion),
        macro_f1: metrics::macro_f1(&confusion),
        calibration_error: metrics::calibration_error(&judged),
    }
}
