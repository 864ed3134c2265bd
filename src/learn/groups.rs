//! Which postings belong together: one employer's, and near-copies of one text. A group never crosses a split.

use std::collections::HashMap;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::corpus::Example;
use crate::tokens::Words;

/// Words of a shingle.
const SHINGLE: usize = 8;
/// One shingle in so many is kept, chosen by its hash.
const SAMPLE: u64 = 8;
/// A shingle in more postings is boilerplate and proves nothing.
const COMMON: usize = 40;
/// Near-copies share at least this part of the kept shingles of the shorter one.
const NEAR: f64 = 0.4;
/// Legal forms and the like, which come and go in an employer's name.
const LEGAL_FORMS: [&str; 16] =
    ["gmbh", "ag", "se", "kg", "co", "kgaa", "mbh", "inc", "llc", "ltd", "limited", "plc", "corp", "corporation", "bv", "group"];

/// An employer's name without legal form, spacing and case; empty where it is not known.
pub fn employer_key(company: &str) -> String {
    Words::read(company).forms().filter(|form| !LEGAL_FORMS.contains(form)).collect()
}

/// Disjoint sets over `0..n`.
struct UnionFind(Vec<usize>);

impl UnionFind {
    fn root(&mut self, mut item: usize) -> usize {
        while self.0[item] != item {
            self.0[item] = self.0[self.0[item]];
            item = self.0[item];
        }
        item
    }

    /// Joins two sets; the smaller root stays, so that the result does not depend on the order.
    fn join(&mut self, left: usize, right: usize) {
        let (left, right) = (self.root(left), self.root(right));
        self.0[left.max(right)] = left.min(right);
    }
}

/// The group of each example, named by the first example of the group.
pub fn groups(examples: &[Example]) -> Vec<usize> {
    let mut sets = UnionFind((0..examples.len()).collect());
    let mut first_of: HashMap<String, usize> = HashMap::new();
    for (index, example) in examples.iter().enumerate() {
        let key = employer_key(&example.company);
        if !key.is_empty() {
            let first = *first_of.entry(key).or_insert(index);
            sets.join(first, index);
        }
    }
    for (left, right) in near_copies(examples) {
        sets.join(left, right);
    }
    (0..examples.len()).map(|index| sets.root(index)).collect()
}

/// Pairs of copies and near-copies, the earlier one first. Of copies that are alike word for word, each is paired with the first alone, and that one
/// stands for all of them against other texts: however often a text is repeated, its shingles are not taken for boilerplate.
pub fn near_copies(examples: &[Example]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut first_of: HashMap<u128, usize> = HashMap::new();
    let mut shingles: Vec<Vec<u64>> = Vec::with_capacity(examples.len());
    let mut holders: HashMap<u64, Vec<usize>> = HashMap::new();
    for (index, example) in examples.iter().enumerate() {
        let words = Words::read(&example.posting.text);
        // Postings that have no text are not alike.
        let first = if words.forms().next().is_none() { index } else { *first_of.entry(text_hash(&words)).or_insert(index) };
        if first < index {
            pairs.push((first, index));
            shingles.push(Vec::new());
            continue;
        }
        let kept = sampled_shingles(&words);
        for &shingle in &kept {
            holders.entry(shingle).or_default().push(index);
        }
        shingles.push(kept);
    }
    let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
    for holding in holders.values().filter(|holding| holding.len() <= COMMON) {
        for (at, &left) in holding.iter().enumerate() {
            for &right in &holding[at + 1..] {
                *shared.entry((left, right)).or_default() += 1;
            }
        }
    }
    let is_near = |&((left, right), count): &((usize, usize), usize)| {
        let shorter = shingles[left].len().min(shingles[right].len());
        count as f64 >= NEAR * shorter as f64
    };
    pairs.extend(shared.into_iter().filter(is_near).map(|(pair, _)| pair));
    pairs.sort_unstable();
    pairs
}

/// Stands for all words of a text, in order.
fn text_hash(words: &Words) -> u128 {
    let mut hash = Xxh3::new();
    for form in words.forms() {
        hash.update(form.as_bytes());
        hash.update(b" ");
    }
    hash.digest128()
}

/// The kept shingles of a text, sorted.
fn sampled_shingles(words: &Words) -> Vec<u64> {
    let forms: Vec<&str> = words.forms().collect();
    let hash = |window: &[&str]| xxh3_64(window.join(" ").as_bytes());
    let mut kept: Vec<u64> = forms.windows(SHINGLE.min(forms.len().max(1))).map(hash).filter(|hash| hash % SAMPLE == 0).collect();
    kept.sort_unstable();
    kept.dedup();
    kept
}
