//! What people read: verdicts on a terminal, evaluations, a model's card.

pub mod agreement;
pub mod card;
pub mod curve;
pub mod drift;
pub mod evaluation;
pub mod html;
pub mod judge;
pub mod painter;
pub mod plots;
pub mod robustness;
pub mod verdict;
