//! What the page is told, as JSON: rows by column, since names of keys would be most of it.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::{Value, json};

use super::borders::borders;
use super::json::{self, Each};
use crate::labelled::share::Share;
use crate::overview::shown::Shown;
use crate::overview::{Grouped, Listed, Overview, Why};
use crate::role::{Head, PerHead};
use crate::verdict::{Reason, Votes};
use crate::vocabulary::Field;

/// So many postings stand together in an element, and are read together.
pub(super) const TEXTS: usize = 64;

/// Appends everything but the postings themselves.
pub(super) fn write(out: &mut dyn Write, overview: &Overview, is_single: bool) -> io::Result<()> {
    let list = &overview.list;
    let call = |row: &Listed| row.call;
    let share = |share: Option<Share>| share.map_or(-1, permille);
    let role = |row: &Listed| call(row).map_or('-', |call| char::from(b'0' + u8::try_from(call.role.index()).unwrap_or(0)));
    let head = |row: &Listed, head: Head| share(call(row).and_then(|call| call.heads).map(|heads| *heads.get(head)));
    let rows = json!({
        "roles": overview.roles,
        "noRole": overview.no_role,
        "total": overview.rows,
        "every": overview.every,
        "moved": overview.moved,
    });
    let borders = overview.decision.as_ref().map(borders).map(rounded);
    put(out, "{\"program\":", &env!("CARGO_PKG_VERSION"))?;
    put(out, ",\"single\":", &is_single)?;
    put(out, ",\"file\":", &overview.file)?;
    put(out, ",\"rows\":", &rows)?;
    put(out, ",\"models\":", &overview.models)?;
    put(out, ",\"borders\":", &borders)?;
    put(out, ",\"noText\":", &overview.no_text)?;
    put(out, ",\"groups\":", &Each(|| overview.groups.iter().map(group)))?;
    put(out, ",\"phrases\":", &overview.phrases)?;
    put(out, ",\"number\":", &Each(|| list.iter().map(|row| row.number)))?;
    put(out, ",\"id\":", &Each(|| list.iter().map(|row| &row.id)))?;
    put(out, ",\"title\":", &Each(|| list.iter().map(|row| &row.title)))?;
    put(out, ",\"role\":", &list.iter().map(role).collect::<String>())?;
    put(out, ",\"probability\":", &Each(|| list.iter().map(|row| share(call(row).and_then(|call| call.probability)))))?;
    put(out, ",\"account\":", &Each(|| list.iter().map(|row| head(row, Head::Account))))?;
    put(out, ",\"project\":", &Each(|| list.iter().map(|row| head(row, Head::Project))))?;
    put(out, ",\"said\":", &Each(|| list.iter().map(|row| Each(|| said(row)))))?;
    put(
        out,
        ",\"grouped\":",
        &Each(|| (0..overview.groups.len()).map(|at| Each(move || list.iter().map(move |row| row.groups[at])))),
    )?;
    put(out, ",\"votes\":", &Each(|| list.iter().map(|row| row.votes.as_ref().map(votes))))?;
    put(out, ",\"disagree\":", &places(list, |row| row.votes.is_some_and(|votes| votes.disagree())))?;
    put(out, ",\"reason\":", &Each(|| list.iter().map(|row| row.reason.as_ref().map(why))))?;
    let problems: Vec<(usize, &str)> =
        list.iter().enumerate().filter(|(_, row)| !row.problem.is_empty()).map(|(at, row)| (at, row.problem.as_str())).collect();
    put(out, ",\"problems\":", &problems)?;
    put(out, ",\"texts\":", &Each(|| overview.texts.iter().map(|(at, _)| at)))?;
    out.write_all(b"}")
}

fn put(out: &mut dyn Write, key: &str, value: &impl Serialize) -> io::Result<()> {
    out.write_all(key.as_bytes())?;
    json::write(out, value)
}

/// Appends the postings of one element.
pub(super) fn write_texts(out: &mut dyn Write, texts: &[(usize, Shown)]) -> io::Result<()> {
    json::write(out, &Each(|| texts.iter().map(|(_, shown)| posting(shown))))
}

fn permille(share: Share) -> i32 {
    #[allow(clippy::cast_possible_truncation)]
    let rounded = (1000.0 * share.value()).round() as i32;
    rounded
}

fn parts(value: f64) -> i32 {
    Share::new(value.clamp(0.0, 1.0)).map_or(0, permille)
}

/// Lines with as many digits as can be seen.
fn rounded(lines: Vec<Vec<[f64; 2]>>) -> Vec<Vec<[f64; 2]>> {
    let round = |share: f64| (10_000.0 * share).round() / 10_000.0;
    lines.into_iter().map(|line| line.into_iter().map(|point| point.map(round)).collect()).collect()
}

fn places(list: &[Listed], is_in: impl Fn(&Listed) -> bool) -> Vec<usize> {
    list.iter().enumerate().filter(|(_, row)| is_in(row)).map(|(at, _)| at).collect()
}

fn group(group: &Grouped) -> Value {
    json!({ "name": group.name, "group": group.group, "values": group.values })
}

/// Which phrases, and how much they say: twice the place of the phrase, one more for project work; then hundredths of a logit.
fn said(row: &Listed) -> impl Iterator<Item = i64> {
    row.phrases.iter().flat_map(|&(place, head, weight)| {
        #[allow(clippy::cast_possible_truncation)]
        let hundredths = (100.0 * weight).round() as i64;
        [2 * i64::from(place) + i64::from(head == Head::Project), hundredths]
    })
}

/// Title, then duties: account, project; -1 where there is none.
fn votes(votes: &Votes) -> [i32; 4] {
    let vote = |vote: Option<PerHead<f64>>| vote.map_or([-1, -1], |vote| [parts(vote.account), parts(vote.project)]);
    let ([a, b], [c, d]) = (vote(votes.title), vote(votes.duties));
    [a, b, c, d]
}

fn why(why: &Why) -> Value {
    match why {
        Why::Other(text) => json!(["other", text]),
        Why::Known(Reason::Empty) => json!(["empty"]),
        Why::Known(Reason::TooShort(words)) => json!(["short", words]),
        Why::Known(Reason::OtherLanguage) => json!(["language"]),
        Why::Known(Reason::NoEvidence) => json!(["none"]),
        Why::Known(Reason::TitleOnly(head)) => json!(["title", head]),
        Why::Known(Reason::SideTask(head, probability)) => json!(["side", head, parts(*probability)]),
    }
}

fn posting(shown: &Shown) -> Value {
    let marks: Vec<Value> = shown
        .marks
        .iter()
        .map(|mark| {
            #[allow(clippy::cast_possible_truncation)]
            let hundredths = (100.0 * mark.weight).round() as i64;
            json!([i32::from(mark.field == Field::Text), mark.start, mark.end, mark.head.index(), hundredths])
        })
        .collect();
    let probabilities = shown.probabilities.map(|of| [of.account_manager, of.project_manager, of.mixed, of.neither].map(parts));
    let profile: Vec<Value> = shown
        .profile
        .iter()
        .map(|one| json!([one.dimension, four_digits(one.to.account), four_digits(one.to.project)]))
        .collect();
    json!({
        "title": shown.title.text,
        "text": shown.text.text,
        "cut": shown.text.is_cut,
        "marks": marks,
        "roles": probabilities,
        "profile": profile,
        "language": shown.language,
    })
}

fn four_digits(value: f64) -> f64 {
    (10_000.0 * value).round() / 10_000.0
}
