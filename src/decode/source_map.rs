//! Source maps: where each piece of a bundle was written before it was bundled.

use memchr::memmem;
use serde::Deserialize;

use super::base64;

/// A map of one bundle.
#[derive(Debug, Deserialize)]
pub struct SourceMap {
    #[serde(default, rename = "sourceRoot")]
    root: Option<String>,
    sources: Vec<Option<String>>,
    mappings: String,
}

/// A place in a text of which a bundle was made.
#[derive(Debug, PartialEq, Eq)]
pub struct Original {
    /// The text, as the map names it.
    pub source: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
}

/// How a bundle says where its map is.
const MARK: &[u8] = b"sourceMappingURL=";

impl SourceMap {
    /// Reads a map.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }

    /// Reads the map that a bundle brings with it.
    #[must_use]
    pub fn within(bundle: &[u8]) -> Option<Self> {
        let (kind, digits) = named(bundle)?.strip_prefix("data:")?.split_once(',')?;
        kind.ends_with(";base64").then(|| base64::decoded(digits)).flatten().and_then(|map| Self::of(&map))
    }

    /// Returns the name of the file beside a bundle that holds its map.
    #[must_use]
    pub fn name_beside(bundle: &[u8]) -> Option<&str> {
        named(bundle).filter(|name| !name.contains(':') && !name.is_empty())
    }

    /// Returns where what stands at a line and a column was written, both from 1.
    #[must_use]
    pub fn original(&self, line: u64, column: u64) -> Option<Original> {
        let (wanted_line, wanted_column) = (usize::try_from(line.checked_sub(1)?).ok()?, column as i64 - 1);
        let mut sums = [0_i64; 4];
        let mut best = None;
        for (number, segments) in self.mappings.split(';').enumerate().take(wanted_line.saturating_add(1)) {
            if let Some(column) = sums.first_mut() {
                *column = 0;
            }
            for segment in segments.split(',').filter(|segment| !segment.is_empty()) {
                let (numbers, count) = numbers(segment)?;
                sums.iter_mut().zip(numbers).for_each(|(sum, number)| *sum = sum.saturating_add(number));
                let [column, source, line, place] = sums;
                if number == wanted_line && column <= wanted_column {
                    // What has no source was made by the bundler.
                    best = (count >= 4).then_some((source, line, place));
                }
            }
        }
        let (source, line, column) = best?;
        let source = self.sources.get(usize::try_from(source).ok()?)?.as_deref()?;
        Some(Original {
            source: source_name(self.root.as_deref(), source),
            line: u64::try_from(line).ok()? + 1,
            column: u64::try_from(column).ok()? + 1,
        })
    }
}

/// The address of its map that a bundle names; the last one counts.
fn named(bundle: &[u8]) -> Option<&str> {
    let rest = bundle.get(memmem::rfind(bundle, MARK)? + MARK.len()..)?;
    let end = rest.iter().position(|byte| byte.is_ascii_whitespace() || *byte == b'*').unwrap_or(rest.len());
    std::str::from_utf8(rest.get(..end)?).ok()
}

/// The name of a text as a person knows it, without what bundlers add: `webpack://shop/./src/api.ts?x`.
pub(super) fn source_name(root: Option<&str>, source: &str) -> String {
    let (path, is_whole) = match source.split_once("://") {
        Some((_, rest)) => (rest.split_once('/').map_or(rest, |(_, path)| path), true),
        None => (source, source.starts_with('/')),
    };
    let path = path.split('?').next().unwrap_or(path);
    let path = path.trim_start_matches(['/']).trim_start_matches("./");
    match root.map(|root| root.trim_end_matches('/')).filter(|root| !root.is_empty() && !is_whole) {
        Some(root) => format!("{}/{path}", source_name(None, root)),
        None => path.to_owned(),
    }
}

/// The numbers of a segment, and how many there are: five bits a letter, the lowest ones first.
fn numbers(segment: &str) -> Option<([i64; 4], usize)> {
    let mut numbers = [0; 4];
    let (mut count, mut number, mut shift) = (0, 0_i64, 0);
    for letter in segment.bytes() {
        let digit = digit(letter)?;
        number |= i64::from(digit & 31).checked_shl(shift)?;
        if digit & 32 > 0 {
            shift += 5;
            continue;
        }
        if let Some(slot) = numbers.get_mut(count) {
            *slot = if number & 1 == 1 { -(number >> 1) } else { number >> 1 };
        }
        (count, number, shift) = (count + 1, 0, 0);
    }
    Some((numbers, count))
}

fn digit(letter: u8) -> Option<u8> {
    Some(match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(mappings: &str) -> SourceMap {
        let json = serde_json::json!({
            "version": 3, "sources": ["webpack:///./src/a.ts", null, "../b.ts?7"], "mappings": mappings,
        });
        SourceMap::of(json.to_string().as_bytes()).unwrap()
    }

    fn at(source: &str, line: u64, column: u64) -> Option<Original> {
        Some(Original { source: source.to_owned(), line, column })
    }

    #[test]
    fn pieces_go_back() {
        // Line 1: column 0 is a.ts 1:1, column 8 is a.ts 3:5, column 16 is the bundler's own.
        // Line 2: column 0 is b.ts 2:5.
        let map = map("AAAA,QAEI,Q;AEDA");
        assert_eq!(map.original(1, 1), at("src/a.ts", 1, 1));
        assert_eq!(map.original(1, 12), at("src/a.ts", 3, 5));
        assert_eq!(map.original(1, 30), None);
        assert_eq!(map.original(2, 40), at("../b.ts", 2, 5));
        assert_eq!(map.original(3, 1), None);
        assert_eq!(map.original(0, 0), None);
    }

    #[test]
    fn no_letters_break_the_reading() {
        for mappings in ["!", "gggggggggggggggggggggggggggggg", "/////////////////", "AZZZ", ",,;;,", "AAAAA"]
        {
            let _ = map(mappings).original(1, 1);
        }
        assert_eq!(map("AZAA").original(1, 1), None);
    }

    #[test]
    fn names_are_those_of_people() {
        assert_eq!(source_name(None, "webpack://shop/./src/api.ts?f00d"), "src/api.ts");
        assert_eq!(source_name(Some("/srv/app/"), "src/api.ts"), "srv/app/src/api.ts");
        assert_eq!(source_name(Some(""), "../src/api.ts"), "../src/api.ts");
    }

    #[test]
    fn a_bundle_names_its_map() {
        assert_eq!(named(b"x;\n//# sourceMappingURL=a.js.map\n"), Some("a.js.map"));
        assert_eq!(named(b"x{}\n/*# sourceMappingURL=a.css.map*/"), Some("a.css.map"));
        assert_eq!(named(b"x"), None);
    }
}
