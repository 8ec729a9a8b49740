//! Where the objects of a PDF file are, and what their streams hold.
//!
//! The table of contents is not trusted: objects are found where they stand, so that a file that
//! was cut or mended is read as well. What streams expand to comes out of one budget.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::rc::Rc;

use memchr::memmem;

use super::filter::{Unpacked, unpacked};
use super::object::{Dictionary, Lexer, Value, is_space};

/// Objects of one file: more than this is no document of a person.
const OBJECTS_MAX: usize = 500_000;
/// What one stream may expand to, in bytes.
const STREAM_BYTES_MAX: usize = 16 << 20;
/// Streams of objects that are kept while they are needed, in bytes.
const KEPT_BYTES_MAX: usize = 32 << 20;
/// Filters of one stream.
const FILTERS_MAX: usize = 4;
/// References to references.
const HOPS_MAX: usize = 16;

/// Where an object stands.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// In the file.
    Plain(usize),
    /// In a stream of objects: the stream's number, and where in what it expands to.
    Within(u32, usize),
}

/// A file in memory.
pub(super) struct File<'a> {
    bytes: &'a [u8],
    places: BTreeMap<u32, Place>,
    kept: BTreeMap<u32, Rc<Vec<u8>>>,
    kept_bytes: usize,
    /// Bytes that streams may still expand to.
    left: usize,
    /// Whether something was not read for want of bytes or of a method.
    pub(super) is_exhausted: bool,
    pub(super) has_unread: bool,
    pub(super) is_damaged: bool,
    pub(super) is_too_deep: bool,
}

impl<'a> File<'a> {
    pub(super) fn new(bytes: &'a [u8], left: usize) -> Self {
        let mut file = Self {
            bytes,
            places: BTreeMap::new(),
            kept: BTreeMap::new(),
            kept_bytes: 0,
            left,
            is_exhausted: false,
            has_unread: false,
            is_damaged: memmem::rfind(bytes, b"%%EOF").is_none(),
            is_too_deep: false,
        };
        file.index();
        file
    }

    /// The numbers of all objects.
    pub(super) fn numbers(&self) -> Vec<u32> {
        self.places.keys().copied().collect()
    }

    /// Finds what a name of the trailer refers to; the last one counts.
    pub(super) fn trailer(&self, name: &str) -> Option<Value> {
        let at = memmem::rfind(self.bytes, name.as_bytes())?;
        Lexer::new(self.bytes, at + name.len()).value()
    }

    pub(super) fn is_encrypted(&self) -> bool {
        memmem::find_iter(self.bytes, b"/Encrypt").any(|at| {
            let behind = self.bytes.get(at + b"/Encrypt".len()).copied();
            behind.is_some_and(|byte| is_space(byte) || byte == b'<')
        })
    }

    fn index(&mut self) {
        let mut starts: Vec<(usize, u32)> = Vec::new();
        for at in memmem::find_iter(self.bytes, b" obj") {
            let Some((number, start)) = header_before(self.bytes, at) else { continue };
            if starts.len() >= OBJECTS_MAX {
                self.is_exhausted = true;
                break;
            }
            self.places.insert(number, Place::Plain(at + b" obj".len()));
            starts.push((start, number));
        }
        let mut stores: Vec<u32> = Vec::new();
        for mark in memmem::find_iter(self.bytes, b"/ObjStm") {
            let behind = starts.partition_point(|(start, _)| *start < mark);
            let store = behind.checked_sub(1).and_then(|index| starts.get(index)).map(|(_, number)| *number);
            stores.extend(store.filter(|store| stores.last() != Some(store)));
        }
        for store in stores {
            self.index_store(store);
        }
    }

    fn index_store(&mut self, store: u32) {
        let Some(&Place::Plain(stands)) = self.places.get(&store) else { return };
        let Some((dictionary, content)) = self.stream_at(stands) else { return };
        let first = dictionary.get("First").and_then(Value::number).unwrap_or(0.0) as usize;
        let mut lexer = Lexer::new(&content, 0);
        while lexer.at() < first {
            let (Some(Value::Number(number)), Some(Value::Number(offset))) = (lexer.value(), lexer.value())
            else {
                break;
            };
            if self.places.len() >= OBJECTS_MAX {
                self.is_exhausted = true;
                break;
            }
            // What stands behind the stream is newer.
            let is_newer =
                !matches!(self.places.get(&(number as u32)), Some(Place::Plain(at)) if *at > stands);
            if is_newer {
                self.places.insert(number as u32, Place::Within(store, first + offset as usize));
            }
        }
        self.keep(store, Rc::new(content));
    }

    fn keep(&mut self, store: u32, content: Rc<Vec<u8>>) {
        if self.kept_bytes + content.len() > KEPT_BYTES_MAX {
            self.kept.clear();
            self.kept_bytes = 0;
        }
        self.kept_bytes += content.len();
        self.kept.insert(store, content);
    }

    /// Reads an object.
    pub(super) fn object(&mut self, number: u32) -> Option<Value> {
        match *self.places.get(&number)? {
            Place::Plain(at) => {
                let mut lexer = Lexer::new(self.bytes, at);
                let value = lexer.value();
                self.is_too_deep |= lexer.is_too_deep;
                self.costs(lexer.at() - at)?;
                value
            }
            Place::Within(store, at) => {
                let content = match self.kept.get(&store) {
                    Some(content) => Rc::clone(content),
                    None => {
                        let &Place::Plain(stands) = self.places.get(&store)? else { return None };
                        let content = Rc::new(self.stream_at(stands)?.1);
                        self.keep(store, Rc::clone(&content));
                        content
                    }
                };
                let mut lexer = Lexer::new(&content, at);
                let value = lexer.value();
                self.is_too_deep |= lexer.is_too_deep;
                self.costs(lexer.at() - at)?;
                value
            }
        }
    }

    /// Takes the work of reading as many bytes out of the budget; nothing when it is spent.
    pub(super) fn costs(&mut self, bytes: usize) -> Option<()> {
        self.is_exhausted |= self.left < bytes;
        self.left = self.left.saturating_sub(bytes);
        (self.left > 0).then_some(())
    }

    /// Finds what stands under a name of a dictionary in a dictionary.
    pub(super) fn entry(&mut self, outer: &Dictionary, name: &str, key: &str) -> Option<Value> {
        match outer.get(name)? {
            Value::Dictionary(inner) => {
                self.costs(inner.iter().count())?;
                inner.get(key).cloned()
            }
            reference => self.dictionary(reference)?.get(key).cloned(),
        }
    }

    /// Follows references.
    pub(super) fn resolved(&mut self, value: &Value) -> Option<Value> {
        let mut value = value.clone();
        for _ in 0..HOPS_MAX {
            let Value::Reference(number) = value else { return Some(value) };
            value = self.object(number)?;
        }
        None
    }

    pub(super) fn dictionary(&mut self, value: &Value) -> Option<Dictionary> {
        match self.resolved(value)? {
            Value::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    /// Reads what a stream holds.
    pub(super) fn stream(&mut self, value: &Value) -> Option<Vec<u8>> {
        let Value::Reference(number) = value else { return None };
        let Some(&Place::Plain(at)) = self.places.get(number) else { return None };
        self.stream_at(at).map(|(_, content)| content)
    }

    fn stream_at(&mut self, at: usize) -> Option<(Dictionary, Vec<u8>)> {
        let mut lexer = Lexer::new(self.bytes, at);
        let Some(Value::Dictionary(dictionary)) = lexer.value() else { return None };
        let rest = self.bytes.get(lexer.at()..)?;
        let rest = rest.trim_ascii_start().strip_prefix(b"stream")?;
        let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        let length = dictionary.get("Length").and_then(Value::number).map(|length| length as usize);
        let is_end = |end: &usize| {
            rest.get(*end..).is_some_and(|behind| behind.trim_ascii_start().starts_with(b"endstream"))
        };
        let end = length.filter(is_end).or_else(|| memmem::find(rest, b"endstream"));
        self.is_damaged |= end.is_none();
        let raw = rest.get(..end.unwrap_or(rest.len()))?;
        let content = self.unfiltered(&dictionary, raw)?;
        Some((dictionary, content))
    }

    fn unfiltered(&mut self, dictionary: &Dictionary, raw: &[u8]) -> Option<Vec<u8>> {
        let list = |value: Option<&Value>| match value {
            None => Vec::new(),
            Some(Value::Array(all)) => all.clone(),
            Some(one) => vec![one.clone()],
        };
        let filters = list(dictionary.get("Filter").or_else(|| dictionary.get("F")));
        let parameters = list(dictionary.get("DecodeParms").or_else(|| dictionary.get("DP")));
        let mut content = Cow::Borrowed(raw);
        for (index, filter) in filters.iter().take(FILTERS_MAX).enumerate() {
            let Value::Name(name) = filter else { return None };
            let own = match parameters.get(index) {
                Some(Value::Dictionary(own)) => Some(own),
                _ => None,
            };
            let most = STREAM_BYTES_MAX.min(self.left);
            match unpacked(name, own, &content, most) {
                Unpacked::Bytes(bytes, is_whole) => {
                    self.is_exhausted |= bytes.len() >= most;
                    self.is_damaged |= !is_whole;
                    self.costs(bytes.len())?;
                    content = Cow::Owned(bytes);
                }
                Unpacked::Picture => return None,
                Unpacked::Unread => {
                    self.has_unread = true;
                    return None;
                }
            }
        }
        match content {
            Cow::Owned(bytes) => Some(bytes),
            // What is stored as it is costs what is copied.
            Cow::Borrowed(raw) => self.costs(raw.len()).map(|()| raw.to_vec()),
        }
    }
}

/// The number of the object whose word `obj` stands behind `at`, and where the number begins.
fn header_before(bytes: &[u8], at: usize) -> Option<(u32, usize)> {
    let before = bytes.get(at.saturating_sub(24)..at)?;
    let generation = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let before = before.get(..before.len() - generation)?;
    let trimmed = before.trim_ascii_end();
    let digits = trimmed.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    if generation == 0 || digits == 0 || trimmed.len() == before.len() {
        return None;
    }
    let number = std::str::from_utf8(trimmed.get(trimmed.len() - digits..)?).ok()?.parse().ok()?;
    Some((number, at - generation - (before.len() - trimmed.len()) - digits))
}
