//! A verdict on a terminal.

use std::fmt::Write;

use anstyle::Style;

use super::painter::{bar, paint, printable, style};
use crate::explain::Phrase;
use crate::features::Documents;
use crate::role::{Head, PerHead, Role};
use crate::verdict::{Explained, Verdict};
use crate::vocabulary::Field;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const BAR: usize = 24;
/// Words shown on either side of a phrase.
const CONTEXT: usize = 7;

/// The verdict in words, bars and marked phrases.
pub fn text(explained: &Explained, documents: &Documents<'_>) -> String {
    let verdict = &explained.verdict;
    let mut out = String::new();
    headline(&mut out, verdict);
    shares(&mut out, verdict);
    votes(&mut out, verdict);
    phrases(&mut out, explained, documents);
    profile(&mut out, verdict);
    out
}

/// Adds a line; writing to a string cannot fail.
fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{}", text.trim_end());
}

fn headline(out: &mut String, verdict: &Verdict) {
    let role = paint(BOLD, verdict.role.name());
    line(out, &format!("{role}  {:.0} %", 100.0 * verdict.probability));
    if let Some(reason) = &verdict.reason {
        line(out, reason);
    }
    let others = [
        (Role::AccountManager, verdict.probabilities.account_manager),
        (Role::ProjectManager, verdict.probabilities.project_manager),
        (Role::Mixed, verdict.probabilities.mixed),
        (Role::Neither, verdict.probabilities.neither),
    ];
    let others = others
        .iter()
        .filter(|(role, _)| *role != verdict.role)
        .map(|(role, probability)| format!("{role} {:.0} %", 100.0 * probability));
    line(out, &paint(DIM, &others.collect::<Vec<_>>().join(" · ")));
}

fn shares(out: &mut String, verdict: &Verdict) {
    line(out, "");
    for head in Head::ALL {
        let share = *verdict.heads.get(head);
        line(out, &format!("{:<8} {} {:>3.0} %", head.name(), paint(style(head), &bar(share, BAR)), 100.0 * share));
    }
}

fn votes(out: &mut String, verdict: &Verdict) {
    let vote = |name: &str, vote: Option<PerHead<f64>>| match vote {
        Some(vote) => format!("{name}: account {:.0} %, project {:.0} %", 100.0 * vote.account, 100.0 * vote.project),
        None => format!("{name}: none"),
    };
    let (title, duties) = (verdict.votes.title, verdict.votes.duties);
    line(out, &paint(DIM, &format!("by the {}; by the {}", vote("title alone", title), vote("text alone", duties))));
    if verdict.votes.disagree() {
        line(out, "The title says something else than the duties.");
    }
}

fn phrases(out: &mut String, explained: &Explained, documents: &Documents<'_>) {
    let role = explained.verdict.role;
    let carries = |phrase: &&Phrase| phrase.weight > 0.0 && (role.has(phrase.head) || role == Role::Neither);
    let (carrying, against): (Vec<&Phrase>, Vec<&Phrase>) = explained.phrases.iter().partition(carries);
    let heading = if role == Role::Neither { "What there is of either" } else { "What carries the call" };
    for (heading, phrases) in [(heading, carrying), ("What speaks against it", against)] {
        if phrases.is_empty() {
            continue;
        }
        line(out, "");
        line(out, &paint(BOLD, heading));
        for phrase in phrases {
            line(out, &format!("  {} {:<8} {}", weight(phrase), phrase.head.name(), in_context(phrase, documents)));
        }
    }
}

fn weight(phrase: &Phrase) -> String {
    format!("{:>+6.2}", phrase.weight)
}

/// The phrase, marked, with the words around it.
fn in_context(phrase: &Phrase, documents: &Documents<'_>) -> String {
    let document = documents.field(phrase.field);
    let sentence = &document.sentences[phrase.sentence];
    let first = phrase.first.saturating_sub(CONTEXT).max(sentence.first);
    let end = (phrase.end + CONTEXT).min(sentence.end);
    let text = &document.plain.text;
    let (from, to) = (document.words.span(phrase.first).start, document.words.span(phrase.end - 1).end);
    let last = document.words.span(end - 1).end;
    // What stands close to the last word belongs to it: brackets, full stops.
    let closes = text[last..].find(|next: char| next.is_whitespace() || next.is_alphanumeric()).unwrap_or(text.len() - last);
    let before = on_one_line(&text[document.words.span(first).start..from]);
    let after = on_one_line(&text[to..last + closes]);
    let place = if phrase.field == Field::Title { "(title) " } else { "" };
    let marked = paint(style(phrase.head), &printable(&text[from..to]));
    let begin = if first > sentence.first { "… " } else { "" };
    let tail = format!("{after}{}", if end < sentence.end { " …" } else { "" });
    format!("{place}{begin}{before}{marked}{tail}")
}

/// `text` as a terminal can be shown it, with a blank at either end where there was one.
fn on_one_line(text: &str) -> String {
    let blank = |is_blank: bool| if is_blank { " " } else { "" };
    let shown = printable(text);
    if shown.is_empty() {
        return blank(text.contains(char::is_whitespace)).to_owned();
    }
    format!("{}{shown}{}", blank(text.starts_with(char::is_whitespace)), blank(text.ends_with(char::is_whitespace)))
}

fn profile(out: &mut String, verdict: &Verdict) {
    let largest = verdict.profile.iter().flat_map(|one| [one.to.account, one.to.project]).fold(0.0, f64::max);
    if largest <= 0.0 {
        return;
    }
    line(out, "");
    line(out, &paint(BOLD, "Closeness to the role descriptions"));
    line(out, &paint(DIM, &format!("  {:<22} {:<16} {:<16}", "", "account", "project")));
    for one in &verdict.profile {
        let cell = |head: Head| format!("{} {:.2}", paint(style(head), &bar(one.to.get(head) / largest, 10)), one.to.get(head));
        line(out, &format!("  {:<22} {}  {}", one.dimension.name(), cell(Head::Account), cell(Head::Project)));
    }
}
