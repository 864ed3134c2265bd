//! The weights of every column, side by side, the most frequent columns first: what most postings need lies close together.

use crate::features::{Block, View};
use crate::model::Model;
use crate::role::Head;
use crate::vocabulary::Vocabulary;

/// What is to be known of a column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// Inverse document frequency.
    pub(super) idf: f32,
    /// The block that it is scaled with.
    pub(super) block: Block,
    /// Its weight for each posting head, by view.
    pub(super) weights: [[f32; 2]; View::ALL.len()],
    /// Its weight for each sentence head, times `idf`.
    pub(super) sentence: [f32; 2],
}

/// The columns in the order of their frequency. A *rank* is a column's place in it.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    /// By rank.
    pub(super) by_rank: Vec<Column>,
    /// By column of the vocabulary, its rank.
    ranks: Vec<u32>,
}

impl Columns {
    /// The columns of `model`.
    pub(super) fn new(model: &Model) -> Self {
        let idf = &model.vocabulary.tables().idf;
        let mut order: Vec<u32> = (0..).take(idf.len()).collect();
        order.sort_by(|&left, &right| idf[left as usize].total_cmp(&idf[right as usize]));
        let mut ranks = vec![0; order.len()];
        for (&column, rank) in order.iter().zip(0..) {
            ranks[column as usize] = rank;
        }
        let blocks = blocks(&model.vocabulary);
        let by_rank = order.iter().map(|&at| column(model, at as usize, blocks[at as usize])).collect();
        Self { by_rank, ranks }
    }

    /// The rank of a column of the vocabulary.
    pub(super) fn rank(&self, column: u32) -> u32 {
        self.ranks[column as usize]
    }
}

/// The block of each column.
fn blocks(vocabulary: &Vocabulary) -> Vec<Block> {
    let [title, _, title_pieces, text_pieces] = vocabulary.blocks();
    let text = |words: usize| if words == 1 { Block::TextWords } else { Block::TextGrams };
    let grams = vocabulary.tables().grams[1].iter().map(|gram| text(gram.len()));
    let titles = std::iter::repeat_n(Block::TitleGrams, title.len());
    let pieces = std::iter::repeat_n(Block::TitlePieces, title_pieces.len());
    titles.chain(grams).chain(pieces).chain(std::iter::repeat_n(Block::TextPieces, text_pieces.len())).collect()
}

fn column(model: &Model, at: usize, block: Block) -> Column {
    let idf = model.vocabulary.tables().idf[at];
    let weight = |view: usize, head| model.heads.get(head).weights[at + view * model.vocabulary.columns()];
    Column {
        idf,
        block,
        weights: std::array::from_fn(|view| Head::ALL.map(|head| weight(view, head))),
        sentence: Head::ALL.map(|head| model.sentence_heads.get(head).weights[at] * idf),
    }
}
