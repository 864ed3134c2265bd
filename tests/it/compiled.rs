//! The hot path says what the plain path says.

use proptest::prelude::*;
use rolecall::{Classifier, Documents, Explain, Posting, Verdict};

use crate::support::{self, models, small};

/// Numbers agree to this: sums are taken in another order.
const CLOSE: f64 = 1e-5;

/// All numbers of a verdict but those of its phrases.
fn numbers(verdict: &Verdict) -> Vec<f64> {
    let of =
        |roles: &rolecall::verdict::RoleProbabilities| [roles.account_manager, roles.project_manager, roles.mixed, roles.neither];
    let votes = [verdict.votes.title, verdict.votes.duties].into_iter().flatten();
    let mut numbers = vec![verdict.probability, verdict.heads.account, verdict.heads.project];
    numbers.extend(of(&verdict.probabilities));
    numbers.extend(votes.flat_map(|vote| [vote.account, vote.project]));
    numbers.extend(verdict.profile.iter().flat_map(|one| [one.to.account, one.to.project]));
    numbers
}

/// Holds the verdict of the hot path to that of the plain path.
fn check(classifier: &Classifier, posting: &Posting, phrases: usize) {
    let fast = classifier.verdict(posting, phrases);
    let plain = classifier.explain(posting, &Documents::read(posting), Explain::Key(phrases)).verdict;
    assert_eq!((fast.role, fast.language), (plain.role, plain.language), "{posting:?}");
    let (found, expected) = (numbers(&fast), numbers(&plain));
    assert_eq!(found.len(), expected.len(), "{posting:?}");
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() < CLOSE, "{found} is not {expected} in {posting:?}");
    }
    assert_eq!(fast.phrases.len(), plain.phrases.len(), "{posting:?}");
    for (found, expected) in fast.phrases.iter().zip(&plain.phrases) {
        // Where two are worth the same, either may come first.
        assert!((found.weight - expected.weight).abs() < CLOSE * (1.0 + expected.weight.abs()), "{found:?}, not {expected:?}");
        assert_eq!(found.head, expected.head, "{posting:?}");
    }
}

proptest! {
    #![proptest_config(support::cases(400))]

    #[test]
    fn any_posting_is_judged_alike(posting in support::posting(), phrases in 0_usize..9) {
        check(small(), &posting, phrases);
    }

    #[test]
    fn any_words_are_cut_alike(words in "([a-zäöüß]{1,12}[ .,:]{1,2}){6,60}") {
        check(small(), &Posting::new("", words), 6);
    }
}

#[test]
fn the_fixtures_are_judged_alike() {
    for classifier in models() {
        for posting in support::postings() {
            check(&classifier, &posting, 6);
            check(&classifier, &Posting::new(&posting.title, ""), 6);
            check(&classifier, &Posting::new("", posting.text.replace(' ', "")), 6);
        }
    }
}
