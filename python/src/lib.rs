//! The part of the Python package that is Rust: bytes, text and Arrow in; JSON and Arrow out. What Python calls things, and what it wraps them in,
//! is in `rolecall/` beside this.
//!
//! No unsafe code: Arrow comes in by way of `arrow-pyarrow`, and goes out in a capsule that owns it. While postings are judged or a model is
//! trained, the interpreter is free for other threads.

mod classifier;
mod corpus;
mod errors;
mod labels;
mod training;

use pyo3::prelude::*;

#[pymodule]
mod _rolecall {
    #[pymodule_export]
    use crate::classifier::Classifier;
    #[pymodule_export]
    use crate::labels::Labels;
    #[pymodule_export]
    use crate::training::train;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const __version__: &str = env!("CARGO_PKG_VERSION");
}
