//! What a hostile or broken tree must not do: hang, take the memory, hide, or move the cursor.

use std::fs::{self, File, OpenOptions};
use std::io::{Seek as _, SeekFrom, Write as _};
use std::process::Stdio;

use crate::tree::{NOW, Ran, Tree, client_secret, found, program, refresh_token, skipped};

fn line(seed: u64) -> String {
    format!("lwa_client_secret = \"{}\"\n", client_secret(seed))
}

/// What the audit of any input may take, in KiB.
#[cfg(target_os = "linux")]
const MEMORY_KIB_MAX: u64 = 300 * 1024;

/// Runs `scan` and watches how much memory it takes.
#[cfg(target_os = "linux")]
fn scan_in_bounds(tree: &Tree) -> Ran {
    let report = tempfile::NamedTempFile::new().unwrap();
    let mut child = program(tree.path())
        .args(["scan", "--format", "json", "--now", NOW, "--jobs", "8"])
        .stdout(report.reopen().unwrap())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    let ended = loop {
        // The high-water mark only rises, so the last look tells all but the end.
        let text = fs::read_to_string(&status).unwrap_or_default();
        let high = text
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(high.unwrap_or(0));
        if let Some(ended) = child.try_wait().unwrap() {
            break ended;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    };
    assert!((1..=MEMORY_KIB_MAX).contains(&peak), "{peak} KiB");
    Ran { code: ended.code().unwrap(), out: fs::read_to_string(report.path()).unwrap(), err: String::new() }
}

#[test]
fn a_missing_path_is_named() {
    let tree = Tree::new();
    tree.write("a.txt", "");
    let ran = tree.run(&["scan", "a.txt", "no/such"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(ran.err, "error: no/such: no such file or folder\n");
}

#[test]
#[cfg(unix)]
fn pipes_and_sockets_are_limits() {
    let tree = Tree::new();
    let made = std::process::Command::new("mkfifo").arg(tree.at("pipe")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(tree.at("socket")).unwrap();
    tree.write("a.txt", "nothing");
    let report = tree.scan(&[]);
    assert_eq!(skipped(&report), ["special-file pipe", "special-file socket"]);
    assert_eq!((&report["scan"]["complete"], &report["scan"]["limited"]), (&true.into(), &true.into()));
    assert_eq!(tree.run(&["scan"]).code, 0);
    assert_eq!(tree.run(&["scan", "--strict"]).code, 3);
    assert!(tree.run(&["scan"]).out.contains("pipe: a pipe, socket or device (pipe)"));
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_read_makes_it_incomplete_and_the_rest_is_audited() {
    let tree = Tree::new();
    // Whoever runs this may read everything, so the kernel has to refuse.
    std::os::unix::fs::symlink("/proc/self/mem", tree.at("mem")).unwrap();
    tree.write("z.py", line(1));
    let ran = tree.run(&["scan", "--format", "json", "mem", "z.py"]);
    let report = ran.json();
    assert_eq!(found(&report), ["lwa-client-secret z.py:1"]);
    assert_eq!(skipped(&report), ["unreadable mem"]);
    assert_eq!(report["scan"]["complete"], false);
    assert_eq!(ran.code, 1, "a finding comes before what is missing");
    let ran = tree.run(&["scan", "mem"]);
    assert_eq!(ran.code, 3);
    assert!(ran.out.contains("  - mem: cannot be read (input/output error)"), "{}", ran.out);
    assert!(
        ran.out.starts_with("Nothing found in what could be read, but the audit is incomplete."),
        "{}",
        ran.out
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_sparse_file_larger_than_memory_is_read() {
    let tree = Tree::new();
    let mut file = File::create(tree.at("sparse")).unwrap();
    file.set_len(400 << 20).unwrap();
    file.seek(SeekFrom::End(0)).unwrap();
    write!(file, "\n{}", line(1)).unwrap();
    let ran = scan_in_bounds(&tree);
    assert_eq!(found(&ran.json()), ["lwa-client-secret sparse:2"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_line_of_200_megabytes_ends_in_a_secret() {
    let tree = Tree::new();
    let mut file = File::create(tree.at("bundle.js")).unwrap();
    let million = "a;b ".repeat(250_000);
    for _ in 0..200 {
        file.write_all(million.as_bytes()).unwrap();
    }
    write!(file, "refresh_token:\"{}\"", refresh_token(1)).unwrap();
    let ran = scan_in_bounds(&tree);
    let report = ran.json();
    assert_eq!(found(&report), ["lwa-refresh-token bundle.js:1"]);
    assert_eq!(report["findings"][0]["location"]["column"], 200_000_000 + "refresh_token:\"".len() + 1);
}

#[test]
#[cfg(target_os = "linux")]
fn many_dense_files_at_once_stay_in_bounds() {
    let tree = Tree::new();
    let dense = format!("amzn1.\n{}", "<a b=\"c%20d\">\n".repeat(290_000));
    for name in ["a", "b", "c", "d"] {
        tree.write(name, &dense);
    }
    let ran = scan_in_bounds(&tree);
    assert_eq!((ran.code, ran.json()["scan"]["files"].as_u64()), (0, Some(4)));
}

#[test]
fn bytes_that_are_no_text_hide_nothing() {
    let tree = Tree::new();
    let secret = client_secret(1);
    tree.write("empty", "");
    tree.write("broken.txt", [b"\xfe\x80\xc3 ".as_slice(), line(2).as_bytes(), b"\xed\xa0\x80"].concat());
    tree.write("cut.txt", [line(3).as_bytes(), "鍵".as_bytes().get(..2).unwrap()].concat());
    tree.write("swap.swp", [b"b0VIM\0\0\0".as_slice(), b"x\0", secret.as_bytes(), b"\0\0y"].concat());
    let report = tree.scan(&[]);
    let mut rules = found(&report);
    rules.retain(|found| found.starts_with("lwa-client-secret"));
    assert_eq!(rules.len(), 3, "{rules:?}");
    assert_eq!(skipped(&report), [""; 0]);
}

#[test]
#[cfg(unix)]
fn names_cannot_move_the_cursor_or_make_lines() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    let tree = Tree::new();
    let names: [&[u8]; 5] =
        [b"a\nnew line", b"b\x1b[2Jcleared", "c\u{202e}desrever".as_bytes(), b"d\xff\xfe", b"e\rback"];
    for (seed, name) in (1..).zip(names) {
        fs::write(tree.path().join(OsStr::from_bytes(name)), line(seed)).unwrap();
    }
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
        let ran = tree.run(&["scan", "--format", format, "--color", "never"]);
        assert_eq!(ran.code, 1, "{format}");
        let moves = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(!ran.out.contains(moves), "{format}: {:?}", ran.out);
    }
    assert!(tree.run(&["scan"]).out.contains(r"--> a\nnew line:1:22"));
    assert_eq!(found(&tree.scan(&[])).len(), 5);
}

#[test]
fn deep_folders_are_walked() {
    let tree = Tree::new();
    let mut path = String::new();
    for _ in 0..400 {
        path.push_str("d/");
    }
    tree.write(&format!("{path}a.py"), line(1));
    assert_eq!(found(&tree.scan(&[])), [format!("lwa-client-secret {path}a.py:1")]);
}

#[test]
fn a_report_that_cannot_be_written_is_refused_before_the_audit() {
    let tree = Tree::new();
    tree.write("a.py", line(1));
    for (target, reason) in [
        ("no/such/out.json", "there is no such folder to write the report to"),
        ("folder.json", "a report is written to a file, and this is a folder"),
        ("out.txt", "no format has this ending"),
    ] {
        fs::create_dir_all(tree.at("folder.json")).unwrap();
        let ran = tree.run(&["scan", "--report", target]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{target}");
        assert!(ran.err.contains(&format!("{target}: {reason}")), "{}", ran.err);
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_costs_one_report_and_is_told() {
    let tree = Tree::new();
    tree.write("a.py", line(1));
    std::os::unix::fs::symlink("/dev/full", tree.at("full.json")).unwrap();
    let ran = tree.run(&["scan", "a.py", "--report", "full.json", "--report", "good.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.starts_with("error: full.json: "), "{}", ran.err);
    assert!(tree.read("good.json").contains("lwa-client-secret"), "the other report is there");
    assert!(ran.out.contains("lwa-client-secret"), "and so is standard output");
}

#[test]
#[cfg(unix)]
fn a_closed_output_changes_no_exit_code() {
    let tree = Tree::new();
    for seed in 0..400 {
        tree.write(&format!("{seed}.py"), line(seed));
    }
    let mut child = program(tree.path()).args(["scan", "--format", "json"]).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(String::from_utf8(ended.stderr).unwrap(), "");
    let mut child = program(tree.path()).args(["rules", "list"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn findings_beyond_the_limit_are_dropped_aloud_and_the_same_at_any_number_of_threads() {
    let tree = Tree::new();
    for file in 0..12 {
        let lines: String = (0..999).map(|n| line(file * 1_000 + n)).collect();
        tree.write(&format!("{file:02}.py"), lines);
    }
    let one = tree.run(&["scan", "--format", "json", "--now", NOW, "--jobs", "1"]);
    let eight = tree.run(&["scan", "--format", "json", "--now", NOW, "--jobs", "8"]);
    assert_eq!(one.out, eight.out);
    let report = one.json();
    assert_eq!(skipped(&report), ["too-many ."]);
    assert_eq!(report["scan"]["limited"], true);
    assert_eq!(report["findings"].as_array().unwrap().len(), 11 * 999);
}

#[test]
fn a_file_is_not_shut_by_another_writer() {
    let tree = Tree::new();
    tree.write("log", line(1));
    let _writer = OpenOptions::new().append(true).open(tree.at("log")).unwrap();
    assert_eq!(found(&tree.scan(&[])).len(), 1);
}
