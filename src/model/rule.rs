//! What a rule is called and how its findings are weighed.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The id of a rule, such as `lwa-client-secret`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// Names a rule.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(id.into())
    }

    /// Returns the id as written in reports.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The risk a rule belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// A credential where it does not belong.
    Leak,
    /// A credential that goes to someone else.
    Sharing,
    /// Rights wider than the work needs.
    Privilege,
    /// Buyers' data outside its place.
    CustomerData,
    /// Rotation, ownership and the state of the records.
    Lifecycle,
}

impl Family {
    /// Every family, in the order of the catalogue.
    pub const ALL: [Self; 5] =
        [Self::Leak, Self::Sharing, Self::Privilege, Self::CustomerData, Self::Lifecycle];

    /// Returns the name used in options and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Sharing => "sharing",
            Self::Privilege => "privilege",
            Self::CustomerData => "customer-data",
            Self::Lifecycle => "lifecycle",
        }
    }
}

/// How bad a finding is. Ordered: `Critical` is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; no action by itself.
    Info,
    /// Mend when convenient.
    Low,
    /// Mend soon.
    Medium,
    /// Mend now.
    High,
    /// An incident.
    Critical,
}

impl Severity {
    /// From the greatest to the least, the order of summaries.
    pub const DESCENDING: [Self; 5] = [Self::Critical, Self::High, Self::Medium, Self::Low, Self::Info];

    /// Returns the name used in options and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}

/// How sure a finding is. Ordered: `High` is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Could well be something else.
    Low,
    /// Context decides.
    Medium,
    /// The shape alone proves it.
    High,
}

impl Confidence {
    /// Returns the name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}
