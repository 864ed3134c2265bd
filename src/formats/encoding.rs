//! Cells in UTF-8 and in Windows-1252, which is what Excel saves in German-speaking countries and a superset of printable ISO-8859-1.
//!
//! Files are joined from pieces of different origin, so nothing is concluded for a file from its beginning: each cell is UTF-8 where its bytes
//! are, and Windows-1252 otherwise.

use std::borrow::Cow;

/// How a cell was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    /// No byte above 7F.
    Ascii,
    /// UTF-8.
    Utf8,
    /// Windows-1252.
    Windows1252,
}

/// The characters of Windows-1252 from 80 to 9F. The five places that it leaves free keep the control characters of ISO-8859-1.
const HIGH: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”',
    '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The encoding of `bytes`.
pub fn detect(bytes: &[u8]) -> Encoding {
    if bytes.is_ascii() {
        Encoding::Ascii
    } else if str::from_utf8(bytes).is_ok() {
        Encoding::Utf8
    } else {
        Encoding::Windows1252
    }
}

/// `bytes` as text, and how they were read. Every byte has a meaning in Windows-1252, so this cannot fail.
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    match str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), if text.is_ascii() { Encoding::Ascii } else { Encoding::Utf8 }),
        Err(_) => (Cow::Owned(bytes.iter().map(|&byte| of_byte(byte)).collect()), Encoding::Windows1252),
    }
}

fn of_byte(byte: u8) -> char {
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// Appends `text` in `encoding`; `?` stands for what Windows-1252 does not have.
pub fn encode(text: &str, encoding: Encoding, out: &mut Vec<u8>) {
    if encoding == Encoding::Windows1252 {
        out.extend(text.chars().map(to_byte));
    } else {
        out.extend(text.as_bytes());
    }
}

fn to_byte(character: char) -> u8 {
    if let Some(place) = (0x80..=0x9f).zip(HIGH).find_map(|(byte, high)| (high == character).then_some(byte)) {
        return place;
    }
    u8::try_from(u32::from(character)).ok().filter(|byte| !(0x80..=0x9f).contains(byte)).unwrap_or(b'?')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let mut bytes: Vec<u8> = (0..=255).collect();
        bytes.reverse();
        let (text, encoding) = decode(&bytes);
        assert_eq!(encoding, Encoding::Windows1252);
        assert!(text.contains("Ÿž\u{9d}œ") && text.contains("üûú"));
        let mut back = Vec::new();
        encode(&text, encoding, &mut back);
        assert_eq!(back, bytes);
    }

    #[test]
    fn cells_are_judged_one_by_one() {
        assert_eq!(decode(b"Gr\xf6\xdfe \x96 50 \x80"), ("Größe – 50 €".into(), Encoding::Windows1252));
        assert_eq!(decode("Größe".as_bytes()), ("Größe".into(), Encoding::Utf8));
        assert_eq!(decode(b"size"), ("size".into(), Encoding::Ascii));
        let mut out = Vec::new();
        encode("ä → b", Encoding::Windows1252, &mut out);
        assert_eq!(out, b"\xe4 ? b");
    }
}
