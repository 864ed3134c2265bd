//! From HTML, escaped HTML, Markdown or plain text to plain text, with the way back to every source byte.
//!
//! Block elements become line breaks, list items begin with `• ` and headings with `# `, so that the three forms of one posting
//! meet the same text. Markdown needs no change: its marks are no word characters, and its lines already are lines.

use std::borrow::Cow;

use memchr::memchr2;

use crate::span::Span;

mod html;
mod offsets;

pub use offsets::OffsetMap;

/// How a text is marked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Not at all, or in Markdown.
    Plain,
    /// With tags or character references.
    Html,
    /// HTML that was escaped once more.
    Escaped,
}

impl Form {
    /// The form of `source`, as [`Plain::read`] takes it.
    pub fn of(source: &str) -> Self {
        if html::is_escaped(source) {
            Self::Escaped
        } else if Plain::read(source).text == source {
            Self::Plain
        } else {
            Self::Html
        }
    }
}

/// Plain text and where each byte of it comes from.
#[derive(Debug, Clone)]
pub struct Plain<'a> {
    /// The text to read; borrowed where the source is plain already.
    pub text: Cow<'a, str>,
    offsets: OffsetMap,
}

impl<'a> Plain<'a> {
    /// Reads `source`, whatever markup it is in. Takes time linear in its length and cannot fail.
    pub fn read(source: &'a str) -> Self {
        if memchr2(b'<', b'&', source.as_bytes()).is_none() {
            return Self { text: Cow::Borrowed(source), offsets: OffsetMap::identity() };
        }
        if html::is_escaped(source) {
            let (unescaped, inner) = html::unescape(source);
            let (text, outer) = html::strip(&unescaped);
            return Self { text: Cow::Owned(text), offsets: outer.after(&inner) };
        }
        let (text, offsets) = html::strip(source);
        Self { text: Cow::Owned(text), offsets }
    }

    /// The span of the source that `span` of the plain text was read from.
    pub fn source_span(&self, span: Span) -> Span {
        self.offsets.source_span(span)
    }

    /// The span of the plain text that was read from `span` of the source.
    pub fn plain_span(&self, span: Span) -> Span {
        self.offsets.derived_span(span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> String {
        Plain::read(source).text.into_owned()
    }

    #[test]
    fn plain_text_is_borrowed() {
        assert!(matches!(Plain::read("Key Account – 5 > 3").text, Cow::Borrowed(_)));
    }

    #[test]
    fn html_becomes_lines() {
        assert_eq!(
            text("<h2>Aufgaben</h2><ul><li>Kunden &amp; M&auml;rkte</li></ul>").trim(),
            "# Aufgaben\n\n\n• Kunden & Märkte"
        );
        assert_eq!(text("a<br/>b<script>alert(1)</script>c<!-- d -->e"), "a\nbce");
    }

    #[test]
    fn escaped_html_is_read_as_html() {
        assert_eq!(text("&lt;p&gt;Key &amp;amp; Account&lt;/p&gt;&lt;p&gt;x&lt;/p&gt;").trim(), "Key & Account\n\nx");
    }

    #[test]
    fn angle_brackets_in_prose_stay() {
        assert_eq!(text("teams of <5 people, a < b, AT&T and R&D"), "teams of <5 people, a < b, AT&T and R&D");
    }

    #[test]
    fn spans_lead_back_to_the_source() {
        for source in ["<p>M&uuml;ller &amp; Co</p>", "&lt;p&gt;M&amp;uuml;ller &amp;amp; Co&lt;/p&gt;&lt;br&gt;"] {
            let plain = Plain::read(source);
            let start = plain.text.find("Müller").expect("decoded");
            let back = plain.source_span(Span::new(start, start + "Müller".len())).of(source);
            assert!(back.starts_with('M') && back.ends_with("ller"), "{back}");
            let span = plain.source_span(Span::new(start, start + "Müller & C".len()));
            assert_eq!(plain.plain_span(span).of(&plain.text), "Müller & C");
        }
    }
}
