//! Whose a credential is, by the names of variables, fields and files.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::model::Field;
use crate::rules::folded;
use crate::rules::lists::{CONTEXT, NAMES};

/// `rules/lists/sellers.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sellers {
    regions: Vec<String>,
    stages: Vec<String>,
    fillers: Vec<String>,
    owners: Vec<String>,
    labels: Vec<String>,
}

static SELLERS: LazyLock<Sellers> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../rules/lists/sellers.toml"))
        .expect("sellers.toml parses: a test reads it")
});

/// Whether a word has the shape of a seller's id.
pub(super) fn is_merchant(word: &str) -> bool {
    (13..=14).contains(&word.len()) && is_seller_id(word) && word.bytes().any(|b| b.is_ascii_digit())
}

/// Whose something is, by the words of its names: none where they say only region, stage or nothing.
pub(super) fn owner(name: &str) -> Option<String> {
    let lists = &*SELLERS;
    let words = words(name);
    let is_other = |word: &String| {
        NAMES.others.contains(word)
            || NAMES.kinds.get("client-secret").is_some_and(|kind| kind.not.contains(word))
    };
    if words.iter().any(is_other) {
        return None;
    }
    let has_owner = words.iter().any(|word| lists.owners.contains(word));
    let own: Vec<&str> = words
        .iter()
        .filter(|word| {
            !lists.regions.contains(word) && !lists.stages.contains(word) && !lists.fillers.contains(word)
        })
        .filter(|word| has_owner || word.chars().count() > 1 && !word.chars().all(|c| c.is_ascii_digit()))
        .map(String::as_str)
        .collect();
    (!own.is_empty()).then(|| own.join(" "))
}

/// The words of a name, lower case: `shopA1Token` is `shop a 1 token`.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = ' ';
    for c in name.chars() {
        let is_same = previous.is_alphanumeric()
            && !(c.is_uppercase() && previous.is_lowercase())
            && c.is_numeric() == previous.is_numeric();
        if c.is_alphanumeric() {
            match words.last_mut() {
                Some(word) if is_same => word.extend(c.to_lowercase()),
                _ => words.push(c.to_lowercase().collect()),
            }
        }
        previous = c;
    }
    words
}

/// Whether a name tells a region or a stage.
pub(super) fn tells_region(name: &str) -> bool {
    let lists = &*SELLERS;
    words(name).iter().any(|word| lists.regions.contains(word) || lists.stages.contains(word))
}

pub(super) fn says_amazon(name: &str) -> bool {
    let name = folded(name);
    ["spapi", "lwa", "amazon", "amzn", "sellingpartner"].iter().any(|word| name.contains(word))
}

pub(super) fn names_owner(name: &str) -> bool {
    words(name).iter().any(|word| SELLERS.owners.contains(word))
}

pub(super) fn is_label(field: &Field<'_>) -> bool {
    SELLERS.labels.contains(&folded(&field.name)) && field.value.chars().count() <= 60
}

pub(super) fn is_region(field: &Field<'_>) -> bool {
    let name = folded(&field.name);
    [
        "region",
        "marketplace",
        "country",
        "marketplaceid",
        "marketplaces",
        "countrycode",
        "リージョン",
        "地域",
        "国",
    ]
    .iter()
    .any(|word| name == *word)
}

pub(super) fn is_seller_id(value: &str) -> bool {
    // Marketplaces have ids of the same shape.
    let is_marketplace = || CONTEXT.markers.iter().any(|marker| marker.word.eq_ignore_ascii_case(value));
    (10..=21).contains(&value.len())
        && value.starts_with('A')
        && value.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && !is_marketplace()
}

/// Endings of files of settings that people make one of for each seller.
const SETTINGS_OF_ONE: [&str; 8] =
    [".env", ".json", ".yml", ".yaml", ".toml", ".ini", ".conf", ".properties"];

/// Whose a file of settings is by its path, where a folder or the file says that it is somebody's.
/// Programs and the settings of parts of one system are told apart by their paths as well.
pub(super) fn owner_of_path(path: &str) -> Option<String> {
    let is_settings = SETTINGS_OF_ONE.iter().any(|ending| path.ends_with(ending)) || path.contains("/.env");
    if !is_settings || !names_owner(path) {
        return None;
    }
    let name = path.rsplit('/').take(2).collect::<Vec<&str>>().join("/");
    owner(SETTINGS_OF_ONE.iter().fold(name.as_str(), |name, ending| name.trim_end_matches(ending)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_told() {
        for (name, whose) in [
            ("SHOP_A_REFRESH_TOKEN", Some("a")),
            ("SELLER1_SP_API_REFRESH_TOKEN", Some("1")),
            ("KAGIYA_REFRESH_TOKEN", Some("kagiya")),
            ("SP_API_REFRESH_TOKEN_JP", None),
            ("EU_REFRESH_TOKEN_PROD", None),
            ("REFRESH_TOKEN_2", None),
            ("GOOGLE_REFRESH_TOKEN", None),
        ] {
            assert_eq!(owner(name).as_deref(), whose, "{name}");
        }
    }
}
