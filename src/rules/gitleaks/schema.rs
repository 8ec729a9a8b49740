//! A file in gitleaks' form, as written and checked by itself.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;
use toml::Spanned;
use toml::de::DeTable;

use super::allowlist::{Allowlist, Target};
use super::re2;
use super::table::{At, Lines, Located, Table};
use crate::rules::RuleError;

/// One file.
#[derive(Debug)]
pub(super) struct Written {
    /// What it builds on.
    pub(super) extend: Extend,
    /// Its rules, ids unique.
    pub(super) rules: Vec<WrittenRule>,
    /// Its own allowlists, with the rules each is for; for all where that is empty.
    pub(super) allowlists: Vec<(Vec<Located<String>>, Allowlist)>,
}

/// `[extend]`.
#[derive(Debug, Default)]
pub(super) struct Extend {
    /// The file below it, relative to this one's folder.
    pub(super) path: Option<Located<String>>,
    /// Whether gitleaks would put its own rules below.
    pub(super) is_default_used: bool,
    /// Ids left out of what is below.
    pub(super) disabled: Vec<String>,
}

/// One `[[rules]]`.
#[derive(Debug, Clone)]
pub(super) struct WrittenRule {
    pub(super) at: At,
    pub(super) id: String,
    pub(super) description: String,
    pub(super) tags: Vec<String>,
    pub(super) regex: Option<Regex>,
    pub(super) secret_group: Option<Located<usize>>,
    /// Secrets of this many bits a character or fewer are dropped.
    pub(super) entropy: Option<f64>,
    /// Lower case.
    pub(super) keywords: Vec<String>,
    pub(super) path: Option<Regex>,
    pub(super) is_silent: bool,
    pub(super) allowlists: Vec<Allowlist>,
    pub(super) required: Vec<Required>,
}

/// One `[[rules.required]]`.
#[derive(Debug, Clone)]
pub(super) struct Required {
    pub(super) id: Located<String>,
    pub(super) within_lines: Option<usize>,
    pub(super) within_columns: Option<usize>,
}

/// Reads one file.
pub(super) fn written(lines: &Lines, document: &Spanned<DeTable<'_>>) -> Result<Written, RuleError> {
    let mut root = Table::new(lines, "a file in gitleaks' form", 0, document.get_ref())?;
    root.string("title")?;
    root.string("description")?;
    if let Some(version) = root.string("minVersion")? {
        is_version(&version)?;
    }
    let extend = root.table("extend", "[extend]")?.map_or_else(|| Ok(Extend::default()), extend)?;
    let rules = root.tables("rules", "[[rules]]")?.into_iter().map(rule).collect::<Result<Vec<_>, _>>()?;
    let (old, new) = (root.table("allowlist", "[allowlist]")?, root.tables("allowlists", "[[allowlists]]")?);
    let allowlists = either(old, new, "[allowlist]", "[[allowlists]]")?
        .into_iter()
        .map(|mut table| Ok((table.strings("targetRules")?, allowlist(table)?)))
        .collect::<Result<_, RuleError>>()?;
    root.finish()?;
    ids_are_sound(&rules)?;
    Ok(Written { extend, rules, allowlists })
}

/// The tool's version is another program's; only the form is checked.
fn is_version(version: &Located<String>) -> Result<(), RuleError> {
    static FORM: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^v?[0-9]+(\.[0-9]+)*(-[0-9A-Za-z~-]+(\.[0-9A-Za-z~-]+)*)?(\+[0-9A-Za-z~-]+(\.[0-9A-Za-z~-]+)*)?$")
            .expect("a fixed pattern compiles")
    });
    if version.value.is_empty() || FORM.is_match(&version.value) {
        return Ok(());
    }
    Err(version.at.error("`minVersion` is not a version such as `v8.25.0`"))
}

fn extend(mut table: Table<'_, '_>) -> Result<Extend, RuleError> {
    if let Some(url) = table.string("url")? {
        return Err(url.at.error("`extend.url` is not supported: an audit never uses the network"));
    }
    let path = table.string("path")?.filter(|path| !path.value.is_empty());
    let is_default_used = table.flag("useDefault")?;
    if let (Some(path), true) = (&path, is_default_used) {
        return Err(path.at.error("`extend.path` and `extend.useDefault` exclude each other"));
    }
    let disabled = values(table.strings("disabledRules")?);
    table.finish()?;
    Ok(Extend { path, is_default_used, disabled })
}

fn rule(mut table: Table<'_, '_>) -> Result<WrittenRule, RuleError> {
    let at = table.at.clone();
    let id = table.string("id")?.filter(|id| !id.value.trim().is_empty());
    let id = id.ok_or_else(|| at.error("a rule has no `id`"))?;
    if id.value.contains(char::is_control) {
        return Err(id.at.error("the `id` holds a control character"));
    }
    let (old, new) =
        (table.table("allowlist", "[rules.allowlist]")?, table.tables("allowlists", "[[rules.allowlists]]")?);
    let allowlists = either(old, new, "[rules.allowlist]", "[[rules.allowlists]]")?
        .into_iter()
        .map(allowlist)
        .collect::<Result<_, _>>()?;
    let required = table
        .tables("required", "[[rules.required]]")?
        .into_iter()
        .map(required)
        .collect::<Result<_, _>>()?;
    let rule = WrittenRule {
        id: id.value,
        description: table.string("description")?.map_or_else(String::new, |text| text.value),
        tags: values(table.strings("tags")?),
        regex: optional_pattern(&mut table, "regex")?,
        secret_group: table.count("secretGroup")?.filter(|group| group.value > 0),
        entropy: table.number("entropy")?.filter(|bits| *bits != 0.0),
        keywords: table.strings("keywords")?.iter().map(|word| word.value.to_lowercase()).collect(),
        path: optional_pattern(&mut table, "path")?,
        is_silent: table.flag("skipReport")?,
        allowlists,
        required,
        at,
    };
    table.finish()?;
    Ok(rule)
}

fn required(mut table: Table<'_, '_>) -> Result<Required, RuleError> {
    let id = table.string("id")?.filter(|id| !id.value.is_empty());
    let required = Required {
        id: id.ok_or_else(|| table.at.error("[[rules.required]] has no `id`"))?,
        within_lines: table.count("withinLines")?.map(|lines| lines.value),
        within_columns: table.count("withinColumns")?.map(|columns| columns.value),
    };
    table.finish()?;
    Ok(required)
}

fn allowlist(mut table: Table<'_, '_>) -> Result<Allowlist, RuleError> {
    table.string("description")?;
    let needs_all = match table.string("condition")? {
        None => false,
        Some(condition) => match condition.value.to_uppercase().as_str() {
            "" | "OR" | "||" => false,
            "AND" | "&&" => true,
            _ => return Err(condition.at.error("`condition` is neither \"OR\" nor \"AND\"")),
        },
    };
    let target = match table.string("regexTarget")? {
        None => Target::Secret,
        Some(target) => match target.value.as_str() {
            "" | "secret" => Target::Secret,
            "match" => Target::Match,
            "line" => Target::Line,
            _ => return Err(target.at.error("`regexTarget` is not \"secret\", \"match\" or \"line\"")),
        },
    };
    let commits: Vec<String> = values(table.strings("commits")?);
    let list = Allowlist {
        needs_all,
        commits: commits.iter().map(|commit| commit.trim().to_lowercase()).collect(),
        paths: patterns(&table.strings("paths")?)?,
        target,
        regexes: patterns(&table.strings("regexes")?)?,
        stopwords: stopwords(&table.strings("stopwords")?)?,
    };
    let at = table.at.clone();
    // A misspelt key is why an allowlist is empty, so it is told first.
    table.finish()?;
    if list.commits.is_empty() && list.paths.is_empty() && list.regexes.is_empty() && list.stopwords.is_none()
    {
        return Err(at.error("an allowlist needs `commits`, `paths`, `regexes` or `stopwords`"));
    }
    Ok(list)
}

fn stopwords(words: &[Located<String>]) -> Result<Option<AhoCorasick>, RuleError> {
    let Some(first) = words.first() else { return Ok(None) };
    if let Some(empty) = words.iter().find(|word| word.value.is_empty()) {
        return Err(empty.at.error("an empty stopword would allow everything"));
    }
    AhoCorasick::new(words.iter().map(|word| word.value.to_lowercase()))
        .map(Some)
        .map_err(|_| first.at.error("there are too many stopwords"))
}

fn optional_pattern(table: &mut Table<'_, '_>, key: &'static str) -> Result<Option<Regex>, RuleError> {
    let written = table.string(key)?.filter(|pattern| !pattern.value.is_empty());
    written.map(|pattern| compiled(&pattern)).transpose()
}

fn patterns(written: &[Located<String>]) -> Result<Vec<Regex>, RuleError> {
    written.iter().map(compiled).collect()
}

fn compiled(pattern: &Located<String>) -> Result<Regex, RuleError> {
    re2::compiled(&pattern.value)
        .map_err(|reason| pattern.at.error(format!("the pattern cannot be used: {reason}")))
}

/// gitleaks took one allowlist once and takes several now; both at once is an error there too.
fn either<'t, 'i>(
    old: Option<Table<'t, 'i>>,
    new: Vec<Table<'t, 'i>>,
    old_name: &str,
    new_name: &str,
) -> Result<Vec<Table<'t, 'i>>, RuleError> {
    match old {
        Some(old) if !new.is_empty() => {
            Err(old.at.error(format!("{old_name} is deprecated and cannot stand beside {new_name}")))
        }
        Some(old) => Ok(vec![old]),
        None => Ok(new),
    }
}

fn ids_are_sound(rules: &[WrittenRule]) -> Result<(), RuleError> {
    let mut seen = std::collections::BTreeMap::new();
    for rule in rules {
        if let Some(first) = seen.insert(rule.id.as_str(), &rule.at) {
            return Err(twice(&rule.id, &rule.at, first));
        }
    }
    let unknown =
        rules.iter().flat_map(|rule| &rule.required).find(|r| !seen.contains_key(r.id.value.as_str()));
    unknown.map_or(Ok(()), |required| {
        Err(required.id.at.error(format!("the required rule `{}` is not in this file", required.id.value)))
    })
}

/// Says that two rules have one id.
pub(in crate::rules) fn twice(id: &str, at: &At, first: &At) -> RuleError {
    at.error(format!("the rule `{id}` is there twice, first at {}", first.shown()))
}

fn values(located: Vec<Located<String>>) -> Vec<String> {
    located.into_iter().map(|string| string.value).collect()
}
