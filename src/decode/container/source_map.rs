//! Source maps: the texts of which a bundle was made.
//!
//! Read as it comes and never held as a tree, as notebooks are.

use std::fmt;
use std::io::BufReader;
use std::ops::ControlFlow;

use memchr::memmem;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{Container, Members, ends_with};
use crate::decode::source_map::source_name;
use crate::model::{ReadSeek, SkipReason};

pub(super) struct SourceMap;

/// Names and texts that wait for one another; further texts are named by their number.
const WAITING_MAX: usize = 100_000;

impl Container for SourceMap {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        let Some(rest) = head.trim_ascii_start().strip_prefix(b"{") else { return false };
        // Bundlers begin with the version; others are known by their names.
        let is_first = rest.trim_ascii_start().strip_prefix(b"\"version\"").is_some_and(|rest| {
            let rest = rest.trim_ascii_start().strip_prefix(b":").unwrap_or_default();
            rest.trim_ascii_start().starts_with(b"3")
        });
        let marks: [&[u8]; 4] = [b"\"sources\"", b"\"sourcesContent\"", b"\"mappings\"", b"\"sections\""];
        (is_first || self.is_called(name)) && marks.iter().any(|mark| memmem::find(head, mark).is_some())
    }

    fn is_called(&self, name: &str) -> bool {
        ends_with(name, ".map")
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut lending = Lending { members, count: 0, is_over: false };
        let mut json = serde_json::Deserializer::from_reader(BufReader::new(content));
        let read = Map(&mut lending).deserialize(&mut json);
        if read.is_err() && !lending.is_over {
            lending.members.problem("", SkipReason::Damaged, "its bytes are not what its format says");
        }
    }
}

struct Lending<'m> {
    members: &'m mut dyn Members,
    count: usize,
    is_over: bool,
}

impl Lending<'_> {
    /// Lends a text under its name.
    fn lend(&mut self, name: Option<&str>, text: &str) -> ControlFlow<()> {
        self.count += 1;
        if text.is_empty() {
            return ControlFlow::Continue(());
        }
        let number = format!("source {}", self.count);
        let lent = self.members.member(name.unwrap_or(&number), &mut text.as_bytes());
        self.is_over = lent.is_break();
        lent
    }
}

/// The names of texts, and where they are counted from.
#[derive(Default)]
struct Names {
    root: Option<String>,
    all: Vec<Option<String>>,
}

impl Names {
    fn of(&self, index: usize) -> Option<String> {
        let name = self.all.get(index)?.as_deref()?;
        Some(source_name(self.root.as_deref(), name))
    }
}

/// A map, also one of several that make one.
struct Map<'l, 'm>(&'l mut Lending<'m>);

impl<'de> DeserializeSeed<'de> for Map<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Map<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a source map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = Names::default();
        let mut waiting: Vec<Option<String>> = Vec::new();
        let lending = self.0;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "sourceRoot" => names.root = map.next_value()?,
                "sources" => map.next_value_seed(Texts(&mut |_, name| kept(&mut names.all, name)))?,
                "sourcesContent" => map.next_value_seed(Texts(&mut |index, text| {
                    // Names that come later are waited for.
                    if names.all.is_empty() && waiting.len() < WAITING_MAX {
                        return kept(&mut waiting, text);
                    }
                    lending.lend(names.of(index).as_deref(), &text.unwrap_or_default())
                }))?,
                "sections" => map.next_value_seed(Sections(&mut *lending))?,
                "map" => map.next_value_seed(Map(&mut *lending))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        for (index, text) in waiting.into_iter().enumerate() {
            going_on(lending.lend(names.of(index).as_deref(), &text.unwrap_or_default()))?;
        }
        Ok(())
    }
}

fn going_on<E: serde::de::Error>(lent: ControlFlow<()>) -> Result<(), E> {
    if lent.is_break() { Err(E::custom("enough")) } else { Ok(()) }
}

fn kept(list: &mut Vec<Option<String>>, text: Option<String>) -> ControlFlow<()> {
    if list.len() < WAITING_MAX {
        list.push(text);
    }
    ControlFlow::Continue(())
}

/// Maps one behind the other.
struct Sections<'l, 'm>(&'l mut Lending<'m>);

impl<'de> DeserializeSeed<'de> for Sections<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Sections<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("source maps")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Map(&mut *self.0))?.is_some() {}
        Ok(())
    }
}

/// Takes texts one by one with their numbers, some of which may be missing.
struct Texts<'f>(&'f mut dyn FnMut(usize, Option<String>) -> ControlFlow<()>);

impl<'de> DeserializeSeed<'de> for Texts<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Texts<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("texts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(text) = list.next_element::<Option<String>>()? {
            going_on((self.0)(index, text))?;
            index += 1;
        }
        Ok(())
    }
}
