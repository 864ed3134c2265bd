//! The sub-word pieces of words that the lexicon does not hold: the byte-pair encoding of `tokenizers`, for short words.

use std::collections::HashMap;

use super::columns::Columns;
use crate::hash;
use crate::table::{NONE, Table};
use crate::vocabulary::{Field, Vocabulary};

/// The time of joining grows with the square of a word's length; a longer word, in symbols, is left to `tokenizers`.
const LONGEST: usize = 48;

/// Two pieces that are joined.
#[derive(Debug, Clone, Copy)]
struct Merge {
    left: u32,
    right: u32,
    joined: u32,
}

/// A piece of a word that is being cut, and the merge of it and the next one: [`NONE`] where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Symbol {
    piece: u32,
    merge: u32,
}

/// Cuts words into pieces.
#[derive(Debug, Clone)]
pub(super) struct Pieces {
    ascii: [u32; 128],
    wide: HashMap<char, u32>,
    table: Table,
    /// The most important first.
    merges: Vec<Merge>,
    /// For each piece, the rank of its column in title and text, or [`NONE`].
    ranks: Vec<[u32; 2]>,
}

fn hash_of(left: u32, right: u32) -> u64 {
    hash::of_pair(u64::from(left), u64::from(right))
}

impl Pieces {
    /// The pieces of `vocabulary`.
    pub(super) fn new(vocabulary: &Vocabulary, columns: &Columns) -> Self {
        let subwords = &vocabulary.tables().subwords;
        let mut numbers: HashMap<String, u32> = HashMap::with_capacity(subwords.alphabet().len() + subwords.merges().len());
        let mut ranks_of_pieces = Vec::new();
        let mut number = |piece: String| {
            let next = u32::try_from(ranks_of_pieces.len()).unwrap_or(NONE);
            *numbers.entry(piece).or_insert_with_key(|piece| {
                let rank = |field| vocabulary.piece(field, piece).map_or(NONE, |column| columns.rank(column));
                ranks_of_pieces.push(Field::ALL.map(rank));
                next
            })
        };
        let (mut ascii, mut wide) = ([NONE; 128], HashMap::new());
        for letter in subwords.alphabet().iter().filter_map(|letter| letter.chars().next()) {
            let piece = number(letter.to_string());
            match ascii.get_mut(letter as usize) {
                Some(place) => *place = piece,
                None => drop(wide.insert(letter, piece)),
            }
        }
        let numbered = subwords.merges().iter().map(|(left, right)| Merge {
            joined: number(format!("{left}{right}")),
            left: number(left.clone()),
            right: number(right.clone()),
        });
        let merges: Vec<Merge> = numbered.collect();
        // Where a pair is listed twice, its last place counts, as in `tokenizers`.
        let ranks: HashMap<(u32, u32), u32> = merges.iter().map(|merge| (merge.left, merge.right)).zip(0..).collect();
        let mut table = Table::with_room(ranks.len());
        for (&(left, right), &rank) in &ranks {
            table.insert(hash_of(left, right), rank);
        }
        Self { ascii, wide, table, merges, ranks: ranks_of_pieces }
    }

    /// Calls `found` with the rank of the column of each piece of `form`, a word that is not in `vocabulary`, in `field`. `symbols` is working memory.
    pub(super) fn ranks(
        &self,
        vocabulary: &Vocabulary,
        columns: &Columns,
        field: Field,
        form: &str,
        symbols: &mut Vec<Symbol>,
        mut found: impl FnMut(u32),
    ) {
        symbols.clear();
        symbols.extend(form.chars().filter_map(|letter| self.letter(letter)).map(|piece| Symbol { piece, merge: NONE }));
        if symbols.len() > LONGEST {
            return vocabulary.pieces(field, form, None, |column| found(columns.rank(column)));
        }
        for at in 1..symbols.len() {
            symbols[at - 1].merge = self.merge(symbols[at - 1].piece, symbols[at].piece);
        }
        while let Some(at) = (0..symbols.len()).min_by_key(|&at| symbols[at].merge)
            && symbols[at].merge != NONE
        {
            symbols[at].piece = self.merges[symbols[at].merge as usize].joined;
            symbols.remove(at + 1);
            symbols[at].merge = symbols.get(at + 1).map_or(NONE, |next| self.merge(symbols[at].piece, next.piece));
            if at > 0 {
                symbols[at - 1].merge = self.merge(symbols[at - 1].piece, symbols[at].piece);
            }
        }
        let ranks = symbols.iter().map(|symbol| self.ranks[symbol.piece as usize][field.index()]);
        ranks.filter(|rank| *rank != NONE).for_each(&mut found);
    }

    /// The piece of a single character, if the alphabet has it.
    fn letter(&self, letter: char) -> Option<u32> {
        match self.ascii.get(letter as usize) {
            Some(piece) => (*piece != NONE).then_some(*piece),
            None => self.wide.get(&letter).copied(),
        }
    }

    /// The merge of two neighbouring pieces, or [`NONE`].
    fn merge(&self, left: u32, right: u32) -> u32 {
        let is_same = |rank: u32| {
            let merge = &self.merges[rank as usize];
            (merge.left, merge.right) == (left, right)
        };
        self.table.find(hash_of(left, right), is_same).unwrap_or(NONE)
    }
}
