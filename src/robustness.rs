//! Does the call hold when a posting is written another way?
//!
//! Every posting is judged once as it is and once after each of the [`CHANGES`]. A change of *form* says the same in other bytes and must not
//! move the call; the other kinds take something away, reword or add, and what they move is measured. [`Robustness`] counts.

mod additions;
mod address;
mod change;
mod form;
mod gender;
mod prose;
mod spelling;
mod tally;
mod titles;

pub use change::{CHANGES, Change, Kind};
pub use tally::{Counts, Robustness, Row};
pub use titles::{Moved, Titles};
