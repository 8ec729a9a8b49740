//! What `kagiban lsp` says in editors.

/// Sentences about what an editor can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutEditor<'a> {
    /// Moves a value to `.env`.
    MoveToEnv {
        /// The variable.
        name: &'a str,
    },
    /// Accepts a finding in a comment.
    Allow {
        /// The rule.
        rule: &'a str,
    },
    /// Opens what a rule says.
    Explain {
        /// The rule.
        rule: &'a str,
    },
    /// Stands where the owner of an acceptance writes why.
    WhyAllowed,
    /// A value was moved.
    Moved {
        /// The variable.
        name: &'a str,
    },
    /// It could not be moved.
    NotMoved {
        /// Why.
        reason: &'a str,
    },
    /// The document changed since.
    Changed,
    /// `.env` has a variable of that name already.
    NameTaken {
        /// The variable.
        name: &'a str,
    },
}

impl AboutEditor<'_> {
    /// Says it in English.
    pub(super) fn en(self) -> String {
        match self {
            Self::MoveToEnv { name } => format!("Move to .env as {name}"),
            Self::Allow { rule } => format!("Allow {rule} here, with a reason and an end"),
            Self::Explain { rule } => format!("Explain {rule}"),
            Self::WhyAllowed => "why it is no risk".to_owned(),
            Self::Moved { name } => format!(
                "{name} is in .env, which git ignores. The old value stays in the history: rotate it if it was committed."
            ),
            Self::NotMoved { reason } => format!("not moved: {reason}"),
            Self::Changed => "the document has changed".to_owned(),
            Self::NameTaken { name } => format!(".env has another {name} already"),
        }
    }

    /// Says it in Japanese.
    pub(super) fn ja(self) -> String {
        match self {
            Self::MoveToEnv { name } => format!(".env に {name} として移す"),
            Self::Allow { rule } => format!("理由と期限を付けて {rule} をここで許可する"),
            Self::Explain { rule } => format!("{rule} の説明を開く"),
            Self::WhyAllowed => "危険でない理由".to_owned(),
            Self::Moved { name } => format!(
                "{name} を .env に移しました (git は無視します)。以前の値は履歴に残るため、コミット済みの場合は更新してください。"
            ),
            Self::NotMoved { reason } => format!("移せませんでした: {reason}"),
            Self::Changed => "文書が変更されています".to_owned(),
            Self::NameTaken { name } => format!(".env には別の {name} がすでにあります"),
        }
    }
}
