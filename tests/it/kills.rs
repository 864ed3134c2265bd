//! Runs that are killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

/// Kills at most this often.
const MOST: u64 = 8;

/// The checkpoint beside `output`.
fn checkpoint(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".checkpoint");
    name.into()
}

/// Starts the labelling of `output` with `begin` again and again, and kills it some time after its checkpoint moved on, until it ends by itself or was
/// killed often enough. Says how many times it left something behind of which `is_begun` holds.
pub(crate) fn again_and_again(output: &Path, mut begin: impl FnMut() -> Child, is_begun: impl Fn(&Value) -> bool) -> usize {
    let checkpoint = checkpoint(output);
    let mut count = 0;
    let mut last = Vec::new();
    for round in 0..MOST {
        let mut child = begin();
        loop {
            if let Some(status) = child.try_wait().expect("a child") {
                assert!(status.success(), "it ended with {status}");
                return count;
            }
            let state = fs::read(&checkpoint).unwrap_or_default();
            if !state.is_empty() && state != last {
                last = state;
                break;
            }
            sleep(Duration::from_millis(1));
        }
        sleep(Duration::from_millis(7 * round * round));
        let _ = child.kill();
        if child.wait().expect("it ends").success() || output.exists() {
            return count;
        }
        let state = fs::read(&checkpoint).expect("a checkpoint");
        count += usize::from(is_begun(&serde_json::from_slice(&state).expect("a whole checkpoint")));
    }
    count
}
