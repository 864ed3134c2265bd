//! From the two heads to one role.
//!
//! The role probabilities are `P(role) ∝ exp(account·zₐ + project·zₚ + both·interaction)` over the four combinations, with the calibrated logits
//! `zₐ` and `zₚ`: independent heads where the interaction is zero. The role is the one with the largest `ln P(role) + offset`; the offsets make up for
//! rare roles, which the largest probability alone would hardly ever call.

use serde::{Deserialize, Serialize};

use crate::probability::softmax;
use crate::role::{PerHead, Role};

/// How the role follows from the heads; fitted on postings that the model had not seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// Added to the logit of `mixed`: how much more likely both kinds of work meet in one job than two independent heads would say.
    pub interaction: f64,
    /// Added to the log-probability of each role before the largest is taken, in the order of [`Role::ALL`]. `neither` has none.
    pub offsets: [f64; 4],
}

impl Decision {
    /// Independent heads; the most likely role.
    pub const PLAIN: Self = Self { interaction: 0.0, offsets: [0.0; 4] };

    /// Logits of the roles, in the order of [`Role::ALL`].
    fn logits(&self, heads: PerHead<f64>) -> [f64; 4] {
        [heads.account, heads.project, heads.account + heads.project + self.interaction, 0.0]
    }

    /// Probabilities of the roles, in the order of [`Role::ALL`]; they sum to one.
    pub fn probabilities(&self, heads: PerHead<f64>) -> [f64; 4] {
        softmax(self.logits(heads))
    }

    /// The role. Where two are equal, the one that asks for less.
    pub fn role(&self, heads: PerHead<f64>) -> Role {
        let logits = self.logits(heads);
        let score = |role: Role| logits[role.index()] + self.offsets[role.index()];
        Role::ALL
            .into_iter()
            .rev()
            .reduce(|best, role| if score(role) > score(best) { role } else { best })
            .unwrap_or(Role::Neither)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_follow_from_the_heads() {
        let heads = |account, project| PerHead { account, project };
        for (account, project, role) in [
            (3.0, -3.0, Role::AccountManager),
            (-3.0, 3.0, Role::ProjectManager),
            (3.0, 3.0, Role::Mixed),
            (-3.0, -3.0, Role::Neither),
            (0.0, 0.0, Role::Neither),
        ] {
            assert_eq!(Decision::PLAIN.role(heads(account, project)), role);
        }
        let sum: f64 = Decision { interaction: 0.7, ..Decision::PLAIN }.probabilities(heads(1.0, -2.0)).iter().sum();
        assert!((sum - 1.0).abs() < 1e-12);
    }
}
