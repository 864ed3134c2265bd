//! Reading postings by eye, in the order in which answers teach a model most.
//!
//! ```text
//! export ─ pool: rows judged, the best kept ─ queue: their order ─┐
//! earlier answers ────────────────────────────────────────────────┴─> session <─ keys ─> screen
//!                                                                        └─> answers: a line each, on the disk at once
//! ```
//!
//! Nothing here knows a terminal: keys come in as [`session::Key`], lines of a screen go out of [`screen::frame`].

pub mod agreement;
pub mod answer;
pub mod answers;
pub mod doubt;
pub mod page;
pub mod pool;
pub mod queue;
pub mod screen;
pub mod session;
mod words;
