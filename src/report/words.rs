//! What the nouns of the model are called in sentences.

use crate::lang::{Fact, Term};
use crate::model::{Because, Confidence, Family, PlaceKind, Severity, SkipReason, Tag};

pub(super) const fn severity(severity: Severity) -> Term {
    match severity {
        Severity::Critical => Term::Critical,
        Severity::High => Term::High,
        Severity::Medium => Term::Medium,
        Severity::Low => Term::Low,
        Severity::Info => Term::Info,
    }
}

pub(super) const fn confidence(confidence: Confidence) -> Term {
    match confidence {
        Confidence::High => Term::Sure,
        Confidence::Medium => Term::Likely,
        Confidence::Low => Term::Possible,
    }
}

pub(super) const fn family(family: Family) -> Term {
    match family {
        Family::Leak => Term::Leak,
        Family::Sharing => Term::Sharing,
        Family::Privilege => Term::Privilege,
        Family::CustomerData => Term::CustomerData,
        Family::Lifecycle => Term::Lifecycle,
    }
}

pub(super) const fn tag(tag: Tag) -> Fact {
    match tag {
        Tag::AlreadyThere => Fact::AlreadyThere,
        Tag::HistoryOnly => Fact::HistoryOnly,
        Tag::InArchive => Fact::InArchive,
        Tag::CommentedOut => Fact::CommentedOut,
        Tag::Encoded => Fact::Encoded,
        Tag::Unreachable => Fact::Unreachable,
    }
}

/// Names the reason for a severity.
pub(super) const fn because(because: Because) -> Fact {
    match because {
        Because::Pushed => Fact::BecausePushed,
        Because::HourPassed => Fact::BecauseHourPassed,
        Because::AddressExpired => Fact::BecauseAddressExpired,
        Because::SecretOutlived => Fact::BecauseSecretOutlived,
        Because::MwsDeleted => Fact::BecauseMwsDeleted,
        Because::PayHonours => Fact::BecausePayHonours,
        Because::Overdue => Fact::BecauseOverdue,
        Because::DueSoon => Fact::BecauseDueSoon,
        Because::ShouldBeDead => Fact::BecauseShouldBeDead,
        Because::NoLedger => Fact::BecauseNoLedger,
    }
}

pub(super) const fn reason(reason: SkipReason) -> Fact {
    match reason {
        SkipReason::Unreadable => Fact::Unreadable,
        SkipReason::Damaged => Fact::Damaged,
        SkipReason::MissingObject => Fact::MissingObject,
        SkipReason::ChangedWhileRead => Fact::ChangedWhileRead,
        SkipReason::Shallow => Fact::Shallow,
        SkipReason::SubmoduleAbsent => Fact::SubmoduleAbsent,
        SkipReason::Encrypted => Fact::Encrypted,
        SkipReason::TooLarge => Fact::TooLarge,
        SkipReason::TooDeep => Fact::TooDeep,
        SkipReason::TooMany => Fact::TooMany,
        SkipReason::Expansion => Fact::Expansion,
        SkipReason::Unsupported => Fact::Unsupported,
        SkipReason::SpecialFile => Fact::SpecialFile,
    }
}

/// Names the kind of a place; a file without a path is standard input.
pub(super) const fn place(kind: PlaceKind) -> Fact {
    match kind {
        PlaceKind::File => Fact::StandardInput,
        PlaceKind::CommitMessage => Fact::CommitMessage,
        PlaceKind::TagMessage => Fact::TagMessage,
        PlaceKind::Note => Fact::GitNote,
        PlaceKind::RefName => Fact::RefName,
        PlaceKind::FileName => Fact::FileName,
        PlaceKind::LinkTarget => Fact::LinkTarget,
        PlaceKind::RemoteUrl => Fact::RemoteUrl,
        PlaceKind::Author => Fact::Author,
    }
}
