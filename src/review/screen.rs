//! What a sitting looks like: the lines of a screen, from top to bottom.

use std::time::Duration;

use anstyle::{Reset, Style};
use unicode_width::UnicodeWidthStr;

use super::answer::Answer;
use super::page::{Line, Page, Stretch, cut, signs};
use super::session::{Entry, Session};
use crate::report::painter::{bar, paint, printable, style};
use crate::role::{Head, Role};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// Lines that are not the posting's text.
const FRAME: usize = 6;
/// A smaller screen shows nothing.
const FEWEST_LINES: usize = FRAME + 1;
const FEWEST_CELLS: usize = 24;
const BAR: usize = 20;

/// The screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// Cells of a line.
    pub width: usize,
    /// Lines.
    pub height: usize,
    /// Marked phrases have colours; otherwise they stand between signs.
    pub colours: bool,
    /// Nothing of what the model thinks is shown.
    pub blind: bool,
}

impl View {
    /// Lines of a posting's text that are shown at a time.
    pub fn body(&self) -> usize {
        self.height.saturating_sub(FRAME).max(1)
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.colours { paint(style, text) } else { text.to_owned() }
    }

    fn shown(&self, line: &Line) -> String {
        let show = |stretch: &Stretch| stretch.head.map_or(stretch.text.clone(), |head| self.styled(style(head), &stretch.text));
        line.iter().map(show).collect()
    }

    fn dim(&self, text: &str) -> String {
        self.styled(DIM, &cut(text, self.width))
    }
}

/// `text` between the signs of `head`.
fn between(head: Head, text: &str) -> String {
    let [open, close] = signs(head);
    format!("{open}{text}{close}")
}

/// The screen of `session`, whose posting that is shown is `page`, with its text in `lines`.
pub fn frame(session: &Session, page: Option<(&Page, &[Line])>, view: &View) -> Vec<String> {
    if view.height < FEWEST_LINES || view.width < FEWEST_CELLS {
        return vec![cut("The window is too small.", view.width)];
    }
    let mut out = vec![progress(session, view)];
    if let (Some(entry), Some((page, lines))) = (session.shown(), page) {
        out.push(title(page, entry, view));
        out.push(view.dim(&note(entry, view)));
        out.push(view.dim(&"─".repeat(view.width)));
        let body = view.body();
        let top = session.top.min(lines.len().saturating_sub(body));
        let shown = lines.iter().skip(top).take(body).map(|line| view.shown(line));
        out.extend(shown);
        out.resize(view.height - 2, String::new());
        out.push(view.dim(&place(top, body, lines.len(), view.width)));
    } else {
        out.push(String::new());
        out.extend(finished(session).iter().map(|line| cut(line, view.width)));
        out.resize(view.height - 1, String::new());
    }
    out.push(keys(view));
    out
}

/// How far the sitting is.
fn progress(session: &Session, view: &View) -> String {
    let (done, all) = (session.answered(), session.entries().len());
    let share = if all == 0 { 1.0 } else { done as f64 / all as f64 };
    let number = (session.at() + 1).min(all);
    let left = session.left().filter(|left| !left.is_zero()).map(|left| format!(" · {}", time(left))).unwrap_or_default();
    view.dim(&format!("{} {number} of {all} · {done} answered{left}", bar(share, BAR.min(view.width / 4))))
}

/// A time, in words.
fn time(left: Duration) -> String {
    match left.as_secs().div_ceil(60) {
        0 | 1 => "about a minute left".to_owned(),
        minutes @ ..=90 => format!("about {minutes} min left"),
        minutes => format!("about {} h left", minutes.div_ceil(60)),
    }
}

/// The title, and whose posting it is.
fn title(page: &Page, entry: &Entry, view: &View) -> String {
    let line = page.title(view.width);
    let used: usize = line.iter().map(|stretch| stretch.text.width()).sum();
    let show = |stretch: &Stretch| view.styled(stretch.head.map_or(BOLD, style), &stretch.text);
    let title: String = line.iter().map(show).collect();
    let company = format!(" · {}", printable(&entry.company));
    if entry.company.is_empty() || used + company.width() > view.width { title } else { title + &view.styled(DIM, &company) }
}

/// Why the posting is asked, or what was answered.
fn note(entry: &Entry, view: &View) -> String {
    match (entry.answer, &entry.doubt) {
        (Some(answer), _) => format!("answered: {} (another key changes it, → goes on)", answer.name()),
        (None, Some(doubt)) if !view.blind => format!("undecided: {doubt}"),
        _ => "What is the core of this job?".to_owned(),
    }
}

/// Which lines of the text are shown.
fn place(top: usize, body: usize, lines: usize, width: usize) -> String {
    let end = (top + body).min(lines);
    let said = if lines <= body {
        String::new()
    } else if end < lines {
        format!(" lines {}–{end} of {lines}, space shows more ", top + 1)
    } else {
        format!(" lines {}–{end} of {lines} ", top + 1)
    };
    let rest = width.saturating_sub(said.width() + 2);
    format!("──{said}{}", "─".repeat(rest))
}

/// What is said when every posting has its answer.
fn finished(session: &Session) -> Vec<String> {
    let count = |answer: Answer| format!("  {:<16} {:>5}", answer.name(), session.count(answer));
    let mut out = vec![format!("All {} postings have an answer; every one is saved.", session.entries().len()), String::new()];
    out.extend(Role::ALL.map(|role| count(Answer::Role(role))));
    out.extend([count(Answer::Skip), String::new(), "b goes back, q ends.".to_owned()]);
    out
}

/// What the keys do: as many words as fit.
fn keys(view: &View) -> String {
    let long = [
        ("a", "account-manager"),
        ("p", "project-manager"),
        ("m", "mixed"),
        ("n", "neither"),
        ("s", "skip"),
        ("b", "back"),
        ("q", "quit"),
    ];
    let short =
        [("a", "account"), ("p", "project"), ("m", "mixed"), ("n", "neither"), ("s", "skip"), ("b", "back"), ("q", "quit")];
    let none = long.map(|(key, _)| (key, ""));
    let head = |key: &str| match key {
        "a" => Some(Head::Account),
        "p" => Some(Head::Project),
        _ => None,
    };
    let plain = |(key, word): (&str, &str)| match head(key) {
        Some(head) if !view.colours && !view.blind && !word.is_empty() => format!("{key} {}", between(head, word)),
        _ => format!("{key} {word}"),
    };
    let width = |words: &[(&str, &str)]| words.iter().map(|&word| plain(word).width() + 2).sum::<usize>() - 2;
    let words = [long, short].into_iter().find(|words| width(words) <= view.width).unwrap_or(none);
    let shown = |&(key, word): &(&str, &str)| match head(key) {
        _ if !view.colours => plain((key, word)),
        Some(head) if !view.blind => format!("{} {}", paint(BOLD, key), paint(style(head), word)),
        _ => format!("{} {word}", paint(BOLD, key)),
    };
    let separator = if words[0].1.is_empty() { " " } else { "  " };
    let line = words.iter().map(shown).map(|word| word.trim_end().to_owned()).collect::<Vec<_>>().join(separator);
    if view.colours { format!("{line}{Reset}") } else { line }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Answered;
    use super::super::pool::Candidate;
    use super::super::session::Key;
    use super::*;

    const TEXT: &str =
        "Sie betreuen unsere Großkunden und verhandeln ihre Verträge.\nSie leiten Projekte: Termine, Budget und Projektteam.";

    fn drawn(session: &Session, view: &View) -> Vec<String> {
        let classifier = crate::Classifier::built_in().expect("the model");
        let page = session.shown().map(|entry| Page::new(&entry.posting, (!view.blind).then_some(&classifier)));
        let page = page.map(|page| if view.colours { page } else { page.signed() });
        let lines = page.as_ref().map(|page| page.lines(view.width)).unwrap_or_default();
        frame(session, page.as_ref().map(|page| (page, lines.as_slice())), view)
    }

    fn session() -> Session {
        let mut first = Candidate::made_up("1", TEXT);
        first.company = "Muster\u{1b}[31m GmbH".into();
        Session::new(std::iter::empty(), vec![first, Candidate::made_up("2", &"Zeile\n".repeat(60))])
    }

    fn plain(width: usize, height: usize) -> View {
        View { width, height, colours: false, blind: false }
    }

    #[test]
    fn a_screen_without_colours_has_signs() {
        let lines = drawn(&session(), &plain(80, 12));
        assert_eq!(lines.len(), 12);
        assert_eq!(lines[0], "░░░░░░░░░░░░░░░░░░░░ 1 of 2 · 0 answered");
        assert_eq!(lines[1], "Title of 1 · Muster[31m GmbH");
        assert_eq!(lines[2], "undecided: mixed 40 % or neither 30 %");
        let text = lines[4..10].join(" ");
        assert!(text.contains('«') && text.contains('‹') && !text.contains('\u{1b}'), "{text}");
        assert_eq!(lines[11], "a «account»  p ‹project›  m mixed  n neither  s skip  b back  q quit");
    }

    #[test]
    fn colours_take_no_cells() {
        let (colours, signs) = (View { colours: true, ..plain(80, 12) }, plain(80, 12));
        let lines = drawn(&session(), &colours);
        assert!(lines.join("").contains('\u{1b}') && !lines.join("").contains('«'));
        let bare = |line: &String| anstream::adapter::strip_str(line).to_string();
        assert_eq!(bare(&lines[0]), drawn(&session(), &signs)[0]);
        assert_eq!(bare(&lines[11]).width(), 80);
        assert!(!lines.join("").contains("Muster\u{1b}"), "a stranger's escape sequence");
    }

    #[test]
    fn blind_shows_nothing_of_the_model() {
        let lines = drawn(&session(), &View { blind: true, ..plain(80, 12) }).join("\n");
        assert!(!lines.contains('«') && !lines.contains('%') && lines.contains("What is the core of this job?"), "{lines}");
    }

    #[test]
    fn every_size_holds() {
        for (width, height) in [(24, 7), (30, 9), (79, 24), (200, 60), (10, 3), (0, 0)] {
            for colours in [false, true] {
                let mut session = session();
                for key in "anb".chars() {
                    let lines = drawn(&session, &View { colours, ..plain(width, height) });
                    assert!(lines.len() <= height.max(1), "{width}×{height}: {} lines", lines.len());
                    for line in &lines {
                        let cells = anstream::adapter::strip_str(line).to_string().width();
                        assert!(cells <= width.max(1), "{width}×{height}: {cells} cells in {line:?}");
                    }
                    session.press(Key::Letter(key), 5, 5, Duration::from_secs(1));
                }
            }
        }
    }

    #[test]
    fn answers_and_places_are_said() {
        let mut session = session();
        session.press(Key::Letter('m'), 6, 2, Duration::from_secs(40));
        let lines = drawn(&session, &plain(60, 12));
        assert!(
            lines[0].contains("2 of 2 · 1 answered") && lines[10].starts_with("── lines 1–6 of 60, space shows more ──"),
            "{lines:?}"
        );
        session.press(Key::Left, 6, 61, Duration::ZERO);
        assert_eq!(drawn(&session, &plain(60, 12))[2], "answered: mixed (another key changes it, → goes on)");
        session.press(Key::Right, 6, 2, Duration::ZERO);
        session.press(Key::Letter('s'), 6, 61, Duration::ZERO);
        let lines = drawn(&session, &plain(60, 12)).join("\n");
        assert!(lines.contains("All 2 postings have an answer") && lines.contains("skipped              1"), "{lines}");
    }

    #[test]
    fn times_are_rough() {
        let said = [30, 61, 5400, 6000].map(|seconds| time(Duration::from_secs(seconds)));
        assert_eq!(said, ["about a minute left", "about 2 min left", "about 90 min left", "about 2 h left"]);
        let answered =
            Answered { posting: crate::Posting::default(), company: String::new(), informative: false, answer: Answer::Skip };
        assert_eq!(Session::new([answered].into_iter(), Vec::new()).left(), None);
    }
}
