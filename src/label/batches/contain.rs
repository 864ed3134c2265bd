//! Bugs of decoders, contained: a file that makes one panic is a broken file.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::Once;

use crate::error::Error;

thread_local! {
    /// Set where a panic is reported as an error, and not by the panic itself.
    static IS_CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `read`, which reads `file`.
///
/// # Errors
/// If it panics.
pub(crate) fn contained<T>(file: &Path, read: impl FnOnce() -> T) -> Result<T, Error> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let report = take_hook();
        set_hook(Box::new(move |panic| {
            if !IS_CONTAINED.get() {
                report(panic);
            }
        }));
    });
    IS_CONTAINED.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    IS_CONTAINED.set(false);
    result.map_err(|panic| {
        Error::in_file(file, format!("broken in a way that its decoder does not expect: {}", message(panic.as_ref())))
    })
}

/// What a panic says, on one line.
fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no reason given").lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_error() {
        assert_eq!(contained("x".as_ref(), || 1).ok(), Some(1));
        let error = contained("x".as_ref(), || panic!("out of {}", "range")).err().map(|error| error.to_string());
        assert_eq!(error.as_deref(), Some("x: broken in a way that its decoder does not expect: out of range"));
    }
}
