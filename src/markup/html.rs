//! A tolerant reader of the HTML that applicant-tracking systems write.
//!
//! It knows the HTML element names, and leaves every other `<` of a prose text alone. Character references go through `htmlize`, which
//! holds the table of the HTML standard.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2};

use super::offsets::OffsetMap;
use crate::span::Span;

/// A longer tag is taken for prose: bounds the search for its end.
const LONGEST_TAG: usize = 16 * 1024;
/// The references that most texts have, and what they stand for.
const COMMON: [(&str, &str); 5] = [("&amp;", "&"), ("&nbsp;", "\u{a0}"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\"")];
/// `&CounterClockwiseContourIntegral;` is the longest named reference.
const LONGEST_REFERENCE: usize = 33;

/// A longer name is no element's.
const LONGEST_NAME: usize = 12;

/// What an element does to the text around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    /// Begins a new line.
    Block,
    /// Begins a new line that is a heading.
    Heading,
    /// Begins a new line that is an item of a list.
    Item,
    /// Stays within a line.
    Inline,
    /// Has a content that is not text.
    Opaque,
}

impl Element {
    /// The element of that name, in whatever case.
    fn from_name(name: &[u8]) -> Option<Self> {
        let mut lower = [0; LONGEST_NAME];
        let lower = lower.get_mut(..name.len())?;
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        match &*lower {
            b"address" | b"article" | b"aside" | b"blockquote" | b"body" | b"br" | b"dd" | b"details" | b"div" | b"dl"
            | b"dt" | b"fieldset" | b"figure" | b"footer" | b"form" | b"header" | b"hr" | b"html" | b"main" | b"nav" | b"ol"
            | b"p" | b"pre" | b"section" | b"summary" | b"table" | b"tbody" | b"td" | b"th" | b"thead" | b"tr" | b"ul"
            | b"title" => Some(Self::Block),
            b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Some(Self::Heading),
            b"li" => Some(Self::Item),
            b"a" | b"abbr" | b"b" | b"big" | b"button" | b"center" | b"cite" | b"code" | b"del" | b"em" | b"font" | b"head"
            | b"i" | b"iframe" | b"img" | b"input" | b"ins" | b"label" | b"link" | b"mark" | b"meta" | b"o:p" | b"q" | b"s"
            | b"small" | b"span" | b"strike" | b"strong" | b"sub" | b"sup" | b"svg" | b"tt" | b"u" => Some(Self::Inline),
            b"script" | b"style" => Some(Self::Opaque),
            _ => None,
        }
    }
}

/// A tag, `source[0..length]` of the text that it was read from.
struct Tag<'a> {
    name: &'a str,
    element: Element,
    closing: bool,
    length: usize,
}

/// Reads a tag at the start of `source`, which begins with `<`.
fn tag(source: &str) -> Option<Tag<'_>> {
    let bytes = source.as_bytes();
    let closing = bytes.get(1) == Some(&b'/');
    let name_start = if closing { 2 } else { 1 };
    let name_length =
        bytes[name_start..].iter().take(LONGEST_NAME).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
    let name = &source[name_start..name_start + name_length];
    let element = Element::from_name(name.as_bytes())?;
    let length = tag_length(bytes, name_start + name_length)?;
    Some(Tag { name, element, closing, length })
}

/// Where the tag ends whose name ended at `from`: past the first `>` outside of quotes.
fn tag_length(bytes: &[u8], from: usize) -> Option<usize> {
    if bytes.get(from) == Some(&b'>') {
        return Some(from + 1);
    }
    let limit = bytes.len().min(LONGEST_TAG);
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate().take(limit).skip(from) {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') if bytes[at - 1] == b'=' => quote = Some(byte),
            (Some(open), close) if open == close => quote = None,
            _ => {}
        }
    }
    // An unclosed quote: the first `>` will do.
    bytes[..limit].iter().skip(from).position(|&byte| byte == b'>').map(|at| from + at + 1)
}

/// Reads a character reference at the start of `source`, which begins with `&`: the text it stands for, and its length.
fn reference(source: &str) -> Option<(Cow<'static, str>, usize)> {
    for (written, text) in COMMON {
        if source.starts_with(written) {
            return Some((Cow::Borrowed(text), written.len()));
        }
    }
    let end = source.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';')? + 1;
    let name = &source.as_bytes()[1..end - 1];
    if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#') {
        return None;
    }
    let written = &source[..end];
    let decoded = htmlize::unescape(written);
    (decoded != written).then(|| (Cow::Owned(decoded.into_owned()), end))
}

/// Whether `source` is HTML that was escaped once more: decided by weight, since one stray escaped tag is no proof.
pub(super) fn is_escaped(source: &str) -> bool {
    let bytes = source.as_bytes();
    let escaped =
        memchr_iter(b'&', bytes).filter_map(|at| bytes[at + 1..].strip_prefix(b"lt;")).filter(|rest| is_tag_name(rest)).count();
    escaped > 0 && escaped > 2 * memchr_iter(b'<', bytes).filter(|at| is_tag_name(&bytes[at + 1..])).count()
}

/// Whether an element's name stands at the start of `rest`.
fn is_tag_name(rest: &[u8]) -> bool {
    let rest = rest.strip_prefix(b"/").unwrap_or(rest);
    let end = rest.iter().take(LONGEST_NAME).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
    Element::from_name(&rest[..end]).is_some()
}

/// Text being written, with its map.
struct Output {
    text: String,
    offsets: OffsetMap,
}

impl Output {
    fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), offsets: OffsetMap::builder() }
    }

    /// Copies `source[from..to]`.
    fn copy(&mut self, source: &str, from: usize, to: usize) {
        if from < to {
            self.text.push_str(&source[from..to]);
            self.offsets.push(to - from, Span::new(from, to), true);
        }
    }

    /// Writes `text` in place of `span` of the source.
    fn replace(&mut self, text: &str, span: Span) {
        if !text.is_empty() {
            self.text.push_str(text);
            self.offsets.push(text.len(), span, false);
        }
    }
}

/// Decodes the character references of `source` once.
pub(super) fn unescape(source: &str) -> (String, OffsetMap) {
    let mut out = Output::with_capacity(source.len());
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr(b'&', &source.as_bytes()[at..]) {
        at += found;
        if let Some((decoded, length)) = reference(&source[at..]) {
            out.copy(source, copied, at);
            out.replace(&decoded, Span::new(at, at + length));
            at += length;
            copied = at;
        } else {
            at += 1;
        }
    }
    out.copy(source, copied, source.len());
    (out.text, out.offsets)
}

/// Takes tags, comments and scripts out of `source` and decodes its character references.
pub(super) fn strip(source: &str) -> (String, OffsetMap) {
    let mut out = Output::with_capacity(source.len());
    let mut copied = 0;
    let mut at = 0;
    // The next `>`, found once: without one near enough nothing is a tag, and text full of `<` is not searched again and again.
    let mut close = Some(0);
    while let Some(found) = memchr2(b'<', b'&', &source.as_bytes()[at..]) {
        at += found;
        if close.is_some_and(|close| close < at) {
            close = memchr(b'>', &source.as_bytes()[at..]).map(|found| at + found);
        }
        let rest = &source[at..];
        let can_be_markup = rest.starts_with('&') || close.is_some_and(|close| close < at + LONGEST_TAG);
        let Some((replacement, length)) = can_be_markup.then(|| replacement(rest)).flatten() else {
            at += 1;
            continue;
        };
        out.copy(source, copied, at);
        out.replace(&replacement, Span::new(at, at + length));
        at += length;
        copied = at;
    }
    out.copy(source, copied, source.len());
    (out.text, out.offsets)
}

/// What stands for the markup at the start of `rest`, and how long the markup is; `None` where there is none.
fn replacement(rest: &str) -> Option<(Cow<'static, str>, usize)> {
    if rest.starts_with('&') {
        return reference(rest);
    }
    if let Some(comment) = rest.strip_prefix("<!--") {
        let length = comment.find("-->").map_or(rest.len(), |end| end + 7);
        return Some((Cow::Borrowed(""), length));
    }
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return tag_length(rest.as_bytes(), 2).map(|length| (Cow::Borrowed(""), length));
    }
    let tag = tag(rest)?;
    let text = match (tag.element, tag.closing) {
        (Element::Block, _) | (Element::Heading | Element::Item, true) => "\n",
        (Element::Heading, false) => "\n# ",
        (Element::Item, false) => "\n• ",
        (Element::Inline | Element::Opaque, _) => "",
    };
    let opaque = tag.element == Element::Opaque && !tag.closing;
    let length = if opaque { tag.length + opaque_length(&rest[tag.length..], tag.name) } else { tag.length };
    Some((Cow::Borrowed(text), length))
}

/// How much of `rest` belongs to the opaque element `name`, its closing tag included.
fn opaque_length(rest: &str, name: &str) -> usize {
    let closes =
        |at: &usize| rest.as_bytes()[at + 2..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
    let Some(close) = rest.match_indices("</").map(|(at, _)| at).find(closes) else { return rest.len() };
    close + rest[close..].find('>').map_or(rest.len() - close, |end| end + 1)
}
