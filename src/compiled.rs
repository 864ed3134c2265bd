//! The hot path: a model laid out for speed, which says of a posting what [`Analysis`](crate::classifier::Analysis) says of it.
//!
//! The plain path builds every row as a vector and looks every n-gram up by itself; it is easy to read and is what training runs on. Here,
//! a word is looked up once and brings along its columns, its pieces and what else is known of it; a column has all of its weights in one
//! place; sums go into slots that are used again from posting to posting. A property test holds the two to the same verdicts.

mod columns;
mod descriptions;
mod grams;
mod judge;
mod lexicon;
mod pieces;
mod reader;
mod scratch;
mod shares;
mod slots;
mod strangers;
mod sums;

use std::sync::{Mutex, PoisonError};

use crate::classifier::text_length;
use crate::explain::WordShares;
use crate::features::Documents;
use crate::language;
use crate::model::Model;
use crate::profile::CLOSENESS;
use crate::role::Head;
use crate::scores::Scores;
use crate::sentences;
use crate::vocabulary::{Field, Gram, Vocabulary};
use columns::{Column, Kind};
use descriptions::Descriptions;
use grams::Grams;
use lexicon::{Lexicon, flag};
use pieces::Pieces;
use reader::Reader;
use scratch::Scratch;

/// A model's tables for the hot path.
#[derive(Debug)]
pub struct Compiled {
    lexicon: Lexicon,
    pieces: Pieces,
    /// By field.
    grams: [Grams; 2],
    /// By field and kind.
    descriptions: [[Descriptions; 3]; 2],
    /// Working memory that is not in use.
    idle: Mutex<Vec<Scratch>>,
}

/// What the hot path finds out about a posting.
#[derive(Debug)]
pub(crate) struct Finding {
    /// Contributions and language.
    pub(crate) scores: Scores,
    /// The share of every word in the logits, where it was asked for.
    pub(crate) shares: Option<WordShares>,
    /// Closeness to each role description, where it was asked for.
    pub(crate) closeness: Option<[f64; CLOSENESS]>,
}

/// What is to be found out beside the scores.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) shares: bool,
    pub(crate) closeness: bool,
}

impl Compiled {
    /// Lays out the tables of `model`.
    pub fn new(model: &Model) -> Self {
        let vocabulary = &model.vocabulary;
        let pieces = Pieces::new(model);
        let lexicon = Lexicon::new(model, &pieces);
        let grams = Field::ALL.map(|field| Grams::new(model, &grams(vocabulary, &lexicon, field)));
        let descriptions = Field::ALL.map(|field| {
            let of_words = lexicon.columns(vocabulary).map(|column| column.filter(|_| field == Field::Text));
            let of_grams = grams[field.index()].columns();
            [
                Descriptions::new(model, of_words),
                Descriptions::new(model, pieces.columns(vocabulary, field)),
                Descriptions::new(model, of_grams),
            ]
        });
        Self { lexicon, pieces, grams, descriptions, idle: Mutex::default() }
    }

    /// The column of that kind and number in `field`.
    #[inline]
    fn column(&self, field: Field, kind: Kind, number: u32) -> &Column {
        match kind {
            Kind::Word if field == Field::Title => &Column::NONE,
            Kind::Word => self.lexicon.column(number),
            Kind::Piece => self.pieces.column(field, number),
            Kind::Gram => self.grams[field.index()].column(number),
        }
    }

    /// Reads `documents` with `model`, the one that this was made from.
    pub(crate) fn read(&self, model: &Model, documents: &Documents<'_>, wanted: Wanted) -> Finding {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = idle.unwrap_or_default();
        let finding = self.read_with(&mut scratch, model, documents, wanted);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
        finding
    }

    fn read_with(&self, scratch: &mut Scratch, model: &Model, documents: &Documents<'_>, wanted: Wanted) -> Finding {
        let Scratch { fields, strangers, .. } = scratch;
        for (field, found) in Field::ALL.into_iter().zip(fields) {
            let document = documents.field(field);
            Reader { compiled: self, model, document, field, found, strangers }.read();
        }
        let evidence = evidence(scratch);
        let (contributions, scales) = scratch.contributions(model, self, &evidence);
        let has = documents.fields.each_ref().map(|document| !document.words.is_empty());
        let speaking = &scratch.fields[usize::from(has[1])];
        let counts = [flag::GERMAN, flag::ENGLISH].map(|flag| speaking.count_flag(flag, language::SAMPLE_WORDS));
        let text = &documents.field(Field::Text).plain.text;
        let language = language::decide(text, speaking.tokens.len(), counts[0], counts[1]);
        let scores = Scores { contributions, has, language };
        let closeness = wanted.closeness.then(|| {
            let length = text_length(&model.card.settings);
            scratch.closeness(self, &scales).map(|product| product / length)
        });
        let shares = wanted.shares.then(|| scratch.shares(model, documents, &scores, (&scales, &evidence)));
        Finding { scores, shares, closeness }
    }
}

/// The n-grams of `field`, made of the places of words, with their columns: of the text the longer ones, since its words have columns beside them.
fn grams(vocabulary: &Vocabulary, lexicon: &Lexicon, field: Field) -> Vec<(Gram, u32)> {
    let shortest = if field == Field::Title { 1 } else { 2 };
    let start = u32::try_from(vocabulary.blocks()[field.index()].start).unwrap_or(u32::MAX);
    let placed = |gram: &Gram| Gram(gram.0.map(|word| lexicon.places.get(word as usize).copied().unwrap_or(Gram::NONE)));
    let all = vocabulary.tables().grams[field.index()].iter().zip(start..);
    all.filter(|(gram, _)| gram.len() >= shortest).map(|(gram, column)| (placed(gram), column)).collect()
}

/// The evidence features of the text that was read.
fn evidence(scratch: &Scratch) -> [f64; sentences::EVIDENCE] {
    let passages = &scratch.fields[Field::Text.index()].passages;
    let judged = passages.iter().filter(|passage| passage.probabilities[0] > 0.0).count();
    let [account, project] =
        Head::ALL.map(|head| passages.iter().map(|passage| passage.probabilities[head.index()]).sum::<f64>());
    sentences::evidence(judged, account, project)
}
