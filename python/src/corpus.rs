//! The corpus of role descriptions and written postings, inside the package: what `rolecall train` reads from `corpus/`.

use std::fs;
use std::io;
use std::path::Path;

/// A file of the corpus, by its path there.
macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../corpus/", $name)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "roles/account-manager.de.txt",
    "roles/account-manager.en.txt",
    "roles/project-manager.de.txt",
    "roles/project-manager.en.txt",
    "postings/de.account-manager.jsonl",
    "postings/de.contrast.jsonl",
    "postings/de.mixed-2.jsonl",
    "postings/de.mixed.jsonl",
    "postings/de.neither.jsonl",
    "postings/de.project-manager.jsonl",
    "postings/en.account-manager.jsonl",
    "postings/en.contrast.jsonl",
    "postings/en.mixed-2.jsonl",
    "postings/en.mixed.jsonl",
    "postings/en.neither.jsonl",
    "postings/en.project-manager.jsonl",
];

/// Writes the corpus into `folder`; without its `postings`, the role descriptions alone.
pub(crate) fn write(folder: &Path, postings: bool) -> io::Result<()> {
    for part in ["roles", "postings"] {
        fs::create_dir_all(folder.join(part))?;
    }
    for (name, text) in FILES.iter().filter(|(name, _)| postings || name.starts_with("roles/")) {
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
