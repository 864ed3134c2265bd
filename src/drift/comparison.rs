//! Counts what there is on both sides and what moved between them.

use std::collections::HashMap;
use std::path::PathBuf;

use super::movers::Movers;
use super::phrases::PhraseCounts;
use super::shift::Shift;
use super::{Change, Drift, EachChange, Labelling, Matching, Named, Side};
use crate::error::Error;
use crate::labelled::label::{Call, Label};
use crate::role::{PerHead, Role};

/// So many of the rows that are in one export only are shown.
const ONLY_FIRST: usize = 5;
/// Where a row without a role stands in a table of transitions.
const NO_ROLE: usize = Role::ALL.len();
/// So many models are told apart; a file that names more is no work of ours.
const MODELS: usize = 100;

/// Counts of one side.
#[derive(Default)]
struct Counts {
    rows: u64,
    roles: [u64; 4],
    models: HashMap<String, u64>,
    /// Rows by the tenth that a head's probability is in.
    tenths: PerHead<[u64; 10]>,
    only: u64,
    only_first: Vec<Named>,
}

/// Counts rows and pairs of rows as they come.
pub struct Comparison<'f> {
    each: EachChange<'f>,
    counts: [Counts; 2],
    phrases: PhraseCounts,
    movers: Movers,
    matched: u64,
    retitled: u64,
    transitions: [[u64; 5]; 5],
}

impl<'f> Comparison<'f> {
    /// Nothing is counted yet; `each` will get every change.
    pub fn new(each: EachChange<'f>) -> Self {
        Self {
            each,
            counts: Default::default(),
            phrases: PhraseCounts::default(),
            movers: Movers::default(),
            matched: 0,
            retitled: 0,
            transitions: Default::default(),
        }
    }

    /// Counts a row of one side, matched or not.
    pub fn count(&mut self, side: Side, label: &Label) {
        let counts = &mut self.counts[side as usize];
        counts.rows += 1;
        if !label.model.is_empty() {
            let is_known = counts.models.len() < MODELS || counts.models.contains_key(&label.model);
            *counts.models.entry(if is_known { label.model.clone() } else { "others".to_owned() }).or_default() += 1;
        }
        let Some(call) = label.call else { return };
        counts.roles[call.role.index()] += 1;
        if let Some(heads) = call.heads {
            counts.tenths.account[heads.account.tenth()] += 1;
            counts.tenths.project[heads.project.tenth()] += 1;
        }
        self.phrases.count(side, call.role, &label.leading());
    }

    /// Counts a row that is in both.
    ///
    /// # Errors
    /// If whoever gets the changes fails.
    pub fn pair(&mut self, old: &Named, new: &Named, is_retitled: bool) -> Result<(), Error> {
        let place = |call: &Option<Call>| call.map_or(NO_ROLE, |call| call.role.index());
        let (from, to) = (place(&old.call), place(&new.call));
        self.matched += 1;
        self.retitled += u64::from(is_retitled);
        self.transitions[from][to] += 1;
        self.movers.see(old, new);
        if from == to { Ok(()) } else { (self.each)(Change::Role(old, new)) }
    }

    /// Counts a row that the other side does not have.
    ///
    /// # Errors
    /// If whoever gets the changes fails.
    pub fn only(&mut self, side: Side, row: Named) -> Result<(), Error> {
        (self.each)(Change::Only(side, &row))?;
        let counts = &mut self.counts[side as usize];
        counts.only += 1;
        if counts.only_first.len() < ONLY_FIRST {
            counts.only_first.push(row);
        }
        Ok(())
    }

    /// What was found in `files`, the old one and the new one.
    pub fn finish(self, matching: Matching, files: [PathBuf; 2]) -> Drift {
        let roles = [&self.counts[0].roles, &self.counts[1].roles];
        let tenths = [self.counts[0].tenths, self.counts[1].tenths];
        let mix = Shift::of(roles[0], roles[1]);
        let heads = PerHead::from_fn(|head| Shift::of(tenths[0].get(head), tenths[1].get(head)));
        let phrases = self.phrases.moved(roles);
        let phrases_missed = self.phrases.missed();
        let kept: u64 = (0..=NO_ROLE).map(|at| self.transitions[at][at]).sum();
        let [old_file, new_file] = files;
        let [old, new] = self.counts;
        Drift {
            matching,
            old: labelling(old, old_file),
            new: labelling(new, new_file),
            matched: self.matched,
            changed: self.matched - kept,
            retitled: self.retitled,
            transitions: self.transitions,
            movers: self.movers.farthest(),
            phrases,
            phrases_missed,
            mix,
            heads,
        }
    }
}

fn labelling(counts: Counts, file: PathBuf) -> Labelling {
    let mut models: Vec<(String, u64)> = counts.models.into_iter().collect();
    models.sort_by(|(one, rows), (other, more)| more.cmp(rows).then_with(|| one.cmp(other)));
    let no_role = counts.rows - counts.roles.iter().sum::<u64>();
    Labelling { file, rows: counts.rows, roles: counts.roles, no_role, models, only: counts.only, only_first: counts.only_first }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::drift::files;
    use crate::label::columns::Wishes;
    use crate::labelled::share::Share;

    /// Rows as a generator makes them: id, role or none, shares in tenths.
    type Made = (u8, Option<usize>, u8, u8);

    fn made(rows: usize) -> impl Strategy<Value = Vec<Made>> {
        prop::collection::vec((0..12_u8, prop::option::weighted(0.9, 0..4_usize), 0..=10_u8, 0..=10_u8), 0..rows)
    }

    fn file(rows: &[Made], has_id: bool) -> tempfile::NamedTempFile {
        let lines: String = rows
            .iter()
            .map(|(id, role, account, project)| {
                let label = match role {
                    None => serde_json::json!({ "problem": "x" }),
                    Some(role) => serde_json::json!({
                        "role": Role::ALL[*role], "probability": 0.5, "model": "m", "phrases": [],
                        "heads": { "account": f64::from(*account) / 10.0, "project": f64::from(*project) / 10.0 },
                    }),
                };
                let key = if has_id { "id" } else { "nr" };
                serde_json::json!({ key: id.to_string(), "title": format!("t{id}"), "rolecall": label }).to_string() + "\n"
            })
            .collect();
        let file = tempfile::NamedTempFile::new().expect("space");
        std::fs::write(file.path(), lines).expect("space");
        file
    }

    /// The drift between two made exports, and the changes in it.
    fn drift(old: &[Made], new: &[Made], has_id: bool) -> (Drift, Vec<String>) {
        let (old, new) = (file(old, has_id), file(new, has_id));
        let mut changes = Vec::new();
        let mut each = |change: Change<'_>| {
            changes.push(match change {
                Change::Role(old, new) => format!("{} {:?} {:?}", old.id, old.call, new.call),
                Change::Only(side, row) => format!("{side:?} {} {:?}", row.id, row.call),
            });
            Ok(())
        };
        let drift = files(old.path(), new.path(), &Wishes::default(), &mut each).expect("labelled");
        changes.sort();
        (drift, changes)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_changed_in_the_same(rows in made(30), has_id in any::<bool>()) {
            let (drift, changes) = drift(&rows, &rows, has_id);
            prop_assert!(changes.is_empty(), "{:?}", changes);
            prop_assert_eq!((drift.changed, drift.retitled, drift.old.only, drift.new.only), (0, 0, 0, 0));
            prop_assert_eq!(drift.matched, rows.len() as u64);
            prop_assert!(drift.movers.is_empty() && drift.phrases.iter().all(|role| role.gained.is_empty() && role.lost.is_empty()));
            prop_assert!(drift.mix.is_none_or(|shift| shift.psi == 0.0));
        }

        #[test]
        fn every_row_is_counted_once(old in made(30), new in made(30), has_id in any::<bool>()) {
            let (drift, changes) = drift(&old, &new, has_id);
            prop_assert_eq!(drift.transitions.iter().flatten().sum::<u64>(), drift.matched);
            for (side, rows) in [(&drift.old, &old), (&drift.new, &new)] {
                prop_assert_eq!(side.rows, rows.len() as u64);
                prop_assert_eq!(side.roles.iter().sum::<u64>() + side.no_role, side.rows);
                prop_assert_eq!(side.only + drift.matched, side.rows);
            }
            prop_assert_eq!(changes.len() as u64, drift.changed + drift.old.only + drift.new.only);
            if !has_id {
                prop_assert_eq!(drift.matched, old.len().min(new.len()) as u64);
            }
        }

        #[test]
        fn with_ids_the_order_does_not_matter(mut old in made(30), mut new in made(30), seed in any::<u64>()) {
            // One row an id: among rows of one id, their order is what they are told apart by.
            for rows in [&mut old, &mut new] {
                rows.sort_by_key(|row| row.0);
                rows.dedup_by_key(|row| row.0);
            }
            let one = drift(&old, &new, true);
            for rows in [&mut old, &mut new] {
                rows.sort_by_key(|row| seed.rotate_left(u32::from(row.0) * 5) ^ u64::from(row.0));
            }
            let other = drift(&old, &new, true);
            prop_assert_eq!(&one.1, &other.1);
            prop_assert_eq!(one.0.transitions, other.0.transitions);
            let farthest = |drift: &Drift| drift.movers.iter().map(|mover| mover.old.id.clone()).collect::<Vec<_>>();
            prop_assert_eq!(farthest(&one.0), farthest(&other.0));
        }
    }

    #[test]
    fn models_are_counted() {
        let mut each = |_: Change<'_>| Ok(());
        let mut comparison = Comparison::new(&mut each);
        let call = Call { role: Role::Mixed, probability: Share::new(0.5), heads: None };
        for model in ["b", "a", "b", ""] {
            comparison.count(Side::New, &Label { call: Some(call), model: model.to_owned(), ..Label::default() });
        }
        let drift = comparison.finish(Matching::Place, Default::default());
        assert_eq!(drift.new.models, [("b".to_owned(), 2), ("a".to_owned(), 1)]);
        assert!(drift.mix.is_none(), "nothing on the other side");
    }
}
