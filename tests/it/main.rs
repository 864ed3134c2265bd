//! What holds for the program as a whole: its promises about spans, weights, determinism and layering, and how it behaves on bad input.
//!
//! Run them with `--release`: models are trained on the way.

mod additivity;
mod bad_input;
mod batches;
mod bounds;
mod browser;
mod built_in;
mod chromium;
mod compiled;
mod compressed;
mod determinism;
mod diff;
mod documents;
mod evaluate;
#[cfg(target_os = "linux")]
mod faults;
mod feeds;
mod fuzz;
mod hostile;
mod kills;
mod label;
mod layering;
mod parquet;
mod privacy;
mod refused;
mod report;
mod retrain;
mod review;
mod robustness;
mod shell;
mod spans;
mod support;
mod tokens;
mod transcripts;
mod verdict_json;
mod workbooks;
