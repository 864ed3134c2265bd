//! A posting read through a vocabulary: its columns, place by place.

use crate::features::{Documents, Occurrence, occurrences};
use crate::sentences::{is_judged, sentence_row};
use crate::settings::Settings;
use crate::vocabulary::{Field, Vocabulary};

/// The occurrences of a posting's columns.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Occurrences in each field, in reading order.
    pub occurrences: [Vec<Occurrence>; 2],
    /// For each sentence of the text, the end of its occurrences.
    sentence_ends: Vec<usize>,
}

impl Reading {
    /// Reads `documents`.
    pub fn new(vocabulary: &Vocabulary, settings: &Settings, documents: &Documents<'_>) -> Self {
        let mut found: [Vec<Occurrence>; 2] = Default::default();
        let mut sentence_ends = Vec::new();
        for field in Field::ALL {
            let document = documents.field(field);
            for sentence in 0..document.sentences.len() {
                occurrences(vocabulary, settings, field, document, sentence, |one| found[field.index()].push(one));
                if field == Field::Text {
                    sentence_ends.push(found[1].len());
                }
            }
        }
        Self { occurrences: found, sentence_ends }
    }

    /// The occurrences in one sentence of the text.
    pub fn of_sentence(&self, sentence: usize) -> &[Occurrence] {
        let start = if sentence == 0 { 0 } else { self.sentence_ends[sentence - 1] };
        &self.occurrences[1][start..self.sentence_ends[sentence]]
    }

    /// For each sentence of the text, its row; `None` where it is not judged.
    pub fn sentence_rows(&self, vocabulary: &Vocabulary, documents: &Documents<'_>) -> Vec<Option<Vec<(u32, f32)>>> {
        let judge = |(index, sentence)| {
            let occurrences = self.of_sentence(index);
            is_judged(sentence, occurrences).then(|| sentence_row(vocabulary, occurrences))
        };
        documents.field(Field::Text).sentences.iter().enumerate().map(judge).collect()
    }
}
