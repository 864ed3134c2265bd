//! The footer of a Parquet file, looked at before anybody builds anything from it: how long it is, and how deep its schema nests. Reading a
//! schema takes a frame of the stack for each level, and nothing contains a stack that is full.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// A longer footer, in bytes, is refused.
const LONGEST: u64 = 256 * 1024 * 1024;
/// So deep a schema may nest.
const DEEPEST: usize = 64;
/// Length and magic at the end.
const TAIL: usize = 8;

// Types of Thrift's compact protocol.
const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const I32: u8 = 5;
const I64: u8 = 6;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const STRUCT: u8 = 12;

/// The footer's bytes.
///
/// # Errors
/// If there is none, it is encrypted, or its schema nests too deep; `InvalidData` with the reason.
pub(super) fn read(file: &mut File) -> io::Result<Vec<u8>> {
    let broken = |problem: &str| io::Error::new(io::ErrorKind::InvalidData, problem);
    let (size, tail_length) = (file.metadata()?.len(), TAIL as u64);
    if size < 4 + tail_length {
        return Err(broken("it ends before its footer"));
    }
    let mut tail = [0; TAIL];
    file.seek(SeekFrom::Start(size - tail_length))?;
    file.read_exact(&mut tail)?;
    let [a, b, c, d, magic @ ..] = tail;
    match &magic {
        b"PAR1" => {}
        b"PARE" => return Err(broken("it is encrypted, which is not read (write it without)")),
        _ => return Err(broken("its end is missing: was it copied whole?")),
    }
    let length = u64::from(u32::from_le_bytes([a, b, c, d]));
    if length > size - tail_length - 4 {
        return Err(broken("its footer is longer than the file"));
    }
    if length > LONGEST {
        return Err(broken("its footer is over 256 MB"));
    }
    file.seek(SeekFrom::Start(size - tail_length - length))?;
    let mut footer = Vec::new();
    file.take(length).read_to_end(&mut footer)?;
    // What makes no sense is left to who builds from it, and says so.
    if nests_too_deep(&footer).unwrap_or(false) {
        return Err(broken("its schema nests deeper than 64 levels"));
    }
    Ok(footer)
}

/// Whether the schema nests too deep; `None` where the bytes make no sense.
fn nests_too_deep(footer: &[u8]) -> Option<bool> {
    let mut bytes = Bytes(footer);
    let mut id = 0;
    loop {
        let (kind, field) = bytes.field(id)?;
        id = field;
        if (kind, field) != (LIST, 2) {
            bytes.skip(kind, DEEPEST)?;
            continue;
        }
        let (kind, count) = bytes.list()?;
        if kind != STRUCT {
            return None;
        }
        // How many children are still to come, for each level.
        let mut open: Vec<u64> = Vec::new();
        for _ in 0..count {
            let children = bytes.children()?;
            if children > 0 {
                open.push(children);
                if open.len() > DEEPEST {
                    return Some(true);
                }
                continue;
            }
            while let Some(left) = open.last_mut() {
                *left -= 1;
                if *left > 0 {
                    break;
                }
                open.pop();
            }
        }
        return Some(false);
    }
}

/// What is left to read.
struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn take(&mut self, count: u64) -> Option<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// Type and number of the next field after number `last`; type 0 at the end of the struct.
    fn field(&mut self, last: i64) -> Option<(u8, i64)> {
        let byte = self.byte()?;
        let kind = byte & 15;
        match byte >> 4 {
            _ if kind == 0 => Some((0, 0)),
            0 => Some((kind, self.signed()?)),
            more => Some((kind, last.checked_add(i64::from(more))?)),
        }
    }

    /// Type and number of the elements.
    fn list(&mut self) -> Option<(u8, u64)> {
        let byte = self.byte()?;
        let count = if byte >> 4 == 15 { self.number()? } else { u64::from(byte >> 4) };
        Some((byte & 15, count))
    }

    /// How many children the next element of a schema has.
    fn children(&mut self) -> Option<u64> {
        let (mut id, mut children) = (0, 0);
        loop {
            let (kind, field) = self.field(id)?;
            id = field;
            match (kind, field) {
                (0, _) => return Some(children),
                (I32, 5) => children = u64::try_from(self.signed()?).ok()?,
                _ => self.skip(kind, DEEPEST)?,
            }
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            TRUE | FALSE => {}
            BYTE => self.byte().map(drop)?,
            4..=I64 => self.number().map(drop)?,
            DOUBLE => self.take(8).map(drop)?,
            BINARY => {
                let length = self.number()?;
                self.take(length)?;
            }
            LIST | SET => {
                let (kind, count) = self.list()?;
                for _ in 0..count {
                    if kind == TRUE || kind == FALSE { self.byte().map(drop)? } else { self.skip(kind, depth)? }
                }
            }
            STRUCT => {
                let mut id = 0;
                loop {
                    let (kind, field) = self.field(id)?;
                    if kind == 0 {
                        break;
                    }
                    id = field;
                    self.skip(kind, depth)?;
                }
            }
            // Maps and what is newer do not stand before a schema.
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A footer whose schema is a chain of so many groups and a column.
    fn chain(levels: u8) -> Vec<u8> {
        let mut bytes = vec![0x15, 2, 0x19, 0xfc, levels + 1];
        for _ in 0..levels {
            // Repetition, name, one child.
            bytes.extend([0x35, 2, 0x18, 1, b'g', 0x15, 2, 0]);
        }
        bytes.extend([0x15, 4, 0x25, 2, 0x18, 1, b'c', 0, 0]);
        bytes
    }

    #[test]
    fn depth_is_told() {
        assert_eq!(
            [1, 64, 65, 120].map(|levels| nests_too_deep(&chain(levels))),
            [Some(false), Some(false), Some(true), Some(true)]
        );
        assert_eq!(nests_too_deep(&chain(3)[..9]), None);
        assert_eq!(nests_too_deep(&[0x1c; 99]), None, "structs in structs");
    }
}
