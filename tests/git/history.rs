//! `scan --history`: every object, wherever it hides.

use std::fs;

use serde_json::{Value, json};

use super::sandbox::{Outcome, Sandbox, has_tag, leak};

/// A secret that fits into the name of a file or a branch.
fn name(seed: u64) -> String {
    kagiban::rules::sample("amzn1.oa2-cs.v1.{hex:64}", seed)
}

fn finding<'o>(outcome: &'o Outcome, path: &str) -> &'o Value {
    let all = outcome.findings().iter().filter(|f| f["rule"] == "lwa-client-secret");
    let here: Vec<&Value> = all.filter(|f| f["location"]["path"] == path).collect();
    assert_eq!(here.len(), 1, "{path} in {:?}", outcome.new_paths());
    here[0]
}

fn kinds(outcome: &Outcome) -> Vec<String> {
    let mut kinds: Vec<String> = outcome
        .findings()
        .iter()
        .filter(|f| f["rule"] == "lwa-client-secret")
        .map(|f| f["location"]["kind"].as_str().unwrap().to_owned())
        .collect();
    kinds.sort();
    kinds
}

/// Blobs and commits as git itself counts them.
fn counts(repo: &Sandbox) -> (u64, u64) {
    let all = repo.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]);
    let count = |kind: &str| all.lines().filter(|line| *line == kind).count() as u64;
    (count("blob"), count("commit"))
}

/// Places in which each peer misses something, and where `git` reaches.
fn hostile(init: &[&str]) -> Sandbox {
    let repo = Sandbox::with(init);
    repo.commit("README.md", "shop\n");
    repo.commit("deleted.py", leak(1));
    repo.git(&["rm", "-q", "deleted.py"]);
    repo.git(&["commit", "-q", "-m", "Remove"]);
    // A file added by a merge, and one whose conflict was resolved with a secret.
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.commit("both.py", "a = 1\n");
    repo.git(&["checkout", "-q", "main"]);
    repo.commit("both.py", "a = 2\n");
    assert!(!repo.git_with(&[], &["merge", "-q", "side"]).status.success());
    repo.write("both.py", leak(2));
    repo.write("merged.py", leak(3));
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "Merge"]);
    // What patches leave out.
    repo.write(".gitattributes", "*.dat -diff\n*.bin binary\n");
    repo.write("table.dat", leak(4));
    repo.write("nul.bin", [b"\0\0", leak(5).as_bytes()].concat());
    let wide: Vec<u8> = leak(6).encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.write("wide.txt", [&[0xff, 0xfe][..], &wide].concat());
    repo.git(&["add", "-A"]);
    repo.git(&["commit", "-q", "-m", "Data"]);
    let target = format!("client_secret={}", name(7));
    let id = repo.git_fed(&["hash-object", "-w", "--stdin"], target.as_bytes());
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("120000,{id},link")]);
    repo.git(&["commit", "-q", "-m", &format!("Link\n\n{}", leak(8))]);
    repo.git(&["checkout", "-q", "-f", "HEAD"]);
    repo.git(&["tag", "-a", "v1", "-m", &leak(9)]);
    repo.git(&["notes", "add", "-m", &leak(10)]);
    repo.git(&["branch", &format!("fix-{}", name(11))]);
    repo.commit(&format!("keys/{}.txt", name(12)), "x\n");
    let id = repo.git_fed(&["hash-object", "-w", "--stdin"], leak(13).as_bytes());
    repo.git(&["tag", "blob-tag", &id]);
    repo.git(&["checkout", "-q", "-b", "unmerged"]);
    repo.commit("unmerged.py", leak(14));
    repo.git(&["checkout", "-q", "main"]);
    repo.write("README.md", leak(15));
    repo.git(&["stash", "-q"]);
    repo.write("untracked.py", leak(16));
    repo.git(&["stash", "-q", "-u"]);
    repo.commit("amended.py", leak(17));
    repo.write("amended.py", "x = 1\n");
    repo.git(&["commit", "-q", "-a", "--amend", "-m", "Amend"]);
    repo.write("reset.py", leak(18));
    repo.git(&["add", "reset.py"]);
    repo.git(&["rm", "-q", "-f", "--cached", "reset.py"]);
    fs::remove_file(repo.top.join("reset.py")).unwrap();
    let config = repo.top.join(".git/config");
    let remote = format!("[remote \"origin\"]\n\turl = https://x:{}@git.example/shop.git\n", name(19));
    fs::write(&config, fs::read_to_string(&config).unwrap() + &remote).unwrap();
    repo
}

fn everything_is_found(repo: &Sandbox, how: &str) {
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.code, outcome.skipped().len()), (1, 0), "{how}: {}", outcome.report["scan"]);
    // Thirteen files: the configuration, ten with a path, the tagged blob and the reset one.
    let mut expected = vec!["file"; 13];
    expected.extend(["commit-message", "file-name", "link-target", "note", "ref-name", "tag-message"]);
    expected.sort_unstable();
    assert_eq!(kinds(&outcome), expected, "{how}: {:?}", outcome.new_paths());
    let (blobs, commits) = counts(repo);
    assert_eq!(
        (&outcome.report["scan"]["files"], &outcome.report["scan"]["commits"]),
        (&json!(blobs + 1), &json!(commits))
    );
    assert!(!outcome.report.to_string().contains(&name(12)[16..]), "a file name is masked");
}

#[test]
fn every_hiding_place_is_found_loose_packed_and_otherwise_stored() {
    let repo = hostile(&["init", "-q", "-b", "main"]);
    everything_is_found(&repo, "loose");
    repo.git(&["repack", "-q", "-a", "-d", "--keep-unreachable", "-f", "--depth=50", "--window=250"]);
    everything_is_found(&repo, "packed");
    repo.git(&["multi-pack-index", "write"]);
    repo.git(&["pack-refs", "--all"]);
    repo.git(&["commit-graph", "write", "--reachable"]);
    everything_is_found(&repo, "with a multi-pack-index, packed refs and a commit-graph");
    let sha256 = hostile(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    everything_is_found(&sha256, "sha256");
    let tables = hostile(&["init", "-q", "-b", "main", "--ref-format=reftable"]);
    everything_is_found(&tables, "references in tables");
    tables.git(&["pack-refs", "--all"]);
    everything_is_found(&tables, "references in one table");
}

#[test]
fn findings_are_placed_and_dated() {
    let repo = hostile(&["init", "-q", "-b", "main"]);
    repo.git(&["repack", "-q", "-a", "-d", "--keep-unreachable"]);
    let outcome = repo.kagiban(&["--history"]);
    let deleted = finding(&outcome, "deleted.py");
    let added = repo.git(&["log", "--all", "--diff-filter=A", "--format=%H", "--", "deleted.py"]);
    assert_eq!(
        (&deleted["location"]["commit"], &deleted["exposure"]["first_commit"]),
        (&json!(added), &json!(added))
    );
    assert_eq!(deleted["exposure"]["first_seen"], "2026-01-10T09:00:00Z");
    assert!(has_tag(deleted, "history-only") && !has_tag(deleted, "unreachable"));
    assert_eq!(
        (&deleted["exposure"]["state"], &deleted["exposure"]["at_head"]),
        (&json!("committed"), &json!(false))
    );
    let merged = finding(&outcome, "merged.py");
    assert!(!has_tag(merged, "history-only"));
    assert_eq!(merged["exposure"]["at_head"], json!(true));
    let oracle = repo.git(&["log", "--all", "--format=%H", "--", "merged.py"]);
    assert_eq!(merged["location"]["commit"], json!(oracle));
    let amended = finding(&outcome, "amended.py");
    assert!(has_tag(amended, "unreachable") && has_tag(amended, "history-only"));
    let without_path: Vec<bool> = outcome
        .findings()
        .iter()
        .filter(|f| f["location"]["kind"] == "file" && f["location"]["path"].is_null())
        .map(|f| has_tag(f, "unreachable"))
        .collect();
    assert_eq!(
        without_path.iter().filter(|is| **is).count(),
        1,
        "a tagged blob is reachable, a reset one is not"
    );
    assert_eq!(without_path.len(), 2);
}

#[test]
fn names_of_files_and_folders_are_dated_too() {
    let repo = Sandbox::new();
    repo.commit("README.md", "shop\n");
    let first = repo.commit_as("mio", "2026-01-20T09:00:00Z", &format!("keys/{}.txt", name(1)), "x\n");
    let folder = repo.commit_as("mio", "2026-01-21T09:00:00Z", &format!("{}/a/b.txt", name(2)), "x\n");
    repo.commit_as("ren", "2026-01-22T09:00:00Z", &format!("keys/{}.txt", name(1)), "y\n");
    repo.git(&["rm", "-q", "-r", "keys"]);
    repo.git(&["commit", "-q", "-m", "Remove"]);
    repo.git(&["branch", "fix"]);
    let date = [("GIT_COMMITTER_DATE", "2026-02-01T09:00:00Z")];
    assert!(repo.git_with(&date, &["branch", "-m", "fix", &format!("fix-{}", name(3))]).status.success());
    let pushed = format!("refs/remotes/origin/fix-{}", name(4));
    repo.git(&["update-ref", &pushed, &format!("{first}~")]);
    let outcome = repo.kagiban(&["--history"]);
    let of = |kind: &str| -> Vec<&Value> {
        outcome.findings().iter().filter(|f| f["location"]["kind"] == kind).collect()
    };
    let names = of("file-name");
    assert_eq!(names.len(), 2, "{:?}", outcome.new_paths());
    let exposure = |commit: &str| {
        let found = names.iter().find(|f| f["exposure"]["first_commit"] == commit);
        found.unwrap_or_else(|| panic!("{commit} in {names:?}"))
    };
    let gone = exposure(&first);
    assert_eq!(gone["exposure"]["first_seen"], "2026-01-20T09:00:00Z");
    assert_eq!(
        (&gone["exposure"]["commits"], &gone["exposure"]["authors"], &gone["exposure"]["at_head"]),
        (&json!(3), &json!(2), &json!(false))
    );
    assert!(has_tag(gone, "history-only"));
    let here = exposure(&folder);
    assert_eq!(
        (&here["exposure"]["at_head"], &here["exposure"]["state"]),
        (&json!(true), &json!("committed"))
    );
    // A reference is in no commit; its log knows since when it has its name.
    let of_refs: Vec<&Value> = of("ref-name").iter().map(|found| &found["exposure"]).collect();
    assert_eq!(of_refs.len(), 2);
    assert!(of_refs.iter().all(|e| e["at_head"].is_null() && e["first_commit"].is_null()));
    let is_pushed = |e: &&&Value| e["state"] == "pushed" && e["remotes"] == json!(["origin"]);
    assert_eq!(of_refs.iter().filter(is_pushed).count(), 1, "{of_refs:?}");
    let own = of_refs.iter().find(|e| e["state"].is_null()).unwrap();
    assert_eq!(own["first_seen"], "2026-02-01T09:00:00Z");
}

#[test]
fn one_secret_in_many_commits_is_one_finding_a_path() {
    let repo = Sandbox::new();
    let first = repo.commit_as("aki", "2026-01-01T00:00:00Z", "app.py", leak(1));
    for n in 0..5 {
        let date = format!("2026-01-{:02}T00:00:00Z", n + 2);
        repo.commit_as(
            if n % 2 == 0 { "mio" } else { "ren" },
            &date,
            "app.py",
            format!("x = {n}\n{}", leak(1)),
        );
    }
    repo.git(&["mv", "app.py", "moved.py"]);
    repo.git(&["commit", "-q", "-m", "Move"]);
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!(outcome.new_paths(), ["app.py", "moved.py"]);
    for path in ["app.py", "moved.py"] {
        let exposure = &finding(&outcome, path)["exposure"];
        assert_eq!((&exposure["first_commit"], &exposure["commits"]), (&json!(first), &json!(7)), "{path}");
        assert_eq!(
            (&exposure["authors"], &exposure["age_days"], &exposure["at_head"]),
            (&json!(3), &json!(59), &json!(true))
        );
    }
    assert_eq!(finding(&outcome, "app.py")["also_at"].as_array().unwrap().len(), 6);
    // What is accepted in one mode is accepted in the others.
    let fingerprints = |outcome: &Outcome| -> Vec<Value> {
        let leaks = outcome.findings().iter().filter(|f| f["rule"] == "lwa-client-secret");
        leaks.map(|f| f["fingerprint"].clone()).collect()
    };
    assert_eq!(fingerprints(&outcome)[0], fingerprints(&repo.kagiban(&[]))[0]);
}

#[test]
fn pushed_is_known_of_history_too() {
    let repo = Sandbox::new();
    let hub = repo.outside().join("hub.git");
    repo.git(&["init", "-q", "--bare", hub.to_str().unwrap()]);
    repo.git(&["remote", "add", "origin", hub.to_str().unwrap()]);
    repo.commit("gone.py", leak(1));
    repo.git(&["rm", "-q", "gone.py"]);
    repo.git(&["commit", "-q", "-m", "Remove"]);
    repo.git(&["push", "-q", "origin", "main"]);
    repo.commit("late.py", leak(2));
    let outcome = repo.kagiban(&["--history"]);
    let gone = finding(&outcome, "gone.py");
    assert_eq!((&gone["exposure"]["state"], &gone["severity"]), (&json!("pushed"), &json!("critical")));
    assert_eq!(finding(&outcome, "late.py")["exposure"]["state"], "committed");
    let bare = repo.kagiban_in(&hub, &[], &["--history"]);
    assert_eq!((bare.code, bare.new_paths()), (1, vec!["gone.py".to_owned()]));
    assert!(has_tag(&bare.findings()[0], "history-only"));
}

#[test]
fn alternates_worktrees_and_grafts_are_read() {
    let library = Sandbox::new();
    library.commit("app.py", leak(1));
    library.git(&["rm", "-q", "app.py"]);
    library.git(&["commit", "-q", "-m", "Remove"]);
    let repo = Sandbox::new();
    repo.git(&["clone", "-q", "--shared", library.top.to_str().unwrap(), "../shared"]);
    let shared = repo.outside().join("shared");
    assert!(shared.join(".git/objects/info/alternates").exists());
    let outcome = repo.kagiban_in(&shared, &[], &["--history"]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["app.py".to_owned()]));
    // Two that name one another are read once each.
    let back = library.top.join(".git/objects/info/alternates");
    fs::write(back, format!("{}\n", shared.join(".git/objects").display())).unwrap();
    let outcome = repo.kagiban_in(&shared, &[], &["--history"]);
    assert_eq!((outcome.code, outcome.skipped().len()), (1, 0));
    let linked = library.outside().join("linked");
    library.git(&["worktree", "add", "-q", linked.to_str().unwrap()]);
    assert_eq!(library.kagiban_in(&linked, &[], &["--history"]).new_paths(), ["app.py"]);
    // A replace ref hides nothing, and what it puts in its place is seen as well.
    let repo = Sandbox::new();
    repo.commit("app.py", leak(1));
    let clean = repo.git_fed(&["hash-object", "-w", "--stdin"], b"x = 1\n");
    let id = repo.git(&["rev-parse", "HEAD:app.py"]);
    repo.git(&["replace", &id, &clean]);
    assert_eq!(repo.kagiban(&["--history"]).new_paths(), ["app.py"]);
}

#[test]
fn what_is_not_here_is_said() {
    let origin = Sandbox::new();
    origin.commit("old.py", leak(1));
    origin.git(&["rm", "-q", "old.py"]);
    origin.git(&["commit", "-q", "-m", "Remove"]);
    origin.commit("b.py", "x = 1\n");
    let url = format!("file://{}", origin.top.display());
    origin.git(&["clone", "-q", "--depth", "1", &url, "../shallow"]);
    let outcome = origin.kagiban_in(&origin.outside().join("shallow"), &[], &["--history"]);
    assert_eq!((outcome.code, outcome.skipped()), (3, vec!["shallow".to_owned()]));
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.git(&["clone", "-q", "--filter=blob:none", &url, "../partial"]);
    let outcome = origin.kagiban_in(&origin.outside().join("partial"), &[], &["--history"]);
    assert_eq!((outcome.code, outcome.skipped()), (3, vec!["missing-object".to_owned()]));
}

/// An id of git as its bytes.
fn raw(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
}

/// What an audit tells of a repository of one pack that was harmed.
fn damaged(harm: &dyn Fn(&Sandbox, std::path::PathBuf)) -> Outcome {
    let repo = Sandbox::new();
    for n in 0..20 {
        let lines: String = (0..200).map(|line| format!("line {line} {}\n", line * n / 7)).collect();
        repo.commit("app.py", format!("{lines}{}", leak(n % 3)));
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f"]);
    let packs = fs::read_dir(repo.top.join(".git/objects/pack")).unwrap().flatten().map(|e| e.path());
    let pack = packs.into_iter().find(|path| path.extension().is_some_and(|e| e == "pack")).unwrap();
    for path in [pack.clone(), pack.with_extension("idx")] {
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        #[expect(clippy::permissions_set_readonly_false, reason = "a scratch file of this test")]
        permissions.set_readonly(false);
        fs::set_permissions(&path, permissions).unwrap();
    }
    harm(&repo, pack);
    let outcome = repo.kagiban(&["--history"]);
    let skipped = outcome.skipped();
    assert!(skipped.iter().any(|reason| reason == "damaged" || reason == "missing-object"), "{skipped:?}");
    assert_eq!(outcome.report["scan"]["complete"], json!(false));
    assert_ne!(outcome.code, 0);
    outcome
}

#[test]
fn damage_is_named_and_the_rest_audited() {
    // Truncated.
    damaged(&|_, pack| {
        let bytes = fs::read(&pack).unwrap();
        fs::write(&pack, &bytes[..bytes.len() / 2]).unwrap();
    });
    // A byte turned over in the middle.
    damaged(&|_, pack| {
        let mut bytes = fs::read(&pack).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0x55;
        fs::write(&pack, bytes).unwrap();
    });
    // An index that belongs to another pack.
    damaged(&|_, pack| {
        let mut bytes = fs::read(&pack).unwrap();
        let end = bytes.len();
        bytes[end - 20..].fill(7);
        fs::write(&pack, bytes).unwrap();
    });
    // No index, no header.
    damaged(&|_, pack| fs::write(pack.with_extension("idx"), b"").unwrap());
    damaged(&|_, pack| fs::remove_file(pack.with_extension("idx")).unwrap());
    damaged(&|_, pack| fs::write(pack, b"").unwrap());
    // A missing loose object.
    let outcome = damaged(&|repo, _| {
        repo.commit("more.py", leak(9));
        let id = repo.git(&["rev-parse", "HEAD:more.py"]);
        fs::remove_file(repo.top.join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    });
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["app.py".to_owned(); 3]));
}

#[test]
fn a_delta_on_an_object_that_is_nowhere_is_named() {
    let outcome = damaged(&|repo, pack| {
        repo.git(&["config", "repack.useDeltaBaseOffset", "false"]);
        for n in 0..3 {
            repo.commit("long.py", format!("{}# {n}\n", "x = 1  # harmless\ny = 2\n".repeat(100)));
        }
        repo.git(&["repack", "-q", "-a", "-d", "-f"]);
        let packs = fs::read_dir(pack.parent().unwrap()).unwrap().flatten().map(|entry| entry.path());
        let pack = packs.into_iter().find(|path| path.extension().is_some_and(|e| e == "pack")).unwrap();
        let index = pack.with_extension("idx").display().to_string();
        let entries = repo.git(&["verify-pack", "-v", &index]);
        let mut entries = entries.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let delta = entries.find(|words| words.len() == 7 && words[1] == "blob").unwrap();
        let (offset, base): (usize, Vec<u8>) = (delta[4].parse().unwrap(), raw(delta[6]));
        let mut bytes = fs::read(&pack).unwrap();
        let at = offset + memchr::memmem::find(&bytes[offset..], &base).unwrap();
        assert!(at < offset + 8, "the base is named behind the size");
        bytes[at..at + base.len()].fill(0x11);
        fs::remove_file(&pack).unwrap();
        fs::write(&pack, bytes).unwrap();
    });
    assert_eq!(outcome.code, 1, "the other versions are audited");
}

#[test]
fn not_a_repository_is_no_clean_audit() {
    let repo = Sandbox::new();
    assert_eq!(repo.kagiban_in(&repo.outside(), &[], &["--history"]).code, 2);
    assert_eq!(repo.kagiban(&["--history"]).code, 0, "a repository without a commit is clean");
    fs::write(repo.top.join(".git/HEAD"), "nonsense").unwrap();
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.code, outcome.skipped()), (3, vec!["unreadable".to_owned()]), "objects need no HEAD");
}

#[test]
fn large_objects_are_said_and_cost_nothing() {
    let repo = Sandbox::new();
    repo.commit("big.txt", vec![b'x'; 3 << 20]);
    repo.commit("app.py", leak(1));
    let outcome = repo.kagiban(&["--history", "--max-file-size", "1MiB"]);
    assert_eq!((outcome.code, outcome.skipped()), (1, vec!["too-large".to_owned()]));
    repo.git(&["gc", "-q"]);
    let outcome = repo.kagiban(&["--history", "--max-file-size", "1MiB"]);
    assert_eq!((outcome.code, outcome.skipped()), (1, vec!["too-large".to_owned()]));
    assert_eq!(outcome.report["scan"]["complete"], json!(true));
}

#[test]
fn a_text_of_many_windows_is_read_to_its_end() {
    let repo = Sandbox::new();
    let filler = "harmless words of a long text\n".repeat(160_000);
    repo.commit("long.txt", format!("{filler}{}{filler}", leak(1)));
    repo.git(&["rm", "-q", "long.txt"]);
    repo.git(&["commit", "-q", "-m", "Remove"]);
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["long.txt".to_owned()]));
    assert_eq!(finding(&outcome, "long.txt")["location"]["line"], 160_001);
}

#[test]
fn threads_change_nothing() {
    let repo = hostile(&["init", "-q", "-b", "main"]);
    repo.git(&["repack", "-q", "-a", "-d", "--keep-unreachable"]);
    let one = repo.kagiban(&["--history", "--jobs", "1"]);
    let many = repo.kagiban(&["--history", "--jobs", "8"]);
    assert_eq!(one.report, many.report);
}

#[test]
fn path_narrows() {
    let repo = hostile(&["init", "-q", "-b", "main"]);
    repo.commit("deep/app.py", leak(20));
    repo.git(&["rm", "-q", "-r", "deep"]);
    repo.git(&["commit", "-q", "-m", "Remove"]);
    fs::create_dir(repo.top.join("deep")).unwrap();
    assert_eq!(repo.kagiban(&["--history", "deep"]).new_paths(), ["deep/app.py"]);
    assert_eq!(repo.kagiban(&["--history", ".git"]).new_paths().len(), 20);
}
