//! What gitleaks rules pass over: by commit, by path, by pattern, by word.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use regex::Regex;

/// What a pattern of an allowlist is held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// The secret.
    Secret,
    /// The whole match.
    Match,
    /// The lines that hold the match.
    Line,
}

/// One `[[allowlists]]` or `[[rules.allowlists]]`, of which at least one criterion is there.
#[derive(Debug, Clone)]
pub(super) struct Allowlist {
    /// Whether every criterion that is there must hold, not just one.
    pub(super) needs_all: bool,
    /// Whole commit ids, lower case.
    pub(super) commits: BTreeSet<String>,
    /// Patterns of paths.
    pub(super) paths: Vec<Regex>,
    /// What `regexes` are held against.
    pub(super) target: Target,
    /// Patterns of text.
    pub(super) regexes: Vec<Regex>,
    /// Words within the secret, lower case.
    pub(super) stopwords: Option<AhoCorasick>,
}

/// What may be passed over; an absent path or commit is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) path: &'a str,
    pub(super) commit: &'a str,
    pub(super) secret: &'a str,
    pub(super) matched: &'a str,
    pub(super) line: &'a str,
}

impl Allowlist {
    /// Tells whether the whole text is passed over, before it is read.
    pub(super) fn passes_over(&self, path: &str, commit: &str) -> bool {
        if !self.needs_all {
            return self.names_commit(commit) || self.names_path(path);
        }
        self.regexes.is_empty()
            && self.stopwords.is_none()
            && (self.commits.is_empty() || self.names_commit(commit))
            && (self.paths.is_empty() || self.names_path(path))
    }

    /// Tells whether one match is passed over.
    pub(super) fn allows(&self, subject: &Subject<'_>) -> bool {
        if !self.needs_all {
            return self.holds_pattern(subject) || self.holds_stopword(subject.secret);
        }
        (self.commits.is_empty() || self.names_commit(subject.commit))
            && (self.paths.is_empty() || self.names_path(subject.path))
            && (self.regexes.is_empty() || self.holds_pattern(subject))
            && (self.stopwords.is_none() || self.holds_stopword(subject.secret))
    }

    fn names_commit(&self, commit: &str) -> bool {
        !self.commits.is_empty() && self.commits.contains(&commit.to_lowercase())
    }

    fn names_path(&self, path: &str) -> bool {
        !path.is_empty() && self.paths.iter().any(|pattern| pattern.is_match(path))
    }

    fn holds_pattern(&self, subject: &Subject<'_>) -> bool {
        let text = match self.target {
            Target::Secret => subject.secret,
            Target::Match => subject.matched,
            Target::Line => subject.line,
        };
        !text.is_empty() && self.regexes.iter().any(|pattern| pattern.is_match(text))
    }

    fn holds_stopword(&self, secret: &str) -> bool {
        self.stopwords.as_ref().is_some_and(|words| words.is_match(&secret.to_lowercase()))
    }
}
