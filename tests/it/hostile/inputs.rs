//! The inputs that mean harm, made on the spot. Each function writes files to a folder, or says what standard input yields.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use rolecall::model_file;

use super::cases::{Feed, Size};
use crate::documents::{docx, pdf};
use crate::label::PROJECT;
use crate::support::{data, small};
use crate::workbooks::{ROOT, TYPES, ods, package, xlsx};

/// Megabytes of a gigabyte, or of what is as good as one.
fn gigabyte(size: Size) -> usize {
    if size == Size::Full { 1000 } else { 120 }
}

/// `begin`, then `unit` so often, then `end`.
#[allow(clippy::unnecessary_wraps)] // as every input is made
fn repeated(begin: impl Into<String>, unit: impl Into<String>, count: usize, end: impl Into<String>) -> Option<Feed> {
    let (begin, unit, end) = (begin.into(), unit.into(), end.into());
    Some(Box::new(move |to| {
        let mut to = BufWriter::with_capacity(1 << 20, to);
        to.write_all(begin.as_bytes())?;
        (0..count).try_for_each(|_| to.write_all(unit.as_bytes()))?;
        to.write_all(end.as_bytes())?;
        to.flush()
    }))
}

fn fed(text: String) -> Option<Feed> {
    repeated(text, "", 0, "")
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> Option<Feed> {
    fs::write(folder.join(name), bytes).expect("space");
    None
}

pub(super) fn letters_60(_: &Path, _: Size) -> Option<Feed> {
    repeated("", "a b c d ", 7_500_000, "")
}

pub(super) fn letters_1(_: &Path, _: Size) -> Option<Feed> {
    repeated("", "a b c d ", 125_000, "")
}

pub(super) fn open_tags(_: &Path, _: Size) -> Option<Feed> {
    repeated("", "<p a=\"", 150_000, "")
}

pub(super) fn marks(_: &Path, _: Size) -> Option<Feed> {
    repeated("a", "\u{301}", 490_000, "")
}

pub(super) fn too_long(_: &Path, _: Size) -> Option<Feed> {
    repeated("", "Kunden betreuen. ", 4_000_000, "")
}

pub(super) fn nul(_: &Path, _: Size) -> Option<Feed> {
    fed("Kunden\0betreuen".to_owned())
}

pub(super) fn docx_bomb(folder: &Path, size: Size) -> Option<Feed> {
    file(folder, "in.docx", &docx(&" ".repeat(gigabyte(size) << 20)))
}

pub(super) fn docx_deep(folder: &Path, _: Size) -> Option<Feed> {
    file(folder, "in.docx", &docx(&format!("<w:document>{}", "<w:p><w:tbl>".repeat(300_000))))
}

/// Thirty levels of entities, each ten times the one before.
fn entities() -> String {
    let level = |level: usize| format!("<!ENTITY lol{level} \"{}\">", format!("&lol{};", level - 1).repeat(10));
    format!("<!DOCTYPE a [<!ENTITY lol0 \"lol\">{}]>", (1..30).map(level).collect::<String>())
}

pub(super) fn docx_entities(folder: &Path, _: Size) -> Option<Feed> {
    let text = format!("{}<w:p><w:t>{PROJECT} &lol29;</w:t></w:p>", entities());
    file(folder, "in.docx", &docx(&text))
}

const FONT: &[u8] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";

/// One block of a megabyte of blanks, which refers to nothing before it, again and again.
pub(super) fn pdf_bomb(folder: &Path, _: Size) -> Option<Feed> {
    let mut packer = flate2::Compress::new(flate2::Compression::best(), false);
    let mut block = Vec::with_capacity(1 << 16);
    packer.compress_vec(&vec![b' '; 1 << 20], &mut block, flate2::FlushCompress::Full).expect("room");
    let stream = [&[0x78, 0x01], block.repeat(4096).as_slice(), &[3, 0, 0, 0, 0, 0]].concat();
    let head = format!("<< /Length {} /Filter /FlateDecode >>\nstream\n", stream.len());
    file(folder, "in.pdf", &pdf(&[&[head.as_bytes(), &stream, b"\nendstream"].concat(), FONT]))
}

pub(super) fn pdf_deep(folder: &Path, _: Size) -> Option<Feed> {
    file(folder, "in.pdf", &pdf(&["[".repeat(200_000).as_bytes(), FONT]))
}

pub(super) fn one_cell(_: &Path, size: Size) -> Option<Feed> {
    repeated("title,text\nPM,\"", "x".repeat(1_000_000), gigabyte(size), "\"\n")
}

pub(super) fn letters_in_a_cell(_: &Path, _: Size) -> Option<Feed> {
    repeated(format!("title,text\nPM,\"{PROJECT}\"\nPM,"), "a b c d ", 1_900_000, "\n")
}

pub(super) fn letters_in_a_title(_: &Path, _: Size) -> Option<Feed> {
    repeated(format!("text,title\n\"{PROJECT}\",PM\n\"{PROJECT}\","), "a b c d ", 1_900_000, "\n")
}

fn columns(count: usize) -> Option<Feed> {
    let names = (1..count).map(|at| format!(",c{at}")).collect::<Vec<_>>().concat();
    let cells = ",1".repeat(count - 1);
    repeated(format!("text{names}\n"), format!("\"{PROJECT}\"{cells}\n"), 30, "")
}

pub(super) fn columns_csv(_: &Path, _: Size) -> Option<Feed> {
    columns(100_000)
}

pub(super) fn more_columns_csv(_: &Path, _: Size) -> Option<Feed> {
    columns(1_000_000)
}

pub(super) fn keys_json(_: &Path, _: Size) -> Option<Feed> {
    let keys = (0..1_000_000).map(|at| format!(",\"k{at}\":1")).collect::<Vec<_>>().concat();
    fed(format!("{{\"text\":\"{PROJECT}\"}}\n{{\"text\":\"{PROJECT}\"{keys}}}\n{{\"text\":\"\"}}\n"))
}

pub(super) fn deep_json(_: &Path, _: Size) -> Option<Feed> {
    repeated(format!("{{\"text\":\"{PROJECT}\"}}\n{{\"text\":"), "[", 10_000_000, "\n")
}

pub(super) fn surrogates(_: &Path, _: Size) -> Option<Feed> {
    fed(format!("{{\"text\":\"\\ud83d {PROJECT} \\ude00\"}}\n"))
}

pub(super) fn nul_csv(_: &Path, _: Size) -> Option<Feed> {
    fed(format!("title,text\nP\0M,\"{PROJECT}\0\"\n"))
}

pub(super) fn formulas(_: &Path, _: Size) -> Option<Feed> {
    fed(format!("title,text\n=HYPERLINK(\"\"a\"\"),\"=cmd|'/c calc'!A0 {PROJECT}\"\n@SUM(1),\"+{PROJECT}\"\n"))
}

pub(super) fn laughs(_: &Path, _: Size) -> Option<Feed> {
    fed(format!("{}<jobs><job><title>&lol29;</title><text>{PROJECT}</text></job></jobs>", entities()))
}

pub(super) fn deep_xml(_: &Path, _: Size) -> Option<Feed> {
    let job = format!("<job><title>a</title><text>{PROJECT}</text></job>");
    repeated(format!("<jobs>{job}<job>"), "<x>", 200_000, format!("</job>{job}</jobs>"))
}

pub(super) fn gzip_bomb(folder: &Path, size: Size) -> Option<Feed> {
    let file = File::create(folder.join("in.csv.gz")).expect("space");
    let mut packer = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    packer.write_all(b"title,text\nPM,\"").expect("space");
    let block = vec![b'x'; 1_000_000];
    (0..gigabyte(size)).for_each(|_| packer.write_all(&block).expect("space"));
    packer.write_all(b"\"\n").and_then(|()| packer.finish().map(drop)).expect("space");
    None
}

pub(super) fn xz_window(folder: &Path, _: Size) -> Option<Feed> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut packer = lzma_rust2::XzWriter::new(Vec::new(), options).expect("memory");
    packer.write_all(format!("title,text\nPM,\"{PROJECT}\"\n").as_bytes()).expect("memory");
    let mut bytes = packer.finish().expect("memory");
    let at = bytes.windows(2).position(|two| two == [0x21, 1]).expect("a filter") + 2;
    bytes[at] = 40;
    // The header's checksum is right, so that nothing but the window is wrong.
    let end = 12 + 4 * (usize::from(bytes[12]) + 1) - 4;
    let checksum = crc32(&bytes[12..end]).to_le_bytes();
    bytes[end..end + 4].copy_from_slice(&checksum);
    file(folder, "in.csv.xz", &bytes)
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut sum = flate2::Crc::new();
    sum.update(bytes);
    sum.sum()
}

pub(super) fn zstd_window(folder: &Path, _: Size) -> Option<Feed> {
    // Magic, no single segment, a window of 2 GB, one raw block that is the last.
    file(folder, "in.csv.zst", &[0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3, 9, 0, 0, b'a'])
}

pub(super) fn labelled_line(folder: &Path, _: Size) -> Option<Feed> {
    let line = format!("{{\"id\":\"1\",\"role\":\"mixed\",\"text\":\"{}\"}}\n", "x".repeat(65 << 20));
    file(folder, "in.jsonl", line.as_bytes())
}

pub(super) fn deep_folder(folder: &Path, _: Size) -> Option<Feed> {
    fs::create_dir_all(folder.join("jobs").join("a/".repeat(70))).expect("space");
    None
}

pub(super) fn links(folder: &Path, _: Size) -> Option<Feed> {
    fs::create_dir(folder.join("jobs")).expect("space");
    fs::write(folder.join("secret.txt"), PROJECT).expect("space");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.txt", folder.join("jobs/a.txt")).expect("links");
    None
}

const CELL: &str = "<c t=\"inlineStr\"><is><t>text</t></is></c>";

pub(super) fn xlsx_bomb(folder: &Path, size: Size) -> Option<Feed> {
    let sheet = format!("<worksheet><sheetData><row>{CELL}</row>{}", " ".repeat(gigabyte(size) << 20));
    file(folder, "in.xlsx", &xlsx(&sheet, "<sst/>"))
}

pub(super) fn strings_bomb(folder: &Path, size: Size) -> Option<Feed> {
    let sheet = format!("<worksheet><sheetData><row>{CELL}</row></sheetData></worksheet>");
    file(folder, "in.xlsx", &xlsx(&sheet, &format!("<sst><si><t>{}", "x".repeat(gigabyte(size) << 20))))
}

pub(super) fn xlsx_entities(folder: &Path, _: Size) -> Option<Feed> {
    file(
        folder,
        "in.xlsx",
        &xlsx(&format!("{}<worksheet><sheetData><row>&lol29;</row></sheetData></worksheet>", entities()), "<sst/>"),
    )
}

pub(super) fn xlsx_deep(folder: &Path, _: Size) -> Option<Feed> {
    file(folder, "in.xlsx", &xlsx(&format!("<worksheet>{}</worksheet>", "<a>".repeat(300)), "<sst/>"))
}

pub(super) fn xlsx_path(folder: &Path, _: Size) -> Option<Feed> {
    let root = ROOT.1.replace("/xl/workbook.xml", "../../../../../../etc/passwd");
    file(folder, "in.xlsx", &package(&[TYPES, ("_rels/.rels", &root), ("xl/workbook.xml", "<workbook/>")]))
}

pub(super) fn many_parts(folder: &Path, _: Size) -> Option<Feed> {
    let names: Vec<String> = (0..20_000 - 2).map(|at| format!("xl/{at}")).collect();
    let parts: Vec<(&str, &str)> = [TYPES, ROOT].into_iter().chain(names.iter().map(|name| (name.as_str(), ""))).collect();
    file(folder, "in.xlsx", &package(&parts))
}

pub(super) fn ods_rows(folder: &Path, _: Size) -> Option<Feed> {
    let table = "<t:table-row><t:table-cell><p>text</p></t:table-cell></t:table-row><t:table-row t:number-rows-repeated=\"1048000\"><t:table-cell t:number-columns-repeated=\"9\"><p>Projekte leiten und Kunden betreuen</p></t:table-cell></t:table-row>";
    file(folder, "in.ods", &ods(table))
}

pub(super) fn parquet_footer(folder: &Path, _: Size) -> Option<Feed> {
    let mut bytes = fs::read(data("parquet/polars.parquet")).expect("a fixture");
    let at = bytes.len() - 8;
    bytes[at..at + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    file(folder, "in.parquet", &bytes)
}

pub(super) fn arrow_message(folder: &Path, _: Size) -> Option<Feed> {
    let bytes = fs::read(data("parquet/stream.arrows")).expect("a fixture");
    file(folder, "in.arrows", &[&[0xff; 4], &0x7fff_ffff_u32.to_le_bytes()[..], &bytes[8..]].concat())
}

/// The small model, with four of its bytes changed and its checksum right.
fn model(folder: &Path, at: impl Fn(&[u8]) -> usize, to: [u8; 4]) -> Option<Feed> {
    let mut bytes = model_file::to_bytes(small().model());
    let at = at(&bytes);
    bytes[at..at + 4].copy_from_slice(&to);
    let end = bytes.len() - 8;
    let checksum = xxhash_rust::xxh3::xxh3_64(&bytes[..end]).to_le_bytes();
    bytes[end..].copy_from_slice(&checksum);
    file(folder, "in.rolecall", &bytes)
}

pub(super) fn model_header(folder: &Path, _: Size) -> Option<Feed> {
    model(folder, |_| 12, [0xff; 4])
}

pub(super) fn model_counts(folder: &Path, _: Size) -> Option<Feed> {
    // The first table begins behind the header.
    let tables = |bytes: &[u8]| 16 + u32::from_le_bytes([bytes[12], bytes[13], bytes[14], bytes[15]]) as usize;
    model(folder, tables, [0xff, 0xff, 0xff, 0x0f])
}

pub(super) fn model_long(folder: &Path, _: Size) -> Option<Feed> {
    let file = File::create(folder.join("in.rolecall")).expect("space");
    file.set_len(300 << 20).expect("space");
    None
}
