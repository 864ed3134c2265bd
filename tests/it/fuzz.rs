//! The functions that fuzzing calls, with bytes that are the same in every run: fixtures, and those that once went wrong, cut, changed and
//! joined. `fuzz/README.md` says how to look for others.
//!
//! `ROLECALL_FUZZ=60` goes on for sixty seconds with each function, `ROLECALL_FUZZ_TARGET=export` with that one alone, and `ROLECALL_FUZZ_SEED=7`
//! with other changes.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use rolecall::model_file;
use rolecall::targets::{ALL, FuzzTarget};

use crate::support::{Random, root, say, small};

/// Inputs of each function in every run of the tests.
const INPUTS: usize = 150;
/// No input is longer, in bytes.
const LONGEST: usize = 64 * 1024;
/// What the longest may take, on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(10);
/// Pieces of all formats.
const PIECES: [&str; 40] = [
    "<",
    ">",
    "</",
    "/>",
    "<p>",
    "<li>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&#x",
    "&lt;",
    ";",
    ",",
    "\"",
    "\"\"",
    "'",
    "\r\n",
    "\n",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ":",
    "\\u",
    "\\ud83d",
    "null",
    "-1e999",
    "text",
    "title",
    "id",
    "\u{feff}",
    "\u{ad}",
    "\u{308}",
    "\u{202e}",
    "😀",
    "\0",
    "PK\u{3}\u{4}",
];

/// The files below `folder`, all of them.
fn files(folder: &Path, found: &mut Vec<Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(fs::read(path).expect("readable"));
        }
    }
}

/// What changes begin with: the seeds of a function, of all functions, and the fixtures.
fn seeds(name: &str) -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for folder in ["fuzz/seeds".to_owned() + "/" + name, "fuzz/seeds/all".to_owned(), "tests/data".to_owned()] {
        files(&root().join(folder), &mut seeds);
    }
    if name == "columns" {
        // Anything else is given back at its first byte.
        seeds.retain(|seed| [&b"PAR1"[..], b"ARROW1", &[0xff; 4]].iter().any(|magic| seed.starts_with(magic)));
    }
    if name == "model" {
        let bytes = model_file::to_bytes(small().model());
        seeds = vec![bytes[..bytes.len() - 8].to_vec(), bytes];
    }
    seeds
}

/// One seed, changed in a few places.
fn changed(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(64)).min(bytes.len());
        match random.below(8) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 if end > at => bytes[at] ^= 1 << random.below(8),
            3 if end > at => bytes[at] = [0, 0xff, 0x7f, 0x80, b'"', b'<'][random.below(6)],
            4 => {
                let again = bytes[at..end].repeat(1 + random.below(20));
                bytes.splice(at..at, again);
            }
            5 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + random.below(2000)).min(other.len())].to_vec();
                bytes.splice(at..end, piece);
            }
            _ => drop(bytes.splice(at..at, PIECES[random.below(PIECES.len())].bytes())),
        }
    }
    bytes
}

/// Calls `target`, which must return in time.
fn call(name: &str, target: FuzzTarget, bytes: &[u8]) {
    let begin = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| target(bytes)));
    let took = begin.elapsed();
    if outcome.is_err() || took > PATIENCE {
        let kept = std::env::temp_dir().join(format!("rolecall-{name}.input"));
        fs::write(&kept, bytes).expect("space");
        panic!("{name}: {} after {took:?}, with {}", if outcome.is_err() { "panicked" } else { "slow" }, kept.display());
    }
}

#[test]
fn any_bytes_are_taken() {
    let seconds = std::env::var("ROLECALL_FUZZ").ok().and_then(|seconds| seconds.parse().ok());
    let limit = seconds.map(Duration::from_secs);
    let wanted = std::env::var("ROLECALL_FUZZ_TARGET").ok();
    let seed = std::env::var("ROLECALL_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(2021);
    let targets: Vec<_> = ALL.into_iter().filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted == name)).collect();
    assert!(!targets.is_empty(), "no function is called {wanted:?}");
    for (name, target) in targets {
        let (seeds, begin) = (seeds(name), Instant::now());
        assert!(!seeds.is_empty(), "{name} has no seeds");
        let mut random = Random::new(seed);
        let mut count = 0;
        if name != "model" {
            for seed in &seeds {
                call(name, target, seed);
            }
        }
        while limit.map_or(count < INPUTS, |limit| begin.elapsed() < limit) {
            let bytes = changed(&seeds, &mut random);
            if bytes.len() <= LONGEST || name == "model" {
                call(name, target, &bytes);
                count += 1;
            }
        }
        say(&format!("{name}: {count} inputs from {} seeds in {:.1} s", seeds.len(), begin.elapsed().as_secs_f64()));
    }
}
