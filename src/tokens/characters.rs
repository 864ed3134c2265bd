//! What belongs to a word, character by character, and how a word is written in its folded form.

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Whether a mark that belongs to no word stands at the beginning: a dash, a quote, a bullet, a space that does not break.
pub(super) fn is_common_mark(bytes: &[u8]) -> bool {
    matches!(bytes, [0xe2, 0x80, ..] | [0xc2, 0xa0, ..])
}

/// Whether no word goes on with `next`, and no gender ending or link begins with it.
#[inline]
pub(super) fn ends_any_word(next: u8) -> bool {
    next.is_ascii() && !matches!(next, b'.' | b':' | b'*' | b'_' | b'/')
}

/// What stands for the umlaut that `bytes` begin with.
pub(super) fn written_out(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xc3, 0xa4 | 0x84, ..] => Some("ae"),
        [0xc3, 0xb6 | 0x96, ..] => Some("oe"),
        [0xc3, 0xbc | 0x9c, ..] => Some("ue"),
        [0xc3, 0x9f, ..] => Some("ss"),
        _ => None,
    }
}

/// Whether the word `form` ends for sure where `rest` begins: no link, no gender ending, no character that belongs to the letter before it.
pub(super) fn ends_plainly(form: &[u8], rest: &str) -> bool {
    match rest.as_bytes() {
        [] => true,
        [b'.', ..] => form != b"www",
        [b':', b'/', b'/', ..] => !matches!(form, b"http" | b"https"),
        [b':' | b'*' | b'_' | b'/', b'-', next, ..] | [b':' | b'*' | b'_' | b'/', next, ..] => {
            next.is_ascii() && !matches!(next, b'i' | b'I')
        }
        [first, ..] if first.is_ascii() => true,
        _ => !rest.starts_with(|next| is_word(next) || matches!(next, '·' | '\u{387}')),
    }
}

/// Soft hyphens, zero-width characters and the like: they stand inside words and mean nothing.
pub(super) fn is_ignorable(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether `character` belongs to a word.
fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric()
        || (!character.is_ascii() && (character.is_alphanumeric() || is_combining_mark(character) || is_ignorable(character)))
}

/// Whether a word may begin with `character`: a combining mark belongs to what stands before it, an ignorable character to nothing.
pub(super) fn begins_word(character: char) -> bool {
    character.is_alphanumeric()
}

/// Length of the word at the start of `rest`, a gender ending such as `:innen` or `/-in` included.
pub(super) fn word_length(rest: &str) -> usize {
    let run = |text: &str| text.find(|character| !is_word(character)).unwrap_or(text.len());
    let length = run(rest);
    let Some(separator) =
        rest[length..].chars().next().filter(|character| matches!(character, ':' | '*' | '_' | '/' | '·' | '\u{387}'))
    else {
        return length;
    };
    let skip = |at: usize| at + rest[at..].find(|character| !is_ignorable(character)).unwrap_or(rest.len() - at);
    let mut ending_start = skip(length + separator.len_utf8());
    ending_start += usize::from(rest[ending_start..].starts_with('-'));
    let suffix = run(&rest[ending_start..]);
    let is_gender_ending = matches!(normalize(&rest[ending_start..ending_start + suffix]).as_str(), "in" | "innen");
    if is_gender_ending { ending_start + suffix } else { length }
}

/// Length of the link at the start of `rest`, if one stands there.
pub(super) fn link_length(rest: &str) -> Option<usize> {
    let starts = |prefix: &str| {
        let mut letters = rest.chars().filter(|character| !is_ignorable(*character));
        prefix.chars().all(|expected| letters.next().is_some_and(|found| found.eq_ignore_ascii_case(&expected)))
    };
    (starts("http://") || starts("https://") || starts("www.")).then(|| {
        rest.find(|character: char| character.is_whitespace() || matches!(character, ')' | ']' | '<' | '"')).unwrap_or(rest.len())
    })
}

/// NFC, lower case, ignorable characters out, umlauts written out.
pub(super) fn normalize(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let kept: String = word.chars().filter(|character| !is_ignorable(*character)).collect();
    let composed = if is_nfc(&kept) { kept } else { kept.nfc().collect() };
    let mut form = String::with_capacity(composed.len());
    for character in composed.chars().flat_map(char::to_lowercase) {
        match character {
            'ä' => form.push_str("ae"),
            'ö' => form.push_str("oe"),
            'ü' => form.push_str("ue"),
            'ß' => form.push_str("ss"),
            other => form.push(other),
        }
    }
    form
}
