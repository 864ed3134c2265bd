//! The eight dimensions in which the two roles differ, and how close a posting is to each role in each of them.

use serde::{Deserialize, Serialize};

use crate::role::PerHead;

/// What the role descriptions compare account and project managers by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Where in the company the role sits.
    Department,
    /// What the role is for.
    Goal,
    /// What the role does from day to day.
    Responsibilities,
    /// How it deals with clients.
    ClientInteraction,
    /// Its part in the work of a project.
    ProjectParticipation,
    /// Its part in selling.
    Selling,
    /// How wide its goals reach.
    BreadthOfGoals,
    /// What it must be good at.
    Skills,
}

impl Dimension {
    /// All dimensions, in the order of every table.
    pub const ALL: [Self; 8] = [
        Self::Department,
        Self::Goal,
        Self::Responsibilities,
        Self::ClientInteraction,
        Self::ProjectParticipation,
        Self::Selling,
        Self::BreadthOfGoals,
        Self::Skills,
    ];

    /// The name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Department => "department",
            Self::Goal => "goal",
            Self::Responsibilities => "responsibilities",
            Self::ClientInteraction => "client-interaction",
            Self::ProjectParticipation => "project-participation",
            Self::Selling => "selling",
            Self::BreadthOfGoals => "breadth-of-goals",
            Self::Skills => "skills",
        }
    }

    /// The dimension of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.name() == name)
    }
}

/// Number of (dimension, role) pairs.
pub const CLOSENESS: usize = Dimension::ALL.len() * 2;

/// How close a posting is to the two role descriptions in one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Closeness {
    /// Which dimension.
    pub dimension: Dimension,
    /// Cosine (0 to 1) to what is said of account managers and of project managers.
    #[serde(flatten)]
    pub to: PerHead<f64>,
}
