//! What `kagiban rules coverage` says.

use super::{Lang, grouped};

/// About the clauses of Amazon's policies, and which rules check them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutClauses<'a> {
    /// How many there are, and how many of them rules check.
    Counts {
        /// All of them.
        clauses: usize,
        /// Those that a rule names.
        checked: usize,
    },
    /// Which edition of the policies they are from.
    Edition {
        /// The date.
        date: &'a str,
    },
    /// That a clause shows in files.
    Checked,
    /// That a part of a clause shows in files.
    CheckedPartly,
    /// That nothing of a clause shows in files.
    OutOfReach,
    /// That a clause could be checked, and no rule of this catalogue does.
    Unchecked,
    /// A rule that checks it.
    By {
        /// The id of the rule.
        rule: &'a str,
        /// What the rule finds.
        title: &'a str,
    },
    /// What cannot be seen.
    Beyond {
        /// A sentence.
        text: &'a str,
    },
    /// What this list is not.
    Bounds,
}

impl AboutClauses<'_> {
    pub(super) fn say(self, lang: Lang) -> String {
        match lang {
            Lang::En => self.in_english(),
            Lang::Ja => self.in_japanese(),
        }
    }

    fn in_english(self) -> String {
        match self {
            Self::Counts { clauses, checked } => {
                format!("{} clauses, {} of them checked by rules", count(clauses), count(checked))
            }
            Self::Edition { date } => {
                format!("Clause numbers as of {date}; check whether there is a newer edition.")
            }
            Self::Checked => "checked".to_owned(),
            Self::CheckedPartly => "checked in part".to_owned(),
            Self::OutOfReach => "cannot be checked".to_owned(),
            Self::Unchecked => "no rule checks it".to_owned(),
            Self::By { rule, title } => format!("{rule}: {title}"),
            Self::Beyond { text } => format!("Not seen: {text}"),
            Self::Bounds => "A rule shows evidence for or against a clause. No finding is no proof that a clause is kept. Section 2 of the Data Protection Policy applies at least to those who hold a restricted role.".to_owned(),
        }
    }

    fn in_japanese(self) -> String {
        match self {
            Self::Counts { clauses, checked } => {
                format!("条項 {} 件、うちルールで点検するもの {} 件", count(clauses), count(checked))
            }
            Self::Edition { date } => {
                format!("条項の番号は {date} 時点のものです。新しい版が出ていないか確認してください。")
            }
            Self::Checked => "点検する".to_owned(),
            Self::CheckedPartly => "一部を点検する".to_owned(),
            Self::OutOfReach => "点検できない".to_owned(),
            Self::Unchecked => "点検するルールがない".to_owned(),
            Self::By { rule, title } => format!("{rule}: {title}"),
            Self::Beyond { text } => format!("見えないもの: {text}"),
            Self::Bounds => "ルールが示すのは、条項を守っている、または守っていないことの手がかりです。検出がなくても、守っている証明にはなりません。データ保護ポリシーの第2章は、少なくとも制限付きロールを持つ場合に適用されます。".to_owned(),
        }
    }
}

fn count(number: usize) -> String {
    grouped(number as u64)
}
