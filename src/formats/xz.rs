//! xz, within a limit of memory: a file names the window that it is unpacked with, and the decoder takes what it names, up to 4 GB.

use std::io::{self, BufReader, Read};

use lzma_rust2::XzReader;

/// The largest window. `xz -9` asks for half of it.
const LARGEST_WINDOW: u64 = 128 << 20;
/// LZMA2, which is the last filter of every block.
const LZMA2: u64 = 0x21;
/// What is said of a file that makes no sense.
const BROKEN: &str = "broken xz";
/// Lengths of the checks behind blocks, by their kind.
const CHECKS: [u64; 16] = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64];

/// What unpacks `input`, stream after stream.
pub(super) fn unpack<R: Read>(input: R) -> impl Read {
    XzReader::new(Guard { input: BufReader::new(input), walk: Walk::default() }, true)
}

/// Bytes on their way to the decoder, none of which ask for too much.
struct Guard<R> {
    input: R,
    walk: Walk,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.walk.pass(&buffer[..read]).map_err(|problem| io::Error::new(io::ErrorKind::InvalidData, problem))?;
        Ok(read)
    }
}

/// What comes next in a file.
#[derive(Debug, Clone, Copy, Default)]
enum Next {
    /// A stream, or what fills up the one before.
    #[default]
    Stream,
    /// The rest of a stream's header.
    Header,
    /// The length of a block's header, or zero, which begins the index.
    Block,
    /// The rest of a block's header, so many bytes.
    BlockHeader(usize),
    /// The kind of a piece of packed data.
    Piece,
    /// The lengths of such a piece, behind which there are so many more bytes than they say.
    Packed(u64),
    /// The length of a piece that could not be packed.
    Plain,
    /// The index, of which so many bytes were passed and so many numbers are left; `None` where the number that comes says how many.
    Index { passed: u64, left: Option<u64>, number: u64, shift: u32 },
}

/// Walks from header to header; what is packed between them is passed over.
#[derive(Debug, Default)]
struct Walk {
    next: Next,
    /// Bytes of the header that comes next, so far.
    begun: Vec<u8>,
    passed_over: u64,
    /// Length of a check of this stream.
    check: u64,
    /// Length of the block so far.
    block: u64,
}

impl Walk {
    /// Passes `bytes`, which follow those before.
    fn pass(&mut self, mut bytes: &[u8]) -> Result<(), String> {
        while let Some((first, rest)) = bytes.split_first() {
            if self.passed_over > 0 {
                let over = usize::try_from(self.passed_over).map_or(bytes.len(), |over| over.min(bytes.len()));
                self.passed_over -= over as u64;
                bytes = &bytes[over..];
                continue;
            }
            bytes = rest;
            self.begun.push(*first);
            if self.begun.len() == self.next.length() {
                let header = std::mem::take(&mut self.begun);
                self.next = self.step(&header)?;
            }
        }
        Ok(())
    }

    /// What comes after `header`.
    fn step(&mut self, header: &[u8]) -> Result<Next, String> {
        let length = |at: usize| 1 + (u64::from(header[at]) << 8 | u64::from(header[at + 1]));
        Ok(match self.next {
            Next::Stream if header == [0; 4] => Next::Stream,
            Next::Stream => Next::Header,
            Next::Header => {
                self.check = CHECKS[usize::from(header[3] & 0xf)];
                Next::Block
            }
            Next::Block if header[0] == 0 => Next::Index { passed: 1, left: None, number: 0, shift: 0 },
            Next::Block => Next::BlockHeader(4 * (usize::from(header[0]) + 1) - 1),
            Next::BlockHeader(_) => {
                check_window(header)?;
                self.block = 0;
                Next::Piece
            }
            Next::Piece => {
                self.block += 1;
                match header[0] {
                    0 => {
                        self.passed_over = padding(self.block) + self.check;
                        Next::Block
                    }
                    1 | 2 => Next::Plain,
                    kind if kind >= 0x80 => Next::Packed(u64::from(kind >= 0xc0)),
                    _ => return Err(BROKEN.to_owned()),
                }
            }
            Next::Packed(more) => self.piece(4, length(2) + more),
            Next::Plain => self.piece(2, length(0)),
            Next::Index { passed, left, number, shift } => {
                self.index(passed + 1, left, number | u64::from(header[0] & 0x7f) << shift, shift, header[0] < 0x80)?
            }
        })
    }

    /// A piece of so many bytes, behind a header.
    fn piece(&mut self, header: u64, length: u64) -> Next {
        self.block += header + length;
        self.passed_over = length;
        Next::Piece
    }

    /// What comes after seven bits of a number in the index.
    fn index(&mut self, passed: u64, left: Option<u64>, number: u64, shift: u32, is_whole: bool) -> Result<Next, String> {
        if !is_whole {
            return if shift < 56 { Ok(Next::Index { passed, left, number, shift: shift + 7 }) } else { Err(BROKEN.to_owned()) };
        }
        let left = left.map_or(number.saturating_mul(2), |left| left - 1);
        if left > 0 {
            return Ok(Next::Index { passed, left: Some(left), number: 0, shift: 0 });
        }
        // A checksum, and the stream's end.
        self.passed_over = padding(passed) + 4 + 12;
        Ok(Next::Stream)
    }
}

impl Next {
    /// How many bytes it has.
    fn length(self) -> usize {
        match self {
            Self::Stream | Self::Packed(_) => 4,
            Self::Header => 8,
            Self::BlockHeader(length) => length,
            Self::Plain => 2,
            Self::Block | Self::Piece | Self::Index { .. } => 1,
        }
    }
}

/// What is missing to a multiple of four.
fn padding(length: u64) -> u64 {
    length.wrapping_neg() % 4
}

/// Looks for LZMA2 among the filters of a block, and at the window that it names.
fn check_window(header: &[u8]) -> Result<(), String> {
    let (&flags, mut rest) = header.split_first().ok_or(BROKEN)?;
    // Lengths of the block may stand before the filters.
    for _ in 0..(flags >> 6 & 1) + (flags >> 7) {
        number(&mut rest).ok_or(BROKEN)?;
    }
    for _ in 0..=flags & 3 {
        let filter = number(&mut rest).ok_or(BROKEN)?;
        let length = number(&mut rest).and_then(|length| usize::try_from(length).ok()).ok_or(BROKEN)?;
        let (properties, later) = rest.split_at_checked(length).ok_or(BROKEN)?;
        rest = later;
        if filter == LZMA2 {
            let bits = u64::from(*properties.first().ok_or(BROKEN)?);
            let window = (2 | bits & 1) << (bits / 2 + 11).min(40);
            if window <= LARGEST_WINDOW {
                return Ok(());
            }
            let (asked, limit) = (window >> 20, LARGEST_WINDOW >> 20);
            return Err(format!("xz that takes {asked} MB to unpack, more than {limit} (pack it with xz -9 or less)"));
        }
    }
    Err(BROKEN.to_owned())
}

/// A number of seven bits a byte, the lowest first.
fn number(rest: &mut &[u8]) -> Option<u64> {
    let length = rest.iter().position(|byte| *byte < 0x80).filter(|length| *length < 9)? + 1;
    let (bytes, later) = rest.split_at(length);
    *rest = later;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 7 | u64::from(byte & 0x7f)))
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};
    use std::num::NonZeroU64;

    use lzma_rust2::{CheckType, XzOptions, XzWriter};

    use super::*;

    /// Text and noise, some of it repeated, so that there are pieces of all kinds.
    fn content() -> Vec<u8> {
        let mut state = 7_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_le_bytes()[3]
        };
        let mut content = b"Kunden betreuen. ".repeat(9_000);
        content.extend((0..300_000).map(|_| noise()));
        content.extend(b"Projekte leiten. ".repeat(20_000));
        content
    }

    /// Length of a block, if there are several,
    const BLOCK: usize = 100_000;
    /// and of the window: a block is no shorter than that.
    const WINDOW: u32 = 1 << 16;
    /// How the window is written: `(2 | 8 & 1) << (8 / 2 + 11)`.
    const WINDOW_BITS: u8 = 8;

    fn packed(content: &[u8], check: CheckType, block: Option<usize>) -> Vec<u8> {
        let mut options = XzOptions::with_preset(1);
        options.lzma_options.dict_size = WINDOW;
        options.set_check_sum_type(check);
        options.set_block_size(block.and_then(|block| NonZeroU64::new(block as u64)));
        let mut writer = XzWriter::new(Vec::new(), options).expect("memory");
        writer.write_all(content).expect("memory");
        writer.finish().expect("memory")
    }

    #[test]
    fn every_stream_is_walked_to_its_end() {
        let content = content();
        for check in [CheckType::None, CheckType::Crc32, CheckType::Crc64, CheckType::Sha256] {
            for block in [None, Some(BLOCK)] {
                let one = packed(&content, check, block);
                let two = [one.as_slice(), &[0; 8], &packed(b"", check, block), &one].concat();
                for step in [1, 5, 4096] {
                    let mut walk = Walk::default();
                    two.chunks(step).for_each(|bytes| walk.pass(bytes).expect("good"));
                    assert!(matches!(walk.next, Next::Stream) && walk.begun.is_empty() && walk.passed_over == 0, "{walk:?}");
                }
                let mut unpacked = Vec::new();
                unpack(Cursor::new(two)).read_to_end(&mut unpacked).expect("good");
                assert!(unpacked == content.repeat(2));
            }
        }
    }

    #[test]
    fn what_asks_for_too_much_is_refused_in_any_block() {
        let content = content();
        let good = packed(&content, CheckType::Crc32, Some(BLOCK));
        // The properties of LZMA2, behind its number and their length.
        let filter = [0x21, 1, WINDOW_BITS];
        let windows: Vec<usize> = (2..good.len()).filter(|&at| good[at - 2..=at] == filter).collect();
        assert_eq!(windows.len(), content.len().div_ceil(BLOCK), "one in each block: {windows:?}");
        for at in windows {
            let mut bad = good.clone();
            bad[at] = 40;
            let failed = unpack(Cursor::new(bad)).read_to_end(&mut Vec::new()).expect_err("too much");
            assert!(failed.to_string().contains("takes 4096 MB"), "{failed}");
        }
    }
}
