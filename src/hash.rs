//! A hash for the short keys of the tables: two overlapping reads and a folded multiplication for nearly every word.
//!
//! The tables are filled from a model and only looked up afterwards, so nobody who writes a posting can lengthen their chains.

const FIRST: u64 = 0x9e37_79b9_7f4a_7c15;
const SECOND: u64 = 0xc2b2_ae3d_27d4_eb4f;

/// Both halves of the product, mixed.
#[inline]
fn fold(left: u64, right: u64) -> u64 {
    let product = u128::from(left) * u128::from(right);
    #[allow(clippy::cast_possible_truncation)]
    let halves = (product as u64, (product >> 64) as u64);
    halves.0 ^ halves.1
}

/// Hashes two numbers.
#[inline]
pub(crate) fn of_pair(first: u64, second: u64) -> u64 {
    fold(first ^ FIRST, second ^ SECOND)
}

/// Hashes three numbers.
#[inline]
pub(crate) fn of_three([first, second, third]: [u32; 3]) -> u64 {
    of_pair(u64::from(first) | u64::from(second) << 32, u64::from(third))
}

/// Hashes a word.
#[inline]
pub(crate) fn of_word(word: &str) -> u64 {
    let bytes = word.as_bytes();
    let (head, tail) = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(head), Some(tail)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*tail)),
        _ => match (bytes.first_chunk(), bytes.last_chunk()) {
            (Some(head), Some(tail)) => (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*tail))),
            _ => match *bytes {
                [a] => (u64::from(a), 0),
                [a, b] => (u64::from(a), u64::from(b)),
                [a, b, c] => (u64::from(a) | u64::from(c) << 8, u64::from(b)),
                _ => (0, 0),
            },
        },
    };
    let hash = of_pair(head ^ (bytes.len() as u64) << 56, tail);
    if bytes.len() > 16 { of_bytes(hash, &bytes[8..bytes.len() - 8]) } else { hash }
}

/// Goes on from `hash` over `bytes`.
pub(crate) fn of_bytes(hash: u64, bytes: &[u8]) -> u64 {
    bytes.chunks(8).fold(hash, |hash, chunk| {
        let mut padded = [0; 8];
        padded[..chunk.len()].copy_from_slice(chunk);
        of_pair(hash, u64::from_le_bytes(padded))
    })
}
