//! A tolerant reader of the HTML that applicant-tracking systems write.
//!
//! It knows the HTML element names, and leaves every other `<` of a prose text alone. Character references go through `htmlize`, which
//! holds the table of the HTML standard.

use super::offsets::OffsetMap;
use crate::span::Span;

/// Elements that begin a new line.
const BLOCK: [&str; 33] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figure",
    "footer",
    "form",
    "header",
    "hr",
    "html",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
    "title",
];
const HEADINGS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];
/// Elements that stay within a line.
const INLINE: [&str; 33] = [
    "a", "abbr", "b", "big", "button", "center", "cite", "code", "del", "em", "font", "head", "i", "iframe", "img", "input",
    "ins", "label", "link", "mark", "meta", "o:p", "q", "s", "small", "span", "strike", "strong", "sub", "sup", "svg", "tt", "u",
];
/// Elements whose content is not text.
const OPAQUE: [&str; 2] = ["script", "style"];

/// A longer tag is taken for prose: bounds the search for its end.
const LONGEST_TAG: usize = 16 * 1024;
/// `&CounterClockwiseContourIntegral;` is the longest named reference.
const LONGEST_REFERENCE: usize = 33;

/// What an element does to the text around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Block,
    Heading,
    Item,
    Inline,
    Opaque,
}

impl Element {
    fn from_name(name: &str) -> Option<Self> {
        let is = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is(&BLOCK) {
            Some(Self::Block)
        } else if is(&HEADINGS) {
            Some(Self::Heading)
        } else if name.eq_ignore_ascii_case("li") {
            Some(Self::Item)
        } else if is(&INLINE) {
            Some(Self::Inline)
        } else if is(&OPAQUE) {
            Some(Self::Opaque)
        } else {
            None
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
        bytes[name_start..].iter().take(12).take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b':').count();
    let name = &source[name_start..name_start + name_length];
    let element = Element::from_name(name)?;
    let length = tag_length(bytes, name_start + name_length)?;
    Some(Tag { name, element, closing, length })
}

/// Where the tag ends whose name ended at `from`: past the first `>` outside of quotes.
fn tag_length(bytes: &[u8], from: usize) -> Option<usize> {
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
fn reference(source: &str) -> Option<(String, usize)> {
    let end = source.bytes().take(LONGEST_REFERENCE).position(|byte| byte == b';')? + 1;
    let name = &source.as_bytes()[1..end - 1];
    if name.is_empty() || !name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'#') {
        return None;
    }
    let written = &source[..end];
    let decoded = htmlize::unescape(written);
    (decoded != written).then(|| (decoded.into_owned(), end))
}

/// Whether `source` is HTML that was escaped once more: decided by weight, since one stray escaped tag is no proof.
pub(super) fn is_escaped(source: &str) -> bool {
    let escaped = source.match_indices("&lt;").filter(|(at, _)| is_tag_name(&source[at + 4..])).count();
    escaped > 0 && escaped > 2 * source.match_indices('<').filter(|(at, _)| is_tag_name(&source[at + 1..])).count()
}

/// Whether an element's name stands at the start of `rest`.
fn is_tag_name(rest: &str) -> bool {
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let end = rest.bytes().take(12).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b':').count();
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
    while let Some(found) = source[at..].find('&') {
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
    while let Some(found) = source[at..].find(['<', '&']) {
        at += found;
        if close.is_some_and(|close| close < at) {
            close = source[at..].find('>').map(|found| at + found);
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
fn replacement(rest: &str) -> Option<(String, usize)> {
    if rest.starts_with('&') {
        return reference(rest);
    }
    if let Some(comment) = rest.strip_prefix("<!--") {
        let length = comment.find("-->").map_or(rest.len(), |end| end + 7);
        return Some((String::new(), length));
    }
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return tag_length(rest.as_bytes(), 2).map(|length| (String::new(), length));
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
    Some((text.to_owned(), length))
}

/// How much of `rest` belongs to the opaque element `name`, its closing tag included.
fn opaque_length(rest: &str, name: &str) -> usize {
    let closes =
        |at: &usize| rest.as_bytes()[at + 2..].get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
    let Some(close) = rest.match_indices("</").map(|(at, _)| at).find(closes) else { return rest.len() };
    close + rest[close..].find('>').map_or(rest.len() - close, |end| end + 1)
}
