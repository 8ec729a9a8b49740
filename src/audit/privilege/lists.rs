//! `rules/lists/privilege.toml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    pub(super) sender: String,
    pub(super) admin: Vec<String>,
    pub(super) secret_readers: Vec<String>,
    pub(super) secret_reads: Vec<String>,
    pub(super) queue_reads: Vec<String>,
    pub(super) service_accounts: Vec<String>,
    pub(super) sample_accounts: Vec<String>,
    pub(super) limits: Vec<String>,
    pub(super) public_words: Vec<String>,
    pub(super) operator_words: Vec<String>,
    pub(super) rotation_phrases: Vec<String>,
    pub(super) rotation_events: Vec<String>,
    pub(super) identities: Vec<String>,
    pub(super) identity_variables: Vec<String>,
    pub(super) worlds: Vec<String>,
    pub(super) shared_worlds: Vec<String>,
    pub(super) others: Vec<String>,
    pub(super) packages: Vec<String>,
    pub(super) old_tls: Vec<String>,
    pub(super) old_tls_keys: Vec<String>,
}

pub(super) static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rules/lists/privilege.toml"))
        .expect("privilege.toml parses: a test reads it")
});

/// Tells whether a list holds a word, letter case ignored.
pub(super) fn holds(list: &[String], word: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The words of a name, lower case: `spApiDeployRole` is `sp api deploy role`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut previous = ' ';
    for c in name.chars() {
        let is_border = !c.is_alphanumeric() || (c.is_uppercase() && previous.is_lowercase());
        if is_border {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        previous = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Letters and digits of a name, lower case.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_folded() {
        let lists = &*LISTS;
        for list in
            [&lists.secret_reads, &lists.limits, &lists.public_words, &lists.operator_words, &lists.worlds]
        {
            assert!(list.iter().all(|word| *word == word.to_lowercase() && !word.is_empty()));
        }
        let is_account = |id: &String| id.len() == 12 && id.bytes().all(|b| b.is_ascii_digit());
        assert!(lists.service_accounts.iter().chain(&lists.sample_accounts).all(is_account));
        assert_eq!(words("spApi_deploy-Role"), ["sp", "api", "deploy", "role"]);
    }
}
