//! Labelled exports that are written compressed: read back by others, and gone on with to the same bytes.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::kills::again_and_again;

const TEXTS: [&str; 2] = [
    "Sie betreuen unsere Großkunden dauerhaft, verlängern Verträge und bauen die Beziehungen zu ihnen aus.",
    "You plan projects, lead the project team and keep time, scope and budget under control.",
];

/// A table with so many rows, which compresses badly enough to fill more than one member.
fn export(rows: usize) -> String {
    let row = |at: usize| {
        let noise: Vec<String> =
            (0..40).map(|step| format!("{:x}", (at * 41 + step).wrapping_mul(0x9E37_79B9) & 0xFFFF_FFFF)).collect();
        let noise = noise.join(" ");
        format!("{at};{};\"{} {noise}\"\n", ["Account Manager", "Projektleiter"][at % 2], TEXTS[at % 2].repeat(3))
    };
    (0..rows).map(row).fold("id;title;text\n".to_owned(), |all, row| all + &row)
}

fn folder(rows: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.csv"), export(rows)).expect("space");
    folder
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rolecall"));
    command.arg("label").args(args).current_dir(folder).stdin(Stdio::null());
    command
}

fn exits(folder: &Path, args: &[&str], code: i32) -> String {
    let output = command(folder, args).output().expect("the program starts");
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {talk}");
    talk
}

fn read(folder: &TempDir, name: &str) -> Vec<u8> {
    fs::read(folder.path().join(name)).expect(name)
}

fn unpacked(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    match name.rsplit('.').next() {
        Some("gz") => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut out),
        Some("xz") => lzma_rust2::XzReader::new(bytes, true).read_to_end(&mut out),
        _ => {
            let mut rest = bytes;
            while !rest.is_empty() {
                let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut rest).expect("a frame");
                frame.read_to_end(&mut out).expect("a good frame");
            }
            Ok(0)
        }
    }
    .expect("good members");
    out
}

#[test]
fn the_ending_says_how() {
    let folder = folder(1500);
    for plain in ["out.csv", "out.jsonl"] {
        exits(folder.path(), &["in.csv", "-o", plain, "-q", "--phrases", "1"], 0);
        for ending in ["gz", "zst", "xz"] {
            let name = format!("{plain}.{ending}");
            exits(folder.path(), &["in.csv", "-o", &name, "-q", "--phrases", "1"], 0);
            let (packed, whole) = (read(&folder, &name), read(&folder, plain));
            assert!(packed.len() < whole.len() * 3 / 4, "{name}: {} of {}", packed.len(), whole.len());
            assert!(unpacked(&name, &packed) == whole, "{name}");
        }
    }
    // What was written can be read: labelling it once more is refused for what is in it.
    assert!(exits(folder.path(), &["out.csv.zst", "-o", "again.csv"], 2).contains("labelled already"));
    exits(folder.path(), &["in.csv", "-o", "bare.gz", "-q", "--phrases", "1"], 0);
    assert!(unpacked("bare.gz", &read(&folder, "bare.gz")) == read(&folder, "out.csv"));
}

#[test]
fn other_endings_are_refused() {
    let folder = folder(1);
    assert!(exits(folder.path(), &["in.csv", "-o", "out.csv.bz2"], 2).contains("this compression is not written"));
    assert!(exits(folder.path(), &["in.csv", "-o", "out.csv.gz.xz"], 2).contains("compressed twice"));
    assert!(exits(folder.path(), &["in.csv", "-o", "out.xlsx.gz"], 2).contains("compressed already"));
}

#[test]
fn nothing_is_a_file_all_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("in.jsonl"), "").expect("space");
    for name in ["out.jsonl.gz", "out.jsonl.zst", "out.jsonl.xz"] {
        exits(folder.path(), &["in.jsonl", "-o", name, "-q"], 0);
        assert!(!read(&folder, name).is_empty() && unpacked(name, &read(&folder, name)).is_empty(), "{name}");
    }
}

#[test]
fn what_was_killed_goes_on_to_the_same_bytes() {
    let folder = folder(30_000);
    for name in ["out.csv.gz", "out.jsonl.zst"] {
        let whole = format!("whole.{name}");
        exits(folder.path(), &["in.csv", "-o", &whole, "--threads", "1", "-q", "--phrases", "0"], 0);
        let output = folder.path().join(name);
        let args = ["in.csv", "-o", name, "--resume", "-q", "--phrases", "0"];
        let begin = || command(folder.path(), &args).stderr(Stdio::null()).spawn().expect("it starts");
        let resumed = again_and_again(&output, begin, |state| state["whole"]["length"].as_u64() > Some(0));
        assert!(resumed > 0, "never a whole member to go on from");
        if !output.exists() {
            exits(folder.path(), &args, 0);
        }
        assert!(read(&folder, name) == read(&folder, &whole), "{name}");
        assert!(!folder.path().join(format!("{name}.checkpoint")).exists());
    }
}

/// A file that may not grow on, wherever that is: what is whole stays, and is gone on with.
#[cfg(target_os = "linux")]
#[test]
fn what_could_not_be_written_on_goes_on() {
    let folder = folder(6_000);
    exits(folder.path(), &["in.csv", "-o", "whole.csv.gz", "-q"], 0);
    let whole = read(&folder, "whole.csv.gz");
    let step = whole.len() / 1024 / 7;
    for room in (1..=7).map(|part| (part * step).to_string()) {
        let output = Command::new("bash")
            .args(["-c", "trap '' XFSZ; ulimit -f $1; shift; exec \"$@\"", "sh", &room, env!("CARGO_BIN_EXE_rolecall")])
            .args(["label", "in.csv", "-o", "out.csv.gz", "-q"])
            .current_dir(folder.path())
            .output()
            .expect("it starts");
        assert_eq!(output.status.code(), Some(2), "{room} kB: {}", String::from_utf8_lossy(&output.stderr));
        exits(folder.path(), &["in.csv", "-o", "out.csv.gz", "-q", "--resume"], 0);
        assert!(read(&folder, "out.csv.gz") == whole, "{room} kB");
        fs::remove_file(folder.path().join("out.csv.gz")).expect("it was there");
    }
}
