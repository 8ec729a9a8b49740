//! What `kagiban hook` says.

/// Sentences about the hook that git runs before a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutHook<'a> {
    /// It was written.
    Installed {
        /// Its file.
        path: &'a str,
        /// What it does.
        purpose: &'a str,
    },
    /// An older one was written anew.
    Renewed {
        /// Its file.
        path: &'a str,
    },
    /// It is there and works.
    AlreadyThere {
        /// Its file.
        path: &'a str,
        /// What it does.
        purpose: &'a str,
    },
    /// What the hook before a commit does.
    BeforeCommit,
    /// What the hook on messages does.
    OnMessage,
    /// What the hook before a push does.
    BeforePush,
    /// It was removed.
    Removed {
        /// Its file.
        path: &'a str,
    },
    /// There is none.
    Absent {
        /// Its file.
        path: &'a str,
    },
    /// It is Kagiban's, and out of date or not run.
    Stale {
        /// Its file.
        path: &'a str,
    },
    /// There is another hook, which calls Kagiban.
    Calls {
        /// Its file.
        path: &'a str,
        /// What it does.
        purpose: &'a str,
    },
    /// There is another hook, which does not call Kagiban.
    Other {
        /// Its file.
        path: &'a str,
        /// What to add to it.
        line: &'a str,
    },
    /// There is another hook, which was not removed.
    Kept {
        /// Its file.
        path: &'a str,
    },
    /// It was written, and the hook that was there is run first.
    Chained {
        /// Its file.
        path: &'a str,
        /// Where the other one is now.
        before: &'a str,
        /// What it does.
        purpose: &'a str,
    },
    /// It was removed, and the hook that was there before is back.
    PutBack {
        /// Its file.
        path: &'a str,
    },
    /// Another program manages the hooks, so none was written.
    Managed {
        /// Its name.
        manager: &'a str,
        /// The file it is told by.
        file: &'a str,
        /// What to add to it.
        lines: &'a str,
    },
    /// Another program manages the hooks, and calls Kagiban.
    ManagedCalls {
        /// Its name.
        manager: &'a str,
        /// The file it is told by.
        file: &'a str,
    },
    /// The folder of hooks is outside the repository.
    Shared,
    /// The program is not on PATH.
    NotOnPath {
        /// Where it is.
        program: &'a str,
    },
    /// There is another hook, so none was written.
    Taken {
        /// Its file.
        path: &'a str,
    },
    /// What to do where there is another hook.
    AddInstead {
        /// What to add to it.
        line: &'a str,
    },
    /// Git does not say where hooks belong.
    NoFolder {
        /// What it says instead.
        said: &'a str,
    },
    /// Said by a hook while git waits.
    Says(HookSays),
}

impl AboutHook<'_> {
    /// Says it in English.
    pub(super) fn en(self) -> String {
        match self {
            Self::Installed { path, purpose } => {
                format!("{path}: written. {purpose}")
            }
            Self::BeforeCommit => "What is staged is audited before each commit.".to_owned(),
            Self::OnMessage => "It keeps the reason of a KAGIBAN_SKIP in the commit.".to_owned(),
            Self::BeforePush => "What the commits add is audited before each push.".to_owned(),
            Self::Renewed { path } => format!("{path}: written anew."),
            Self::AlreadyThere { path, purpose } => {
                format!("{path}: is there. {purpose}")
            }
            Self::Removed { path } => format!("{path}: removed."),
            Self::Absent { path } => format!("{path}: is not there."),
            Self::Stale { path } => {
                format!(
                    "{path}: is Kagiban's, but of another version or not run by git; \
                     `kagiban hook install` mends it."
                )
            }
            Self::Calls { path, purpose } => {
                format!("{path}: is another hook, and calls Kagiban. {purpose}")
            }
            Self::Other { path, line } => {
                format!("{path}: is another hook. Commits are not audited unless it calls Kagiban: {line}")
            }
            Self::Kept { path } => {
                format!("{path}: is not Kagiban's, or was changed by hand, and stays as it is.")
            }
            Self::Chained { path, before, purpose } => {
                format!(
                    "{path}: written. {purpose} The hook that was there is run first; it is now {before}."
                )
            }
            Self::PutBack { path } => format!("{path}: removed, and the hook that was there before is back."),
            Self::Managed { manager, file, lines } => {
                format!(
                    "{manager} manages the hooks here; nothing was written. \
                     Add this to {file}:\n\n{lines}\n"
                )
            }
            Self::ManagedCalls { manager, file } => {
                format!("{file}: {manager} calls Kagiban. What is staged is audited before each commit.")
            }
            Self::Shared => {
                "note: this folder lies outside the repository (core.hooksPath), so the hook runs in every \
                 repository that uses it."
                    .to_owned()
            }
            Self::NotOnPath { program } => {
                format!(
                    "note: `kagiban` is not on PATH; the hook calls {program}. \
                     Run `kagiban hook install` again if it moves."
                )
            }
            Self::Taken { path } => {
                format!("{path}: there is a hook already, which stays as it is")
            }
            Self::AddInstead { line } => format!("add this line to it: {line}"),
            Self::NoFolder { said } => format!("git does not say where hooks belong: {said}"),
            Self::Says(says) => says.en(),
        }
    }

    /// Says it in Japanese.
    pub(super) fn ja(self) -> String {
        match self {
            Self::Installed { path, purpose } => {
                format!("{path}: 作成しました。{purpose}")
            }
            Self::BeforeCommit => "コミットのたびに、ステージした内容を監査します。".to_owned(),
            Self::OnMessage => "KAGIBAN_SKIP の理由をコミットに残します。".to_owned(),
            Self::BeforePush => "プッシュのたびに、コミットが加えた内容を監査します。".to_owned(),
            Self::Renewed { path } => format!("{path}: 新しい内容に置き換えました。"),
            Self::AlreadyThere { path, purpose } => {
                format!("{path}: 設定済みです。{purpose}")
            }
            Self::Removed { path } => format!("{path}: 削除しました。"),
            Self::Absent { path } => format!("{path}: ありません。"),
            Self::Stale { path } => format!(
                "{path}: Kagiban のフックですが、別の版のものか、git が実行しない状態です。`kagiban hook install` で直せます。"
            ),
            Self::Calls { path, purpose } => {
                format!("{path}: 別のフックですが、Kagiban を呼び出しています。{purpose}")
            }
            Self::Other { path, line } => {
                format!("{path}: 別のフックです。次の行を追加しないかぎり、コミットは監査されません: {line}")
            }
            Self::Kept { path } => {
                format!("{path}: Kagiban のものではないか、手で変更されているため、そのまま残しました。")
            }
            Self::Chained { path, before, purpose } => {
                format!("{path}: 作成しました。{purpose}以前からあったフックを先に実行します (現在の場所: {before})。")
            }
            Self::PutBack { path } => format!("{path}: 削除し、以前のフックを元に戻しました。"),
            Self::Managed { manager, file, lines } => format!(
                "ここでは {manager} がフックを管理しているため、何も作成しませんでした。{file} に次の内容を追加してください:\n\n{lines}\n"
            ),
            Self::ManagedCalls { manager, file } => format!(
                "{file}: {manager} が Kagiban を呼び出しています。コミットのたびに、ステージした内容を監査します。"
            ),
            Self::Shared => {
                "注意: このフォルダーはリポジトリの外にあります (core.hooksPath)。同じフォルダーを使うすべてのリポジトリで実行されます。"
                    .to_owned()
            }
            Self::NotOnPath { program } => format!(
                "注意: `kagiban` が PATH にありません。フックは {program} を呼び出します。移動した場合は、もう一度 `kagiban hook install` を実行してください。"
            ),
            Self::Taken { path } => format!("{path}: すでにフックがあるため、そのまま残しました"),
            Self::AddInstead { line } => format!("次の行をそのフックに追加してください: {line}"),
            Self::NoFolder { said } => format!("フックの場所を git から得られません: {said}"),
            Self::Says(says) => says.ja(),
        }
    }
}

/// Sentences of a hook while git waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HookSays {
    /// The program is gone, and the commit is stopped.
    ProgramGone,
    /// The audit was incomplete, and git goes on.
    Incomplete,
    /// There are findings, and what can be done.
    Stopped {
        /// Whether the pre-commit framework runs it.
        in_framework: bool,
    },
    /// Nothing is audited, as `KAGIBAN_SKIP` demands.
    CommitSkipped,
    /// `KAGIBAN_SKIP` is set, and nothing would keep the reason.
    SkipNotKept,
    /// Nothing that is pushed is audited.
    PushSkipped,
}

impl HookSays {
    /// Says it in English.
    fn en(self) -> String {
        match self {
            Self::ProgramGone => {
                "the program is not there, so nothing was audited and git was stopped. Install it \
                 (`cargo install --locked kagiban` or `pipx install kagiban`) or remove this hook \
                 (`git rev-parse --git-path hooks` says where it is)."
                    .to_owned()
            }
            Self::Stopped { in_framework } => {
                let way = if in_framework { "SKIP=kagiban git ..." } else { "KAGIBAN_SKIP=reason git ..." };
                format!(
                    "stopped. Take the credential out, and revoke it if it was ever shared; accept a false alarm \
                     in a comment (`kagiban:allow`); or go on all the same with `{way}`."
                )
            }
            Self::CommitSkipped => {
                "not audited (KAGIBAN_SKIP); the reason is kept in the commit as a Kagiban-Skip trailer."
                    .to_owned()
            }
            Self::SkipNotKept => {
                "KAGIBAN_SKIP does not count here: the commit-msg hook that keeps the reason is not there \
                 (`kagiban hook install` writes it)."
                    .to_owned()
            }
            Self::PushSkipped => "what is pushed is not audited (KAGIBAN_SKIP).".to_owned(),
            Self::Incomplete => {
                "warning: something could not be audited (see above); git goes on all the same.".to_owned()
            }
        }
    }

    /// Says it in Japanese.
    fn ja(self) -> String {
        match self {
            Self::ProgramGone => "プログラムが見つからず、監査できないため、git の操作を中止しました。\
                 インストールする (`cargo install --locked kagiban` または `pipx install kagiban`) か、このフックを削除してください \
                 (場所は `git rev-parse --git-path hooks` で分かります)。"
                .to_owned(),
            Self::Stopped { in_framework } => {
                let way = if in_framework { "SKIP=kagiban git ..." } else { "KAGIBAN_SKIP=理由 git ..." };
                format!(
                    "中止しました。認証情報を取り除き、一度でも共有したものは無効にしてください。\
                     誤検出はコメント (`kagiban:allow`) で許可できます。\
                     それでも続ける場合は `{way}` を使ってください。"
                )
            }
            Self::CommitSkipped => {
                "監査していません (KAGIBAN_SKIP)。理由は Kagiban-Skip トレーラーとしてコミットに残ります。".to_owned()
            }
            Self::SkipNotKept => "理由を残す commit-msg フックがないため、KAGIBAN_SKIP は無効です \
                 (`kagiban hook install` で作成できます)。"
                .to_owned(),
            Self::PushSkipped => "プッシュする内容は監査していません (KAGIBAN_SKIP)。".to_owned(),
            Self::Incomplete => {
                "警告: 監査できなかったものがあります (上記を参照)。処理は続行します。".to_owned()
            }
        }
    }
}
