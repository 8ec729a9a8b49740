//! Holds the house: who may import whom, how long a file may be, and who names what.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::Visit;

/// Which rooms a room may import. A room that is not here is a fault.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("lang", &[]),
    ("rules", &["model"]),
    ("fields", &["model", "rules"]),
    ("git", &["model"]),
    ("written", &["model"]),
    ("settings", &["model", "rules", "written"]),
    ("ledger", &["model", "rules", "written"]),
    ("source", &["model", "git"]),
    ("decode", &["model", "rules", "fields"]),
    ("detect", &["model", "rules", "fields", "decode"]),
    ("audit", &["model", "rules", "fields", "ledger", "settings", "git"]),
    ("exposure", &["model", "git"]),
    ("policy", &["model", "rules", "written", "settings", "ledger"]),
    ("report", &["model", "rules", "lang"]),
    ("evidence", &["model", "lang", "rules", "ledger", "report"]),
    (
        "scan",
        &[
            "model", "rules", "fields", "git", "settings", "ledger", "source", "decode", "detect", "audit",
            "exposure", "policy",
        ],
    ),
    ("hook", &["model", "lang"]),
    ("setup", &["model"]),
    ("lsp", &["model", "lang", "rules", "report"]),
    ("fleet", &["model", "scan", "report"]),
    (
        "cli",
        &[
            "model", "lang", "rules", "fields", "git", "written", "settings", "ledger", "source", "decode",
            "detect", "audit", "exposure", "policy", "report", "evidence", "scan", "hook", "setup", "lsp",
            "fleet",
        ],
    ),
];

const LINES_OF_CODE_MAX: usize = 500;

fn source_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(root)
        .into_iter()
        .map(|entry| entry.expect("src can be read").into_path())
        .filter(|path| path.extension().is_some_and(|e| e == "rs"))
        .collect();
    files.sort();
    files
}

fn room_of(path: &Path) -> Option<String> {
    let relative = path
        .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
        .expect("every file of src is below it");
    let first = relative.components().next()?.as_os_str().to_str()?;
    let room = first.trim_end_matches(".rs");
    (room != "lib" && room != "main").then(|| room.to_owned())
}

fn is_test_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "tests.rs")
        || path.components().any(|c| c.as_os_str() == "tests")
}

/// Collects `crate::room` in use trees and in paths, tests left out.
#[derive(Default)]
struct Rooms {
    named: BTreeSet<String>,
    first_segments: BTreeSet<String>,
}

impl Rooms {
    fn tree(&mut self, tree: &syn::UseTree, is_crate: bool) {
        match tree {
            syn::UseTree::Path(path) if path.ident == "crate" => self.tree(&path.tree, true),
            syn::UseTree::Path(path) if is_crate => {
                self.named.insert(path.ident.to_string());
            }
            syn::UseTree::Path(path) => {
                self.first_segments.insert(path.ident.to_string());
            }
            syn::UseTree::Name(name) if is_crate => {
                self.named.insert(name.ident.to_string());
            }
            syn::UseTree::Rename(rename) if is_crate => {
                self.named.insert(rename.ident.to_string());
            }
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.tree(item, is_crate)),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Rooms {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = module.attrs.iter().any(|a| a.path().is_ident("cfg"));
        if !is_test {
            syn::visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.tree(&item.tree, false);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter().map(|s| s.ident.to_string());
        if let Some(first) = segments.next() {
            if first == "crate" {
                self.named.extend(segments.next());
            } else if path.segments.len() > 1 {
                self.first_segments.insert(first);
            }
        }
        syn::visit::visit_path(self, path);
    }
}

#[test]
fn imports_follow_the_table() {
    let table: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut faults = Vec::new();
    for path in source_files().iter().filter(|p| !is_test_file(p)) {
        let Some(room) = room_of(path) else { continue };
        let Some(allowed) = table.get(room.as_str()) else {
            faults.push(format!("{}: `{room}` is not in the table", path.display()));
            continue;
        };
        let mut rooms = Rooms::default();
        rooms.visit_file(&syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap());
        for named in rooms.named.iter().filter(|named| **named != room && !allowed.contains(&named.as_str()))
        {
            faults.push(format!("{}: `{room}` imports `{named}`", path.display()));
        }
        if room != "git" && rooms.first_segments.iter().any(|s| s == "gix" || s.starts_with("gix_")) {
            faults.push(format!("{}: names gix", path.display()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// `hook` asks git for its folder, `fleet` clones what the user listed; nothing else runs anything.
#[test]
fn programs_are_run_by_two_rooms_only() {
    for path in source_files().iter().filter(|path| !is_test_file(path)) {
        let room = room_of(path);
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let runs = code.contains("process::Command") || code.contains("Command::new(");
        let may = matches!(room.as_deref(), Some("hook" | "fleet"));
        assert!(!runs || may, "{}: runs a program", path.display());
    }
}

#[test]
fn every_room_is_announced_in_lib() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let rooms: BTreeSet<String> = source_files().iter().filter_map(|p| room_of(p)).collect();
    for room in rooms {
        let line = lib.lines().find(|line| line.starts_with(&format!("pub mod {room};")));
        assert!(line.is_some_and(|line| line.contains("//")), "src/lib.rs says nothing of `{room}`");
    }
}

#[test]
fn files_are_short() {
    for path in source_files() {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        let lines =
            code.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with("//")).count();
        assert!(
            lines <= LINES_OF_CODE_MAX || is_test_file(&path),
            "{}: {lines} lines of code",
            path.display()
        );
    }
}

#[test]
fn the_binary_is_thin() {
    let main = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/main.rs")).unwrap();
    assert!(main.lines().count() < 40);
}

#[test]
fn no_room_for_odds_and_ends() {
    for path in source_files() {
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        for name in ["util", "utils", "helper", "helpers", "manager", "common", "misc"] {
            assert_ne!(stem, name, "{}", path.display());
        }
    }
}

fn parsed(path: &str) -> syn::File {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = fs::read_to_string(path).expect("the file is there");
    syn::parse_file(&text).expect("the file is Rust")
}

fn named(ty: &syn::Type) -> String {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// What a secret may answer with: itself when it is made, a number, a yes or no, a hash, a mask.
const ANSWERS: [&str; 5] = ["Self", "usize", "bool", "Fingerprint", "Masked"];
/// What else a secret is allowed to be.
const TRAITS: [&str; 2] = ["Debug", "Drop"];
const DERIVED: [&str; 2] = ["PartialEq", "Eq"];

#[test]
fn a_secret_hands_out_no_bytes() {
    let (mut methods, mut traits) = (0, Vec::new());
    for item in parsed("src/model/secret.rs").items {
        match item {
            syn::Item::Struct(item) if item.ident == "Secret" => {
                assert!(item.fields.iter().all(|f| matches!(f.vis, syn::Visibility::Inherited)));
                for attribute in item.attrs.iter().filter(|a| a.path().is_ident("derive")) {
                    let derive = |meta: syn::meta::ParseNestedMeta<'_>| {
                        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
                        assert!(DERIVED.contains(&name.as_str()), "a secret derives {name}");
                        Ok(())
                    };
                    attribute.parse_nested_meta(derive).unwrap();
                }
            }
            syn::Item::Impl(item) if named(&item.self_ty) == "Secret" => {
                if let Some((_, path, _)) = &item.trait_ {
                    traits.extend(path.segments.last().map(|s| s.ident.to_string()));
                    continue;
                }
                for item in item.items {
                    let syn::ImplItem::Fn(method) = item else { continue };
                    let syn::ReturnType::Type(_, answer) = &method.sig.output else { continue };
                    let is_allowed = ANSWERS.contains(&named(answer).as_str());
                    assert!(is_allowed, "`Secret::{}` hands something out", method.sig.ident);
                    methods += 1;
                }
            }
            _ => {}
        }
    }
    assert!(methods > 3);
    traits.sort();
    assert_eq!(traits, TRAITS);
    // Another file could implement a trait for it.
    for path in source_files().iter().filter(|path| !path.ends_with("model/secret.rs")) {
        for item in syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap().items {
            if let syn::Item::Impl(item) = item {
                assert_ne!(named(&item.self_ty), "Secret", "{}", path.display());
            }
        }
    }
}

#[test]
fn every_reporter_is_in_the_table() {
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/mod.rs")).unwrap();
    let table = table.split("pub const REPORTERS").nth(1).and_then(|rest| rest.split(';').next()).unwrap();
    let mut count = 0;
    for path in source_files().iter().filter(|p| room_of(p).as_deref() == Some("report") && !is_test_file(p))
    {
        for item in syn::parse_file(&fs::read_to_string(path).unwrap()).unwrap().items {
            let syn::Item::Impl(item) = item else { continue };
            let is_reporter = item
                .trait_
                .as_ref()
                .and_then(|(_, path, _)| path.segments.last())
                .is_some_and(|s| s.ident == "Reporter");
            if is_reporter {
                let name = named(&item.self_ty);
                assert!(table.contains(&format!("::{name}")), "`{name}` is not in REPORTERS");
                count += 1;
            }
        }
    }
    assert_eq!(count, kagiban::report::REPORTERS.len());
}

fn rule_texts() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let files = walkdir::WalkDir::new(root).sort_by_file_name().into_iter();
    files
        .map(|entry| entry.expect("rules can be read").into_path())
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), fs::read_to_string(&path).expect("rules are text")))
        .collect()
}

#[test]
fn every_rule_file_is_loaded_and_every_list_is_read() {
    let catalogue = kagiban::rules::Catalogue::builtin().unwrap();
    let sources: String = source_files().iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut rules = 0;
    for (path, text) in rule_texts() {
        let stem = path.file_stem().and_then(|s| s.to_str()).unwrap();
        let folder = path.parent().and_then(Path::file_name).and_then(|s| s.to_str()).unwrap();
        if folder == "lists" {
            assert!(text.parse::<toml::Table>().is_ok(), "{}", path.display());
            assert!(sources.contains(&format!("rules/lists/{stem}.toml\")")), "nobody reads {stem}.toml");
            continue;
        }
        let rule = catalogue.get(&kagiban::model::RuleId::new(stem));
        assert_eq!(rule.map(|rule| rule.family.as_str()), Some(folder), "{}", path.display());
        rules += 1;
    }
    assert_eq!(rules, catalogue.iter().count());
}

/// Rules hold for the world: what they are tuned to must not be one repository. A comment may say
/// where a form was met.
#[test]
fn no_rule_or_guard_names_a_repository() {
    let repository = regex::Regex::new(
        r"(?i)(?:github|githubusercontent|gitlab|bitbucket|codeberg|sourcehut)\.(?:com|org|io|ht)[/:][\w.-]+/[\w.-]+",
    )
    .unwrap();
    let without_comments = |text: &str, mark: &str| -> String {
        text.lines()
            .filter(|line| !line.trim_start().starts_with(mark))
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let rules = rule_texts().into_iter().map(|(path, text)| (path, without_comments(&text, "#")));
    let guards = source_files().into_iter().filter(|path| {
        !is_test_file(path)
            && matches!(room_of(path).as_deref(), Some("detect" | "rules" | "fields" | "decode" | "audit"))
    });
    let guards = guards.map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
        (path, without_comments(&code, "//"))
    });
    for (path, text) in rules.chain(guards) {
        let found = repository.find(&text).map(|m| m.as_str());
        assert_eq!(found, None, "{}", path.display());
    }
}
