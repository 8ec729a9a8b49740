//! Many repositories: lists, shards, kept results, and all of them as one report.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use super::tree::{NOW, Ran, Tree, client_id, client_secret, program, refresh_token};

/// A fleet of repositories, with the system's git and an empty home.
struct Fleet {
    tree: Tree,
}

impl Fleet {
    fn new() -> Self {
        let tree = Tree::new();
        tree.write("home/.keep", "");
        Self { tree }
    }

    fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let output = std::process::Command::new("git")
            .args(arguments)
            .current_dir(self.tree.at(folder))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.tree.at("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map(|name| (name, "Aki")))
            .envs(["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map(|name| (name, "aki@shop.example")))
            .envs(["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, "2026-01-10T09:00:00Z")))
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// A repository with one commit of one file.
    fn repository(&self, folder: &str, path: &str, content: &str) {
        fs::create_dir_all(self.tree.at(folder)).unwrap();
        self.git(folder, &["init", "-q", "-b", "main"]);
        self.commit(folder, path, content);
    }

    fn commit(&self, folder: &str, path: &str, content: &str) {
        self.tree.write(&format!("{folder}/{path}"), content);
        self.git(folder, &["add", "-f", "--", path]);
        self.git(folder, &["commit", "-q", "-m", "Change"]);
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(&[], arguments, "")
    }

    fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str], input: &str) -> Ran {
        let mut command = program(self.tree.path());
        command
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.tree.at("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .envs(variables.iter().copied());
        let mut child = command.args(arguments).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Ran::from(&child.wait_with_output().unwrap())
    }

    /// Audits and returns the overall report and what was said beside it.
    fn audit(&self, arguments: &[&str]) -> (Value, String) {
        let ran =
            self.run(&[&["fleet", "--format", "json", "--now", NOW, "--lang", "en"], arguments].concat());
        assert_ne!(ran.code, 2, "{}", ran.err);
        (ran.json(), ran.err)
    }
}

/// The rules of the findings, but for what is said of every repository without a ledger.
fn rules(report: &Value) -> Vec<&str> {
    let absent = ["ignore-rules-missing", "ledger-missing", "no-secret-scan-in-ci"];
    let all = report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap());
    all.filter(|rule| !absent.contains(rule)).collect()
}

fn states(report: &Value) -> BTreeMap<String, String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let repositories = report["fleet"]["repositories"].as_array().unwrap();
    repositories.iter().map(|one| (text(&one["at"]), text(&one["state"]))).collect()
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let files = files.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().display().to_string(), fs::read(entry.path()).unwrap())).collect()
}

fn env(seed: u64) -> String {
    format!("LWA_CLIENT_SECRET={}\n", client_secret(seed))
}

/// Six shops, three of which share a secret, a folder without git, and a repository that is none.
fn shops() -> Fleet {
    let fleet = Fleet::new();
    for shop in 1..=6 {
        fleet.repository(&format!("repos/shop-{shop}"), ".env", &env(if shop < 4 { 1 } else { shop }));
    }
    fleet.tree.write("repos/papers/notes.txt", env(9)).write("repos/broken/.git/HEAD", "nonsense");
    fleet
}

#[test]
fn one_broken_repository_does_not_stop_the_rest() {
    let fleet = shops();
    let (report, said) = fleet.audit(&["repos", "--history"]);
    assert!(said.contains("7 repositories audited, 0 unchanged since their last result, 1 broken"), "{said}");
    assert_eq!(rules(&report).iter().filter(|rule| **rule == "lwa-client-secret").count(), 7);
    let states = states(&report);
    assert_eq!((states.len(), states["repos/broken"].as_str()), (8, "broken"));
    assert_eq!(report["scan"]["complete"], false);
    let ran = fleet.run(&["fleet", "repos", "--history", "--fail-on", "never", "-q", "--lang", "en"]);
    assert_eq!((ran.code, ran.err.as_str()), (3, ""));
    assert!(ran.out.contains("repos/broken: cannot be read (") && ran.out.contains("repos/shop-1/.env:1:19"));
}

#[test]
fn what_several_repositories_share_is_found() {
    let fleet = shops();
    let (report, _) = fleet.audit(&["repos"]);
    let shared: Vec<&Value> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "same-credential-many-places")
        .collect();
    let [one] = shared.as_slice() else { panic!("{shared:?}") };
    assert_eq!((&one["family"], &one["severity"]), (&"lifecycle".into(), &"medium".into()));
    assert_eq!(one["also_at"].as_array().unwrap().len(), 2);
    assert_eq!(report["fleet"]["across"][0]["repositories"].as_array().unwrap().len(), 3);
    let (without, _) = fleet.audit(&["repos", "--only", "leak"]);
    assert!(!rules(&without).contains(&"same-credential-many-places"));
    // The same secret twice in one repository is another matter.
    let alone = Fleet::new();
    alone.repository("repos/shop", "a.env", &env(1));
    alone.commit("repos/shop", "b.env", &env(1));
    assert!(alone.audit(&["repos"]).0["fleet"]["across"].as_array().unwrap().is_empty());
}

#[test]
fn one_owners_keys_in_the_code_of_several_clients_are_told() {
    let fleet = Fleet::new();
    for (shop, token) in [("aoi", 1), ("midori", 2)] {
        let set = format!(
            "LWA_CLIENT_ID={}\n{}SP_API_REFRESH_TOKEN={}\n",
            client_id(1),
            env(token),
            refresh_token(token)
        );
        fleet.repository(&format!("repos/{shop}"), ".env", &set);
    }
    let list = "[[repository]]\nat = \"repos/aoi\"\nclient = \"Aoi\"\n[[repository]]\nat = \"repos/midori\"\nclient = \"Midori\"\n";
    fleet.tree.write("fleet.toml", list);
    let (report, _) = fleet.audit(&["fleet.toml"]);
    let across = report["fleet"]["across"].as_array().unwrap();
    let [owner] = across.as_slice() else { panic!("{across:?}") };
    assert_eq!((&owner["kind"], &owner["clients"]), (&"owner".into(), &2.into()));
    let human = fleet.run(&["fleet", "fleet.toml", "--lang", "en"]).out;
    assert!(human.contains("keys of one owner in 2 repositories of 2 clients"), "{human}");
    assert!(fleet.run(&["fleet", "fleet.toml", "--lang", "ja"]).out.contains("同じ持ち主のキー"));
}

#[test]
fn an_outside_party_of_several_clients_is_told() {
    let fleet = Fleet::new();
    let program = "import requests\ndef send(order):\n    requests.post('https://api.sellertool.example/keys', json={'refresh_token': REFRESH_TOKEN})\nSP_API_ENDPOINT = 'https://sellingpartnerapi-na.amazon.com'\n";
    for shop in ["aoi", "midori"] {
        let token = refresh_token(if shop == "aoi" { 1 } else { 2 });
        fleet.repository(
            &format!("repos/{shop}"),
            "sync.py",
            &format!("REFRESH_TOKEN = '{token}'\n{program}"),
        );
    }
    let (report, _) = fleet.audit(&["repos"]);
    let across = report["fleet"]["across"].as_array().unwrap();
    let parties: Vec<&str> =
        across.iter().filter(|a| a["kind"] == "party").map(|a| a["what"].as_str().unwrap()).collect();
    assert_eq!(parties, ["api.sellertool.example"], "{report}");
}

#[test]
fn shards_join_to_the_whole_and_a_missing_one_is_named() {
    let fleet = shops();
    let (mut whole, _) = fleet.audit(&["repos", "--history", "--results", "whole"]);
    let shard = |shard: &str| {
        fleet.audit(&["repos", "--history", "--results", "split", "--jobs", "1", "--shard", shard]).0
    };
    let merged = || fleet.run(&["report", "--merge", "split", "--format", "json", "--lang", "en"]);
    shard("3/3");
    shard("1/3");
    let partial = merged();
    assert_eq!(partial.code, 3, "findings or not");
    assert!(partial.err.contains("no result of shard 2 of 3"), "{}", partial.err);
    assert_eq!(partial.json()["fleet"]["missing_shards"], serde_json::json!([2]));
    assert_eq!(partial.json()["scan"]["complete"], false);
    shard("2/3");
    let first = merged();
    assert_eq!(first.code, 1);
    whole["fleet"]["shards"] = 3.into();
    assert_eq!(first.json(), whole, "one machine or three");
    // A duplicate task changes nothing.
    let before = files(&fleet.tree.at("split"));
    shard("2/3");
    shard("1/3");
    assert_eq!(files(&fleet.tree.at("split")), before);
    assert_eq!(merged().out, first.out);
    // Nor does the order or the folder in which results arrive, nor one that comes twice.
    for (number, (path, bytes)) in before.iter().enumerate() {
        let name = Path::new(path).file_name().unwrap().to_str().unwrap();
        fleet.tree.write(&format!("split/again/{}/{name}", number % 3), bytes);
    }
    assert_eq!(merged().out, first.out);
    assert_eq!(fleet.run(&["report", "--merge", "nowhere"]).code, 2);
    // Saved, it is the same report in every form.
    fleet.tree.write("whole.json", &first.out);
    let again = fleet.run(&["report", "whole.json", "--format", "json", "--lang", "en"]);
    assert_eq!(again.out, first.out);
}

#[test]
fn results_of_another_run_do_not_pass_for_this_one() {
    let fleet = shops();
    let shard = |run: &str, index: &str| {
        let variables = [("CI_NODE_INDEX", index), ("CI_NODE_TOTAL", "2"), ("CI_PIPELINE_ID", run)];
        let now = if run == "1" { "2026-11-23" } else { NOW };
        let arguments =
            ["fleet", "repos", "--results", "split", "--shard", "auto", "--now", now, "--fail-on", "never"];
        assert_ne!(fleet.run_with(&variables, &arguments, "").code, 2);
    };
    let code = || fleet.run(&["report", "--merge", "split", "--fail-on", "never"]).code;
    fleet.tree.write("repos/broken/.git/HEAD", "");
    fs::remove_dir_all(fleet.tree.at("repos/broken")).unwrap();
    shard("1", "1");
    shard("1", "2");
    assert_eq!(code(), 0);
    shard("2", "1");
    assert_eq!(code(), 3, "the second shard of the new run is still to come");
    shard("2", "2");
    assert_eq!(code(), 0);
}

#[test]
fn what_has_not_changed_is_not_audited_again() {
    let fleet = shops();
    let said = |more: &[&str]| fleet.audit(&[&["repos", "--results", "kept"], more].concat()).1;
    let (first, _) = fleet.audit(&["repos", "--results", "kept"]);
    assert!(said(&[]).starts_with("0 repositories audited, 7 unchanged"), "{}", said(&[]));
    assert_eq!(fleet.audit(&["repos", "--results", "kept"]).0, first);
    // A file, a commit, the settings, an option: whatever a result stands on.
    fleet.tree.write("repos/shop-1/new.env", env(31));
    assert!(said(&[]).starts_with("1 repository audited, 6 unchanged"));
    fleet.commit("repos/shop-2", "new.env", &env(32));
    assert!(said(&[]).starts_with("1 repository audited, 6 unchanged"));
    fleet.tree.write("repos/shop-3/kagiban.toml", "skip = [\"lwa-client-secret\"]\n");
    assert!(said(&[]).starts_with("1 repository audited, 6 unchanged"));
    assert!(said(&["--identifiers"]).starts_with("7 repositories audited, 0 unchanged"));
    assert!(said(&["--identifiers"]).starts_with("0 repositories audited"));
    assert!(said(&["--identifiers", "--history"]).starts_with("6 repositories audited, 1 unchanged"));
    // An object that nothing refers to is audited too.
    let blob = fleet.tree.at("repos/shop-4/loose");
    fs::write(&blob, env(33)).unwrap();
    fleet.git("repos/shop-4", &["hash-object", "-w", "loose"]);
    assert!(said(&["--identifiers", "--history"]).starts_with("1 repository audited"));
}

#[test]
fn an_ended_suppression_is_judged_again() {
    let fleet = Fleet::new();
    let allow = format!("{}# kagiban:allow lwa-client-secret reason=\"revoked\" until=2026-11-30\n", "");
    fleet.repository("repos/shop", ".env", &format!("{allow}{}", env(1)));
    let audit = |now: &str| {
        fleet.run(&["fleet", "repos", "--results", "kept", "--format", "json", "--now", now, "--lang", "en"])
    };
    assert!(rules(&audit("2026-11-24").json()).is_empty());
    assert!(audit("2026-11-30").err.contains("1 unchanged"));
    let after = audit("2026-12-01");
    assert!(rules(&after.json()).contains(&"waiver-expired"), "{}", after.out);
}

#[test]
fn addresses_are_fetched_once_and_what_is_new_is_fetched_again() {
    let fleet = Fleet::new();
    fleet.repository("origin", ".env", &env(1));
    let address = format!("file://{}", fleet.tree.at("origin").display());
    let list =
        format!("{address}\nhttps://bob:hunter2hunter2@127.0.0.1:1/x.git\next::sh -c touch${{IFS}}ran\n");
    fleet.tree.write("list.txt", list);
    let audit = || fleet.audit(&["list.txt", "--cache", "cache", "--results", "kept"]);
    let (first, _) = audit();
    assert_eq!(states(&first).values().filter(|state| *state == "broken").count(), 2);
    let one = &first["findings"][0];
    assert_eq!((&one["rule"], &one["exposure"]["state"]), (&"lwa-client-secret".into(), &"pushed".into()));
    assert!(audit().1.starts_with("0 repositories audited, 1 unchanged"));
    fleet.commit("origin", "b.env", &env(2));
    fleet.git("origin", &["update-ref", "refs/pull/1/head", "HEAD"]);
    let (second, said) = audit();
    assert!(said.starts_with("1 repository audited"), "{said}");
    assert_eq!(rules(&second), ["lwa-client-secret", "lwa-client-secret"]);
    for (path, bytes) in files(fleet.tree.path()).iter().filter(|(path, _)| !path.ends_with("list.txt")) {
        assert!(!String::from_utf8_lossy(bytes).contains("hunter2"), "{path}");
    }
    assert!(!fleet.tree.at("ran").exists() && !first.to_string().contains("hunter2"));
}

#[test]
fn lists_come_from_standard_input_too() {
    let fleet = shops();
    let arguments = ["fleet", "-", "--format", "json", "--now", NOW];
    let ran = fleet.run_with(&[], &arguments, "# two\nrepos/shop-4\nrepos/papers\n");
    assert_eq!((ran.code, rules(&ran.json()).len()), (1, 2));
    assert_eq!(fleet.run_with(&[], &arguments, "\n").code, 2);
    assert_eq!(fleet.run(&["fleet", "nowhere"]).code, 2);
    assert_eq!(fleet.run(&["fleet", "repos", "--shard", "1/2"]).code, 2, "shards need a folder for results");
    assert_eq!(fleet.run(&["fleet", "repos", "--shard", "auto", "--results", "r"]).code, 2);
}

#[test]
fn bare_repositories_are_read_whole_and_threads_change_nothing() {
    let fleet = shops();
    fleet.commit("repos/shop-4", ".env", "gone\n");
    fleet.git("repos", &["clone", "-q", "--bare", "shop-4", "bare.git"]);
    let audit = |jobs: &str| fleet.audit(&["repos", "--jobs", jobs]).0;
    let one = audit("1");
    assert_eq!(one, audit("4"));
    let roots: Vec<&str> =
        one["scan"]["roots"].as_array().unwrap().iter().map(|r| r.as_str().unwrap()).collect();
    let bare = roots.iter().position(|root| *root == "repos/bare.git").unwrap();
    let found = one["findings"].as_array().unwrap().iter();
    let of_bare: Vec<&Value> = found.filter(|finding| finding["location"]["root"] == bare).collect();
    assert_eq!(of_bare.len(), 1, "what is in its history only");
    assert_eq!(of_bare[0]["tags"], serde_json::json!(["history-only"]));
}

#[test]
fn every_format_tells_repositories_apart() {
    let fleet = shops();
    for format in
        ["human", "markdown", "html", "csv", "sarif", "junit", "github", "gitlab", "gitlab-code-quality"]
    {
        let ran = fleet.run(&["fleet", "repos", "--format", format, "--now", NOW]);
        for shop in ["shop-1", "shop-6"] {
            assert!(ran.out.contains(&format!("repos/{shop}/.env")), "{format}: {}", ran.out);
        }
        for seed in 1..=9 {
            assert!(!ran.out.contains(&client_secret(seed)[24..60]), "{format}");
        }
    }
}

#[test]
fn a_result_by_itself_is_an_ordinary_report() {
    let fleet = shops();
    fleet.audit(&["repos", "--results", "kept"]);
    let results = fleet.tree.at("kept/repositories");
    let shop = fs::read_dir(results).unwrap().map(|entry| entry.unwrap().path());
    let shop = shop.into_iter().find(|path| path.to_str().unwrap().contains("shop-5")).unwrap();
    let ran = fleet.run(&["report", shop.to_str().unwrap(), "--format", "json"]);
    assert_eq!((ran.code, rules(&ran.json())), (1, vec!["lwa-client-secret"]));
}

fn of_package(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The files cannot all be run here; they can be read, and name what is there.
#[test]
fn the_files_for_engines_are_well_formed() {
    let mut count = 0;
    for entry in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy")) {
        let path = entry.unwrap().into_path();
        let text = if path.is_file() { fs::read_to_string(&path).unwrap() } else { continue };
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("json") => assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", path.display()),
            Some("yml" | "yaml") => {
                let mut parser = saphyr_parser::Parser::new_from_str(&text);
                assert!(parser.all(|event| event.is_ok()), "{}", path.display());
            }
            _ => continue,
        }
        assert!(text.contains("--shard auto") && text.contains("--results"), "{}", path.display());
        count += 1;
    }
    assert_eq!(count, 7);
}

#[test]
fn the_document_names_every_variable_and_option() {
    let (document, engines) = (of_package("docs/fleet.md"), of_package("src/fleet/engine.rs"));
    let code = engines.split("#[cfg(test)]").next().unwrap();
    for name in code.split('"').skip(1).step_by(2) {
        let is_variable = name.len() > 8 && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
        assert!(!is_variable || document.contains(&format!("`{name}`")), "{name}");
    }
    let command = kagiban::cli::command();
    let own = command.find_subcommand("fleet").unwrap().get_arguments().filter_map(|a| a.get_long());
    let of_scan = command.find_subcommand("scan").unwrap();
    let of_scan: Vec<&str> = of_scan.get_arguments().filter_map(|a| a.get_long()).collect();
    for long in own.filter(|long| !of_scan.contains(long)) {
        assert!(document.contains(&format!("--{long}")), "--{long}");
    }
}

#[cfg(feature = "sqlite")]
#[test]
fn findings_can_be_asked_of_a_database() {
    let fleet = shops();
    fleet.audit(&["repos", "--results", "kept", "--sqlite", "first.db"]);
    fleet.run(&["report", "--merge", "kept", "--sqlite", "second.db", "--now", NOW]);
    fleet.run(&["report", "--merge", "kept", "--sqlite", "second.db"]);
    for name in ["first.db", "second.db"] {
        let database = rusqlite::Connection::open(fleet.tree.at(name)).unwrap();
        let count = |query: &str| database.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(count("SELECT count(*) FROM repositories"), 8);
        assert_eq!(count("SELECT count(*) FROM findings WHERE rule = 'lwa-client-secret'"), 7);
        assert_eq!(count("SELECT count(DISTINCT fingerprint) FROM findings WHERE family = 'leak'"), 5);
        assert_eq!(count("SELECT count(*) FROM across_repositories"), 3);
        let at = "SELECT count(*) FROM places JOIN repositories USING (root) WHERE at = 'repos/shop-1' AND path = '.env'";
        assert_eq!(count(at), 2, "the secret, and that it is the same elsewhere");
    }
}
