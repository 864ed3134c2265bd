//! Text of PDF files, read in a process of its own.
//!
//! PDF is a format whose readers meet input that nobody foresaw, and the one used here stops the program when it does. So this program
//! starts itself once more for each file, with limits on time and memory, and a file that breaks the reader is one file with a problem.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use pdf_extract::{Document, Error as PdfError, output_doc};

use super::LONGEST_TEXT;
use super::layout::Lines;

/// The command that reads a PDF from standard input, see [`serve`].
pub const COMMAND: &str = "read-pdf";

/// Reading a file may take so long.
const LONGEST_TIME: Duration = Duration::from_secs(20);
/// It may take so much memory, in bytes, where the system can be told; the program itself is a part of that.
#[cfg(unix)]
const MOST_MEMORY: u64 = 1024 * 1024 * 1024;
/// No file is longer.
const LONGEST_FILE: u64 = 256 * 1024 * 1024;

/// What the answer begins with: a text or a problem follows.
const TEXT: u8 = b'T';
const PROBLEM: u8 = b'P';

/// The text of the PDF in `bytes`, read by `program`, which is this one.
pub(super) fn text(bytes: &[u8], program: Option<&Path>) -> Result<String, String> {
    let program = program.ok_or("a PDF: only the program rolecall reads those")?;
    let failed = |error: io::Error| format!("a PDF, and its reader cannot be started: {error}");
    let mut command = Command::new(program);
    // Ctrl-C is for the run as a whole: a file that was half read would be told as broken.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let mut child =
        command.arg(COMMAND).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map_err(failed)?;
    let (status, answer) = talk(&mut child, bytes).map_err(failed)?;
    let Some(status) = status else {
        return Err(format!("a PDF that takes more than {} s to read (save it as DOCX or text)", LONGEST_TIME.as_secs()));
    };
    match answer.split_first() {
        Some((&TEXT, text)) if status.success() => Ok(String::from_utf8_lossy(text).into_owned()),
        Some((&PROBLEM, problem)) if status.success() => Err(String::from_utf8_lossy(problem).into_owned()),
        _ => Err("a PDF that cannot be read: it is broken or unusual (save it as DOCX or text)".to_owned()),
    }
}

/// Gives `bytes` to the child and takes its answer. There is no status where it had to be killed.
fn talk(child: &mut Child, bytes: &[u8]) -> io::Result<(Option<ExitStatus>, Vec<u8>)> {
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    thread::scope(|scope| {
        // A child that ends early is told by its status, not by a pipe that broke.
        scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(bytes)));
        let answer = scope.spawn(move || {
            let mut answer = Vec::new();
            let read = stdout.map(|stdout| stdout.take(2 * LONGEST_TEXT).read_to_end(&mut answer));
            read.transpose().map(|_| answer)
        });
        let status = wait(child)?;
        let answer = answer.join().unwrap_or_else(|_| Ok(Vec::new()))?;
        Ok((status, answer))
    })
}

/// Waits for the child, and kills it when its time is over.
fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + LONGEST_TIME;
    let mut pause = Duration::from_millis(1);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() > end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

/// Reads a PDF from standard input and answers on standard output: what the process that reading a PDF starts does.
///
/// # Errors
/// If standard input or output fail.
pub fn serve() -> io::Result<()> {
    limit();
    let mut bytes = Vec::new();
    io::stdin().take(LONGEST_FILE).read_to_end(&mut bytes)?;
    let (mark, answer) = match extract(&bytes) {
        Ok(text) => (TEXT, text),
        Err(problem) => (PROBLEM, problem),
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(&[mark])?;
    stdout.write_all(answer.as_bytes())?;
    stdout.flush()
}

/// Limits what this process may use. Where the system refuses, the time limit of whoever started it is left.
fn limit() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let most = |most| Rlimit { current: Some(most), maximum: Some(most) };
        for (resource, most) in
            [(Resource::As, most(MOST_MEMORY)), (Resource::Cpu, most(LONGEST_TIME.as_secs() + 1)), (Resource::Core, most(0))]
        {
            let _ = setrlimit(resource, most);
        }
    }
}

/// The text of the PDF in `bytes`. May end the process.
fn extract(bytes: &[u8]) -> Result<String, String> {
    const LOCKED: &str = "a PDF with a password (save it without one)";
    let broken = |error: PdfError| match error {
        PdfError::Decryption(_) | PdfError::InvalidPassword => LOCKED.to_owned(),
        error => format!("a broken PDF: {error}"),
    };
    let mut document = Document::load_mem(bytes).map_err(broken)?;
    if document.is_encrypted() {
        document.decrypt("").map_err(|_| LOCKED)?;
    }
    let mut lines = Lines::default();
    let read = output_doc(&document, &mut lines);
    if lines.is_too_long() {
        return Err(format!("a PDF with more than {} MB of text", LONGEST_TEXT >> 20));
    }
    read.map_err(|error| format!("a broken PDF: {error}"))?;
    let text = lines.text();
    if text.trim().is_empty() {
        return Err("a PDF without text: pictures of pages have to go through text recognition (OCR) first".to_owned());
    }
    Ok(text)
}
