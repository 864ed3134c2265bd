//! From characters with their places on pages to paragraphs: lines that were broken at the margin are joined again, headings are told by their
//! size.

use std::collections::HashMap;

use pdf_extract::{MediaBox, OutputDev, OutputError, Transform};
use unicode_normalization::UnicodeNormalization;

use super::LONGEST_TEXT;

/// A line that was broken at the margin reaches so far to the right, in parts of the widest line of its size.
const FULL: f64 = 0.6;
/// A letter is about so wide, in parts of its height.
const WIDTH: f64 = 0.5;
/// A heading's letters are larger than most by this factor.
const LARGER: f64 = 1.15;
/// A heading has no more characters than this.
const LONGEST_HEADING: usize = 100;
/// Signs that lists begin with; those from private use are what symbol fonts are mapped to.
const BULLETS: [char; 14] =
    ['•', '●', '▪', '◦', '‣', '·', '■', '►', '➢', '\u{f0b7}', '\u{f0a7}', '\u{f0d8}', '\u{f02d}', '\u{f076}'];
/// Words before which a hyphen at the end of a line stays.
const JOINING: [&str; 8] = ["und", "oder", "bzw", "sowie", "and", "or", "wie", "u"];

/// A line as it stands on a page.
#[derive(Debug, Clone, Default, PartialEq)]
struct Line {
    text: String,
    page: u32,
    /// Where its last letter stands, from the bottom of the page.
    bottom: f64,
    /// Where its last letter ends.
    right: f64,
    /// The height of its last letter; a bullet may have another one.
    size: f64,
}

/// Collects characters as a PDF has them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    done: Vec<Line>,
    line: Line,
    page: u32,
    bytes: usize,
    /// The next character begins a word: where it stands says whether a line or a blank comes before it.
    begins: bool,
    /// Where the last character was.
    bottom: f64,
}

impl OutputDev for Lines {
    fn begin_page(&mut self, page: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.end_of_line();
        self.page = page;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        self.end_of_line();
        Ok(())
    }

    fn output_character(&mut self, trm: &Transform, width: f64, _: f64, size: f64, text: &str) -> Result<(), OutputError> {
        let (left, bottom) = (trm.m31, trm.m32);
        let size = (size * (trm.m11 + trm.m21) * size * (trm.m12 + trm.m22)).abs().sqrt();
        let risen = (bottom - self.bottom).abs();
        if self.begins && !self.line.text.is_empty() {
            if risen > 1.5 * size || left < self.line.right && risen > 0.5 * size {
                self.end_of_line();
            } else if left > self.line.right + 0.1 * size {
                self.line.text.push(' ');
            }
        }
        self.line.text.push_str(text);
        (self.line.page, self.line.bottom, self.line.size) = (self.page, bottom, size);
        self.line.right = left + width * size;
        (self.begins, self.bottom) = (false, bottom);
        self.bytes += text.len();
        if self.is_too_long() { Err(std::fmt::Error.into()) } else { Ok(()) }
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.begins = true;
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

impl Lines {
    /// Whether there is more text than any posting has.
    pub(super) fn is_too_long(&self) -> bool {
        self.bytes as u64 > LONGEST_TEXT
    }

    fn end_of_line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        line.text = tidied(&line.text);
        if !line.text.is_empty() {
            self.done.push(line);
        }
    }

    /// The text, a paragraph, a heading or a list item a line.
    pub(super) fn text(mut self) -> String {
        self.end_of_line();
        let mut sizes: Vec<f64> = self.done.iter().flat_map(|line| line.text.split(' ').map(|_| line.size)).collect();
        sizes.sort_by(f64::total_cmp);
        let usual = sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
        let mut widest: HashMap<i64, f64> = HashMap::new();
        for line in self.done.iter().filter(|line| line.right.is_finite()) {
            let right = widest.entry(tenths(line.size)).or_default();
            *right = right.max(line.right);
        }
        let widest = |line: &Line| widest.get(&tenths(line.size)).copied().unwrap_or(f64::INFINITY);
        let is_heading = |line: &Line| line.size > LARGER * usual && line.text.chars().count() <= LONGEST_HEADING;
        let mut out = String::new();
        let mut before: Option<&Line> = None;
        for line in &self.done {
            match before {
                Some(before) if goes_on(before, line, widest(before)) => join(&mut out, &line.text),
                _ => {
                    out.push_str(if before.is_none() { "" } else { "\n" });
                    out.push_str(if is_heading(line) { "# " } else { "" });
                    out.push_str(&line.text);
                }
            }
            before = Some(line);
        }
        out.push('\n');
        out
    }
}

/// A size, as a key.
fn tenths(size: f64) -> i64 {
    // A float too large or none is cut to the nearest number, which is as good a key.
    #[allow(clippy::cast_possible_truncation)]
    let tenths = (10.0 * size).round() as i64;
    tenths
}

/// Whether `line` belongs to the paragraph that `before` ends, where lines of its size reach to `widest`.
fn goes_on(before: &Line, line: &Line, widest: f64) -> bool {
    let is_same_size = (before.size - line.size).abs() <= 0.05 * before.size;
    let is_next = line.page == before.page && (before.bottom - line.bottom).abs() <= 2.0 * before.size;
    let first = line.text.chars().next();
    let is_item = line.text.starts_with(['•', '-', '–', '*']);
    let is_closed = before.text.ends_with(['.', ':', '!', '?', ';']);
    let word = line.text.chars().take_while(|one| !one.is_whitespace()).count() as f64;
    // The next word did not fit any more.
    let is_full = before.right >= FULL * widest && before.right + WIDTH * before.size * word > widest && !is_closed;
    is_same_size
        && is_next
        && !is_item
        && (is_full || first.is_some_and(char::is_lowercase) && !before.text.ends_with([':', '.']))
}

/// Appends a line to the one that it goes on; a hyphen between them goes where it only broke a word.
fn join(out: &mut String, line: &str) {
    let first: String = line.chars().take_while(|one| one.is_alphanumeric()).collect();
    let broken = out.strip_suffix(['-', '\u{ad}', '\u{2010}']).filter(|before| before.ends_with(char::is_alphabetic));
    match broken.map(str::len) {
        Some(_) if JOINING.contains(&first.as_str()) => out.push(' '),
        Some(length) if first.starts_with(char::is_lowercase) => out.truncate(length),
        Some(_) => {}
        None => out.push(' '),
    }
    out.push_str(line);
}

/// A line with plain letters for ligatures, one sign for all bullets, and single blanks.
fn tidied(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{fb00}'..='\u{fb06}' => plain.extend(Some(character).into_iter().nfkc()),
            '\0' => {}
            one if BULLETS.contains(&one) => plain.push('•'),
            one => plain.push(one),
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, bottom: f64, right: f64, size: f64) -> Line {
        Line { text: tidied(text), page: 1, bottom, right, size }
    }

    #[test]
    fn broken_lines_are_joined() {
        let lines = vec![
            line("Key Account Manager (m/w/d)", 800.0, 300.0, 18.0),
            line("Ihre Aufgaben", 770.0, 120.0, 14.0),
            line("\u{f0b7} Sie betreuen unsere Kunden und bauen das Pro-", 750.0, 500.0, 10.0),
            line("jektgeschäft aus, ﬁnden Kunden- ", 738.0, 200.0, 10.0),
            line("und Partnerﬁrmen", 726.0, 150.0, 10.0),
            line("• Vertrieb", 714.0, 100.0, 10.0),
            line("Wir sind in der ganzen Welt zu Hause und arbeiten für", 680.0, 490.0, 10.0),
            line("Kunden. Kommen Sie zu uns und gleich", 668.0, 440.0, 10.0),
            line("Ihr Profil", 656.0, 80.0, 10.0),
        ];
        let expected = "# Key Account Manager (m/w/d)\n# Ihre Aufgaben\n\
                        • Sie betreuen unsere Kunden und bauen das Projektgeschäft aus, finden Kunden- und Partnerfirmen\n• Vertrieb\n\
                        Wir sind in der ganzen Welt zu Hause und arbeiten für Kunden. Kommen Sie zu uns und gleich\nIhr Profil\n";
        assert_eq!(Lines { done: lines, ..Lines::default() }.text(), expected);
        assert_eq!(Lines::default().text(), "\n");
    }
}
