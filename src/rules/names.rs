//! Names compared folded: letter case, separators, camelCase and width make no difference.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use unicode_normalization::UnicodeNormalization as _;

use super::lists::{NAMES, NameLists};

/// How telling a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// It belongs to one Amazon credential only.
    Own,
    /// Many services use it.
    Generic,
}

/// What a name means: the kind of `names.toml` and how telling it is.
pub type Meaning = (&'static str, Strength);

/// Returns the name in NFKC, lower case, letters and digits only.
#[must_use]
pub fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|b| char::from(b.to_ascii_lowercase()))
            .collect();
    }
    name.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}

/// Returns the words of a name, lower case: `awsSecretKey2` is `aws secret key 2`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in name.chars() {
        let same_word = previous.is_alphanumeric()
            && !(c.is_uppercase() && previous.is_lowercase())
            && c.is_numeric() == previous.is_numeric();
        if c.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if same_word => word.extend(c.to_lowercase()),
                _ => words.push(c.to_lowercase().collect()),
            }
        }
        previous = c;
    }
    words
}

struct Index {
    stems: AhoCorasick,
    meanings: Vec<Meaning>,
    exact: BTreeMap<&'static str, Vec<&'static str>>,
    within: BTreeMap<&'static str, Vec<&'static str>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| Index::of(&NAMES));

/// Makes the names ready.
pub(super) fn prepare() {
    LazyLock::force(&INDEX);
}

impl Index {
    fn of(lists: &'static NameLists) -> Self {
        let (mut stems, mut meanings) = (Vec::new(), Vec::new());
        let mut exact: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let mut within: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (kind, names) in &lists.kinds {
            for (list, strength) in [(&names.own, Strength::Own), (&names.generic, Strength::Generic)] {
                for stem in list {
                    stems.push(stem.as_str());
                    meanings.push((kind.as_str(), strength));
                }
            }
            for name in &names.exact {
                exact.entry(name).or_default().push(kind);
            }
            for name in &names.within {
                within.entry(name).or_default().push(kind);
            }
        }
        let stems = AhoCorasick::new(&stems).expect("the stems of names.toml are few and short");
        Self { stems, meanings, exact, within }
    }
}

/// A label without what explains it in parentheses, without its bullet, and without
/// the particle of a sentence: `・PW（本番）`, `PWは`.
fn unexplained(name: &str) -> Option<&str> {
    let name = name.trim().trim_start_matches(['・', '■', '●', '◆', '○', '□', '▼', '※', ' ']);
    let end = match name.strip_suffix([')', '）']) {
        Some(open) => open.rfind(['(', '（'])?,
        None => name.strip_suffix('は')?.len(),
    };
    name.get(..end).filter(|name| !name.is_empty())
}

/// Tells what a name means, in the kinds of `names.toml`, most telling first.
///
/// `scope` are the names of the sections around it: under `amazon:` a generic name is Amazon's.
///
/// Where the name says only that this is the value, as in `client_secret: {default: …}`, the section
/// is the name.
#[must_use]
pub fn meanings(name: &str, scope: &str) -> Vec<Meaning> {
    if VALUE_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) && !scope.is_empty() {
        let (outer, own) = scope.rsplit_once('.').unwrap_or(("", scope));
        return meanings(own, outer);
    }
    let folded = folded(name);
    let mut found: Vec<Meaning> = Vec::new();
    for hit in INDEX.stems.find_overlapping_iter(&folded) {
        found.extend(INDEX.meanings.get(hit.pattern().as_usize()));
    }
    let exact = INDEX.exact.get(folded.as_str());
    if let Some(kinds) = exact.or_else(|| INDEX.exact.get(self::folded(unexplained(name)?).as_str())) {
        found.extend(kinds.iter().map(|kind| (*kind, Strength::Generic)));
    }
    if let Some(kinds) = INDEX.within.get(folded.as_str())
        && owner(name, scope) == Some(Owner::Amazon)
    {
        found.extend(kinds.iter().map(|kind| (*kind, Strength::Generic)));
    }
    if found.is_empty() {
        // `owner@shop.example PW`, `セラーセントラル ID`: the last word is the name, the others stand around it.
        let parts = name.rsplit_once([' ', '\u{3000}']);
        let own = parts.filter(|(around, _)| around.contains('@') || is_of_amazon(around));
        return own.map(|(_, own)| meanings(own, scope)).unwrap_or_default();
    }
    let words = words(name);
    if is_about(&NAMES.not, &folded, &words) {
        return Vec::new();
    }
    found.retain(|(kind, _)| {
        NAMES
            .kinds
            .get(*kind)
            .is_none_or(|names| !is_about(&names.not, &folded, &words) && !is_under(&names.not_under, scope))
    });
    match owner(name, scope) {
        Some(Owner::Amazon) => found.iter_mut().for_each(|meaning| meaning.1 = Strength::Own),
        // `Mail` names what one signs in with, and a service for letters elsewhere.
        Some(Owner::Other) => found.retain(|meaning| meaning.1 == Strength::Own || meaning.0 == "login-id"),
        None => {}
    }
    found.sort_by_key(|(kind, strength)| (*strength, *kind));
    found.dedup_by_key(|(kind, _)| *kind);
    found
}

/// Tells whether a name holds a word of the Amazon seller world.
#[must_use]
pub fn is_of_amazon(name: &str) -> bool {
    is_about(&NAMES.amazon, &folded(name), &words(name))
}

/// Tells names of what is certainly no credential of Amazon's: another service's, or one with a purpose
/// of its own.
#[must_use]
pub fn is_of_another(name: &str, scope: &str) -> bool {
    owner(name, scope) == Some(Owner::Other) || is_about(&NAMES.purposes, &folded(name), &words(name))
}

/// Tells names that a secret may have which stands beside a partner of the name `partner`: made of words
/// that say so, and of no others than those of keys and of the partner.
#[must_use]
pub fn may_name_secret(name: &str, partner: &str) -> bool {
    let (own, of_partner) = (words(name), words(partner));
    let is_secret = |word: &String| NAMES.beside.secrets.iter().any(|known| word.ends_with(known.as_str()));
    let is_known = |word: &String| {
        word.len() <= 2 || word.chars().all(char::is_numeric) || of_partner.contains(word) || is_made_up(word)
    };
    // Japanese names have no words to tell apart.
    !name.is_ascii() || own.is_empty() || (own.iter().any(is_secret) && own.iter().all(is_known))
}

/// Whether known words make up a word, as in `clientsecret`.
fn is_made_up(word: &str) -> bool {
    let mut known = NAMES.beside.secrets.iter().chain(&NAMES.beside.others);
    word.is_empty() || known.any(|known| word.strip_prefix(known.as_str()).is_some_and(is_made_up))
}

/// Tells names of hashes, paths, dates and the like, which are of no secret whatever else they say.
#[must_use]
pub fn names_no_secret(name: &str) -> bool {
    is_about(&NAMES.not, &folded(name), &words(name))
}

/// Tells whether a text calls another service or a server by name.
#[must_use]
pub fn names_another(text: &str) -> bool {
    let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '|');
    let is_called = |word: &&str| !word.contains('@');
    let words: Vec<String> = text.split(is_end).filter(is_called).flat_map(words).collect();
    let folded = folded(text);
    let servers = NAMES.kinds.get("password").map_or(&[][..], |kind| &kind.not_under);
    let mut known = NAMES.others.iter().chain(servers);
    known.any(|known| if known.is_ascii() { words.contains(known) } else { folded.contains(known.as_str()) })
}

/// Names that say only that a value follows.
const VALUE_NAMES: [&str; 8] =
    ["value", "default", "defaultValue", "val", "plaintext", "secretValue", "s", "stringValue"];

/// Whose name it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Amazon,
    Other,
}

/// Tells whose a name is by the word that is nearest to the value: in the name, or in the innermost
/// section that has one.
fn owner(name: &str, scope: &str) -> Option<Owner> {
    std::iter::once(name).chain(scope.rsplit('.')).find_map(|part| {
        let words = words(part);
        if is_about(&NAMES.amazon, &folded(part), &words) {
            return Some(Owner::Amazon);
        }
        let is_other = |word: &String| NAMES.others.contains(word);
        // `auth0` is two words.
        let numbered = || words.windows(2).any(|pair| is_other(&pair.concat()));
        (words.iter().any(is_other) || numbered() || is_other(&folded(part))).then_some(Owner::Other)
    })
}

/// Tells names of what keeps data for others, whose password is its own.
#[must_use]
pub fn names_server(name: &str) -> bool {
    NAMES.kinds.get("password").is_some_and(|kind| is_about(&kind.not_under, &folded(name), &words(name)))
}

/// Whether one of `list` is a word of a section.
fn is_under(list: &[String], scope: &str) -> bool {
    !list.is_empty() && scope.split('.').any(|part| is_about(list, &folded(part), &words(part)))
}

/// Whether one of `list` is a word of the name, or, from five letters on, anywhere in it.
fn is_about(list: &[String], folded: &str, words: &[String]) -> bool {
    list.iter().any(|item| {
        words.iter().any(|word| word == item) || (item.chars().count() >= 5 && folded.contains(item))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold() {
        for name in ["LWA_CLIENT_SECRET", "lwaClientSecret", "lwa-client.secret", "ＬＷＡ Client Secret"] {
            assert_eq!(folded(name), "lwaclientsecret");
        }
        assert_eq!(folded("ｼｰｸﾚｯﾄキー"), "シークレットキー");
    }

    #[test]
    fn secrets_beside_their_partner_are_called_so() {
        for name in [
            "",
            "secret",
            "AWS_SECRET",
            "clientsecret",
            "lwaClientIdSecret",
            "TOKYO_SECRET_2",
            "シークレット",
        ] {
            assert!(may_name_secret(name, "TOKYO_ID"), "{name}");
        }
        for name in
            ["state", "secret_hash", "HASURA_ADMIN_SECRET", "Id", "trace", "csrf-token", "OSAKA_SECRET"]
        {
            assert!(!may_name_secret(name, "TOKYO_ID"), "{name}");
        }
    }

    #[test]
    fn words_split() {
        assert_eq!(words("AMAZON_JP_lwaClientSecret2"), ["amazon", "jp", "lwa", "client", "secret", "2"]);
    }
}
