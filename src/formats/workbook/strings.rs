//! The texts that the cells of an XLSX workbook share. They do not stream: a cell may refer to any of them, so all are held.

use std::fmt::Write;
use std::io::Read;

use quick_xml::events::Event;

use super::xml::{local, push_text, walk};

/// Texts, end to end.
#[derive(Debug, Default)]
pub(super) struct Strings {
    all: String,
    ends: Vec<usize>,
}

impl Strings {
    /// Reads the part.
    ///
    /// # Errors
    /// What is wrong with its XML.
    pub(super) fn read(part: impl Read) -> Result<Self, String> {
        let mut strings = Self::default();
        let mut text = RichText::default();
        walk(part, |event, _| {
            text.event(event);
            match event {
                Event::End(end) if local(end.name().as_ref()) == "si" => strings.push(&text.take()),
                Event::Empty(empty) if local(empty.name().as_ref()) == "si" => strings.push(""),
                _ => {}
            }
            true
        })?;
        strings.all.shrink_to_fit();
        strings.ends.shrink_to_fit();
        Ok(strings)
    }

    fn push(&mut self, text: &str) {
        self.all.push_str(text);
        self.ends.push(self.all.len());
    }

    /// The text of that number, or nothing.
    pub(super) fn get(&self, at: usize) -> &str {
        let begin = at.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or(0));
        self.ends.get(at).map_or("", |&end| &self.all[begin..end])
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }
}

/// A rich text as it is read: runs are joined, what is there for the pronunciation is not.
#[derive(Debug, Default)]
pub(super) struct RichText {
    said: String,
    is_open: bool,
    in_phonetic: bool,
}

impl RichText {
    /// Takes what belongs to it.
    pub(super) fn event(&mut self, event: &Event) {
        match event {
            Event::Start(start) => match local(start.name().as_ref()) {
                "t" => self.is_open = !self.in_phonetic,
                "rPh" => self.in_phonetic = true,
                _ => {}
            },
            Event::End(end) => match local(end.name().as_ref()) {
                "t" => self.is_open = false,
                "rPh" => self.in_phonetic = false,
                _ => {}
            },
            event if self.is_open => push_text(event, &mut self.said),
            _ => {}
        }
    }

    /// The text, and begins another.
    pub(super) fn take(&mut self) -> String {
        let text = std::mem::take(self).said;
        if text.contains("_x") { unescaped(&text) } else { text }
    }
}

/// The character that `_x000D_` at the beginning of `text` stands for.
fn escape(text: &str) -> Option<char> {
    let code = text.strip_prefix("_x")?.get(..5)?.strip_suffix('_')?;
    let is_hex = code.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(code, 16).ok().filter(|_| is_hex).and_then(char::from_u32)
}

/// Length of an escape.
const ESCAPE: usize = "_x000D_".len();

/// `text` with the characters that XML has no room for: `_x000D_` is a carriage return.
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(character) = escape(rest) {
            out.push(character);
            rest = &rest[ESCAPE..];
        } else {
            out.push('_');
            rest = &rest[1..];
        }
    }
    out + rest
}

/// The other way: `text` in characters that XML has room for.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let is_control = character < ' ' && !matches!(character, '\t' | '\n');
        if is_control || matches!(character, '\u{fffe}' | '\u{ffff}') || escape(&text[at..]).is_some() {
            // Writing to a string cannot fail.
            let _ = write!(out, "_x{:04X}_", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_joined_and_pronunciation_is_left_out() {
        let xml = "<x:sst><x:si><x:t>a </x:t></x:si><x:si/><x:si><x:r><x:rPr><x:b/></x:rPr><x:t>b&amp;</x:t></x:r>\n<x:r><x:t xml:space=\"preserve\"> c</x:t></x:r><x:rPh sb=\"0\" eb=\"1\"><x:t>no</x:t></x:rPh></x:si></x:sst>";
        let strings = Strings::read(xml.as_bytes()).expect("good");
        assert_eq!([0, 1, 2, 3].map(|at| strings.get(at)), ["a ", "", "b& c", ""]);
        assert_eq!(strings.len(), 3);
    }

    #[test]
    fn escapes_go_there_and_back() {
        assert_eq!(unescaped("a_x000D_\nb_x005F_x000D_ _xyz _x00"), "a\r\nb_x000D_ _xyz _x00");
        for text in ["a\r\nb", "_x000D_", "\u{1}ä\u{ffff}", "_x_x0041_", "plain", "_x00ä1_"] {
            assert_eq!(unescaped(&escaped(text)), text);
        }
        assert_eq!(escaped("a\r_x0041_"), "a_x000D__x005F_x0041_");
    }
}
