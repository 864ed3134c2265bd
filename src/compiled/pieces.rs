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
        order.sort_by_cached_key(|&number| idf(number).to_bits());
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

/// Texts, each with a number.
struct Known {
    table: Table,
    texts: String,
    /// For each number, where its text begins; and where the last one ends.
    starts: Vec<usize>,
}

impl Known {
    fn with_room(texts: usize) -> Self {
        Self { table: Table::with_room(3 * texts), texts: String::new(), starts: vec![0] }
    }

    /// The text with that number.
    fn text(&self, number: u32) -> &str {
        &self.texts[self.starts[number as usize]..self.starts[number as usize + 1]]
    }

    /// The number of the text that these two make, and whether it is new.
    fn number(&mut self, left: &str, right: &str) -> (u32, bool) {
        let start = self.texts.len();
        self.texts.push_str(left);
        self.texts.push_str(right);
        let text = &self.texts[start..];
        let hash = hash::of_word(text);
        if let Some(number) = self.table.find(hash, |number| self.text(number) == text) {
            self.texts.truncate(start);
            return (number, false);
        }
        let number = u32::try_from(self.starts.len() - 1).unwrap_or(NONE);
        self.table.insert(hash, number);
        self.starts.push(self.texts.len());
        (number, true)
    }
}

impl Symbols {
    fn new(vocabulary: &Vocabulary, numbers: &[u32]) -> Self {
        let subwords = &vocabulary.tables().subwords;
        let mut known = Known::with_room(subwords.alphabet().len() + subwords.merges().len());
        let mut pieces = Vec::new();
        let mut number = |left: &str, right: &str| {
            let (symbol, is_new) = known.number(left, right);
            if is_new {
                let piece = vocabulary.piece_number(known.text(symbol));
                pieces.push(piece.map_or(NONE, |number| numbers[number as usize]));
            }
            symbol
        };
        let (mut ascii, mut wide) = ([NONE; 128], HashMap::new());
        for (text, letter) in subwords.alphabet().iter().filter_map(|letter| Some((letter, letter.chars().next()?))) {
            let symbol = number(text, "");
            match ascii.get_mut(letter as usize) {
                Some(place) => *place = symbol,
                None => drop(wide.insert(letter, symbol)),
            }
        }
        let numbered = subwords.merges().iter().map(|(left, right)| Merge {
            joined: number(left, right),
            left: number(left, ""),
            right: number(right, ""),
        });
        let merges: Vec<Merge> = numbered.collect();
        let mut table = Table::with_room(merges.len());
        for (rank, merge) in (0..u32::try_from(merges.len()).unwrap_or(NONE)).zip(&merges).rev() {
            // Where a pair is listed twice, its last place counts, as in `tokenizers`.
            let hash = hash_of(merge.left, merge.right);
            let is_same = |at: u32| (merges[at as usize].left, merges[at as usize].right) == (merge.left, merge.right);
            if table.find(hash, is_same).is_none() {
                table.insert(hash, rank);
            }
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
