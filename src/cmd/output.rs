//! Where results go: standard output, or a file that appears whole or not at all.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rolecall::report::painter::harmless_json;
use rolecall::{Error, formats};
use serde::Serialize;

/// Writes `text` to standard output, with colour only where a terminal wants it.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
}

/// Says a line on standard error. Where that cannot be written, the work goes on and ends as it would have.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Writes `value` to standard output as JSON, which means the same as ever, but is safe to look at.
pub(crate) fn print_json(value: &impl Serialize) -> Result<(), Error> {
    let json = serde_json::to_string_pretty(value).map_err(|error| Error::Output(error.into()))?;
    print(&(harmless_json(&json) + "\n"))
}

/// Writes `bytes` to `file`, by way of a temporary file beside it.
pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut atomic = Atomic::create(file)?;
    atomic.append(bytes)?;
    atomic.finish()
}

/// Makes sure that something can be written to `file`, before anything is done that takes long.
pub(crate) fn try_out(file: &Path) -> Result<(), Error> {
    Atomic::create(file).map(drop)
}

/// A file that grows as a temporary one beside its place.
pub(crate) struct Atomic {
    temporary: tempfile::NamedTempFile,
    file: PathBuf,
}

impl Atomic {
    /// Begins; nothing is at `file` yet that was not there.
    pub(crate) fn create(file: &Path) -> Result<Self, Error> {
        if file.as_os_str() == "-" {
            return Err(Error::in_file(file, "not written to standard output (name a file; ./- is one of that name)"));
        }
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let temporary = tempfile::NamedTempFile::new_in(folder).map_err(|source| Error::write(file, source))?;
        Ok(Self { temporary, file: file.to_owned() })
    }

    /// Appends `bytes`.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.temporary.write_all(bytes).map_err(|source| Error::write(&self.file, source))
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let failed = |source| Error::write(&self.file, source);
        self.temporary.as_file().sync_all().map_err(failed)?;
        permit(self.temporary.as_file()).map_err(failed)?;
        self.temporary.persist(&self.file).map_err(|error| failed(error.error))?;
        Ok(())
    }
}

/// Temporary files are the owner's alone; what is written is for everybody who may read the folder.
#[cfg(unix)]
fn permit(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn permit(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

impl Write for Atomic {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.temporary.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.temporary.flush()
    }
}

/// A whole file.
pub(crate) fn read_bytes(file: &Path) -> Result<Vec<u8>, Error> {
    /// No model and no settings file is longer.
    const LONGEST: u64 = 256 * 1024 * 1024;
    let mut bytes = Vec::new();
    let read = formats::open(file)?.take(LONGEST + 1).read_to_end(&mut bytes).map_err(|source| Error::read(file, source))?;
    if read as u64 > LONGEST { Err(Error::in_file(file, "longer than 256 MB, so it is no model")) } else { Ok(bytes) }
}

/// Whether two paths lead to the same file that is there.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    matches!((std::fs::canonicalize(one), std::fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}
