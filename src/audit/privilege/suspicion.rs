//! What a document audit thinks wrong, kept as a fact until it is known whose project it is.

use crate::audit::{Fault, Noted};
use crate::model::{Confidence, Evidence, Fact, Severity, Span, random_masked};

/// What evidence there is; facts hold texts, evidence constants.
const EVIDENCE: [&str; 10] = [
    "action",
    "resource",
    "principal",
    "policy",
    "account",
    "name",
    "condition",
    "content",
    "command",
    "host",
];

const SEVERITIES: [Severity; 4] = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
const CONFIDENCES: [Confidence; 3] = [Confidence::High, Confidence::Medium, Confidence::Low];

/// Something that is wrong if the project is a seller's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Suspicion {
    /// Whether the document itself is of a seller's world.
    pub(super) is_of_seller: bool,
    /// What tells it from others of the document.
    pub(super) parts: Vec<String>,
    pub(super) severity: Option<(Severity, String)>,
    pub(super) confidence: Option<Confidence>,
    pub(super) evidence: Vec<(&'static str, String)>,
    /// The account that gets the right, where that is what is wrong.
    pub(super) account: Option<String>,
}

impl Suspicion {
    pub(super) fn of(parts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { parts: parts.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    pub(super) fn saying(mut self, kind: &'static str, text: &str) -> Self {
        if !text.is_empty() && self.evidence.len() < 6 {
            let text: String = text.chars().take(120).filter(|c| !c.is_control()).collect();
            self.evidence.push((kind, text));
        }
        self
    }

    pub(super) fn severity(mut self, severity: Severity, why: &str) -> Self {
        self.severity = Some((severity, why.to_owned()));
        self
    }

    pub(super) const fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = Some(confidence);
        self
    }

    /// Notes it as a fact of its rule.
    pub(super) fn note(self, rule: &'static str, at: Span, noted: &mut Noted) {
        noted.fact(rule, self.written(), at);
    }

    fn written(&self) -> String {
        let clean = |text: &str| text.replace(['\n', '\u{1f}'], " ");
        let place = |n: Option<usize>| n.map_or(String::new(), |n| n.to_string());
        let severity =
            self.severity.as_ref().and_then(|(s, _)| SEVERITIES.iter().position(|known| known == s));
        let confidence = self.confidence.and_then(|c| CONFIDENCES.iter().position(|known| *known == c));
        let why = self.severity.as_ref().map_or(String::new(), |(_, why)| clean(why));
        let parts: Vec<String> = self.parts.iter().map(|part| clean(part)).collect();
        let mut lines = vec![
            u8::from(self.is_of_seller).to_string(),
            place(severity),
            why,
            place(confidence),
            self.account.clone().unwrap_or_default(),
            parts.join("\u{1f}"),
        ];
        lines.extend(self.evidence.iter().map(|(kind, text)| format!("{kind}\u{1f}{}", clean(text))));
        lines.join("\n")
    }

    pub(super) fn read(fact: &Fact) -> Option<Self> {
        let mut lines = fact.text.split('\n');
        let is_of_seller = lines.next()? == "1";
        let severity = lines.next()?.parse().ok().and_then(|n: usize| SEVERITIES.get(n).copied());
        let why = lines.next()?.to_owned();
        let confidence = lines.next()?.parse().ok().and_then(|n: usize| CONFIDENCES.get(n).copied());
        let account = Some(lines.next()?.to_owned()).filter(|account| !account.is_empty());
        let parts = lines.next()?.split('\u{1f}').map(str::to_owned).collect();
        let evidence = lines.filter_map(|line| {
            let (kind, text) = line.split_once('\u{1f}')?;
            Some((*EVIDENCE.iter().find(|known| **known == kind)?, text.to_owned()))
        });
        Some(Self {
            is_of_seller,
            parts,
            severity: severity.map(|severity| (severity, why)),
            confidence,
            evidence: evidence.collect(),
            account,
        })
    }

    /// The fault that it is.
    pub(super) fn fault(self) -> Fault {
        let said =
            |(kind, text): (&'static str, String)| Evidence { kind, text: random_masked(&text), weight: 0 };
        Fault {
            parts: self.parts,
            severity: self.severity,
            confidence: self.confidence,
            evidence: self.evidence.into_iter().map(said).collect(),
            ..Fault::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Excerpt, Origin, Place};

    #[test]
    fn what_is_written_is_read_again() {
        let mut suspicion = Suspicion::of(["a", "b"])
            .saying("action", "sqs:*")
            .severity(Severity::High, "why it is")
            .confidence(Confidence::Low);
        suspicion.account = Some("111122223333".to_owned());
        let place = Place { origin: Origin::file("x").into(), inner: Vec::new(), region: None, cell: None };
        let fact = Fact { kind: "x", text: suspicion.written(), place, excerpt: Excerpt::default() };
        assert_eq!(Suspicion::read(&fact), Some(suspicion));
    }
}
