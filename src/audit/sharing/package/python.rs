//! Packages of Python: what goes into the source archive or the wheel, by the tool that builds them.

use std::sync::LazyLock;

use regex::Regex;

use super::{Package, Verdict};
use crate::audit::ignored::{Dockerignore, git_patterns, said};
use crate::audit::pattern::pattern;

/// Folders that no tool takes for a package.
const NO_PACKAGES: [&str; 10] =
    ["tests", "test", "docs", "doc", "examples", "example", "scripts", "build", "dist", ".venv"];

/// How a tool chooses files.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    /// All files that git does not leave out.
    Hatch,
    /// All files of the packages.
    Packages,
    /// Code of the packages; other files where they are declared.
    Setuptools,
}

static SETUP: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bsetup\s*\("));
static PUBLISHED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^\s*(classifiers|license|url|urls|long_description|readme|keywords|homepage|repository|download_url)\b|\b(url|license|classifiers|long_description)\s*=|\[project\.urls\]",
    )
});
static ALL_DATA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"include[_-]package[_-]data\s*=\s*['\x22]?[Tt]rue|use_scm_version|setuptools[_-]scm")
});
static DATA: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?s)(?:package[_-]data|data_files|options\.package_data)\b(?<body>.{0,600})"));
static QUOTED: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["'](?<text>[^"'\n]{1,120})["']"#));

/// What the manifests of a folder say, and which.
pub(super) fn verdict(package: &Package<'_>) -> Option<(&'static str, Verdict)> {
    let pyproject = package.text("pyproject.toml");
    let table: toml::Table = pyproject.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default();
    let setup = package.text("setup.py").filter(|text| SETUP.is_match(text));
    let config = package.text("setup.cfg").filter(|text| text.contains("[metadata]"));
    let backend =
        at(&table, &["build-system", "build-backend"]).and_then(toml::Value::as_str).unwrap_or_default();
    let has_poetry = at(&table, &["tool", "poetry", "name"]).is_some();
    let has_project = at(&table, &["project", "name"]).is_some() && table.contains_key("build-system");
    let name = if has_project || has_poetry {
        "pyproject.toml"
    } else if setup.is_some() {
        "setup.py"
    } else if config.is_some() && (pyproject.is_some() || package.text("setup.py").is_some()) {
        "setup.cfg"
    } else {
        return None;
    };
    let all: String = [pyproject, setup, config].into_iter().flatten().collect::<Vec<_>>().join("\n");
    let is_kept = all.contains("Private :: Do Not Upload")
        || at(&table, &["tool", "poetry", "package-mode"]) == Some(&toml::Value::Boolean(false));
    let tool = if backend.starts_with("hatchling") {
        Tool::Hatch
    } else if ["poetry", "flit", "pdm", "uv_build"].iter().any(|known| backend.contains(known)) || has_poetry
    {
        Tool::Packages
    } else {
        Tool::Setuptools
    };
    let is_taken = match tool {
        Tool::Hatch => of_hatch(package, &table),
        Tool::Packages => {
            (is_in_package(package)
                && !package.is_ignored("", &[".gitignore"])
                && !is_excluded(package, &table))
                || is_included(package, &table)
        }
        Tool::Setuptools => of_setuptools(package, &all),
    };
    if is_kept || !is_taken {
        return Some((name, Verdict::Kept));
    }
    Some((name, Verdict::Ships { is_for_publishing: PUBLISHED.is_match(&all) }))
}

fn at<'t>(table: &'t toml::Table, path: &[&str]) -> Option<&'t toml::Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(table.get(*first)?, |value, key| value.get(*key))
}

fn texts(value: Option<&toml::Value>) -> Vec<String> {
    let list = value.and_then(toml::Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let text = |value: &toml::Value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Table(table) => Some(table.get("path")?.as_str()?.to_owned()),
        _ => None,
    };
    list.iter().filter_map(text).collect()
}

fn names(list: &[String], path: &str) -> bool {
    said(&git_patterns(list.iter().map(String::as_str)), path) == Some(true)
}

fn of_hatch(package: &Package<'_>, table: &toml::Table) -> bool {
    let of_target = |key: &str| {
        let mut list = texts(at(table, &["tool", "hatch", "build", "targets", "sdist", key]));
        list.extend(texts(at(table, &["tool", "hatch", "build", key])));
        list
    };
    let (include, exclude) = (of_target("include"), of_target("exclude"));
    let only = of_target("only-include");
    let is_forced = names(&of_target("artifacts"), package.below);
    let is_chosen = (include.is_empty() || names(&include, package.below))
        && (only.is_empty() || names(&only, package.below))
        && !names(&exclude, package.below)
        && !package.is_ignored("", &[".gitignore"]);
    // The wheel holds the packages whatever the archive of the sources leaves out.
    let is_in_wheel =
        is_in_package(package) && !names(&exclude, package.below) && !package.is_ignored("", &[".gitignore"]);
    is_chosen || is_forced || is_in_wheel
}

fn is_excluded(package: &Package<'_>, table: &toml::Table) -> bool {
    let lists = [
        &["tool", "poetry", "exclude"][..],
        &["tool", "pdm", "build", "excludes"],
        &["tool", "flit", "sdist", "exclude"],
    ];
    lists.iter().any(|path| names(&texts(at(table, path)), package.below))
}

fn is_included(package: &Package<'_>, table: &toml::Table) -> bool {
    let lists = [
        &["tool", "poetry", "include"][..],
        &["tool", "pdm", "build", "includes"],
        &["tool", "flit", "sdist", "include"],
    ];
    lists.iter().any(|path| names(&texts(at(table, path)), package.below))
}

/// Whether a file lies in a folder that is a package of the project.
fn is_in_package(package: &Package<'_>) -> bool {
    let below = package.below.strip_prefix("src/").unwrap_or(package.below);
    let Some((first, _)) = below.split_once('/') else { return false };
    if NO_PACKAGES.contains(&first) {
        return false;
    }
    let folder = package.below.get(..package.below.len() - below.len() + first.len()).unwrap_or_default();
    package.text(&format!("{folder}/__init__.py")).is_some()
}

fn of_setuptools(package: &Package<'_>, all: &str) -> bool {
    let list = package.text("MANIFEST.in").unwrap_or_default();
    let by_list = manifest(&list, package.below);
    if by_list == Some(false) {
        return package.below.ends_with(".py") && is_in_package(package);
    }
    if by_list == Some(true) {
        return true;
    }
    let name = package.below.rsplit('/').next().unwrap_or_default();
    let is_module = !package.below.contains('/')
        && all.contains("py_modules")
        && name
            .strip_suffix(".py")
            .is_some_and(|stem| all.contains(&format!("'{stem}'")) || all.contains(&format!("\"{stem}\"")));
    if package.below.ends_with(".py") {
        return is_module || is_in_package(package);
    }
    let is_tracked =
        ["use_scm_version", "setuptools_scm", "setuptools-scm"].iter().any(|word| all.contains(word));
    if is_tracked && ALL_DATA.is_match(all) {
        return !package.is_ignored("", &[".gitignore"]);
    }
    is_in_package(package) && is_data(all, package.below)
}

/// Whether the data of packages names a file: `package_data={'pkg': ['*.json']}`.
fn is_data(all: &str, path: &str) -> bool {
    let Some(body) = DATA.captures(all).and_then(|found| found.name("body")) else { return false };
    let mut patterns = QUOTED.captures_iter(body.as_str()).filter_map(|found| found.name("text"));
    patterns.any(|pattern| {
        let pattern = pattern.as_str();
        if !pattern.contains(['*', '.', '/']) {
            return false;
        }
        let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
        let Ok(glob) = glob else { return false };
        let glob = glob.compile_matcher();
        glob.is_match(path)
            || path
                .match_indices('/')
                .any(|(at, _)| path.get(at + 1..).is_some_and(|rest| glob.is_match(rest)))
    })
}

/// What a `MANIFEST.in` says of a file, its last word on it.
fn manifest(list: &str, path: &str) -> Option<bool> {
    let mut said = None;
    for line in list.lines().take(1_000) {
        let mut words = line.split_whitespace();
        let command = words.next().unwrap_or_default();
        let arguments: Vec<&str> = words.collect();
        let in_folder = |folder: &str| {
            let folder = folder.trim_end_matches('/');
            folder == "." || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        let matches = |patterns: &[&str], anywhere: bool| {
            let lines: Vec<String> = patterns
                .iter()
                .map(|pattern| if anywhere { format!("**/{pattern}") } else { (*pattern).to_owned() })
                .collect();
            Dockerignore::read(&lines.join("\n")).is_left_out(path)
        };
        let rest = arguments.get(1..).unwrap_or_default();
        let first = arguments.first().copied().unwrap_or_default();
        let verdict = match command {
            "include" if matches(&arguments, false) => Some(true),
            "exclude" if matches(&arguments, false) => Some(false),
            "global-include" if matches(&arguments, true) => Some(true),
            "global-exclude" if matches(&arguments, true) => Some(false),
            "recursive-include" if in_folder(first) && matches(rest, true) => Some(true),
            "recursive-exclude" if in_folder(first) && matches(rest, true) => Some(false),
            "graft" if in_folder(first) => Some(true),
            "prune" if in_folder(first) => Some(false),
            _ => None,
        };
        said = verdict.or(said);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_word_of_a_list_counts() {
        let list = "graft pkg\nglobal-exclude *.env .env\nrecursive-include data *.json\nprune pkg/private\n";
        for (path, said) in [
            ("pkg/a.txt", Some(true)),
            ("pkg/.env", Some(false)),
            ("data/x/y.json", Some(true)),
            ("pkg/private/k.json", Some(false)),
            ("other/x.json", None),
        ] {
            assert_eq!(manifest(list, path), said, "{path}");
        }
    }
}
