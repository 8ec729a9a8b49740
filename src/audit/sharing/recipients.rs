//! To whom something goes: hosts by category.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::audit::pattern::pattern;
use crate::model::Span;

/// A category of `rules/lists/recipients.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Category {
    /// What a link to it adds to the score of a hand-over.
    pub(super) weight: i32,
    /// Hosts that people open.
    #[serde(default)]
    hosts: Vec<String>,
    /// Hosts and paths that programs call.
    #[serde(default)]
    programs: Vec<String>,
    /// What people call them, lower case.
    #[serde(default)]
    names: Vec<String>,
}

static CATEGORIES: LazyLock<BTreeMap<String, Category>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rules/lists/recipients.toml"))
        .expect("recipients.toml parses: a test reads it")
});

/// An address: a scheme or a path makes a host one, a host alone is the name of a company.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:(?<scheme>https?://)(?:[^\s/@"'<>]*@)?)?(?<host>(?:[a-z0-9-]+\.)+[a-z]{2,})(?::\d+)?(?<path>/[^\s"'`<>()\[\]{}|、。「」]*)?"#,
    )
});

/// Somebody a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recipient {
    /// The category.
    pub(super) category: &'static str,
    /// The entry of the list that tells it: a host, or a name.
    pub(super) known_as: &'static str,
    /// What it counts.
    pub(super) weight: i32,
    /// Whether programs call it rather than people.
    pub(super) is_for_programs: bool,
    /// Where, in the text that was looked through.
    pub(super) at: Span,
}

/// Returns the recipients that the addresses of a text lead to.
pub(super) fn linked(text: &str) -> Vec<Recipient> {
    // Most lines hold no address at all: a host with a scheme or a path.
    let holds = |byte| memchr::memchr(byte, text.as_bytes()).is_some();
    if !holds(b'.') || !holds(b'/') {
        return Vec::new();
    }
    let of_address = |found: regex::Captures<'_>| {
        let whole = found.get(0)?;
        let host = found.name("host")?.as_str().to_ascii_lowercase();
        let path = found.name("path").map_or("", |path| path.as_str());
        if found.name("scheme").is_none() && path.len() < 2 {
            return None;
        }
        let at = Span::new(whole.start(), whole.end());
        of_host(&host, path).map(|recipient| Recipient { at, ..recipient })
    };
    ADDRESS.captures_iter(text).filter_map(of_address).collect()
}

/// Returns the recipient whose name a sentence holds; `sentence` is in lower case.
pub(super) fn named(sentence: &str) -> Option<Recipient> {
    let is_whole = |at: usize, name: &str| {
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let before = sentence.get(..at).and_then(|before| before.chars().next_back());
        let behind = sentence.get(at + name.len()..).and_then(|behind| behind.chars().next());
        let goes_on_before = name.starts_with(|c: char| c.is_ascii()) && is_letter(before);
        let goes_on_behind = name.ends_with(|c: char| c.is_ascii()) && is_letter(behind);
        !goes_on_before && !goes_on_behind
    };
    CATEGORIES.iter().find_map(|(category, list)| {
        let name = list
            .names
            .iter()
            .find(|name| sentence.match_indices(name.as_str()).any(|(at, _)| is_whole(at, name)))?;
        Some(recipient(category, name, list, false))
    })
}

/// Returns what is known of a host and the path behind it.
pub(super) fn of_host(host: &str, path: &str) -> Option<Recipient> {
    CATEGORIES.iter().find_map(|(category, list)| {
        // What programs call is the narrower entry of the two.
        let programs = list.programs.iter().map(|entry| (entry, true));
        let mut entries = programs.chain(list.hosts.iter().map(|entry| (entry, false)));
        let (entry, is_for_programs) = entries.find(|(entry, _)| is_of(entry, host, path))?;
        Some(recipient(category, entry, list, is_for_programs))
    })
}

fn is_of(entry: &str, host: &str, path: &str) -> bool {
    let (known, below) = entry.split_at(entry.find('/').unwrap_or(entry.len()));
    let is_host = host == known || host.strip_suffix(known).is_some_and(|sub| sub.ends_with('.'));
    is_host && path.starts_with(below)
}

fn recipient(
    category: &'static str,
    known_as: &'static str,
    list: &'static Category,
    is_for_programs: bool,
) -> Recipient {
    Recipient { category, known_as, weight: list.weight, is_for_programs, at: Span::new(0, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_categories() {
        for (text, category) in [
            ("https://acme.slack.com/archives/C01/p16", Some("chat")),
            ("https://hooks.slack.com/services/T/B/x", Some("chat")),
            ("https://www.chatwork.com/#!rid1", Some("chat")),
            ("84.gigafile.nu/0101-ab", Some("file-transfer")),
            ("https://www.lancers.jp/work/detail/1", Some("freelance-marketplace")),
            ("https://notchatwork.com/x", None),
            ("import crowdworks.jp", None),
            ("https://slack.com/help", None),
            ("https://api.amazon.com/auth/o2/token", None),
        ] {
            let found = linked(text);
            assert_eq!(found.first().map(|r| r.category), category, "{text}");
        }
        assert!(linked("https://hooks.slack.com/services/T")[0].is_for_programs);
        assert!(!linked("https://a.slack.com/archives/T")[0].is_for_programs);
    }

    #[test]
    fn names_are_whole_words() {
        assert_eq!(named("ココナラで依頼した方").map(|r| r.category), Some("freelance-marketplace"));
        assert_eq!(named("lineで送ります").map(|r| r.category), Some("chat"));
        assert!(named("pipelineで送ります").is_none());
        assert!(named("freelancers are welcome").is_none());
    }

    #[test]
    fn entries_are_folded_and_once() {
        let mut seen = std::collections::BTreeSet::new();
        for list in CATEGORIES.values() {
            for entry in list.hosts.iter().chain(&list.programs).chain(&list.names) {
                assert_eq!(*entry, entry.to_lowercase());
                assert!(seen.insert(entry), "{entry} twice");
            }
        }
    }
}
