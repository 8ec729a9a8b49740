//! PDF files: the text of their pages, notes and forms, and the files in them.
//!
//! Read by our own code: libraries load all objects at once, and a small file may hold objects that
//! take a thousand times its size.

mod file;
mod filter;
mod font;
mod object;
mod page;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::rc::Rc;

use super::{Container, Members, Told, held};
use crate::decode::charset::{Charset, text};
use crate::model::{ReadSeek, SkipReason};
use file::File;
use font::Fonts;
use object::{Dictionary, Value};
use page::Page;

pub(super) struct Pdf;

/// A file is held whole.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// What all streams of a file may expand to, in bytes.
const EXPANDED_BYTES_MAX: u64 = 256 << 20;
/// Pages that wait to be read.
const WAITING_MAX: usize = 1_000_000;
/// Pages of one file.
const PAGES_MAX: usize = 50_000;
/// Text that is judged at once, in bytes.
const TOLD_BYTES: usize = 256 << 10;

impl Container for Pdf {
    fn recognises(&self, _name: &str, head: &[u8]) -> bool {
        head.starts_with(b"%PDF-")
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let Some(bytes) = held(content, FILE_BYTES_MAX, members) else { return };
        let left = EXPANDED_BYTES_MAX.min(members.bytes_left());
        let mut file = File::new(&bytes, usize::try_from(left).unwrap_or(usize::MAX));
        if file.is_encrypted() {
            return members.problem("", SkipReason::Encrypted, "a password protects it");
        }
        let fonts = Fonts::default();
        let mut reader =
            Reader { file: &mut file, members, fonts, told: Told::default(), has_unknown: false };
        if reader.pages().is_break() || reader.rest().is_break() {
            return;
        }
        let Reader { told, has_unknown, .. } = reader;
        if !told.text.is_empty() {
            let _ = members.text(told);
        }
        if file.is_exhausted {
            members.problem("", SkipReason::Expansion, "its streams expand beyond the limit");
        }
        if file.has_unread || has_unknown {
            members.problem("", SkipReason::Unsupported, "text in a font or a compression that is not read");
        }
        if file.is_too_deep {
            members.problem("", SkipReason::TooDeep, "values in values beyond the limit");
        } else if file.is_damaged && !file.is_exhausted {
            members.problem("", SkipReason::Damaged, "it ends too early");
        }
    }
}

struct Reader<'r, 'a> {
    file: &'r mut File<'a>,
    members: &'r mut dyn Members,
    fonts: Fonts,
    told: Told,
    has_unknown: bool,
}

/// A page, with what it has from those above it.
struct Leaf {
    page: Dictionary,
    resources: Rc<Dictionary>,
}

impl Reader<'_, '_> {
    fn pages(&mut self) -> ControlFlow<()> {
        let root = self.file.trailer("/Root").and_then(|root| self.file.dictionary(&root));
        let top = root.as_ref().and_then(|root| root.get("Pages").cloned());
        let mut waiting: Vec<(Value, Rc<Dictionary>)> =
            top.into_iter().map(|top| (top, Rc::default())).collect();
        let mut seen = BTreeSet::new();
        let mut number = 0;
        while let Some((value, resources)) = waiting.pop() {
            let Value::Reference(id) = value else { continue };
            if number >= PAGES_MAX || !seen.insert(id) {
                continue;
            }
            let Some(node) = self.file.dictionary(&value) else {
                self.file.is_damaged = true;
                continue;
            };
            let own = node.get("Resources").and_then(|own| self.file.dictionary(own));
            let resources = own.map_or(resources, Rc::new);
            let kids = node.get("Kids").and_then(|kids| self.file.resolved(kids));
            if let Some(Value::Array(kids)) = kids {
                let free = WAITING_MAX.saturating_sub(waiting.len());
                self.file.is_exhausted |= kids.len() > free;
                let kids = kids.into_iter().take(free).rev();
                waiting.extend(kids.map(|kid| (kid, Rc::clone(&resources))));
            } else {
                number += 1;
                self.page(number, &Leaf { page: node, resources })?;
            }
        }
        if number == 0 {
            self.unlisted()?;
        }
        ControlFlow::Continue(())
    }

    /// Pages that nothing leads to any more, in the order of their objects.
    fn unlisted(&mut self) -> ControlFlow<()> {
        self.file.is_damaged = true;
        let mut number = 0;
        for id in self.file.numbers() {
            let Some(Value::Dictionary(page)) = self.file.object(id) else { continue };
            if page.is("Type", "Page") && number < PAGES_MAX {
                number += 1;
                let resources = page.get("Resources").and_then(|own| self.file.dictionary(own));
                self.page(number, &Leaf { page, resources: Rc::new(resources.unwrap_or_default()) })?;
            }
        }
        ControlFlow::Continue(())
    }

    fn page(&mut self, number: usize, leaf: &Leaf) -> ControlFlow<()> {
        let streams = match leaf.page.get("Contents") {
            Some(one @ Value::Reference(_)) => match self.file.resolved(one) {
                Some(Value::Array(all)) => all,
                _ => vec![one.clone()],
            },
            Some(Value::Array(all)) => all.clone(),
            _ => Vec::new(),
        };
        let mut content = Vec::new();
        for stream in &streams {
            if content.len() < TOLD_BYTES << 6 {
                content.extend(self.file.stream(stream).unwrap_or_default());
                content.push(b'\n');
            }
        }
        let mut page = Page::new(self.file, &mut self.fonts);
        page.read(&content, &leaf.resources, 0);
        self.has_unknown |= page.has_unknown;
        let shown = page.finish();
        let noted = self.notes(&leaf.page);
        self.tell(&format!("page {number}"), &[shown, noted].concat())
    }

    /// The texts of notes, links and form fields on a page.
    fn notes(&mut self, page: &Dictionary) -> String {
        let mut out = String::new();
        let Some(Value::Array(all)) = page.get("Annots").and_then(|all| self.file.resolved(all)) else {
            return out;
        };
        for note in all {
            let Some(note) = self.file.dictionary(&note) else { continue };
            let action = note.get("A").and_then(|action| self.file.dictionary(action));
            let above = note.get("Parent").and_then(|above| self.file.dictionary(above));
            let names =
                ["T", "V", "Contents"].map(|name| note.get(name).or_else(|| above.as_ref()?.get(name)));
            let line: Vec<String> = names
                .into_iter()
                .chain([action.as_ref().and_then(|action| action.get("URI"))])
                .flatten()
                .filter_map(|value| self.file.resolved(value))
                .filter_map(|value| written(&value))
                .collect();
            if !line.is_empty() && out.len() < TOLD_BYTES {
                out.push_str(&line.join("\t"));
                out.push('\n');
            }
        }
        out
    }

    /// What stands in no page: files, and what the document says of itself.
    fn rest(&mut self) -> ControlFlow<()> {
        for id in self.file.numbers() {
            let Some(Value::Dictionary(object)) = self.file.object(id) else { continue };
            let embedded = object.get("EF").and_then(|files| self.file.dictionary(files));
            let Some(embedded) = embedded else { continue };
            let Some((_, stream)) = embedded.iter().next() else { continue };
            let name = object.get("UF").or_else(|| object.get("F")).and_then(written);
            if let Some(bytes) = self.file.stream(&stream.clone()) {
                self.members.member(&name.unwrap_or_default(), &mut bytes.as_slice())?;
            }
        }
        let about = self.file.trailer("/Info").and_then(|about| self.file.dictionary(&about));
        let lines: Vec<String> = about
            .iter()
            .flat_map(Dictionary::iter)
            .filter_map(|(name, value)| {
                Some(format!("{}: {}", String::from_utf8_lossy(name), written(value)?))
            })
            .collect();
        self.tell("properties", &lines.join("\n"))
    }

    fn tell(&mut self, cell: &str, shown: &str) -> ControlFlow<()> {
        if shown.trim().is_empty() {
            return ControlFlow::Continue(());
        }
        self.told.cells.push((self.told.text.len(), cell.to_owned()));
        self.told.text.push_str(shown);
        self.told.text.push('\n');
        if self.told.text.len() > TOLD_BYTES {
            return self.members.text(std::mem::take(&mut self.told));
        }
        ControlFlow::Continue(())
    }
}

/// A string outside of pages: UTF-16 with a mark, or nearly Latin.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(bytes) => Some(text(bytes, Charset::of(bytes)).into_owned()),
        _ => None,
    }
}
