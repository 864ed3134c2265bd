//! A record of a feed as an object: elements and attributes become keys, what stands several times becomes an array.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::{Map, Value};

use super::super::json::TEXT;

/// Elements within elements, down to here.
const DEEPEST: usize = 64;
/// A record has no more elements than this.
const MOST: usize = 100_000;

/// Elements of HTML that stand unescaped in a field: they are a part of its text.
const MARKUP: &[&str] = &[
    "p",
    "div",
    "ul",
    "ol",
    "li",
    "br",
    "span",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "table",
    "tbody",
    "tr",
    "td",
    "th",
    "hr",
    "font",
    "a",
    "blockquote",
    "sup",
    "sub",
];

/// Whether an element is HTML within a text.
pub(super) fn is_markup(name: &str) -> bool {
    let name = name.rsplit(':').next().unwrap_or(name);
    name.len() <= 10 && MARKUP.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// An element that is being read.
struct Element {
    name: String,
    map: Map<String, Value>,
    text: String,
}

impl Element {
    fn new(start: &BytesStart) -> Self {
        let mut map = Map::new();
        for attribute in start.attributes().with_checks(false).flatten() {
            let value = htmlize::unescape_attribute(attribute.value.as_ref()).into_owned();
            map.insert(format!("@{}", attribute.key.as_ref()), value.into());
        }
        Self { name: start.name().as_ref().to_owned(), map, text: String::new() }
    }

    fn value(mut self) -> Value {
        let text = self.text.trim();
        if self.map.is_empty() {
            return text.into();
        }
        if !text.is_empty() {
            self.map.insert(TEXT.to_owned(), text.into());
        }
        Value::Object(self.map)
    }

    /// Adds an element that stands in this one.
    fn add(&mut self, inner: Self) {
        let name = inner.name.clone();
        let value = inner.value();
        match self.map.get_mut(&name) {
            Some(Value::Array(values)) => values.push(value),
            Some(other) => *other = Value::Array(vec![other.take(), value]),
            None => drop(self.map.insert(name, value)),
        }
    }
}

/// Reads the record in `text`.
///
/// # Errors
/// If it is broken, or nested as no posting is. Says why.
pub(super) fn parse(text: &str) -> Result<Map<String, Value>, String> {
    let mut parser = Parser { text, reader: Reader::from_str(text), open: Vec::new(), elements: 0 };
    let config = parser.reader.config_mut();
    // References that are none stay as they are, and names are compared here, where more is known of what is around them.
    (config.allow_dangling_amp, config.allow_unmatched_ends, config.check_end_names) = (true, true, false);
    match parser.parse()? {
        Value::Object(object) => Ok(object),
        text => Ok(Map::from_iter([(TEXT.to_owned(), text)])),
    }
}

struct Parser<'t> {
    text: &'t str,
    reader: Reader<&'t [u8]>,
    /// The elements around this place.
    open: Vec<Element>,
    elements: usize,
}

impl<'t> Parser<'t> {
    fn parse(mut self) -> Result<Value, String> {
        loop {
            let (place, event) = self.event()?;
            match event {
                Event::Start(start) if self.is_markup(&start) => self.markup(place.start)?,
                Event::Empty(start) if self.is_markup(&start) => self.push(&self.text[place]),
                Event::Start(start) => self.start(&start)?,
                Event::Empty(start) => {
                    self.start(&start)?;
                    if let Some(value) = self.end() {
                        return Ok(value);
                    }
                }
                Event::End(end) => {
                    let name = self.open.last().map(|element| element.name.as_str());
                    if name != Some(end.name().as_ref()) {
                        let name = name.map_or("nothing".to_owned(), |name| format!("<{name}>"));
                        return Err(format!("</{}> stands where {name} must be closed", shown(end.name().as_ref())));
                    }
                    if let Some(value) = self.end() {
                        return Ok(value);
                    }
                }
                Event::Text(text) => self.push(&text.xml10_content()),
                Event::CData(text) => self.push(&text.xml10_content()),
                Event::GeneralRef(_) => self.push(&htmlize::unescape(&self.text[place])),
                Event::Eof => return Err("it ends before its elements do".to_owned()),
                Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
            }
        }
    }

    /// What comes next, and where it stands.
    fn event(&mut self) -> Result<(Range<usize>, Event<'t>), String> {
        let place = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let begin = place(&self.reader);
        let event = self.reader.read_event().map_err(|error| error.to_string())?;
        let end = place(&self.reader).min(self.text.len());
        Ok((begin.min(end)..end, event))
    }

    /// Whether an element is HTML in the text of a field.
    fn is_markup(&self, start: &BytesStart) -> bool {
        self.open.len() > 1 && is_markup(start.name().as_ref())
    }

    fn push(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }

    fn start(&mut self, start: &BytesStart) -> Result<(), String> {
        self.elements += 1;
        if self.open.len() >= DEEPEST {
            return Err(format!("more than {DEEPEST} elements within each other"));
        }
        if self.elements > MOST {
            return Err(format!("more than {MOST} elements"));
        }
        self.open.push(Element::new(start));
        Ok(())
    }

    /// Closes the innermost element; the record's value where that was the outermost one.
    fn end(&mut self) -> Option<Value> {
        let element = self.open.pop()?;
        match self.open.last_mut() {
            None => Some(element.value()),
            Some(around) => {
                around.add(element);
                None
            }
        }
    }

    /// Takes HTML as it stands, well-formed or not, from `begin` to the end of the field that it stands in.
    fn markup(&mut self, begin: usize) -> Result<(), String> {
        let mut same = 0;
        loop {
            let (place, event) = self.event()?;
            let name = self.open.last().map(|element| element.name.as_str());
            match event {
                Event::Start(start) if Some(start.name().as_ref()) == name => same += 1,
                Event::End(end) if Some(end.name().as_ref()) == name && same > 0 => same -= 1,
                Event::End(end) if Some(end.name().as_ref()) == name => {
                    self.push(&self.text[begin..place.start]);
                    if let Some(element) = self.open.pop()
                        && let Some(around) = self.open.last_mut()
                    {
                        around.add(element);
                    }
                    return Ok(());
                }
                Event::Eof => return Err("it ends before its elements do".to_owned()),
                _ => {}
            }
        }
    }
}

/// A name, short enough for a message.
fn shown(name: &str) -> String {
    name.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn elements_become_keys() {
        let text = "<job xml:lang=\"de\" n='a&amp;b'>\n <id>1</id><!-- x --><empty/>\n <title><![CDATA[A & B]]></title><s a=\"1\">t</s>\
                    <d><name>x</name><value>y &uuml; &#228; &lol9; &amp; AT&T</value></d><d>z</d><d/></job>";
        let expected = json!({
            "@xml:lang": "de", "@n": "a&b", "id": "1", "empty": "", "title": "A & B", "s": { "@a": "1", "#text": "t" },
            "d": [{ "name": "x", "value": "y ü ä &lol9; & AT&T" }, "z", ""],
        });
        assert_eq!(parse(text).map(Value::Object), Ok(expected));
        assert_eq!(parse("<job>x</job>").map(Value::Object), Ok(json!({ "#text": "x" })));
    }

    #[test]
    fn html_in_a_field_is_its_text() {
        let text = "<job><text>Wir.<br/><p>Sie <b>planen</b><br>viel</p> &amp; mehr</text><b>c</b></job>";
        let expected = json!({ "text": "Wir.<br/><p>Sie <b>planen</b><br>viel</p> &amp; mehr", "b": "c" });
        assert_eq!(parse(text).map(Value::Object), Ok(expected));
    }

    #[test]
    fn broken_records_say_why() {
        for (text, problem) in [
            ("<job><aa>x</bb></job>", "</bb> stands where <aa> must be closed"),
            ("<job><aa>x</aa>", "it ends before its elements do"),
            ("<job><text><p>x</job>", "it ends before its elements do"),
            ("<job><![CDATA[x</job>", "CDATA"),
            (&"<aa>".repeat(100), "more than 64 elements within each other"),
            (&format!("<aa>{}</aa>", "<c/>".repeat(MOST)), "more than 100000 elements"),
        ] {
            let error = parse(text).expect_err("broken");
            assert!(error.contains(problem), "{error}");
        }
    }
}
