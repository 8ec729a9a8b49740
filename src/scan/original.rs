//! Where the text of a bundle was written, by the source map that comes with it.
//!
//! A map that holds the texts themselves is read as a container, so that a secret is found in them at
//! their own lines. Many maps hold only names and places.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Plan;
use super::shown::safe_place;
use crate::decode::SourceMap;
use crate::model::{AlsoAt, Finding, Mode, Origin, Place, PlaceKind, Position, Region, Snapshot};

/// What bundlers write.
const ENDINGS: [&str; 4] = [".js", ".mjs", ".cjs", ".css"];

/// Adds the places in the texts that bundles were made of to the findings in those bundles. Of other
/// states than the one that is there now no map is at hand.
pub(super) fn add(plan: Plan<'_>, findings: &mut [Finding], paths: &[Arc<str>]) {
    if plan.source.mode() == Mode::History {
        return;
    }
    let mut bundles: BTreeMap<(u32, &Arc<str>), Vec<usize>> = BTreeMap::new();
    for (index, (finding, path)) in findings.iter().zip(paths).enumerate() {
        let Place { origin, inner, region, .. } = &finding.place;
        let is_bundle = ENDINGS.iter().any(|ending| path.ends_with(ending));
        if is_bundle && origin.kind == PlaceKind::File && inner.is_empty() && region.is_some() {
            bundles.entry((origin.root, path)).or_default().push(index);
        }
    }
    if bundles.is_empty() {
        return;
    }
    let snapshot = plan.source.snapshot();
    for ((root, path), indices) in bundles {
        let Some((map_path, map)) = map_of(&*snapshot, root, path) else { continue };
        for index in indices {
            if let Some(finding) = findings.get_mut(index) {
                add_to(finding, &map_path, &map, plan);
            }
        }
    }
}

/// The map of a bundle, and the file that holds it.
fn map_of(snapshot: &dyn Snapshot, root: u32, path: &str) -> Option<(String, SourceMap)> {
    let bundle = snapshot.read(root, path)?;
    if let Some(map) = SourceMap::within(&bundle) {
        return Some((path.to_owned(), map));
    }
    let beside = format!("{path}.map");
    let named = SourceMap::name_beside(&bundle).map(|name| {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
    });
    [Some(beside), named]
        .into_iter()
        .flatten()
        .find_map(|path| Some((SourceMap::of(&snapshot.read(root, &path)?)?, path)))
        .map(|(map, path)| (path, map))
}

fn add_to(finding: &mut Finding, map_path: &str, map: &SourceMap, plan: Plan<'_>) {
    let Some(region) = finding.place.region else { return };
    let Some(original) = map.original(region.start.line, region.start.column) else { return };
    let at = Position { line: original.line, column: original.column };
    let place = Place {
        origin: Arc::new(Origin {
            path: Some(map_path.into()),
            object: None,
            ..Origin::clone(&finding.place.origin)
        }),
        inner: vec![original.source],
        region: Some(Region { start: at, end: at }),
        cell: None,
    };
    let place = safe_place(&place, plan.rules);
    let is_known = finding.also_at.iter().any(|also| {
        also.place.origin.path == place.origin.path
            && also.place.origin.root == place.origin.root
            && also.place.inner == place.inner
    });
    if is_known {
        return;
    }
    finding.also_at_total += 1;
    finding.also_at.push(AlsoAt { place, rule: None });
    finding.also_at.sort();
    finding.also_at.truncate(plan.limits.also_at_max);
}
