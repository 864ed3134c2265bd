//! The documents in a folder and the folders in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use xxhash_rust::xxh3::Xxh3;

use crate::error::Error;

/// The endings of documents.
const ENDINGS: [&str; 8] = ["txt", "md", "markdown", "html", "htm", "xhtml", "docx", "pdf"];
/// How the files begin that Word keeps beside documents which are open; nothing is in them but a name.
const LOCK: &str = "~$";
/// Folders within folders are looked into down to here.
const DEEPEST: usize = 64;
/// The list is held in memory, some 200 bytes a file, so it has an end.
const MOST: usize = 1_000_000;

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its path within the folder.
    pub path: PathBuf,
    /// The same with slashes, whatever the system uses.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it was written last, in nanoseconds.
    modified: u128,
}

/// What is in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The folder.
    pub folder: PathBuf,
    /// The documents, in the order of their names.
    pub files: Vec<Listed>,
}

impl Listing {
    /// Lists the documents in `folder`. Files whose names begin with a dot are left out, Word's lock files too, and so is what
    /// links lead to: they may lead anywhere.
    ///
    /// # Errors
    /// If a folder cannot be read, or there are too many files.
    pub fn new(folder: &Path) -> Result<Self, Error> {
        let mut listing = Self { folder: folder.to_owned(), files: Vec::new() };
        listing.add(Path::new(""), 0)?;
        listing.files.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.path.cmp(&b.path)));
        Ok(listing)
    }

    fn add(&mut self, within: &Path, depth: usize) -> Result<(), Error> {
        let here = self.folder.join(within);
        let failed = |source| Error::read(&here, source);
        if depth > DEEPEST {
            return Err(Error::in_file(&here, format!("more than {DEEPEST} folders within each other")));
        }
        for entry in fs::read_dir(&here).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let path = within.join(entry.file_name());
            // The kind of the entry itself, not of what it links to.
            let kind = entry.file_type().map_err(failed)?;
            let file_name = entry.file_name();
            let shown = file_name.to_string_lossy();
            if shown.starts_with('.') || shown.starts_with(LOCK) {
                continue;
            }
            if kind.is_dir() {
                self.add(&path, depth + 1)?;
            } else if kind.is_file() && is_document(&path) {
                let metadata = entry.metadata().map_err(failed)?;
                let modified = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
                let name = path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/");
                self.files.push(Listed {
                    path,
                    name,
                    size: metadata.len(),
                    modified: modified.map_or(0, |time| time.as_nanos()),
                });
                if self.files.len() > MOST {
                    return Err(Error::in_file(
                        &self.folder,
                        format!("more than {MOST} documents (label its folders one by one)"),
                    ));
                }
            }
        }
        Ok(())
    }

    /// Bytes of all files.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    /// A checksum of names, sizes and times: it differs where anything changed.
    pub fn checksum(&self) -> u64 {
        let mut hash = Xxh3::new();
        for file in &self.files {
            hash.update(file.name.as_bytes());
            hash.update(&[0]);
            hash.update(&file.size.to_le_bytes());
            hash.update(&file.modified.to_le_bytes());
        }
        hash.digest()
    }
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_listed_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("b/c")).expect("space");
        for name in ["b/c/z.TXT", "b/a.md", "a.docx", "~$a.docx", "c.csv", ".x.txt", "b/~.log"] {
            fs::write(at(name), name).expect("space");
        }
        let listing = Listing::new(folder.path()).expect("readable");
        let names: Vec<&str> = listing.files.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["a.docx", "b/a.md", "b/c/z.TXT"]);
        assert_eq!(listing.size(), 21);
        fs::write(at("b/a.md"), "other").expect("space");
        assert_ne!(Listing::new(folder.path()).expect("readable").checksum(), listing.checksum());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed() {
        let (folder, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        fs::write(other.path().join("secret.txt"), "x").expect("space");
        std::os::unix::fs::symlink(other.path(), folder.path().join("inside")).expect("links");
        std::os::unix::fs::symlink(other.path().join("secret.txt"), folder.path().join("a.txt")).expect("links");
        assert_eq!(Listing::new(folder.path()).expect("readable").files, []);
    }
}
