//! Numbers, texts and lists as bytes: what the tables of a model file are made of.

use super::ModelError;

/// No number of a model is larger. A fit comes nowhere near it, and below it no sum or product of the classifier leaves the range of floats.
pub(super) const LARGEST: f64 = 1e6;

/// Says what is wrong with a model.
pub(super) fn invalid(what: impl Into<String>) -> ModelError {
    ModelError::Invalid { what: what.into() }
}

/// Holds a model to a rule for one of its tables.
pub(super) fn ensure(holds: bool, table: &str, problem: &str) -> Result<(), ModelError> {
    if holds { Ok(()) } else { Err(invalid(format!("{table}: {problem}"))) }
}

/// Whether a model may hold `number`; false for what is not finite.
pub(super) fn is_sane(number: f64) -> bool {
    number.abs() <= LARGEST
}

/// Bytes to be written.
#[derive(Debug, Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    /// Bytes as they are.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// A whole number: seven bits a byte, the lowest first, the top bit set on all bytes but the last (LEB128). Most numbers are small.
    pub(super) fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.0.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.0.push(number.to_le_bytes()[0]);
    }

    /// How many things follow.
    pub(super) fn count(&mut self, count: usize) {
        // No table comes near four thousand million entries; if one did, its file would be refused.
        self.number(u32::try_from(count).unwrap_or(u32::MAX));
    }

    /// A text.
    pub(super) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.raw(text.as_bytes());
    }

    /// A list, each of its items written by `write`.
    pub(super) fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.count(items.len());
        for item in items {
            write(self, item);
        }
    }

    /// A list of floats.
    pub(super) fn floats<T: Copy, const N: usize>(&mut self, floats: &[T], bytes: fn(T) -> [u8; N]) {
        self.list(floats, |to, &float| to.raw(&bytes(float)));
    }
}

/// So many items of a list have room before the first one is read.
const FIRST_ITEMS: usize = 1024;

/// Bytes to be read, none of them trusted.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    file_length: usize,
}

impl<'a> Reader<'a> {
    /// Reads `bytes`, a part of a file that is `file_length` bytes long.
    pub(super) fn new(bytes: &'a [u8], file_length: usize) -> Self {
        Self { rest: bytes, file_length }
    }

    fn truncated(&self) -> ModelError {
        ModelError::Truncated { at: self.file_length }
    }

    /// The next `count` bytes.
    pub(super) fn raw(&mut self, count: usize) -> Result<&'a [u8], ModelError> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(|| self.truncated())?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `N` bytes.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(|| self.truncated())?;
        self.rest = rest;
        Ok(*taken)
    }

    /// A whole number.
    #[inline]
    pub(super) fn number(&mut self) -> Result<u32, ModelError> {
        // Most are short.
        match *self.rest {
            [first, ref rest @ ..] if first < 0x80 => {
                self.rest = rest;
                Ok(first.into())
            }
            [first, second, ref rest @ ..] if second < 0x80 => {
                self.rest = rest;
                Ok(u32::from(first & 0x7f) | u32::from(second) << 7)
            }
            _ => self.long_number(),
        }
    }

    /// A whole number of whatever length.
    fn long_number(&mut self) -> Result<u32, ModelError> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let [byte] = self.array()?;
            let bits = u32::from(byte & 0x7f);
            if (bits << shift) >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(invalid("a number has more than 32 bits"))
    }

    /// A whole number below `bound`: the place of something in a table of that many.
    #[inline]
    pub(super) fn index(&mut self, bound: usize, what: &str) -> Result<u32, ModelError> {
        let number = self.number()?;
        if (number as usize) < bound { Ok(number) } else { Err(invalid(format!("{what}: {number} is not below {bound}"))) }
    }

    /// How many things follow. Each takes at least one byte, so there cannot be more of them than bytes.
    #[inline]
    pub(super) fn count(&mut self) -> Result<usize, ModelError> {
        let count = self.number()? as usize;
        if count <= self.rest.len() { Ok(count) } else { Err(self.truncated()) }
    }

    /// How many things follow, where it is known how many there must be.
    fn exactly(&mut self, expected: usize, what: &str) -> Result<usize, ModelError> {
        let count = self.count()?;
        if count == expected { Ok(count) } else { Err(invalid(format!("{what}: {count} instead of {expected}"))) }
    }

    /// A text that is not empty. It may be shown on a terminal, which control characters could play tricks on.
    pub(super) fn text(&mut self, what: &str) -> Result<String, ModelError> {
        let length = self.count()?;
        let text = str::from_utf8(self.raw(length)?).map_err(|_| invalid(format!("{what}: a text is not UTF-8")))?;
        // Most texts are ASCII, which is looked through faster by bytes.
        let is_plain = text.bytes().all(|byte| (0x20..0x7f).contains(&byte));
        let is_clean = is_plain || !text.contains(char::is_control);
        ensure(!text.is_empty() && is_clean, what, "a text is empty or has control characters")?;
        Ok(text.to_owned())
    }

    /// A list, each of its items read by `read`.
    pub(super) fn list<T>(&mut self, read: impl FnMut(&mut Self) -> Result<T, ModelError>) -> Result<Vec<T>, ModelError> {
        let count = self.count()?;
        self.items(count, read)
    }

    /// A list of `expected` items, each read by `read`.
    pub(super) fn list_of<T>(
        &mut self,
        expected: usize,
        what: &str,
        read: impl FnMut(&mut Self) -> Result<T, ModelError>,
    ) -> Result<Vec<T>, ModelError> {
        let count = self.exactly(expected, what)?;
        self.items(count, read)
    }

    /// The memory grows with the items that are there, not with the count that is claimed.
    fn items<T>(&mut self, count: usize, mut read: impl FnMut(&mut Self) -> Result<T, ModelError>) -> Result<Vec<T>, ModelError> {
        let mut items = Vec::with_capacity(count.min(FIRST_ITEMS));
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    /// A list without repeats, in ascending order.
    pub(super) fn ascending<T: PartialOrd>(
        &mut self,
        what: &str,
        read: impl FnMut(&mut Self) -> Result<T, ModelError>,
    ) -> Result<Vec<T>, ModelError> {
        let items = self.list(read)?;
        ensure(items.is_sorted_by(|left, right| left < right), what, "not sorted, or not unique")?;
        Ok(items)
    }

    /// A list of `expected` floats.
    pub(super) fn floats<T: Copy + Into<f64>, const N: usize>(
        &mut self,
        expected: usize,
        what: &str,
        float: fn([u8; N]) -> T,
    ) -> Result<Vec<T>, ModelError> {
        let count = self.exactly(expected, what)?;
        let (chunks, _) = self.raw(count.saturating_mul(N))?.as_chunks();
        let floats: Vec<T> = chunks.iter().map(|bytes| float(*bytes)).collect();
        // All are looked at, so that the compiler can take many at once.
        let are_sane = floats.iter().fold(true, |sane, float| sane & is_sane((*float).into()));
        ensure(are_sane, what, "a number out of range")?;
        Ok(floats)
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<(), ModelError> {
        ensure(self.rest.is_empty(), "end", "something follows the last table")
    }
}
