//! Names that say by themselves whose secret they hold, where nothing else in a text does.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use crate::rules::WordSearch;

/// Bytes behind the owner in which the rest of the name is looked for: `amazon: { refresh_token`.
const REACH_BYTES: usize = 32;

static OWNERS: LazyLock<WordSearch> = LazyLock::new(|| {
    let words =
        ["amazon", "amzn", "seller", "vendorcentral", "vendor_central", "vendor-central", "vendor central"];
    WordSearch::new(&words.map(str::to_owned))
});

/// What names of secrets hold.
const STEMS: [&str; 8] = ["secret", "token", "key", "passw", "pwd", "cred", "auth", "env"];

/// Tells whether a text may name a secret of a seller: `AMAZON_CLIENT_SECRET`. It lets more pass
/// than are such names, and costs a search only.
#[must_use]
pub fn names_owner(text: &str) -> bool {
    let mut names = false;
    OWNERS.each(text.as_bytes(), |_, at| {
        let near = text.as_bytes().get(at..text.len().min(at + REACH_BYTES)).unwrap_or_default();
        let near = near.to_ascii_lowercase();
        names = STEMS.iter().any(|stem| near.windows(stem.len()).any(|part| part == stem.as_bytes()));
        if names { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_owners_are_told_from_other_words() {
        for text in ["AMAZON_CLIENT_SECRET", "amazon: {refresh_token", "sellerPassword", "VENDOR_CENTRAL_PWD"]
        {
            assert!(names_owner(text), "{text}");
        }
        for text in ["the best seller of all books, again", "amazon forest", "client_secret for amazon"] {
            assert!(!names_owner(text), "{text}");
        }
    }
}
