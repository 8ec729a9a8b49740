//! Addresses that the user listed, fetched with the user's own `git` into a folder that is kept.
//!
//! Invariants:
//! 1. Nobody is asked anything: no terminal, no window, no password. Credential helpers and keys
//!    without a passphrase work; what needs a person is a broken repository.
//! 2. Only the transports in [`TRANSPORTS`] are spoken, whatever the address says: `ext::` would
//!    run a command of its choice.
//! 3. No hook, filter or template runs: nothing is checked out.
//! 4. An address with a user or password is handed to git and written nowhere.

use std::fs::{self, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use super::repository::{Repository, hex};
use crate::model::{random_masked, reason, run_masked};

/// How addresses may begin, the short form of ssh apart.
const TRANSPORTS: [&str; 5] = ["https://", "http://", "ssh://", "git://", "file://"];
/// What git itself is allowed to speak.
const ALLOWED: &str = "https:http:ssh:git:file";
/// The file that says what the remote had at the last fetch.
const HEARD: &str = "kagiban-heard";
/// Bytes kept of what git says when it fails.
const SAID_BYTES_MAX: u64 = 64 << 10;
/// Bytes of references that are read.
const HEADS_BYTES_MAX: u64 = 256 << 20;
/// How often a git that runs is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// What git fetches: branches as those of a remote, so that what is there counts as pushed, and
/// everything else, pull requests and notes among it, under its own name.
const WANTED: [&str; 2] = ["+refs/heads/*:refs/remotes/origin/*", "+refs/*:refs/*"];

/// Fetches addresses.
#[derive(Debug, Clone)]
pub struct Fetcher {
    folder: PathBuf,
    time_max: Duration,
}

impl Fetcher {
    /// Keeps repositories below `folder`; a repository may take `time_max`.
    #[must_use]
    pub const fn new(folder: PathBuf, time_max: Duration) -> Self {
        Self { folder, time_max }
    }

    /// Fetches what is new at an address and returns the folder of the repository.
    ///
    /// # Errors
    /// When it cannot be fetched; the text says what git said, without the address.
    pub fn fetched(&self, repository: &Repository, address: &str) -> Result<PathBuf, String> {
        let is_short_ssh = !address.contains("::") && !address.contains("://") && !address.starts_with('-');
        if !is_short_ssh && !TRANSPORTS.iter().any(|transport| address.starts_with(transport)) {
            return Err("git is not asked for addresses of this kind".to_owned());
        }
        let folder = self.folder.join(format!("{}.git", repository.id));
        let said = |error: io::Error| format!("{}: {}", self.folder.display(), reason(&error));
        private_folder(&self.folder).map_err(said)?;
        // Two tasks may share the folder; the second finds what the first fetched.
        let lock = self.folder.join(format!("{}.lock", repository.id));
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(lock).map_err(said)?;
        lock.lock().map_err(said)?;
        let public = repository.public.as_str();
        let git = Git { folder: &folder, address, public, until: Instant::now() + self.time_max };
        git.fetched()?;
        drop(lock);
        Ok(folder)
    }
}

/// Creates a folder that others cannot look into: it holds what may hold keys.
fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// The user's git, about one repository.
struct Git<'a> {
    folder: &'a Path,
    address: &'a str,
    /// The address without user and password, which is all that is kept.
    public: &'a str,
    until: Instant,
}

impl Git<'_> {
    fn fetched(&self) -> Result<(), String> {
        let heads = self.ran(&["ls-remote", "--symref", "--", self.address], HEADS_BYTES_MAX)?;
        let heard = hex(&Sha256::digest(&heads));
        let path = self.folder.join(HEARD);
        if fs::read_to_string(&path).is_ok_and(|last| last == heard) {
            return Ok(());
        }
        if !self.folder.join("HEAD").is_file() {
            let folder = self.folder.display().to_string();
            self.ran(&["init", "--quiet", "--bare", "--template=", "--", &folder], SAID_BYTES_MAX)?;
        }
        let at = self.folder.display().to_string();
        let fetch = ["--git-dir", &at, "fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head"];
        let fetch: Vec<&str> =
            fetch.into_iter().chain(["--no-recurse-submodules", "--", self.address]).chain(WANTED).collect();
        self.ran(&fetch, SAID_BYTES_MAX)?;
        // So that findings can say where they were pushed to.
        self.ran(&["--git-dir", &at, "config", "remote.origin.url", self.public], SAID_BYTES_MAX)?;
        if let Some(branch) = head_of(&heads) {
            self.ran(&["--git-dir", &at, "symbolic-ref", "HEAD", &branch], SAID_BYTES_MAX)?;
        }
        fs::write(path, heard).map_err(|error| reason(&error))
    }

    /// Runs git and returns what it printed.
    fn ran(&self, arguments: &[&str], bytes_max: u64) -> Result<Vec<u8>, String> {
        let mut command = Command::new("git");
        command
            .args(["-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0"])
            .args(["-c", "maintenance.auto=false", "-c", "credential.interactive=false"])
            .args(["-c", "http.lowSpeedLimit=1000", "-c", "http.lowSpeedTime=120"])
            .args(arguments)
            .env("GIT_ALLOW_PROTOCOL", ALLOWED)
            .env("GIT_TERMINAL_PROMPT", "0")
            // Set but empty, it also keeps git from asking `core.askPass` and `SSH_ASKPASS`.
            .env("GIT_ASKPASS", "")
            .env("SSH_ASKPASS_REQUIRE", "never")
            .env("GCM_INTERACTIVE", "never")
            .env("GIT_SSH_COMMAND", silent_ssh())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for about_another in
            ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"]
        {
            command.env_remove(about_another);
        }
        let mut child = command.spawn().map_err(|error| format!("git cannot be run: {}", reason(&error)))?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let (printed, said, ended) = thread::scope(|scope| {
            let printed = scope.spawn(move || read(out, bytes_max));
            let said = scope.spawn(move || read(err, SAID_BYTES_MAX));
            let ended = self.waited(&mut child);
            (printed.join().unwrap_or_default(), said.join().unwrap_or_default(), ended)
        });
        match ended? {
            true => Ok(printed),
            false => Err(self.shown(&String::from_utf8_lossy(&said))),
        }
    }

    /// Waits for git, and ends it when it takes too long.
    fn waited(&self, child: &mut Child) -> Result<bool, String> {
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return Ok(status.success()),
                Ok(None) if Instant::now() < self.until => thread::sleep(LOOK),
                Ok(None) => {
                    // It may have ended by itself just now.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err("git took too long".to_owned());
                }
                Err(error) => return Err(format!("git cannot be waited for: {}", reason(&error))),
            }
        }
    }

    /// What git said, in one line, without the address and what else could be a secret.
    fn shown(&self, said: &str) -> String {
        let said = said.replace(self.address, "it");
        let told = said
            .lines()
            .map(str::trim)
            .find(|line| line.starts_with("fatal: ") || line.starts_with("ERROR: "));
        let line = told.or_else(|| said.lines().map(str::trim).rfind(|line| !line.is_empty()));
        let line = line.unwrap_or("git gave no reason").trim_start_matches("fatal: ");
        random_masked(run_masked(line).as_str()).as_str().to_owned()
    }
}

fn read(from: Option<impl io::Read>, bytes_max: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(mut from) = from {
        // What was read until it broke off is all there is to tell.
        let _ = from.by_ref().take(bytes_max).read_to_end(&mut bytes);
        // A pipe that nobody empties would keep git from ending.
        let _ = io::copy(&mut from, &mut io::sink());
    }
    bytes
}

/// The user's ssh, which is to ask nothing and to give up some time.
fn silent_ssh() -> String {
    let own = std::env::var("GIT_SSH_COMMAND").ok().filter(|own| !own.is_empty());
    let own = own.or_else(|| {
        let asked =
            Command::new("git").args(["config", "--get", "core.sshCommand"]).stdin(Stdio::null()).output();
        let answer = String::from_utf8(asked.ok()?.stdout).ok()?;
        Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty())
    });
    let own = own.unwrap_or_else(|| "ssh".to_owned());
    format!("{own} -oBatchMode=yes -oConnectTimeout=30 -oServerAliveInterval=30 -oServerAliveCountMax=4")
}

/// The branch that the remote has as its HEAD.
fn head_of(heads: &[u8]) -> Option<String> {
    let line =
        heads.split(|b| *b == b'\n').find(|line| line.starts_with(b"ref: ") && line.ends_with(b"\tHEAD"))?;
    let name = std::str::from_utf8(line.get(5..line.len().checked_sub(5)?)?).ok()?;
    let branch = name.strip_prefix("refs/heads/")?;
    // All of the remote's branches are fetched under their own names too.
    (!branch.is_empty()).then(|| format!("refs/heads/{branch}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::Location;

    fn repository(address: &str) -> Repository {
        Repository::new(address, Location::Address(address.to_owned()), &|at| at.to_owned())
    }

    #[test]
    fn commands_are_not_addresses() {
        let folder = tempfile::tempdir().unwrap();
        let fetcher = Fetcher::new(folder.path().to_path_buf(), Duration::from_secs(5));
        for address in ["ext::sh -c touch x", "-upload-pack=x://", "fd::7", "ftp://host/a", "git@ext::x:y"] {
            let error = fetcher.fetched(&repository(address), address).unwrap_err();
            assert!(error.contains("kind"), "{address}: {error}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn the_head_of_the_remote_is_read() {
        assert_eq!(head_of(b"ref: refs/heads/main\tHEAD\n00\tHEAD\n").as_deref(), Some("refs/heads/main"));
        assert_eq!(head_of(b"00\tHEAD\n"), None);
        assert_eq!(head_of(b""), None);
    }

    #[test]
    fn what_git_says_names_no_address() {
        let address = "https://bob:pass1234@host/acme.git";
        let git = Git { folder: Path::new("."), address, public: "", until: Instant::now() };
        let said =
            git.shown("warning: x\nfatal: unable to access 'https://bob:pass1234@host/acme.git/': no\n");
        assert_eq!(said, "unable to access 'it/': no");
        let said = git.shown("fatal: Authentication failed for 'https://bob:pass1234@host/other.git'");
        assert!(!said.contains("pass1234"), "{said}");
    }
}
