//! Tags and cells as text: what is changed in them, and how new ones are written.

use std::ops::Range;

use super::reference;
use super::strings::escaped;
use super::xml::{attribute_place, local, push_escaped};

/// The name in a start tag.
pub(super) fn tag_name(raw: &[u8], tag: &Range<usize>) -> String {
    let tag = String::from_utf8_lossy(&raw[tag.clone()]);
    let name = tag.trim_start_matches('<');
    name[..name.find([' ', '\t', '\r', '\n', '/', '>']).unwrap_or(name.len())].to_owned()
}

/// The attribute of an empty cell that names its style, as it stands, with the blank before it.
pub(super) fn style_of(cell: &[u8], name: &str) -> Option<String> {
    let cell = str::from_utf8(cell).ok()?;
    let tag = &cell[..=cell.find('>')?];
    attribute_place(tag, name).map(|(_, all)| tag[all].to_owned())
}

/// Appends the start tag of a row, whose `spans` go on to that column.
pub(super) fn push_with_spans(tag: &[u8], last: u64, out: &mut Vec<u8>) {
    let end = str::from_utf8(tag).ok().and_then(|text| {
        let (value, _) = attribute_place(text, "spans")?;
        let colon = value.start + text[value.clone()].find(':')?;
        let end = text[colon + 1..value.end].parse::<u64>().ok().filter(|&end| end < last)?;
        Some((colon + 1, colon + 1 + end.to_string().len()))
    });
    match end {
        Some((begin, end)) => {
            out.extend_from_slice(&tag[..begin]);
            out.extend(last.to_string().as_bytes());
            out.extend_from_slice(&tag[end..]);
        }
        None => out.extend_from_slice(tag),
    }
}

/// Appends a cell of XLSX: a number, or a text that nothing takes for a formula.
pub(super) fn push_xlsx_cell(prefix: &str, place: &str, style: &str, text: &str, is_number: bool, out: &mut Vec<u8>) {
    let p = prefix;
    if text.is_empty() {
        if !style.is_empty() {
            out.extend(format!("<{p}c r=\"{place}\"{style}/>").as_bytes());
        }
        return;
    }
    if is_number {
        return out.extend(format!("<{p}c r=\"{place}\"{style}><{p}v>{text}</{p}v></{p}c>").as_bytes());
    }
    out.extend(format!("<{p}c r=\"{place}\"{style} t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">").as_bytes());
    push_escaped(&escaped(text), out);
    out.extend(format!("</{p}t></{p}is></{p}c>").as_bytes());
}

/// Appends the text of a paragraph. What ODF has no room for is replaced.
pub(super) fn push_paragraph(text: &str, prefix: &str, out: &mut Vec<u8>) {
    let mut after_blank = true;
    let mut character = [0; 4];
    for one in text.chars() {
        match one {
            ' ' if after_blank => out.extend(format!("<{prefix}s/>").as_bytes()),
            '\t' => out.extend(format!("<{prefix}tab/>").as_bytes()),
            '\r' => {}
            one if one < ' ' || matches!(one, '\u{fffe}' | '\u{ffff}') => out.extend("\u{fffd}".as_bytes()),
            one => push_escaped(one.encode_utf8(&mut character), out),
        }
        after_blank = one == ' ';
    }
}

/// Appends an empty cell of ODS that stands for so many.
pub(super) fn push_repeated(cell: &[u8], count: u64, out: &mut Vec<u8>) {
    let place = str::from_utf8(cell).ok().and_then(|text| attribute_place(text, "number-columns-repeated"));
    if let Some((value, _)) = place {
        out.extend_from_slice(&cell[..value.start]);
        out.extend(count.to_string().as_bytes());
        out.extend_from_slice(&cell[value.end..]);
    } else {
        out.extend_from_slice(cell);
    }
}

/// A row of ODS that stands for itself alone.
pub(super) fn without_repeat(raw: &[u8]) -> Vec<u8> {
    let tag = raw.iter().position(|&byte| byte == b'>').map_or(raw.len(), |at| at + 1);
    let place = str::from_utf8(&raw[..tag]).ok().and_then(|tag| attribute_place(tag, "number-rows-repeated"));
    match place {
        Some((_, all)) => [&raw[..all.start], &raw[all.end..]].concat(),
        None => raw.to_vec(),
    }
}

/// The element that says which cells of a sheet are used, with columns up to `last`; `None` where this is another.
pub(super) fn dimension(raw: &[u8], last: u64) -> Option<Vec<u8>> {
    let tag = str::from_utf8(raw).ok()?;
    if local(&tag_name(raw, &(0..raw.len()))) != "dimension" {
        return None;
    }
    let (value, _) = attribute_place(tag, "ref")?;
    let (first, (column, row)) = reference::area(&tag[value.clone()])?;
    let name = |(column, row)| format!("{}{row}", reference::letters(column));
    let area = format!("{}:{}", name(first), name((column.max(last), row)));
    Some([&raw[..value.start], area.as_bytes(), &raw[value.end..]].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_how_far_a_sheet_reaches_goes_along() {
        let of = |xml: &str| dimension(xml.as_bytes(), 12).map(|xml| String::from_utf8(xml).expect("text"));
        assert_eq!(of("<x:dimension ref=\"B2:D17\"/>").as_deref(), Some("<x:dimension ref=\"B2:L17\"/>"));
        assert_eq!(of("<dimension ref=\"A1\"/>").as_deref(), Some("<dimension ref=\"A1:L1\"/>"));
        assert_eq!((of("<cols ref=\"A1\"/>"), of("<dimension/>"), of("\n")), (None, None, None));
        let mut out = Vec::new();
        push_with_spans(b"<row r=\"1\" spans=\"1:4\" ht=\"9\">", 12, &mut out);
        push_with_spans(b"<row spans=\"1:40\">", 12, &mut out);
        assert_eq!(str::from_utf8(&out), Ok("<row r=\"1\" spans=\"1:12\" ht=\"9\"><row spans=\"1:40\">"));
    }

    #[test]
    fn a_row_for_many_becomes_a_row() {
        let raw =
            b"<table:table-row table:style-name=\"a\" table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>";
        let expected = "<table:table-row table:style-name=\"a\"><table:table-cell/></table:table-row>";
        assert_eq!(String::from_utf8(without_repeat(raw)).as_deref(), Ok(expected));
    }
}
