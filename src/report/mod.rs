//! What people read: verdicts on a terminal, evaluations, a model's card.

pub mod card;
pub mod drift;
pub mod evaluation;
pub mod judge;
pub mod painter;
pub mod robustness;
pub mod verdict;
