//! A package of parts that name each other.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::Archive;
use super::page::Page;
use super::xml::{Broken, Node, Xml};
use crate::model::SkipReason;

/// Relations of one part that are read.
const RELATIONS: usize = 10_000;

/// Reads a part that is no XML: its bytes, how many of them may be read, and where they are told.
type BytesOf<'b> = dyn FnMut(&mut dyn Read, &mut u64, &mut Page<'_>) -> Result<(), Broken> + 'b;

/// The parts of an office document.
pub(super) struct Package<'p, 'a> {
    archive: &'p mut Archive<'a>,
    /// Where each part is in the archive, by its name in lower case.
    parts: BTreeMap<String, usize>,
    told: BTreeSet<usize>,
    bytes_left: u64,
}

/// That a part names another, or a place outside.
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type: `comments`, `hyperlink`.
    pub(super) kind: String,
    /// The name of the part, or the address of the place.
    pub(super) target: String,
    pub(super) is_outside: bool,
}

impl<'p, 'a> Package<'p, 'a> {
    /// Returns the package that an archive is, if it is one.
    pub(super) fn open(archive: &'p mut Archive<'a>, bytes_left: u64) -> Option<Self> {
        let mut package = Self { archive, parts: BTreeMap::new(), told: BTreeSet::new(), bytes_left };
        let is_package = ["[Content_Types].xml", "_rels/.rels", "_rels\\.rels", "content.xml"];
        is_package.iter().find(|name| package.archive.index_for_name(name).is_some())?;
        for index in 0..package.archive.len() {
            if let Some(Ok(name)) = package.archive.name_for_index(index) {
                package.parts.entry(folded(&name)).or_insert(index);
            }
        }
        Some(package)
    }

    /// The members of the archive that need not be read again.
    pub(super) fn into_told(self) -> BTreeSet<usize> {
        self.told
    }

    /// Leaves parts out that say again what others say.
    pub(super) fn leave_out(&mut self, is_said: impl Fn(&str) -> bool) {
        self.told.extend(self.parts.iter().filter(|(part, _)| is_said(part)).map(|(_, index)| *index));
    }

    /// Tells whether there is a part of this name.
    pub(super) fn holds(&self, part: &str) -> bool {
        self.parts.contains_key(&folded(part))
    }

    /// The part that the others belong to; empty where the package names none.
    pub(super) fn main_part(&mut self, page: &mut Page<'_>) -> String {
        let relations = self.relations("", page);
        let main = relations.into_iter().find(|relation| relation.kind == "officeDocument");
        let named = main.map(|relation| relation.target).filter(|part| self.holds(part));
        let usual = ["xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml"];
        named
            .or_else(|| usual.into_iter().find(|part| self.holds(part)).map(str::to_owned))
            .unwrap_or_default()
    }

    /// Reads a part. What ends before its end is a problem, and stays a member to be read as it is.
    pub(super) fn read(
        &mut self,
        part: &str,
        page: &mut Page<'_>,
        each: &mut dyn FnMut(&mut Xml<'_>, &mut Page<'_>) -> Result<(), Broken>,
    ) {
        self.read_bytes(part, page, &mut |content, left, page| {
            let mut xml = Xml::new(content, *left);
            let ended = each(&mut xml, page);
            *left = xml.bytes_left();
            ended
        });
    }

    /// Reads a part that is no XML; `each` takes what it reads off what is left.
    pub(super) fn read_bytes(&mut self, part: &str, page: &mut Page<'_>, each: &mut BytesOf<'_>) {
        let Some(&index) = self.parts.get(&folded(part)).filter(|_| !page.is_stopped()) else { return };
        // Whoever reads the archive says what is wrong with a member that cannot be opened.
        let Ok(mut content) = self.archive.by_index(index) else { return };
        match each(&mut content, &mut self.bytes_left, page) {
            Ok(()) => {
                self.told.insert(index);
            }
            Err(Broken::Damaged) => {
                page.problem(part, SkipReason::Damaged, "its bytes are not what its format says")
            }
            Err(Broken::TooLarge) => {
                self.told.insert(index);
                page.problem(part, SkipReason::Expansion, "its members expand beyond the limit");
            }
            Err(Broken::TooLong) => {
                page.problem(part, SkipReason::TooLarge, "more than is held of a part; it is read as it is")
            }
            Err(Broken::TooDeep) => {
                page.problem(part, SkipReason::TooDeep, "elements in elements beyond the limit")
            }
            Err(Broken::Stopped) => {}
        }
    }

    /// Returns what a part names; the package itself is the part without a name.
    pub(super) fn relations(&mut self, part: &str, page: &mut Page<'_>) -> Vec<Relation> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let list = if folder.is_empty() {
            format!("_rels/{file}.rels")
        } else {
            format!("{folder}/_rels/{file}.rels")
        };
        let mut relations = Vec::new();
        self.read(&list, page, &mut |xml, _| {
            while let Some(node) = xml.next()? {
                let Node::Open(tag) = node else { continue };
                if tag.name() != "Relationship" {
                    continue;
                }
                let is_outside = tag.attribute("TargetMode").is_some_and(|mode| mode == "External");
                let target = tag.attribute("Target").unwrap_or_default();
                let kind = tag.attribute("Type").unwrap_or_default();
                if relations.len() >= RELATIONS {
                    return Err(Broken::TooLong);
                }
                relations.push(Relation {
                    id: tag.attribute("Id").unwrap_or_default(),
                    kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                    target: if is_outside { target } else { resolved(folder, &target) },
                    is_outside,
                });
            }
            Ok(())
        });
        relations
    }
}

/// Names are one whatever their letter case, and some writers part folders as Windows does.
fn folded(name: &str) -> String {
    name.replace('\\', "/").to_ascii_lowercase()
}

/// The name of a part that another in `folder` names.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let from = if target.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_named_from_where_they_are_named() {
        assert_eq!(resolved("xl/worksheets", "../comments1.xml"), "xl/comments1.xml");
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolved("", "../../x.xml"), "x.xml");
    }
}
