//! How suppressions are named in notices, without a text that could hold a secret.

use crate::model::{Origin, run_masked};

/// Masks a path part by part, so that a long path does not vanish as a whole.
pub(super) fn path_shown(path: &str) -> String {
    let parts: Vec<String> = path.split('/').map(|part| run_masked(part).to_string()).collect();
    parts.join("/")
}

/// Names a line of a document.
pub(super) fn line_named(origin: &Origin, inner: &[String], line: u64) -> String {
    let path = origin.path.as_deref().or(origin.commit.as_deref()).unwrap_or_default();
    let members = inner.iter().map(|member| format!("!{}", path_shown(member)));
    format!("{}{}:{line}", path_shown(path), members.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_keep_their_harmless_parts() {
        for (path, shown) in [
            ("src/integration/v2/client.py", "src/integration/v2/client.py"),
            ("keys/abcdefghijklmnop1.txt", "keys/…"),
            ("資料/鍵.md", "資料/鍵.md"),
        ] {
            assert_eq!(path_shown(path), shown);
        }
        let origin = Origin::file("tool.zip");
        assert_eq!(line_named(&origin, &["a/.env".to_owned()], 3), "tool.zip!a/.env:3");
    }
}
