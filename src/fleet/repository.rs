//! A repository or folder of a fleet, and the name that its results go by.

use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// Characters of a place that its name shows.
const SLUG_MAX: usize = 60;

/// Where a repository is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A folder: a working tree, a bare repository, or no repository at all.
    Path(PathBuf),
    /// An address that git fetches from, as written.
    Address(String),
}

/// A repository or folder of a fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    /// Its name across runs and machines, which is also that of its result.
    pub id: String,
    /// Where it is, as it may be shown.
    pub at: String,
    /// Where it is, without user and password.
    pub(super) public: String,
    /// Where it is.
    pub location: Location,
    /// Whose it is, where the list says so.
    pub client: Option<String>,
    /// How large it is, where the list says so.
    pub bytes: Option<u64>,
}

impl Repository {
    /// Names a repository. `named` is what it is called in the list, which stays the same wherever
    /// the list is used; `shown` makes a place fit to be shown.
    #[must_use]
    pub fn new(named: &str, location: Location, shown: &dyn Fn(&str) -> String) -> Self {
        let public = without_user(named);
        let at = shown(&public);
        Self { id: id_of(&public, &at), at, public, location, client: None, bytes: None }
    }
}

/// Tells whether a line of a list is an address rather than a path.
#[must_use]
pub(super) fn is_address(text: &str) -> bool {
    if text.contains("://") {
        return true;
    }
    // The short form of ssh, `git@host:path`; a path may hold a colon too, but no user before it.
    let Some((host, path)) = text.split_once(':') else { return false };
    host.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && !host.contains('/')
        && !path.is_empty()
}

/// An address without user, password, query and fragment, which may hold a token.
fn without_user(named: &str) -> String {
    let Some((scheme, rest)) = named.split_once("://") else { return named.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // A password may hold a slash as it is; its user ends at the last at sign.
    let rest = match (rest.rfind('@'), host.rfind('@')) {
        (_, Some(at)) => format!("{}{path}", host.get(at + 1..).unwrap_or_default()),
        (Some(at), None) if host.contains(':') && !is_port(host) => {
            rest.get(at + 1..).unwrap_or_default().to_owned()
        }
        _ => rest.to_owned(),
    };
    format!("{scheme}://{rest}")
}

fn is_port(host: &str) -> bool {
    host.rsplit_once(':').is_some_and(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
}

/// A few readable characters and 48 bits of the place, so that two places never share a name.
fn id_of(public: &str, at: &str) -> String {
    let same = public.trim_end_matches('/');
    let same = same.strip_suffix(".git").filter(|_| public.contains("://")).unwrap_or(same);
    let parts: Vec<&str> =
        at.split(['/', ':', '\\']).filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let last = parts.get(parts.len().saturating_sub(2)..).unwrap_or_default().join("-");
    let last = last.strip_suffix(".git").unwrap_or(&last);
    let slug: String = last
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
        .take(SLUG_MAX)
        .collect();
    let slug = slug.trim_matches(['-', '.']).to_owned();
    let digest = hex(&Sha256::digest(same.as_bytes()));
    let digest = digest.get(..12).unwrap_or_default();
    if slug.is_empty() { digest.to_owned() } else { format!("{slug}-{digest}") }
}

/// Writes bytes as hex digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// Tells whether a folder is a working tree or a bare repository.
#[must_use]
pub fn is_repository(folder: &Path) -> bool {
    folder.join(".git").exists() || is_bare(folder)
}

/// Tells whether a folder is a repository without a working tree.
#[must_use]
pub fn is_bare(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Repository {
        Repository::new(text, Location::Address(text.to_owned()), &|at| at.to_owned())
    }

    #[test]
    fn addresses_are_told_from_paths() {
        for address in ["https://host/a.git", "ssh://git@host/a", "git@host:acme/shop.git", "file:///srv/a"] {
            assert!(is_address(address), "{address}");
        }
        for path in ["shop", "./a:b", "/srv/git/shop.git", "a/b@c:d", "C:\\repos\\shop", "@:x"] {
            assert!(!is_address(path), "{path}");
        }
    }

    #[test]
    fn users_are_neither_shown_nor_part_of_a_name() {
        let plain = named("https://host/acme/shop.git");
        for other in [
            "https://bob:pass@host/acme/shop.git",
            "https://bob@host/acme/shop?x=1",
            "https://b:p/w@host/acme/shop",
        ] {
            let other = named(other);
            assert_eq!(other.id, plain.id);
            assert!(!other.at.contains("bob") && !other.at.contains('@'), "{}", other.at);
        }
        assert!(plain.id.starts_with("acme-shop-"), "{}", plain.id);
        assert_eq!(named("https://host:8443/a/b").at, "https://host:8443/a/b");
    }

    #[test]
    fn names_are_names_of_files() {
        let odd = named("../鍵/..");
        assert!(
            odd.id.len() >= 12 && odd.id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'),
            "{}",
            odd.id
        );
        assert_ne!(named("a/b").id, named("a-b").id);
    }
}
