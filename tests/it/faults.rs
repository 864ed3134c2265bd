//! Whatever befalls a run, nothing is lost and nothing is half-written. Faults of every kind strike runs of `label`, `report` and `train` at
//! places that a generator of numbers chooses; after each, the output is what it was before or the whole new one, the program said in one line what is
//! wrong, and another run makes good what was not done, to the byte.
//!
//! Every run of the tests injects a few. This injects ten rounds of each kind, and prints what became of them:
//!
//! ```text
//! ROLECALL_FAULTS=10 cargo test --release --locked --test it faults -- --nocapture
//! ```
//!
//! `ROLECALL_FAULTS_SEED` chooses other places. Kinds that need `strace`, or `unshare` and a file system of one's own, say so where those are
//! not to be had.

mod count;
mod outside;
mod scene;
mod system;
mod work;

use std::thread;

use crate::support::{Random, say};
use count::Count;
use scene::{Outcome, Scene};
use work::Work;

/// What strikes a run.
type Fault = fn(&Scene, &mut Random) -> Outcome;

/// All kinds.
const FAULTS: [(&str, Fault); 20] = [
    ("killed", outside::killed),
    ("killed, and once more going on", outside::killed_twice),
    ("killed at a write, sync or rename", system::killed_at_a_call),
    ("disk full", system::disk_full),
    ("disk full from some write on", system::writes_fail),
    ("larger than a file may be", system::file_too_large),
    ("writes that write less", system::writes_are_short),
    ("sync fails", system::syncs_fail),
    ("rename fails", system::renames_fail),
    ("read fails", system::reads_fail),
    ("reads that are interrupted", system::reads_are_interrupted),
    ("folder is read-only", system::read_only),
    ("memory is low", system::low_memory),
    ("no more threads", system::no_threads),
    ("clock goes back", system::clock_goes_back),
    ("two runs on one output", outside::two_runs),
    ("input changes while it is read", outside::input_changes),
    ("input comes slowly", outside::slow_input),
    ("output is taken slowly", outside::slow_output),
    ("output is closed", outside::closed_output),
];

/// Rounds of each kind in every run of the tests.
const ROUNDS: u64 = 1;

/// A number that the environment gives.
fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn nothing_is_lost_and_nothing_half_written() {
    let rounds = given("ROLECALL_FAULTS");
    let seed = given("ROLECALL_FAULTS_SEED").unwrap_or(2021);
    let works = Work::all(rounds.is_some());
    let mut by_work = vec![Count::default(); works.len()];
    say(&Count::header("fault"));
    for (number, (name, fault)) in (0..).zip(FAULTS) {
        let strike = |(place, work): (u64, &Work)| {
            let mut random = Random::new(seed + 1000 * number + place);
            let mut count = Count::default();
            for _ in 0..rounds.unwrap_or(ROUNDS) {
                let scene = Scene::new(work);
                let outcome = fault(&scene, &mut random);
                count.add(&scene.judge(outcome));
            }
            count
        };
        // Works wait for their faults side by side.
        let counts: Vec<Count> = thread::scope(|scope| {
            let strike = &strike;
            let threads: Vec<_> = (0..).zip(&works).map(|work| scope.spawn(move || strike(work))).collect();
            threads.into_iter().map(|thread| thread.join().expect("struck")).collect()
        });
        let mut all = Count::default();
        for (count, of_work) in counts.iter().zip(&mut by_work) {
            all.add(count);
            of_work.add(count);
        }
        say(&all.line(name));
    }
    say(&Count::header("command"));
    let mut total = Count::default();
    for (work, of_work) in works.iter().zip(&by_work) {
        say(&of_work.line(work.name));
        total.add(of_work);
    }
    say(&total.line("all"));
    assert!(total.lost.is_empty(), "{}", total.lost.join("\n"));
    assert!(total.struck > 0, "nothing struck");
}
