//! What changed between two labellings, on a terminal.

use std::fmt::Write;

use anstyle::Style;

use super::painter::{paint, printable};
use crate::drift::movers::Mover;
use crate::drift::phrases::MovedPhrase;
use crate::drift::shift::{Shift, ShiftSize};
use crate::drift::{Drift, Labelling, Matching, Named};
use crate::labelled::label::Call;
use crate::role::{Head, Role};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
/// Width of a role's name.
const NAME: usize = 16;
/// Characters of an id or a title that are shown.
const TITLE: usize = 60;
/// Models that are named for each side.
const MODELS: usize = 3;

/// The whole report.
pub fn text(drift: &Drift) -> String {
    let mut out = String::new();
    headline(&mut out, drift);
    mix(&mut out, drift);
    shifts(&mut out, drift);
    transitions(&mut out, drift);
    movers(&mut out, &drift.movers);
    phrases(&mut out, drift);
    for (name, side) in [("old", &drift.old), ("new", &drift.new)] {
        only(&mut out, name, side);
    }
    out
}

/// Adds a line; writing to a string cannot fail.
fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{}", text.trim_end());
}

fn heading(out: &mut String, text: &str) {
    line(out, "");
    line(out, &paint(BOLD, text));
}

/// So many, and of what.
fn rows(count: u64) -> String {
    format!("{count} {}", if count == 1 { "row" } else { "rows" })
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

fn headline(out: &mut String, drift: &Drift) {
    let (old, new) = (printable(&drift.old.file.display().to_string()), printable(&drift.new.file.display().to_string()));
    let matched = rows(drift.matched);
    match &drift.matching {
        Matching::Same => line(out, &format!("{new}: {matched}, each judged by both models")),
        Matching::Place => {
            line(out, &format!("{old} → {new}: {matched} matched by their place (not both have a column with ids)"));
        }
        Matching::Id(of_old, of_new) if of_old == of_new => {
            line(out, &format!("{old} → {new}: {matched} matched by {:?}", printable(of_old)));
        }
        Matching::Id(of_old, of_new) => {
            line(out, &format!("{old} → {new}: {matched} matched by {:?} and {:?}", printable(of_old), printable(of_new)));
        }
    }
    if drift.old.only + drift.new.only > 0 {
        line(out, &format!("{} in the old one only, {} in the new one only", drift.old.only, drift.new.only));
    }
    line(out, &paint(DIM, &models(drift)));
    if drift.retitled > 0 {
        let most = drift.matching == Matching::Place && 2 * drift.retitled > drift.matched;
        let doubt = if most { ": are these the same postings, in the same order?" } else { "" };
        line(out, &format!("{} of the matched have another title{doubt}", drift.retitled));
    }
    line(out, "");
    let changed = format!("{} of {} changed role", drift.changed, rows(drift.matched));
    line(out, &format!("{} ({:.1} %)", paint(BOLD, &changed), percent(drift.changed, drift.matched)));
}

fn models(drift: &Drift) -> String {
    let names = |side: &Labelling| {
        let mut names: Vec<String> = side.models.iter().take(MODELS).map(|(name, _)| printable(name)).collect();
        if side.models.len() > MODELS {
            names.push(format!("{} more", side.models.len() - MODELS));
        }
        if names.is_empty() { "no model named".to_owned() } else { names.join(", ") }
    };
    match (drift.old.models.as_slice(), drift.new.models.as_slice()) {
        ([(old, _)], [(new, _)]) if old == new => {
            let cause = if drift.changed > 0 { ", so what differs is the postings" } else { "" };
            format!("model {} on both sides{cause}", printable(old))
        }
        _ => format!("model {} → {}", names(&drift.old), names(&drift.new)),
    }
}

fn mix(out: &mut String, drift: &Drift) {
    heading(out, "Mix of roles");
    line(out, &paint(DIM, &format!("  {:<NAME$} {:>18} {:>18} {:>10}", "", "old", "new", "change")));
    let (old, new) = (&drift.old, &drift.new);
    let with_role = |side: &Labelling| side.rows - side.no_role;
    for role in Role::ALL {
        let [(was, of_old), (is, of_new)] = [old, new].map(|side| (side.roles[role.index()], with_role(side)));
        let [before, after] = [percent(was, of_old), percent(is, of_new)];
        let change = format!("{:+.1}", after - before).replace("-0.0", "+0.0");
        line(out, &format!("  {:<NAME$} {was:>9} {before:>6.1} % {is:>9} {after:>6.1} % {change:>10}", role.name()));
    }
    if old.no_role + new.no_role > 0 {
        line(out, &format!("  {:<NAME$} {:>9} {:>8} {:>9}", "without a role", old.no_role, "", new.no_role));
    }
}

fn shifts(out: &mut String, drift: &Drift) {
    let all: [(&str, Option<Shift>); 3] = [
        ("mix of roles", drift.mix),
        ("account work", *drift.heads.get(Head::Account)),
        ("project work", *drift.heads.get(Head::Project)),
    ];
    if all.iter().all(|(_, shift)| shift.is_none()) {
        return;
    }
    heading(out, "Drift (population stability index)");
    for (name, shift) in all {
        let Some(shift) = shift else { continue };
        let size = shift.size.to_string();
        let size = if matches!(shift.size, ShiftSize::Moderate | ShiftSize::Large) { paint(BOLD, &size) } else { size };
        line(out, &format!("  {name:<NAME$} {:>9.3}  {size}", shift.psi));
    }
}

fn transitions(out: &mut String, drift: &Drift) {
    if drift.changed == 0 {
        return;
    }
    heading(out, "From the old role (down) to the new one (across)");
    let none = Role::ALL.len();
    let is_used = |at: usize| {
        at < none || drift.transitions[none].iter().chain(drift.transitions.iter().map(|row| &row[none])).any(|&n| n > 0)
    };
    let places: Vec<usize> = (0..=none).filter(|&at| is_used(at)).collect();
    let name = |at: usize| Role::ALL.get(at).map_or("without a role", |role| role.name());
    let names: Vec<String> = places.iter().map(|&at| format!("{:>15}", name(at))).collect();
    line(out, &paint(DIM, &format!("  {:<NAME$} {}", "", names.join(" "))));
    for &from in &places {
        let cells: Vec<String> = places
            .iter()
            .map(|&to| {
                let cell = format!("{:>15}", drift.transitions[from][to]);
                let is_change = from != to && drift.transitions[from][to] > 0;
                if is_change { paint(BOLD, &cell) } else { cell }
            })
            .collect();
        line(out, &format!("  {:<NAME$} {}", name(from), cells.join(" ")));
    }
}

/// `text` from a stranger, cut to a line.
fn short(text: &str) -> String {
    let text = printable(text);
    let short: String = text.chars().take(TITLE).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    short + more
}

/// A row by its id and title.
fn name(row: &Named) -> String {
    let id = short(&row.id);
    let id = if id.is_empty() { format!("row {}", row.row) } else { id };
    format!("{id}  {}", short(&row.title))
}

fn role(call: Option<Call>) -> &'static str {
    call.map_or("no role", |call| call.role.name())
}

fn movers(out: &mut String, movers: &[Mover]) {
    if movers.is_empty() {
        return;
    }
    heading(out, "Farthest movers");
    for Mover { old, new, .. } in movers {
        line(out, &format!("  {}", name(new)));
        let (from, to) = (role(old.call), role(new.call));
        let roles = if from == to { format!("still {to}") } else { format!("{from} → {}", paint(BOLD, to)) };
        let heads = old.call.and_then(|call| call.heads).zip(new.call.and_then(|call| call.heads));
        let Some((before, after)) = heads else { continue };
        let moved = Head::ALL.map(|head| {
            let [before, after] = [before, after].map(|heads| 100.0 * heads.get(head).value());
            format!("{} {before:.1} → {after:.1} %", head.name())
        });
        line(out, &format!("    {}: {roles}", moved.join(", ")));
    }
}

fn phrases(out: &mut String, drift: &Drift) {
    let listed = |phrases: &[MovedPhrase]| {
        let one = |moved: &MovedPhrase| format!("{} ({} → {})", printable(&moved.phrase), moved.old, moved.new);
        phrases.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let moved: Vec<_> = drift.phrases.iter().filter(|role| !role.gained.is_empty() || !role.lost.is_empty()).collect();
    if moved.is_empty() {
        return;
    }
    heading(out, "Leading phrases, by the rows of the role that they carry (old → new)");
    for role in moved {
        line(out, &format!("  {}", role.role));
        for (what, phrases) in [("gained", &role.gained), ("lost", &role.lost)] {
            if !phrases.is_empty() {
                line(out, &format!("    {what:<7} {}", listed(phrases)));
            }
        }
    }
    if drift.phrases_missed > 0 {
        line(out, &paint(DIM, &format!("  (rare ones were not kept: a count may be {} too low)", drift.phrases_missed)));
    }
}

fn only(out: &mut String, which: &str, side: &Labelling) {
    if side.only == 0 {
        return;
    }
    heading(out, &format!("In the {which} one only: {}", rows(side.only)));
    for row in &side.only_first {
        line(out, &format!("  {}: {}", name(row), role(row.call)));
    }
    let more = side.only - side.only_first.len() as u64;
    if more > 0 {
        line(out, &format!("  and {more} more (-o lists all)"));
    }
}
