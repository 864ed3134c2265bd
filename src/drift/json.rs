//! Counts as JSON objects with the names of what is counted.

use serde::{Serialize, Serializer};

use crate::role::Role;

/// What stands for a row without a role.
const NO_ROLE: &str = "no-role";

fn name(at: usize) -> &'static str {
    Role::ALL.get(at).map_or(NO_ROLE, |role| role.name())
}

/// Counts by role.
pub(super) fn roles<S: Serializer>(counts: &[u64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(counts.iter().enumerate().map(|(at, count)| (name(at), count)))
}

/// Counts by old role, then by new role.
pub(super) fn transitions<S: Serializer>(table: &[[u64; 5]; 5], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(table.iter().enumerate().map(|(from, row)| (name(from), Row(row))))
}

/// A row of a table of transitions.
struct Row<'t>(&'t [u64; 5]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        roles(self.0, serializer)
    }
}

/// Counts by model, in their order.
pub(super) fn models<S: Serializer>(models: &[(String, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(models.iter().map(|(model, rows)| (model, rows)))
}
