//! How far two reviewers agree, on the postings that both answered.

use std::collections::HashMap;

use serde::Serialize;

use crate::metrics::{self, Confusion, Interval, Judged};
use crate::role::Role;

/// An answer of either reviewer to one posting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelled {
    /// The posting's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the reviewer said.
    pub role: Role,
}

/// A posting that was answered in two ways.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// The posting's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What the first reviewer said,
    pub first: Role,
    /// and the second one.
    pub second: Role,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Postings that both answered.
    pub both: usize,
    /// Postings that one of the two did not answer: the first one's, the second one's.
    pub only: [usize; 2],
    /// Share of the postings on which they agree.
    pub agreed: Interval,
    /// Cohen's kappa; `None` where all answers are one role, so that chance explains everything.
    pub kappa: Option<Interval>,
    /// Postings by the first reviewer's answer (rows) and the second one's (columns), in the order of [`Role::ALL`].
    pub counts: Confusion,
    /// Where they do not agree, in the order of the first reviewer.
    pub disputes: Vec<Dispute>,
}

impl Agreement {
    /// Compares two reviewers. Of an id that a reviewer answered more than once, the last answer counts.
    pub fn of(first: &[Labelled], second: &[Labelled]) -> Self {
        let [firsts, seconds] = [first, second].map(last);
        let mut pairs: Vec<(&Labelled, &Labelled)> =
            firsts.values().filter_map(|(_, one)| Some((*one, seconds.get(one.id.as_str())?.1))).collect();
        pairs.sort_by_key(|(one, _)| firsts[one.id.as_str()].0);
        let judged: Vec<Judged> = pairs
            .iter()
            .zip(0..)
            .map(|((one, other), cluster)| Judged { truth: one.role, called: other.role, probability: 1.0, cluster })
            .collect();
        let counts = metrics::confusion(&judged);
        let dispute = |(one, other): &(&Labelled, &Labelled)| {
            (one.role != other.role).then(|| Dispute {
                id: one.id.clone(),
                title: one.title.clone(),
                first: one.role,
                second: other.role,
            })
        };
        // A resample in which all answers are one role agrees by chance alone.
        let kappa = |judged: &[Judged]| metrics::kappa(&metrics::confusion(judged)).unwrap_or(0.0);
        Self {
            both: pairs.len(),
            only: [firsts.len() - pairs.len(), seconds.len() - pairs.len()],
            agreed: metrics::bootstrap(&judged, |judged| metrics::accuracy(&metrics::confusion(judged))),
            kappa: metrics::kappa(&counts).map(|_| metrics::bootstrap(&judged, kappa)),
            counts,
            disputes: pairs.iter().filter_map(dispute).collect(),
        }
    }
}

/// The last answer to each id, with its place.
fn last(labelled: &[Labelled]) -> HashMap<&str, (usize, &Labelled)> {
    labelled.iter().enumerate().map(|(place, one)| (one.id.as_str(), (place, one))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{AccountManager as A, Mixed as M, Neither as N, ProjectManager as P};

    fn labelled(roles: &[(&str, Role)]) -> Vec<Labelled> {
        roles.iter().map(|&(id, role)| Labelled { id: id.into(), title: format!("Title of {id}"), role }).collect()
    }

    #[test]
    fn postings_are_matched_by_id() {
        let first = labelled(&[("z", A), ("b", N), ("c", M), ("d", P)]);
        let second = labelled(&[("c", N), ("z", P), ("z", A), ("b", P), ("x", P)]);
        let found = Agreement::of(&first, &second);
        assert_eq!((found.both, found.only), (3, [1, 1]));
        assert!((found.agreed.value - 1.0 / 3.0).abs() < 1e-9);
        assert_eq!(
            found.disputes.iter().map(|one| (one.id.as_str(), one.first, one.second)).collect::<Vec<_>>(),
            [("b", N, P), ("c", M, N)]
        );
        assert_eq!(found.counts[M.index()][N.index()], 1);
    }

    #[test]
    fn nothing_in_common_is_no_agreement() {
        let found = Agreement::of(&labelled(&[("a", A)]), &labelled(&[("b", A)]));
        assert_eq!((found.both, found.only, found.kappa), (0, [1, 1], None));
        let found = Agreement::of(&labelled(&[("a", A), ("b", A)]), &labelled(&[("a", A), ("b", A)]));
        assert_eq!((found.agreed.value, found.kappa), (1.0, None));
    }
}
