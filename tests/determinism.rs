//! The same tree gives the same bytes, at any number of threads and every time.

mod proof;

use std::fs;
use std::path::Path;
use std::process::Command;

use kagiban::rules::sample;
use proof::{CHARSETS, ENCODINGS, cases, catalogue};

/// Writes every example in some form, the same secrets in many files, and files that say nothing.
fn grow(root: &Path) -> usize {
    let mut files = 0;
    let mut write = |path: String, bytes: &[u8]| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
        files += 1;
    };
    let forms: Vec<_> = CHARSETS.iter().chain(ENCODINGS).collect();
    for (index, case) in cases(&catalogue()).iter().enumerate() {
        let form = forms.get(index % forms.len()).expect("the index is within them").1;
        let written = case.encoded(form).unwrap_or_else(|| case.files());
        for (path, bytes) in written {
            write(format!("{}/{index}/{path}", case.rule), &bytes);
        }
        // One secret in many places: a finding each, which name one another.
        for (path, bytes) in case.files() {
            write(format!("copies/{index}/{path}"), &bytes);
            write(format!("copies/{index}/again/{path}"), &bytes);
        }
        write(format!("plain/{index}.txt"), format!("line {index}\n").repeat(index).as_bytes());
    }
    let many: String = (0..300).map(|n| sample("k = \"amzn1.oa2-cs.v1.{hex:64}\"\n", n)).collect();
    write("many.py".to_owned(), many.as_bytes());
    let allow = "# kagiban:allow lwa-client-secret reason=\"ours\" until=2027-01-31\n";
    write(
        "allowed.py".to_owned(),
        format!("{allow}{}", sample("k = \"amzn1.oa2-cs.v1.{hex:64}\"\n", 7)).as_bytes(),
    );
    files
}

fn output(root: &Path, format: &str, jobs: &str) -> (Vec<u8>, Vec<u8>, Option<i32>) {
    let run = Command::new(env!("CARGO_BIN_EXE_kagiban"))
        .args(["scan", ".", "--identifiers", "--lang", "en", "--now", "2026-01-31T00:00:00Z"])
        .args(["--format", format, "--jobs", jobs])
        .current_dir(root)
        .env_clear()
        .output()
        .expect("the program runs");
    (run.stdout, run.stderr, run.status.code())
}

#[test]
fn the_same_tree_gives_the_same_bytes() {
    let root = tempfile::tempdir().expect("a scratch folder can be made");
    assert!(grow(root.path()) > 500);
    for format in ["json", "jsonl", "sarif", "human"] {
        let first = output(root.path(), format, "1");
        assert_eq!(first.2, Some(1), "{format}: {}", String::from_utf8_lossy(&first.1));
        assert!(first.0.len() > 10_000, "{format}");
        for jobs in ["8", "3", "8"] {
            let again = output(root.path(), format, jobs);
            assert!(first == again, "{format} with {jobs} threads differs");
        }
    }
}

/// The order in which a file system lists a folder must not show.
#[test]
fn the_order_of_creation_does_not_show() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let secret = |n: u64| sample("k = \"amzn1.oa2-cs.v1.{hex:64}\"\n", n % 9);
    for n in 0..60 {
        fs::write(one.path().join(format!("{n}.py")), secret(n)).unwrap();
    }
    for n in (0..60).rev() {
        fs::write(two.path().join(format!("{n}.py")), secret(n)).unwrap();
    }
    assert_eq!(output(one.path(), "json", "8"), output(two.path(), "json", "2"));
}
