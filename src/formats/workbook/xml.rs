//! XML as it is in workbooks: streamed, without document types, with limits on depth and on the size of a piece.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion, escape};

/// Elements are no deeper than this within each other.
pub(super) const DEEPEST: usize = 256;
/// Outside rows, no tag and no text is longer than this, in bytes.
const LONGEST: usize = 16 << 20;
const BUFFER: usize = 64 * 1024;

/// A stream that can keep what was read of it, and reads no more than so much until [`Self::begin`] is said again.
pub(super) struct Tee<R> {
    inner: BufReader<R>,
    keeps: bool,
    /// What was read and not taken.
    pub(super) raw: Vec<u8>,
    read: usize,
    most: usize,
}

impl<R: Read> Tee<R> {
    /// Reads `inner`, and keeps what it reads if it `keeps`; `most` bytes at a time.
    pub(super) fn new(inner: R, keeps: bool, most: usize) -> Self {
        Self { inner: BufReader::with_capacity(BUFFER, inner), keeps, raw: Vec::new(), read: 0, most }
    }

    /// A new piece begins.
    pub(super) fn begin(&mut self) {
        self.read = 0;
    }
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let count = available.len().min(buffer.len());
        buffer[..count].copy_from_slice(&available[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Tee<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.read > self.most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "longer than the limit"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if self.keeps {
            self.raw.extend_from_slice(&self.inner.buffer()[..count]);
        }
        self.read += count;
        self.inner.consume(count);
    }
}

/// The name without its prefix.
pub(super) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// The prefix of a name, with its colon.
pub(super) fn prefix(name: &str) -> &str {
    &name[..name.len() - local(name).len()]
}

/// The value of the attribute with that local name.
pub(super) fn attribute<'s>(start: &'s BytesStart, name: &str) -> Option<Cow<'s, str>> {
    let mut attributes = start.attributes();
    let found = attributes.with_checks(false).flatten().find(|one| local(one.key.as_ref()) == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok()
}

/// An attribute that is a number.
pub(super) fn number<N: std::str::FromStr>(start: &BytesStart, name: &str) -> Option<N> {
    attribute(start, name)?.trim().parse().ok()
}

/// Appends what `event` says, if it is text.
pub(super) fn push_text(event: &Event, out: &mut String) {
    match event {
        Event::Text(text) => out.push_str(&text.xml10_content()),
        Event::CData(text) => out.push_str(&text.xml10_content()),
        Event::GeneralRef(reference) => match (reference.resolve_char_ref(), escape::resolve_predefined_entity(reference)) {
            (Ok(Some(character)), _) => out.push(character),
            (_, Some(text)) => out.push_str(text),
            // Nobody but a document type could say what it stands for, and there is none.
            _ => out.extend(["&", reference, ";"]),
        },
        _ => {}
    }
}

/// Why a document type, or another encoding, is refused; `None` for any other event.
pub(super) fn refused(event: &Event) -> Option<&'static str> {
    match event {
        Event::DocType(_) => Some("has a document type, which no workbook has"),
        Event::Decl(declaration) => match declaration.encoding() {
            Some(Ok(name)) if !name.eq_ignore_ascii_case("utf-8") && !name.eq_ignore_ascii_case("us-ascii") => {
                Some("is not in UTF-8, which is not read (save it with a current office program)")
            }
            _ => None,
        },
        _ => None,
    }
}

/// Calls `each` with every event of `input` and its depth, until there are no more or it says `false`.
///
/// # Errors
/// If it is no good XML.
pub(super) fn walk(input: impl Read, mut each: impl FnMut(&Event, usize) -> bool) -> Result<(), String> {
    let mut reader = Reader::from_reader(Tee::new(input, false, LONGEST));
    let mut buffer = Vec::new();
    let mut depth = 0;
    loop {
        buffer.clear();
        reader.get_mut().begin();
        let event = reader.read_event_into(&mut buffer).map_err(|error| error.to_string())?;
        if let Some(problem) = refused(&event) {
            return Err(problem.to_owned());
        }
        match event {
            Event::Start(_) if depth == DEEPEST => return Err(format!("has elements more than {DEEPEST} deep")),
            Event::Start(_) => depth += 1,
            Event::Eof if depth > 0 => return Err("ends within an element".to_owned()),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if !each(&event, depth) {
            return Ok(());
        }
        depth -= usize::from(matches!(event, Event::End(_)));
    }
}

/// Appends `text` for the inside of an element or an attribute.
pub(super) fn push_escaped(text: &str, out: &mut Vec<u8>) {
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let replaced: &[u8] = match byte {
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'&' => b"&amp;",
            b'"' => b"&quot;",
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[plain..at]);
        out.extend_from_slice(replaced);
        plain = at + 1;
    }
    out.extend_from_slice(&text.as_bytes()[plain..]);
}

/// Where in `tag` the value of the attribute with that local name stands, and where the whole attribute does, with the blank before it.
pub(super) fn attribute_place(tag: &str, name: &str) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let mut at = tag.find(|one: char| one.is_ascii_whitespace())?;
    loop {
        let blank = at;
        at += tag[at..].find(|one: char| !one.is_ascii_whitespace())?;
        let key_end = at + tag[at..].find(['=', '>', '/'])?;
        let key = tag[at..key_end].trim_end();
        let open = key_end + tag[key_end..].find(['"', '\''])?;
        let quote = char::from(tag.as_bytes()[open]);
        let close = open + 1 + tag[open + 1..].find(quote)?;
        if local(key) == name {
            return Some((open + 1..close, blank..close + 1));
        }
        at = close + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(xml: &str) -> Result<String, String> {
        let mut out = String::new();
        walk(xml.as_bytes(), |event, _| {
            push_text(event, &mut out);
            true
        })?;
        Ok(out)
    }

    #[test]
    fn text_is_unescaped_and_nothing_else() {
        assert_eq!(texts("<a>x &lt;&#228;<![CDATA[&lt;]]>\r\n&b;</a>"), Ok("x <ä&lt;\n&b;".to_owned()));
        let mut out = Vec::new();
        push_escaped("a<b>&\"ü", &mut out);
        assert_eq!(str::from_utf8(&out), Ok("a&lt;b&gt;&amp;&quot;ü"));
    }

    #[test]
    fn bombs_are_refused() {
        let laughs = "<!DOCTYPE a [<!ENTITY b \"ha\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>";
        assert_eq!(texts(laughs), Err("has a document type, which no workbook has".to_owned()));
        let deep = "<a>".repeat(100_000);
        assert_eq!(texts(&deep), Err("has elements more than 256 deep".to_owned()));
        let long = format!("<a>{}</a>", "x".repeat(LONGEST + 2 * BUFFER));
        assert!(texts(&long).expect_err("too long").contains("longer than the limit"));
        assert!(texts("<a>").expect_err("open").contains("ends within"));
        assert!(texts("<?xml version='1.0' encoding='ISO-8859-1'?><a/>").expect_err("encoding").contains("not in UTF-8"));
    }

    #[test]
    fn attributes_are_found_in_a_tag() {
        let tag = "<x:row r=\"1\" a='spans=\"9\"' spans = \"1:4\">";
        let (value, all) = attribute_place(tag, "spans").expect("there");
        assert_eq!((&tag[value], &tag[all]), ("1:4", " spans = \"1:4\""));
        assert_eq!(attribute_place("<row>", "r"), None);
        assert_eq!(attribute_place("<row />", "r"), None);
    }
}
