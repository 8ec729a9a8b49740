//! Texts of Word: docx, docm and their templates.

use super::package::Package;
use super::page::Page;
use super::prose;

/// Tells a document, and what stands around and beside its text.
pub(super) fn tell(package: &mut Package<'_, '_>, page: &mut Page<'_>, document: &str) {
    let relations = package.relations(document, page);
    package.read(document, page, &mut prose::read_counted);
    page.end_table();
    for relation in &relations {
        let place = match relation.kind.as_str() {
            _ if relation.is_outside => {
                page.line("link", &relation.target);
                continue;
            }
            "footnotes" => "footnote",
            "endnotes" => "endnote",
            "comments" => "comment",
            "header" | "footer" => relation.kind.as_str(),
            _ => continue,
        };
        for link in package.relations(&relation.target, page).iter().filter(|link| link.is_outside) {
            page.line(&format!("{place}, link"), &link.target);
        }
        package.read(&relation.target, page, &mut |xml, page| prose::read(xml, page, place));
        page.end_table();
    }
}
