//! Looking only at what is new in each delta finds what looking at every blob whole finds.
//!
//! The same history is audited twice: packed as deltas, and with every object loose and whole.

use std::fs;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::sandbox::{Sandbox, leak};

/// A file that is edited through a history. Most of its versions hold nothing, so that a delta
/// starts from nothing; what a version holds, its neighbours hold in pieces.
struct Edited {
    lines: Vec<String>,
    /// A text that is put together, where it stands, and how it is written.
    guest: (String, usize),
    random: fastrand::Rng,
}

impl Edited {
    fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let lines = (0..400).map(|_| filler(&mut random)).collect();
        let mut edited = Self { lines, guest: (String::new(), 0), random };
        edited.invite();
        edited
    }

    /// Another secret, at another place, written in another way.
    fn invite(&mut self) {
        let at = self.random.usize(0..self.lines.len());
        let plain = leak(self.random.u64(0..6));
        let form = self.random.u8(0..4);
        let lead = "x".repeat(self.random.usize(0..40));
        self.guest.0 = match form {
            0 => plain,
            1 => format!("{}\n", STANDARD.encode(format!("{lead}{plain}"))),
            2 => plain.replace("amzn", "%61mz%6E").replace('.', "%252E"),
            _ => format!("{lead}{plain}"),
        };
        self.guest.1 = at;
    }

    /// The guest whole, broken by one byte, cut in two, or only one of its ends.
    fn guest(&mut self) -> String {
        let (whole, _) = &self.guest;
        let cut = self.random.usize(1..whole.len() - 1);
        match self.random.u8(0..6) {
            0 | 1 => whole.clone(),
            2 => {
                let at = whole.find("amzn1").map_or(cut, |at| at + self.random.usize(0..6));
                format!("{}~{}", &whole[..at], &whole[at + 1..])
            }
            3 => format!("{}\n{}", &whole[..cut], &whole[cut..]),
            4 => format!("{}\n", &whole[..cut]),
            _ => whole[cut..].to_owned(),
        }
    }

    /// The next version: lines of the file change a little, the guest changes, or another comes.
    fn next(&mut self) -> Vec<u8> {
        let at = self.random.usize(0..self.lines.len());
        match self.random.u8(0..8) {
            0 => self.lines.insert(at, filler(&mut self.random)),
            1 => drop(self.lines.remove(at)),
            2 => self.invite(),
            3 => self.lines.swap(at, 7),
            _ => {}
        }
        let mut lines = self.lines.clone();
        if self.random.u8(0..5) > 0 {
            lines.insert(self.guest.1.min(lines.len()), self.guest());
        }
        let text = lines.concat();
        if self.random.u8(0..25) == 0 {
            return text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
        text.into_bytes()
    }
}

/// A line that no rule cares for; now and then one of base64.
fn filler(random: &mut fastrand::Rng) -> String {
    let letters: String = (0..random.usize(5..60)).map(|_| random.lowercase()).collect();
    if random.u8(0..30) == 0 { format!("{}\n", STANDARD.encode(letters)) } else { format!("{letters} end\n") }
}

/// Packs as git does when it tries hard.
fn pack(repo: &Sandbox) {
    repo.git(&["repack", "-q", "-a", "-d", "-f", "--depth=50", "--window=250"]);
}

/// Takes every object out of its pack.
fn unpack(repo: &Sandbox, git_folder: &str) {
    let folder = repo.top.join(git_folder).join("objects/pack");
    let aside = repo.outside().join("packs");
    fs::rename(&folder, &aside).unwrap();
    fs::create_dir(&folder).unwrap();
    for entry in fs::read_dir(&aside).unwrap().flatten() {
        if entry.path().extension().is_some_and(|e| e == "pack") {
            repo.git_fed(&["unpack-objects", "-q"], &fs::read(entry.path()).unwrap());
        }
    }
    fs::remove_dir_all(aside).unwrap();
}

#[test]
fn deltas_and_whole_blobs_give_the_same_report() {
    let mut found = 0;
    for seed in 0..4 {
        let repo = Sandbox::new();
        let mut files: Vec<Edited> = (0..3).map(|n| Edited::new(seed * 10 + n)).collect();
        for step in 0..60usize {
            let which = step % files.len();
            if step % 17 == 16 {
                // Lines move from one file to another.
                let moved = files[which].lines.split_off(300);
                files[(which + 1) % 3].lines.extend(moved);
            }
            let bytes = files[which].next();
            // An edit may leave everything as it was.
            repo.write(&format!("f{which}.conf"), bytes);
            repo.git(&["add", "-A"]);
            repo.git(&["commit", "-q", "--allow-empty", "-m", "Edit"]);
        }
        pack(&repo);
        let deltas = repo.git(&["cat-file", "--batch-all-objects", "--batch-check=%(deltabase)"]);
        assert!(deltas.lines().filter(|base| !base.starts_with("000")).count() > 40, "most blobs are deltas");
        let packed = repo.kagiban(&["--history"]);
        unpack(&repo, ".git");
        let whole = repo.kagiban(&["--history"]);
        assert_eq!(packed.report, whole.report, "seed {seed}");
        found += packed.findings().len();
    }
    assert!(found > 20, "{found}");
}

/// `KAGIBAN_REPOSITORIES` names folders of real repositories, parted as in `PATH`. A clone of each
/// is unpacked, so they should be small.
#[test]
fn real_repositories_agree_as_well() {
    let Some(folders) = std::env::var_os("KAGIBAN_REPOSITORIES") else { return };
    for folder in std::env::split_paths(&folders) {
        let repo = Sandbox::new();
        fs::remove_dir_all(&repo.top).unwrap();
        let mut clone = Command::new("git");
        clone.args(["clone", "-q", "--mirror", "--no-local"]).arg(&folder).arg(&repo.top);
        assert!(clone.status().unwrap().success());
        let report = |repo: &Sandbox| -> Value {
            let mut report = repo.kagiban(&["--history"]).report;
            report["scan"]["roots"] = json!([]);
            report
        };
        let packed = report(&repo);
        unpack(&repo, "");
        assert_eq!(packed, report(&repo), "{}", folder.display());
    }
}
