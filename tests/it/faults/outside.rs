//! Faults that come from around a run: somebody kills it, starts another one, touches its input, or is slow to give and to take.

use std::fs::{self, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::scene::{Outcome, Scene};
use super::work::Errand;
use crate::support::Random;

fn begin(mut command: Command) -> Child {
    command.spawn().expect("it starts")
}

fn end(child: Child) -> Output {
    child.wait_with_output().expect("it ends")
}

/// Waits for some part of the time that the work takes.
fn wait(scene: &Scene, random: &mut Random) {
    let share = u32::try_from(random.below(1000)).expect("small");
    sleep(scene.work.time * share / 1000);
}

fn kill(mut child: Child) -> Outcome {
    let _ = child.kill();
    let output = end(child);
    if output.status.code().is_some() { Outcome::Ended(output) } else { Outcome::Killed }
}

pub(super) fn killed(scene: &Scene, random: &mut Random) -> Outcome {
    let child = begin(scene.command());
    wait(scene, random);
    kill(child)
}

pub(super) fn killed_twice(scene: &Scene, random: &mut Random) -> Outcome {
    if let ended @ Outcome::Ended(_) = killed(scene, random) {
        return ended;
    }
    let child = begin(scene.again());
    wait(scene, random);
    kill(child)
}

/// One of them is refused, or comes after the other; of two trainings or pages, either may be the last. A page is not made of what another run
/// has just put in its place.
pub(super) fn two_runs(scene: &Scene, random: &mut Random) -> Outcome {
    let first = begin(scene.command());
    wait(scene, random);
    let second = begin(scene.command());
    let (first, second) = (end(first), end(second));
    assert!(first.status.success() || second.status.success(), "neither runs");
    let refused = if first.status.success() { second } else { first };
    let said = String::from_utf8_lossy(&refused.stderr);
    let is_told = ["another run is writing it", "changed while it was read"].iter().any(|told| said.contains(told));
    assert!(refused.status.success() || is_told, "{said}");
    Outcome::Ended(refused)
}

pub(super) fn input_changes(scene: &Scene, random: &mut Random) -> Outcome {
    if scene.work.errand == Errand::Train {
        return Outcome::Unfit;
    }
    let child = begin(scene.command());
    wait(scene, random);
    let input = scene.input();
    let length = fs::metadata(&input).expect("there").len();
    let mut file = OpenOptions::new().write(true).open(&input).expect("there");
    let at = random.below(usize::try_from(length).expect("small")) as u64;
    match random.below(4) {
        0 => {
            file.seek(SeekFrom::End(0))
                .and_then(|_| file.write_all(b"9;another one;you manage key accounts\r\n"))
                .expect("space");
        }
        1 => file.set_len(at).expect("cut"),
        2 => file.seek(SeekFrom::Start(at)).and_then(|_| file.write_all(b"Kunden")).expect("space"),
        _ => {
            let new = scene.home.path().join("new");
            fs::write(&new, "id;title;text\r\n1;PM;You plan projects and lead teams.\r\n").expect("space");
            fs::rename(new, &input).expect("moved");
        }
    }
    Outcome::Changed(end(child))
}

/// The program as a filter.
fn filter(scene: &Scene, takes: bool) -> Command {
    let mut command = scene.command();
    let args: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
    let mut filter = Command::new(command.get_program());
    for (at, one) in args.iter().enumerate() {
        match at {
            1 if takes => filter.arg("-"),
            // Where the output is named.
            2 | 3 => &mut filter,
            _ => filter.arg(one),
        };
    }
    filter.stdin(if takes { Stdio::piped() } else { Stdio::null() }).stdout(Stdio::piped()).stderr(Stdio::piped());
    command = filter;
    command
}

pub(super) fn slow_input(scene: &Scene, random: &mut Random) -> Outcome {
    if !scene.work.streams {
        return Outcome::Unfit;
    }
    let mut child = begin(filter(scene, true));
    let mut stdin = child.stdin.take().expect("piped");
    let bytes = fs::read(scene.input()).expect("there");
    let lengths: Vec<usize> = (0..40).map(|_| 1 + random.below(bytes.len() / 10)).collect();
    let feed = std::thread::spawn(move || {
        let mut rest = bytes.as_slice();
        for length in lengths.iter().chain([&usize::MAX]) {
            let (now, later) = rest.split_at((*length).min(rest.len()));
            stdin.write_all(now).expect("it reads");
            rest = later;
            sleep(Duration::from_millis(5));
        }
    });
    let output = end(child);
    feed.join().expect("fed");
    if output.stdout.len() == scene.work.length() {
        Outcome::Streamed(output, scene.work.whole[0].clone())
    } else {
        Outcome::Streamed(output, Vec::new())
    }
}

/// Reads what comes, piece by piece, until there were so many bytes.
fn take(child: &mut Child, most: usize, random: &mut Random) -> Vec<u8> {
    let mut stdout = child.stdout.take().expect("piped");
    let mut taken = Vec::new();
    while taken.len() < most {
        let piece = (1 + random.below(400_000)).min(most - taken.len());
        let read = stdout.by_ref().take(piece as u64).read_to_end(&mut taken).expect("it writes");
        if read == 0 {
            break;
        }
        sleep(Duration::from_millis(3));
    }
    taken
}

pub(super) fn slow_output(scene: &Scene, random: &mut Random) -> Outcome {
    if !scene.work.streams {
        return Outcome::Unfit;
    }
    let mut child = begin(filter(scene, false));
    let taken = take(&mut child, usize::MAX, random);
    let expected = if taken.len() == scene.work.length() { scene.work.whole[0].clone() } else { Vec::new() };
    Outcome::Streamed(Output { stdout: taken, ..end(child) }, expected)
}

/// Nobody reads on: that is no failure, and what came was right.
pub(super) fn closed_output(scene: &Scene, random: &mut Random) -> Outcome {
    if !scene.work.streams {
        return Outcome::Unfit;
    }
    let mut child = begin(filter(scene, false));
    let most = 1 + random.below(scene.work.length());
    let taken = take(&mut child, most, random);
    Outcome::Streamed(Output { stdout: taken, ..end(child) }, scene.work.whole[0].clone())
}
