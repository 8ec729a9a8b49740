//! Jupyter notebooks: sources and outputs of their cells.
//!
//! A notebook is read as it comes and never held as a tree: a list of empty lists takes a hundred
//! times its size.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::telling::Telling;
use super::{Container, Members, ends_with};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Notebook;

/// A string of a notebook is held; larger files are read as they are, in windows.
const FILE_BYTES_MAX: u64 = 64 << 20;

impl Container for Notebook {
    fn recognises(&self, name: &str, _head: &[u8]) -> bool {
        self.is_called(name)
    }

    fn is_called(&self, name: &str) -> bool {
        ends_with(name, ".ipynb")
    }

    fn open(&self, name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let size = content.seek(std::io::SeekFrom::End(0)).unwrap_or(0);
        if content.rewind().is_err() {
            return members.problem("", SkipReason::Damaged, "it cannot be read twice");
        }
        if size > FILE_BYTES_MAX {
            let _ = members.member(name, &mut content.take(u64::MAX));
            return;
        }
        let mut book = Book { telling: Telling::new(members), cells: 0, is_book: false, is_over: false };
        let mut json = serde_json::Deserializer::from_reader(BufReader::new(content));
        let read = Top(&mut book).deserialize(&mut json);
        if book.is_over || book.telling.flush().is_break() {
            return;
        }
        if read.is_err() || !book.is_book {
            members.problem("", SkipReason::Damaged, "its bytes are not what its format says");
        }
    }
}

struct Book<'m> {
    telling: Telling<'m>,
    cells: usize,
    is_book: bool,
    /// Whether it was told to stop.
    is_over: bool,
}

impl Book<'_> {
    fn tell<E: serde::de::Error>(&mut self, cell: &str, text: &str) -> Result<(), E> {
        self.is_over = self.telling.part(cell, text).is_break();
        if self.is_over { Err(E::custom("enough")) } else { Ok(()) }
    }
}

/// The notebook itself, or a worksheet of an old one.
struct Top<'b, 'm>(&'b mut Book<'m>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a notebook")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "cells" => {
                    self.0.is_book = true;
                    map.next_value_seed(Each(&mut *self.0, true))?;
                }
                "worksheets" => map.next_value_seed(Each(&mut *self.0, false))?,
                _ => {
                    let mut text = String::new();
                    map.next_value_seed(Words(&mut text))?;
                    self.0.tell("metadata", &format!("{key}: {text}"))?;
                }
            }
        }
        Ok(())
    }
}

/// A list of cells, or of worksheets.
struct Each<'b, 'm>(&'b mut Book<'m>, bool);

impl<'de> DeserializeSeed<'de> for Each<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Each<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cells")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        loop {
            let more = if self.1 {
                list.next_element_seed(Cell(&mut *self.0))?
            } else {
                list.next_element_seed(Top(&mut *self.0))?
            };
            if more.is_none() {
                return Ok(());
            }
        }
    }
}

/// A cell.
struct Cell<'b, 'm>(&'b mut Book<'m>);

impl<'de> DeserializeSeed<'de> for Cell<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Cell<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut source, mut output, mut rest) = (String::new(), String::new(), String::new());
        while let Some(key) = map.next_key::<String>()? {
            let text = match key.as_str() {
                "source" | "input" => &mut source,
                "outputs" => &mut output,
                _ => &mut rest,
            };
            map.next_value_seed(Words(text))?;
            text.push('\n');
        }
        self.0.cells += 1;
        let cell = format!("cell {}", self.0.cells);
        self.0.tell(&cell, &source)?;
        self.0.tell(&format!("{cell}, output"), &output)?;
        self.0.tell(&format!("{cell}, metadata"), &rest)
    }
}

/// The strings of any value: lines of a list go on, values of an object follow their names.
struct Words<'t>(&'t mut String);

impl<'de> DeserializeSeed<'de> for Words<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Words<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.push_str(text);
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.0.push_str(&number.to_string());
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.0.push_str(&number.to_string());
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Words(&mut *self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            // Pictures are no text.
            if key.starts_with("image/") && !key.contains("svg") {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if !self.0.is_empty() && !self.0.ends_with('\n') {
                self.0.push('\n');
            }
            self.0.push_str(&key);
            self.0.push_str(": ");
            map.next_value_seed(Words(&mut *self.0))?;
        }
        self.0.push('\n');
        Ok(())
    }
}
