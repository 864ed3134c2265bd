//! Where the elements of a feed begin and end, found without parsing what is in them.

use std::ops::Range;

/// A longer tag or document type is no such thing, but a stray `<` in a text.
const LONGEST_TAG: usize = 64 * 1024;

/// The tag of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tag {
    /// The element's name, prefix and all.
    pub name: Range<usize>,
    /// All of the tag.
    pub all: Range<usize>,
    /// What it does.
    pub kind: TagKind,
}

/// What a tag does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TagKind {
    /// `<a>`
    Opens,
    /// `</a>`
    Closes,
    /// `<a/>`
    Empty,
}

/// What the scanner is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Text,
    CData,
    Comment,
}

/// Finds tags, those in comments and CDATA left out, in bytes that arrive bit by bit.
#[derive(Debug, Clone)]
pub(super) struct Scanner {
    /// What comes before this place was scanned.
    pub at: usize,
    mode: Mode,
}

impl Default for Scanner {
    fn default() -> Self {
        Self { at: 0, mode: Mode::Text }
    }
}

/// The first place from `from` on where one of `wanted` stands.
fn find(bytes: &[u8], from: usize, wanted: [u8; 2]) -> Option<usize> {
    bytes.get(from..)?.iter().position(|byte| wanted.contains(byte)).map(|at| from + at)
}

/// Whether a name ends before `byte`.
fn ends_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/')
}

impl Scanner {
    /// Whether it is in no comment and in no CDATA.
    pub(super) fn is_in_text(&self) -> bool {
        self.mode == Mode::Text
    }

    /// The next tag; `None` where `bytes` hold no more of them, or, unless they are `all` there are, the beginning of one. Within the
    /// element `within`, CDATA that nobody closed ends where the element does and another one begins.
    pub(super) fn next(&mut self, bytes: &[u8], all: bool, within: Option<&[u8]>) -> Option<Tag> {
        loop {
            match self.mode {
                Mode::CData => self.skip_cdata(bytes, all, within)?,
                Mode::Comment => self.skip_comment(bytes)?,
                Mode::Text => {
                    self.at = find(bytes, self.at, [b'<', b'<']).unwrap_or(bytes.len());
                    if self.at == bytes.len() {
                        return None;
                    }
                    if let Found::Tag(tag) = self.markup(bytes, all)? {
                        return Some(tag);
                    }
                }
            }
        }
    }

    /// Goes to the end of the CDATA.
    fn skip_cdata(&mut self, bytes: &[u8], all: bool, within: Option<&[u8]>) -> Option<()> {
        loop {
            let Some(at) = find(bytes, self.at, [b']', b'<']) else {
                self.at = bytes.len();
                return None;
            };
            self.at = at;
            let rest = &bytes[at..];
            if rest.starts_with(b"]]>") {
                (self.at, self.mode) = (at + 3, Mode::Text);
                return Some(());
            }
            if let Some(name) = within.filter(|_| rest.starts_with(b"</")) {
                match closes_for_good(rest, name, all) {
                    Some(true) => {
                        self.mode = Mode::Text;
                        return Some(());
                    }
                    Some(false) => {}
                    None => return None,
                }
            }
            let is_cut = if rest[0] == b']' { rest.len() < 3 } else { rest.len() < 2 };
            if is_cut && !all {
                return None;
            }
            self.at += 1;
        }
    }

    fn skip_comment(&mut self, bytes: &[u8]) -> Option<()> {
        loop {
            let Some(at) = find(bytes, self.at, [b'>', b'>']) else {
                self.at = bytes.len();
                return None;
            };
            self.at = at + 1;
            if bytes[..at].ends_with(b"--") {
                self.mode = Mode::Text;
                return Some(());
            }
        }
    }

    /// Reads what begins with `<` here.
    fn markup(&mut self, bytes: &[u8], all: bool) -> Option<Found> {
        let rest = &bytes[self.at..];
        let could_be = |begin: &[u8]| rest.len() < begin.len() && begin.starts_with(rest) && !all;
        if could_be(b"<![CDATA[") || could_be(b"<!--") {
            return None;
        }
        if rest.starts_with(b"<![CDATA[") {
            (self.at, self.mode) = (self.at + 9, Mode::CData);
            return Some(Found::Other);
        }
        if rest.starts_with(b"<!--") {
            // `<!-->` is no comment yet: its dashes must not be taken for those of the end.
            (self.at, self.mode) = (self.at + 4, Mode::Comment);
            return Some(Found::Other);
        }
        let is_tag = match rest.get(1) {
            Some(b'/') => rest.get(2).is_none_or(|byte| is_name_start(*byte)),
            Some(b'!' | b'?') | None => true,
            Some(first) => is_name_start(*first),
        };
        let limit = rest.len().min(LONGEST_TAG);
        let length = if is_tag { tag_length(&rest[..limit]) } else { Some(0) };
        match length {
            Some(length) if is_tag => {
                let found = tag(rest, self.at, length);
                self.at += length;
                Some(found)
            }
            None if rest.len() < LONGEST_TAG && !all => None,
            // A `<` of a text.
            _ => {
                self.at += 1;
                Some(Found::Other)
            }
        }
    }
}

/// What stood at a `<`.
enum Found {
    Tag(Tag),
    Other,
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// The length of the tag, instruction or document type that `rest` begins with.
fn tag_length(rest: &[u8]) -> Option<usize> {
    if rest.starts_with(b"<?") {
        return rest.windows(2).position(|pair| pair == b"?>").map(|at| at + 2);
    }
    let mut quote = None;
    let mut brackets = 0_usize;
    for (at, &byte) in rest.iter().enumerate() {
        match byte {
            _ if quote == Some(byte) => quote = None,
            _ if quote.is_some() => {}
            b'"' | b'\'' => quote = Some(byte),
            b'[' => brackets += 1,
            b']' => brackets = brackets.saturating_sub(1),
            b'>' if brackets == 0 => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// The tag of `length` bytes at the beginning of `rest`, which stands at `at`.
fn tag(rest: &[u8], at: usize, length: usize) -> Found {
    if matches!(rest[1], b'!' | b'?') {
        return Found::Other;
    }
    let closes = rest[1] == b'/';
    let begin = if closes { 2 } else { 1 };
    let end = begin + rest[begin..length].iter().position(|byte| ends_name(*byte)).unwrap_or(0);
    let kind = match (closes, rest[length - 2]) {
        (true, _) => TagKind::Closes,
        (false, b'/') => TagKind::Empty,
        (false, _) => TagKind::Opens,
    };
    Found::Tag(Tag { name: at + begin..at + end, all: at..at + length, kind })
}

/// Whether `rest`, within CDATA, begins with the end of the element `name`, and what follows is the next such element, or the end of what is
/// around them; `None` where that cannot be told yet.
fn closes_for_good(rest: &[u8], name: &[u8], all: bool) -> Option<bool> {
    let close = [b"</", name, b">"].concat();
    if rest.len() < close.len() {
        return if close.starts_with(rest) && !all { None } else { Some(false) };
    }
    if !rest.starts_with(&close) {
        return Some(false);
    }
    let next = rest[close.len()..].trim_ascii_start();
    let open = [b"<", name].concat();
    if next.len() <= open.len() && !all && (open.starts_with(next) || next.len() < 2) {
        return None;
    }
    let opens = next.starts_with(&open) && next.get(open.len()).is_none_or(|byte| ends_name(*byte));
    Some(next.is_empty() || opens || next.starts_with(b"</"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tags in `text`, read in pieces of `step` bytes.
    fn tags(text: &str, step: usize, within: Option<&str>) -> Vec<String> {
        let mut scanner = Scanner::default();
        let mut found = Vec::new();
        let mut end = 0;
        while end < text.len() {
            end = (end + step).min(text.len());
            let bytes = &text.as_bytes()[..end];
            while let Some(tag) = scanner.next(bytes, end == text.len(), within.map(str::as_bytes)) {
                found.push(format!("{:?} {}", tag.kind, &text[tag.name]));
            }
        }
        found
    }

    #[test]
    fn tags_are_found_whatever_the_pieces() {
        let text = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"<c>\">]><a:b x='>' y=\"</d>\">< 1 <e/>\
                    <![CDATA[<f> ]] > ]]]><!-- <g> -- > --><ü\n></ü ></a:b>";
        let expected = ["Opens a:b", "Empty e", "Opens ü", "Closes ü", "Closes a:b"];
        for step in 1..=text.len() {
            assert_eq!(tags(text, step, None), expected, "{step}");
        }
    }

    #[test]
    fn open_cdata_ends_with_its_record() {
        let text = "<job><![CDATA[<p>a</p></job>\n<job>b</job>";
        for step in 1..=text.len() {
            assert_eq!(tags(text, step, Some("job")), ["Opens job", "Closes job", "Opens job", "Closes job"], "{step}");
            assert_eq!(tags(text, step, None), ["Opens job"], "{step}");
        }
        let quoted = "<job><![CDATA[wir schreiben </job> und <job> hin]]></job>";
        assert_eq!(tags(quoted, 7, Some("job")), ["Opens job", "Closes job"]);
    }

    #[test]
    fn a_tag_without_end_is_text() {
        let text = format!("<a {} <b></b>", "x ".repeat(LONGEST_TAG));
        assert_eq!(tags(&text, 10_000, None), ["Opens b", "Closes b"]);
        assert_eq!(tags("<a> 3 <", 2, None), ["Opens a"]);
        assert_eq!(tags("<a> <b", 2, None), ["Opens a"]);
    }
}
