//! `rules/lists/lifecycle.toml`, and what its words tell of paths.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Lists {
    test_folders: Vec<String>,
    test_beginnings: Vec<String>,
    test_endings: Vec<String>,
    test_camel: Vec<String>,
    pub(super) scanners: Vec<String>,
    pub(super) scanner_files: Vec<String>,
    pub(super) mws_hosts: Vec<String>,
    pub(super) mws_clients: Vec<String>,
    code_endings: Vec<String>,
    settings_endings: Vec<String>,
    pub(super) selling_code: Vec<String>,
    pub(super) env_names: Vec<String>,
    pub(super) env_readers: Vec<String>,
    manifests: Vec<String>,
    env_templates: Vec<String>,
    env_files: Vec<String>,
}

pub(super) static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rules/lists/lifecycle.toml"))
        .expect("lifecycle.toml parses: a test reads it")
});

/// The name of a file.
pub(super) fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn ends_with_any(path: &str, endings: &[String]) -> bool {
    let name = name_of(path).to_lowercase();
    endings.iter().any(|ending| name.ends_with(ending.as_str()))
}

/// Tells whether a file is code by its name.
pub(super) fn is_code(path: &str) -> bool {
    ends_with_any(path, &LISTS.code_endings)
}

/// Tells whether a file is one of settings by its name.
pub(super) fn is_settings(path: &str) -> bool {
    ends_with_any(path, &LISTS.settings_endings) || name_of(path).to_lowercase().starts_with(".env")
}

/// Tells whether a file names the packages of a program.
pub(super) fn is_manifest(path: &str) -> bool {
    let name = name_of(path).to_lowercase();
    LISTS.manifests.contains(&name) || name.ends_with(".csproj")
}

/// Tells whether a file shows which variables a program asks for.
pub(super) fn is_env_template(path: &str) -> bool {
    let name = name_of(path).to_lowercase();
    LISTS.env_templates.contains(&name)
}

/// Tells whether people keep credentials of their own machine in a file of this name.
pub(super) fn is_env_file(path: &str) -> bool {
    let name = name_of(path).to_lowercase();
    !is_env_template(path) && (LISTS.env_files.contains(&name) || name.starts_with(".env."))
}

/// Tells whether a file belongs to tests, by its folders or its name.
pub(super) fn is_of_tests(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_folder = |folder: &str| LISTS.test_folders.contains(&folder.to_lowercase());
    if folders.split('/').any(is_folder) {
        return true;
    }
    let lower = name.to_lowercase();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let lower_stem = lower.rsplit_once('.').map_or(lower.as_str(), |(stem, _)| stem);
    let lists = &*LISTS;
    let is_camel = |word: &String| {
        let before = stem.strip_suffix(word.as_str()).and_then(|before| before.chars().last());
        before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit())
    };
    lists.test_beginnings.iter().any(|word| lower.starts_with(word.as_str()))
        || lists.test_endings.iter().any(|word| lower_stem.ends_with(word.as_str()))
        || (is_code(name) && lists.test_camel.iter().any(is_camel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_told_by_their_paths() {
        for path in [
            "tests/conftest.py",
            "spec/vcr_cassettes/orders.yml",
            "src/__tests__/orders.ts",
            "orders_test.go",
            "web/orders.spec.ts",
            "test_orders.py",
            "src/OrdersTest.php",
            "Shop.Tests/OrderTests.cs",
            "fixtures/token.json",
            "テスト/注文.py",
            ".env.test",
        ] {
            assert!(is_of_tests(path), "{path}");
        }
        for path in [
            "src/orders.py",
            "latest/orders.py",
            "contest.py",
            "src/attest.ts",
            "protest/main.go",
            "src/Greatest.php",
            ".env",
            "docs/testimonials.md",
            "manifest.json",
        ] {
            assert!(!is_of_tests(path), "{path}");
        }
    }

    #[test]
    fn words_are_lower_case() {
        let lists = &*LISTS;
        for words in [&lists.scanners, &lists.mws_hosts, &lists.mws_clients, &lists.selling_code] {
            for word in words {
                assert_eq!(*word, word.to_lowercase());
            }
        }
        for words in [&lists.env_names, &lists.env_readers, &lists.env_templates] {
            assert!(words.iter().all(|word| *word == word.to_lowercase()));
        }
    }

    #[test]
    fn files_of_variables_are_told() {
        assert!(is_env_template("app/.env.example") && !is_env_file(".env.example"));
        assert!(is_env_file("app/.env.local") && is_env_file(".env"));
        assert!(!is_env_file("environment.py") && !is_env_template("example.md"));
    }
}
