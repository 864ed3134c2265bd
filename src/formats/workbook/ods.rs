//! Cells of an ODS row.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::cell::{Cell, Content, SheetRow};
use super::xml::{attribute, local, number, push_text};

/// A cell that is being read.
struct Open {
    cell: Cell,
    /// What it says by its attributes.
    kind: String,
    value: Option<String>,
    is_error: bool,
    text: Paragraphs,
}

/// What stands in a paragraph and is no part of its text.
const ASIDE: [&str; 4] = ["annotation", "ruby-text", "note", "frame"];

/// Paragraphs as they are read, joined by line ends. Blanks count as XML has them in text: once.
#[derive(Default)]
struct Paragraphs {
    text: String,
    count: usize,
    is_open: bool,
    after_blank: bool,
    /// The depth of something within that is no part of it: a comment, what it sounds like.
    skipped: Option<usize>,
}

impl Paragraphs {
    fn start(&mut self, start: &BytesStart, depth: usize, is_empty: bool) {
        if self.skipped.is_some() {
            return;
        }
        match local(start.name().as_ref()) {
            "p" | "h" => {
                if self.count > 0 {
                    self.text.push('\n');
                }
                self.count += 1;
                (self.is_open, self.after_blank) = (!is_empty, true);
            }
            "s" if self.is_open => {
                let count = number(start, "c").unwrap_or(1_usize).min(1000);
                self.text.extend(std::iter::repeat_n(' ', count));
                self.after_blank = false;
            }
            "tab" if self.is_open => self.text.push('\t'),
            "line-break" if self.is_open => self.text.push('\n'),
            "list" | "list-item" | "list-header" => {}
            // Outside of paragraphs stand comments and drawings, whose texts are not the cell's.
            name if !is_empty && (!self.is_open || ASIDE.contains(&name)) => self.skipped = Some(depth),
            _ => {}
        }
    }

    fn end(&mut self, name: &str, depth: usize) {
        if self.skipped == Some(depth) {
            self.skipped = None;
        } else if self.skipped.is_none() && matches!(name, "p" | "h") {
            self.is_open = false;
        }
    }

    fn push(&mut self, event: &Event) {
        if !self.is_open || self.skipped.is_some() {
            return;
        }
        let mut piece = String::new();
        push_text(event, &mut piece);
        for character in piece.chars() {
            let is_blank = matches!(character, ' ' | '\t' | '\n' | '\r');
            if !is_blank {
                self.text.push(character);
            } else if !self.after_blank {
                self.text.push(' ');
            }
            self.after_blank = is_blank;
        }
    }
}

impl Open {
    fn new(start: &BytesStart, begin: usize, column: u64) -> Self {
        let covered = local(start.name().as_ref()) == "covered-table-cell";
        let repeat = number(start, "number-columns-repeated").unwrap_or(1_u64).clamp(1, super::COLUMNS);
        let has_formula = attribute(start, "formula").is_some();
        let mut attributes = start.attributes();
        let is_error =
            attributes.with_checks(false).flatten().any(|one| one.key.as_ref() == "calcext:value-type" && one.value == "error");
        let kind = attribute_of(start, "office:value-type", "value-type").unwrap_or_default();
        let value = match kind.as_str() {
            "float" | "percentage" | "currency" => attribute_of(start, "office:value", "value"),
            "date" => attribute(start, "date-value").map(Into::into),
            "time" => attribute(start, "time-value").map(Into::into),
            "boolean" => attribute(start, "boolean-value").map(Into::into),
            "string" => attribute(start, "string-value").map(Into::into),
            _ => None,
        };
        let content = if covered {
            Content::Covered
        } else if has_formula {
            Content::Text(String::new())
        } else {
            Content::Nothing
        };
        let cell = Cell { column, repeat, span: begin..begin, content };
        Self { cell, kind, value, is_error, text: Paragraphs::default() }
    }

    fn closed(mut self, end: usize) -> Cell {
        self.cell.span.end = end;
        let text = if self.text.count > 0 { Some(self.text.text) } else { None };
        let content = match (self.kind.as_str(), self.value, text) {
            (_, _, Some(text)) if self.is_error => Content::Error(text),
            ("float" | "percentage" | "currency", Some(value), _) => Content::Number(value, 0),
            ("boolean", Some(value), _) => Content::Boolean(value == "true"),
            ("date", Some(value), _) => Content::Text(value.strip_suffix("T00:00:00").unwrap_or(&value).to_owned()),
            ("time", Some(value), text) => Content::Text(text.unwrap_or(value)),
            (_, _, Some(text)) => Content::Text(text),
            (_, Some(value), None) => Content::Text(value),
            _ => return self.cell,
        };
        // What is covered is there, but nobody sees it.
        if self.cell.content != Content::Covered {
            self.cell.content = content;
        }
        self.cell
    }
}

/// The attribute of that whole name, or of that local name where the prefix is another.
fn attribute_of(start: &BytesStart, whole: &str, name: &str) -> Option<String> {
    let exact = start.try_get_attribute(whole).ok().flatten();
    let exact = exact.and_then(|one| one.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(Into::into));
    exact.or_else(|| attribute(start, name).map(Into::into))
}

/// Reads a row.
///
/// # Errors
/// What is wrong with it.
pub(super) fn cells(raw: &str) -> Result<SheetRow, String> {
    let mut reader = Reader::from_str(raw);
    let mut row = SheetRow { tag: 0..0, end: raw.len(), cells: Vec::new() };
    let mut open: Option<Open> = None;
    let (mut next, mut depth) = (0, 0);
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    loop {
        let begin = place(reader.buffer_position());
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let end = place(reader.buffer_position());
        let is_cell = |start: &BytesStart| matches!(local(start.name().as_ref()), "table-cell" | "covered-table-cell");
        match &event {
            Event::Start(start) => {
                depth += 1;
                match (depth, &mut open) {
                    (1, _) => row.tag = begin..end,
                    (2, _) if is_cell(start) => open = Some(Open::new(start, begin, next)),
                    (_, Some(cell)) => cell.text.start(start, depth, false),
                    _ => {}
                }
            }
            Event::Empty(start) => match (depth, &mut open) {
                (0, _) => row.tag = begin..end,
                (1, _) if is_cell(start) => {
                    let cell = Open::new(start, begin, next).closed(end);
                    next = cell.column + cell.repeat;
                    row.cells.push(cell);
                }
                (_, Some(cell)) => cell.text.start(start, depth + 1, true),
                _ => {}
            },
            Event::End(tag) => {
                match (depth, &mut open) {
                    (1, _) => row.end = begin,
                    (2, Some(_)) => {
                        if let Some(cell) = open.take() {
                            let cell = cell.closed(end);
                            next = cell.column + cell.repeat;
                            row.cells.push(cell);
                        }
                    }
                    (_, Some(cell)) => cell.text.end(local(tag.name().as_ref()), depth),
                    _ => {}
                }
                depth -= 1;
            }
            Event::Eof => return Ok(row),
            event => open.iter_mut().for_each(|cell| cell.text.push(event)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_every_kind() {
        let raw = "<table:table-row><table:table-cell office:value-type=\"float\" office:value=\"4711\" calcext:value-type=\"float\"><text:p>4.711</text:p></table:table-cell><table:table-cell office:value-type=\"string\"><office:annotation><text:p>no</text:p></office:annotation><text:p>a  b<text:s text:c=\"2\"/>c<text:tab/><text:span>d</text:span></text:p><text:p/><text:p>&lt;e<text:line-break/>f</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"2\"/><table:table-cell office:value-type=\"date\" office:date-value=\"2024-01-31\"><text:p>31.01.24</text:p></table:table-cell><table:table-cell office:value-type=\"boolean\" office:boolean-value=\"true\"><text:p>WAHR</text:p></table:table-cell><table:table-cell table:formula=\"of:=NA()\" office:value-type=\"string\" office:string-value=\"\" calcext:value-type=\"error\"><text:p>#NV</text:p></table:table-cell><table:table-cell table:number-columns-spanned=\"2\" office:value-type=\"string\"><text:p>m</text:p></table:table-cell><table:covered-table-cell/><table:table-cell table:number-columns-repeated=\"16375\"/></table:table-row>";
        let row = cells(raw).expect("good");
        let found: Vec<(u64, u64, &Content)> = row.cells.iter().map(|cell| (cell.column, cell.repeat, &cell.content)).collect();
        assert_eq!(
            found,
            [
                (0, 1, &Content::Number("4711".into(), 0)),
                (1, 1, &Content::Text("a b  c\td\n\n<e\nf".into())),
                (2, 2, &Content::Nothing),
                (4, 1, &Content::Text("2024-01-31".into())),
                (5, 1, &Content::Boolean(true)),
                (6, 1, &Content::Error("#NV".into())),
                (7, 1, &Content::Text("m".into())),
                (8, 1, &Content::Covered),
                (9, 16375, &Content::Nothing),
            ]
        );
        assert_eq!((row.width(), &raw[row.end..]), (9, "</table:table-row>"));
        assert_eq!(row.content(3), &Content::Nothing);
    }
}
