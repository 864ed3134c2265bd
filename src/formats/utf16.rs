//! UTF-16 to bytes that the rest can read like UTF-8, and back to the same UTF-16 whatever was in it.
//!
//! Halves of surrogate pairs that stand alone become three bytes as in WTF-8, and an odd byte at the end becomes `FF` and that byte: neither
//! is valid UTF-8, so such a cell is seen to be damaged, and nothing is lost.

use std::io::{self, Read};

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The low one, as Windows writes it.
    Little,
    /// The high one.
    Big,
}

/// Announces an odd byte. It occurs in no text.
const ODD: u8 = 0xff;
const CHUNK: usize = 64 * 1024;

/// Reads UTF-16 from `input` and yields UTF-8.
pub(super) struct Decoder<R> {
    input: R,
    order: ByteOrder,
    /// Read but not decoded yet: less than a character.
    raw: Vec<u8>,
    decoded: Vec<u8>,
    taken: usize,
}

impl<R: Read> Decoder<R> {
    /// Begins at the first unit.
    pub(super) fn new(input: R, order: ByteOrder) -> Self {
        Self { input, order, raw: Vec::new(), decoded: Vec::new(), taken: 0 }
    }

    /// Decodes what comes next; `false` at the end.
    fn refill(&mut self) -> io::Result<bool> {
        self.decoded.clear();
        self.taken = 0;
        let before = self.raw.len();
        self.raw.resize(before + CHUNK, 0);
        let read = self.input.read(&mut self.raw[before..])?;
        self.raw.truncate(before + read);
        let used = decode(&self.raw, self.order, read == 0, &mut self.decoded);
        self.raw.drain(..used);
        Ok(read > 0 || !self.decoded.is_empty())
    }
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.decoded.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let rest = &self.decoded[self.taken..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.taken += count;
        Ok(count)
    }
}

/// Decodes `raw` and says how many bytes of it were used: all of them where it `is_last`.
fn decode(raw: &[u8], order: ByteOrder, is_last: bool, out: &mut Vec<u8>) -> usize {
    let unit = |at: usize| {
        let pair = raw.get(at..at + 2)?;
        let pair = [pair[0], pair[1]];
        Some(if order == ByteOrder::Little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let mut at = 0;
    while let Some(first) = unit(at) {
        let mut value = u32::from(first);
        if (0xd800..0xdc00).contains(&first) {
            match unit(at + 2) {
                Some(second) if (0xdc00..0xe000).contains(&second) => {
                    value = 0x1_0000 + ((value - 0xd800) << 10) + (u32::from(second) - 0xdc00);
                    at += 2;
                }
                None if !is_last => break,
                _ => {}
            }
        }
        push(value, out);
        at += 2;
    }
    if is_last && at < raw.len() {
        out.extend([ODD, raw[at]]);
        at += 1;
    }
    at
}

/// Writes one code point as UTF-8 would, surrogates too.
fn push(value: u32, out: &mut Vec<u8>) {
    if let Some(character) = char::from_u32(value) {
        out.extend(character.encode_utf8(&mut [0; 4]).as_bytes());
    } else {
        let six = |shift: u32| 0x80 | u8::try_from((value >> shift) & 0x3f).unwrap_or_default();
        out.extend([0xe0 | u8::try_from(value >> 12).unwrap_or_default(), six(6), six(0)]);
    }
}

/// Appends `text`, as decoded here and cut between characters, as UTF-16.
pub fn encode(text: &[u8], order: ByteOrder, out: &mut Vec<u8>) {
    out.reserve(2 * text.len());
    let mut at = 0;
    while at < text.len() {
        let lead = text[at];
        if lead == ODD {
            out.extend(text.get(at + 1));
            at += 2;
            continue;
        }
        let (length, bits) = match lead {
            0..=0x7f => (1, u32::from(lead)),
            0x80..=0xdf => (2, u32::from(lead & 0x1f)),
            0xe0..=0xef => (3, u32::from(lead & 0x0f)),
            _ => (4, u32::from(lead & 0x07)),
        };
        let value =
            text[at + 1..(at + length).min(text.len())].iter().fold(bits, |bits, byte| bits << 6 | u32::from(byte & 0x3f));
        at += length;
        let mut unit = |unit: u32| {
            let unit = u16::try_from(unit).unwrap_or_default();
            out.extend(if order == ByteOrder::Little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        };
        if value < 0x1_0000 {
            unit(value);
        } else {
            unit(0xd800 + ((value - 0x1_0000) >> 10));
            unit(0xdc00 + ((value - 0x1_0000) & 0x3ff));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Yields a few bytes at a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(3).min(buffer.len());
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn text_is_read_as_utf8() {
        let raw: Vec<u8> = "Größe 😀;x\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let mut text = String::new();
        Decoder::new(Drip(&raw), ByteOrder::Big).read_to_string(&mut text).expect("good UTF-16");
        assert_eq!(text, "Größe 😀;x\r\n");
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(raw in prop::collection::vec(prop_oneof![any::<u8>(), 0xd7..0xe0_u8], 0..60), big in any::<bool>()) {
            let order = if big { ByteOrder::Big } else { ByteOrder::Little };
            let mut decoded = Vec::new();
            Decoder::new(Drip(&raw), order).read_to_end(&mut decoded).expect("memory");
            let mut back = Vec::new();
            encode(&decoded, order, &mut back);
            prop_assert_eq!(back, raw);
        }
    }
}
