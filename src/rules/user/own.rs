//! Rule files in Kagiban's own form: one rule, or several under `[[rule]]`, each with a `family`.

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use crate::model::{Family, RuleId};
use crate::rules::gitleaks::re2;
use crate::rules::gitleaks::table::{At, Lines};
use crate::rules::lists::{NAMES, POLICY, REMEDIATION};
use crate::rules::load::family_named;
use crate::rules::{Match, Rule, RuleError, RuleFile};

type Node<'t> = Spanned<DeTable<'t>>;

/// Reads the rules of a file, with where each was written.
pub(super) fn rules(lines: &Lines, document: Node<'_>) -> Result<Vec<(At, Rule)>, RuleError> {
    if document.get_ref().get("rule").is_none() {
        return Ok(vec![rule(lines, document)?]);
    }
    let mut rules = Vec::new();
    for (key, value) in document.into_inner() {
        let at = lines.at(key.span().start);
        if key.get_ref() != "rule" {
            return Err(at.error(format!("unknown key `{}` beside [[rule]]", key.get_ref())));
        }
        let DeValue::Array(items) = value.into_inner() else {
            return Err(at.error("`rule` is not a list of tables"));
        };
        for item in items {
            let span = item.span();
            let DeValue::Table(table) = item.into_inner() else {
                return Err(at.error("`rule` is not a list of tables"));
            };
            rules.push(rule(lines, Spanned::new(span, table))?);
        }
    }
    Ok(rules)
}

fn rule(lines: &Lines, mut node: Node<'_>) -> Result<(At, Rule), RuleError> {
    let start = node.span().start;
    let at = lines.at(start);
    let family = match node.get_mut().remove("family") {
        None => Family::Leak,
        Some(written) => {
            let at = lines.at(written.span().start);
            let family = written.get_ref().as_str().and_then(family_named);
            family.ok_or_else(|| {
                at.error("`family` is not leak, sharing, privilege, customer-data or lifecycle")
            })?
        }
    };
    let spots = spots_of(lines, &node);
    let mut file =
        RuleFile::deserialize(Deserializer::from(node)).map_err(|e| lines.toml_error(&e, start))?;
    check_words(&file, &at)?;
    for (index, found_by) in file.matches.iter_mut().enumerate() {
        let spot = Spot { all: &spots, index, rule: &at };
        check_match(found_by, &spot)?;
    }
    Ok((at, Rule { id: RuleId::new(&file.id), family, file, is_user: true }))
}

fn check_words(file: &RuleFile, at: &At) -> Result<(), RuleError> {
    if file.id.trim().is_empty() || file.id.contains(char::is_control) {
        return Err(at.error("the `id` is empty or holds a control character"));
    }
    if file.matches.is_empty() {
        return Err(at.error(format!("the rule `{}` has no [[match]]", file.id)));
    }
    if let Some(clause) = file.policy.iter().find(|clause| !POLICY.clauses.contains_key(*clause)) {
        return Err(at.error(format!("there is no policy clause `{clause}`")));
    }
    if let Some(step) = file.remediation.iter().find(|step| !REMEDIATION.contains_key(*step)) {
        return Err(at.error(format!("there is no remediation `{step}`")));
    }
    Ok(())
}

fn check_match(found_by: &mut Match, spot: &Spot<'_>) -> Result<(), RuleError> {
    match found_by {
        Match::Token { keywords, pattern, .. } => {
            fold(keywords, spot)?;
            check_pattern(pattern, "pattern", true, spot)
        }
        Match::Named { names, value, beside, .. } => {
            for list in std::iter::once(&*names).chain(beside.as_ref()) {
                if !NAMES.kinds.contains_key(list) {
                    return Err(spot.at("names").error(format!("there is no list of names `{list}`")));
                }
            }
            check_pattern(value, "value", false, spot)
        }
        Match::Position { keywords, partner, value, .. } => {
            fold(keywords, spot)?;
            check_pattern(partner, "partner", false, spot)?;
            check_pattern(value, "value", true, spot)
        }
        Match::Set { all, .. } if all.is_empty() => Err(spot.at("all").error("`all` is empty")),
        Match::Set { .. } => Ok(()),
        Match::Audit {} => Err(spot.at("kind").error("`audit` is code of Kagiban's own")),
    }
}

/// The keyword search looks for lower case; a user may write as they like.
fn fold(keywords: &mut [String], spot: &Spot<'_>) -> Result<(), RuleError> {
    if keywords.is_empty() || keywords.iter().any(String::is_empty) {
        return Err(spot.at("keywords").error("`keywords` is empty or holds an empty word"));
    }
    keywords.iter_mut().for_each(|word| *word = word.to_lowercase());
    Ok(())
}

fn check_pattern(
    pattern: &str,
    key: &'static str,
    needs_secret: bool,
    spot: &Spot<'_>,
) -> Result<(), RuleError> {
    let regex = re2::bounded(pattern)
        .map_err(|reason| spot.at(key).error(format!("the pattern cannot be used: {reason}")))?;
    if needs_secret && !regex.capture_names().flatten().any(|name| name == "secret") {
        return Err(spot.at(key).error("the pattern has no group named `secret`"));
    }
    Ok(())
}

/// Finds the lines of the keys of one `[[match]]`.
#[derive(Debug)]
struct Spot<'r> {
    all: &'r [Vec<(String, At)>],
    index: usize,
    rule: &'r At,
}

impl Spot<'_> {
    fn at(&self, key: &str) -> &At {
        let keys = self.all.get(self.index).into_iter().flatten();
        keys.clone().find(|(name, _)| name == key).map_or(self.rule, |(_, at)| at)
    }
}

fn spots_of(lines: &Lines, node: &Node<'_>) -> Vec<Vec<(String, At)>> {
    let matches = node.get_ref().get("match").and_then(|value| value.get_ref().as_array());
    let tables = matches.into_iter().flatten().map(|item| item.get_ref().as_table());
    tables
        .map(|table| {
            table
                .into_iter()
                .flatten()
                .map(|(key, _)| (key.get_ref().to_string(), lines.at(key.span().start)))
                .collect()
        })
        .collect()
}
