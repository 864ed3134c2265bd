//! In which order postings are asked: least certain first, and no two alike.
//!
//! Each step takes the posting with the largest product of three: what the model is not sure of in it, how like it is to the other candidates
//! (an answer about a typical posting teaches more than one about an odd one; Settles & Craven 2008), and how unlike it is to all that were asked
//! (maximal marginal relevance, Carbonell & Goldstein 1998). What was answered in earlier sittings counts as asked, so a review that
//! goes on asks what it would have asked without the break.

use super::words::{Counts, Rarity, Spread, Vector};
use crate::posting::Posting;

/// Postings that are more alike than this are near-copies: one answer is enough.
const NEAR: f64 = 0.9;

/// How much each of the two counts beside what the model is not sure of: powers of the factors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Taste {
    /// That a posting is typical.
    pub typical: f64,
    /// That it is unlike what was asked.
    pub unlike: f64,
}

impl Taste {
    /// What `rolecall review` goes by; `benches/review.rs` measures it beside others.
    pub const CHOSEN: Self = Self { typical: 0.5, unlike: 1.0 };
}

/// The places of the postings to ask among `candidates`, given each with the weight of its doubt; `most` at most. `asked` are postings that
/// were answered before.
pub fn order(candidates: &[(&Posting, f64)], asked: &[&Posting], most: usize, taste: Taste) -> Vec<usize> {
    let counts: Vec<Counts> = candidates.iter().map(|(posting, _)| Counts::of(posting)).collect();
    let rarity = Rarity::of(counts.iter());
    let vectors: Vec<Vector> = counts.iter().map(|counts| rarity.vector(counts)).collect();
    let all = Spread::sum(vectors.iter());
    let worth = |(vector, (_, doubt)): (&Vector, &(&Posting, f64))| {
        // Without its likeness to itself.
        let typical = (all.times(vector) - 1.0).max(0.0) / candidates.len() as f64;
        doubt * libm::pow(typical, taste.typical)
    };
    let worth: Vec<f64> = vectors.iter().zip(candidates).map(worth).collect();
    let mut nearest = vec![0.0; candidates.len()];
    for posting in asked {
        meet(&rarity.vector(&Counts::of(posting)), &vectors, &mut nearest);
    }
    let mut order = Vec::new();
    while order.len() < most {
        let value = |at: usize| worth[at] * libm::pow((1.0 - nearest[at]).max(0.0), taste.unlike);
        // Of equals, the first.
        let Some(next) = (0..candidates.len())
            .filter(|&at| nearest[at] < NEAR)
            .reduce(|best, at| if value(at) > value(best) { at } else { best })
        else {
            break;
        };
        meet(&vectors[next], &vectors, &mut nearest);
        nearest[next] = 1.0;
        order.push(next);
    }
    order
}

/// Notes how much each of `vectors` is like one that was `asked`, where nothing asked before is more so.
fn meet(asked: &Vector, vectors: &[Vector], nearest: &mut [f64]) {
    let asked = Spread::sum([asked].into_iter());
    for (nearest, vector) in nearest.iter_mut().zip(vectors) {
        *nearest = nearest.max(asked.times(vector));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postings() -> Vec<Posting> {
        [
            "We build pumps. You look after the key customers of our pump business and renew their contracts.",
            "We build pumps! You look after the key customers of our pump business and renew their contracts.",
            "You plan the budget and the milestones of our building sites and lead the crews.",
            "You look after tenants, customers and contracts and lead a small crew on site.",
            "Lorem ipsum dolor sit amet consectetur.",
        ]
        .map(|text| Posting::new("", text))
        .to_vec()
    }

    fn ordered(doubts: [f64; 5], asked: &[&Posting], most: usize) -> Vec<usize> {
        let postings = postings();
        order(&postings.iter().zip(doubts).collect::<Vec<_>>(), asked, most, Taste::CHOSEN)
    }

    #[test]
    fn doubt_comes_first_and_near_copies_once() {
        assert_eq!(ordered([0.9, 1.0, 0.5, 0.1, 0.0], &[], 9)[..2], [1, 2]);
        assert!(!ordered([0.9, 1.0, 0.5, 0.1, 0.0], &[], 9).contains(&0), "a near-copy is asked twice");
    }

    #[test]
    fn the_odd_one_waits() {
        let order = ordered([0.5; 5], &[], 9);
        assert_eq!(order.last(), Some(&4), "{order:?}");
    }

    #[test]
    fn a_break_changes_nothing() {
        let doubts = [0.3, 0.9, 0.8, 0.7, 0.6];
        let whole = ordered(doubts, &[], 4);
        let postings = postings();
        for broken_after in 1..4 {
            let asked: Vec<&Posting> = whole[..broken_after].iter().map(|&at| &postings[at]).collect();
            assert_eq!(ordered(doubts, &asked, 4 - broken_after), whole[broken_after..], "after {broken_after}");
        }
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(order(&[], &[&Posting::default()], 5, Taste::CHOSEN), Vec::<usize>::new());
    }
}
