//! Grouped folds. The parts have types of their own, so that what must not see held-out postings cannot be handed them.

use std::collections::{BTreeMap, HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64_with_seed;

/// Indexes of examples that a model may be trained on.
#[derive(Debug, Clone)]
pub struct TrainPart(Vec<usize>);

/// Indexes of examples that were kept away from training.
#[derive(Debug, Clone)]
pub struct HeldPart(Vec<usize>);

impl TrainPart {
    /// Everything there is: for the model that is released, of which nothing is held out.
    pub fn all(examples: usize) -> Self {
        Self((0..examples).collect())
    }

    /// The indexes, ascending.
    pub fn indexes(&self) -> &[usize] {
        &self.0
    }

    /// The part of this part that `keep` wants.
    #[must_use]
    pub fn filter(&self, keep: impl Fn(usize) -> bool) -> Self {
        Self(self.0.iter().copied().filter(|&index| keep(index)).collect())
    }
}

impl HeldPart {
    /// The indexes, ascending.
    pub fn indexes(&self) -> &[usize] {
        &self.0
    }
}

/// One way to cut the examples in two.
#[derive(Debug, Clone)]
pub struct Fold {
    /// To train on.
    pub train: TrainPart,
    /// Held out.
    pub held: HeldPart,
}

/// Cuts `part` into `count` folds; examples of one group are held out together. `group` and `stratum` give the group and the class of an
/// example. The same seed gives the same folds.
pub fn folds(
    part: &TrainPart,
    count: usize,
    seed: u64,
    group: impl Fn(usize) -> usize,
    stratum: impl Fn(usize) -> usize,
) -> Vec<Fold> {
    let assignment = assign(part, count, seed, group, stratum);
    let pick = |keep: &dyn Fn(usize) -> bool| {
        part.0.iter().zip(&assignment).filter(|(_, fold)| keep(**fold)).map(|(index, _)| *index).collect()
    };
    (0..count)
        .map(|fold| Fold { train: TrainPart(pick(&|other| other != fold)), held: HeldPart(pick(&|other| other == fold)) })
        .collect()
}

/// Cuts `part` by `source`: each source that has at least `fewest` members is held out by itself, the smaller ones together. What shares a group with
/// a posting that is held out is left out of the training part. Examples without a source are never held out.
pub fn by_source<'e>(
    part: &TrainPart,
    fewest: usize,
    group: impl Fn(usize) -> usize,
    source: impl Fn(usize) -> &'e str,
) -> Vec<Fold> {
    let mut members: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &index in &part.0 {
        members.entry(source(index)).or_default().push(index);
    }
    members.remove("");
    let (large, small): (Vec<_>, Vec<_>) = members.into_values().partition(|held| held.len() >= fewest);
    let mut rest: Vec<usize> = small.into_iter().flatten().collect();
    rest.sort_unstable();
    let fold = |held: Vec<usize>| {
        let groups: HashSet<usize> = held.iter().map(|&index| group(index)).collect();
        Fold { train: part.filter(|index| !groups.contains(&group(index))), held: HeldPart(held) }
    };
    large.into_iter().chain((!rest.is_empty()).then_some(rest)).map(fold).collect()
}

/// The fold of each example of `part`: groups in a seeded order, largest first, each to the fold that has least of its classes.
fn assign(
    part: &TrainPart,
    count: usize,
    seed: u64,
    group: impl Fn(usize) -> usize,
    stratum: impl Fn(usize) -> usize,
) -> Vec<usize> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, &index) in part.0.iter().enumerate() {
        members.entry(group(index)).or_default().push(place);
    }
    let mut order: Vec<(usize, Vec<usize>)> = members.into_iter().collect();
    order.sort_by_key(|(group, places)| (usize::MAX - places.len(), xxh3_64_with_seed(&group.to_le_bytes(), seed)));
    let mut load: Vec<HashMap<usize, usize>> = vec![HashMap::new(); count];
    let mut assignment = vec![0; part.0.len()];
    for (_, places) in order {
        let cost = |fold: usize| {
            places.iter().map(|&place| load[fold].get(&stratum(part.0[place])).copied().unwrap_or(0)).sum::<usize>()
        };
        let total = |fold: usize| load[fold].values().sum::<usize>();
        let fold = (0..count).min_by_key(|&fold| (cost(fold), total(fold), fold)).unwrap_or(0);
        for place in places {
            *load[fold].entry(stratum(part.0[place])).or_default() += 1;
            assignment[place] = fold;
        }
    }
    assignment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_stay_together_and_everything_is_held_once() {
        let folds = folds(&TrainPart::all(100), 5, 7, |index| index / 3, |index| index % 4);
        let mut held = vec![0; 100];
        for fold in &folds {
            assert!(fold.held.indexes().len() >= 15);
            for &index in fold.held.indexes() {
                held[index] += 1;
                let others = fold.train.indexes().iter().filter(|&&other| other / 3 == index / 3);
                assert_eq!(others.count(), 0, "a group was torn");
            }
        }
        assert!(held.iter().all(|&times| times == 1));
    }

    #[test]
    fn a_source_is_held_out_whole_and_leaks_nothing() {
        let source = |index: usize| ["a", "b", "", "c"][index % 4];
        // Group 0 has members in several sources.
        let group = |index: usize| if index < 8 { 0 } else { index };
        let part = TrainPart::all(42).filter(|index| index % 4 != 3 || index < 8);
        let folds = by_source(&part, 5, group, source);
        assert_eq!(folds.len(), 3, "a and b alone, c with the rest");
        for fold in &folds {
            assert!(fold.held.indexes().iter().all(|&index| source(index) == source(fold.held.indexes()[0])));
            assert!(fold.train.indexes().iter().all(|&index| index >= 8 && source(index) != source(fold.held.indexes()[0])));
        }
        assert_eq!(folds[2].held.indexes(), [3, 7]);
    }
}
