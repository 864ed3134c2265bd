//! The whole way from a posting to its verdict.

use std::sync::{Arc, OnceLock};

use crate::compiled::Compiled;
use crate::features::{Documents, Relevance, Row};
use crate::language;
use crate::model::Model;
use crate::model_file::{self, Fingerprint, ModelError};
use crate::posting::Posting;
use crate::reading::Reading;
use crate::role::{Head, PerHead};
use crate::scores::Scores;
use crate::sentences::SentenceScores;
use crate::settings::Settings;
use crate::verdict::{self, Explain, Explained, Verdict, Wanted};
use crate::vocabulary::Field;

/// Everything that the model sees in a posting, before it is put into words: what training learns from and what explanations show.
/// [`Compiled`] finds the same scores faster.
#[derive(Debug, Clone)]
pub struct Analysis {
    /// The columns, place by place.
    pub reading: Reading,
    /// How much each sentence of the text counts in each view.
    pub relevance: Vec<Relevance>,
    /// The posting's row.
    pub row: Row,
    /// What the sentence heads found in the text.
    pub sentences: SentenceScores,
    /// What the heads make of it.
    pub scores: Scores,
}

impl Analysis {
    /// Reads `documents` with `model`. Cannot fail.
    pub fn new(model: &Model, documents: &Documents<'_>) -> Self {
        let (vocabulary, settings) = (&model.vocabulary, &model.card.settings);
        let reading = Reading::new(vocabulary, settings, documents);
        let mut sentences = SentenceScores::default();
        let text = documents.field(Field::Text);
        for (sentence, row) in text.sentences.iter().zip(reading.sentence_rows(vocabulary, documents)) {
            sentences.logits.push(row.map(|row| model.sentence_heads.map(|head| head.logit(sentence.section, &row))));
        }
        let relevance = sentences.relevance(settings);
        let row = Row::new(vocabulary, settings, &reading.occurrences, &relevance);
        let contributions = PerHead::from_fn(|head| contributions(model, head, &row, &sentences));
        let language = language::detect(
            &text.plain.text,
            if text.words.is_empty() { &documents.field(Field::Title).words } else { &text.words },
        );
        let has = [0, 1].map(|field| !documents.fields[field].words.is_empty());
        Self { reading, relevance, row, sentences, scores: Scores { contributions, has, language } }
    }
}

/// What title and text contribute to the raw logit of `head`.
fn contributions(model: &Model, head: Head, row: &Row, sentences: &SentenceScores) -> [f64; 2] {
    let head = model.heads.get(head);
    let [title, _, title_pieces, _] = model.vocabulary.blocks();
    let mut sums = [0.0, 0.0];
    for entry in &row.0 {
        let column = entry.column as usize;
        let field = usize::from(!(title.contains(&column) || title_pieces.contains(&column)));
        sums[field] += f64::from(head.weights[column]) * f64::from(entry.value);
    }
    sums[1] += head.evidence.iter().zip(sentences.evidence()).map(|(weight, value)| weight * value).sum::<f64>();
    sums
}

/// Length of the text's part of a row, where all its blocks are there.
pub(crate) fn text_length(settings: &Settings) -> f64 {
    let blocks = &settings.blocks;
    [blocks.text_words, blocks.text_grams, blocks.text_pieces]
        .iter()
        .map(|weight| f64::from(*weight) * f64::from(*weight))
        .sum::<f64>()
        .sqrt()
}

/// How close a posting's row is to a role description: the cosine of their text columns, 0 to 1.
pub(crate) fn closeness(row: &Row, description: &[(u32, f32)], settings: &Settings) -> f64 {
    let mut entries = row.0.iter().peekable();
    let mut product = 0.0;
    for &(column, value) in description {
        while entries.next_if(|entry| entry.column < column).is_some() {}
        if let Some(entry) = entries.next_if(|entry| entry.column == column) {
            product += f64::from(entry.value) * f64::from(value);
        }
    }
    product / text_length(settings)
}

/// A model, ready to judge postings.
#[derive(Debug, Clone)]
pub struct Classifier {
    model: Arc<Model>,
    fingerprint: Fingerprint,
    /// Laid out when the first posting asks for it.
    compiled: Arc<OnceLock<Compiled>>,
}

impl Classifier {
    /// The released model, which is inside the program.
    ///
    /// # Errors
    /// If the program was built with a damaged model.
    pub fn built_in() -> Result<Self, ModelError> {
        Self::from_bytes(include_bytes!("../models/default.rolecall"))
    }

    /// The model in the bytes of a model file.
    ///
    /// # Errors
    /// If they are no model of this version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let (model, fingerprint) = model_file::from_bytes(bytes)?;
        Ok(Self { model: Arc::new(model), fingerprint, compiled: Arc::default() })
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The model's fingerprint.
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Judges `posting` and names at most `phrases` key phrases. Cannot fail on any text.
    ///
    /// ```
    /// use rolecall::{Classifier, Posting, Role};
    ///
    /// let classifier = Classifier::built_in()?;
    /// let verdict = classifier.verdict(&Posting::new("Key Account Manager (m/w/d)", "Sie betreuen unsere Großkunden und verlängern ihre Verträge."), 5);
    /// assert_eq!(verdict.role, Role::AccountManager);
    /// # Ok::<(), rolecall::ModelError>(())
    /// ```
    pub fn verdict(&self, posting: &Posting, phrases: usize) -> Verdict {
        self.judge(posting, Wanted { phrases, profile: true })
    }

    /// Judges `posting` as [`verdict`](Self::verdict) does, but leaves out what is not wanted.
    pub(crate) fn judge(&self, posting: &Posting, wanted: Wanted) -> Verdict {
        let compiled = self.compiled.get_or_init(|| Compiled::new(&self.model));
        verdict::fast(&self.model, compiled, &self.fingerprint, posting, wanted)
    }

    /// Judges a posting that was read already, and keeps what is needed to show why. Slower than [`verdict`](Self::verdict), with the
    /// same outcome: numbers agree to a millionth.
    pub fn explain(&self, posting: &Posting, documents: &Documents<'_>, explain: Explain) -> Explained {
        verdict::explain(&self.model, &self.fingerprint, posting, documents, explain)
    }
}
