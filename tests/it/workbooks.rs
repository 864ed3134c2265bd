//! `rolecall label` with workbooks: those of other programs, those that only the standard knows, and those that mean harm.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::kills::again_and_again;
use crate::label::{ACCOUNT, PROJECT, TITLE, big, exits, folder, piped, read, start, table};
use crate::support::data;

const FIXTURES: [&str; 3] = ["openpyxl.xlsx", "libreoffice.xlsx", "libreoffice.ods"];

fn fixture(name: &str) -> Vec<u8> {
    fs::read(data(&format!("workbooks/{name}"))).expect("a fixture")
}

/// The parts of a package, in order.
fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).expect("a package");
    let part = |at| {
        let mut part = archive.by_index(at).expect("there");
        let mut content = Vec::new();
        part.read_to_end(&mut content).expect("good");
        (part.name().expect("a name").into_owned(), content)
    };
    (0..ZipArchive::new(Cursor::new(bytes)).expect("a package").len()).map(part).collect()
}

fn text_part(bytes: &[u8], name: &str) -> String {
    let part = parts(bytes).into_iter().find(|part| part.0 == name).expect(name);
    String::from_utf8(part.1).expect("UTF-8")
}

pub(crate) fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("memory");
        writer.write_all(content.as_bytes()).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

pub(crate) const ROOT: (&str, &str) = (
    "_rels/.rels",
    "<Relationships><Relationship Id=\"a\" Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument\" Target=\"/xl/workbook.xml\"/></Relationships>",
);
pub(crate) const TYPES: (&str, &str) = (
    "[Content_Types].xml",
    "<Types><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>",
);

/// A workbook of one sheet with these rows and these shared texts.
pub(crate) fn xlsx(sheet: &str, strings: &str) -> Vec<u8> {
    package(&[
        TYPES,
        ROOT,
        (
            "xl/workbook.xml",
            "<x:workbook xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\" xmlns:r=\"r\"><x:sheets><x:sheet name=\"Jobs\" sheetId=\"7\" r:id=\"b\"/></x:sheets></x:workbook>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"b\" Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet\" Target=\"worksheets/one.xml\"/><Relationship Id=\"c\" Type=\"http://purl.oclc.org/ooxml/officeDocument/relationships/sharedStrings\" Target=\"/xl/strings.xml\"/></Relationships>",
        ),
        ("xl/worksheets/one.xml", sheet),
        ("xl/strings.xml", strings),
    ])
}

pub(crate) fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        "<?xml version=\"1.0\"?><o:document-content xmlns:o=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:t=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\"><o:body><o:spreadsheet><t:table t:name=\"Jobs\">{table}</t:table></o:spreadsheet></o:body></o:document-content>"
    );
    package(&[("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", &content)])
}

fn lines(folder: &TempDir, name: &str) -> Vec<Value> {
    let text = String::from_utf8(read(folder, name)).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// The elements `tag` of a sheet with the place that each names, and all that is around them.
fn cells(xml: &str) -> (BTreeMap<String, String>, String) {
    let (mut cells, mut around) = (BTreeMap::new(), String::new());
    let mut rest = xml;
    while let Some(at) = rest.find("<c ") {
        around.push_str(&rest[..at]);
        rest = &rest[at..];
        let tag = rest.find('>').expect("a tag") + 1;
        let end = if rest[..tag].ends_with("/>") { tag } else { rest.find("</c>").expect("an end") + 4 };
        let place = rest.split("r=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a place");
        cells.insert(place.to_owned(), rest[..end].to_owned());
        rest = &rest[end..];
    }
    (cells, around + rest)
}

#[test]
fn workbooks_of_other_programs_stay_as_they_are() {
    for name in FIXTURES {
        let before = fixture(name);
        let folder = folder(&[(name, &before)]);
        let ending = name.rsplit('.').next().expect("an ending");
        let out = format!("out.{ending}");
        let talk = exits(folder.path(), &[name, "-o", &out], 1);
        assert!(talk.contains("sheet \"Stellen\" (2 of 3), header in row 4"), "{talk}");
        assert!(talk.contains("text \"Stellenbeschreibung\"") && talk.contains("row 8: column"), "{talk}");
        let after = read(&folder, &out);
        let (before, after) = (parts(&before), parts(&after));
        assert_eq!(before.len(), after.len());
        let mut changed = Vec::new();
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before.0, after.0);
            if before.1 != after.1 {
                changed.push((before, after));
            }
        }
        let [(before, after)] = changed.as_slice() else { panic!("{name}: {} parts changed", changed.len()) };
        let [before, after] = [before, after].map(|part| String::from_utf8(part.1.clone()).expect("UTF-8"));
        if ending == "ods" {
            let ((before, around), (after, around_after)) = (ods_cells(&before), ods_cells(&after));
            assert_eq!(around, around_after);
            // LibreOffice says of every cell more than we do of ours.
            let is_ours = |cell: &String| cell.contains(" office:value-type") && !cell.contains(" calcext:value-type");
            let (new, old): (Vec<String>, Vec<String>) = after.into_iter().partition(is_ours);
            assert_eq!(old, before);
            assert!(new.len() > 25 && new.iter().all(|cell| !cell.contains("formula")));
            continue;
        }
        let ((before, around), (after, around_after)) = (cells(&before), cells(&after));
        for (place, cell) in &before {
            // A cell with a colour and nothing else keeps the colour.
            let is_empty = cell.ends_with("/>");
            assert!(after.get(place).is_some_and(|after| after == cell || is_empty), "{name}: {place}");
        }
        let style = |cell: &str| cell.split(" s=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
        assert_eq!(style(&after["I5"]), style(&before["I5"]), "{name}");
        assert!(style(&after["I5"]).is_some() && after["H4"].contains(">rolecall_role<"));
        let added = after.iter().filter(|(place, _)| !before.contains_key(*place) || before[*place].ends_with("/>"));
        assert!(added.clone().all(|(_, cell)| !cell.contains("<f")), "no formula of ours");
        assert!(added.count() > 25);
        let bare = |xml: &str| xml.replace("A1:O10", "A1:I10").replace("1:15", "1:9");
        assert_eq!(bare(&around_after), bare(&around), "{name}");
    }
}

/// The cells of an ODS with something in them, and all that is outside of rows.
fn ods_cells(xml: &str) -> (Vec<String>, String) {
    let (mut cells, mut around) = (Vec::new(), String::new());
    for (at, piece) in xml.split("<table:table-row").enumerate() {
        let (row, rest) = piece.split_once("</table:table-row>").unwrap_or(("", piece));
        around.push_str(if at == 0 { piece } else { rest });
        for cell in row.split("<table:table-cell").skip(1) {
            let tag = cell.find('>').expect("a tag");
            if !cell[..tag].ends_with('/') {
                cells.push(cell[..cell.find("</table:table-cell>").expect("an end")].to_owned());
            }
        }
    }
    (cells, around)
}

#[test]
fn one_posting_in_three_formats_gets_one_verdict() {
    let mut first: Option<Vec<Value>> = None;
    for name in FIXTURES {
        let folder = folder(&[(name, &fixture(name))]);
        exits(folder.path(), &[name, "-o", "out.jsonl"], 1);
        exits(folder.path(), &[name, "-o", "out.csv"], 1);
        let rows = lines(&folder, "out.jsonl");
        assert_eq!(rows.len(), 5, "{name}");
        let row = |at: usize, key: &str| rows[at][key].clone();
        assert_eq!([row(0, "Refnr"), row(1, "Refnr")], [json!(4711), json!("0815")], "{name}");
        assert_eq!([row(0, "Online seit"), row(1, "Online seit")], [json!("2024-01-31"), json!("2024-02-29T18:30:00")], "{name}");
        // Of what is true, LibreOffice makes a number.
        let is_true = if name.ends_with("ods") { json!(1) } else { json!(true) };
        assert_eq!([row(0, "Befristet"), row(2, "Befristet"), row(4, "Gehalt")], [is_true, json!(null), json!(0.1)], "{name}");
        assert_eq!(
            [row(3, "Notiz"), row(4, "Stellenbezeichnung")],
            [json!("  Ränder  "), json!("Account und Projekt")],
            "{name}"
        );
        assert!(
            row(0, "Stellenbeschreibung").as_str().is_some_and(|text| text.contains("Preise & Rabatte <jährlich>;")),
            "{name}"
        );
        let labels: Vec<Value> = rows.iter().map(|row| row["rolecall"].clone()).collect();
        assert_eq!(*first.get_or_insert_with(|| labels.clone()), labels, "{name}");
        let table = table(&String::from_utf8(read(&folder, "out.csv")).expect("UTF-8"), b',');
        assert_eq!((table.len(), table[0][6].as_str(), table[0][table[0].len() - 8].as_str()), (6, "Notiz", "rolecall_role"));
        assert_eq!((table[1][6].as_str(), table[1][2].as_str()), ("'=HYPERLINK(\"x\")", "2024-01-31"), "{name}");
        for (row, label) in table[1..].iter().zip(&labels) {
            assert_eq!(label["role"].as_str().unwrap_or(""), row[row.len() - 8]);
        }
    }
}

#[test]
fn a_table_of_libreoffice_in_windows_1252() {
    let before = fixture("libreoffice-1252.csv");
    let folder = folder(&[("in.csv", &before)]);
    let talk = exits(folder.path(), &["in.csv", "-o", "out.csv"], 1);
    assert!(talk.contains("header in row 4") && talk.contains("in Windows-1252"), "{talk}");
    let after = read(&folder, "out.csv");
    let lines = |bytes: &[u8]| bytes.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    let (before, after) = (lines(&before), lines(&after));
    assert_eq!(before.len(), after.len());
    for (before, after) in before.iter().zip(&after) {
        assert!(after.starts_with(before), "{:?}", String::from_utf8_lossy(after));
    }
    assert!(after[3].ends_with(b";rolecall_model") && after.concat().contains(&0xfc));
}

#[test]
fn what_the_standard_allows_and_excel_does_not_write() {
    let strings = format!(
        "<x:sst xmlns:x=\"x\"><x:si><x:t>{TITLE}</x:t></x:si><x:si><x:r><x:t>{ACCOUNT}</x:t></x:r><x:rPh sb=\"0\" eb=\"1\"><x:t>no</x:t></x:rPh></x:si></x:sst>"
    );
    let sheet = format!(
        "\u{feff}<?xml version=\"1.0\"?>\n<x:worksheet xmlns:x=\"http://purl.oclc.org/ooxml/spreadsheetml/main\"><x:sheetData><!-- <row> --><x:row><x:c t=\"inlineStr\"><x:is><x:t>title</x:t></x:is></x:c><x:c/><x:c t=\"str\"><x:v>text</x:v></x:c></x:row>\n<x:row r=\"5\" hidden=\"1\"><x:c t=\"s\"><x:v>0</x:v></x:c><x:c r=\"C5\" t=\"s\"><x:v>1</x:v></x:c><x:c s=\"2\"/></x:row><x:row/><x:row spans='1:3'><x:c r=\"C7\" t=\"inlineStr\"><x:is><x:t><![CDATA[{PROJECT}]]></x:t></x:is></x:c></x:row><x:row><x:c t=\"s\"><x:v>99</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    );
    let folder = folder(&[("in.xlsx", &xlsx(&sheet, &strings))]);
    let talk = exits(folder.path(), &["in.xlsx", "-o", "out.xlsx"], 1);
    assert!(talk.contains("row 8: broken row: there is no shared text number 99") && talk.contains("3 rows"), "{talk}");
    let out = text_part(&read(&folder, "out.xlsx"), "xl/worksheets/one.xml");
    for added in [
        "<x:c r=\"D1\" t=\"inlineStr\"><x:is><x:t xml:space=\"preserve\">rolecall_role</x:t></x:is></x:c>",
        "<x:v>1</x:v></x:c><x:c r=\"D5\" s=\"2\" t=\"inlineStr\"><x:is><x:t xml:space=\"preserve\">",
        "<x:c r=\"E5\"><x:v>0.",
        "<x:row/><x:row spans='1:11'>",
        "</x:c></x:row></x:sheetData></x:worksheet>",
    ] {
        assert!(out.contains(added), "{added} in {out}");
    }
    assert!(out.starts_with(&sheet[..sheet.find("</x:row>").expect("a row")]));
    exits(folder.path(), &["in.xlsx", "-o", "out.jsonl", "-q"], 1);
    let rows = lines(&folder, "out.jsonl");
    assert_eq!((rows[0]["title"].as_str(), rows[1]["text"].as_str()), (Some(TITLE), Some(PROJECT)));
    assert!(rows[2]["raw"].as_str().is_some_and(|raw| raw.starts_with("<x:row>")));
}

#[test]
fn rows_that_stand_for_many_are_many() {
    let cell = |text: &str| format!("<t:table-cell o:value-type=\"string\"><p xmlns=\"text\">{text}</p></t:table-cell>");
    let table = format!(
        "<t:table-column t:number-columns-repeated=\"16384\"/><t:table-header-rows><t:table-row>{}{}<t:table-cell t:style-name=\"s\" t:number-columns-repeated=\"16382\"/></t:table-row></t:table-header-rows><t:table-row-group><t:table-row t:number-rows-repeated=\"3\">{}{}<t:table-cell t:number-columns-repeated=\"16382\"/></t:table-row></t:table-row-group><t:table-row t:number-rows-repeated=\"5\"><t:table-cell t:number-columns-repeated=\"16384\"/></t:table-row><t:table-row>{}</t:table-row><t:table-row t:number-rows-repeated=\"1048566\"><t:table-cell/></t:table-row><t:shapes><t:table-row>{}</t:table-row></t:shapes>",
        cell("title"),
        cell("text"),
        cell("PM"),
        cell(PROJECT),
        cell("nur ein Titel"),
        cell("no row")
    );
    let folder = folder(&[("in.ods", &ods(&table))]);
    let talk = exits(folder.path(), &["in.ods", "-o", "out.ods"], 1);
    assert!(talk.contains("4 rows") && talk.contains("row 10: column \"text\": empty"), "{talk}");
    let out = text_part(&read(&folder, "out.ods"), "content.xml");
    assert_eq!((out.matches(PROJECT).count(), out.matches("number-rows-repeated").count()), (3, 2));
    assert_eq!(out.matches("t:number-columns-repeated=\"16374\"").count(), 4, "{out}");
    assert!(out.contains("</p></t:table-cell><t:table-cell t:number-columns-repeated=\"1\"/><t:table-cell/>"), "{out}");
    assert!(out.contains("text:p>rolecall_role</text:p>") && out.contains(" o:value-type=\"float\" o:value=\"0."), "{out}");
    exits(folder.path(), &["in.ods", "-o", "out.csv", "-q"], 1);
    assert_eq!(crate::label::table(&String::from_utf8(read(&folder, "out.csv")).expect("UTF-8"), b',').len(), 5);
}

#[test]
fn a_table_becomes_a_workbook() {
    let text = format!("id;title;text\n=1+1;{TITLE};\"{}\"\n0815;a _x0041_\u{1};{PROJECT}\nx;y\n", ACCOUNT.replace('"', "\"\""));
    let line = json!({ "id": 7, "title": TITLE, "text": PROJECT }).to_string();
    let folder = folder(&[("in.csv", text.as_bytes()), ("in.jsonl", line.as_bytes())]);
    exits(folder.path(), &["in.csv", "-o", "out.xlsx"], 1);
    let sheet = text_part(&read(&folder, "out.xlsx"), "xl/worksheets/sheet1.xml");
    assert!(
        !sheet.contains("<f>") && sheet.contains("<c r=\"A2\" t=\"inlineStr\"><is><t xml:space=\"preserve\">=1+1</t></is></c>")
    );
    assert!(sheet.contains("a _x005F_x0041__x0001_") && sheet.contains("<c r=\"E2\"><v>0."), "{sheet}");
    assert!(sheet.contains(">x;y</t>") && sheet.contains("2 cells instead of 3"), "{sheet}");
    let talk = exits(folder.path(), &["out.xlsx", "-o", "again.xlsx"], 2);
    assert!(talk.contains("out.xlsx: labelled already"), "{talk}");
    exits(folder.path(), &["in.jsonl", "-o", "out.xlsx"], 0);
    let sheet = text_part(&read(&folder, "out.xlsx"), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains(">7</t>") && sheet.contains(TITLE) && sheet.ends_with("</row>\n</sheetData></worksheet>\n"));
}

#[test]
fn what_has_no_room_is_refused_and_never_cut() {
    let long = "lang ".repeat(8000);
    let wide: Vec<String> = (0..16_380).map(|at| format!("c{at}")).collect();
    let cell = "<c t=\"inlineStr\"><is><t>text</t></is></c>";
    let wide_sheet =
        format!("<worksheet><sheetData><row>{cell}<c r=\"XFA1\"><v>1</v></c></row><row>{cell}</row></sheetData></worksheet>");
    let folder = folder(&[
        ("long.csv", format!("title,text\na,{long}\n").as_bytes()),
        ("wide.csv", format!("text,{}\n{}\n", wide.join(","), ",".repeat(16_380)).as_bytes()),
        ("wide.xlsx", &xlsx(&wide_sheet, "<sst/>")),
    ]);
    for (name, problem) in [
        (
            "long.csv",
            "long.csv: row 2: column \"text\": 40000 characters, a cell of XLSX has room for 32767 (write .csv or .jsonl)",
        ),
        ("wide.csv", "more columns than the 16384 of a sheet"),
        ("wide.xlsx", "no room for eight columns after column XFA"),
    ] {
        let talk = exits(folder.path(), &[name, "-o", "out.xlsx", "--restart"], 2);
        assert!(talk.contains(problem), "{talk}");
        assert!(!folder.path().join("out.xlsx").exists(), "whole or not at all");
    }
}

#[test]
fn what_cannot_be_read_is_said_clearly() {
    let wide = |name: &str| {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes
    };
    let root = |target: &str| ROOT.1.replace("/xl/workbook.xml", target);
    let sheet = |inside: &str| xlsx(&format!("<worksheet>{inside}</worksheet>"), "<sst/>");
    let encrypted = package(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<m:manifest><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>"),
        ("content.xml", "?"),
    ]);
    let inline = |text: &str| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>");
    let header = format!("<sheetData><row>{}</row>", inline("text"));
    let macros = TYPES.1.replace("openxmlformats-officedocument.spreadsheetml.sheet", "ms-excel.sheet.macroEnabled");
    let good = xlsx(&format!("<worksheet>{header}</sheetData></worksheet>"), "<sst/>");
    let mut with_macros: Vec<(String, Vec<u8>)> = parts(&good);
    with_macros[0].1 = macros.into_bytes();
    let with_macros: Vec<(&str, &str)> =
        with_macros.iter().map(|part| (part.0.as_str(), str::from_utf8(&part.1).expect("text"))).collect();
    let cases: Vec<(Vec<u8>, &[&str], &str)> = vec![
        (wide("EncryptedPackage"), &[], "protected by a password"),
        (wide("Workbook"), &[], "an old Excel file (.xls)"),
        (package(&[TYPES, ("_rels/.rels", &root("xl/workbook.bin"))]), &[], "a binary workbook (XLSB)"),
        (package(&[TYPES, ("_rels/.rels", &root("word/document.xml"))]), &[], "a Word document"),
        (package(&[("a.csv", "id,text\n")]), &[], "a ZIP file, but no workbook"),
        (package(&[("mimetype", "application/vnd.oasis.opendocument.text")]), &[], "is no spreadsheet"),
        (encrypted, &[], "protected by a password"),
        (with_macros.as_slice().pipe(package), &[], "name the output .xlsm"),
        (good.clone(), &["--sheet", "Tabelle9"], "no sheet \"Tabelle9\": it has \"Jobs\""),
        (good[..good.len() - 9].to_vec(), &[], "a broken ZIP file"),
        (sheet("<!DOCTYPE a [<!ENTITY b \"c\">]>"), &[], "sheet \"Jobs\": has a document type"),
        (sheet(&"<a>".repeat(300)), &[], "elements more than 256 deep"),
        (sheet(&format!("{header}<row><c></row>")), &[], "row 2: broken XML"),
        (sheet(&header), &[], "broken XML"),
        (
            sheet(&format!("{header}<row>{}</row></sheetData>", inline(&"x".repeat(2 << 20)))),
            &["--longest-row", "1"],
            "row 2: longer than 1 MB",
        ),
        (
            sheet(&format!("{header}</sheetData>{}", " ".repeat(3 << 20))),
            &["--largest-workbook", "2"],
            "has 3 MB, more than 2 (--largest-workbook",
        ),
        (
            ods(
                "<t:table-row><t:table-cell><p>text</p></t:table-cell></t:table-row><t:table-row t:number-rows-repeated=\"1048000\"><t:table-cell t:number-columns-repeated=\"9\"><p>Projekte leiten und Kunden betreuen</p></t:table-cell></t:table-row>",
            ),
            &["--largest-workbook", "50"],
            "row 2: with all that is repeated, more than 50 MB",
        ),
        (
            ods(&format!(
                "<t:table-row><t:table-cell><p>text</p></t:table-cell></t:table-row><t:table-row><t:table-cell t:number-columns-repeated=\"16000\"><p>{PROJECT}</p></t:table-cell></t:table-row>"
            )),
            &["--longest-row", "1"],
            "row 2: longer than 1 MB",
        ),
        (
            xlsx(
                &format!("<worksheet>{header}<row>{}</row></sheetData></worksheet>", "<c t=\"s\"><v>0</v></c>".repeat(2000)),
                &format!("<sst><si><t>{}</t></si></sst>", "x".repeat(1000)),
            ),
            &["--longest-row", "1"],
            "row 2: longer than 1 MB",
        ),
    ];
    for (bytes, args, problem) in cases {
        let folder = folder(&[("in.xlsx", &bytes)]);
        let talk = exits(folder.path(), &[&["in.xlsx", "-o", "out.xlsx"], args].concat(), 2);
        assert!(talk.contains(".xlsx: ") && talk.contains(problem), "{problem}: {talk}");
        assert!(!folder.path().join("out.xlsx").exists());
    }
    let folder = folder(&[("in.csv", b"id,text\n"), ("in.xlsx", &good)]);
    assert!(exits(folder.path(), &["in.csv", "--sheet", "1"], 2).contains("leave --sheet out"));
    assert!(exits(folder.path(), &["in.xlsx", "-o", "out.ods"], 2).contains("not written yet"));
    assert!(exits(folder.path(), &["in.csv", "-o", "out.xls"], 2).contains("name it .xlsx"));
}

/// Functions behind their arguments.
trait Pipe: Sized {
    fn pipe<R>(self, each: impl FnOnce(Self) -> R) -> R {
        each(self)
    }
}

impl<T> Pipe for T {}

#[test]
fn a_sheet_can_be_asked_for() {
    let folder = folder(&[("in.xlsx", &fixture("openpyxl.xlsx"))]);
    for sheet in ["info", "1"] {
        let talk = exits(folder.path(), &["in.xlsx", "-o", "out.jsonl", "--sheet", sheet, "--text-column", "2"], 0);
        assert!(talk.contains("sheet \"Info\" (1 of 3)"), "{talk}");
    }
}

#[test]
fn a_workbook_goes_through_a_pipe() {
    let bytes = fixture("libreoffice.xlsx");
    let folder = folder(&[("in.xlsx", &bytes)]);
    exits(folder.path(), &["in.xlsx", "-o", "out.xlsx"], 1);
    let output = piped(&["-", "-q"], &bytes);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout == read(&folder, "out.xlsx"));
}

fn is_there(folder: &Path, name: &str) -> bool {
    folder.join(name).exists()
}

/// A workbook with so many rows and no labels.
pub(crate) fn plain_workbook(rows: usize) -> Vec<u8> {
    let folder = folder(&[("big.csv", big(rows).as_bytes())]);
    exits(folder.path(), &["big.csv", "-o", "labelled.xlsx", "-q"], 0);
    let sheet = text_part(&read(&folder, "labelled.xlsx"), "xl/worksheets/sheet1.xml");
    let without = |line: &str| match line.find("<c r=\"D") {
        Some(at) => line[..at].to_owned() + "</row>\n",
        None => line.to_owned() + "\n",
    };
    xlsx(&sheet.lines().map(without).collect::<String>(), "<sst/>")
}

#[test]
fn a_workbook_that_was_killed_goes_on() {
    let folder = folder(&[("in.xlsx", &plain_workbook(20_000))]);
    exits(folder.path(), &["in.xlsx", "-o", "whole.xlsx", "-q"], 0);
    let output = folder.path().join("out.xlsx");
    let begin = || start(folder.path(), &["in.xlsx", "-o", "out.xlsx", "--resume", "-q"]);
    let resumed = again_and_again(&output, begin, |state| state["state"]["position"]["record"].as_u64() > Some(0));
    if !output.exists() {
        exits(folder.path(), &["in.xlsx", "-o", "out.xlsx", "--resume", "-q"], 0);
    }
    assert!(resumed > 0, "something to go on with");
    assert!(read(&folder, "out.xlsx") == read(&folder, "whole.xlsx"));
    for left in ["out.xlsx.partial", "out.xlsx.checkpoint", "out.xlsx.packing"] {
        assert!(!is_there(folder.path(), left), "{left}");
    }
}
