//! Office documents as a person sees them: sheets with the addresses of their cells, paragraphs with
//! their runs joined, comments, links, macros.
//!
//! What is a zip underneath is known by its table of contents, not by its first bytes, and so
//! [`tell`] is asked by the reader of zips. Libraries that read whole workbooks hold a sheet as large
//! as a file of a few kilobytes says it is; here a part is read once, from its beginning to its end,
//! and no more of it is held than what is told at a time.

mod binary;
mod binary_sheet;
mod compound;
mod macros;
mod message;
mod old_sheet;
mod old_text;
mod opendocument;
mod package;
mod page;
mod prose;
mod sheet;
mod slides;
mod stream;
mod strings;
mod word;
mod xml;

use std::collections::BTreeSet;

pub(super) use compound::Compound;

use super::Members;
use crate::model::ReadSeek;
use package::Package;
use page::Page;

/// A zip archive, read wherever it is.
pub(super) type Archive<'a> = zip::ZipArchive<&'a mut dyn ReadSeek>;

/// Tells what a person sees of the office document that an archive may be, and returns the members
/// of the archive that hold nothing else.
pub(super) fn tell(archive: &mut Archive<'_>, members: &mut dyn Members) -> BTreeSet<usize> {
    let Some(mut package) = Package::open(archive, members.bytes_left()) else { return BTreeSet::new() };
    let mut page = Page::new(members);
    let main = package.main_part(&mut page);
    let folder = main.split('/').next().unwrap_or_default();
    match folder {
        "xl" if main.ends_with(".bin") => binary_sheet::tell(&mut package, &mut page, &main),
        "xl" => sheet::tell(&mut package, &mut page, &main),
        "word" => word::tell(&mut package, &mut page, &main),
        "ppt" => slides::tell(&mut package, &mut page, &main),
        _ if opendocument::is_one(&package) => opendocument::tell(&mut package, &mut page),
        // Another kind of package: its members are read as they are.
        _ => return BTreeSet::new(),
    }
    page.flush();
    package.into_told()
}
