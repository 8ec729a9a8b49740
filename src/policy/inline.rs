//! Acceptances written beside what they accept.
//!
//! `kagiban:allow RULE reason="…" until=2027-01-31`, or `false-positive` in place of `until`, in
//! any kind of comment. It holds for findings of that rule that begin on its line; where there are
//! none, for those on the next line.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use jiff::civil::Date;
use memchr::memmem::Finder;

use crate::model::{AllowFault, Fingerprint, Origin, RuleId};
use crate::settings::civil_date;

/// What an acceptance begins with.
const KEYWORD: &str = "kagiban:allow";

/// Bytes after the keyword that are read, so that text full of keywords costs no more than other.
const DIRECTIVE_BYTES_MAX: usize = 1_000;

/// Opening and closing quotes of a reason; editors turn straight ones into the last pair.
const QUOTES: [(char, char); 3] = [('"', '"'), ('\'', '\''), ('“', '”')];

static FINDER: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(KEYWORD));

/// One `kagiban:allow`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct InlineAllow {
    /// Its line within the text, from 1.
    pub line: u64,
    /// Its column, from 1, in characters.
    pub column: u64,
    /// The rule as written; blank where there is none.
    pub rule: RuleId,
    /// Why, as written; blank where there is none.
    pub reason: String,
    /// Through which day it holds.
    pub until: Option<Date>,
    /// Whether it says that there is no fault.
    pub false_positive: bool,
    /// Why it does not hold, as far as its own text tells.
    pub problem: Option<AllowFault>,
    /// Names the line it stands on and the next one, whatever is before and behind them.
    pub lines: Fingerprint,
}

/// Finds the acceptances in a text.
///
/// A window that cuts its last line should be passed up to its last line end: the next window
/// holds that line whole.
#[must_use]
pub fn inline_allows(text: &str) -> Vec<InlineAllow> {
    let mut allows = Vec::new();
    let mut line = 1;
    let mut column = 1;
    let mut done = 0;
    while let Some(found) = text.as_bytes().get(done..).and_then(|rest| FINDER.find(rest)) {
        let start = done + found;
        let before = text.get(done..start).unwrap_or_default();
        let newlines = before.bytes().filter(|b| *b == b'\n').count();
        let last_line = before.rsplit('\n').next().unwrap_or_default();
        let characters = last_line.chars().count() as u64;
        line += newlines as u64;
        column = if newlines == 0 { column + characters } else { 1 + characters };
        let is_word = before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        done = start + KEYWORD.len();
        if !is_word {
            let directive = directive_after(text, done);
            let lines = lines_around(text, start);
            allows.extend(parsed(directive).map(|allow| InlineAllow { line, column, lines, ..allow }));
        }
        column += KEYWORD.len() as u64;
    }
    allows
}

/// Names the line at `at` and the next.
fn lines_around(text: &str, at: usize) -> Fingerprint {
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let begin = before.rfind('\n').map_or(0, |end| end + 1);
    let before = before.get(begin..).unwrap_or_default();
    let before = before.get(before.ceil_char_boundary(before.len().saturating_sub(DIRECTIVE_BYTES_MAX))..);
    let end = rest.floor_char_boundary(rest.len().min(4 * DIRECTIVE_BYTES_MAX));
    let mut lines = rest.get(..end).unwrap_or_default().lines();
    let mut next = || lines.next().unwrap_or_default().trim().as_bytes();
    Fingerprint::of(&[before.unwrap_or_default().trim_start().as_bytes(), next(), next()])
}

/// Returns the rest of the line, cut where no reader would follow it.
fn directive_after(text: &str, start: usize) -> &str {
    let end = text.floor_char_boundary(start.saturating_add(DIRECTIVE_BYTES_MAX).min(text.len()));
    let rest = text.get(start..end).unwrap_or_default();
    rest.split(['\n', '\r']).next().unwrap_or_default()
}

/// Reads what follows the keyword; none where it is another word, or only spoken of.
fn parsed(directive: &str) -> Option<InlineAllow> {
    let mut allow = InlineAllow {
        line: 0,
        column: 0,
        rule: RuleId::new(""),
        reason: String::new(),
        until: None,
        false_positive: false,
        problem: Some(AllowFault::NoRule),
        lines: Fingerprint::of(&[]),
    };
    match directive.chars().next() {
        Some(c) if c.is_alphanumeric() || "-_`\"'“”‘’」』*<".contains(c) => return None,
        Some(c) if !c.is_whitespace() => return Some(allow),
        _ => {}
    }
    let directive = directive.trim_start();
    let is_of_rule = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let (rule, rest) = split_while(directive, is_of_rule);
    if rule.is_empty() || rest.starts_with(['=', ':']) {
        return Some(allow);
    }
    allow.rule = RuleId::new(rule);
    allow.problem = attributes(rest, &mut allow);
    Some(allow)
}

/// Reads `reason`, `until` and `false-positive` in any order, up to the first word that is none.
fn attributes(mut rest: &str, allow: &mut InlineAllow) -> Option<AllowFault> {
    let mut is_bad_date = false;
    loop {
        rest = rest.trim_start();
        if let Some(value) = rest.strip_prefix("reason=") {
            let Some((reason, after)) = quoted(value) else { break };
            allow.reason = reason.trim().to_owned();
            rest = after;
        } else if let Some(value) = rest.strip_prefix("until=") {
            let (date, after) = split_while(value, |c| c.is_ascii_alphanumeric() || "-/.:".contains(c));
            allow.until = civil_date(date.trim_end_matches(['.', ':', '-', '/']));
            is_bad_date = allow.until.is_none();
            rest = after;
        } else {
            let (word, after) = split_while(rest, |c| c.is_alphanumeric() || "-_=".contains(c));
            // A comment may close right behind the word, as in `-->`.
            if !matches!(word.trim_end_matches('-'), "false-positive" | "false_positive") {
                break;
            }
            allow.false_positive = true;
            rest = after;
        }
    }
    if allow.reason.is_empty() {
        Some(AllowFault::NoReason)
    } else if is_bad_date {
        Some(AllowFault::BadDate)
    } else {
        match (allow.until, allow.false_positive) {
            (None, false) => Some(AllowFault::NoEnd),
            (Some(_), true) => Some(AllowFault::TwoEnds),
            _ => None,
        }
    }
}

fn quoted(text: &str) -> Option<(&str, &str)> {
    let (_, close) = QUOTES.into_iter().find(|(open, _)| text.starts_with(*open))?;
    let mut rest = text.chars();
    rest.next();
    rest.as_str().split_once(close)
}

fn split_while(text: &str, holds: impl Fn(char) -> bool) -> (&str, &str) {
    let end = text.find(|c| !holds(c)).unwrap_or(text.len());
    text.split_at(end)
}

/// The acceptances of all documents of an audit.
#[derive(Debug, Clone, Default)]
pub struct InlineAllows {
    documents: BTreeMap<(Arc<Origin>, Vec<String>), Vec<InlineAllow>>,
}

impl InlineAllows {
    /// Adds those of one text; `first_line` is the number of its first line in the document, and
    /// `origin` and `inner` are as in the places of findings, so that they are safe to show.
    pub fn add(
        &mut self,
        origin: &Arc<Origin>,
        inner: &[String],
        first_line: u64,
        allows: impl IntoIterator<Item = InlineAllow>,
    ) {
        for mut allow in allows {
            allow.line = (allow.line + first_line).saturating_sub(1);
            self.documents.entry((Arc::clone(origin), inner.to_vec())).or_default().push(allow);
        }
    }

    /// Adds those that another thread collected.
    pub fn merge(&mut self, other: Self) {
        for (document, allows) in other.documents {
            self.documents.entry(document).or_default().extend(allows);
        }
    }

    /// Returns the paths of the documents, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &Arc<str>> {
        let mut paths: Vec<&Arc<str>> = self.documents.keys().filter_map(|(o, _)| o.path.as_ref()).collect();
        paths.sort();
        paths.dedup();
        paths.into_iter()
    }

    /// Returns the documents and what each holds, sorted; a line that two windows share is one.
    pub(super) fn documents(&self) -> impl Iterator<Item = (&Arc<Origin>, &[String], Vec<&InlineAllow>)> {
        self.documents.iter().map(|((origin, inner), allows)| {
            let mut allows: Vec<&InlineAllow> = allows.iter().collect();
            allows.sort();
            // The next line may lie in the next window only.
            allows.dedup_by_key(|allow| (allow.line, allow.column));
            (origin, inner.as_slice(), allows)
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn only(text: &str) -> InlineAllow {
        let mut allows = inline_allows(text);
        assert_eq!(allows.len(), 1, "{text}");
        allows.remove(0)
    }

    #[test]
    fn every_comment_style_is_read() {
        let directive = "kagiban:allow seller-id reason=\"our own shop\" until=2027-01-31";
        for text in [
            directive.to_owned(),
            format!("# {directive}"),
            format!("#{directive}"),
            format!("x = 1  // {directive}"),
            format!("/* {directive} */"),
            format!("<!-- {directive} -->"),
            format!("<!--{directive}-->"),
            format!("-- {directive}"),
            format!("REM {directive}\r"),
            format!("; {directive}"),
            format!("{{/* {directive} */}}"),
            format!("  * {directive}."),
            format!("%　{directive}　終わり"),
        ] {
            let allow = only(&text);
            assert_eq!(allow.problem, None, "{text}");
            assert_eq!(allow.rule.as_str(), "seller-id", "{text}");
            assert_eq!(allow.reason, "our own shop", "{text}");
            assert_eq!(allow.until, Some(date(2027, 1, 31)), "{text}");
        }
    }

    #[test]
    fn forms_and_their_faults() {
        for (rest, problem) in [
            (" seller-id reason=\"r\" until=2027-01-31", None),
            (" seller-id until=2027-01-31 reason='r'", None),
            (" seller-id reason=“r” false-positive", None),
            (" seller-id false_positive reason=\"r\"", None),
            (" seller-id reason=\"r\" false-positive-->", None),
            (" seller-id reason=\"r\" false-positive*/", None),
            (" seller-id reason=\"r\" until=2027-01-31 kagiban-is-great", None),
            ("", Some(AllowFault::NoRule)),
            (" ", Some(AllowFault::NoRule)),
            (": seller-id reason=\"r\" false-positive", Some(AllowFault::NoRule)),
            ("(seller-id)", Some(AllowFault::NoRule)),
            (" reason=\"r\" until=2027-01-31", Some(AllowFault::NoRule)),
            (" seller-id", Some(AllowFault::NoReason)),
            (" seller-id until=2027-01-31", Some(AllowFault::NoReason)),
            (" seller-id reason=\"\" until=2027-01-31", Some(AllowFault::NoReason)),
            (" seller-id reason=\" \" until=2027-01-31", Some(AllowFault::NoReason)),
            (" seller-id reason=r until=2027-01-31", Some(AllowFault::NoReason)),
            (" seller-id reason=\"r until=2027-01-31", Some(AllowFault::NoReason)),
            (" seller-id because reason=\"r\" until=2027-01-31", Some(AllowFault::NoReason)),
            (" seller-id reason=\"r\"", Some(AllowFault::NoEnd)),
            (" seller-id reason=\"r\" untill=2027-01-31", Some(AllowFault::NoEnd)),
            (" seller-id reason=\"r\" false-positives", Some(AllowFault::NoEnd)),
            (" seller-id reason=\"r\" until=2027-02-30", Some(AllowFault::BadDate)),
            (" seller-id reason=\"r\" until=\"2027-01-31\"", Some(AllowFault::BadDate)),
            (" seller-id reason=\"r\" until=soon", Some(AllowFault::BadDate)),
            (" seller-id reason=\"r\" until=2027-01-31T00", Some(AllowFault::BadDate)),
            (" seller-id reason=\"r\" until=", Some(AllowFault::BadDate)),
            (" seller-id reason=\"r\" until=2027-01-31 false-positive", Some(AllowFault::TwoEnds)),
        ] {
            assert_eq!(only(&format!("# kagiban:allow{rest}")).problem, problem, "{rest}");
        }
    }

    #[test]
    fn other_words_and_other_tools_are_no_allows() {
        for text in [
            "kagiban:allowed seller-id",
            "kagiban:allow-list",
            "notkagiban:allow seller-id",
            "Write `kagiban:allow` beside it.",
            "\"kagiban:allow\"",
            "KAGIBAN:ALLOW seller-id",
            "gitleaks:allow",
            "pragma: allowlist secret",
            "# nosec",
            "trufflehog:ignore",
            "betterleaks:allow",
            "kingfisher:ignore",
            "ggignore",
        ] {
            assert_eq!(inline_allows(text), [], "{text}");
        }
    }

    #[test]
    fn places_count_lines_and_characters() {
        let text =
            "鍵\n# 鍵 kagiban:allow a reason=\"r\" false-positive kagiban:allow b\r\n\nkagiban:allow c";
        let places: Vec<(u64, u64, String)> =
            inline_allows(text).into_iter().map(|a| (a.line, a.column, a.rule.to_string())).collect();
        assert_eq!(places, [(2, 5, "a".to_owned()), (2, 47, "b".to_owned()), (4, 1, "c".to_owned())]);
    }

    #[test]
    fn a_directive_ends_with_its_line_and_its_bound() {
        assert_eq!(only("kagiban:allow a\nreason=\"r\" false-positive").problem, Some(AllowFault::NoReason));
        let late = format!("kagiban:allow a reason=\"{}\" false-positive", "鍵".repeat(400));
        assert_eq!(only(&late).problem, Some(AllowFault::NoReason));
    }

    #[test]
    fn overlapping_windows_give_one_allow() {
        let origin = Arc::new(Origin::file("a.py"));
        let found = inline_allows("x\nkagiban:allow a reason=\"r\" false-positive\n");
        let mut allows = InlineAllows::default();
        allows.add(&origin, &[], 10, found.clone());
        let mut others = InlineAllows::default();
        others.add(&origin, &[], 10, found);
        allows.merge(others);
        let documents: Vec<_> = allows.documents().collect();
        assert_eq!(documents.len(), 1);
        assert_eq!(documents[0].2.len(), 1);
        assert_eq!(documents[0].2[0].line, 11);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in any::<String>(), cut in prop::collection::vec(any::<String>(), 0..6)) {
            let _ = inline_allows(&text);
            let text = cut.join("kagiban:allow a reason=");
            for allow in inline_allows(&text) {
                prop_assert!(allow.line >= 1 && allow.column >= 1);
            }
        }
    }
}
