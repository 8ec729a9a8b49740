//! What `kagiban init` says.

/// Sentences about what a project was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutSetup<'a> {
    /// The settings were written.
    Settings {
        /// Their path.
        path: &'a str,
    },
    /// The check of a platform was written.
    Check {
        /// Its path.
        path: &'a str,
        /// The platform.
        platform: &'a str,
    },
    /// A file was there, and speaks of Kagiban.
    Already {
        /// Its path.
        path: &'a str,
    },
    /// A file was there without Kagiban, and stays as it is.
    Kept {
        /// Its path.
        path: &'a str,
        /// What to add to it.
        text: &'a str,
    },
    /// No platform was recognised.
    NoPlatform {
        /// The names that `--ci` takes.
        names: &'a str,
    },
    /// There is no repository, so there is nothing to check and no hook.
    NoRepository,
    /// What to do now.
    Next,
}

impl AboutSetup<'_> {
    /// Says it in English.
    pub(super) fn en(self) -> String {
        match self {
            Self::Settings { path } => {
                format!(
                    "{path}: written. Every setting is in it, commented out; nothing changes until you choose."
                )
            }
            Self::Check { path, platform } => {
                format!("{path}: written. {platform} audits what each change adds, once you commit it.")
            }
            Self::Already { path } => format!("{path}: is there, and stays as it is."),
            Self::Kept { path, text } => {
                format!("{path}: is there, and stays as it is. Take what is needed from this:\n\n{text}")
            }
            Self::NoPlatform { names } => format!(
                "No CI platform was recognised, so no check was written; `kagiban init --ci NAME` writes one ({names})."
            ),
            Self::NoRepository => {
                "This is no git repository, so no check and no hook were written.".to_owned()
            }
            Self::Next => "next: kagiban scan  # what is there today".to_owned(),
        }
    }

    /// Says it in Japanese.
    pub(super) fn ja(self) -> String {
        match self {
            Self::Settings { path } => {
                format!(
                    "{path}: 作成しました。すべての設定がコメントとして入っており、選ぶまで何も変わりません。"
                )
            }
            Self::Check { path, platform } => {
                format!(
                    "{path}: 作成しました。コミットすると、{platform} が変更のたびに加わった内容を監査します。"
                )
            }
            Self::Already { path } => format!("{path}: すでにあるため、そのまま残しました。"),
            Self::Kept { path, text } => {
                format!(
                    "{path}: すでにあるため、そのまま残しました。次の内容から必要な部分を追加してください:\n\n{text}"
                )
            }
            Self::NoPlatform { names } => format!(
                "CI の種類が分からないため、CI の設定は作成しませんでした。`kagiban init --ci 名前` で作成できます ({names})。"
            ),
            Self::NoRepository => {
                "git リポジトリではないため、CI の設定とフックは作成しませんでした。".to_owned()
            }
            Self::Next => "次に: kagiban scan  # 現在の内容を監査します".to_owned(),
        }
    }
}
