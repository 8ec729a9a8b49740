//! Results: findings at a file and a line.

use std::collections::BTreeMap;

use super::log::{
    ArtifactLocation, ContextRegion, Location, LogicalLocation, PhysicalLocation, Region, ResultObject,
    ResultProperties, Text,
};
use super::{ROOT, compares, level};
use crate::lang::AboutFinding;
use crate::model::{Excerpt, Finding, Mode, Place, PlaceKind, Tag};
use crate::report::{Context, terminal, texts};

/// Where findings stand that have no file: messages, names of refs, standard input. It must be the
/// same file in every run, or alerts would close and open again.
const FILE_OF_THE_FILELESS: &str = "kagiban.toml";

pub(super) fn of(
    finding: &Finding,
    rule_index: usize,
    related_max: usize,
    mode: Mode,
    context: &Context<'_>,
) -> ResultObject {
    let rule = context.catalogue.get(&finding.rule);
    let related = finding.also_at.iter().take(related_max).enumerate().map(|(at, also)| Location {
        id: Some(at + 1),
        message: Some(Text { text: plain(&texts::place_at(&also.place, context)) }),
        ..location(&also.place, None)
    });
    ResultObject {
        rule_id: finding.rule.as_str().to_owned(),
        rule_index,
        level: level(finding.severity),
        message: Text { text: message(finding, context) },
        locations: [location(&finding.place, Some(&finding.excerpt))],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("kagibanFingerprint/v1", finding.fingerprint.to_string())]),
        baseline_state: compares(mode).then_some(if finding.counts() { "new" } else { "unchanged" }),
        properties: ResultProperties {
            severity: finding.severity.as_str(),
            confidence: finding.confidence.as_str(),
            tags: finding.tags.iter().map(|tag: &Tag| tag.as_str()).collect(),
            policy: rule.map(|rule| rule.file.policy.clone()).unwrap_or_default(),
            bundle: finding.bundle.map(|bundle| bundle.to_string()),
            commit: finding.place.origin.commit.as_deref().map(str::to_owned),
        },
    }
}

/// Says what was found, and where, if the file and the line alone do not say it.
fn message(finding: &Finding, context: &Context<'_>) -> String {
    let place = &finding.place;
    let what = plain(&texts::message(finding, context));
    if is_line_of_file(place) && place.origin.commit.is_none() {
        return what;
    }
    let at = context.say(AboutFinding::At { place: &texts::place_at(place, context) });
    texts::sentences(&[what, plain(&at)], context.lang)
}

/// Makes text of a document harmless; a message may hold links, `[text](address)`.
fn plain(text: &str) -> String {
    let text = terminal::visible(text);
    if !text.contains("](") {
        return text.into_owned();
    }
    text.replace('\\', r"\\").replace('[', r"\[").replace(']', r"\]")
}

/// Makes a location of a whole file; none for paths that do not lead from the root.
pub(super) fn file(path: &str) -> Option<Location> {
    if path.is_empty() || path.starts_with('/') {
        return None;
    }
    Some(Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: artifact(path),
            region: None,
            context_region: None,
        },
        logical_locations: Vec::new(),
        message: None,
    })
}

fn location(place: &Place, excerpt: Option<&Excerpt>) -> Location {
    let region = region(place);
    let context_region = excerpt.filter(|_| is_line_of_file(place)).and_then(|e| around(region, e));
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: artifact(place.origin.path.as_deref().unwrap_or(FILE_OF_THE_FILELESS)),
            region: Some(region),
            context_region,
        },
        logical_locations: logical(place).into_iter().collect(),
        message: None,
    }
}

fn artifact(path: &str) -> ArtifactLocation {
    ArtifactLocation { uri: percent_encoded(path), uri_base_id: ROOT }
}

/// Tells whether line and column are those of the file that `path` names.
fn is_line_of_file(place: &Place) -> bool {
    let origin = &place.origin;
    origin.path.is_some() && origin.kind == PlaceKind::File && place.inner.is_empty() && place.cell.is_none()
}

/// Returns the region; the first line where the place has none in the file, as GitHub needs one.
fn region(place: &Place) -> Region {
    match place.region.filter(|_| is_line_of_file(place)) {
        Some(region) => Region {
            start_line: region.start.line,
            start_column: Some(region.start.column),
            end_line: Some(region.end.line),
            end_column: Some(region.end.column),
        },
        None => Region { start_line: 1, start_column: None, end_line: None, end_column: None },
    }
}

/// Shows the masked lines; none where they do not reach around the region.
fn around(region: Region, excerpt: &Excerpt) -> Option<ContextRegion> {
    let lines = excerpt.lines();
    let (first, last) = (lines.first()?.number, lines.last()?.number);
    if region.start_line < first || region.end_line.unwrap_or(region.start_line) > last {
        return None;
    }
    let text: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    let snippet = Text { text: terminal::visible_lines(&text.join("\n")) };
    Some(ContextRegion { start_line: first, end_line: last, snippet })
}

/// Names the member of a container, or the cell of a sheet.
fn logical(place: &Place) -> Option<LogicalLocation> {
    let steps: Vec<&str> = place.inner.iter().chain(&place.cell).map(String::as_str).collect();
    let name = (*steps.last()?).to_owned();
    let path = place.origin.path.as_deref().into_iter();
    let fully_qualified_name = path.chain(steps).collect::<Vec<_>>().join("!/");
    Some(LogicalLocation { name, fully_qualified_name, kind: "resource" })
}

/// Encodes a path as a relative address, whatever its characters.
fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative_and_encoded() {
        assert_eq!(percent_encoded("src/a b#1?.py"), "src/a%20b%231%3F.py");
        assert_eq!(percent_encoded("C:/鍵"), "C%3A/%E9%8D%B5");
        assert!(file("/etc/x").is_none());
    }

    #[test]
    fn links_are_no_links() {
        assert_eq!(plain("see [x](y)"), r"see \[x\](y)");
        assert_eq!(plain("a[0] = b"), "a[0] = b");
    }
}
