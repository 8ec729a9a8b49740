//! Presentations: pptx, pptm and their templates.

use super::package::Package;
use super::page::Page;
use super::prose;
use super::xml::Node;

/// Slides that are told as such.
const SLIDES: usize = 10_000;

/// Tells the slides in the order in which they are shown, hidden ones included, each with its notes
/// and comments.
pub(super) fn tell(package: &mut Package<'_, '_>, page: &mut Page<'_>, presentation: &str) {
    let relations = package.relations(presentation, page);
    let mut order = Vec::new();
    package.read(presentation, page, &mut |xml, _| {
        while let Some(node) = xml.next()? {
            let Node::Open(tag) = node else { continue };
            if tag.name() == "sldId" && order.len() < SLIDES {
                order.extend(tag.relation());
            }
        }
        Ok(())
    });
    for (number, id) in (1..).zip(&order) {
        let Some(slide) = relations.iter().find(|relation| relation.id == *id) else { continue };
        let place = format!("slide {number}");
        let beside = package.relations(&slide.target, page);
        package.read(&slide.target, page, &mut |xml, page| prose::read(xml, page, &place));
        page.end_table();
        for relation in beside {
            if relation.is_outside {
                page.line(&format!("{place}, link"), &relation.target);
                continue;
            }
            let kind = match relation.kind.as_str() {
                "notesSlide" => "notes",
                "comments" => "comment",
                _ => continue,
            };
            let place = format!("{place}, {kind}");
            package.read(&relation.target, page, &mut |xml, page| prose::read(xml, page, &place));
            page.end_table();
        }
    }
}
