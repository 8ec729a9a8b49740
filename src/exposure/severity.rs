//! Severity moves with exposure, at most one step up.

use crate::model::{Family, Finding, Severity};

/// Raises what was pushed. What is worth little stays so wherever it lies.
pub(super) fn raise(finding: &mut Finding) {
    let pushed = finding.exposure.as_ref().is_some_and(|e| e.state.as_deref() == Some("pushed"));
    let counts = matches!(finding.family, Family::Leak | Family::CustomerData);
    let higher = match finding.severity {
        Severity::Medium => Severity::High,
        Severity::High => Severity::Critical,
        _ => return,
    };
    if pushed && counts {
        finding.severity = higher;
        finding.severity_because.push("pushed to a remote".to_owned());
    }
}
