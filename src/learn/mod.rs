//! Training: from labelled postings to a model. Nothing that classifies reaches into here.

pub mod calibrate;
pub mod corpus;
pub mod cross_fit;
pub mod curve;
pub mod design;
pub mod employers;
pub mod evaluation;
pub mod fit;
pub mod groups;
mod interleaved;
pub mod names;
pub mod nested;
pub mod quotes;
pub mod ratio;
pub mod sparse;
pub mod split;
pub mod statements;
pub mod trainer;
pub mod vocabulary;
