//! JSON as Python and Java really write it: `NaN` for a cell that is missing, and halves of emoji where a text was cut.

use serde_json::Value;

/// Words that stand for numbers that are none; `null` means the same.
const NO_NUMBERS: [&str; 3] = ["NaN", "-Infinity", "Infinity"];

/// Parses `text`, and where it is broken, parses it mended.
pub(super) fn parse(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::from_str(text).or_else(|error| serde_json::from_str(&mended(text)).map_err(|_| error))
}

/// `text` with `null` for what is no number and the replacement character for halves of surrogate pairs.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_string = false;
    while let Some(first) = rest.chars().next() {
        let mut length = first.len_utf8();
        let mut replacement = None;
        if in_string && first == '\\' {
            length = escape_length(rest);
            replacement = is_half(&rest[..length]).then_some("\\ufffd");
        } else if first == '"' {
            in_string = !in_string;
        } else if !in_string && let Some(word) = NO_NUMBERS.iter().find(|word| rest.starts_with(**word)) {
            length = word.len();
            replacement = Some("null");
        }
        out.push_str(replacement.unwrap_or(&rest[..length]));
        rest = &rest[length..];
    }
    out
}

/// The unit of an escape `\uXXXX` that `text` begins with.
fn unit(text: &str) -> Option<u16> {
    text.strip_prefix("\\u").and_then(|hex| hex.get(..4)).and_then(|hex| u16::from_str_radix(hex, 16).ok())
}

/// The length of the escape that `text` begins with; both halves of a pair are one.
fn escape_length(text: &str) -> usize {
    match unit(text) {
        Some(0xd800..=0xdbff) if matches!(text.get(6..).and_then(unit), Some(0xdc00..=0xdfff)) => 12,
        Some(_) => 6,
        None => 1 + text[1..].chars().next().map_or(0, char::len_utf8),
    }
}

fn is_half(escape: &str) -> bool {
    escape.len() == 6 && matches!(unit(escape), Some(0xd800..=0xdfff))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_others_write_is_read() {
        let text = r#"{"a": NaN, "b": [-Infinity, "NaN \\ud83d \" NaN"], "c": "x\ud83d\ude00 \ud83d y \ude00"}"#;
        let value = parse(text).expect("mended");
        assert_eq!(value, json!({ "a": null, "b": [null, "NaN \\ud83d \" NaN"], "c": "x😀 \u{fffd} y \u{fffd}" }));
    }

    #[test]
    fn what_is_broken_stays_broken() {
        for text in ["{\"a\": \"\\", "{\"a\": \"\\u12", "{\"a\": NaN", "", "{\"a\" 1}"] {
            assert!(parse(text).is_err());
        }
    }
}
