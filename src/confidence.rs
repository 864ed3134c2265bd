//! How sure a reader was of a label.

use serde::{Deserialize, Serialize};

/// Three steps, from doubtful to sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The posting says too little, or both answers can be defended.
    Low,
    /// More likely so than not.
    Medium,
    /// Another reader would say the same.
    High,
}
