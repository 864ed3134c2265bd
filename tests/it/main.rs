//! What holds for the program as a whole: its promises about spans, weights, determinism and layering, and how it behaves on bad input.
//!
//! Run them with `--release`: models are trained on the way.

mod additivity;
mod bad_input;
mod built_in;
mod compiled;
mod compressed;
mod determinism;
mod diff;
mod documents;
mod evaluate;
mod feeds;
mod kills;
mod label;
mod layering;
mod parquet;
mod refused;
mod retrain;
mod robustness;
mod spans;
mod support;
mod tokens;
mod transcripts;
mod verdict_json;
mod workbooks;
