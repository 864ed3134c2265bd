//! The agreement of two reviewers on a terminal.

use std::fmt::Write;
use std::path::Path;

use super::painter::{harmless, printable};
use crate::metrics::Interval;
use crate::review::agreement::Agreement;
use crate::role::Role;

/// What `found` says, in words and a table. `files` hold the answers of the first and of the second reviewer.
pub fn text(found: &Agreement, files: [&Path; 2]) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{}", text.trim_end());
    };
    let [first, second] = files.map(|file| harmless(&file.display().to_string()));
    let [only_first, only_second] = found.only;
    line(format!("first {first}, second {second}"));
    line(format!("{} postings answered by both; {only_first} by the first alone, {only_second} by the second alone", found.both));
    if found.both == 0 {
        return out;
    }
    line(format!("they agree on {}", percent(&found.agreed)));
    match &found.kappa {
        Some(kappa) => {
            line(format!("Cohen's kappa {:.2} [{:.2}–{:.2}], {}", kappa.value, kappa.low, kappa.high, strength(kappa.value)));
        }
        None => line("Cohen's kappa: none, as all answers are one role".to_owned()),
    }
    line(String::new());
    line(format!("{:<18}{}", "first ↓ second →", Role::ALL.map(|role| format!("{:>17}", role.name())).concat()));
    for role in Role::ALL {
        let cells = found.counts[role.index()].map(|count| format!("{count:>17}")).concat();
        line(format!("{:<18}{cells}", role.name()));
    }
    if !found.disputes.is_empty() {
        line(String::new());
        line(format!("In dispute ({})", found.disputes.len()));
    }
    for dispute in &found.disputes {
        let (id, title) = (printable(&dispute.id), printable(&dispute.title));
        line(format!("  {} or {}: {title} ({id})", dispute.first, dispute.second));
    }
    out
}

fn percent(share: &Interval) -> String {
    format!("{:.1} % [{:.1}–{:.1}]", 100.0 * share.value, 100.0 * share.low, 100.0 * share.high)
}

/// The word that Landis & Koch (1977) have for it.
fn strength(kappa: f64) -> &'static str {
    match kappa {
        _ if kappa < 0.0 => "less than chance",
        _ if kappa <= 0.2 => "slight",
        _ if kappa <= 0.4 => "fair",
        _ if kappa <= 0.6 => "moderate",
        _ if kappa <= 0.8 => "substantial",
        _ => "almost perfect",
    }
}
