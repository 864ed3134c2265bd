//! The role descriptions: what is said of each role, by dimension.

use std::path::Path;

use crate::error::Error;
use crate::profile::Dimension;
use crate::role::Head;

/// One sentence about a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Whose role it describes.
    pub head: Head,
    /// In which dimension.
    pub dimension: Dimension,
    /// The sentence.
    pub text: String,
}

const FILES: [(&str, Head); 4] = [
    ("account-manager.de.txt", Head::Account),
    ("account-manager.en.txt", Head::Account),
    ("project-manager.de.txt", Head::Project),
    ("project-manager.en.txt", Head::Project),
];

/// Reads the four files of `folder`: `## dimension` opens a section, every other line is a statement, `# …` is a comment.
///
/// # Errors
/// If a file is missing, a dimension is unknown, or a statement stands before the first section.
pub fn load(folder: &Path) -> Result<Vec<Statement>, Error> {
    let mut statements = Vec::new();
    for (name, head) in FILES {
        let file = folder.join(name);
        let text = std::fs::read_to_string(&file).map_err(|source| Error::read(&file, source))?;
        let mut section = None;
        for (line, number) in text.lines().map(str::trim).zip(1..) {
            if let Some(name) = line.strip_prefix("## ") {
                let known =
                    Dimension::from_name(name).ok_or_else(|| Error::at(&file, number, format!("unknown dimension {name:?}")))?;
                section = Some(known);
            } else if !line.is_empty() && !line.starts_with('#') {
                let dimension =
                    section.ok_or_else(|| Error::at(&file, number, "a statement before the first \"## dimension\""))?;
                statements.push(Statement { head, dimension, text: line.to_owned() });
            }
        }
    }
    Ok(statements)
}
