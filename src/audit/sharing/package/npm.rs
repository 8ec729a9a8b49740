//! Packages of npm, and extensions of Visual Studio Code and of browsers.

use serde_json::Value;

use super::{Package, Verdict};
use crate::audit::ignored::Dockerignore;

/// What npm never takes along. docs.npmjs.com/cli/configuring-npm/package-json#files
const NEVER: [&str; 12] = [
    ".git",
    "CVS",
    ".svn",
    ".hg",
    ".npmrc",
    ".DS_Store",
    "node_modules",
    "config.gypi",
    "npm-debug.log",
    "package-lock.json",
    "yarn.lock",
    "pnpm-lock.yaml",
];
/// Signs that a package is made to be published.
const SIGNS: [&str; 8] = ["publishConfig", "files", "bin", "exports", "types", "typings", "module", "unpkg"];
const SCRIPTS: [&str; 5] = ["prepublishOnly", "prepack", "publish", "release", "postpublish"];

/// What a `package.json` says: as a package of npm, and as an extension of an editor.
pub(super) fn verdicts(
    package: &Package<'_>,
    text: &str,
) -> impl Iterator<Item = (&'static str, Verdict)> + use<> {
    let manifest: Value = serde_json::from_str(text).unwrap_or_default();
    let is_editor = manifest.pointer("/engines/vscode").is_some();
    let first =
        if is_editor { ("vsix", of_editor(package, &manifest)) } else { ("npm", of_npm(package, &manifest)) };
    std::iter::once(first)
}

fn text_of<'v>(manifest: &'v Value, key: &str) -> Option<&'v str> {
    manifest.get(key)?.as_str().filter(|text| !text.is_empty())
}

fn of_npm(package: &Package<'_>, manifest: &Value) -> Verdict {
    if manifest.get("private").is_some_and(|private| private == &Value::Bool(true) || private == "true") {
        return Verdict::Kept;
    }
    if text_of(manifest, "name").is_none() || text_of(manifest, "version").is_none() {
        return Verdict::Other;
    }
    let first = package.below.split('/').next().unwrap_or_default();
    let name = package.below.rsplit('/').next().unwrap_or_default();
    let is_swap = name.starts_with('.') && name.ends_with(".swp");
    if package.below.split('/').any(|part| NEVER.contains(&part)) || is_swap || name.ends_with(".orig") {
        return Verdict::Kept;
    }
    let folded = first.to_ascii_lowercase();
    let is_always = !package.below.contains('/')
        && (folded.starts_with("readme") || folded.starts_with("license") || folded.starts_with("licence"));
    let is_main =
        text_of(manifest, "main").is_some_and(|main| main.trim_start_matches("./") == package.below);
    let is_taken = match manifest.get("files").and_then(Value::as_array) {
        Some(files) => {
            let lines: Vec<&str> = files.iter().filter_map(Value::as_str).collect();
            let is_listed = Dockerignore::read(&lines.join("\n")).is_left_out(package.below);
            is_listed && !is_left_out_below(package)
        }
        None => !package.is_ignored(package.folder, &[".npmignore", ".gitignore"]),
    };
    if !is_taken && !is_always && !is_main {
        return Verdict::Kept;
    }
    let scripts = manifest.get("scripts");
    let has_script = SCRIPTS.iter().any(|name| scripts.is_some_and(|scripts| scripts.get(name).is_some()));
    let has_keywords =
        manifest.get("keywords").and_then(Value::as_array).is_some_and(|words| !words.is_empty());
    let is_for_publishing = SIGNS.iter().any(|key| manifest.get(key).is_some())
        || has_script
        || has_keywords
        || package.text(".npmignore").is_some();
    Verdict::Ships { is_for_publishing }
}

/// Ignore files below the package still count where `files` names what is taken.
fn is_left_out_below(package: &Package<'_>) -> bool {
    let Some((first, _)) = package.below.split_once('/') else { return false };
    let top = package.name(first);
    package.is_ignored(&top, &[".npmignore", ".gitignore"])
}

fn of_editor(package: &Package<'_>, manifest: &Value) -> Verdict {
    if text_of(manifest, "name").is_none() || text_of(manifest, "version").is_none() {
        return Verdict::Other;
    }
    let parts = || package.below.split('/');
    let is_left_out = match manifest.get("files").and_then(Value::as_array) {
        Some(files) => {
            let lines: Vec<&str> = files.iter().filter_map(Value::as_str).collect();
            !Dockerignore::read(&lines.join("\n")).is_left_out(package.below)
        }
        None => {
            let list = package.text(".vscodeignore").unwrap_or_default();
            Dockerignore::read(&list).is_left_out(package.below)
        }
    };
    if is_left_out || parts().any(|part| matches!(part, ".git" | ".github" | ".vscode-test" | ".npmrc")) {
        return Verdict::Kept;
    }
    Verdict::Ships { is_for_publishing: true }
}

/// An extension of a browser is the folder of its manifest, with everything in it.
pub(super) fn of_extension(package: &Package<'_>, text: &str) -> Verdict {
    let manifest: Value = serde_json::from_str(text).unwrap_or_default();
    let is_extension = manifest.get("manifest_version").is_some_and(Value::is_number);
    if !is_extension || manifest.get("name").is_none() {
        return Verdict::Other;
    }
    // Beside a build, the folder of the manifest is the source of it.
    let is_built = package.text("package.json").is_some();
    let is_hidden = package.below.split('/').any(|part| part.starts_with('.'));
    let is_code = [".js", ".mjs", ".json", ".html", ".ts", ".tsx", ".jsx"]
        .iter()
        .any(|end| package.below.ends_with(end));
    let is_test = package.below.split('/').any(|part| matches!(part, "test" | "tests" | "docs" | "scripts"));
    if is_built && (is_hidden || !is_code || is_test) {
        return Verdict::Kept;
    }
    Verdict::Ships { is_for_publishing: true }
}
