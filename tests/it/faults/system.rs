//! Faults of the system under a run: disks, files, memory, threads and clocks. Single calls are made to fail by `strace`, which knows the
//! files that they are for.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::thread::sleep;

use super::scene::{Outcome, Scene};
use super::work::Errand;
use crate::support::{Random, arg};

const NO_STRACE: Outcome = Outcome::Skipped("no strace that may trace");
const NO_UNSHARE: Outcome = Outcome::Skipped("no unshare that may mount");

fn works(command: &[&str]) -> bool {
    Command::new(command[0]).args(&command[1..]).output().is_ok_and(|output| output.status.success())
}

fn has_strace() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| works(&["strace", "-f", "-qq", "-o", "/dev/null", "-e", "inject=write:error=EIO:when=9", "true"]))
}

/// A name space of one's own, in which one may mount.
const UNSHARE: [&str; 4] = ["unshare", "--user", "--map-root-user", "--mount"];

fn has_unshare() -> bool {
    static HAS: OnceLock<bool> = OnceLock::new();
    *HAS.get_or_init(|| works(&[&UNSHARE[..], &["sh", "-c", "mount -t tmpfs none /mnt"]].concat()))
}

/// Runs with `what` done to `calls` for one of `files`.
fn traced(scene: &Scene, files: &[PathBuf], calls: &str, what: &str) -> Outcome {
    if !has_strace() {
        return NO_STRACE;
    }
    let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:{what}"));
    let mut before = vec!["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
    for file in files {
        before.extend(["-P", arg(file)]);
    }
    let output = scene.under(&before).output().expect("it runs");
    if output.status.code().is_none() { Outcome::Killed } else { Outcome::Ended(output) }
}

/// The files that a labelling writes.
fn outputs(scene: &Scene) -> Vec<PathBuf> {
    ["", ".partial", ".packing", ".checkpoint", ".checkpoint.new"].map(|ending| scene.beside(ending)).into()
}

/// What others write has no name beforehand, so all their calls are meant.
fn files(scene: &Scene) -> Vec<PathBuf> {
    if scene.work.is_named() { outputs(scene) } else { Vec::new() }
}

pub(super) fn killed_at_a_call(scene: &Scene, random: &mut Random) -> Outcome {
    let (calls, most) = [
        ("write", 40),
        ("fdatasync,fsync", 6),
        ("rename,renameat,renameat2", 4),
        ("unlink,unlinkat", 2),
        ("ftruncate", 2),
        // Of all calls, the first few load the program.
        ("openat", if scene.work.is_named() { 4 } else { 16 }),
    ][random.below(6)];
    traced(scene, &files(scene), calls, &format!("signal=KILL:when={}", 1 + random.below(most)))
}

pub(super) fn writes_fail(scene: &Scene, random: &mut Random) -> Outcome {
    let error = ["ENOSPC", "EDQUOT", "EIO"][random.below(3)];
    match traced(scene, &files(scene), "write", &format!("error={error}:when={}+", 1 + random.below(30))) {
        // Where all calls are meant, so are those to standard error.
        Outcome::Ended(output) if !scene.work.is_named() => Outcome::Mute(output),
        outcome => outcome,
    }
}

pub(super) fn writes_are_short(scene: &Scene, random: &mut Random) -> Outcome {
    traced(scene, &files(scene), "write", &format!("error=EINTR:when={}+2", 1 + random.below(5)))
}

pub(super) fn syncs_fail(scene: &Scene, random: &mut Random) -> Outcome {
    traced(scene, &files(scene), "fdatasync,fsync", &format!("error=EIO:when={}+", 1 + random.below(5)))
}

pub(super) fn renames_fail(scene: &Scene, random: &mut Random) -> Outcome {
    let error = ["EACCES", "EBUSY", "ENOSPC"][random.below(3)];
    traced(scene, &files(scene), "rename,renameat,renameat2", &format!("error={error}:when={}+", 1 + random.below(4)))
}

/// Files that are read: the export, or one of the corpus.
fn inputs(scene: &Scene) -> Vec<PathBuf> {
    if scene.work.errand != Errand::Train {
        return vec![scene.input()];
    }
    let files = fs::read_dir(scene.work.home.path().join("postings")).expect("a corpus");
    files.map(|entry| entry.expect("an entry").path()).collect()
}

pub(super) fn reads_fail(scene: &Scene, random: &mut Random) -> Outcome {
    traced(scene, &inputs(scene), "read,pread64", &format!("error=EIO:when={}+", 1 + random.below(20)))
}

pub(super) fn reads_are_interrupted(scene: &Scene, random: &mut Random) -> Outcome {
    traced(scene, &inputs(scene), "read,pread64", &format!("error=EINTR:when={}+2", 1 + random.below(9)))
}

/// Runs on a disk with room for a part of the output. What is left there is kept, as if room had been made.
pub(super) fn disk_full(scene: &Scene, random: &mut Random) -> Outcome {
    if !has_unshare() {
        return NO_UNSHARE;
    }
    let disk = scene.home.path().join("disk");
    fs::create_dir(&disk).expect("space");
    let script = "mount -t tmpfs -o size=$1k none \"$2\" && cp -p \"$3\"/* \"$2\" || exit 99
        to=$2; from=$3; shift 3; \"$@\"; code=$?; cp -p \"$to\"/* \"$from\" || exit 99; exit $code";
    let room = (12 + random.below(scene.work.length() / 900)).to_string();
    let before = [&UNSHARE[..], &["sh", "-c", script, "sh", &room, arg(&disk), arg(scene.folder.path())]].concat();
    let output = scene.under_to(&before, &disk).output().expect("it runs");
    Outcome::Ended(output)
}

pub(super) fn file_too_large(scene: &Scene, random: &mut Random) -> Outcome {
    // A system that is not told to let it be kills the program.
    let script = ["trap '' XFSZ; ulimit -f $1; shift; exec \"$@\"", "ulimit -f $1; shift; exec \"$@\""][random.below(2)];
    let room = random.below(scene.work.length() / 500).to_string();
    let output = scene.under(&["bash", "-c", script, "sh", &room]).output().expect("it runs");
    if output.status.code().is_none() { Outcome::Killed } else { Outcome::Ended(output) }
}

pub(super) fn read_only(scene: &Scene, _: &mut Random) -> Outcome {
    if !has_unshare() {
        return NO_UNSHARE;
    }
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" || exit 99; shift; exec \"$@\"";
    let before = [&UNSHARE[..], &["sh", "-c", script, "sh", arg(scene.folder.path())]].concat();
    Outcome::Ended(scene.under(&before).output().expect("it runs"))
}

pub(super) fn low_memory(scene: &Scene, random: &mut Random) -> Outcome {
    let room = (25_000 + random.below(110_000)).to_string();
    let output = scene.under(&["bash", "-c", "ulimit -v $1; shift; exec \"$@\"", "sh", &room]).output().expect("it runs");
    // Too little to load the program: the system's loader says so.
    if output.status.code() == Some(127) { Outcome::Killed } else { Outcome::Ended(output) }
}

pub(super) fn no_threads(scene: &Scene, random: &mut Random) -> Outcome {
    traced(scene, &[], "clone3,clone", &format!("error=EAGAIN:when={}+", 1 + random.below(4)))
}

/// A run is killed, and gone on with by a clock that is behind: what lies there is from the future.
pub(super) fn clock_goes_back(scene: &Scene, random: &mut Random) -> Outcome {
    if !has_unshare() {
        return NO_UNSHARE;
    }
    let later = ["unshare", "--user", "--map-root-user", "--time", "--monotonic", "1000000", "--fork", "--kill-child"];
    let mut child = scene.under(&later).spawn().expect("it starts");
    sleep(scene.work.time * u32::try_from(random.below(1000)).expect("small") / 1000);
    let _ = child.kill();
    let output = child.wait_with_output().expect("it ends");
    for file in outputs(scene).into_iter().filter(|file| file.exists()) {
        assert!(works(&["touch", "-d", "next year", arg(&file)]), "{}", file.display());
    }
    if output.status.code().is_some() { Outcome::Ended(output) } else { Outcome::Killed }
}
