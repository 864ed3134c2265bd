//! Colours, and text that a terminal can be shown.

use std::fmt::Write;

use anstyle::{AnsiColor, Style};

use crate::role::Head;

/// Style of words that speak for account work.
const ACCOUNT: Style = AnsiColor::Cyan.on_default().bold();
/// Style of words that speak for project work.
const PROJECT: Style = AnsiColor::Yellow.on_default().bold();

/// The style of `head`, everywhere.
pub fn style(head: Head) -> Style {
    match head {
        Head::Account => ACCOUNT,
        Head::Project => PROJECT,
    }
}

/// `text` in `style`. Styles are taken out again where the output is no terminal or colour is not wanted.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// `text` on one line, with nothing in it that a terminal would act on: control characters and direction overrides come from strangers.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut space = false;
    for character in text.chars() {
        if character.is_whitespace() || is_hidden(character) {
            space = space || character.is_whitespace();
        } else {
            if space && !shown.is_empty() {
                shown.push(' ');
            }
            space = false;
            shown.push(character);
        }
    }
    shown
}

/// `text` as it stands, with a sign in place of every character that a terminal would act on: names of files and of elements come from strangers, too.
pub fn harmless(text: &str) -> String {
    let show = |character: char| if character != '\n' && is_hidden(character) { char::REPLACEMENT_CHARACTER } else { character };
    text.chars().map(show).collect()
}

/// `json`, the same to every reader of JSON, with escapes for what a terminal would act on.
pub fn harmless_json(json: &str) -> String {
    json.chars().fold(String::with_capacity(json.len()), |mut out, character| {
        if character != '\n' && is_hidden(character) {
            // Writing to a string cannot fail. All of them have one unit.
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
        out
    })
}

/// Control and formatting characters: escape sequences, direction overrides, zero-width marks.
pub(crate) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A bar of `width` cells, filled for `share` (0 to 1).
pub fn bar(share: f64, width: usize) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let filled = ((share.clamp(0.0, 1.0) * width as f64).round() as usize).min(width);
    format!("{}{}", "█".repeat(filled), "░".repeat(width - filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        assert_eq!(printable("a\u{1b}[31mb\r\n\tc\u{202e}d"), "a[31mb cd");
        assert_eq!(harmless("a\u{1b}[31mb\nc\u{202e}"), "a\u{fffd}[31mb\nc\u{fffd}");
        let json = "[\n  \"\u{9b}31m\u{202e}ä\u{7f}\"\n]";
        assert_eq!(harmless_json(json), "[\n  \"\\u009b31m\\u202eä\\u007f\"\n]");
        assert_eq!(bar(0.5, 4), "██░░");
        assert_eq!(bar(f64::NAN, 4), "░░░░");
    }
}
