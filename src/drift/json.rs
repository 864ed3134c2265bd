//! Counts as JSON objects with the names of what is counted.

use serde::Serializer;
use serde::ser::SerializeMap;

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
    let mut map = serializer.serialize_map(Some(table.len()))?;
    for (from, row) in table.iter().enumerate() {
        let row: serde_json::Map<String, serde_json::Value> =
            row.iter().enumerate().map(|(to, &count)| (name(to).to_owned(), count.into())).collect();
        map.serialize_entry(name(from), &row)?;
    }
    map.end()
}

/// Counts by model, in their order.
pub(super) fn models<S: Serializer>(models: &[(String, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(models.iter().map(|(model, rows)| (model, rows)))
}
