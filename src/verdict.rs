//! What is said of a posting.

use serde::Serialize;

use crate::classifier::{Analysis, closeness};
use crate::compiled::{self, Compiled};
use crate::explain::{self, Phrase, WordShares};
use crate::features::Documents;
use crate::language::Language;
use crate::model::Model;
use crate::model_file::Fingerprint;
use crate::posting::Posting;
use crate::probability::sigmoid;
use crate::profile::{CLOSENESS, Closeness, Dimension};
use crate::role::{Head, PerHead, Role};
use crate::scores::Scores;
use crate::span::Span;
use crate::vocabulary::Field;

mod reason;
mod votes;

pub use reason::Reason;
pub use votes::Votes;

/// The call, how sure it is, and why. Its JSON is what `classify --format json` prints.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// What the posting reads as.
    pub role: Role,
    /// Probability of that role.
    pub probability: f64,
    /// Probability of each role; they sum to one.
    pub probabilities: RoleProbabilities,
    /// Probability that account work, and that project work, is a core of the job.
    pub heads: PerHead<f64>,
    /// The same by title alone and by duties alone.
    pub votes: Votes,
    /// The phrases that carry the call, strongest first; then what speaks against it.
    pub phrases: Vec<KeyPhrase>,
    /// How close the text is to what is said of each role, dimension by dimension.
    pub profile: Vec<Closeness>,
    /// Why the posting is neither; `None` for the other roles.
    pub reason: Option<String>,
    /// `de`, `en`, `other` or `unknown`.
    pub language: Language,
    /// Fingerprint of the model.
    pub model: String,
}

impl Verdict {
    /// Whether the posting could be read at all; where not, its votes are empty.
    fn is_readable(&self) -> bool {
        self.votes.title.is_some() || self.votes.duties.is_some()
    }
}

/// A probability for each role.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct RoleProbabilities {
    /// Of `account-manager`.
    pub account_manager: f64,
    /// Of `project-manager`.
    pub project_manager: f64,
    /// Of `mixed`.
    pub mixed: f64,
    /// Of `neither`.
    pub neither: f64,
}

impl RoleProbabilities {
    /// That of `role`.
    pub fn get(&self, role: Role) -> &f64 {
        match role {
            Role::AccountManager => &self.account_manager,
            Role::ProjectManager => &self.project_manager,
            Role::Mixed => &self.mixed,
            Role::Neither => &self.neither,
        }
    }
}

/// A phrase as it stands in the input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KeyPhrase {
    /// The slice of the field's source, markup inside it included.
    pub text: String,
    /// Which field it stands in.
    pub field: Field,
    /// Which head it speaks to.
    pub head: Head,
    /// Its share of the head's logit: above zero it speaks for the head, below against it.
    pub weight: f64,
    /// First byte in the field's source.
    pub start_byte: usize,
    /// One past its last byte.
    pub end_byte: usize,
    /// First character (Unicode scalar value) in the field's source.
    pub start_char: usize,
    /// One past its last character.
    pub end_char: usize,
}

/// A text without a title needs at least this many words.
const FEWEST_WORDS: usize = 5;
/// Below this probability of a core, there is no sign of that work.
const NO_SIGN: f64 = 0.2;

/// How much is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Explain {
    /// So many key phrases.
    Key(usize),
    /// Every word, in phrases whose weights sum with the intercept to the logits.
    All,
}

/// A verdict with what it was made from, for showing it.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The verdict.
    pub verdict: Verdict,
    /// Its phrases by their words, in the same order.
    pub phrases: Vec<Phrase>,
}

/// What a verdict is to hold beside the call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    /// At most so many key phrases.
    pub(crate) phrases: usize,
    /// Closeness to the role descriptions.
    pub(crate) profile: bool,
}

/// Judges `posting`, whose fields are `documents`, on the plain path, and keeps what is needed to show why. Cannot fail on any text.
pub(crate) fn explain(
    model: &Model,
    fingerprint: &Fingerprint,
    posting: &Posting,
    documents: &Documents<'_>,
    explain: Explain,
) -> Explained {
    let analysis = Analysis::new(model, documents);
    let mut verdict = call(model, fingerprint, documents, analysis.scores);
    let mut phrases = Vec::new();
    let mut close = [0.0; CLOSENESS];
    if verdict.is_readable() {
        let shares = WordShares::new(model, documents, &analysis);
        phrases = match explain {
            Explain::Key(count) => explain::key_phrases(documents, &shares, verdict.role, count),
            Explain::All => explain::all_phrases(documents, &shares),
        };
        close = std::array::from_fn(|at| closeness(&analysis.row, &model.descriptions[at], &model.card.settings));
    }
    verdict.phrases = key_phrases(posting, documents, &phrases);
    verdict.profile = profile(&close);
    Explained { verdict, phrases }
}

/// Judges `posting` on the hot path. Cannot fail on any text.
pub(crate) fn fast(model: &Model, compiled: &Compiled, fingerprint: &Fingerprint, posting: &Posting, wanted: Wanted) -> Verdict {
    let documents = &Documents::read(posting);
    let finding = compiled.read(model, documents, compiled::Wanted { shares: wanted.phrases > 0, closeness: wanted.profile });
    let mut verdict = call(model, fingerprint, documents, finding.scores);
    if let Some(shares) = finding.shares.filter(|_| verdict.is_readable()) {
        verdict.phrases =
            key_phrases(posting, documents, &explain::key_phrases(documents, &shares, verdict.role, wanted.phrases));
    }
    if let Some(close) = finding.closeness {
        verdict.profile = profile(&if verdict.is_readable() { close } else { [0.0; CLOSENESS] });
    }
    verdict
}

/// The call, without phrases and profile.
fn call(model: &Model, fingerprint: &Fingerprint, documents: &Documents<'_>, mut scores: Scores) -> Verdict {
    let unreadable = unreadable(documents, scores.language);
    if unreadable.is_some() {
        // What cannot be read says nothing: the heads stand where they stand on average.
        scores.silence();
    }
    let logits = scores.logits(model);
    let decision = &model.card.decision;
    let role = if unreadable.is_some() { Role::Neither } else { decision.role(logits) };
    let [account_manager, project_manager, mixed, neither] = decision.probabilities(logits);
    let probabilities = RoleProbabilities { account_manager, project_manager, mixed, neither };
    let heads = logits.map(|logit| sigmoid(*logit));
    let vote = |field| scores.vote(model, field).map(|logits| logits.map(|logit| sigmoid(*logit)));
    let votes = Votes { title: vote(Field::Title), duties: vote(Field::Text) };
    Verdict {
        role,
        probability: decision.probabilities(logits)[role.index()],
        probabilities,
        heads,
        votes,
        phrases: Vec::new(),
        profile: Vec::new(),
        reason: (role == Role::Neither).then(|| unreadable.unwrap_or_else(|| not_core(heads, &votes)).to_string()),
        language: scores.language,
        model: fingerprint.to_string(),
    }
}

/// Why the posting cannot be judged, if it cannot.
fn unreadable(documents: &Documents<'_>, language: Language) -> Option<Reason> {
    let [title, text] = Field::ALL.map(|field| documents.field(field).words.len());
    if title + text == 0 {
        Some(Reason::Empty)
    } else if title == 0 && text < FEWEST_WORDS {
        Some(Reason::TooShort(text))
    } else {
        (language == Language::Other).then_some(Reason::OtherLanguage)
    }
}

/// Why a posting that was read is neither.
fn not_core(heads: PerHead<f64>, votes: &Votes) -> Reason {
    let (head, probability) =
        if heads.account >= heads.project { (Head::Account, heads.account) } else { (Head::Project, heads.project) };
    match votes.title.and_then(|title| title.strongest()) {
        Some(named) if probability < NO_SIGN => Reason::TitleOnly(named),
        None if probability < NO_SIGN => Reason::NoEvidence,
        _ => Reason::SideTask(head, probability),
    }
}

/// The phrases as they stand in the sources.
fn key_phrases(posting: &Posting, documents: &Documents<'_>, phrases: &[Phrase]) -> Vec<KeyPhrase> {
    if phrases.is_empty() {
        return Vec::new();
    }
    let sources = [posting.title.as_str(), posting.text.as_str()];
    let mut characters = [Characters::default(), Characters::default()];
    let mut order: Vec<(usize, Span)> = phrases.iter().map(|phrase| phrase.source_span(documents)).enumerate().collect();
    order.sort_unstable_by_key(|(_, span)| (span.start, span.end));
    let mut shown: Vec<(usize, KeyPhrase)> = Vec::with_capacity(phrases.len());
    for (place, span) in order {
        let phrase = &phrases[place];
        let source = sources[phrase.field.index()];
        let start_char = characters[phrase.field.index()].before(source, span.start);
        let phrase = KeyPhrase {
            text: span.of(source).to_owned(),
            field: phrase.field,
            head: phrase.head,
            weight: phrase.weight,
            start_byte: span.start,
            end_byte: span.end,
            start_char,
            end_char: start_char + span.of(source).chars().count(),
        };
        shown.push((place, phrase));
    }
    shown.sort_unstable_by_key(|(place, _)| *place);
    shown.into_iter().map(|(_, phrase)| phrase).collect()
}

/// Counts the characters before ascending places of a text.
#[derive(Debug, Default)]
struct Characters {
    bytes: usize,
    characters: usize,
}

impl Characters {
    /// Characters of `text` before byte `at`, which is not before the last place that was asked for.
    fn before(&mut self, text: &str, at: usize) -> usize {
        self.characters += text[self.bytes..at].chars().count();
        self.bytes = at;
        self.characters
    }
}

/// The closeness to each role description, by dimension.
fn profile(closeness: &[f64; CLOSENESS]) -> Vec<Closeness> {
    let pairs = Dimension::ALL.iter().zip(closeness.chunks_exact(2));
    pairs.map(|(&dimension, pair)| Closeness { dimension, to: PerHead { account: pair[0], project: pair[1] } }).collect()
}
