//! What a project needs to be audited from now on: settings and the check of its platform.
//!
//! Nothing is asked and nothing is overwritten. What cannot be written, because a file is there
//! already, is shown, so that its owner can add it.

mod platform;

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

pub use platform::Platform;

/// The settings with every key commented out.
pub const SETTINGS: Written =
    Written { path: "kagiban.toml", text: include_str!("../../ci/templates/kagiban.toml") };

/// A file that is written where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Its path from the top level.
    pub path: &'static str,
    /// What is in it.
    pub text: &'static str,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    New,
    /// It was there, and speaks of Kagiban.
    Already,
    /// It was there without Kagiban, and stays as it is.
    Kept,
}

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", path.display())]
pub struct SetupError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Written {
    /// Writes it below `top`, unless something is there.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, top: &Path) -> Result<Outcome, SetupError> {
        let path = top.join(self.path);
        let failed = |source| SetupError { path: path.clone(), source };
        // A link is not followed: it may lead out of the project.
        if path.symlink_metadata().is_ok() {
            let has_it = self.path == SETTINGS.path
                || fs::read_to_string(&path).is_ok_and(|text| text.contains("kagiban"));
            return Ok(if has_it { Outcome::Already } else { Outcome::Kept });
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
        file.write_all(self.text.as_bytes()).map_err(failed)?;
        Ok(Outcome::New)
    }
}
