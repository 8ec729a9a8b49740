//! Lines of a commit's message that programs read.

use super::{Id, Repo};

/// Characters of a trailer that are kept.
const CHARACTERS_MAX: usize = 200;

impl Repo {
    /// Returns what the trailers of a name say in the messages of commits, in their order. A squash
    /// leaves trailers in the middle of a message, so every line counts.
    #[must_use]
    pub fn trailers(&self, commits: &[Id], name: &str) -> Vec<(Id, String)> {
        let mut reader = self.reader();
        let mut found = Vec::new();
        for commit in commits {
            // What cannot be read is told by those who audit it.
            let Ok((_, message)) = self.commit_text(&mut reader, *commit) else { continue };
            let message = String::from_utf8_lossy(&message);
            found.extend(message.lines().filter_map(|line| valued(line, name)).map(|text| (*commit, text)));
        }
        found
    }
}

fn valued(line: &str, name: &str) -> Option<String> {
    let (key, value) = line.split_once(':')?;
    key.eq_ignore_ascii_case(name).then(|| value.trim().chars().take(CHARACTERS_MAX).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailer_is_a_line_that_begins_with_its_name() {
        assert_eq!(valued("Kagiban-Skip: late: at night", "Kagiban-Skip").as_deref(), Some("late: at night"));
        assert_eq!(valued("kagiban-skip:x", "Kagiban-Skip").as_deref(), Some("x"));
        assert_eq!(valued(" Kagiban-Skip: x", "Kagiban-Skip"), None);
        assert_eq!(valued("Skip: x", "Kagiban-Skip"), None);
    }
}
