//! Links to files, for terminals that open them (OSC 8).

use std::fmt::Write as _;

use crate::model::{Place, PlaceKind};
use crate::report::Context;

/// Puts a link around the name of a place, where it is a file on disk and the terminal has links.
pub(super) fn to_file(place: &Place, named: String, context: &Context<'_>) -> String {
    let origin = &place.origin;
    let is_file = origin.kind == PlaceKind::File && origin.commit.is_none();
    let Some((folder, path)) = context.links.zip(origin.path.as_deref()).filter(|_| is_file) else {
        return named;
    };
    let address = address(&folder.join(path).to_string_lossy());
    format!("\u{1b}]8;;{address}\u{1b}\\{named}\u{1b}]8;;\u{1b}\\")
}

/// The address of a file, everything in it that could end the link escaped.
fn address(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut address = String::from(if path.starts_with('/') { "file://" } else { "file:///" });
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' | b':' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                address.push(char::from(byte));
            }
            _ => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::lang::Lang;
    use crate::report::fixture::{catalogue, full};

    #[test]
    fn addresses_hold_nothing_that_ends_them() {
        assert_eq!(address("/a b/\u{1b}]鍵"), "file:///a%20b/%1B%5D%E9%8D%B5");
        assert_eq!(address("C:\\shop\\.env"), "file:///C:/shop/.env");
    }

    #[test]
    fn files_on_disk_are_links_and_nothing_else_is() {
        let catalogue = catalogue();
        let plain = Context { catalogue: &catalogue, lang: Lang::En, width: None, color: true, links: None };
        let linked = Context { links: Some(Path::new("/shop")), ..plain };
        for finding in full().findings() {
            let named = || "here".to_owned();
            assert_eq!(to_file(&finding.place, named(), &plain), "here");
            let link = to_file(&finding.place, named(), &linked);
            assert_eq!(link.starts_with("\u{1b}]8;;file:///shop/"), finding.place.origin.commit.is_none());
            assert_eq!(link.matches('\u{1b}').count(), if link == "here" { 0 } else { 4 });
        }
    }
}
