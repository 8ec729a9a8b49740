//! A file in gitleaks' form together with the files it builds on.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use super::allowlist::Allowlist;
use super::schema::{self, Extend, WrittenRule};
use super::table::{Lines, Located};
use crate::model::reason;
use crate::rules::{RuleError, RuleStore};

/// Files below the one that was asked for.
const DEPTH_MAX: usize = 2;

/// What one file and those below it come to.
#[derive(Debug, Default)]
pub(in crate::rules) struct Config {
    /// Rules by id.
    pub(super) rules: BTreeMap<String, WrittenRule>,
    /// Allowlists for all of them.
    pub(super) allowlists: Vec<Allowlist>,
    /// The files it builds on.
    pub(in crate::rules) below: Vec<PathBuf>,
    /// The texts of all its files.
    pub(super) texts: Vec<String>,
    is_default_used: bool,
}

impl Config {
    /// Reads a file, merges what it extends and checks the whole.
    pub(in crate::rules) fn read(store: &dyn RuleStore, path: &Path, text: &str) -> Result<Self, RuleError> {
        let (mut config, targeted) = Self::layer(store, path, text, 0)?;
        config.check()?;
        for (targets, list) in targeted {
            config.aim(&targets, &list)?;
        }
        Ok(config)
    }

    fn layer(
        store: &dyn RuleStore,
        path: &Path,
        text: &str,
        depth: usize,
    ) -> Result<(Self, Targeted), RuleError> {
        let lines = Lines::new(&path.display().to_string(), text);
        let written = schema::written(&lines, &lines.parsed(text)?)?;
        let (for_all, targeted): (Targeted, Targeted) =
            written.allowlists.into_iter().partition(|(targets, _)| targets.is_empty());
        let mut config = Self {
            rules: written.rules.into_iter().map(|rule| (rule.id.clone(), rule)).collect(),
            allowlists: for_all.into_iter().map(|(_, list)| list).collect(),
            below: Vec::new(),
            texts: vec![text.to_owned()],
            is_default_used: written.extend.is_default_used,
        };
        if let Some(base) = &written.extend.path {
            if depth == DEPTH_MAX {
                return Err(base
                    .at
                    .error(format!("`extend.path` leads through more than {DEPTH_MAX} files")));
            }
            let base_path = beside(path, base)?;
            let base_text = store.text(&base_path).map_err(|error| {
                base.at.error(format!("`{}` cannot be read: {}", base.value, reason(&error)))
            })?;
            // gitleaks heeds `targetRules` only in the file that was asked for.
            let (base, _) = Self::layer(store, &base_path, &base_text, depth + 1)?;
            config.below.push(base_path);
            config.build_on(base, &written.extend);
        }
        Ok((config, targeted))
    }

    fn build_on(&mut self, base: Self, extend: &Extend) {
        for (id, rule) in base.rules {
            if extend.disabled.contains(&id) {
                continue;
            }
            let rule = match self.rules.remove(&id) {
                Some(own) => merged(rule, own),
                None => rule,
            };
            self.rules.insert(id, rule);
        }
        self.allowlists.extend(base.allowlists);
        self.below.extend(base.below);
        self.texts.extend(base.texts);
        self.is_default_used |= base.is_default_used;
    }

    fn check(&mut self) -> Result<(), RuleError> {
        if self.is_default_used {
            // Such a rule only adjusts one of gitleaks' own, which are not in this pass.
            self.rules.retain(|_, rule| rule.regex.is_some() || rule.path.is_some());
        }
        for rule in self.rules.values() {
            let Some(groups) = rule.regex.as_ref().map(|regex| regex.captures_len() - 1) else {
                if rule.path.is_none() {
                    return Err(rule
                        .at
                        .error(format!("the rule `{}` has neither `regex` nor `path`", rule.id)));
                }
                continue;
            };
            if let Some(group) = rule.secret_group.as_ref().filter(|group| group.value > groups) {
                return Err(group.at.error(format!(
                    "`secretGroup` is {}, but the pattern of `{}` has {groups} groups",
                    group.value, rule.id
                )));
            }
        }
        let mut required = self.rules.values().flat_map(|rule| &rule.required);
        required.find(|required| !self.rules.contains_key(&required.id.value)).map_or(Ok(()), |required| {
            Err(required.id.at.error(format!("the required rule `{}` is not in use", required.id.value)))
        })
    }

    fn aim(&mut self, targets: &[Located<String>], list: &Allowlist) -> Result<(), RuleError> {
        for target in targets {
            match self.rules.get_mut(&target.value) {
                Some(rule) => rule.allowlists.push(list.clone()),
                None if self.is_default_used => {}
                None => {
                    return Err(target
                        .at
                        .error(format!("`targetRules` names `{}`, which is no rule", target.value)));
                }
            }
        }
        Ok(())
    }
}

type Targeted = Vec<(Vec<Located<String>>, Allowlist)>;

/// Lays a rule over the one with the same id below it.
fn merged(base: WrittenRule, own: WrittenRule) -> WrittenRule {
    let joined = |mut base: Vec<String>, own: Vec<String>| {
        base.extend(own);
        base
    };
    let mut allowlists = base.allowlists;
    allowlists.extend(own.allowlists);
    WrittenRule {
        at: own.at,
        id: own.id,
        description: if own.description.is_empty() { base.description } else { own.description },
        tags: joined(base.tags, own.tags),
        regex: own.regex.or(base.regex),
        secret_group: own.secret_group.or(base.secret_group),
        entropy: own.entropy.or(base.entropy),
        keywords: joined(base.keywords, own.keywords),
        path: own.path.or(base.path),
        is_silent: base.is_silent,
        allowlists,
        required: base.required,
    }
}

/// Returns the path of a file below, which must lie in the folder of the file that names it.
fn beside(path: &Path, base: &Located<String>) -> Result<PathBuf, RuleError> {
    let base_path = Path::new(&base.value);
    if !base_path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
        return Err(base.at.error("`extend.path` must lie in the folder of this file or below"));
    }
    // Without the `.` parts, so that a file found in a folder and one named here are compared.
    let base_path: PathBuf = base_path.components().filter(|part| *part != Component::CurDir).collect();
    Ok(path.parent().unwrap_or_else(|| Path::new("")).join(base_path))
}
