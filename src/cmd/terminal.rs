//! The terminal while it asks: keys one by one, a screen of its own, and everything as it was afterwards, however the program ends.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{cursor, execute, queue, style, terminal};
use rolecall::Error;
use rolecall::review::session::Key;

/// Set while the terminal is ours.
static OURS: AtomicBool = AtomicBool::new(false);
/// What a shell reports of a program that a signal ended.
const ABORTED: i32 = 130;

/// The terminal, taken. Dropping it gives it back.
pub(crate) struct Terminal(());

/// Something happened.
pub(crate) enum Happened {
    /// A key was pressed.
    Key(Key),
    /// The window has another size.
    Resized,
}

/// Refuses where there is nobody to ask.
pub(crate) fn refuse_none() -> Result<(), Error> {
    let streams = [("<stdin>", io::stdin().is_terminal()), ("<stdout>", io::stdout().is_terminal())];
    match streams.into_iter().find(|(_, is_terminal)| !is_terminal) {
        Some((name, _)) => Err(Error::in_file(
            Path::new(name),
            "no terminal: review asks its questions in one (start it by hand, not in a pipe; rolecall label asks nothing)",
        )),
        None => Ok(()),
    }
}

impl Terminal {
    /// Takes it.
    pub(crate) fn take() -> Result<Self, Error> {
        // A signal does not unwind, and a panic should be read on the screen that stays.
        let _ = ctrlc::set_handler(|| {
            give_back();
            std::process::exit(ABORTED);
        });
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            give_back();
            before(panic);
        }));
        terminal::enable_raw_mode().map_err(Error::Output)?;
        OURS.store(true, Ordering::Relaxed);
        let taken = Self(());
        execute!(io::stdout(), EnterAlternateScreen, cursor::Hide).map_err(Error::Output)?;
        Ok(taken)
    }

    /// Cells of a line, and lines.
    pub(crate) fn size() -> (usize, usize) {
        terminal_size::terminal_size().map_or((80, 24), |(width, height)| (width.0.into(), height.0.into()))
    }

    /// Shows `lines`, each no wider than the screen.
    pub(crate) fn show(lines: &[String]) -> Result<(), Error> {
        let mut out = io::stdout().lock();
        let mut draw = || -> io::Result<()> {
            queue!(out, BeginSynchronizedUpdate)?;
            for (line, row) in lines.iter().zip(0..) {
                queue!(out, cursor::MoveTo(0, row), style::Print(line), Clear(ClearType::UntilNewLine))?;
            }
            queue!(out, Clear(ClearType::FromCursorDown), EndSynchronizedUpdate)?;
            out.flush()
        };
        draw().map_err(Error::Output)
    }

    /// Waits for something to happen.
    pub(crate) fn wait() -> Result<Happened, Error> {
        loop {
            match event::read().map_err(|source| Error::read(Path::new("<stdin>"), source))? {
                Event::Key(key) if key.kind != KeyEventKind::Release => return Ok(Happened::Key(of(key))),
                Event::Resize(..) => return Ok(Happened::Resized),
                _ => {}
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back as it was; where that fails, there is nothing else to try.
fn give_back() {
    if OURS.swap(false, Ordering::Relaxed) {
        let _ = execute!(io::stdout(), cursor::Show, LeaveAlternateScreen);
        let _ = terminal::disable_raw_mode();
    }
}

/// The key that was pressed.
fn of(key: KeyEvent) -> Key {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    match key.code {
        KeyCode::Char('c' | 'd') if control => Key::Interrupt,
        KeyCode::Char(letter) if !control && !key.modifiers.contains(KeyModifiers::ALT) => Key::Letter(letter),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        _ => Key::Other,
    }
}
