//! What is left out of a folder when it is built or published.

use std::borrow::Cow;

use encoding_rs::Encoding;
use globset::{Glob, GlobBuilder, GlobMatcher};
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::model::Snapshot;

/// Longest list that is read, in lines.
const LINES_MAX: usize = 2_000;

/// A `.dockerignore`: patterns from the top of the folder, the last that matches decides.
#[derive(Debug, Default)]
pub(in crate::audit) struct Dockerignore {
    patterns: Vec<(GlobMatcher, bool)>,
}

impl Dockerignore {
    /// Reads a list; lines that are no patterns count for nothing.
    pub(in crate::audit) fn read(text: &str) -> Self {
        let mut patterns = Vec::new();
        for line in text.lines().take(LINES_MAX) {
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
    pub(in crate::audit) fn is_left_out(&self, path: &str) -> bool {
        let folders = path.match_indices('/').filter_map(|(at, _)| path.get(..at));
        let names: Vec<&str> = folders.chain([path]).collect();
        let matching = |(glob, _): &&(GlobMatcher, bool)| names.iter().any(|name| glob.is_match(name));
        self.patterns.iter().rev().find(matching).is_some_and(|(_, is_kept)| !is_kept)
    }
}

fn glob(pattern: &str) -> Option<Glob> {
    GlobBuilder::new(pattern).literal_separator(true).build().ok()
}

/// The text of a sibling, in UTF-8 or UTF-16, with or without a mark. The words of manifests and ignore
/// files are ASCII, so other charsets lose nothing that counts.
pub(in crate::audit) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    let first = bytes.get(..2).unwrap_or_default();
    let encoding = match (Encoding::for_bom(bytes), first) {
        (Some((encoding, _)), _) => encoding,
        (None, [0, low]) if *low != 0 => encoding_rs::UTF_16BE,
        (None, [low, 0]) if *low != 0 => encoding_rs::UTF_16LE,
        _ => encoding_rs::UTF_8,
    };
    encoding.decode_with_bom_removal(bytes).0
}

/// Patterns the way git reads them, from one folder.
pub(in crate::audit) fn git_patterns<'l>(lines: impl IntoIterator<Item = &'l str>) -> Gitignore {
    let mut builder = GitignoreBuilder::new("");
    for line in lines.into_iter().take(LINES_MAX) {
        // A line that is no pattern counts for nothing.
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

/// Tells what patterns say of a file: left out, kept, or nothing.
pub(in crate::audit) fn said(patterns: &Gitignore, path: &str) -> Option<bool> {
    match patterns.matched_path_or_any_parents(path, false) {
        Match::None => None,
        Match::Ignore(_) => Some(true),
        Match::Whitelist(_) => Some(false),
    }
}

/// Tells whether ignore files leave a file out. In each folder from `top` down to the file's own, the
/// first of `names` that is there counts, and the deepest that says anything decides.
pub(in crate::audit) fn is_ignored(
    files: &dyn Snapshot,
    root: u32,
    top: &str,
    path: &str,
    names: &[&str],
) -> bool {
    let below = |folder: &str| {
        let rest = if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') };
        rest.map(str::to_owned)
    };
    let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let list = names.iter().find_map(|name| files.read(root, &format!("{prefix}{name}")));
        if let (Some(list), Some(rest)) = (list, below(folder))
            && let Some(is_left_out) = said(&git_patterns(text_of(&list).lines()), &rest)
        {
            return is_left_out;
        }
        if folder == top || folder.is_empty() {
            return false;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
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
