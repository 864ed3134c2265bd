//! As many whole postings as there is room for, the least sure calls first.

use std::collections::BinaryHeap;

use super::shown::Shown;
use crate::labelled::label::Call;
use crate::labelled::share::Share;

/// Postings with texts, no more bytes of them than the budget.
#[derive(Debug)]
pub(super) struct Texts {
    budget: usize,
    bytes: usize,
    held: BinaryHeap<Held>,
    /// So many found no room.
    pub(super) left_out: u64,
}

#[derive(Debug)]
struct Held {
    /// How sure its call is, then which row it is: of two that are as sure, the later one goes first.
    rank: (Share, u64),
    shown: Shown,
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl Eq for Held {}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Held {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank.cmp(&other.rank)
    }
}

impl Texts {
    /// Room for so many bytes.
    pub(super) fn new(budget: usize) -> Self {
        Self { budget, bytes: 0, held: BinaryHeap::new(), left_out: 0 }
    }

    /// Whether a posting with this call would find room, as far as that can be told before it is looked at.
    pub(super) fn wants(&self, call: Option<Call>) -> bool {
        self.bytes < self.budget || self.held.peek().is_some_and(|surest| sureness(call) < surest.rank.0)
    }

    /// Holds `shown`; where there is no room for it, or for others beside it, the surest go.
    pub(super) fn push(&mut self, number: u64, call: Option<Call>, shown: Shown) {
        self.bytes += shown.size();
        self.held.push(Held { rank: (sureness(call), number), shown });
        while self.bytes > self.budget
            && let Some(surest) = self.held.pop()
        {
            self.bytes -= surest.shown.size();
            self.left_out += 1;
        }
    }

    /// Lets go of those rows that `is_kept` refuses.
    pub(super) fn retain(&mut self, is_kept: impl Fn(u64) -> bool) {
        self.held.retain(|held| is_kept(held.rank.1));
        self.bytes = self.held.iter().map(|held| held.shown.size()).sum();
    }

    /// Those that are held, by the number of their row.
    pub(super) fn in_order(self) -> Vec<(u64, Shown)> {
        let mut texts: Vec<_> = self.held.into_iter().map(|held| (held.rank.1, held.shown)).collect();
        texts.sort_by_key(|(number, _)| *number);
        texts
    }
}

/// How sure a call is; nobody knows of one without a probability, which is worth a look.
fn sureness(call: Option<Call>) -> Share {
    call.and_then(|call| call.probability).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Role;

    #[test]
    fn the_doubtful_stay() {
        let call = |probability| Some(Call { role: Role::Mixed, probability: Share::new(probability), heads: None });
        let shown = Shown::plain("", &"x".repeat(100));
        let mut texts = Texts::new(shown.size() * 3);
        for (number, probability) in [(1, 0.9), (2, 0.5), (3, 0.7), (4, 0.4), (5, 0.9), (6, 0.7)] {
            texts.push(number, call(probability), shown.clone());
        }
        assert!(texts.wants(call(0.6)) && !texts.wants(call(0.8)) && texts.wants(None));
        assert_eq!(texts.left_out, 3);
        assert_eq!(texts.in_order().iter().map(|(number, _)| *number).collect::<Vec<_>>(), [2, 3, 4]);
    }

    #[test]
    fn what_is_longer_than_the_room_is_left_out() {
        let mut texts = Texts::new(50);
        texts.push(1, None, Shown::plain("", &"x".repeat(1000)));
        assert_eq!((texts.left_out, texts.in_order().len()), (1, 0));
    }
}
