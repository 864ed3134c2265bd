//! Compressed output that can be gone on with after a stop, to the same bytes.
//!
//! Members are cut every so many bytes of what is compressed, wherever a row or a checkpoint is: so the file depends on the results alone. A checkpoint counts whole members only. It names the last place before their end where reading can go on; what is labelled again
//! from there and is in those members already is passed over.

use std::io;

use serde::{Deserialize, Serialize};

use super::checkpoint::Checkpoint;
use crate::formats::Compression;

/// How much is in whole members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whole {
    /// Bytes before compression.
    pub bytes: u64,
    /// Bytes after it.
    pub length: u64,
}

/// Turns bytes into members.
pub(super) struct Packer {
    compression: Compression,
    /// What is in no member yet.
    open: Vec<u8>,
    whole: Whole,
    /// So many bytes come that are in whole members already.
    again: u64,
    /// The last state that was told, and the last one that whole members hold.
    told: Checkpoint,
    held: Checkpoint,
}

impl Packer {
    /// Begins, or goes on with the whole members of an earlier run, from `state`.
    pub(super) fn new(compression: Compression, whole: Whole, state: Checkpoint) -> Self {
        let again = whole.bytes.saturating_sub(state.written);
        Self { compression, open: Vec::new(), whole, again, told: state.clone(), held: state }
    }

    /// Takes `bytes`, and gives the members that became whole.
    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let known = usize::try_from(self.again).map_or(bytes.len(), |again| again.min(bytes.len()));
        self.again -= known as u64;
        let mut rest = &bytes[known..];
        let mut members = Vec::new();
        let size = self.compression.member_size();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(size - self.open.len()));
            self.open.extend(now);
            rest = later;
            if self.open.len() == size {
                members.extend(self.close()?);
                // What was told is made from bytes before this member's end.
                self.held = self.told.clone();
            }
        }
        Ok(members)
    }

    /// The last member. There is one even where nothing was written, as an empty file is no compressed one.
    pub(super) fn finish(&mut self) -> io::Result<Vec<u8>> {
        if self.open.is_empty() && self.whole.bytes > 0 { Ok(Vec::new()) } else { self.close() }
    }

    fn close(&mut self) -> io::Result<Vec<u8>> {
        let member = self.compression.member(&self.open)?;
        self.whole.bytes += self.open.len() as u64;
        self.whole.length += member.len() as u64;
        self.open.clear();
        Ok(member)
    }

    /// Notes how far the run came.
    pub(super) fn tell(&mut self, state: &Checkpoint) {
        self.told = state.clone();
        if state.written <= self.whole.bytes {
            self.held = state.clone();
        }
    }

    /// Where to go on, and what is whole then.
    pub(super) fn held(&self) -> (&Checkpoint, Whole) {
        (&self.held, self.whole)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::export::Position;
    use crate::label::tally::Tally;

    fn state(written: u64) -> Checkpoint {
        Checkpoint { position: Position { record: written, ..Position::default() }, written, tally: Tally::default() }
    }

    /// Writes `batches` from `from` on, telling where each ends, and stops after so many.
    fn write(packer: &mut Packer, batches: &[Vec<u8>], from: u64, most: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut end = 0;
        let mut left = most;
        for batch in batches {
            let begin = end;
            end += batch.len() as u64;
            if begin < from || left == 0 {
                continue;
            }
            left -= 1;
            out.extend(packer.push(batch).expect("memory"));
            packer.tell(&state(end));
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_stop_anywhere_leaves_no_trace(
            lengths in prop::collection::vec(0..1_300_000_usize, 1..8),
            stops in prop::collection::vec(0..4_usize, 0..4),
        ) {
            let batches: Vec<Vec<u8>> = (b'a'..).zip(&lengths).map(|(byte, &length)| vec![byte; length]).collect();
            let mut packer = Packer::new(Compression::Gzip, Whole::default(), Checkpoint::start());
            let mut unbroken = write(&mut packer, &batches, 0, usize::MAX);
            unbroken.extend(packer.finish().expect("memory"));
            let mut file = Vec::new();
            let (mut from, mut whole) = (Checkpoint::start(), Whole::default());
            for stop in stops.into_iter().chain([usize::MAX]) {
                file.truncate(usize::try_from(whole.length).expect("small"));
                let mut packer = Packer::new(Compression::Gzip, whole, from.clone());
                file.extend(write(&mut packer, &batches, from.written, stop));
                if stop == usize::MAX {
                    file.extend(packer.finish().expect("memory"));
                }
                from = packer.held().0.clone();
                whole = packer.held().1;
                prop_assert!(from.written <= whole.bytes || whole.bytes == 0);
            }
            prop_assert!(file == unbroken);
        }
    }

    #[test]
    fn nothing_is_an_empty_member() {
        let mut packer = Packer::new(Compression::Gzip, Whole::default(), Checkpoint::start());
        assert_eq!(packer.finish().expect("memory").len(), 20);
    }
}
