//! What the changes moved, counted.

use std::collections::BTreeMap;

use super::change::{CHANGES, Change};
use super::titles::Titles;
use crate::classifier::Classifier;
use crate::language::Language;
use crate::posting::Posting;
use crate::role::PerHead;
use crate::verdict::Verdict;

/// What a change moved among some postings.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counts {
    /// Postings that it changed.
    pub postings: usize,
    /// Of those, how many were called otherwise.
    pub flips: usize,
    /// Sum of the distances that each head's probability moved.
    shift: PerHead<f64>,
}

impl Counts {
    fn add(&mut self, before: &Verdict, after: &Verdict) {
        self.postings += 1;
        self.flips += usize::from(before.role != after.role);
        self.shift.account += (before.heads.account - after.heads.account).abs();
        self.shift.project += (before.heads.project - after.heads.project).abs();
    }

    /// Share of the changed postings that were called otherwise, 0 to 1; `None` where none was changed.
    pub fn flip_rate(&self) -> Option<f64> {
        (self.postings > 0).then(|| self.flips as f64 / self.postings as f64)
    }

    /// How far each head's probability moved on average, 0 to 1; `None` where no posting was changed.
    pub fn mean_shift(&self) -> Option<PerHead<f64>> {
        (self.postings > 0).then(|| self.shift.map(|shift| shift / self.postings as f64))
    }
}

/// A change and what it moved.
#[derive(Debug, Clone)]
pub struct Row {
    /// The change.
    pub change: Change,
    /// Over all postings.
    pub all: Counts,
    /// By the language of the posting.
    pub languages: BTreeMap<Language, Counts>,
}

/// What every change moved; grows posting by posting.
#[derive(Debug, Clone)]
pub struct Robustness {
    /// Postings judged.
    pub postings: usize,
    /// The changes, in the order of [`CHANGES`].
    pub rows: Vec<Row>,
    /// What gender forms of titles moved by themselves.
    pub titles: Titles,
}

impl Default for Robustness {
    fn default() -> Self {
        let row = |change| Row { change, all: Counts::default(), languages: BTreeMap::new() };
        Self { postings: 0, rows: CHANGES.into_iter().map(row).collect(), titles: Titles::default() }
    }
}

impl Robustness {
    /// Judges `posting` as it is and after every change.
    pub fn add(&mut self, classifier: &Classifier, posting: &Posting) {
        self.postings += 1;
        let before = classifier.verdict(posting, 0);
        for row in &mut self.rows {
            if let Some(changed) = row.change.apply(posting, before.language) {
                let after = classifier.verdict(&changed, 0);
                row.all.add(&before, &after);
                row.languages.entry(before.language).or_default().add(&before, &after);
            }
        }
        if before.language != Language::En {
            self.titles.add(classifier, posting, &before);
        }
    }

    /// The languages of the postings, in order.
    pub fn languages(&self) -> Vec<Language> {
        let mut languages: Vec<Language> = self.rows.iter().flat_map(|row| row.languages.keys().copied()).collect();
        languages.sort_unstable();
        languages.dedup();
        languages
    }
}
