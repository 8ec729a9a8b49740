//! XML as it comes, with a bound on everything that a file could make large.

use std::borrow::Cow;
use std::io::{self, BufRead, BufReader, Read};

use quick_xml::events::{BytesStart, Event};

/// Longest tag or run of text that is read, in bytes.
const TOKEN_BYTES: usize = 4 << 20;
/// Deepest element that is read: office programs stay below 100.
const DEPTH: usize = 512;

/// Why a part is not read to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Broken {
    /// It is no XML, or ends too early.
    Damaged,
    /// It is more than may be read.
    TooLarge,
    /// One text or tag of it, or what has to be held of it, is too long.
    TooLong,
    /// Its elements are in each other beyond the limit.
    TooDeep,
    /// Nobody takes more.
    Stopped,
}

/// What stands next in a part.
pub(super) enum Node<'x> {
    Open(Tag<'x>),
    Close(&'x str),
    Text(Cow<'x, str>),
}

/// The beginning of an element.
pub(super) struct Tag<'x>(BytesStart<'x>);

impl Tag<'_> {
    /// Its name without prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of an attribute, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.attribute_where(|key, _| key == name)
    }

    /// The values of two attributes without entities, found in one go: a sheet has millions of cells.
    pub(super) fn plain_pair(&self, names: [&str; 2]) -> [Option<String>; 2] {
        let mut values = [None, None];
        for attribute in self.0.attributes().with_checks(false).flatten() {
            let key = attribute.key.local_name().into_inner();
            if let Some((_, value)) = names.iter().zip(&mut values).find(|(name, _)| **name == key) {
                value.get_or_insert_with(|| attribute.value.into_owned());
            }
        }
        values
    }

    /// The value of the attribute that names another part.
    pub(super) fn relation(&self) -> Option<String> {
        self.attribute_where(|key, is_prefixed| key == "id" && is_prefixed)
    }

    /// A number that says how often something is repeated.
    pub(super) fn count(&self, name: &str) -> usize {
        self.attribute(name).and_then(|count| count.parse().ok()).unwrap_or(1)
    }

    fn attribute_where(&self, is_wanted: impl Fn(&str, bool) -> bool) -> Option<String> {
        let mut attributes = self.0.attributes();
        let found = attributes
            .with_checks(false)
            .flatten()
            .find(|a| is_wanted(a.key.local_name().into_inner(), a.key.prefix().is_some()))?;
        Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap_or(found.value).into_owned())
    }
}

/// Reads a part from its beginning to its end.
pub(super) struct Xml<'r> {
    reader: quick_xml::Reader<Fence<'r>>,
    buffer: Vec<u8>,
    /// The name of the element that ended last.
    closed: String,
    depth: usize,
}

impl<'r> Xml<'r> {
    /// Reads a part of at most `bytes_left` bytes.
    pub(super) fn new(content: &'r mut dyn Read, bytes_left: u64) -> Self {
        let fence = Fence { inner: BufReader::with_capacity(32 << 10, content), token_left: 0, bytes_left };
        let mut reader = quick_xml::Reader::from_reader(fence);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        config.allow_unmatched_ends = true;
        config.check_end_names = false;
        Self { reader, buffer: Vec::new(), closed: String::new(), depth: 0 }
    }

    /// How many bytes may still be read.
    pub(super) fn bytes_left(&mut self) -> u64 {
        self.reader.get_mut().bytes_left
    }

    /// Reads on; nothing at the end. What is lent is lent from the buffer: a sheet has millions of nodes.
    pub(super) fn next(&mut self) -> Result<Option<Node<'_>>, Broken> {
        self.buffer.clear();
        self.reader.get_mut().token_left = TOKEN_BYTES;
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(_) if self.reader.get_mut().bytes_left == 0 => return Err(Broken::TooLarge),
            Err(_) if self.reader.get_mut().token_left == 0 => return Err(Broken::TooLong),
            Err(_) => return Err(Broken::Damaged),
        };
        Ok(Some(match event {
            Event::Start(tag) | Event::Empty(tag) => {
                self.depth += 1;
                if self.depth > DEPTH {
                    return Err(Broken::TooDeep);
                }
                Node::Open(Tag(tag))
            }
            Event::End(tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.closed.clear();
                self.closed.push_str(tag.local_name().into_inner());
                Node::Close(&self.closed)
            }
            Event::Text(text) if memchr::memchr(b'\r', text.as_bytes()).is_none() => {
                Node::Text(text.into_inner())
            }
            Event::Text(text) => Node::Text(text.xml10_content()),
            Event::CData(text) => Node::Text(text.xml10_content()),
            Event::GeneralRef(name) => Node::Text(entity(&name)),
            // What is no text of the part is an empty one.
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                Node::Text(Cow::Borrowed(""))
            }
            Event::Eof if self.depth > 0 => return Err(Broken::Damaged),
            Event::Eof => return Ok(None),
        }))
    }
}

/// What an entity stands for. Those that a document declares itself are left as written.
fn entity(name: &quick_xml::events::BytesRef<'_>) -> Cow<'static, str> {
    if let Ok(Some(character)) = name.resolve_char_ref() {
        return character.to_string().into();
    }
    match &**name {
        "amp" => "&".into(),
        "lt" => "<".into(),
        "gt" => ">".into(),
        "quot" => "\"".into(),
        "apos" => "'".into(),
        other => format!("&{other};").into(),
    }
}

/// Ends what is read where a token or the part becomes too long.
struct Fence<'r> {
    inner: BufReader<&'r mut dyn Read>,
    token_left: usize,
    bytes_left: u64,
}

impl Read for Fence<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Fence<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let most = self.token_left.min(usize::try_from(self.bytes_left).unwrap_or(usize::MAX));
        if most == 0 {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        let buffer = self.inner.fill_buf()?;
        Ok(buffer.get(..most.min(buffer.len())).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.token_left = self.token_left.saturating_sub(amount);
        self.bytes_left = self.bytes_left.saturating_sub(amount as u64);
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], bytes_left: u64) -> Result<String, Broken> {
        let mut content = text;
        let mut xml = Xml::new(&mut content, bytes_left);
        let mut said = String::new();
        while let Some(node) = xml.next()? {
            match node {
                Node::Open(tag) => said.push_str(&format!("<{}>", tag.name())),
                Node::Close(name) => said.push_str(&format!("</{name}>")),
                Node::Text(text) => said.push_str(&text),
            }
        }
        Ok(said)
    }

    #[test]
    fn names_lose_their_prefix_and_entities_their_spelling() {
        let said = read(b"<?xml version=\"1.0\"?><w:p a=\"1\">x&amp;y&#x41;&own;<w:t/></w:p>", 1_000);
        assert_eq!(said.unwrap(), "<p>x&yA&own;<t></t></p>");
    }

    #[test]
    fn everything_has_an_end() {
        assert_eq!(read(&b"<a>".repeat(1_000_000), u64::MAX), Err(Broken::TooDeep));
        assert_eq!(
            read(&[&b"<a b=\""[..], &b"x".repeat(TOKEN_BYTES + 1), b"\"/>"].concat(), u64::MAX),
            Err(Broken::TooLong)
        );
        assert_eq!(read(&b"<a></a>".repeat(100), 50), Err(Broken::TooLarge));
        assert_eq!(read(b"<a>half", 100), Err(Broken::Damaged));
        assert_eq!(read(b"<a b=<>&&;</a></b>\xff", 100), Err(Broken::Damaged));
    }
}
