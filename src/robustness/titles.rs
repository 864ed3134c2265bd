//! The audit of gender forms: which titles change their call when nothing but their gender form does.

use serde::Serialize;

use super::gender;
use super::prose;
use crate::classifier::Classifier;
use crate::posting::Posting;
use crate::role::Role;
use crate::verdict::Verdict;

/// The forms that a title is judged in.
const FORMS: [&str; 7] = ["", "in", ":in", "*in", "_in", "/-in", "/in"];

/// A title that moved the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The posting.
    pub id: String,
    /// Its title as it was.
    pub title: String,
    /// The title that moved the call.
    pub changed: String,
    /// The call by the title as it was.
    pub from: Role,
    /// The call by the changed title.
    pub to: Role,
}

/// What the gender form of titles moves.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Titles {
    /// Titles that have a noun with a gender form.
    pub titles: usize,
    /// Forms that they were judged in.
    pub forms: usize,
    /// The farthest that a form moved the probability of a head.
    pub farthest: f64,
    /// Those that moved a call.
    pub moved: Vec<Moved>,
}

impl Titles {
    /// Judges `posting`, which was called `verdict`, by every gender form of its title.
    pub(super) fn add(&mut self, classifier: &Classifier, posting: &Posting, verdict: &Verdict) {
        let mut any = false;
        for form in FORMS {
            let title = prose::map(&posting.title, |title| gender::with_ending(title, form));
            if title == posting.title {
                continue;
            }
            any = true;
            self.forms += 1;
            let changed = Posting { title, ..posting.clone() };
            let other = classifier.verdict(&changed, 0);
            let shift = [other.heads.account - verdict.heads.account, other.heads.project - verdict.heads.project];
            self.farthest = shift.iter().fold(self.farthest, |farthest, shift| farthest.max(shift.abs()));
            if other.role != verdict.role {
                self.moved.push(Moved {
                    id: posting.id.clone(),
                    title: posting.title.clone(),
                    changed: changed.title,
                    from: verdict.role,
                    to: other.role,
                });
            }
        }
        self.titles += usize::from(any);
    }
}
