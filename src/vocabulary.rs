//! The columns of the feature space: word n-grams of title and text, and sub-word pieces.
//!
//! Columns come in a fixed order, each block sorted: n-grams of the title, n-grams of the text, pieces of the title, pieces of the text.
//! A vocabulary is immutable; [`crate::learn`] builds one from training postings.

use std::collections::HashMap;

use crate::tokens::Subwords;

/// One of the two fields of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The job title.
    Title,
    /// The body.
    Text,
}

impl Field {
    /// Both fields, in column order.
    pub const ALL: [Self; 2] = [Self::Title, Self::Text];

    /// Place in [`Field::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// A word n-gram has at most this many words.
pub const LONGEST_GRAM: usize = 3;

/// The numbers of one to three neighbouring words; unused places hold [`Gram::NONE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Gram(pub [u32; LONGEST_GRAM]);

impl Gram {
    /// Fills the places behind the last word.
    pub const NONE: u32 = u32::MAX;

    /// The n-gram of `words`: one to three of them.
    pub fn new(words: &[u32]) -> Self {
        let mut gram = [Self::NONE; LONGEST_GRAM];
        gram[..words.len()].copy_from_slice(words);
        Self(gram)
    }

    /// Its words.
    pub fn words(&self) -> &[u32] {
        &self.0[..self.len()]
    }

    /// How many words it has: 1 to 3.
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.0.iter().take_while(|word| **word != Self::NONE).count()
    }
}

/// The tables that a vocabulary is made of; what a model file holds.
#[derive(Debug, Clone)]
pub struct Tables {
    /// All known words, sorted.
    pub words: Vec<String>,
    /// The n-grams of each field, sorted.
    pub grams: [Vec<Gram>; 2],
    /// All pieces that have a column, sorted.
    pub pieces: Vec<String>,
    /// For each field, the pieces (by number) that have a column there, sorted.
    pub piece_columns: [Vec<u32>; 2],
    /// For each word, the numbers of its pieces, from left to right.
    pub word_pieces: Vec<Vec<u32>>,
    /// Inverse document frequency of each column.
    pub idf: Vec<f32>,
    /// Cuts words that are not in `words`.
    pub subwords: Subwords,
}

/// Maps words, n-grams and pieces to columns.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    tables: Tables,
    word_index: HashMap<String, u32>,
    gram_index: [HashMap<Gram, u32>; 2],
    piece_index: HashMap<String, u32>,
    piece_column: [HashMap<u32, u32>; 2],
}

impl Vocabulary {
    /// Indexes `tables`. Their numbers must lie within each other's bounds: the model file's reader checks that.
    pub fn new(tables: Tables) -> Self {
        fn index<K: std::hash::Hash + Eq + Clone>(keys: &[K], offset: usize) -> HashMap<K, u32> {
            keys.iter().cloned().zip(u32::try_from(offset).unwrap_or(u32::MAX)..).collect()
        }
        let (title, text) = (tables.grams[0].len(), tables.grams[1].len());
        let pieces_from = title + text;
        Self {
            word_index: index(&tables.words, 0),
            gram_index: [index(&tables.grams[0], 0), index(&tables.grams[1], title)],
            piece_index: index(&tables.pieces, 0),
            piece_column: [
                index(&tables.piece_columns[0], pieces_from),
                index(&tables.piece_columns[1], pieces_from + tables.piece_columns[0].len()),
            ],
            tables,
        }
    }

    /// The tables, as a model file holds them.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.tables.idf.len()
    }

    /// Inverse document frequency of `column`.
    pub fn idf(&self, column: u32) -> f32 {
        self.tables.idf[column as usize]
    }

    /// The number of a folded word; `None` if it is not known.
    pub fn word(&self, form: &str) -> Option<u32> {
        self.word_index.get(form).copied()
    }

    /// The column of an n-gram of `field`.
    pub fn gram(&self, field: Field, gram: Gram) -> Option<u32> {
        self.gram_index[field.index()].get(&gram).copied()
    }

    /// The column of a piece in `field`.
    pub fn piece(&self, field: Field, piece: &str) -> Option<u32> {
        self.piece_index.get(piece).and_then(|number| self.piece_column[field.index()].get(number)).copied()
    }

    /// Calls `found` with the column of each piece of a word of `field`. The pieces depend on the word alone.
    pub fn pieces(&self, field: Field, form: &str, number: Option<u32>, mut found: impl FnMut(u32)) {
        let columns = &self.piece_column[field.index()];
        let mut take = |piece: u32| {
            if let Some(&column) = columns.get(&piece) {
                found(column);
            }
        };
        match number {
            Some(number) => self.tables.word_pieces[number as usize].iter().copied().for_each(&mut take),
            None => self.unseen(form).into_iter().for_each(&mut take),
        }
    }

    /// The numbers of the pieces of a word never seen.
    fn unseen(&self, form: &str) -> Vec<u32> {
        self.tables.subwords.pieces(form).iter().filter_map(|piece| self.piece_index.get(piece).copied()).collect()
    }

    /// The columns of each block: n-grams of title and text, pieces of title and text.
    pub fn blocks(&self) -> [std::ops::Range<usize>; 4] {
        let lengths = [
            self.tables.grams[0].len(),
            self.tables.grams[1].len(),
            self.tables.piece_columns[0].len(),
            self.tables.piece_columns[1].len(),
        ];
        let mut start = 0;
        lengths.map(|length| {
            start += length;
            start - length..start
        })
    }

    /// What `column` stands for, in words: to be shown to people.
    pub fn describe(&self, column: u32) -> String {
        let column = column as usize;
        let [title, text, title_pieces, _] = self.blocks();
        let gram = |gram: &Gram| {
            gram.words().iter().map(|&word| self.tables.words[word as usize].as_str()).collect::<Vec<_>>().join(" ")
        };
        if column < title.end {
            format!("title: {}", gram(&self.tables.grams[0][column]))
        } else if column < text.end {
            gram(&self.tables.grams[1][column - text.start])
        } else if column < title_pieces.end {
            format!("title: -{}-", self.tables.pieces[self.tables.piece_columns[0][column - title_pieces.start] as usize])
        } else {
            format!("-{}-", self.tables.pieces[self.tables.piece_columns[1][column - title_pieces.end] as usize])
        }
    }
}
