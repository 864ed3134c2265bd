//! What the columns of a posting add up to: the contributions of its fields, and how close it is to the role descriptions.

use super::Compiled;
use super::columns::{Column, Four, Kind, LANES, plus, times};
use super::scratch::{Found, Scratch, Tally, count};
use crate::features::{Block, View};
use crate::log::ln_1p;
use crate::model::Model;
use crate::profile::CLOSENESS;
use crate::role::{Head, PerHead};
use crate::sentences::EVIDENCE;
use crate::vocabulary::Field;

/// So many products are summed in single precision before the sum goes on in double.
const RUN: usize = 32;

/// What the columns of one kind in one field add up to, before they are scaled.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// By view, the sum of the squares of their values.
    squares: [f64; LANES],
    /// By head and view, the sum of their weights times their values.
    products: [[f64; LANES]; 2],
}

/// By field and kind of column, what a value is scaled with, by view.
pub(super) type Scales = [[Four; 3]; 2];

impl Tally {
    /// Takes the values of all columns. Leaves their shares in the logits behind, before they are scaled.
    fn weigh<'c>(&mut self, column: impl Fn(u32) -> &'c Column) -> Sums {
        let Self { slots, counts, levels, shares: all_shares, .. } = self;
        #[allow(clippy::cast_possible_truncation)]
        levels.extend(counts.iter().map(|counts| [counts[0] as f32, counts[1] as f32, counts[2] as f32, counts[3] as f32]));
        // One long list of numbers is what the compiler makes vector instructions of.
        levels.as_flattened_mut().iter_mut().for_each(|level| *level = ln_1p(*level));
        let mut sums = Sums::default();
        for (numbers, levels) in slots.numbers.chunks(RUN).zip(levels.chunks(RUN)) {
            let (mut squares, mut products) = ([0.0; LANES], [[0.0; LANES]; 2]);
            for (&number, level) in numbers.iter().zip(levels) {
                let column = column(number);
                let value = times(level, &[column.idf; LANES]);
                plus(&mut squares, &times(&value, &value));
                let shares = [times(level, &column.weights[0]), times(level, &column.weights[1])];
                plus(&mut products[0], &shares[0]);
                plus(&mut products[1], &shares[1]);
                all_shares.push(shares);
            }
            sums.add(&squares, &products);
        }
        sums
    }
}

impl Sums {
    fn add(&mut self, squares: &Four, products: &[Four; 2]) {
        for view in 0..LANES {
            self.squares[view] += f64::from(squares[view]);
            for (sums, products) in self.products.iter_mut().zip(products) {
                sums[view] += f64::from(products[view]);
            }
        }
    }
}

impl Found {
    /// Counts pieces as often as the words that have them.
    fn count_pieces(&mut self) {
        let Self { words, pieces, facts, piece_slots, .. } = self;
        let pieces = pieces.counts.as_mut_slice();
        for (facts, counts) in facts.iter().zip(&words.counts) {
            for &slot in &piece_slots[facts.pieces.0 as usize..facts.pieces.1 as usize] {
                count(&mut pieces[slot as usize], counts);
            }
        }
    }
}

impl Scratch {
    /// What title and text contribute to each raw logit, and what the values of their columns are scaled with.
    pub(super) fn contributions(
        &mut self,
        model: &Model,
        compiled: &Compiled,
        evidence: &[f64; EVIDENCE],
    ) -> (PerHead<[f64; 2]>, Scales) {
        let mut sums = [[Sums::default(); 3]; 2];
        let mut squares = [[0.0_f64; LANES]; Block::COUNT];
        for field in Field::ALL {
            let found = &mut self.fields[field.index()];
            found.count_pieces();
            sums[field.index()] = [
                found.words.weigh(|number| compiled.column(field, Kind::Word, number)),
                found.pieces.weigh(|number| compiled.column(field, Kind::Piece, number)),
                found.grams.weigh(|number| compiled.column(field, Kind::Gram, number)),
            ];
            for (sums, kind) in sums[field.index()].iter().zip(Kind::ALL) {
                let squares = &mut squares[kind.block(field) as usize];
                squares.iter_mut().zip(sums.squares).for_each(|(sum, more)| *sum += more);
            }
        }
        let scales = Field::ALL.map(|field| Kind::ALL.map(|kind| scale(model, kind.block(field), &squares)));
        let mut contributions = PerHead::<[f64; 2]>::default();
        for head in Head::ALL {
            let contribution = contributions.get_mut(head);
            for (field, (sums, scales)) in sums.iter().zip(&scales).enumerate() {
                for (sums, scale) in sums.iter().zip(scales) {
                    contribution[field] +=
                        sums.products[head.index()].iter().zip(scale).map(|(sum, scale)| sum * f64::from(*scale)).sum::<f64>();
                }
            }
            let weights = &model.heads.get(head).evidence;
            contribution[1] += weights.iter().zip(evidence).map(|(weight, value)| weight * value).sum::<f64>();
        }
        (contributions, scales)
    }

    /// The products of the posting's row and each role description.
    pub(super) fn closeness(&self, compiled: &Compiled, scales: &Scales) -> [f64; CLOSENESS] {
        let mut products = [0.0; CLOSENESS];
        for field in Field::ALL {
            let found = &self.fields[field.index()];
            for (tally, kind) in [&found.words, &found.pieces, &found.grams].into_iter().zip(Kind::ALL) {
                let scale = scales[field.index()][kind as usize][View::Whole as usize];
                let descriptions = &compiled.descriptions[field.index()][kind as usize];
                for (&number, level) in tally.numbers().iter().zip(&tally.levels) {
                    let described = descriptions.of(number);
                    if !described.is_empty() {
                        let own = level[View::Whole as usize] * compiled.column(field, kind, number).idf * scale;
                        for &(description, value) in described {
                            products[usize::from(description)] += f64::from(own) * f64::from(value);
                        }
                    }
                }
            }
        }
        products
    }
}

/// What the values of the columns of `block` are scaled with, by view.
fn scale(model: &Model, block: Block, squares: &[[f64; LANES]; Block::COUNT]) -> Four {
    let settings = &model.card.settings;
    let mut scale = [0.0; LANES];
    for view in View::ALL {
        #[allow(clippy::cast_possible_truncation)]
        let norm = squares[block as usize][view as usize].sqrt() as f32;
        if norm > 0.0 {
            let views = if view == View::Whole { 1.0 } else { settings.blocks.views };
            scale[view as usize] = views * block.weight(settings) / norm;
        }
    }
    scale
}
