//! A file in the making, which one run alone writes: two that take turns would leave a file that neither of them meant.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// `file` with more at the end of its name.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Opens `file` for this run alone, with what is in it. It is free again when the run ends, however it ends.
///
/// # Errors
/// If it cannot be opened, or another run writes it.
pub(super) fn claim(file: &Path) -> Result<File, Error> {
    let failed = |error| Error::write(file, error);
    loop {
        let opened = OpenOptions::new().create(true).read(true).write(true).truncate(false).open(file).map_err(failed)?;
        match opened.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(Error::in_file(file, "another run is writing it (wait for that one, or give -o another name)"));
            }
            // Some file systems know no locks; there, nobody can tell.
            Err(TryLockError::Error(_)) => return Ok(opened),
            Ok(()) if is_at(&opened, file).map_err(failed)? => return Ok(opened),
            // Who had it until now moved it to its place: what lies there is not ours to write.
            Ok(()) => {}
        }
    }
}

/// Whether `opened` is what is found at `file`.
#[cfg(unix)]
fn is_at(opened: &File, file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let ours = opened.metadata()?;
    match fs::metadata(file) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether `opened` is what is found at `file`.
#[cfg(not(unix))]
fn is_at(_: &File, file: &Path) -> io::Result<bool> {
    fs::exists(file)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn one_run_alone_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, place) = (folder.path().join("out.partial"), folder.path().join("out"));
        let mut first = claim(&file).expect("free");
        first.write_all(b"first").expect("space");
        assert!(claim(&file).is_err_and(|error| error.to_string().contains("another run")));
        // What was moved to its place is nobody's to write any more, locked or not.
        fs::rename(&file, &place).expect("moved");
        claim(&file).expect("free").write_all(b"second").expect("space");
        drop(first);
        assert_eq!(fs::read(&place).expect("there"), b"first");
        assert_eq!(fs::read(&file).expect("there"), b"second");
        assert!(claim(&file).is_ok());
    }
}
