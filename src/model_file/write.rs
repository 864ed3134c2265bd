//! A model as the contents of its file, checksum not included. Structs are taken apart field by field, so that none can be forgotten.

use super::bytes::Writer;
use super::{MAGIC, VERSION};
use crate::heads::HeadModel;
use crate::model::{Card, Model};
use crate::role::PerHead;
use crate::sentences::SentenceHead;
use crate::vocabulary::{Gram, Tables};

/// Everything but the checksum.
pub(super) fn unsealed(model: &Model) -> Vec<u8> {
    let Model { card, vocabulary, heads, sentence_heads, descriptions } = model;
    let mut to = Writer::default();
    to.raw(MAGIC);
    to.raw(&VERSION.to_le_bytes());
    header(&mut to, card);
    tables(&mut to, vocabulary.tables());
    let PerHead { account, project } = heads;
    head(&mut to, account);
    head(&mut to, project);
    let PerHead { account, project } = sentence_heads;
    sentence_head(&mut to, account);
    sentence_head(&mut to, project);
    to.list(descriptions, |to, row| {
        to.list(row, |to, (column, value)| {
            to.number(*column);
            to.raw(&value.to_le_bytes());
        });
    });
    to.0
}

/// The card, on lines of its own for whoever looks into the file.
fn header(to: &mut Writer, card: &Card) {
    // Plain fields always serialise; an empty header would be refused on reading.
    let header = format!("\n{}\n", serde_json::to_string_pretty(card).unwrap_or_default());
    to.raw(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes());
    to.raw(header.as_bytes());
}

fn tables(to: &mut Writer, tables: &Tables) {
    let Tables { words, grams, pieces, piece_columns, word_pieces, idf, subwords } = tables;
    to.list(words, |to, word| to.text(word));
    for grams in grams {
        to.list(grams, gram);
    }
    to.list(pieces, |to, piece| to.text(piece));
    for columns in piece_columns {
        to.list(columns, |to, piece| to.number(*piece));
    }
    to.list(word_pieces, |to, pieces| to.list(pieces, |to, piece| to.number(*piece)));
    to.floats(idf, f32::to_le_bytes);
    to.list(subwords.alphabet(), |to, letter| to.text(letter));
    to.list(subwords.merges(), |to, (left, right)| {
        to.text(left);
        to.text(right);
    });
}

fn gram(to: &mut Writer, gram: &Gram) {
    to.list(gram.words(), |to, word| to.number(*word));
}

fn head(to: &mut Writer, head: &HeadModel) {
    let HeadModel { weights, evidence, bias } = head;
    to.floats(weights, f32::to_le_bytes);
    to.floats(evidence, f64::to_le_bytes);
    to.floats(&[*bias], f64::to_le_bytes);
}

fn sentence_head(to: &mut Writer, head: &SentenceHead) {
    let SentenceHead { section_bias, weights } = head;
    to.floats(section_bias, f32::to_le_bytes);
    to.floats(weights, f32::to_le_bytes);
}
