//! Cells of an XLSX row.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::cell::{Cell, Content, SheetRow};
use super::reference;
use super::strings::{RichText, unescaped};
use super::xml::{attribute, local, push_text};

/// A cell that is being read.
struct Open {
    column: u64,
    begin: usize,
    kind: String,
    style: usize,
    value: String,
    inline: RichText,
    is_value: bool,
}

impl Open {
    fn new(start: &BytesStart, begin: usize, next: u64) -> Self {
        let (mut column, mut kind, mut style) = (next, String::new(), 0);
        if let Some(name) = attribute(start, "r")
            && let Some((at, _)) = reference::cell(&name)
        {
            column = at - 1;
        }
        if let Some(value) = attribute(start, "t") {
            kind.push_str(&value);
        }
        if let Some(value) = attribute(start, "s") {
            style = value.parse().unwrap_or(0);
        }
        Self { column, begin, kind, style, value: String::new(), inline: RichText::default(), is_value: false }
    }

    fn closed(mut self, end: usize) -> Result<Cell, String> {
        let is_empty = self.value.is_empty();
        let content = match self.kind.as_str() {
            "inlineStr" => Content::Text(self.inline.take()),
            _ if is_empty => Content::Nothing,
            "s" => Content::Shared(self.value.trim().parse().map_err(|_| format!("{:?} is no number of a text", self.value))?),
            "str" if self.value.contains("_x") => Content::Text(unescaped(&self.value)),
            "str" | "d" => Content::Text(self.value),
            "b" => Content::Boolean(self.value.trim() == "1" || self.value.trim() == "true"),
            "e" => Content::Error(self.value),
            _ => Content::Number(self.value, self.style),
        };
        Ok(Cell { column: self.column, repeat: 1, span: self.begin..end, content })
    }
}

/// Reads a row.
///
/// # Errors
/// What is wrong with it.
pub(super) fn cells(raw: &str) -> Result<SheetRow, String> {
    let mut reader = Reader::from_str(raw);
    let mut row = SheetRow { tag: 0..0, end: raw.len(), cells: Vec::new() };
    let mut open: Option<Open> = None;
    let mut next = 0;
    let mut depth = 0;
    let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    loop {
        let begin = place(reader.buffer_position());
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let end = place(reader.buffer_position());
        match &event {
            Event::Start(start) => {
                depth += 1;
                match (depth, local(start.name().as_ref())) {
                    (1, _) => row.tag = begin..end,
                    (2, "c") => open = Some(Open::new(start, begin, next)),
                    (3, "v") => open.iter_mut().for_each(|cell| cell.is_value = true),
                    _ => {}
                }
            }
            Event::Empty(start) => match (depth, local(start.name().as_ref())) {
                (0, _) => row.tag = begin..end,
                (1, "c") => {
                    let cell = Open::new(start, begin, next).closed(end)?;
                    next = cell.column + 1;
                    row.cells.push(Cell { content: Content::Nothing, ..cell });
                }
                _ => {}
            },
            Event::End(_) => {
                match depth {
                    1 => row.end = begin,
                    2 => {
                        if let Some(cell) = open.take() {
                            let cell = cell.closed(end)?;
                            next = cell.column + 1;
                            row.cells.push(cell);
                        }
                    }
                    3 => open.iter_mut().for_each(|cell| cell.is_value = false),
                    _ => {}
                }
                depth -= 1;
            }
            Event::Eof => return Ok(row),
            _ => {}
        }
        if let Some(cell) = &mut open {
            if cell.is_value {
                push_text(&event, &mut cell.value);
            } else {
                cell.inline.event(&event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_every_kind() {
        let raw = "<x:row r=\"2\"><x:c r=\"A2\" t=\"s\" s=\"4\"><x:v>7</x:v></x:c> <x:c t=\"inlineStr\"><x:is><x:r><x:t>a</x:t></x:r><x:r><x:t>&lt;_x0041_</x:t></x:r><x:rPh sb=\"0\" eb=\"1\"><x:t>no</x:t></x:rPh></x:is></x:c><x:c r=\"E2\" s=\"3\"/><x:c r=\"F2\" t=\"str\"><x:f>\"b\"</x:f><x:v>b</x:v></x:c><x:c r=\"G2\" s=\"1\"><x:f>1+1</x:f><x:v>2</x:v></x:c><x:c r=\"H2\" t=\"b\"><x:v>1</x:v></x:c><x:c r=\"I2\" t=\"e\"><x:v>#N/A</x:v></x:c><x:c><x:f>x</x:f></x:c></x:row>";
        let row = cells(raw).expect("good");
        let found: Vec<(u64, &Content)> = row.cells.iter().map(|cell| (cell.column, &cell.content)).collect();
        assert_eq!(
            found,
            [
                (0, &Content::Shared(7)),
                (1, &Content::Text("a<A".into())),
                (4, &Content::Nothing),
                (5, &Content::Text("b".into())),
                (6, &Content::Number("2".into(), 1)),
                (7, &Content::Boolean(true)),
                (8, &Content::Error("#N/A".into())),
                (9, &Content::Nothing),
            ]
        );
        assert_eq!((&raw[row.tag.clone()], &raw[row.end..]), ("<x:row r=\"2\">", "</x:row>"));
        assert_eq!(&raw[row.cells[2].span.clone()], "<x:c r=\"E2\" s=\"3\"/>");
        assert_eq!((row.width(), row.is_blank()), (9, false));
        assert!(cells("<row/>").expect("good").is_blank());
        assert!(cells("<row><c t=\"s\"><v>x</v></c></row>").is_err());
    }
}
