//! Work shared out to threads. What comes of it does not depend on how many there are.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// So many threads as there are cores.
pub(crate) fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// What `work` makes of each of `items`, in their order; a thread for each core.
pub(crate) fn map<'i, I: Sync, O: Send>(items: &'i [I], work: impl Fn(&'i I) -> O + Sync) -> Vec<O> {
    map_on(cores(), items, work)
}

/// As [`map`], on so many threads.
///
/// # Panics
/// If `work` does.
pub(crate) fn map_on<'i, I: Sync, O: Send>(threads: usize, items: &'i [I], work: impl Fn(&'i I) -> O + Sync) -> Vec<O> {
    let threads = threads.clamp(1, items.len().max(1));
    let next = AtomicUsize::new(0);
    let take = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return done };
            done.push((place, work(item)));
        }
    };
    let mut done = thread::scope(|scope| {
        // Where there can be no more threads, those that are there do the work.
        let others: Vec<_> = (1..threads).filter_map(|_| thread::Builder::new().spawn_scoped(scope, take).ok()).collect();
        let mut done = take();
        for other in others {
            done.extend(finished(other));
        }
        done
    });
    done.sort_unstable_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, made)| made).collect()
}

/// What both make, side by side; where there can be no thread, one after the other.
pub(crate) fn both<L, R: Send>(left: impl FnOnce() -> L, right: impl FnOnce() -> R + Send) -> (L, R) {
    let right = Mutex::new(Some(right));
    let take = || {
        let right = right.lock().unwrap_or_else(PoisonError::into_inner).take();
        right.map(|right| right())
    };
    thread::scope(|scope| {
        let other = thread::Builder::new().spawn_scoped(scope, take);
        let left = left();
        let right = other.map_or_else(|_| take(), finished);
        (left, right.unwrap_or_else(|| unreachable!("it is taken once")))
    })
}

/// Waits for `worker`; where it panicked, so does whoever waits.
fn finished<T>(worker: thread::ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_the_items() {
        let items: Vec<u64> = (0..1000).collect();
        let slow_first = |&item: &u64| {
            if item == 0 {
                thread::sleep(std::time::Duration::from_millis(5));
            }
            item * 2
        };
        for threads in [0, 1, 2, 7] {
            assert_eq!(map_on(threads, &items, slow_first), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        }
        assert_eq!(map(&items, slow_first), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert_eq!(map(&[] as &[u64], slow_first), Vec::<u64>::new());
    }

    #[test]
    fn a_panic_of_a_worker_is_not_lost() {
        let caught = std::panic::catch_unwind(|| map(&[1, 2, 3], |&item| assert!(item < 3, "three")));
        assert!(caught.is_err());
    }
}
