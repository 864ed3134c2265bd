//! The JSON of a verdict: exactly its keys, and what must hold between its values.

use proptest::prelude::*;
use rolecall::{Documents, Explain, Head, Posting, Role};
use serde_json::Value;

use crate::support::{self, arg, data, json, keys, small, small_file};

const VERDICT: [&str; 10] =
    ["role", "probability", "probabilities", "heads", "votes", "phrases", "profile", "reason", "language", "model"];
const PHRASE: [&str; 8] = ["text", "field", "head", "weight", "start_byte", "end_byte", "start_char", "end_char"];
const DIMENSIONS: [&str; 8] = [
    "department",
    "goal",
    "responsibilities",
    "client-interaction",
    "project-participation",
    "selling",
    "breadth-of-goals",
    "skills",
];

/// The keys are exactly these; JSON knows no order.
fn assert_keys(value: &Value, expected: &[&str]) {
    let (mut found, mut expected) = (keys(value), expected.to_vec());
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

fn share(value: &Value) -> f64 {
    let share = value.as_f64().expect("a number");
    assert!((0.0..=1.0).contains(&share), "{share}");
    share
}

fn shares(value: &Value) {
    assert_keys(value, &["account", "project"]);
    for key in keys(value) {
        share(&value[key]);
    }
}

fn check(verdict: &Value) {
    assert_keys(verdict, &VERDICT);
    let role: Role = verdict["role"].as_str().expect("a role").parse().expect("a known role");
    assert_keys(&verdict["probabilities"], &Role::ALL.map(Role::name));
    let sum: f64 = Role::ALL.iter().map(|role| share(&verdict["probabilities"][role.name()])).sum();
    assert!((sum - 1.0).abs() < 1e-9, "the probabilities sum to {sum}");
    assert_eq!(verdict["probability"], verdict["probabilities"][role.name()]);
    shares(&verdict["heads"]);
    assert_keys(&verdict["votes"], &["title", "duties"]);
    keys(&verdict["votes"]).into_iter().map(|vote| &verdict["votes"][vote]).filter(|vote| !vote.is_null()).for_each(shares);
    for phrase in verdict["phrases"].as_array().expect("a list") {
        assert_keys(phrase, &PHRASE);
        assert!(["title", "text"].contains(&phrase["field"].as_str().expect("a field")));
        assert!(Head::ALL.iter().any(|head| phrase["head"] == head.name()));
        assert!(phrase["weight"].as_f64().is_some_and(f64::is_finite));
    }
    let profile = verdict["profile"].as_array().expect("a list");
    assert_eq!(profile.iter().map(|one| &one["dimension"]).collect::<Vec<_>>(), DIMENSIONS);
    for one in profile {
        assert_keys(one, &["dimension", "account", "project"]);
        let closeness = [&one["account"], &one["project"]].map(|value| value.as_f64().expect("a number"));
        assert!(closeness.iter().all(|value| (-1e-6..=1.0 + 1e-6).contains(value)), "{one}");
    }
    assert_eq!(verdict["reason"].is_null(), role != Role::Neither, "{verdict}");
    assert!(verdict["reason"].is_null() || verdict["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    assert!(["de", "en", "other", "unknown"].contains(&verdict["language"].as_str().expect("a language")));
    let fingerprint = verdict["model"].as_str().expect("a fingerprint");
    assert!(fingerprint.len() == 16 && fingerprint.bytes().all(|byte| byte.is_ascii_hexdigit()), "{fingerprint}");
}

proptest! {
    #![proptest_config(support::cases(200))]

    #[test]
    fn any_verdict_has_its_keys_and_holds_together(posting in support::posting(), phrases in 0_usize..10) {
        let explained = small().explain(&posting, &Documents::read(&posting), Explain::Key(phrases));
        prop_assert!(explained.verdict.phrases.len() <= phrases);
        let decision = &small().model().card.decision;
        let verdict = explained.verdict;
        let logits = verdict.heads.map(|share| rolecall::probability::logit(*share));
        if verdict.votes.title.is_some() || verdict.votes.duties.is_some() {
            prop_assert_eq!(verdict.role, decision.role(logits));
        } else {
            prop_assert_eq!(verdict.role, Role::Neither);
        }
        check(&serde_json::to_value(&verdict).expect("JSON"));
    }
}

#[test]
fn the_program_prints_exactly_that() {
    let names = support::POSTINGS.into_iter().chain(["french.txt", "dutch.txt"]);
    for name in names {
        let file = data(name);
        let printed = json(&["classify", arg(&file), "--format", "json", "--model", arg(small_file())], b"");
        check(&printed);
        assert_eq!(printed["model"], small().fingerprint().as_str());
        let phrases = printed["phrases"].as_array().expect("a list").len();
        assert!(phrases <= 6, "{phrases} phrases by default");
    }
}

#[test]
fn a_field_that_is_not_there_has_no_vote() {
    for (title, text, has) in [
        ("Key Account Manager", "", [true, false]),
        ("", "Sie betreuen unsere Großkunden und verhandeln Verträge.", [false, true]),
        ("!?", "Sie betreuen unsere Großkunden und verhandeln Verträge.", [false, true]),
        ("", "", [false, false]),
    ] {
        let votes = small().verdict(&Posting::new(title, text), 3).votes;
        assert_eq!([votes.title.is_some(), votes.duties.is_some()], has, "{title:?} {text:?}");
    }
}

#[test]
fn as_many_phrases_as_asked_for() {
    let file = data(support::POSTINGS[2]);
    for count in ["0", "1", "3", "1000"] {
        let printed = json(&["classify", arg(&file), "--format", "json", "--phrases", count, "--model", arg(small_file())], b"");
        let found = printed["phrases"].as_array().expect("a list").len();
        assert!(found <= count.parse().expect("a number"), "{found} phrases, not {count}");
        assert!(found > 0 || count == "0");
    }
}
