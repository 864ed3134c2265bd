//! The hot path: a model laid out for speed, which says of a posting what [`Analysis`](crate::classifier::Analysis) says of it.
//!
//! The plain path builds every row as a vector and looks every n-gram up by itself; it is easy to read and is what training runs on. Here,
//! a word is looked up once and brings along its columns, its pieces and what else is known of it; a column has all of its weights in one
//! place; sums go into slots that are used again from posting to posting. A property test holds the two to the same verdicts.

mod columns;
mod descriptions;
mod grams;
mod lexicon;
mod pieces;
mod scratch;
mod sums;

use std::sync::{Mutex, PoisonError};

use crate::classifier::text_length;
use crate::document::{Document, Sentence};
use crate::explain::WordShares;
use crate::features::{Documents, View, longest_gram, text_weight};
use crate::language::{self, Language};
use crate::model::Model;
use crate::profile::CLOSENESS;
use crate::scores::Scores;
use crate::sentences::{self, SentenceScores};
use crate::table::NONE;
use crate::vocabulary::{Field, Gram, LONGEST_GRAM};
use columns::Columns;
use descriptions::Descriptions;
use grams::{Candidate, Grams};
use lexicon::Lexicon;
use pieces::Pieces;
use scratch::{Passage, Place, Scratch, VIEWS};

/// A model's tables for the hot path.
#[derive(Debug)]
pub struct Compiled {
    lexicon: Lexicon,
    grams: [Grams; 2],
    pieces: Pieces,
    columns: Columns,
    descriptions: Descriptions,
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

/// What the words of a field say by themselves.
#[derive(Debug, Default)]
struct WordFacts {
    /// For each word, whether a phrase may begin or end with it.
    is_content: Vec<bool>,
    /// Function words of German and of English at its beginning.
    german: usize,
    english: usize,
}

impl Compiled {
    /// Lays out the tables of `model`.
    pub fn new(model: &Model) -> Self {
        let vocabulary = &model.vocabulary;
        let [title, text, ..] = vocabulary.blocks();
        let [title_grams, text_grams] = &vocabulary.tables().grams;
        let columns = Columns::new(model);
        let grams = [Grams::new(title_grams, title.start, &columns), Grams::new(text_grams, text.start, &columns)];
        Self {
            lexicon: Lexicon::new(vocabulary, &columns, &grams),
            grams,
            pieces: Pieces::new(vocabulary, &columns),
            descriptions: Descriptions::new(model, &columns),
            columns,
            idle: Mutex::default(),
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
        scratch.begin(self.columns.by_rank.len());
        let [title, text] = Field::ALL.map(|field| documents.field(field));
        let title_facts = self.read_title(scratch, model, title);
        let (text_facts, sentences) = self.read_text(scratch, model, text);
        let evidence = sentences.evidence();
        let contributions = scratch.contributions(model, &evidence);
        let (words, facts) = if text.words.is_empty() { (&title.words, &title_facts) } else { (&text.words, &text_facts) };
        let scores = Scores {
            contributions,
            has: [!title.words.is_empty(), !text.words.is_empty()],
            language: language::decide(&text.plain.text, words.len(), facts.german, facts.english),
        };
        let closeness = wanted.closeness.then(|| self.closeness(scratch, model));
        let content = [title_facts.is_content, text_facts.is_content];
        let shares = wanted.shares.then(|| scratch.shares(model, documents, &scores, sentences, content));
        Finding { scores, shares, closeness }
    }

    fn read_title(&self, scratch: &mut Scratch, model: &Model, title: &Document<'_>) -> WordFacts {
        let mut facts = WordFacts::default();
        self.lexicon.find_all(&title.words, &mut scratch.hashes, &mut scratch.found);
        for sentence in &title.sentences {
            self.read_sentence(scratch, model, Field::Title, title, sentence, &mut facts);
        }
        let Scratch { counts, places, .. } = scratch;
        for place in &places[Field::Title.index()] {
            counts[place.column as usize][View::Whole as usize] += 1.0;
        }
        facts
    }

    fn read_text(&self, scratch: &mut Scratch, model: &Model, text: &Document<'_>) -> (WordFacts, SentenceScores) {
        let mut facts = WordFacts::default();
        self.lexicon.find_all(&text.words, &mut scratch.hashes, &mut scratch.found);
        let mut scores = SentenceScores { logits: Vec::with_capacity(text.sentences.len()) };
        for (sentence, number) in text.sentences.iter().zip(0..) {
            let start = scratch.places[1].len();
            self.read_sentence(scratch, model, Field::Text, text, sentence, &mut facts);
            let logits = scratch.sentence_logits(model, sentence, number, start);
            let weight = text_weight(&model.card.settings, sentence);
            let weights = sentences::relevance(logits.as_ref(), &model.card.settings).map(|relevance| weight * relevance);
            let Scratch { counts, places, passages, .. } = &mut *scratch;
            let each = weights.map(f64::from);
            for place in &places[1][start..] {
                let counts = &mut counts[place.column as usize];
                for view in 0..VIEWS {
                    counts[view] += each[view];
                }
            }
            passages.push(Passage { end: places[1].len(), weights });
            scores.logits.push(logits);
        }
        (facts, scores)
    }

    /// Notes where the columns of `sentence` occur, whose words were found in the lexicon.
    fn read_sentence(
        &self,
        scratch: &mut Scratch,
        model: &Model,
        field: Field,
        document: &Document<'_>,
        sentence: &Sentence,
        facts: &mut WordFacts,
    ) {
        let longest = longest_gram(&model.card.settings, field);
        let Scratch { found, places, candidates, symbols, .. } = &mut *scratch;
        let places = &mut places[field.index()];
        let start = places.len();
        candidates.clear();
        let mut known = [NONE; LONGEST_GRAM];
        // How many words before this one an n-gram may reach back to.
        let mut reach = 0;
        for (first, &place) in (sentence.first..sentence.end).zip(&found[sentence.first..sentence.end]) {
            let entry = self.lexicon.get(place);
            facts.add(entry, first);
            let form = document.words.form(first);
            let first = u32::try_from(first).unwrap_or(u32::MAX);
            let mut mention = |rank| places.push(Place { column: rank, first, words: 1 });
            let Some(entry) = entry.filter(|entry| entry.number != NONE) else {
                self.pieces.ranks(&model.vocabulary, &self.columns, field, form, symbols, mention);
                reach = 0;
                continue;
            };
            self.lexicon.pieces(entry, field).iter().copied().for_each(&mut mention);
            if entry.unigrams[field.index()] != NONE {
                mention(entry.unigrams[field.index()]);
            }
            known.copy_within(1.., 0);
            known[LONGEST_GRAM - 1] = entry.number;
            if entry.ends[field.index()] {
                for (length, words) in (2..=longest.min(reach + 1)).zip(2..) {
                    let gram = Gram::new(&known[LONGEST_GRAM - length..]);
                    candidates.push(Candidate::new(gram, first + 1 - words, words));
                }
            }
            reach = if entry.leads[field.index()] { (reach + 1).min(LONGEST_GRAM - 1) } else { 0 };
        }
        self.grams[field.index()].find_all(candidates, places);
        scratch.note_from(start, &self.columns.by_rank, field.index());
    }

    /// How close the posting's row is to each role description.
    fn closeness(&self, scratch: &Scratch, model: &Model) -> [f64; CLOSENESS] {
        let length = text_length(&model.card.settings);
        let mut products = [0.0; CLOSENESS];
        for (slot, values) in scratch.slots.iter().zip(&scratch.values) {
            for &(description, value) in self.descriptions.of(slot.rank) {
                products[usize::from(description)] += f64::from(values[View::Whole as usize]) * f64::from(value);
            }
        }
        products.map(|product| product / length)
    }
}

impl WordFacts {
    fn add(&mut self, entry: Option<&lexicon::Entry>, index: usize) {
        self.is_content.push(entry.is_some_and(|entry| entry.is_content));
        if let Some(language) = entry.and_then(|entry| entry.language).filter(|_| index < language::SAMPLE_WORDS) {
            self.german += usize::from(language == Language::De);
            self.english += usize::from(language == Language::En);
        }
    }
}
