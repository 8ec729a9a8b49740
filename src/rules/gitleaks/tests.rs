//! What gitleaks 8.30 does with a file, and where reading it here differs.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::rules::{RuleStore, UserRules};

/// Rule files in memory.
struct Files(BTreeMap<PathBuf, String>);

impl RuleStore for Files {
    fn folder(&self, _path: &Path) -> io::Result<Option<Vec<PathBuf>>> {
        Ok(None)
    }

    fn text(&self, path: &Path) -> io::Result<String> {
        self.0.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

fn read(files: &[(&str, &str)]) -> Result<UserRules, String> {
    let store = Files(files.iter().map(|(path, text)| (path.into(), (*text).to_owned())).collect());
    UserRules::read_from(&store, &[PathBuf::from(files[0].0)]).map_err(|error| error.to_string())
}

/// Returns `rule=secret` of what the first file finds in a text.
fn found_with(files: &[(&str, &str)], path: &str, text: &str) -> Vec<String> {
    let rules = read(files).unwrap().gitleaks.unwrap();
    let matches = rules.scan(Some(path), text, Some("ABCDEF0123"));
    matches
        .iter()
        .map(|m| format!("{}={}", m.rule, m.span.map_or("", |span| text.get(span.start..span.end).unwrap())))
        .collect()
}

fn found(config: &str, text: &str) -> Vec<String> {
    found_with(&[("r.toml", config)], "src/a.txt", text)
}

fn error(config: &str) -> String {
    read(&[("r.toml", config)]).unwrap_err()
}

fn rule(more: &str) -> String {
    format!("[[rules]]\nid = 'r'\n{more}\n")
}

#[test]
fn the_first_group_that_is_not_empty_is_the_secret() {
    assert_eq!(found(&rule("regex = 'k=\\w+'"), "k=abc"), ["r=k=abc"]);
    assert_eq!(found(&rule("regex = 'k=(\\w+)'"), "k=abc"), ["r=abc"]);
    assert_eq!(found(&rule("regex = '(x)?k=(\\w+)'"), "k=abc"), ["r=abc"]);
    assert_eq!(found(&rule("regex = '(k)=(\\w+)'\nsecretGroup = 2"), "k=abc"), ["r=abc"]);
    assert_eq!(found(&rule("regex = '(k)=(\\w+)'\nsecretGroup = 0"), "k=abc"), ["r=k"], "0 is unset");
}

#[test]
fn keywords_wake_a_rule_whatever_their_case() {
    let config = rule("regex = 'v[0-9]+'\nkeywords = ['ACME', 'other']");
    assert_eq!(found(&config, "acme v1"), ["r=v1"]);
    assert_eq!(found(&config, "v1"), [""; 0]);
    assert_eq!(found(&rule("regex = 'v[0-9]+'"), "v1"), ["r=v1"], "none: always awake");
}

#[test]
fn entropy_must_be_more_than_the_bound() {
    let config = |bits: &str| rule(&format!("regex = 'k=(\\w+)'\nentropy = {bits}"));
    assert_eq!(found(&config("2.0"), "k=abcd"), [""; 0], "four letters have exactly two bits");
    assert_eq!(found(&config("1.99"), "k=abcd"), ["r=abcd"]);
    assert_eq!(found(&config("2"), "k=abcde"), ["r=abcde"]);
    assert_eq!(found(&config("0"), "k=aaaa"), ["r=aaaa"], "0 is off");
}

#[test]
fn a_path_narrows_a_pattern_and_stands_for_itself() {
    let both = rule("regex = 'v[0-9]+'\npath = '\\.env$'");
    assert_eq!(found_with(&[("r.toml", &both)], "a/.env", "v1"), ["r=v1"]);
    assert_eq!(found_with(&[("r.toml", &both)], "a/.env.txt", "v1"), [""; 0]);
    let alone = rule("path = '\\.p12$'");
    assert_eq!(found_with(&[("r.toml", &alone)], "keys/a.p12", "anything"), ["r="]);
}

#[test]
fn allowlists_join_their_criteria_with_or() {
    let allow = |criteria: &str| rule(&format!("regex = 'k=(\\w+)'\n[[rules.allowlists]]\n{criteria}"));
    let text = "k=testkey # fixture";
    for (criteria, is_allowed) in [
        ("stopwords = ['TEST']", true),
        ("stopwords = ['fixture']", false),
        ("regexes = ['^test']", true),
        ("regexes = ['^k=']", false),
        ("regexTarget = 'match'\nregexes = ['^k=']", true),
        ("regexTarget = 'line'\nregexes = ['fixture$']", true),
        ("paths = ['^src/']", true),
        ("paths = ['^docs/']", false),
        ("commits = ['abcdef0123']", true),
        ("commits = ['abcdef']", false),
        ("paths = ['^docs/']\nstopwords = ['test']", true),
        ("condition = 'AND'\npaths = ['^docs/']\nstopwords = ['test']", false),
        ("condition = 'and'\npaths = ['^src/']\nstopwords = ['test']", true),
        ("condition = '&&'\npaths = ['^src/']\nregexes = ['^prod']", false),
        ("condition = '||'\npaths = ['^docs/']\nregexes = ['^test']", true),
    ] {
        assert_eq!(found(&allow(criteria), text).is_empty(), is_allowed, "{criteria}");
    }
}

#[test]
fn allowlists_of_the_file_are_for_all_rules_or_for_those_they_name() {
    let rules = "[[rules]]\nid = 'a'\nregex = 'a[0-9]+'\n[[rules]]\nid = 'b'\nregex = 'b[0-9]+'\n";
    let with = |list: &str| format!("{rules}[[allowlists]]\n{list}\n");
    assert_eq!(found(&with("stopwords = ['1']"), "a1 b1 a2"), ["a=a2"]);
    assert_eq!(found(&with("stopwords = ['1']\ntargetRules = ['a']"), "a1 b1"), ["b=b1"]);
    assert_eq!(found(&format!("{rules}[allowlist]\nstopwords = ['1']\n"), "a1 b2"), ["b=b2"], "the old form");
    assert!(error(&with("stopwords = ['1']\ntargetRules = ['c']")).contains("`c`, which is no rule"));
}

#[test]
fn a_composite_rule_needs_its_parts_nearby() {
    let config = "[[rules]]\nid = 'id'\nregex = 'id=(\\w+)'\nskipReport = true\n\
        [[rules]]\nid = 'key'\nregex = 'key=(\\w+)'\n[[rules.required]]\nid = 'id'\nwithinLines = 2\n";
    assert_eq!(found(config, "id=a\n\nkey=b"), ["key=b"]);
    assert_eq!(found(config, "id=a\n\n\nkey=b"), [""; 0]);
    assert_eq!(found(config, "key=b"), [""; 0]);
    assert_eq!(found(config, "id=a"), [""; 0], "a silent rule says nothing by itself");
    let columns = config.replace("withinLines = 2", "withinColumns = 6");
    assert_eq!(found(&columns, "id=a key=b"), ["key=b"]);
    assert_eq!(found(&columns, "id=a       key=b"), [""; 0]);
}

#[test]
fn a_generic_rule_gives_way_to_a_particular_one() {
    let config =
        "[[rules]]\nid = 'generic-key'\nregex = 'key=(\\w+)'\n[[rules]]\nid = 'acme'\nregex = 'acme\\w+'\n";
    assert_eq!(found(config, "key=acme123"), ["acme=acme123"]);
    assert_eq!(found(config, "key=other"), ["generic-key=other"]);
}

#[test]
fn a_file_builds_on_another() {
    let base = "[[rules]]\nid = 'a'\ndescription = 'base'\nregex = 'a[0-9]+'\nkeywords = ['a']\n\
        [[rules.allowlists]]\nstopwords = ['9']\n\
        [[rules]]\nid = 'b'\nregex = 'b[0-9]+'\n[[rules]]\nid = 'c'\nregex = 'c[0-9]+'\n\
        [[allowlists]]\nstopwords = ['7']\n";
    let own = "[extend]\npath = 'base.toml'\ndisabledRules = ['c', 'unknown']\n\
        [[rules]]\nid = 'a'\nkeywords = ['x']\n[[rules.allowlists]]\nstopwords = ['8']\n\
        [[rules]]\nid = 'b'\nregex = 'B[0-9]+'\n";
    let files = [("own.toml", own), ("base.toml", base)];
    let text = "a1 a7 a8 a9 b1 B1 B7 c1 x";
    assert_eq!(found_with(&files, "f", text), ["a=a1", "b=B1"]);
    assert_eq!(found_with(&files, "f", "x a1 B1").len(), 2, "keywords of both");
    let rules = read(&files).unwrap();
    let a = rules.rules.iter().find(|rule| rule.id.as_str() == "a").unwrap();
    assert_eq!(a.file.text.en.title, "base", "the base's description where there is no other");
}

#[test]
fn extending_is_bounded_and_stays_in_its_folder() {
    let on = |path: &str| format!("[extend]\npath = '{path}'\n");
    let last = rule("regex = 'v[0-9]+'");
    let (one, two, three) = (on("1.toml"), on("2.toml"), on("3.toml"));
    assert!(read(&[("0.toml", &one), ("1.toml", &two), ("2.toml", &last)]).is_ok());
    let deep = read(&[("0.toml", &one), ("1.toml", &two), ("2.toml", &three), ("3.toml", &last)]);
    assert!(deep.unwrap_err().starts_with("2.toml:2: `extend.path` leads through more than 2 files"));
    let itself = on("0.toml");
    assert!(read(&[("0.toml", &itself)]).is_err());
    for outside in ["../r.toml", "/etc/r.toml"] {
        assert!(error(&on(outside)).starts_with("r.toml:2: `extend.path` must lie in"), "{outside}");
    }
    assert!(error(&on("none.toml")).contains("`none.toml` cannot be read: no such file or folder"));
}

#[test]
fn extending_the_default_changes_nothing_here() {
    let config = "[extend]\nuseDefault = true\n[[rules]]\nid = 'aws-access-token'\nentropy = 3.0\n\
        [[rules]]\nid = 'r'\nregex = 'v[0-9]+'\n[[allowlists]]\ntargetRules = ['aws-access-token']\npaths = ['x']\n";
    assert_eq!(found(config, "v1"), ["r=v1"]);
}

#[test]
fn go_patterns_keep_their_meaning() {
    for (pattern, text, secret) in [
        (r"\bKEY\b", "鍵KEY鍵", "KEY"),
        (r"k=(\w+)", "k=abcé", "abc"),
        (r"k{,2}", "k{,2}", "k{,2}"),
        (r"[[:xdigit:]]{4}", "beef", "beef"),
        (r"\Qa.b\E", "a.b", "a.b"),
        (r"(?i)key", "KEY", "KEY"),
        (r"[a&&b]+", "a&b", "a&b"),
        (r"(?P<name>v[0-9])", "v1", "v1"),
    ] {
        let config = format!("[[rules]]\nid = 'r'\nregex = '''{pattern}'''\n");
        assert_eq!(found(&config, text), [format!("r={secret}")], "{pattern}");
    }
}

#[test]
fn a_foreign_pragma_does_not_suppress() {
    assert_eq!(found(&rule("regex = 'v[0-9]+'"), "v1 # gitleaks:allow"), ["r=v1"]);
}

#[test]
fn what_gitleaks_passes_over_is_an_error_here() {
    for (config, said) in [
        ("[[rules]]\nregex = 'x'\n", "r.toml:1: a rule has no `id`"),
        ("[[rules]]\nid = ' '\nregex = 'x'\n", "r.toml:1: a rule has no `id`"),
        ("[[rules]]\nid = 'r'\nregexp = 'x'\n", "r.toml:3: unknown key `regexp` in [[rules]]"),
        ("[[rules]]\nid = 'r'\n", "r.toml:1: the rule `r` has neither `regex` nor `path`"),
        ("[[rules]]\nid = 'r'\nregex = 'x'\nentropy = 'high'\n", "r.toml:4: `entropy` is not a number"),
        ("[[rules]]\nid = 'r'\nregex = '(x)'\nsecretGroup = 2\n", "r.toml:4: `secretGroup` is 2, but"),
        (
            "[[rules]]\nid = 'r'\nregex = 'x'\n[[rules]]\nid = 'r'\nregex = 'y'\n",
            "r.toml:4: the rule `r` is there twice",
        ),
        (
            "[[rules]]\nid = 'r'\nregex = 'x'\n[[rules.required]]\nid = 's'\n",
            "r.toml:5: the required rule `s` is not in",
        ),
        ("[[rules]]\nid = 'r'\nregex = 'x'\n[[rules.allowlists]]\n", "r.toml:4: an allowlist needs"),
        (
            "[[rules]]\nid = 'r'\nregex = 'x'\n[[rules.allowlists]]\nstopwords = ['']\n",
            "r.toml:5: an empty stopword",
        ),
        (
            "[[rules]]\nid = 'r'\nregex = 'x'\n[[rules.allowlists]]\npaths = ['x']\ncondition = 'XOR'\n",
            "r.toml:6: `condition`",
        ),
        (
            "[[rules]]\nid = 'r'\nregex = 'x'\n[[rules.allowlists]]\nregexes = ['x']\nregexTarget = 'file'\n",
            "r.toml:6: `regexTarget`",
        ),
        (
            "[allowlist]\npaths = ['x']\n[[allowlists]]\npaths = ['y']\n",
            "r.toml:1: [allowlist] is deprecated and cannot stand",
        ),
        ("minVersion = 'newest'\n", "r.toml:1: `minVersion` is not a version"),
        (
            "[extend]\npath = 'a.toml'\nuseDefault = true\n",
            "r.toml:2: `extend.path` and `extend.useDefault` exclude",
        ),
        ("[[rules]]\nid = 'r'\nregex = '(?<!a)x'\n", "r.toml:3: the pattern cannot be used: look-around"),
        (
            "[[rules]]\nid = 'r'\nregex = '(\\w{1,900}){1,900}'\n",
            "r.toml:3: the pattern cannot be used: compiled it would",
        ),
        (
            "[[rules]]\nid = 'lwa-client-secret'\nregex = 'x'\n",
            "r.toml:1: `lwa-client-secret` is a rule of Kagiban's own",
        ),
    ] {
        assert!(error(config).starts_with(said), "{config}\n{}", error(config));
    }
}

#[test]
fn a_pattern_that_hangs_elsewhere_is_fast() {
    let config = rule("regex = '(a+)+b'");
    assert_eq!(found(&config, &"a".repeat(200_000)), [""; 0]);
}
