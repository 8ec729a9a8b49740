//! What is visited, and what is not.

use std::fs;

use crate::tree::{Tree, client_secret, found, refresh_token, skipped};

fn line(seed: u64) -> String {
    format!("lwa_client_secret = \"{}\"\n", client_secret(seed))
}

#[test]
fn nothing_is_passed_over_by_its_name() {
    let tree = Tree::new();
    let paths = [
        ".hidden/.env.production",
        "Gemfile.lock",
        "build/ignored.txt",
        "node_modules/a/index.js",
        "package-lock.json",
        "tests/fixtures/client.py",
        "vendor/lib.php",
    ];
    tree.write(".gitignore", "build/\n.hidden\n");
    for (seed, path) in (1..).zip(paths) {
        tree.write(path, line(seed));
    }
    let expected: Vec<String> = paths.iter().map(|path| format!("lwa-client-secret {path}:1")).collect();
    assert_eq!(found(&tree.scan(&[])), expected);
}

#[test]
fn of_git_only_the_configurations_are_read() {
    let tree = Tree::new();
    let remote = |seed| {
        let token = refresh_token(seed).replace('|', "%7C");
        format!("[remote \"origin\"]\n\turl = https://bot:{token}@git.example.com/a/b.git\n")
    };
    tree.write(".git/config", remote(1));
    tree.write(".git/HEAD", "ref: refs/heads/main\n");
    tree.write(".git/objects/12/3456", line(2));
    tree.write(".git/COMMIT_EDITMSG", line(3));
    tree.write(".git/hooks/pre-commit", line(4));
    tree.write(".git/modules/sub/config", remote(5));
    tree.write(".git/modules/sub/objects/config", line(6));
    tree.write(".git/worktrees/other/config.worktree", remote(7));
    tree.write("nested/.git/config", remote(8));
    tree.write("nested/a.py", line(9));
    tree.write("sub/.git", "gitdir: ../.git/modules/sub\n");
    let report = tree.scan(&[]);
    let expected = [
        "lwa-refresh-token .git/config:2",
        "lwa-refresh-token .git/modules/sub/config:2",
        "lwa-refresh-token .git/worktrees/other/config.worktree:2",
        "lwa-client-secret nested/a.py:1",
        "lwa-refresh-token nested/.git/config:2",
    ];
    let mut got = found(&report);
    got.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(got, expected);
    let text = report.to_string();
    let body = refresh_token(1).replace("Atzr|IwEBI", "");
    assert!(!text.contains(&body[8..40]), "the token of a remote is masked");
}

#[test]
fn paths_are_relative_to_the_top_level() {
    let tree = Tree::new();
    tree.write(".git/HEAD", "ref: refs/heads/main\n").write("src/deep/a.py", line(1));
    assert_eq!(found(&tree.scan(&["src/deep"])), ["lwa-client-secret src/deep/a.py:1"]);
    let report = tree.scan(&["src", "src/deep/a.py"]);
    assert_eq!(report["scan"]["roots"].to_string(), r#"["src","src/deep/a.py"]"#);
    let plain = Tree::new();
    plain.write("src/deep/a.py", line(1));
    assert_eq!(found(&plain.scan(&["src"])), ["lwa-client-secret deep/a.py:1"], "no repository: the root");
    assert_eq!(found(&plain.scan(&["src/deep/a.py"])), ["lwa-client-secret a.py:1"]);
}

#[test]
fn each_root_has_its_index() {
    let tree = Tree::new();
    tree.write("one/a.py", line(1)).write("two/a.py", line(2));
    let report = tree.scan(&["one", "two"]);
    let roots: Vec<u64> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["location"]["root"].as_u64().unwrap())
        .collect();
    assert_eq!(roots, [0, 1]);
}

#[test]
#[cfg(unix)]
fn symbolic_links_are_texts_and_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let tree = Tree::new();
    let outside = Tree::new();
    outside.write("secret.py", line(1));
    symlink(outside.path(), tree.at("folder")).unwrap();
    symlink(outside.at("secret.py"), tree.at("file.py")).unwrap();
    symlink(".", tree.at("loop")).unwrap();
    symlink("nowhere", tree.at("dangling")).unwrap();
    symlink(client_secret(2), tree.at("named-after-a-key")).unwrap();
    let report = tree.scan(&[]);
    assert_eq!(found(&report), ["lwa-client-secret named-after-a-key:null"]);
    assert_eq!(report["findings"][0]["location"]["kind"], "link-target");
    assert_eq!(skipped(&report), [""; 0]);
    // A link that a person names is the person's choice.
    assert_eq!(found(&tree.scan(&["folder"])), ["lwa-client-secret secret.py:1"]);
}

#[test]
fn a_name_can_hold_a_secret_and_is_masked_wherever_it_is_shown() {
    let tree = Tree::new();
    let secret = client_secret(1);
    tree.write(&format!("keys/{secret}.txt"), line(2));
    for format in [
        "human",
        "json",
        "jsonl",
        "sarif",
        "markdown",
        "html",
        "github",
        "gitlab",
        "gitlab-code-quality",
        "junit",
        "csv",
    ] {
        let ran = tree.run(&["scan", "--format", format]);
        assert_eq!(ran.code, 1);
        assert!(!ran.out.contains(&secret) && !ran.err.contains(&secret), "{format}");
    }
    let report = tree.scan(&[]);
    let kinds: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["location"]["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["file-name", "file"], "what has no line comes first");
}

#[test]
fn a_root_named_after_a_secret_is_masked_too() {
    let tree = Tree::new();
    let secret = client_secret(1);
    fs::create_dir(tree.at(&secret)).unwrap();
    let ran = tree.run(&["scan", "--format", "json", &secret]);
    assert!(!ran.out.contains(&secret), "{}", ran.out);
}

#[test]
fn standard_input_is_one_document() {
    let tree = Tree::new();
    let input = format!("a\nb\n{}", line(1));
    let ran = tree.run_with(&["scan", "--stdin", "--format", "json"], input.as_bytes());
    let report = ran.json();
    assert_eq!((ran.code, found(&report)), (1, vec!["lwa-client-secret stdin:3".to_owned()]));
    assert_eq!(report["scan"]["mode"], "stdin");
    assert_eq!(report["scan"]["bytes"], input.len());
    let ran =
        tree.run_with(&["scan", "--stdin", "--stdin-path", "src/a.py", "--format", "json"], input.as_bytes());
    assert_eq!(found(&ran.json()), ["lwa-client-secret src/a.py:3"]);
    assert_eq!(tree.run_with(&["scan", "--stdin"], b"").code, 0);
}

#[test]
fn the_bytes_that_were_read_are_told() {
    let tree = Tree::new();
    // Larger than a window, with what the gate knows at the beginning and at the end.
    let body = "x ".repeat(3 << 20);
    let early = format!("{}{body}", line(1));
    let late = format!("{body}\n{}", line(2));
    tree.write("early.txt", &early).write("late.txt", &late).write("none.txt", &body);
    let report = tree.scan(&[]);
    assert_eq!(report["scan"]["bytes"], early.len() + late.len() + body.len());
    assert_eq!(report["scan"]["files"], 3);
    assert_eq!(found(&report), ["lwa-client-secret early.txt:1", "lwa-client-secret late.txt:2"]);
}
