//! Sub-word pieces, the most frequent first, and the byte-pair encoding of `tokenizers` for short words that the lexicon does not hold.

use std::collections::HashMap;

use super::columns::Column;
use crate::hash;
use crate::model::Model;
use crate::table::{NONE, Table};
use crate::vocabulary::{Field, Vocabulary};

/// The time of joining grows with the square of a word's length; a longer word, in symbols, is left to `tokenizers`.
const LONGEST: usize = 48;

/// Two symbols that are joined.
#[derive(Debug, Clone, Copy)]
struct Merge {
    left: u32,
    right: u32,
    joined: u32,
}

/// A part of a word that is being cut, and the merge of it and the next one: [`NONE`] where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Symbol {
    symbol: u32,
    merge: u32,
}

/// Cuts words into pieces. A piece has a number here that is not its number in the vocabulary.
#[derive(Debug, Clone)]
pub(super) struct Pieces {
    /// By field, the columns of the pieces; one that counts nothing where a piece has none.
    columns: [Vec<Column>; 2],
    /// By number in the vocabulary, the number here.
    numbers: Vec<u32>,
    /// By number here, the number in the vocabulary.
    order: Vec<u32>,
    /// For each word of the vocabulary, where its pieces begin; and where the last ones end.
    starts: Vec<u32>,
    of_words: Vec<u32>,
    symbols: Symbols,
}

/// The alphabet and the merges.
#[derive(Debug, Clone)]
struct Symbols {
    ascii: [u32; 128],
    wide: HashMap<char, u32>,
    table: Table,
    /// The most important first.
    merges: Vec<Merge>,
    /// For each symbol, the number of its piece, or [`NONE`].
    pieces: Vec<u32>,
}

fn hash_of(left: u32, right: u32) -> u64 {
    hash::of_pair(u64::from(left), u64::from(right))
}

impl Pieces {
    /// The pieces of `model`.
    pub(super) fn new(model: &Model) -> Self {
        let vocabulary = &model.vocabulary;
        let column = |field, number| vocabulary.piece_column(field, number);
        let idf = |number| column(Field::Text, number).map_or(f32::MAX, |column| vocabulary.idf(column));
        let mut order: Vec<u32> = (0..).take(vocabulary.tables().pieces.len()).collect();
        order.sort_by(|&left, &right| idf(left).total_cmp(&idf(right)));
        let mut numbers = vec![0; order.len()];
        order.iter().zip(0..).for_each(|(&at, number)| numbers[at as usize] = number);
        let of = |field, &number: &u32| column(field, number).map_or(Column::NONE, |column| Column::of(model, column));
        let (mut starts, mut of_words) = (vec![0], Vec::new());
        for pieces in &vocabulary.tables().word_pieces {
            of_words.extend(pieces.iter().map(|&piece| numbers[piece as usize]));
            starts.push(u32::try_from(of_words.len()).unwrap_or(NONE));
        }
        Self {
            columns: Field::ALL.map(|field| order.iter().map(|number| of(field, number)).collect()),
            symbols: Symbols::new(vocabulary, &numbers),
            numbers,
            order,
            starts,
            of_words,
        }
    }

    /// The pieces of the word with that number in the vocabulary.
    pub(super) fn of_word(&self, number: u32) -> &[u32] {
        let at = |place: usize| self.starts[place] as usize;
        &self.of_words[at(number as usize)..at(number as usize + 1)]
    }

    /// The column of a piece in `field`.
    #[inline]
    pub(super) fn column(&self, field: Field, piece: u32) -> &Column {
        &self.columns[field.index()][piece as usize]
    }

    /// The columns of the pieces in `field`, by their numbers in `vocabulary`.
    pub(super) fn columns<'p>(&'p self, vocabulary: &'p Vocabulary, field: Field) -> impl Iterator<Item = Option<u32>> + 'p {
        self.order.iter().map(move |&number| vocabulary.piece_column(field, number))
    }

    /// Cuts `form`, a word that is not in `vocabulary`, into its pieces. `word` is working memory.
    pub(super) fn cut(&self, vocabulary: &Vocabulary, form: &str, word: &mut Vec<Symbol>, mut found: impl FnMut(u32)) {
        let symbols = &self.symbols;
        word.clear();
        word.extend(form.chars().filter_map(|letter| symbols.letter(letter)).map(|symbol| Symbol { symbol, merge: NONE }));
        if word.len() > LONGEST {
            return vocabulary.unseen(form).iter().for_each(|&number| found(self.numbers[number as usize]));
        }
        symbols.join(word);
        word.iter().map(|one| symbols.pieces[one.symbol as usize]).filter(|piece| *piece != NONE).for_each(found);
    }
}

impl Symbols {
    fn new(vocabulary: &Vocabulary, numbers: &[u32]) -> Self {
        let subwords = &vocabulary.tables().subwords;
        let mut known: HashMap<String, u32> = HashMap::with_capacity(subwords.alphabet().len() + subwords.merges().len());
        let mut pieces = Vec::new();
        let mut number = |text: String| {
            let next = u32::try_from(pieces.len()).unwrap_or(NONE);
            *known.entry(text).or_insert_with_key(|text| {
                pieces.push(vocabulary.piece_number(text).map_or(NONE, |number| numbers[number as usize]));
                next
            })
        };
        let (mut ascii, mut wide) = ([NONE; 128], HashMap::new());
        for letter in subwords.alphabet().iter().filter_map(|letter| letter.chars().next()) {
            let symbol = number(letter.to_string());
            match ascii.get_mut(letter as usize) {
                Some(place) => *place = symbol,
                None => drop(wide.insert(letter, symbol)),
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
        Self { ascii, wide, table, merges, pieces }
    }

    /// Joins neighbours of `word` as long as there is a merge, the most important first.
    fn join(&self, word: &mut Vec<Symbol>) {
        for at in 1..word.len() {
            word[at - 1].merge = self.merge(word[at - 1].symbol, word[at].symbol);
        }
        while let Some(at) = (0..word.len()).min_by_key(|&at| word[at].merge)
            && word[at].merge != NONE
        {
            word[at].symbol = self.merges[word[at].merge as usize].joined;
            word.remove(at + 1);
            word[at].merge = word.get(at + 1).map_or(NONE, |next| self.merge(word[at].symbol, next.symbol));
            if at > 0 {
                word[at - 1].merge = self.merge(word[at - 1].symbol, word[at].symbol);
            }
        }
    }

    /// The symbol of a single character, if the alphabet has it.
    fn letter(&self, letter: char) -> Option<u32> {
        match self.ascii.get(letter as usize) {
            Some(symbol) => (*symbol != NONE).then_some(*symbol),
            None => self.wide.get(&letter).copied(),
        }
    }

    /// The merge of two neighbours, or [`NONE`].
    fn merge(&self, left: u32, right: u32) -> u32 {
        let is_same = |rank: u32| {
            let merge = &self.merges[rank as usize];
            (merge.left, merge.right) == (left, right)
        };
        self.table.find(hash_of(left, right), is_same).unwrap_or(NONE)
    }
}
