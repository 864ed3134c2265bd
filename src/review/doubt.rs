//! How much there is to learn from an answer: what a model is not sure of.

use std::fmt;

use crate::decision::Decision;
use crate::language::Language;
use crate::role::{Head, Role};
use crate::verdict::Verdict;

/// Weight of a disagreement between title and duties, beside that of a tie between two roles.
pub const CONTRAST: f64 = 0.5;
/// From here on, a disagreement is worth a word.
const SAID: f64 = 0.3;

/// What a model is not sure of in a posting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Doubt {
    /// The likeliest role, with its probability,
    pub first: (Role, f64),
    /// and the one after it.
    pub second: (Role, f64),
    /// How near the call is to being another one: 0 where it is certain, 1 at a tie.
    pub tie: f64,
    /// How far title and duties lie apart where they speak of the same kind of work: 0 to 1.
    pub contrast: f64,
}

impl Doubt {
    /// What `verdict` leaves open under the way of deciding that it was made with; `None` where the posting could not be read, so that
    /// there is nothing to learn from it.
    pub fn of(verdict: &Verdict, decision: &Decision) -> Option<Self> {
        let (title, duties) = (verdict.votes.title, verdict.votes.duties);
        if verdict.language == Language::Other || title.is_none() && duties.is_none() {
            return None;
        }
        let shares = &verdict.probabilities;
        let shares = [shares.account_manager, shares.project_manager, shares.mixed, shares.neither];
        let mut order = Role::ALL;
        order.sort_by(|left, right| shares[right.index()].total_cmp(&shares[left.index()]));
        let [first, second] = [0, 1].map(|at| (order[at], shares[order[at].index()]));
        let apart = |head: Head| title.zip(duties).map_or(0.0, |(title, duties)| (title.get(head) - duties.get(head)).abs());
        let contrast = Head::ALL.map(apart).into_iter().fold(0.0, f64::max);
        Some(Self { first, second, tie: tie(shares, decision), contrast })
    }

    /// How much there is to learn: never below zero.
    pub fn weight(&self) -> f64 {
        self.tie + CONTRAST * self.contrast
    }
}

/// One less what lies between the two best scores by which roles are called.
fn tie(shares: [f64; 4], decision: &Decision) -> f64 {
    let mut scores = shares;
    for (score, offset) in scores.iter_mut().zip(decision.offsets) {
        *score *= libm::exp(offset);
    }
    let sum: f64 = scores.iter().sum();
    scores.sort_by(|left, right| right.total_cmp(left));
    if sum > 0.0 { 1.0 - (scores[0] - scores[1]) / sum } else { 0.0 }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |(role, share): (Role, f64)| format!("{role} {:.0} %", 100.0 * share);
        write!(f, "{} or {}", share(self.first), share(self.second))?;
        if self.contrast >= SAID { write!(f, "; title and duties disagree") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classifier::Classifier;
    use crate::posting::Posting;

    fn doubt(title: &str, text: &str) -> Option<Doubt> {
        let classifier = Classifier::built_in().expect("the model");
        Doubt::of(&classifier.verdict(&Posting::new(title, text), 0), &classifier.model().card.decision)
    }

    #[test]
    fn a_tie_and_a_contradiction_weigh_most() {
        let sure = doubt("Payroll Accountant", "You run the monthly payroll, post invoices and reconcile bank statements.")
            .expect("read");
        let torn =
            doubt("Project Manager", "Sie betreuen unsere Großkunden, führen Jahresgespräche und verhandeln ihre Verträge.")
                .expect("read");
        assert!(torn.contrast > 0.5 && torn.weight() > 2.0 * sure.weight(), "{sure:?} {torn:?}");
        assert!(torn.to_string().contains("title and duties disagree") && !sure.to_string().contains("disagree"));
        assert!(sure.first.1 >= sure.second.1 && (0.0..=1.0).contains(&sure.tie));
    }

    #[test]
    fn what_cannot_be_read_teaches_nothing() {
        assert_eq!(doubt("", ""), None);
        assert_eq!(doubt("", include_str!("../../tests/data/french.txt")), None);
    }

    #[test]
    fn offsets_move_the_tie() {
        let decision = Decision { interaction: 0.0, offsets: [0.0, 0.0, 4.0_f64.ln(), 0.0] };
        assert!((tie([0.8, 0.0, 0.2, 0.0], &decision) - 1.0).abs() < 1e-9);
        assert!((tie([0.8, 0.0, 0.2, 0.0], &Decision::PLAIN) - 0.4).abs() < 1e-9);
    }
}
