//! Reads a labelled export to its end.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Mutex;

use super::look::{Looked, Looker};
use super::names::Names;
use super::sample::Sample;
use super::shown::{Shown, line};
use super::texts::Texts;
use super::{Grouped, Listed, MOST_ROWS, Options, Overview, Why};
use crate::classifier::Classifier;
use crate::error::Error;
use crate::formats::source::Source;
use crate::label::checkpoint::InputId;
use crate::label::progress::{Talk, grouped};
use crate::label::rows::gather;
use crate::label::tally::Tally;
use crate::labelled::label::{Call, Label, cut};
use crate::labelled::{Labelled, LabelledRow, LabelledRows, Wanted};
use crate::language::Language;
use crate::parallel;
use crate::role::Head;

/// So many rows for each thread are looked at at a time, or fewer, where they are long.
const ROWS: usize = 64;
/// What is listed of a row is cut after so many bytes: its title,
const LONGEST_TITLE: usize = 240;
/// its id and its values in other columns,
const LONGEST_ID: usize = 120;
/// each of its phrases,
const LONGEST_PHRASE: usize = 160;
/// and what is said of it in words.
pub(super) const LONGEST_NOTE: usize = 300;
/// So many phrases of a row are listed.
const PHRASES: usize = 3;
/// So many models are told apart; a file that names more is no work of ours.
const MODELS: usize = 100;

/// Looks over `file`, which was labelled; where it was labelled by `classifier`, with what that says of every posting.
///
/// # Errors
/// If it cannot be read, is not labelled, changes meanwhile, or a wish names none of its columns.
pub fn collect(file: &Path, classifier: &Classifier, options: &Options) -> Result<Overview, Error> {
    let source = Source::open(file)?;
    let input = InputId::new(&source)?;
    let talk = Talk::new(&source, options.quiet);
    let wanted =
        Wanted { columns: options.columns.clone(), sheet: options.sheet.clone(), whole: true, groups: options.groups.clone() };
    let mut rows = LabelledRows::of(source, &wanted)?;
    let threads = options.threads.unwrap_or_else(parallel::cores).max(1);
    let mut all = Collected::new(&rows.export, options.texts);
    let model = classifier.fingerprint().to_string();
    loop {
        let batch = gather(threads * ROWS, || rows.next_row())?;
        if batch.is_empty() {
            break;
        }
        let (export, model) = (&rows.export, model.clone());
        let looker = Looker { export, classifier, model, phrases: options.phrases, heavy: Mutex::default() };
        let has_room = |label: &Label| all.texts.wants(label.call);
        for looked in parallel::map_on(threads, &batch, |row| looker.look(row, has_room)) {
            all.push(looked);
        }
        talk.progress(&Tally { records: all.counts.rows, ..Tally::default() });
    }
    talk.clear();
    input.refuse_changed()?;
    let overview = all.finish(&rows.export, &model, classifier);
    overview.say(&talk);
    Ok(overview)
}

/// What is counted of every row, listed or not.
#[derive(Default)]
struct Counts {
    rows: u64,
    roles: [u64; 4],
    models: HashMap<String, u64>,
    /// Postings in German and in English.
    languages: [u64; 2],
    moved: u64,
}

/// What was seen so far.
struct Collected {
    counts: Counts,
    sample: Sample,
    list: Vec<Listed>,
    phrases: Names,
    groups: Vec<Names>,
    texts: Texts,
}

impl Collected {
    fn new(export: &Labelled, texts: usize) -> Self {
        let groups = export.groups.iter().map(|_| Names::default()).collect();
        let (counts, list, phrases) = (Counts::default(), Vec::new(), Names::default());
        Self { counts, sample: Sample::ALL, list, phrases, groups, texts: Texts::new(texts) }
    }

    fn push(&mut self, looked: Looked) {
        let Looked { row, votes, language, shown, has_moved } = looked;
        self.counts.count(&row.label, language, has_moved);
        if !self.sample.has(row.number) {
            return;
        }
        if let Some(shown) = shown {
            self.texts.push(row.number, row.label.call, shown);
        }
        let listed = self.listed(&row, votes);
        self.list.push(listed);
        if self.list.len() > MOST_ROWS {
            self.thin_out();
        }
    }

    fn listed(&mut self, row: &LabelledRow, votes: Option<crate::verdict::Votes>) -> Listed {
        let phrases = phrases(&row.label, &mut self.phrases);
        let values = row.groups.iter().zip(&mut self.groups);
        Listed {
            number: row.number,
            id: clipped(&row.id, LONGEST_ID),
            title: clipped(&Shown::plain(cut(&row.title, 8 * LONGEST_TITLE), "").title.text, LONGEST_TITLE),
            call: row.label.call,
            phrases,
            groups: values.map(|(value, names)| names.place(&clipped(value, LONGEST_ID))).collect(),
            votes,
            reason: Why::read(&row.label.reason),
            problem: clipped(&row.label.problem, LONGEST_NOTE),
        }
    }

    /// Lists half of the rows, and forgets what only the others said.
    fn thin_out(&mut self) {
        self.sample = self.sample.halved();
        let sample = self.sample;
        self.list.retain(|row| sample.has(row.number));
        self.texts.retain(|number| sample.has(number));
        self.phrases.keep(self.list.iter_mut().flat_map(|row| row.phrases.iter_mut().map(|(place, ..)| place)));
        for (at, names) in self.groups.iter_mut().enumerate() {
            names.keep(self.list.iter_mut().map(|row| &mut row.groups[at]));
        }
    }

    fn finish(self, export: &Labelled, model: &str, classifier: &Classifier) -> Overview {
        let mut models: Vec<(String, u64)> = self.counts.models.into_iter().collect();
        models.sort_by(|(one, rows), (other, more)| more.cmp(rows).then_with(|| one.cmp(other)));
        let is_ours = models.first().is_some_and(|(name, _)| name == model);
        let name =
            export.file.file_name().map_or_else(|| export.file.display().to_string(), |name| name.to_string_lossy().into_owned());
        let named = export.groups.iter().zip(self.groups);
        let places: HashMap<u64, usize> = self.list.iter().enumerate().map(|(at, row)| (row.number, at)).collect();
        let texts = self.texts.in_order();
        let [german, english] = self.counts.languages;
        Overview {
            file: line(&name),
            rows: self.counts.rows,
            roles: self.counts.roles,
            no_role: self.counts.rows - self.counts.roles.iter().sum::<u64>(),
            every: self.sample.every,
            models,
            decision: is_ours.then_some(classifier.model().card.decision),
            language: (german + english > 0).then_some(if german >= english { Language::De } else { Language::En }),
            groups: named
                .map(|(column, names)| Grouped { name: line(&column.name), group: column.group, values: names.into_list() })
                .collect(),
            phrases: self.phrases.into_list(),
            texts: texts.into_iter().filter_map(|(number, shown)| Some((*places.get(&number)?, shown))).collect(),
            list: self.list,
            no_text: export.no_text.clone(),
            moved: self.counts.moved,
        }
    }
}

impl Counts {
    fn count(&mut self, label: &Label, language: Option<Language>, has_moved: bool) {
        self.rows += 1;
        self.moved += u64::from(has_moved);
        if let Some(Call { role, .. }) = label.call {
            self.roles[role.index()] += 1;
        }
        match language {
            Some(Language::De) => self.languages[0] += 1,
            Some(Language::En) => self.languages[1] += 1,
            _ => {}
        }
        if !label.model.is_empty() {
            let is_known = self.models.len() < MODELS || self.models.contains_key(&label.model);
            let name = if is_known { clipped(&label.model, LONGEST_ID) } else { "others".to_owned() };
            *self.models.entry(name).or_default() += 1;
        }
    }
}

/// The phrases of a label that are listed: those that carry the call, each once, then the others.
pub(super) fn phrases(label: &Label, names: &mut Names) -> Vec<(u32, Head, f32)> {
    let mut listed: Vec<(u32, Head, f32)> = Vec::new();
    for phrase in label.phrases.iter().take(PHRASES) {
        let text = clipped(&phrase.text, LONGEST_PHRASE);
        #[allow(clippy::cast_possible_truncation)]
        let weight = phrase.weight as f32;
        if !text.is_empty() && weight.is_finite() {
            listed.push((names.place(&text), phrase.head, weight));
        }
    }
    listed
}

/// The beginning of `text`, on one line.
pub(super) fn clipped(text: &str, longest: usize) -> String {
    let shown = line(cut(text, 4 * longest));
    if shown.len() <= longest {
        return shown;
    }
    format!("{}…", cut(&shown, longest).trim_end())
}

impl Overview {
    /// Says what is on it and what is not.
    fn say(&self, talk: &Talk) {
        let rows = |count: u64| format!("{} row{}", grouped(count), if count == 1 { "" } else { "s" });
        if self.every > 1 {
            talk.say(&format!(
                "{}: one in {} is listed, a random sample; the mix of roles counts all",
                rows(self.rows),
                self.every
            ));
        }
        if let Some(problem) = &self.no_text {
            talk.say(&format!("no texts: {problem}"));
        } else {
            let (all, listed) = (self.texts.len() as u64, self.list.len() as u64);
            let rest =
                if all < listed { ", the least sure calls first; the others with title and phrases (--texts)" } else { "" };
            talk.say(&format!("{} listed, {} with their texts{rest}", rows(listed), grouped(all)));
        }
        if self.moved > 0 {
            talk.say(&format!(
                "{} read otherwise now than their label says (the same columns? --text-column, --title-column)",
                rows(self.moved)
            ));
        }
        if self.decision.is_none() && self.rows > self.no_role {
            talk.say("labelled by another model: no decision lines and no profiles (--model names it)");
        }
    }
}
