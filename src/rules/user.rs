//! What `--rules` brings: files in Kagiban's own form and in gitleaks'.

mod own;
mod store;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use self::store::Disk;
pub use self::store::{DISK, RuleStore};
use super::gitleaks::table::{At, Lines};
use super::gitleaks::{Config, GitleaksRules, twice};
use super::load::{Rule, RuleError, is_builtin};

/// The rules a user brought.
#[derive(Debug, Default)]
pub struct UserRules {
    /// Every rule as reports speak of it. Those in Kagiban's own form run in the ordinary
    /// detection; those in gitleaks' form have no `match` here and run in [`GitleaksRules`].
    pub rules: Vec<Rule>,
    /// The rules in gitleaks' form, where there are any.
    pub gitleaks: Option<GitleaksRules>,
}

/// Keys that only a file in gitleaks' form has at its top, folded.
const GITLEAKS_KEYS: [&str; 7] =
    ["title", "description", "minversion", "extend", "rules", "allowlist", "allowlists"];

impl UserRules {
    /// Reads files, and every `*.toml` of folders, from the disk.
    ///
    /// # Errors
    /// When a file cannot be read or is not what it should be, naming file, line and reason.
    pub fn read(paths: &[PathBuf]) -> Result<Self, RuleError> {
        Self::read_from(&Disk, paths)
    }

    /// Reads files and folders from wherever rules are trusted, such as the merge base of a change.
    ///
    /// # Errors
    /// As [`UserRules::read`].
    pub fn read_from(store: &dyn RuleStore, paths: &[PathBuf]) -> Result<Self, RuleError> {
        let mut own = Vec::new();
        let mut configs = Vec::new();
        for path in files(store, paths)? {
            let text = store.text(&path).map_err(|source| unreadable(&path, source))?;
            let lines = Lines::new(&path.display().to_string(), &text);
            let document = lines.parsed(&text)?;
            if is_gitleaks(document.get_ref(), &lines)? {
                configs.push((Config::read(store, &path, &text)?, path));
            } else {
                own.extend(own::rules(&lines, document)?);
            }
        }
        // A file that another one builds on is a part of that one, also where its folder was given.
        let below: Vec<PathBuf> =
            configs.iter().flat_map(|(config, _)| config.below.iter().cloned()).collect();
        configs.retain(|(_, path)| !below.contains(path));
        let configs: Vec<Config> = configs.into_iter().map(|(config, _)| config).collect();
        Self::joined(own, configs)
    }

    fn joined(own: Vec<(At, Rule)>, configs: Vec<Config>) -> Result<Self, RuleError> {
        let imported: Vec<(At, Rule)> = configs.iter().flat_map(Config::catalogue).collect();
        if let Some((at, rule)) = imported.iter().find(|(_, rule)| is_builtin(rule.id.as_str())) {
            return Err(at.error(format!(
                "`{}` is a rule of Kagiban's own, which a rule in gitleaks' form cannot replace",
                rule.id
            )));
        }
        let mut seen: BTreeMap<String, At> = BTreeMap::new();
        let mut rules = Vec::new();
        for (at, rule) in own.into_iter().chain(imported) {
            if let Some(first) = seen.insert(rule.file.id.clone(), at.clone()) {
                return Err(twice(&rule.file.id, &at, &first));
            }
            rules.push(rule);
        }
        let gitleaks = if configs.is_empty() { None } else { Some(GitleaksRules::new(configs)?) };
        Ok(Self { rules, gitleaks })
    }
}

/// Returns every file once, folders opened.
fn files(store: &dyn RuleStore, paths: &[PathBuf]) -> Result<Vec<PathBuf>, RuleError> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        let listed = store.folder(path).map_err(|source| unreadable(path, source))?;
        let listed = match listed {
            None => vec![path.clone()],
            Some(listed) if listed.is_empty() => {
                return Err(unreadable(path, std::io::Error::other("the folder holds no `*.toml`")));
            }
            Some(listed) => listed,
        };
        for file in listed {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    Ok(files)
}

fn is_gitleaks(document: &DeTable<'_>, lines: &Lines) -> Result<bool, RuleError> {
    let has =
        |wanted: &[&str]| document.keys().any(|key| wanted.contains(&key.get_ref().to_lowercase().as_str()));
    // `rule` and `id` decide first: a rule with a stray `title` is still one of Kagiban's.
    if has(&["rule", "id"]) && !has(&["rules"]) {
        return Ok(false);
    }
    if has(&GITLEAKS_KEYS) {
        return Ok(true);
    }
    Err(lines.at(0).error(
        "no rule file: Kagiban's own form has `id` or `[[rule]]` at its top, gitleaks' form `[[rules]]`",
    ))
}

fn unreadable(path: &Path, source: std::io::Error) -> RuleError {
    RuleError::Unreadable { path: path.display().to_string(), source }
}
