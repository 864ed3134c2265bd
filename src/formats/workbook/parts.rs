//! What a package is, and where in it the sheets, texts and styles are.

use std::io::Read;

use quick_xml::events::Event;

use super::Dialect;
use super::cell::Shared;
use super::strings::Strings;
use super::styles::Styles;
use super::xml::{attribute, local, walk};
use crate::error::Error;
use crate::formats::package::Package;

/// Part of an ODF package that says what it is.
const MIMETYPE: &str = "mimetype";
const SPREADSHEET: &str = "application/vnd.oasis.opendocument.spreadsheet";
const CONTENT: &str = "content.xml";
const MANIFEST: &str = "META-INF/manifest.xml";
const TYPES: &str = "[Content_Types].xml";

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sheet {
    /// What it is called.
    pub name: String,
    /// The part that it is in.
    pub part: String,
    /// Which of the sheets in that part.
    pub at: usize,
    /// Not shown.
    pub is_hidden: bool,
}

/// A workbook's parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Book {
    /// How it is written.
    pub dialect: Dialect,
    /// The ending that its name must have.
    pub ending: &'static str,
    /// In the order of the tabs.
    pub sheets: Vec<Sheet>,
}

impl Book {
    /// Looks through `package`.
    ///
    /// # Errors
    /// If it is no workbook, or one that is not read.
    pub(super) fn open(package: &Package) -> Result<(Self, Shared), Error> {
        let refuse = |problem: &str| Err(Error::in_file(package.file(), problem));
        let opened = if package.has(TYPES) {
            xlsx(package)?
        } else if package.has(MIMETYPE) || package.has(CONTENT) {
            ods(package)?
        } else if package.names().any(|name| name.starts_with("Index/")) {
            return refuse("a Numbers file, which is not read (export it as Excel or CSV)");
        } else {
            return refuse("a ZIP file, but no workbook (unpack it, and name a file in it)");
        };
        if opened.0.sheets.is_empty() { refuse("a workbook without a sheet") } else { Ok(opened) }
    }
}

/// Calls `each` with every event of a part.
fn walk_part(package: &Package, name: &str, each: impl FnMut(&Event, usize) -> bool) -> Result<(), Error> {
    walk(package.read(name)?, each).map_err(|problem| in_part(package, name, &problem))
}

fn in_part(package: &Package, name: &str, problem: &str) -> Error {
    Error::in_file(package.file(), format!("part {name}: {problem}"))
}

/// A relationship of a part: its id, the end of its type, and the part that it leads to.
struct Relationship {
    id: String,
    kind: String,
    target: String,
}

/// The relationships of `part`, which is empty for the package as a whole.
fn relationships(package: &Package, part: &str) -> Result<Vec<Relationship>, Error> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let slash = if folder.is_empty() { "" } else { "/" };
    let name = format!("{folder}{slash}_rels/{file}.rels");
    let mut found = Vec::new();
    walk_part(package, &name, |event, _| {
        if let Event::Start(start) | Event::Empty(start) = event
            && local(start.name().as_ref()) == "Relationship"
            && let (Some(id), Some(kind), Some(target)) =
                (attribute(start, "Id"), attribute(start, "Type"), attribute(start, "Target"))
        {
            let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
            found.push(Relationship { id: id.into_owned(), kind, target: resolved(folder, &target) });
        }
        true
    })?;
    Ok(found)
}

/// The part that `target` names, seen from `folder`.
fn resolved(folder: &str, target: &str) -> String {
    if let Some(whole) = target.strip_prefix('/') {
        return whole.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(steps.pop()),
            "." | "" => {}
            step => steps.push(step),
        }
    }
    steps.join("/")
}

fn xlsx(package: &Package) -> Result<(Book, Shared), Error> {
    let refuse = |problem: &str| Err(Error::in_file(package.file(), problem));
    let roots = relationships(package, "")?;
    let Some(root) = roots.into_iter().find(|one| one.kind == "officeDocument") else {
        return refuse("an Office file, but no workbook");
    };
    let book = root.target;
    match book.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).as_deref() {
        Some("bin") => return refuse("a binary workbook (XLSB), which is not read (save it as .xlsx)"),
        _ if book.starts_with("word/") => return refuse("a Word document, which is no table"),
        _ if book.starts_with("ppt/") => return refuse("a presentation, which is no table"),
        _ => {}
    }
    let related = relationships(package, &book)?;
    let (sheets, is_1904) = sheets(package, &book, &related)?;
    let part = |kind: &str| related.iter().find(|one| one.kind == kind && package.has(&one.target)).map(|one| &one.target);
    let mut shared = Shared::default();
    if let Some(name) = part("sharedStrings") {
        shared.strings = Strings::read(package.read(name)?).map_err(|problem| in_part(package, name, &problem))?;
    }
    if let Some(name) = part("styles") {
        shared.styles = Styles::read(package.read(name)?).map_err(|problem| in_part(package, name, &problem))?;
    }
    shared.styles.is_1904 = is_1904;
    Ok((Book { dialect: Dialect::Xlsx, ending: ending(package, &book)?, sheets }, shared))
}

/// The sheets with cells, and whether days count from 1904.
fn sheets(package: &Package, book: &str, related: &[Relationship]) -> Result<(Vec<Sheet>, bool), Error> {
    let mut sheets = Vec::new();
    let mut is_1904 = false;
    walk_part(package, book, |event, _| {
        if let Event::Start(start) | Event::Empty(start) = event {
            match local(start.name().as_ref()) {
                "workbookPr" => is_1904 = attribute(start, "date1904").is_some_and(|value| value == "1" || value == "true"),
                "sheet" => {
                    let id = attribute(start, "id").unwrap_or_default();
                    let name = attribute(start, "name").unwrap_or_default().into_owned();
                    let is_hidden = attribute(start, "state").is_some_and(|state| state != "visible");
                    let target = related.iter().find(|one| one.id == id && one.kind == "worksheet");
                    sheets.extend(target.map(|one| Sheet { name, part: one.target.clone(), at: 0, is_hidden }));
                }
                _ => {}
            }
        }
        true
    })?;
    Ok((sheets, is_1904))
}

/// The ending for the workbook's type: Excel opens no file whose name and type disagree.
fn ending(package: &Package, book: &str) -> Result<&'static str, Error> {
    let mut ending = "xlsx";
    walk_part(package, TYPES, |event, _| {
        if let Event::Start(start) | Event::Empty(start) = event
            && let (Some(name), Some(kind)) = (attribute(start, "PartName"), attribute(start, "ContentType"))
            && name.trim_start_matches('/').eq_ignore_ascii_case(book)
        {
            ending = match (kind.contains("macroEnabled"), kind.contains("template")) {
                (false, false) => "xlsx",
                (true, false) => "xlsm",
                (false, true) => "xltx",
                (true, true) => "xltm",
            };
        }
        true
    })?;
    Ok(ending)
}

fn ods(package: &Package) -> Result<(Book, Shared), Error> {
    let refuse = |problem: &str| Err(Error::in_file(package.file(), problem));
    if package.has(MIMETYPE) {
        let mut kind = String::new();
        let mut part = package.read(MIMETYPE)?.take(200);
        part.read_to_string(&mut kind).map_err(|error| in_part(package, MIMETYPE, &error.to_string()))?;
        if !kind.starts_with(SPREADSHEET) {
            return refuse(&format!("{:?} is no spreadsheet, and no table", kind.trim()));
        }
    }
    let mut is_encrypted = false;
    if package.has(MANIFEST) {
        walk_part(package, MANIFEST, |event, _| {
            let is_key = |name: &str| local(name) == "encryption-data";
            is_encrypted |= matches!(event, Event::Start(start) | Event::Empty(start) if is_key(start.name().as_ref()));
            !is_encrypted
        })?;
    }
    if is_encrypted {
        return refuse(PASSWORD);
    }
    let mut sheets = Vec::new();
    walk_part(package, CONTENT, |event, depth| {
        // document-content, body, spreadsheet, table
        let start = match event {
            Event::Start(start) if depth == 4 => start,
            Event::Empty(start) if depth == 3 => start,
            _ => return true,
        };
        if local(start.name().as_ref()) == "table" {
            let name = attribute(start, "name").unwrap_or_default().into_owned();
            sheets.push(Sheet { name, part: CONTENT.to_owned(), at: sheets.len(), is_hidden: false });
        }
        true
    })?;
    Ok((Book { dialect: Dialect::Ods, ending: "ods", sheets }, Shared::default()))
}

const PASSWORD: &str = "protected by a password (save it without one)";

/// What to say about a file in the container that old Office files and encrypted ones are in.
pub(in super::super) fn refused_ole(head: &[u8]) -> &'static str {
    let has = |name: &str| {
        let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        head.windows(wide.len()).any(|window| window == wide)
    };
    if has("EncryptedPackage") {
        return PASSWORD;
    }
    if has("WordDocument") {
        return "an old Word file, which is not read";
    }
    "an old Excel file (.xls), or one with a password, which is not read (save it as .xlsx without a password)"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_resolved() {
        for (folder, target, part) in [
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/a.xml", "xl/a.xml"),
            ("xl/worksheets", "../styles.xml", "xl/styles.xml"),
            ("", "./xl//book.xml", "xl/book.xml"),
            ("", "../../x", "x"),
        ] {
            assert_eq!(resolved(folder, target), part);
        }
    }

    #[test]
    fn containers_are_told_apart() {
        let of = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        assert!(refused_ole(&of("EncryptedPackage")).contains("password (save it without"));
        assert!(refused_ole(&of("Workbook")).contains(".xls"));
        assert!(refused_ole(&of("WordDocument")).contains("Word"));
    }
}
