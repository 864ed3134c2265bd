//! Errors as Python has them.

use std::fmt::Display;

use pyo3::PyErr;
use pyo3::exceptions::PyValueError;

/// A `ValueError`. Where a message names an option of the program, it names the argument that does the same.
pub(crate) fn value_error(error: impl Display) -> PyErr {
    let message = error.to_string();
    PyValueError::new_err(message.replace("--text-column", "text=").replace("--title-column", "title="))
}
