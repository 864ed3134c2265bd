//! A posting as numbers: TF-IDF of word n-grams and pieces, in blocks.
//!
//! The value of a column is `block weight × idf × ln(1 + count) / block norm`, where a word counts by the weight of its section. Every block is
//! scaled to length one (so a long title does not outweigh the text), and weighted. The value is additive over the places where the column
//! occurs, in proportion to their section weights: this is what makes the explanation exact.

use crate::document::{Document, Sentence};
use crate::log::ln_1p;
use crate::posting::Posting;
use crate::sections::Section;
use crate::settings::Settings;
use crate::vocabulary::{Field, Gram, LONGEST_GRAM, Vocabulary};

/// The blocks that are scaled to length one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Block {
    /// Word n-grams of the title.
    TitleGrams,
    /// Pieces of the title.
    TitlePieces,
    /// Single words of the text.
    TextWords,
    /// Longer n-grams of the text.
    TextGrams,
    /// Pieces of the text.
    TextPieces,
}

impl Block {
    /// How many there are.
    pub(crate) const COUNT: usize = 5;
    /// The length that it is scaled to.
    pub(crate) fn weight(self, settings: &Settings) -> f32 {
        let blocks = &settings.blocks;
        match self {
            Self::TitleGrams => blocks.title_grams,
            Self::TitlePieces => blocks.title_pieces,
            Self::TextWords => blocks.text_words,
            Self::TextGrams => blocks.text_grams,
            Self::TextPieces => blocks.text_pieces,
        }
    }
}

/// A column at one place of a field: words `first..first + words`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occurrence {
    /// Which column.
    pub column: u32,
    /// Which block it belongs to.
    pub block: Block,
    /// First word, by its index in the document.
    pub first: u32,
    /// Number of words: 1 to 3.
    pub words: u32,
    /// The sentence that it stands in, by its index in the document.
    pub sentence: u32,
    /// How much it counts: the weight of its section.
    pub weight: f32,
}

/// One of three ways to weight the text's sentences. A title has the whole view only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Every sentence by its section alone.
    Whole,
    /// Sentences that look like account work count more.
    Account,
    /// Sentences that look like project work count more.
    Project,
}

impl View {
    /// All views, in column order.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Account, Self::Project];

    /// The column of this view that `column` of the vocabulary has.
    pub fn column(self, vocabulary: &Vocabulary, column: u32) -> u32 {
        column + u32::try_from(self as usize * vocabulary.columns()).unwrap_or(0)
    }
}

/// How much a sentence counts in each view.
pub type Relevance = [f32; View::ALL.len()];

/// Both fields of a posting, read.
#[derive(Debug, Clone)]
pub struct Documents<'a> {
    /// Title and text, in the order of [`Field::ALL`].
    pub fields: [Document<'a>; 2],
}

impl<'a> Documents<'a> {
    /// Reads `posting`.
    pub fn read(posting: &'a Posting) -> Self {
        Self { fields: [Document::read(&posting.title), Document::read(&posting.text)] }
    }

    /// The document of `field`.
    pub fn field(&self, field: Field) -> &Document<'a> {
        &self.fields[field.index()]
    }
}

/// Where the columns of a sentence occur in `document`, in reading order.
pub fn occurrences(
    vocabulary: &Vocabulary,
    settings: &Settings,
    field: Field,
    document: &Document<'_>,
    sentence_index: usize,
    mut found: impl FnMut(Occurrence),
) {
    let sentence = &document.sentences[sentence_index];
    let sentence_number = u32::try_from(sentence_index).unwrap_or(u32::MAX);
    let weight = match field {
        Field::Title => 1.0,
        Field::Text => text_weight(settings, sentence),
    };
    let longest = longest_gram(settings, field);
    // The last words, newest at the end; a word that is not known breaks every n-gram.
    let mut window: Vec<u32> = Vec::with_capacity(longest);
    for index in sentence.first..sentence.end {
        let form = document.words.form(index);
        let number = vocabulary.word(form);
        let at = u32::try_from(index).unwrap_or(u32::MAX);
        vocabulary.pieces(field, form, number, |column| {
            let block = if field == Field::Title { Block::TitlePieces } else { Block::TextPieces };
            found(Occurrence { column, block, first: at, words: 1, sentence: sentence_number, weight });
        });
        let Some(number) = number else {
            window.clear();
            continue;
        };
        if window.len() == longest {
            window.remove(0);
        }
        window.push(number);
        for start in 0..window.len() {
            let words = &window[start..];
            if let Some(column) = vocabulary.gram(field, Gram::new(words)) {
                let block = match (field, words.len()) {
                    (Field::Title, _) => Block::TitleGrams,
                    (Field::Text, 1) => Block::TextWords,
                    (Field::Text, _) => Block::TextGrams,
                };
                let length = u32::try_from(words.len()).unwrap_or(1);
                found(Occurrence { column, block, first: at + 1 - length, words: length, sentence: sentence_number, weight });
            }
        }
    }
}

/// The longest n-gram of `field`, in words.
pub(crate) fn longest_gram(settings: &Settings, field: Field) -> usize {
    match field {
        Field::Title => LONGEST_GRAM,
        Field::Text => settings.text_gram_length,
    }
}

/// What the words of a sentence of the text count.
pub(crate) fn text_weight(settings: &Settings, sentence: &Sentence) -> f32 {
    let section = settings.section_weights[sentence.section.index()];
    if sentence.heading {
        section * settings.heading_weight
    } else if sentence.section == Section::Duties {
        section / (1.0 + settings.duty_decay * sentence.ordinal as f32)
    } else {
        section
    }
}

/// A column of a posting's row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entry {
    /// Which column, counted through all views.
    pub column: u32,
    /// Sum of the weights of its occurrences; double, so that the shares of a long posting still sum to the whole.
    pub count: f64,
    /// Its value.
    pub value: f32,
}

/// The row of a posting: its columns in order, view after view, with their values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Row(pub Vec<Entry>);

impl Row {
    /// Adds up the occurrences of both fields. `relevance` says how much each sentence of the text counts in each view.
    pub fn new(
        vocabulary: &Vocabulary,
        settings: &Settings,
        occurrences: &[Vec<Occurrence>; 2],
        relevance: &[Relevance],
    ) -> Self {
        let mut row = Self::default();
        let [title, text] = occurrences;
        for view in View::ALL {
            let whole = view == View::Whole;
            let title = title.iter().filter(|_| whole).map(|one| (one.column, one.block, one.weight));
            let text =
                text.iter().map(|one| (one.column, one.block, one.weight * relevance[one.sentence as usize][view as usize]));
            let scale = if whole { 1.0 } else { settings.blocks.views };
            row.add(vocabulary, settings, view, scale, title.chain(text).collect());
        }
        row
    }

    /// Adds the columns of one view: sums, TF-IDF, blocks scaled to their weights.
    fn add(&mut self, vocabulary: &Vocabulary, settings: &Settings, view: View, scale: f32, mut places: Vec<(u32, Block, f32)>) {
        places.sort_by_key(|(column, ..)| *column);
        let mut squares = [0.0_f32; Block::COUNT];
        let first = self.0.len();
        let mut blocks = Vec::new();
        for same in places.chunk_by(|left, right| left.0 == right.0) {
            let (column, block, _) = same[0];
            let count: f64 = same.iter().map(|(_, _, weight)| f64::from(*weight)).sum();
            #[allow(clippy::cast_possible_truncation)]
            let value = vocabulary.idf(column) * ln_1p(count as f32);
            squares[block as usize] += value * value;
            self.0.push(Entry { column: view.column(vocabulary, column), count, value });
            blocks.push(block);
        }
        for (entry, block) in self.0[first..].iter_mut().zip(blocks) {
            let norm = squares[block as usize].sqrt();
            entry.value *= if norm > 0.0 { scale * block.weight(settings) / norm } else { 0.0 };
        }
    }

    /// The entry of `column`, if it occurs.
    pub fn get(&self, column: u32) -> Option<&Entry> {
        self.0.binary_search_by_key(&column, |entry| entry.column).ok().map(|at| &self.0[at])
    }
}
