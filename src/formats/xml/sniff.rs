//! Which element of a feed is a posting, told from its head.

use std::collections::BTreeMap;

use super::super::names::{self, Purpose};
use super::element::is_markup;
use super::scan::{Scanner, TagKind};

/// Elements within elements are looked at down to here,
const DEEPEST: usize = 24;
/// and no more kinds of them than this.
const MOST_PATHS: usize = 10_000;

/// Elements that are postings in the feeds that are known, and in those whose makers named them well: without prefix, folded.
const RECORDS: &[&str] = &[
    "position",
    "job",
    "joblisting",
    "positionopening",
    "jobpositionposting",
    "inserat",
    "item",
    "entry",
    "jobposting",
    "posting",
    "joboffer",
    "offer",
    "stellenangebot",
    "stellenanzeige",
    "stelle",
    "anzeige",
    "vacancy",
    "vakanz",
    "listing",
    "opening",
    "jobad",
    "advert",
    "jobrequisition",
    "requisition",
    "reportentry",
    "row",
    "record",
];

/// How the postings stand in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// The name of a posting's element, prefix and all.
    pub record: Vec<u8>,
    /// The name of the element around the postings.
    pub around: Option<Vec<u8>>,
    /// There are elements of that name within postings.
    pub nests: bool,
}

/// What a head tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// There are postings.
    Postings(Layout),
    /// There is one element with nothing in it, so there are no postings.
    Empty,
    /// It is a page.
    Html,
    /// There is nothing that looks like a posting.
    Nothing,
}

/// All elements with the same names around them.
#[derive(Debug, Default)]
struct Path {
    count: usize,
    /// An element right below it is called like a title.
    title: bool,
    /// One anywhere below it is called like a title.
    title_below: bool,
    /// One anywhere below it is called like the text of a posting or a section of it.
    text_below: bool,
}

/// Finds the postings in `head`.
pub(super) fn layout(head: &[u8]) -> Found {
    let head_of = Elements::of(head);
    let paths = &head_of.paths;
    let Some(root) = paths.keys().find(|path| path.len() == 1).map(|path| path[0].clone()) else { return Found::Nothing };
    if is_named(&root, &["html"]) {
        return Found::Html;
    }
    let by_name = paths.iter().filter(|(path, found)| {
        path.last().is_some_and(|name| is_named(name, RECORDS)) && (found.title_below || found.text_below || found.count > 1)
    });
    let by_content = || {
        let below_root = paths.iter().filter(|(path, found)| path.len() > 1 && found.title && found.text_below);
        below_root.max_by_key(|(path, found)| (found.count, std::cmp::Reverse(path.len())))
    };
    let root_itself = || paths.iter().find(|(path, found)| path.len() == 1 && found.title_below && found.text_below);
    let best = by_name.min_by_key(|(path, _)| path.len()).or_else(by_content).or_else(root_itself);
    let Some((path, _)) = best else {
        return if paths.len() == 1 { Found::Empty } else { Found::Nothing };
    };
    let nests = head_of.nests(path);
    let mut names = path.iter().rev().cloned();
    Found::Postings(Layout { record: names.next().unwrap_or_default(), around: names.next(), nests })
}

type Names = Vec<Vec<u8>>;

/// The elements of a head.
#[derive(Default)]
struct Elements {
    /// Counted by the names that lead to them.
    paths: BTreeMap<Names, Path>,
    /// Those around the place where the head ends.
    open: Names,
    /// How many of each name were opened and not closed.
    unclosed: BTreeMap<Vec<u8>, usize>,
}

impl Elements {
    fn of(head: &[u8]) -> Self {
        let mut all = Self::default();
        let mut scanner = Scanner::default();
        while let Some(tag) = scanner.next(head, true, None) {
            let name = &head[tag.name];
            if is_markup(&String::from_utf8_lossy(name)) {
                continue;
            }
            if tag.kind == TagKind::Closes {
                all.close(name);
                continue;
            }
            if all.open.len() < DEEPEST {
                note(&mut all.paths, &all.open, name);
            }
            // Below the deepest, names still pair up.
            if tag.kind == TagKind::Opens && all.open.len() < 4 * DEEPEST {
                all.open.push(name.to_vec());
                *all.unclosed.entry(name.to_vec()).or_default() += 1;
            }
        }
        all
    }

    fn close(&mut self, name: &[u8]) {
        if let Some(at) = self.open.iter().rposition(|one| one == name) {
            self.open.truncate(at);
            self.unclosed.entry(name.to_vec()).and_modify(|count| *count = count.saturating_sub(1));
        }
    }

    /// Whether there are elements like that of `path` within others of them, and not because one of those was never closed.
    fn nests(&self, path: &Names) -> bool {
        let Some(name) = path.last() else { return false };
        let is_within = |other: &Names| {
            // What follows the element that is not closed stands right in it.
            other.starts_with(path) && other.len() > path.len() + 1 && other[path.len() + 1..].contains(name)
        };
        let open = self.open.iter().filter(|one| *one == name).count();
        open <= 1 && self.unclosed.get(name).is_none_or(|count| *count == open) && self.paths.keys().any(is_within)
    }
}

/// Counts the element `name` within the elements `open`.
fn note(paths: &mut BTreeMap<Names, Path>, open: &Names, name: &[u8]) {
    let path: Names = open.iter().cloned().chain([name.to_vec()]).collect();
    if paths.len() >= MOST_PATHS && !paths.contains_key(&path) {
        return;
    }
    paths.entry(path).or_default().count += 1;
    let purpose = names::purpose(local(&String::from_utf8_lossy(name))).map(|(purpose, _)| purpose);
    for length in 1..=open.len() {
        let Some(above) = paths.get_mut(&open[..length]) else { continue };
        match purpose {
            Some(Purpose::Title) => {
                above.title |= length == open.len();
                above.title_below = true;
            }
            Some(Purpose::Text | Purpose::Tasks | Purpose::Profile) => above.text_below = true,
            _ => {}
        }
    }
}

/// A name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn is_named(name: &[u8], names: &[&str]) -> bool {
    names.contains(&names::fold(local(&String::from_utf8_lossy(name))).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postings_are_found() {
        for (head, record, around, nests) in [
            ("<workzag-jobs><position><id>1</id><name>a</name><jobDescriptions/></position>", "position", "workzag-jobs", false),
            ("<rss><channel><title>a</title><description>b</description><item><title>c</title>", "item", "channel", false),
            ("<feed><title>a</title><entry><title>c</title></entry></feed>", "entry", "feed", false),
            ("<JOBS><INSERATE><INSERAT><BERUF>a</BERUF><TEXT>b</TEXT></INSERAT></INSERATE></JOBS>", "INSERAT", "INSERATE", false),
            (
                "<wd:Report_Data><wd:Report_Entry><wd:title>a</wd:title></wd:Report_Entry>",
                "wd:Report_Entry",
                "wd:Report_Data",
                false,
            ),
            (
                "<aa><meta><title>x</title></meta><bb><titel>c</titel><beschreibung>d</beschreibung></bb><bb/></aa>",
                "bb",
                "aa",
                false,
            ),
            ("<anzeige><titel>c</titel><aufgaben>d</aufgaben></anzeige>", "anzeige", "", false),
            ("<x><titel>c</titel><aufgaben>d</aufgaben></x>", "x", "", false),
            ("<jobs><job><title>a</title><similar><job><title>b</title></job></similar></job></jobs>", "job", "jobs", true),
        ] {
            let around = Some(around.as_bytes().to_vec()).filter(|name| !name.is_empty());
            assert_eq!(layout(head.as_bytes()), Found::Postings(Layout { record: record.into(), around, nests }), "{head}");
        }
    }

    #[test]
    fn a_record_that_is_not_closed_holds_no_others() {
        let job = "<job><title>a</title><text>b</text></job>";
        for broken in ["<job><title>a</title>", "<job><title>a", "<job>"] {
            for end in ["</jobs>", ""] {
                let head = format!("<jobs>{job}{broken}{job}{job}{end}");
                let Found::Postings(layout) = layout(head.as_bytes()) else { panic!("no postings in {head}") };
                assert!(!layout.nests || broken.ends_with('a') && end.is_empty(), "{head}");
            }
        }
    }

    #[test]
    fn what_has_no_postings_is_told() {
        assert_eq!(layout(b"<?xml version='1.0'?><jobs></jobs>"), Found::Empty);
        assert_eq!(layout(b"<!DOCTYPE html><HTML lang=de><body>"), Found::Html);
        assert_eq!(layout(b"<svg><g><path/></g></svg>"), Found::Nothing);
        assert_eq!(layout(b"<"), Found::Nothing);
        let deep = "<a>".repeat(300_000);
        assert_eq!(layout(deep.as_bytes()), Found::Nothing);
    }
}
