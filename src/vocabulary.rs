//! The columns of the feature space: word n-grams of title and text, and sub-word pieces.
//!
//! Columns come in a fixed order, each block sorted: n-grams of the title, n-grams of the text, pieces of the title, pieces of the text.
//! A vocabulary is immutable; [`crate::learn`] builds one from training postings.

use crate::hash;
use crate::table::{NONE, Table};
use crate::tokens::Subwords;

/// One of the two fields of a posting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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
    word_index: Table,
    gram_index: [Table; 2],
    piece_index: Table,
    /// By field, for each piece its column, or [`NONE`].
    piece_column: [Vec<u32>; 2],
}

impl Vocabulary {
    /// Indexes `tables`. Their numbers must lie within each other's bounds: the model file's reader checks that.
    pub fn new(tables: Tables) -> Self {
        let strings = |strings: &[String]| Table::of(strings.iter().map(|string| hash::of_word(string)));
        let grams = |grams: &Vec<Gram>| Table::of(grams.iter().map(|gram| hash::of_three(gram.0)));
        let mut vocabulary = Self {
            word_index: strings(&tables.words),
            gram_index: tables.grams.each_ref().map(grams),
            piece_index: strings(&tables.pieces),
            piece_column: [vec![NONE; tables.pieces.len()], vec![NONE; tables.pieces.len()]],
            tables,
        };
        let [_, _, title, text] = vocabulary.blocks();
        for ((columns, pieces), block) in
            vocabulary.piece_column.iter_mut().zip(&vocabulary.tables.piece_columns).zip([title, text])
        {
            for (&piece, column) in pieces.iter().zip(block) {
                if let Some(place) = columns.get_mut(piece as usize) {
                    *place = u32::try_from(column).unwrap_or(NONE);
                }
            }
        }
        vocabulary
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
        self.word_index.find(hash::of_word(form), |place| self.tables.words[place as usize] == form)
    }

    /// The column of an n-gram of `field`.
    pub fn gram(&self, field: Field, gram: Gram) -> Option<u32> {
        let [title, text] = &self.tables.grams;
        let (grams, offset) = if field == Field::Title { (title, 0) } else { (text, title.len()) };
        let place = self.gram_index[field.index()].find(hash::of_three(gram.0), |place| grams[place as usize] == gram)?;
        u32::try_from(offset + place as usize).ok()
    }

    /// The column of a piece in `field`.
    pub fn piece(&self, field: Field, piece: &str) -> Option<u32> {
        self.piece_number(piece).and_then(|number| self.piece_column(field, number))
    }

    /// The number of `piece`, if it has a column.
    pub(crate) fn piece_number(&self, piece: &str) -> Option<u32> {
        self.piece_index.find(hash::of_word(piece), |place| self.tables.pieces[place as usize] == piece)
    }

    /// The column of the piece with that number in `field`.
    pub(crate) fn piece_column(&self, field: Field, number: u32) -> Option<u32> {
        Some(self.piece_column[field.index()][number as usize]).filter(|column| *column != NONE)
    }

    /// Calls `found` with the column of each piece of a word of `field`. The pieces depend on the word alone.
    pub fn pieces(&self, field: Field, form: &str, number: Option<u32>, mut found: impl FnMut(u32)) {
        let mut take = |piece: u32| {
            if let Some(column) = self.piece_column(field, piece) {
                found(column);
            }
        };
        match number {
            Some(number) => self.tables.word_pieces[number as usize].iter().copied().for_each(&mut take),
            None => self.unseen(form).into_iter().for_each(&mut take),
        }
    }

    /// The numbers of the pieces of a word never seen.
    pub(crate) fn unseen(&self, form: &str) -> Vec<u32> {
        self.tables.subwords.pieces(form).iter().filter_map(|piece| self.piece_number(piece)).collect()
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
