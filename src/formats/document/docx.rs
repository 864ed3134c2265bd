//! Text of Word files: paragraphs as lines, headings and list items marked as in Markdown.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;
use zip::result::ZipError;

use super::LONGEST_TEXT;

/// The document's own part is not unpacked beyond so many bytes: markup takes some twenty times the room of the text.
const LONGEST_PART: u64 = 64 * 1024 * 1024;
/// Where the text is.
const PART: &str = "word/document.xml";

/// The text of the Word file in `bytes`.
pub(super) fn text(bytes: &[u8]) -> Result<String, String> {
    let broken = |error: ZipError| match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => "a DOCX with a password (save it without one)".to_owned(),
        error => format!("a broken DOCX: {error}"),
    };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let is_word = archive.index_for_name(PART).is_some();
    if !is_word {
        return Err(format!("a ZIP file, but no DOCX: there is no {PART} in it"));
    }
    let mut part = Vec::new();
    // What it claims to be long counts for nothing.
    archive
        .by_name(PART)
        .map_err(broken)?
        .take(LONGEST_PART + 1)
        .read_to_end(&mut part)
        .map_err(|error| format!("a broken DOCX: {error}"))?;
    if part.len() as u64 > LONGEST_PART {
        return Err(format!("a DOCX whose text unpacks to more than {} MB", LONGEST_PART >> 20));
    }
    let part = String::from_utf8(part).map_err(|_| "a broken DOCX: its text is not UTF-8".to_owned())?;
    let text = paragraphs(&part)?;
    if text.trim().is_empty() { Err("a DOCX without text".to_owned()) } else { Ok(text) }
}

/// What a paragraph is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Heading,
    Item,
}

/// Paragraphs being read.
#[derive(Default)]
struct Paragraphs {
    text: String,
    line: String,
    style: Option<Style>,
    /// Within this many elements whose text is none: deleted text, instructions, what is there for old programs.
    skipped: usize,
    /// Within `w:t`.
    in_text: bool,
}

/// Elements whose text is not shown.
const SKIPPED: [&str; 4] = ["del", "moveFrom", "Fallback", "instrText"];

impl Paragraphs {
    fn open(&mut self, start: &BytesStart) {
        let name = start.local_name();
        match name.as_ref() {
            name if SKIPPED.contains(&name) => self.skipped += 1,
            "t" => self.in_text = true,
            _ => self.empty(start),
        }
    }

    /// What an element means that nothing need be in.
    fn empty(&mut self, start: &BytesStart) {
        match start.local_name().as_ref() {
            "tab" | "ptab" => self.line.push(' '),
            "br" | "cr" => self.line.push('\n'),
            "noBreakHyphen" => self.line.push('-'),
            "numPr" => self.style = self.style.or(Some(Style::Item)),
            "outlineLvl" => self.style = Some(Style::Heading),
            "pStyle" => {
                let value = start.attributes().flatten().find(|attribute| attribute.key.local_name().as_ref() == "val");
                let value = value.map(|value| value.value.to_ascii_lowercase()).unwrap_or_default();
                if ["heading", "berschrift", "title", "titel"].iter().any(|part| value.contains(part)) {
                    self.style = Some(Style::Heading);
                } else if value.contains("list") || value.contains("aufz") {
                    self.style = Some(Style::Item);
                }
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            name if SKIPPED.contains(&name) => self.skipped = self.skipped.saturating_sub(1),
            "t" => self.in_text = false,
            "p" => self.end_line(),
            _ => {}
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let style = self.style.take().unwrap_or(Style::Plain);
        if line.trim().is_empty() {
            self.text.push('\n');
            return;
        }
        self.text.push_str(match style {
            Style::Plain => "",
            Style::Heading => "# ",
            Style::Item => "• ",
        });
        self.text.push_str(line.trim());
        self.text.push('\n');
    }

    fn push(&mut self, text: &str) {
        if self.in_text && self.skipped == 0 {
            self.line.push_str(text);
        }
    }
}

/// The paragraphs of a document's part.
fn paragraphs(part: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(part);
    let mut out = Paragraphs::default();
    // Elements are not kept, so their depth costs nothing but their names.
    reader.config_mut().check_end_names = false;
    loop {
        let begin = reader.buffer_position();
        match reader.read_event().map_err(|error| format!("a broken DOCX: {error}"))? {
            Event::Start(start) => out.open(&start),
            Event::Empty(start) => out.empty(&start),
            Event::End(end) => out.close(end.local_name().as_ref()),
            Event::Text(text) => out.push(&text.xml10_content()),
            Event::GeneralRef(_) => {
                let place = [begin, reader.buffer_position()].map(|at| usize::try_from(at).unwrap_or(0));
                out.push(&htmlize::unescape(part.get(place[0]..place[1]).unwrap_or_default()));
            }
            Event::Eof => break,
            _ => {}
        }
        if out.text.len() as u64 > LONGEST_TEXT {
            return Err(format!("a DOCX with more than {} MB of text", LONGEST_TEXT >> 20));
        }
    }
    out.end_line();
    Ok(out.text.trim().to_owned() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_lines() {
        let part = r#"<?xml version="1.0"?><w:document xmlns:w="x"><w:body>
            <w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Deine </w:t></w:r><w:r><w:t xml:space="preserve">Aufgaben</w:t></w:r></w:p>
            <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr><w:r><w:t>Kunden &amp; M&#228;rkte</w:t><w:tab/><w:t>x</w:t></w:r></w:p>
            <w:p><w:del><w:r><w:delText>weg</w:delText><w:t>weg</w:t></w:r></w:del><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:instrText>PAGE</w:instrText></w:r></w:p>
            <w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"#;
        assert_eq!(paragraphs(part).as_deref(), Ok("# Deine Aufgaben\n• Kunden & Märkte x\na\nb\nc\n"));
    }

    #[test]
    fn other_zips_are_told() {
        let error = text(b"PK\x03\x04").expect_err("cut");
        assert!(error.starts_with("a broken DOCX"), "{error}");
    }
}
