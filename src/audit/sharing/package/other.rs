//! Crates, and packages of NuGet.

use std::sync::LazyLock;

use regex::Regex;

use super::{Package, Verdict};
use crate::audit::ignored::{git_patterns, said};
use crate::audit::pattern::pattern;

/// What a `Cargo.toml` says.
pub(super) fn of_crate(package: &Package<'_>, text: &str) -> Verdict {
    let manifest: toml::Table = text.parse().unwrap_or_default();
    let Some(about) = manifest.get("package").and_then(toml::Value::as_table) else { return Verdict::Other };
    let is_kept = match about.get("publish") {
        Some(toml::Value::Boolean(publish)) => !publish,
        Some(toml::Value::Array(registries)) => registries.is_empty(),
        _ => !about.contains_key("version"),
    };
    let patterns = |key: &str| {
        let list = about.get(key)?.as_array()?;
        Some(git_patterns(list.iter().filter_map(toml::Value::as_str)))
    };
    let is_taken = match patterns("include") {
        Some(include) => said(&include, package.below) == Some(true),
        None => {
            let is_excluded =
                patterns("exclude").is_some_and(|list| said(&list, package.below) == Some(true));
            !is_excluded && !package.is_ignored("", &[".gitignore"])
        }
    };
    if is_kept || !is_taken || package.below.starts_with("target/") {
        return Verdict::Kept;
    }
    // The registry takes no crate without both.
    let has = |key: &str| about.contains_key(key);
    Verdict::Ships { is_for_publishing: has("description") && (has("license") || has("license-file")) }
}

/// A file of a `.nuspec`.
static FILE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?is)<file\b[^>]*\bsrc\s*=\s*"(?<src>[^"]+)"(?<rest>[^>]*)>"#));
static EXCLUDE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?i)\bexclude\s*=\s*"(?<list>[^"]+)""#));
/// Projects that make packages.
static PACKS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)<(GeneratePackageOnBuild|IsPackable)>\s*true\s*<|<PackageId>"));
static KEPT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)<IsPackable>\s*false\s*<"));
/// Files that a project packs beside what it compiles.
static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?is)<(?<kind>None|Content|EmbeddedResource)\b[^>]*\b(?:Include|Update)\s*=\s*"(?<src>[^"]+)"(?<rest>[^>]*)(?:/>|>(?<body>.*?)</(?:None|Content|EmbeddedResource)>)"#,
    )
});
static PACK: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?i)\bPack\s*=\s*"true"|<Pack>\s*true\s*<"#));
static UNPACKED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?i)\bPack\s*=\s*"false"|<Pack>\s*false\s*<"#));

/// What the manifests of NuGet in a folder say.
pub(super) fn of_nuget(package: &Package<'_>) -> Option<(String, Verdict)> {
    let names = package.tree.files.files(package.tree.root, package.folder);
    let named = |ending: &str| names.iter().find(|name| name.to_ascii_lowercase().ends_with(ending)).cloned();
    if let Some(name) = named(".nuspec") {
        let text = package.text(&name)?;
        let is_taken = of_nuspec(&text, package.below);
        let verdict = if is_taken { Verdict::Ships { is_for_publishing: true } } else { Verdict::Kept };
        return Some((name, verdict));
    }
    let name = [".csproj", ".vbproj", ".fsproj"].iter().find_map(|ending| named(ending))?;
    let text = package.text(&name)?;
    if !PACKS.is_match(&text) || KEPT.is_match(&text) {
        return Some((name, Verdict::Kept));
    }
    let source = format!(".{}", name.rsplit('.').next().unwrap_or_default().get(..2).unwrap_or_default());
    let is_compiled = package.below.ends_with(&source) && !is_of_build(package.below);
    let verdict = if is_compiled || is_item(&text, package.below) {
        Verdict::Ships { is_for_publishing: true }
    } else {
        Verdict::Kept
    };
    Some((name, verdict))
}

fn is_of_build(path: &str) -> bool {
    path.split('/').any(|part| matches!(part, "bin" | "obj"))
}

fn is_item(text: &str, path: &str) -> bool {
    ITEM.captures_iter(text).any(|item| {
        let whole = item.get(0).map_or("", |whole| whole.as_str());
        let kind = item.name("kind").map_or("", |kind| kind.as_str()).to_ascii_lowercase();
        let is_packed = match kind.as_str() {
            "none" => PACK.is_match(whole),
            "content" => !UNPACKED.is_match(whole),
            _ => true,
        };
        is_packed && item.name("src").is_some_and(|src| is_match(src.as_str(), path))
    })
}

fn of_nuspec(text: &str, path: &str) -> bool {
    let mut files = FILE.captures_iter(text).peekable();
    if files.peek().is_none() && !text.to_ascii_lowercase().contains("<files") {
        // Without a list the folder is the package, but for what begins with a dot.
        return !path.split('/').any(|part| part.starts_with('.')) && !is_of_build(path);
    }
    files.any(|file| {
        let rest = file.get(0).map_or("", |whole| whole.as_str());
        let excluded = EXCLUDE.captures(rest).and_then(|list| list.name("list"));
        let is_excluded =
            excluded.is_some_and(|list| list.as_str().split(';').any(|one| is_match(one, path)));
        !is_excluded && file.name("src").is_some_and(|src| is_match(src.as_str(), path))
    })
}

/// Whether a pattern with the separators of Windows names a file.
fn is_match(pattern: &str, path: &str) -> bool {
    pattern.split(';').any(|one| {
        let one = one.trim().replace('\\', "/");
        let one = one.trim_start_matches("./");
        let glob = globset::GlobBuilder::new(one).literal_separator(true).case_insensitive(true).build();
        glob.is_ok_and(|glob| glob.compile_matcher().is_match(path))
            || path.strip_prefix(one).is_some_and(|rest| rest.starts_with('/'))
    })
}
