//! The file of answers: a line is appended and on the disk before the next question; a changed mind replaces the file as a whole.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::answer::Answered;
use crate::error::Error;

/// No file of answers is longer, in bytes.
const LONGEST: u64 = 1 << 30;

/// Answers that are kept in a file. Where there are none in the end, there is no new file.
pub struct Answers {
    file: PathBuf,
    handle: File,
    /// The lines as they stand, with what they say.
    lines: Vec<(String, Answered)>,
    /// Whether the file was not there before.
    is_new: bool,
    /// Whether the file ended in the middle of a line, which was dropped.
    pub was_torn: bool,
}

impl Answers {
    /// Opens `file`, with the answers that are in it; there may be none yet.
    ///
    /// # Errors
    /// If it cannot be read or written, or something else is in it.
    pub fn open(file: &Path) -> Result<Self, Error> {
        let is_new = !file.exists();
        let handle =
            OpenOptions::new().read(true).append(true).create(true).open(file).map_err(|source| Error::write(file, source))?;
        let mut text = String::new();
        let read = Read::take(&handle, LONGEST + 1).read_to_string(&mut text).map_err(|source| Error::read(file, source))?;
        if read as u64 > LONGEST {
            return Err(Error::in_file(file, "longer than 1 GB, so it holds no answers"));
        }
        let (lines, rest) = text.split_at(text.rfind('\n').map_or(0, |at| at + 1));
        let was_torn = !rest.is_empty();
        let mut answers = Self { file: file.to_owned(), handle, lines: Vec::new(), is_new, was_torn };
        for (line, number) in lines.split_inclusive('\n').zip(1..) {
            let answered = Answered::read(line).map_err(|problem| {
                Error::at(file, number, format!("{problem} (give -o a file that rolecall review wrote, or a new one)"))
            })?;
            answers.lines.push((line.to_owned(), answered));
        }
        if was_torn {
            // A complete line without its end is no answer of ours either: lines are written with it.
            if answers.lines.is_empty() {
                return Err(Error::at(file, 1, "no line of answers (give -o a file that rolecall review wrote, or a new one)"));
            }
            answers.rewrite()?;
        }
        Ok(answers)
    }

    /// All answers, in the order of the file.
    pub fn all(&self) -> impl ExactSizeIterator<Item = &Answered> {
        self.lines.iter().map(|(_, answered)| answered)
    }

    /// Keeps `answered`: in the place of an earlier answer to the same posting, or at the end.
    ///
    /// # Errors
    /// If it cannot be written; then the file is as it was, or ends in the middle of a line.
    pub fn keep(&mut self, answered: Answered) -> Result<(), Error> {
        let line = answered.line();
        let known = self.lines.iter_mut().find(|(_, known)| known.posting.id == answered.posting.id);
        if let Some(known) = known {
            if known.1.answer != answered.answer {
                *known = (line, answered);
                self.rewrite()?;
            }
            return Ok(());
        }
        let written = self.handle.write_all(line.as_bytes()).and_then(|()| self.handle.sync_data());
        written.map_err(|source| Error::write(&self.file, source))?;
        self.lines.push((line, answered));
        Ok(())
    }

    /// Writes all lines anew, beside the file, and puts them in its place.
    fn rewrite(&mut self) -> Result<(), Error> {
        let failed = |source| Error::write(&self.file, source);
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
        for (line, _) in &self.lines {
            temporary.write_all(line.as_bytes()).map_err(failed)?;
        }
        let permissions = self.handle.metadata().map_err(failed)?.permissions();
        temporary.as_file().set_permissions(permissions).map_err(failed)?;
        temporary.as_file().sync_all().map_err(failed)?;
        temporary.persist(&self.file).map_err(|error| failed(error.error))?;
        self.handle = OpenOptions::new().append(true).open(&self.file).map_err(failed)?;
        Ok(())
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        if self.is_new && self.lines.is_empty() {
            // An empty file that stays does no harm.
            let _ = std::fs::remove_file(&self.file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::answer::Answer;
    use super::*;
    use crate::posting::Posting;
    use crate::role::Role;

    fn answered(id: &str, answer: Answer) -> Answered {
        Answered {
            posting: Posting { id: id.into(), ..Posting::new("t", "x") },
            company: String::new(),
            informative: false,
            answer,
        }
    }

    fn there(file: &Path) -> Vec<(String, Answer)> {
        Answers::open(file).expect("opens").all().map(|one| (one.posting.id.clone(), one.answer)).collect()
    }

    #[test]
    fn answers_are_kept_and_changed_in_their_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("labels.jsonl");
        let mut answers = Answers::open(&file).expect("new");
        answers.keep(answered("a", Answer::Skip)).expect("kept");
        answers.keep(answered("b", Answer::Role(Role::Mixed))).expect("kept");
        assert_eq!(there(&file).len(), 2, "on the disk at once");
        answers.keep(answered("a", Answer::Role(Role::Neither))).expect("changed");
        answers.keep(answered("c", Answer::Skip)).expect("kept after a change");
        let expected = [("a", Answer::Role(Role::Neither)), ("b", Answer::Role(Role::Mixed)), ("c", Answer::Skip)];
        assert_eq!(there(&file), expected.map(|(id, answer)| (id.to_owned(), answer)));
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 1, "a temporary file is left");
    }

    #[test]
    fn keys_of_others_stay_and_a_torn_end_goes() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("labels.jsonl");
        std::fs::write(&file, "{\"id\":\"a\",\"role\":\"mixed\",\"note\":\"mine\"}\n{\"id\":\"b\",\"ro").expect("space");
        let mut answers = Answers::open(&file).expect("opens");
        assert!(answers.was_torn);
        answers.keep(answered("b", Answer::Skip)).expect("kept");
        let text = std::fs::read_to_string(&file).expect("there");
        assert!(text.starts_with("{\"id\":\"a\",\"role\":\"mixed\",\"note\":\"mine\"}\n{\"id\":\"b\",\"title\":\"t\""), "{text}");
    }

    #[test]
    fn a_file_with_something_else_is_left_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("export");
        drop(Answers::open(&file).expect("new"));
        assert!(!file.exists(), "an empty file is left");
        for text in ["id;title\n1;a\n", "{\"id\":\"a\",\"text\":\"x\"}\n", "no end of a line"] {
            std::fs::write(&file, text).expect("space");
            let problem = Answers::open(&file).err().expect("refused").to_string();
            assert!(problem.contains("export: line 1: ") && problem.contains("or a new one"), "{problem}");
            assert_eq!(std::fs::read_to_string(&file).expect("there"), text);
        }
    }
}
