//! A repository that changes while it is read, and objects that are larger than what is held.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use kagiban::git::{Lent, ObjectKind, Repo};
use kagiban::model::SkipReason;
use serde_json::json;

use super::sandbox::{Sandbox, leak};

const KINDS: [ObjectKind; 4] = [ObjectKind::Blob, ObjectKind::Tree, ObjectKind::Commit, ObjectKind::Tag];

/// Objects, half of them in a pack of their own and half loose.
fn repository() -> Sandbox {
    let repo = Sandbox::new();
    for n in 0..20 {
        repo.commit(&format!("f{n}.py"), format!("x = {n}\n"));
        if n == 9 {
            repo.git(&["repack", "-q", "-d"]);
        }
    }
    repo
}

fn objects(repo: &Sandbox) -> BTreeSet<String> {
    let all = repo.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname)"]);
    all.lines().map(str::to_owned).collect()
}

/// Reads every object; `meanwhile` runs once, while the first is lent.
fn read(repo: &Repo, meanwhile: &(dyn Fn() + Sync)) -> (BTreeSet<String>, Vec<SkipReason>) {
    let (seen, ran) = (Mutex::new(BTreeSet::new()), AtomicBool::new(false));
    let take = |(): &mut (), lent: Lent<'_, ()>| {
        if !ran.swap(true, Ordering::SeqCst) {
            meanwhile();
        }
        seen.lock().unwrap().insert(lent.id().to_string());
    };
    let bounds = KINDS.map(|kind| (kind, 1 << 20));
    let (_, problems) = repo.each_object(&bounds, &|| (), &take);
    let reasons: Vec<SkipReason> = problems.into_iter().map(|problem| problem.reason).collect();
    (seen.into_inner().unwrap(), reasons)
}

#[test]
fn a_repack_while_packs_are_read_changes_nothing() {
    let repo = repository();
    repo.git(&["repack", "-q", "-d"]);
    let expected = objects(&repo);
    let opened = Repo::open(&repo.top).unwrap();
    let packs = || fs::read_dir(repo.top.join(".git/objects/pack")).unwrap().flatten().count();
    let before = packs();
    let (seen, problems) = read(&opened, &|| drop(repo.git(&["gc", "-q", "--prune=now"])));
    assert!(packs() < before, "the packs were put together");
    assert_eq!((seen, problems), (expected, vec![]));
}

#[test]
fn what_a_repack_takes_away_before_it_is_read_is_named() {
    let repo = repository();
    let expected = objects(&repo);
    let opened = Repo::open(&repo.top).unwrap();
    repo.git(&["gc", "-q", "--prune=now"]);
    let (seen, problems) = read(&opened, &|| ());
    assert!(seen.len() < expected.len());
    assert_eq!(problems, [SkipReason::ChangedWhileRead; 2], "the pack that went and the pack that came");
    // Loose objects that were listed are gone when they are read.
    let repo = repository();
    let opened = Repo::open(&repo.top).unwrap();
    let (seen, problems) = read(&opened, &|| drop(repo.git(&["gc", "-q", "--prune=now"])));
    assert_eq!(seen.len() + problems.len(), expected.len(), "each is read or named");
    assert!(!problems.is_empty() && problems.iter().all(|reason| *reason == SkipReason::ChangedWhileRead));
    // What is fetched meanwhile is named as well.
    let repo = repository();
    repo.git(&["repack", "-q", "-a", "-d"]);
    let opened = Repo::open(&repo.top).unwrap();
    let fetch = || {
        repo.commit("late.py", "late = 1\n");
        repo.git(&["repack", "-q", "-d"]);
    };
    let (seen, problems) = read(&opened, &fetch);
    assert_eq!((seen, problems), (expected, vec![SkipReason::ChangedWhileRead]));
}

#[test]
fn an_index_newer_than_its_pack_is_named() {
    let repo = repository();
    repo.git(&["repack", "-q", "-a", "-d"]);
    let pack = |ending: &str| {
        let entries = fs::read_dir(repo.top.join(".git/objects/pack")).unwrap().flatten();
        entries.map(|e| e.path()).find(|path| path.extension().is_some_and(|e| e == ending)).unwrap()
    };
    let old = fs::read(pack("pack")).unwrap();
    repo.commit("more.py", leak(1));
    for n in 0..30 {
        repo.commit("later.py", format!("{}y = {n}\n", "later\n".repeat(n)));
    }
    repo.git(&["repack", "-q", "-a", "-d", "-f"]);
    let path = pack("pack");
    fs::remove_file(&path).unwrap();
    fs::write(&path, old).unwrap();
    let outcome = repo.kagiban(&["--history"]);
    assert!(outcome.skipped().contains(&"damaged".to_owned()), "{:?}", outcome.skipped());
    assert_ne!(outcome.code, 0);
    assert_eq!(outcome.report["scan"]["complete"], json!(false));
}

/// A loose object is a stream of zlib; one of stored blocks needs no compressor.
fn stored(content: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let chunks: Vec<&[u8]> = content.chunks(0xffff).collect();
    for (at, chunk) in chunks.iter().enumerate() {
        let length = u16::try_from(chunk.len()).unwrap();
        stream.push(u8::from(at + 1 == chunks.len()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend_from_slice(chunk);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in content {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    stream.extend((b << 16 | a).to_be_bytes());
    stream
}

#[test]
fn an_object_that_says_it_is_huge_costs_nothing() {
    let repo = Sandbox::new();
    repo.commit("app.py", leak(1));
    let put = |id: &str, content: &[u8]| {
        let folder = repo.top.join(".git/objects").join(&id[..2]);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(&id[2..]), stored(content)).unwrap();
    };
    put(&"a".repeat(40), b"blob 2147483648\0short");
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.code, outcome.skipped()), (1, vec!["too-large".to_owned()]));
    // More than it says, and a size that is none.
    put(&"a".repeat(40), &[b"blob 5\0", vec![b'x'; 3 << 20].as_slice()].concat());
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.code, outcome.skipped()), (1, vec!["damaged".to_owned()]));
    put(&"a".repeat(40), b"blob 99999999999999999999999\0x");
    let outcome = repo.kagiban(&["--history"]);
    assert_eq!((outcome.code, outcome.skipped()), (1, vec!["damaged".to_owned()]));
}

#[test]
fn configuration_runs_nothing_in_history_either() {
    let repo = Sandbox::new();
    repo.write(".gitattributes", "*.py filter=evil diff=evil\n");
    repo.commit("app.py", leak(1));
    let mark = repo.outside().join("ran");
    let run = format!("touch {}", mark.display());
    let elsewhere = repo.outside().join("elsewhere");
    fs::write(&elsewhere, format!("[remote \"x\"]\n\turl = https://x:{}@h.example/a\n", leak(3).trim()))
        .unwrap();
    for (key, value) in [
        ("core.fsmonitor", run.as_str()),
        ("core.hooksPath", repo.outside().to_str().unwrap()),
        ("filter.evil.smudge", &run),
        ("filter.evil.clean", &run),
        ("filter.evil.process", &run),
        ("diff.evil.textconv", &run),
        ("diff.evil.command", &run),
        ("include.path", elsewhere.to_str().unwrap()),
        ("includeIf.gitdir:/.path", elsewhere.to_str().unwrap()),
        ("core.worktree", "/"),
        ("core.attributesFile", "/dev/zero"),
        ("mailmap.file", "/dev/zero"),
    ] {
        repo.git(&["config", key, value]);
    }
    for mode in [&["--history"][..], &["--range", "0000000000000000000000000000000000000000..HEAD"], &[]] {
        let outcome = repo.kagiban(mode);
        assert_eq!((outcome.code, outcome.new_paths()), (1, vec!["app.py".to_owned()]), "{mode:?}");
        assert_eq!(outcome.skipped(), Vec::<String>::new(), "{mode:?}");
    }
    assert!(!mark.exists());
}
