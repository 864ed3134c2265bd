//! What title and duties say by themselves.

use serde::{Deserialize, Serialize};

use crate::role::{Head, PerHead};

/// Title and duties disagree where they name different kinds of work, and this much lies between their probabilities.
const CONTRAST: f64 = 0.3;

/// What each field says by itself; `None` where it is not there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Votes {
    /// The title's vote.
    pub title: Option<PerHead<f64>>,
    /// The text's vote.
    pub duties: Option<PerHead<f64>>,
}

impl Votes {
    /// Whether the title says something else than the duties.
    pub fn disagree(&self) -> bool {
        let (Some(title), Some(duties)) = (self.title, self.duties) else { return false };
        let by = |votes: PerHead<f64>, head: Option<Head>| head.map_or(0.0, |head| *votes.get(head));
        let differ = |named: Option<Head>| (by(title, named) - by(duties, named)).abs() >= CONTRAST;
        let (named, borne_out) = (title.strongest(), duties.strongest());
        named != borne_out && (differ(named) || differ(borne_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_calls_are_no_disagreement() {
        let vote = |account, project| Some(PerHead { account, project });
        for (title, duties, disagree) in [
            (vote(0.9, 0.1), vote(0.1, 0.9), true),
            (vote(0.1, 0.1), vote(0.1, 0.9), true),
            (vote(0.9, 0.8), vote(0.8, 0.9), false),
            (vote(0.51, 0.1), vote(0.49, 0.1), false),
            (vote(0.9, 0.1), None, false),
        ] {
            assert_eq!(Votes { title, duties }.disagree(), disagree, "{title:?} {duties:?}");
        }
    }
}
