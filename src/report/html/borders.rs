//! The lines in the plane of the two heads' probabilities where one role ends and another begins.

use crate::decision::Decision;
use crate::probability::sigmoid;
use crate::role::{PerHead, Role};

/// Logits are followed this far, where probabilities round to 0 and 1,
const FAR: f64 = 9.0;
/// in so many steps.
const STEPS: i32 = 180;
/// The ends of lines are found in so many steps.
const HALVINGS: u32 = 40;
/// How far to either side of a line is looked for its roles.
const NEAR: f64 = 1e-6;

/// The lines, each as points (account share, project share).
///
/// The score of every role is linear in the two logits, so two roles are even along a straight line there. It counts where no third role is ahead.
pub(super) fn borders(decision: &Decision) -> Vec<Vec<[f64; 2]>> {
    let mut lines = Vec::new();
    for (at, one) in Role::ALL.into_iter().enumerate() {
        for other in Role::ALL.into_iter().skip(at + 1) {
            let border = |along| even(decision, one, other, along).filter(|&heads| is_border(decision, one, other, heads));
            let mut line = Vec::new();
            let mut before = -FAR;
            for step in -STEPS..=STEPS {
                let along = FAR * f64::from(step) / f64::from(STEPS);
                match (border(before), border(along)) {
                    (None, Some(_)) => line.push(end(along, before, &border)),
                    (Some(_), None) => {
                        line.push(end(before, along, &border));
                        lines.push(std::mem::take(&mut line));
                    }
                    _ => {}
                }
                line.extend(border(along));
                before = along;
            }
            lines.push(line);
        }
    }
    let shares =
        |line: Vec<PerHead<f64>>| line.into_iter().map(|heads| [sigmoid(heads.account), sigmoid(heads.project)]).collect();
    lines.into_iter().map(shares).filter(|line: &Vec<_>| is_seen(line)).collect()
}

/// Whether a line is more than a point: where four roles meet, each pair of them is even.
fn is_seen(line: &[[f64; 2]]) -> bool {
    let reach = |axis: usize| {
        let at = || line.iter().map(|point| point[axis]);
        at().fold(0.0, f64::max) - at().fold(1.0, f64::min)
    };
    reach(0).max(reach(1)) > 0.001
}

/// Where a border ends between a place on it and one beyond it.
fn end(mut on: f64, mut beyond: f64, border: &impl Fn(f64) -> Option<PerHead<f64>>) -> PerHead<f64> {
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(on, beyond);
        *(if border(middle).is_some() { &mut on } else { &mut beyond }) = middle;
    }
    border(on).unwrap_or_default()
}

/// Where `along` one axis the scores of two roles are even; by the account logit, or where that does not tell, by the project logit.
fn even(decision: &Decision, one: Role, other: Role, along: f64) -> Option<PerHead<f64>> {
    let score = |role: Role, account: f64, project: f64| {
        let cores = [role == Role::AccountManager || role == Role::Mixed, role == Role::ProjectManager || role == Role::Mixed];
        let interaction = if role == Role::Mixed { decision.interaction } else { 0.0 };
        let logit = |is_core: bool, logit: f64| if is_core { logit } else { 0.0 };
        logit(cores[0], account) + logit(cores[1], project) + interaction + decision.offsets[role.index()]
    };
    let difference = |account, project| score(one, account, project) - score(other, account, project);
    let base = difference(0.0, 0.0);
    let [by_account, by_project] = [difference(1.0, 0.0) - base, difference(0.0, 1.0) - base];
    if by_project.abs() > 0.5 {
        return Some(PerHead { account: along, project: -(base + by_account * along) / by_project });
    }
    (by_account.abs() > 0.5).then(|| PerHead { account: -(base + by_project * along) / by_account, project: along })
}

/// Whether the call really goes from one role to the other at `heads`.
fn is_border(decision: &Decision, one: Role, other: Role, heads: PerHead<f64>) -> bool {
    let sides = [[NEAR, 0.0], [-NEAR, 0.0], [0.0, NEAR], [0.0, -NEAR]];
    let called = sides
        .map(|[account, project]| decision.role(PerHead { account: heads.account + account, project: heads.project + project }));
    called.contains(&one) && called.contains(&other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probability::logit;

    #[test]
    fn without_offsets_the_plane_has_four_quarters() {
        let lines = borders(&Decision::PLAIN);
        assert_eq!(lines.len(), 4, "{lines:?}");
        let ends = lines.iter().filter(|line| {
            [line.first(), line.last()].into_iter().flatten().any(|end| end.iter().all(|share| (share - 0.5).abs() < 1e-6))
        });
        assert_eq!(ends.count(), 4, "they meet in the middle: {lines:?}");
        assert!(lines.iter().flatten().all(|point| point.iter().any(|share| (share - 0.5).abs() < 1e-9)), "{lines:?}");
    }

    #[test]
    fn roles_change_at_the_lines_and_nowhere_else() {
        let decision = Decision { interaction: 0.8, offsets: [0.4, 0.1, 0.9, 0.0] };
        let points: Vec<[f64; 2]> = borders(&decision).into_iter().flatten().collect();
        let role = |[account, project]: [f64; 2]| decision.role(PerHead { account: logit(account), project: logit(project) });
        let grid = |at: i32| f64::from(at).mul_add(0.01, 0.005);
        let mut changes = 0;
        for (across, up) in (0..99).flat_map(|across| (0..100).map(move |up| (across, up))) {
            let (here, there) = ([grid(across), grid(up)], [grid(across + 1), grid(up)]);
            let is_near = points.iter().any(|point| (point[0] - here[0]).abs() < 0.025 && (point[1] - here[1]).abs() < 0.025);
            if role(here) != role(there) {
                changes += 1;
                assert!(is_near, "{here:?}");
            }
        }
        assert!(changes > 50, "{changes}");
    }
}
