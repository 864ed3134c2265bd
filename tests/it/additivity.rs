//! The weights of all phrases sum, with the intercept, to the calibrated logit of each head.

use proptest::prelude::*;
use rolecall::classifier::Analysis;
use rolecall::probability::sigmoid;
use rolecall::{Classifier, Documents, Explain, Head, Posting};
use serde_json::Value;

use crate::support::{self, POSTINGS, arg, data, json, models, small, small_file};

const EXACT: f64 = 1e-6;

/// Holds the phrases of `posting` to its logits.
fn check(classifier: &Classifier, posting: &Posting) {
    let model = classifier.model();
    let documents = Documents::read(posting);
    let verdict = classifier.explain(posting, &documents, Explain::All).verdict;
    let mut analysis = Analysis::new(model, &documents);
    if verdict.votes.title.is_none() && verdict.votes.duties.is_none() {
        analysis.scores.silence();
    }
    let logits = analysis.scores.logits(model);
    for head in Head::ALL {
        let weights: f64 = verdict.phrases.iter().filter(|phrase| phrase.head == head).map(|phrase| phrase.weight).sum();
        let scaling = model.card.calibration.of(verdict.language, analysis.scores.seen()).get(head);
        let sum = scaling.apply(model.heads.get(head).bias) + weights;
        let logit = *logits.get(head);
        assert!((sum - logit).abs() < EXACT, "{head:?}: {sum} is not the logit {logit} of {posting:?}");
        assert!((sigmoid(sum) - verdict.heads.get(head)).abs() < EXACT, "{head:?}: {:?} of {posting:?}", verdict.heads);
    }
}

proptest! {
    #![proptest_config(support::cases(300))]

    #[test]
    fn weights_sum_to_the_logit_of_any_posting(posting in support::posting()) {
        check(small(), &posting);
    }
}

#[test]
fn weights_sum_to_the_logit_of_the_fixtures() {
    for classifier in models() {
        for posting in support::postings() {
            check(&classifier, &posting);
        }
    }
}

#[test]
fn weights_sum_to_the_logit_of_a_long_posting() {
    for posting in support::postings() {
        check(small(), &Posting::new(posting.title, posting.text.repeat(300)));
    }
}

/// The intercept of a verdict from what the program says of the model: bias, and the scaling for what is seen of the posting.
fn intercept(model: &Value, verdict: &Value, head: &str) -> f64 {
    let number = |value: &Value| value.as_f64().expect("a number");
    let seen = match ["title", "duties"].map(|vote| verdict["votes"][vote].is_null()) {
        [false, false] => "whole",
        [false, true] => "title",
        [true, false] => "text",
        [true, true] => "nothing",
    };
    let language = verdict["language"].as_str().expect("a language");
    let scaling = &model["card"]["calibration"][if ["de", "en"].contains(&language) { language } else { "other" }][seen][head];
    number(&scaling["slope"]) * number(&model["heads"][head]["bias"]) + number(&scaling["offset"])
}

#[test]
fn weights_sum_to_the_logit_through_the_program() {
    let file = arg(small_file());
    let model = json(&["model", "--model", file, "--format", "json"], b"");
    let french = data("french.txt");
    let fixtures = POSTINGS.map(data);
    let cases =
        fixtures.iter().map(|fixture| (arg(fixture), None)).chain([(arg(&french), None), ("-", Some("Key Account Manager"))]);
    for (posting, title) in cases {
        let mut arguments = vec!["classify", posting, "--all-phrases", "--format", "json", "--model", file];
        arguments.extend(title.iter().flat_map(|title| ["--title", title]));
        let verdict = json(&arguments, b"");
        for head in Head::ALL.map(Head::name) {
            let phrases = verdict["phrases"].as_array().expect("a list").iter();
            let weights =
                phrases.filter(|phrase| phrase["head"] == head).map(|phrase| phrase["weight"].as_f64().expect("a number"));
            let sum = intercept(&model, &verdict, head) + weights.sum::<f64>();
            let share = verdict["heads"][head].as_f64().expect("a number");
            assert!((sigmoid(sum) - share).abs() < EXACT, "{posting} {head}: {} is not {share}", sigmoid(sum));
        }
    }
}
