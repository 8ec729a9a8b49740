//! The platforms that run checks, and what each is told.

use std::path::Path;

use super::Written;

/// A platform that runs checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform {
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// Bitbucket Pipelines.
    Bitbucket,
    /// Azure Pipelines.
    Azure,
    /// CircleCI.
    Circleci,
    /// Jenkins.
    Jenkins,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 6] =
        [Self::Github, Self::Gitlab, Self::Bitbucket, Self::Azure, Self::Circleci, Self::Jenkins];

    /// Returns the name that `--ci` takes.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Bitbucket => "bitbucket",
            Self::Azure => "azure",
            Self::Circleci => "circleci",
            Self::Jenkins => "jenkins",
        }
    }

    /// Returns its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Github => "GitHub Actions",
            Self::Gitlab => "GitLab CI",
            Self::Bitbucket => "Bitbucket Pipelines",
            Self::Azure => "Azure Pipelines",
            Self::Circleci => "CircleCI",
            Self::Jenkins => "Jenkins",
        }
    }

    /// Returns the file of its check.
    #[must_use]
    pub const fn check(self) -> Written {
        let (path, text) = match self {
            Self::Github => (".github/workflows/kagiban.yml", include_str!("../../ci/templates/github.yml")),
            Self::Gitlab => (".gitlab-ci.yml", include_str!("../../ci/templates/gitlab.yml")),
            Self::Bitbucket => ("bitbucket-pipelines.yml", include_str!("../../ci/templates/bitbucket.yml")),
            Self::Azure => ("azure-pipelines.yml", include_str!("../../ci/templates/azure.yml")),
            Self::Circleci => (".circleci/config.yml", include_str!("../../ci/templates/circleci.yml")),
            Self::Jenkins => ("Jenkinsfile", include_str!("../../ci/templates/Jenkinsfile")),
        };
        Written { path, text }
    }

    /// Returns the file or folder that shows that a project uses it.
    const fn trace(self) -> &'static str {
        match self {
            Self::Github => ".github/workflows",
            other => other.check().path,
        }
    }

    /// Returns the platforms in use: those whose files are there, else the one that a remote is on.
    #[must_use]
    pub fn used(top: &Path, remotes: &[String]) -> Vec<Self> {
        let by_file: Vec<Self> =
            Self::ALL.into_iter().filter(|platform| top.join(platform.trace()).exists()).collect();
        if !by_file.is_empty() {
            return by_file;
        }
        remotes.iter().find_map(|remote| Self::of_remote(remote)).into_iter().collect()
    }

    /// Tells by the host of a remote, `github.com/acme/shop` or `git@github.com:acme/shop`.
    fn of_remote(address: &str) -> Option<Self> {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        let is_of = |name: &str| host == name || host.ends_with(&format!(".{name}"));
        let has_label = |name: &str| host.split('.').any(|label| label == name);
        if is_of("github.com") || has_label("github") {
            Some(Self::Github)
        } else if is_of("gitlab.com") || has_label("gitlab") {
            Some(Self::Gitlab)
        } else if is_of("bitbucket.org") {
            Some(Self::Bitbucket)
        } else if is_of("dev.azure.com") || is_of("visualstudio.com") {
            Some(Self::Azure)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_tells_its_platform() {
        for (address, platform) in [
            ("git@github.com:acme/shop.git", Some(Platform::Github)),
            ("https://aki@gitlab.acme.example/acme/shop", Some(Platform::Gitlab)),
            ("ssh://git@bitbucket.org/acme/shop", Some(Platform::Bitbucket)),
            ("git@ssh.dev.azure.com:v3/acme/shop/shop", Some(Platform::Azure)),
            ("https://acme.visualstudio.com/shop/_git/shop", Some(Platform::Azure)),
            ("github.com/acme/shop", Some(Platform::Github)),
            ("https://git.example/github.com/shop", None),
            ("https://notgithub.com/acme", None),
            ("../shop", None),
        ] {
            assert_eq!(Platform::of_remote(address), platform, "{address}");
        }
    }

    #[test]
    fn files_speak_louder_than_remotes() {
        let folder = tempfile::tempdir().unwrap();
        let github = ["git@github.com:acme/shop.git".to_owned()];
        assert_eq!(Platform::used(folder.path(), &github), [Platform::Github]);
        assert_eq!(Platform::used(folder.path(), &[]), []);
        std::fs::write(folder.path().join("Jenkinsfile"), "").unwrap();
        assert_eq!(Platform::used(folder.path(), &github), [Platform::Jenkins]);
    }
}
