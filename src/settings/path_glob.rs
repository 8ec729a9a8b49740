//! Patterns of paths, as people know them from `.gitignore`.

use globset::{GlobBuilder, GlobMatcher};

/// A pattern over paths relative to the top level, with `/` between their parts.
///
/// | form | matches |
/// | --- | --- |
/// | `*`, `?`, `[a-z]` | within one part, never across `/` |
/// | `**` | any number of whole parts |
/// | `{a,b}` | either |
/// | `*.md` | without a `/`: that name in any folder |
/// | `docs/*.md`, `/a.md` | with a `/`: from the top level |
/// | `fixtures/` | with a `/` at the end: everything below such a folder |
///
/// Letter case counts. A folder without the `/` at its end does not stand for what is below it.
#[derive(Debug, Clone)]
pub struct PathGlob {
    written: String,
    matcher: GlobMatcher,
}

impl PathGlob {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// A sentence that says why the pattern could never match, or is none.
    pub fn new(written: &str) -> Result<Self, String> {
        if written.starts_with('!') {
            return Err("a path pattern cannot be negated".to_owned());
        }
        if written.split('/').any(|part| part == "..") {
            return Err("a path pattern starts at the top level and cannot leave it".to_owned());
        }
        let mut characters = written.chars().peekable();
        while let Some(c) = characters.next() {
            if c == '\\' && characters.next().is_none_or(|next| next.is_alphanumeric() || next == '*') {
                return Err("a path pattern is written with `/`, on Windows too".to_owned());
            }
        }
        let pattern = anchored(written);
        GlobBuilder::new(&pattern)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map(|glob| Self { written: written.to_owned(), matcher: glob.compile_matcher() })
            .map_err(|error| format!("this is no path pattern: {}", error.kind()))
    }

    /// Tells whether a path relative to the top level matches.
    #[must_use]
    pub fn matches(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }

    /// Returns the pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }
}

/// Turns the forms of `.gitignore` into one that starts at the top level.
fn anchored(written: &str) -> String {
    let pattern = written.strip_prefix("./").unwrap_or(written);
    let (pattern, below) = match pattern.strip_suffix('/') {
        Some(folder) => (folder, "/**"),
        None => (pattern, ""),
    };
    match pattern.strip_prefix('/') {
        Some(from_top) => format!("{from_top}{below}"),
        None if pattern.contains('/') || written.starts_with("./") => format!("{pattern}{below}"),
        None => format!("**/{pattern}{below}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_gitignore() {
        for (pattern, path, expected) in [
            ("*.md", "a.md", true),
            ("*.md", "docs/deep/a.md", true),
            ("/*.md", "docs/a.md", false),
            ("./a.md", "docs/a.md", false),
            ("docs/*.md", "docs/a.md", true),
            ("docs/*.md", "docs/deep/a.md", false),
            ("docs/*.md", "x/docs/a.md", false),
            ("docs/**/*.md", "docs/a.md", true),
            ("docs/**/*.md", "docs/x/y/a.md", true),
            ("docs/**", "docs/x/y/a.md", true),
            ("**/fixtures/**", "a/fixtures/b/c", true),
            ("fixtures/", "fixtures/a", true),
            ("fixtures/", "deep/fixtures/a/b", true),
            ("fixtures/", "fixtures", false),
            ("fixtures", "fixtures/a", false),
            ("src/?.py", "src/a.py", true),
            ("src/?.py", "src/ab.py", false),
            ("src/[ab].py", "src/b.py", true),
            ("src/{a,b}.py", "src/b.py", true),
            (r"src/\[a\].py", "src/[a].py", true),
            ("SRC/a.py", "src/a.py", false),
            ("資料/*.md", "資料/鍵.md", true),
            ("**", "any/thing", true),
        ] {
            assert_eq!(PathGlob::new(pattern).unwrap().matches(path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn patterns_that_never_match_are_refused() {
        for pattern in ["!a.md", "../a", "a/../b", r"src\a.py", r"src\*.py", "a\\", "src/[a.py", "src/{a"] {
            assert!(PathGlob::new(pattern).is_err(), "{pattern}");
        }
    }
}
