//! The four roles, and the two questions that they follow from.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a posting reads as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Account work is a core of the job, project work is not.
    AccountManager,
    /// Project work is a core of the job, account work is not.
    ProjectManager,
    /// Both are a core of the job.
    Mixed,
    /// Neither is a core of the job.
    Neither,
}

impl Role {
    /// All roles, in the order of every table.
    pub const ALL: [Self; 4] = [Self::AccountManager, Self::ProjectManager, Self::Mixed, Self::Neither];

    /// The role that follows from the two answers: is account work, is project work a core of the job?
    pub fn from_cores(account: bool, project: bool) -> Self {
        match (account, project) {
            (true, false) => Self::AccountManager,
            (false, true) => Self::ProjectManager,
            (true, true) => Self::Mixed,
            (false, false) => Self::Neither,
        }
    }

    /// Whether the work that `head` asks for is a core of this role.
    pub fn has(self, head: Head) -> bool {
        match self {
            Self::AccountManager => head == Head::Account,
            Self::ProjectManager => head == Head::Project,
            Self::Mixed => true,
            Self::Neither => false,
        }
    }

    /// Place in [`Role::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::AccountManager => "account-manager",
            Self::ProjectManager => "project-manager",
            Self::Mixed => "mixed",
            Self::Neither => "neither",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A text that names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role {0:?}: expected account-manager, project-manager, mixed or neither")]
pub struct UnknownRole(pub String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.name() == name.trim()).ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

/// One of the two questions asked of every posting; each is a binary classifier of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Head {
    /// Is account work (answering for relationships with customers) a core of the job?
    Account,
    /// Is project work (answering for carrying projects through) a core of the job?
    Project,
}

impl Head {
    /// Both heads, in the order of every pair.
    pub const ALL: [Self; 2] = [Self::Account, Self::Project];

    /// Place in [`Head::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }

    /// The name in files and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Project => "project",
        }
    }
}

/// A value for each head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PerHead<T> {
    /// The value of the account head.
    pub account: T,
    /// The value of the project head.
    pub project: T,
}

impl PerHead<f64> {
    /// The head with the larger of two probabilities; `None` where neither is more likely than not.
    pub fn strongest(&self) -> Option<Head> {
        let head = if self.account >= self.project { Head::Account } else { Head::Project };
        (*self.get(head) >= 0.5).then_some(head)
    }
}

impl<T> PerHead<T> {
    /// Asks `f` for the value of each head.
    pub fn from_fn(mut f: impl FnMut(Head) -> T) -> Self {
        Self { account: f(Head::Account), project: f(Head::Project) }
    }

    /// The value of `head`.
    pub fn get(&self, head: Head) -> &T {
        match head {
            Head::Account => &self.account,
            Head::Project => &self.project,
        }
    }

    /// The value of `head`, to change.
    pub fn get_mut(&mut self, head: Head) -> &mut T {
        match head {
            Head::Account => &mut self.account,
            Head::Project => &mut self.project,
        }
    }

    /// The same shape, with `f` applied to each value.
    pub fn map<U>(&self, mut f: impl FnMut(&T) -> U) -> PerHead<U> {
        PerHead { account: f(&self.account), project: f(&self.project) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for role in Role::ALL {
            assert_eq!(role.name().parse::<Role>(), Ok(role));
            assert_eq!(serde_json::to_value(role).expect("a role is a string"), role.name());
            assert_eq!(Role::from_cores(role.has(Head::Account), role.has(Head::Project)), role);
        }
        assert!("Account Manager".parse::<Role>().is_err());
    }
}
