//! A model's card as text.

use std::fmt::Write;

use crate::classifier::Classifier;
use crate::role::{Head, Role};

/// The card of `classifier`'s model.
pub fn text(classifier: &Classifier) -> String {
    let card = &classifier.model().card;
    let mut out = String::new();
    let mut line = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{name:<22} {value}");
    };
    line("fingerprint", classifier.fingerprint().to_string());
    line("trained by", format!("rolecall {}", card.program));
    line("corpus", card.corpus.clone());
    let counts = Role::ALL.map(|role| format!("{} {role}", card.postings[role.index()])).join(", ");
    line("postings", format!("{} ({counts})", card.postings.iter().sum::<usize>()));
    line("  of our own", card.written.to_string());
    line("columns", classifier.model().vocabulary.columns().to_string());
    for head in Head::ALL {
        line(&format!("bias of {}", head.name()), format!("{:.4}", classifier.model().heads.get(head).bias));
    }
    match &card.held_out {
        Some(held) => {
            line("cross-validated on", format!("{} postings", held.postings));
            line("  macro-F1", format!("{:.1} %", 100.0 * held.macro_f1));
            line("  accuracy", format!("{:.1} %", 100.0 * held.accuracy));
            line("  calibration error", format!("{:.3}", held.calibration_error));
        }
        None => line("held-out figures", "not measured".to_owned()),
    }
    line("settings", serde_json::to_string(&card.settings).unwrap_or_default());
    out
}
