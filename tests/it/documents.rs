//! Documents by themselves and in folders: Word and PDF made by other programs, broken ones, hostile ones.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{data, program};

const TITLE: &str = "Key Account Manager (m/w/d) für Großkunden";
const DUTIES: &str =
    "Sie betreuen unsere Großkunden, bauen die Beziehungen zu ihnen aus und sind ihr erster Ansprechpartner in allen Fragen";
/// Documents that say the same.
const MADE: [&str; 5] = ["word.docx", "libreoffice.docx", "libreoffice.pdf", "reportlab.pdf", "fpdf.pdf"];

/// A folder with copies of those files, in `jobs`.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join("jobs").join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("space");
        fs::write(path, bytes).expect("space");
    }
    folder
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(data(&format!("documents/{name}"))).expect("there")
}

/// Runs and expects that exit code: what was said and what was written.
fn run(folder: &Path, args: &[&str], code: i32) -> (String, String) {
    let output = program().args(args).current_dir(folder).stdin(Stdio::null()).output().expect("it starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output.stderr));
    (text(&output.stderr), text(&output.stdout))
}

/// The objects of `out.jsonl`.
fn objects(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("out.jsonl")).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn documents_of_other_programs_are_read() {
    let files: Vec<(&str, Vec<u8>)> = MADE.iter().map(|name| (*name, fixture(name))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let folder = folder(&files);
    run(folder.path(), &["label", "jobs", "-o", "out.jsonl", "-q"], 0);
    let objects = objects(folder.path());
    assert_eq!(objects.len(), MADE.len());
    for object in &objects {
        let (id, title, text) = (&object["id"], &object["title"], object["text"].as_str().expect("text"));
        assert_eq!(title, TITLE, "{id}: {text}");
        assert!(text.contains("Ihre Aufgaben") && text.contains("Ihr Profil"), "{id}: {text}");
        // Lines that were broken at the margin are whole again.
        assert!(text.contains(DUTIES), "{id}: {text}");
        assert!(text.contains("Verhandlungsgeschick & Reisebereitschaft."), "{id}: {text}");
        assert_eq!(object["rolecall"]["role"], "account-manager", "{id}");
        let name = format!("jobs/{}", id.as_str().expect("a path"));
        let (_, verdict) = run(folder.path(), &["classify", &name, "--format", "json", "--phrases", "3"], 0);
        let verdict: Value = serde_json::from_str(&verdict).expect("JSON");
        assert_eq!(verdict["probability"], object["rolecall"]["probability"], "{id}: classify says the same");
    }
}

#[test]
fn headings_and_items_are_marked() {
    let folder = folder(&[("a.docx", &fixture("word.docx")), ("b.pdf", &fixture("reportlab.pdf"))]);
    run(folder.path(), &["label", "jobs", "-o", "out.jsonl", "-q"], 0);
    for object in objects(folder.path()) {
        let text = object["text"].as_str().expect("text");
        assert!(text.contains("# Ihre Aufgaben\n") && text.contains(&format!("• {DUTIES}\n")), "{text}");
    }
}

#[test]
fn a_folder_is_read_in_the_order_of_its_paths() {
    let posting = format!("{TITLE}\n\n{DUTIES}.\n");
    let narrow: Vec<u8> = posting.chars().map(|one| u8::try_from(u32::from(one)).expect("in Latin-1")).collect();
    let page = format!(
        "<!DOCTYPE html><html><head><title>Stelle</title></head><body><h1>{TITLE}</h1><p>{DUTIES}.</p><p>{DUTIES}.</p></body></html>"
    );
    let folder = folder(&[
        ("b/1.txt", posting.as_bytes()),
        ("b/2.MD", format!("# {posting}").as_bytes()),
        ("a/z/narrow.txt", &narrow),
        ("a.html", page.as_bytes()),
        ("b/empty.txt", b""),
        ("b/list.csv", b"id;title\n"),
        (".hidden/x.txt", b"x"),
    ]);
    let (talk, _) = run(folder.path(), &["label", "jobs", "-o", "out.jsonl"], 1);
    assert!(talk.contains("jobs: folder with 5 documents"), "{talk}");
    assert!(talk.contains("jobs/b/empty.txt: there is no text to judge"), "{talk}");
    let objects = objects(folder.path());
    let ids: Vec<&str> = objects.iter().filter_map(|object| object["id"].as_str()).collect();
    assert_eq!(ids, ["a.html", "a/z/narrow.txt", "b/1.txt", "b/2.MD", "b/empty.txt"]);
    assert!(objects[..4].iter().all(|object| object["title"] == TITLE), "{objects:?}");
    assert_eq!(objects[4]["rolecall"]["problem"], "there is no text to judge");
    run(folder.path(), &["label", "jobs", "-o", "out.csv", "-q"], 1);
    let mut table = csv::Reader::from_path(folder.path().join("out.csv")).expect("there");
    let firsts: Vec<String> = table.records().map(|row| row.expect("a row")[0].to_owned()).collect();
    assert_eq!(firsts, ids);
}

#[test]
fn documents_that_cannot_be_read_keep_their_row() {
    let pdf = fixture("reportlab.pdf");
    let word = fixture("word.docx");
    let folder = folder(&[
        ("1-locked.pdf", &fixture("locked.pdf")),
        ("2-scan.pdf", &fixture("scan.pdf")),
        ("3-cut.pdf", &pdf[..pdf.len() / 3]),
        ("4-junk.pdf", b"%PDF-1.7\n\xff\xfe trailer << /Root 1 0 R >>"),
        ("5-cut.docx", &word[..word.len() / 2]),
        ("6-old.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"),
        ("7-binary.txt", b"a\0b"),
        ("8-good.txt", DUTIES.as_bytes()),
        ("9-long.txt", "lang ".repeat(300_000).as_bytes()),
    ]);
    let (talk, _) = run(folder.path(), &["label", "jobs", "-o", "out.jsonl", "--longest-row", "1"], 1);
    for problem in [
        "1-locked.pdf: a PDF with a password",
        "2-scan.pdf: a PDF without text",
        "3-cut.pdf: a ",
        "4-junk.pdf: a ",
        "5-cut.docx: a broken DOCX",
        "6-old.docx: an old Word file or one with a password",
        "7-binary.txt: binary",
        "9-long.txt: longer than 1 MB",
        "with problems 8",
    ] {
        assert!(talk.contains(problem), "{problem}: {talk}");
    }
    let objects = objects(folder.path());
    assert_eq!(objects.len(), 9);
    assert!(objects.iter().all(|object| object["id"].is_string() && object.get("raw").is_none()));
    assert!(objects[7]["rolecall"]["role"].is_string());
    let (talk, _) = run(folder.path(), &["classify", "jobs/1-locked.pdf"], 2);
    assert!(talk.contains("jobs/1-locked.pdf: a PDF with a password"), "{talk}");
}

/// A PDF of one page with these objects behind the first three.
pub(crate) fn pdf(objects: &[&[u8]]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let fixed: [&[u8]; 3] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 500 500] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
    ];
    let mut places = Vec::new();
    for (number, object) in (1..).zip(fixed.iter().chain(objects)) {
        places.push(bytes.len());
        bytes.extend(format!("{number} 0 obj\n").bytes());
        bytes.extend(*object);
        bytes.extend(b"\nendobj\n");
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    bytes.extend(places.iter().flat_map(|place| format!("{place:010} 00000 n \n").into_bytes()));
    bytes.extend(format!("trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", places.len() + 1).bytes());
    bytes
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut deflate = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    deflate.write_all(bytes).expect("memory");
    let packed = deflate.finish().expect("memory");
    let head = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

#[test]
fn hostile_documents_cost_little() {
    let font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
    let good =
        pdf(&[&deflated(format!("BT /F 12 Tf 50 400 Td ({}) Tj ET", "You manage key accounts. ".repeat(4)).as_bytes()), font]);
    // 4 GB of blanks: one block of a megabyte, which refers to nothing before it, again and again.
    let bomb = {
        let mut packer = flate2::Compress::new(flate2::Compression::best(), false);
        let mut block = Vec::with_capacity(1 << 16);
        packer.compress_vec(&vec![b' '; 1 << 20], &mut block, flate2::FlushCompress::Full).expect("room");
        let stream = [&[0x78, 0x01], block.repeat(4096).as_slice(), &[3, 0, 0, 0, 0, 0]].concat();
        let head = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", stream.len());
        pdf(&[&[head.as_bytes(), &stream, b"\nendstream"].concat(), font])
    };
    let deep = pdf(&["[".repeat(200_000).as_bytes(), font]);
    let odd = pdf(&[&deflated(b"BT /F 12 Tf (x) Tj /None gs Q Q Q ET"), b"<< /Type /Font /Subtype /Nothing >>"]);
    let folder = folder(&[
        ("1.pdf", &good),
        ("2.pdf", &bomb),
        ("3.pdf", &deep),
        ("4.pdf", &odd),
        ("5.docx", &docx(&" ".repeat(80 << 20))),
        ("6.docx", &docx(&format!("<w:document>{}", "<w:p><w:tbl>".repeat(300_000)))),
        ("7.docx", &docx("<!DOCTYPE a [<!ENTITY b \"bbbb\">]><w:p><w:t>You manage key accounts &b;.</w:t></w:p>")),
        ("8.pdf", &good),
    ]);
    let begin = std::time::Instant::now();
    run(folder.path(), &["label", "jobs", "-o", "out.jsonl", "-q"], 1);
    let objects = objects(folder.path());
    let problem = |at: usize| objects[at]["rolecall"]["problem"].as_str().unwrap_or_default().to_owned();
    assert_eq!(objects.len(), 8);
    assert!(objects[0]["text"].as_str().is_some_and(|text| text.contains("You manage key accounts")), "{}", objects[0]);
    assert_eq!(objects[7]["text"], objects[0]["text"]);
    for at in [1, 2, 3] {
        assert!(problem(at).starts_with("a PDF ") || problem(at).starts_with("a broken PDF"), "{at}: {}", objects[at]);
    }
    assert!(problem(4).contains("unpacks to more than 64 MB"), "{}", problem(4));
    assert!(problem(5).contains("DOCX"), "{}", problem(5));
    assert!(objects[6]["text"].as_str().is_some_and(|text| text.contains("&b;")), "{}", objects[6]);
    assert!(begin.elapsed().as_secs() < 60, "{:?}", begin.elapsed());
}

/// A Word file with this as its text's part.
pub(crate) fn docx(part: &str) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut bytes);
    archive.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).expect("memory");
    archive.write_all(part.as_bytes()).expect("memory");
    archive.finish().expect("memory");
    bytes.into_inner()
}

#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    let folder = folder(&[("a.txt", DUTIES.as_bytes())]);
    let other = tempfile::tempdir().expect("a folder");
    fs::write(other.path().join("secret.txt"), DUTIES).expect("space");
    std::os::unix::fs::symlink(other.path(), folder.path().join("jobs/b")).expect("links");
    std::os::unix::fs::symlink(other.path().join("secret.txt"), folder.path().join("jobs/c.txt")).expect("links");
    run(folder.path(), &["label", "jobs", "-o", "out.jsonl", "-q"], 0);
    assert_eq!(objects(folder.path()).len(), 1);
}

#[test]
fn a_folder_without_documents_is_refused() {
    let folder = folder(&[("a.csv", b"id;title\n")]);
    let (talk, _) = run(folder.path(), &["label", "jobs", "-o", "out.jsonl"], 2);
    assert!(talk.contains("jobs: a folder without documents"), "{talk}");
}

#[test]
fn a_stopped_folder_goes_on_unless_it_changed() {
    let files: Vec<(String, String)> =
        (0..1500).map(|at| (format!("{at:04}.txt"), format!("{TITLE} {at}\n{}", format!("{DUTIES}.\n").repeat(300)))).collect();
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    let folder = folder(&files);
    let start = || {
        program()
            .args(["label", "jobs", "-o", "out.jsonl", "-q", "--threads", "1"])
            .current_dir(folder.path())
            .spawn()
            .expect("it starts")
    };
    let checkpoint = folder.path().join("out.jsonl.checkpoint");
    let record = || -> Option<u64> {
        let state: Value = serde_json::from_slice(&fs::read(&checkpoint).ok()?).ok()?;
        state["state"]["position"]["record"].as_u64()
    };
    let mut child = start();
    while record().is_none_or(|record| record == 0) && child.try_wait().expect("a child").is_none() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    let _ = child.kill();
    child.wait().expect("it ends");
    let done = record().expect("stopped in the middle");
    let late = folder.path().join("jobs/zzz.txt");
    fs::write(&late, DUTIES).expect("space");
    let (talk, _) = run(folder.path(), &["label", "jobs", "-o", "out.jsonl", "--resume"], 2);
    assert!(talk.contains("the export changed"), "{talk}");
    fs::remove_file(late).expect("there");
    let (talk, _) = run(folder.path(), &["label", "jobs", "-o", "out.jsonl", "--resume"], 0);
    assert!(talk.contains(&format!("going on after {done} rows")), "{talk}");
    let objects = objects(folder.path());
    assert!(objects.len() == 1500 && objects.iter().zip(0..).all(|(object, at)| object["id"] == format!("{at:04}.txt")));
}
