//! How much may be under way between reading and writing.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many batches are under way for each worker,
const AHEAD: usize = 3;
/// and no more are read while they hold so many bytes.
const BYTES: usize = 16 * 1024 * 1024;

/// Counts what was read and is not written yet.
pub(super) struct Flow {
    batches: usize,
    now: Mutex<Now>,
    changed: Condvar,
}

#[derive(Default)]
struct Now {
    batches: usize,
    bytes: usize,
    is_closed: bool,
}

impl Flow {
    /// For so many workers.
    pub(super) fn new(workers: usize) -> Self {
        Self { batches: workers * AHEAD, now: Mutex::default(), changed: Condvar::new() }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is room for a batch; `false` where nobody writes any more.
    pub(super) fn wait(&self) -> bool {
        let is_full = |now: &mut Now| !now.is_closed && (now.batches >= self.batches || now.bytes >= BYTES);
        let now = self.changed.wait_while(self.now(), is_full).unwrap_or_else(PoisonError::into_inner);
        !now.is_closed
    }

    /// A batch of so many bytes was read.
    pub(super) fn enter(&self, bytes: usize) {
        let mut now = self.now();
        now.batches += 1;
        now.bytes += bytes;
    }

    /// A batch of so many bytes was written.
    pub(super) fn leave(&self, bytes: usize) {
        let mut now = self.now();
        now.batches -= 1;
        now.bytes -= bytes;
        self.changed.notify_all();
    }

    /// Nobody writes any more.
    pub(super) fn close(&self) {
        self.now().is_closed = true;
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reader_waits_for_room() {
        let flow = Flow::new(1);
        flow.enter(BYTES);
        std::thread::scope(|scope| {
            let reader = scope.spawn(|| flow.wait());
            flow.leave(BYTES);
            assert!(reader.join().expect("no panic"));
            (0..AHEAD).for_each(|_| flow.enter(1));
            let reader = scope.spawn(|| flow.wait());
            flow.close();
            assert!(!reader.join().expect("no panic"));
        });
    }
}
