//! What is left out of a folder when it is built or published.

use globset::{Glob, GlobBuilder, GlobMatcher};

/// Longest list that is read, in lines.
const LINES_MAX: usize = 2_000;

/// A `.dockerignore`: patterns from the top of the folder, the last that matches decides.
#[derive(Debug, Default)]
pub(super) struct Dockerignore {
    patterns: Vec<(GlobMatcher, bool)>,
}

impl Dockerignore {
    /// Reads a list; lines that are no patterns count for nothing.
    pub(super) fn read(text: &str) -> Self {
        let mut patterns = Vec::new();
        for line in text.trim_start_matches('\u{feff}').lines().take(LINES_MAX) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (line, is_kept) = line.strip_prefix('!').map_or((line, false), |rest| (rest.trim(), true));
            let pattern = line.trim_start_matches("./").trim_matches('/');
            let pattern = if pattern == "." { "**" } else { pattern };
            patterns.extend(glob(pattern).map(|glob| (glob.compile_matcher(), is_kept)));
        }
        Self { patterns }
    }

    /// Tells whether a file is left out.
    pub(super) fn is_left_out(&self, path: &str) -> bool {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        let names: Vec<&str> = folders.chain([path]).collect();
        let matching = |(glob, _): &&(GlobMatcher, bool)| names.iter().any(|name| glob.is_match(name));
        self.patterns.iter().rev().find(matching).is_some_and(|(_, is_kept)| !is_kept)
    }
}

fn glob(pattern: &str) -> Option<Glob> {
    GlobBuilder::new(pattern).literal_separator(true).build().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_reads_from_the_top() {
        let list = Dockerignore::read("# x\n.env\n**/*.key\nsecret/\n*.json\n!keep.json\n/top\n");
        for (path, left_out) in [
            (".env", true),
            ("app/.env", false),
            ("a/b.key", true),
            ("b.key", true),
            ("secret/x", true),
            ("x.json", true),
            ("keep.json", false),
            ("a/x.json", false),
            ("top/x", true),
        ] {
            assert_eq!(list.is_left_out(path), left_out, "{path}");
        }
        assert!(Dockerignore::read("*\n!src\n").is_left_out(".env"));
        assert!(!Dockerignore::read("*\n!src\n").is_left_out("src/.env"));
    }
}
