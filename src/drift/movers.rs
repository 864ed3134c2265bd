//! The rows whose probabilities moved farthest.

use std::cmp::Reverse;

use serde::Serialize;

use super::Named;
use crate::labelled::label::Call;

/// So many are kept.
const KEPT: usize = 10;

/// A row that is in both, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mover {
    /// How far the probability of account or project work moved, whichever moved farther, in ten-thousandths.
    #[serde(skip)]
    pub distance: u16,
    /// Before.
    pub old: Named,
    /// After.
    pub new: Named,
}

/// The farthest movers so far.
#[derive(Debug, Default)]
pub(super) struct Movers(Vec<Mover>);

/// How far a call moved, in ten-thousandths; `None` where that is not known.
fn distance(old: Call, new: Call) -> Option<u16> {
    let (old, new) = (old.heads?, new.heads?);
    Some(old.account.distance(new.account).max(old.project.distance(new.project)))
}

impl Movers {
    /// Keeps a pair where it is among the farthest. Where two moved equally far, the order of ids decides.
    pub(super) fn see(&mut self, old: &Named, new: &Named) {
        let Some(distance) = old.call.zip(new.call).and_then(|(old, new)| distance(old, new)).filter(|&far| far > 0) else {
            return;
        };
        let rank = |mover: &Mover| (Reverse(mover.distance), mover.new.id.clone(), mover.new.row);
        if self.0.len() == KEPT
            && let Some(last) = self.0.last()
            && rank(last) <= (Reverse(distance), new.id.clone(), new.row)
        {
            return;
        }
        self.0.push(Mover { distance, old: old.clone(), new: new.clone() });
        self.0.sort_by_key(rank);
        self.0.truncate(KEPT);
    }

    /// The farthest first.
    pub(super) fn farthest(self) -> Vec<Mover> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labelled::share::Share;
    use crate::role::{PerHead, Role};

    fn named(row: u64, account: f64, project: f64) -> Named {
        let share = |value| Share::new(value).expect("a probability");
        let heads = PerHead { account: share(account), project: share(project) };
        let call = Call { role: Role::Neither, probability: None, heads: Some(heads) };
        Named { id: format!("{row:03}"), title: String::new(), row, call: Some(call) }
    }

    #[test]
    fn the_farthest_come_first() {
        let mut movers = Movers::default();
        for row in 0..40 {
            let far = f64::from(u32::try_from(row % 20).expect("small")) / 100.0;
            movers.see(&named(row, 0.5, 0.5), &named(row, 0.5 + far, 0.5));
        }
        movers.see(&named(50, 0.0, 0.0), &named(50, 0.0, 1.0));
        let rows: Vec<u64> = movers.farthest().iter().map(|mover| mover.new.row).collect();
        assert_eq!(rows, [50, 19, 39, 18, 38, 17, 37, 16, 36, 15]);
    }

    #[test]
    fn who_stands_still_is_no_mover() {
        let mut movers = Movers::default();
        movers.see(&named(1, 0.2, 0.3), &named(1, 0.2, 0.3));
        movers.see(&Named { call: None, ..named(2, 0.0, 0.0) }, &named(2, 1.0, 1.0));
        assert_eq!(movers.farthest(), []);
    }
}
