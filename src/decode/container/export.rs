//! What other programs export as text: requests, chats, cassettes, properties.
//!
//! These are read as any text is. Here it is told whether they are whole: half an export may have lost
//! half of the keys, and an encoded body that is cut in its middle is read by nobody.

use std::io::{BufRead, BufReader, Read, SeekFrom};

use memchr::memmem;
use serde::de::{Deserialize, IgnoredAny};

use super::{Container, Members, ends_with};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Export;

/// How an export is known to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// It is one JSON value, as its name says: HAR, Postman.
    Json,
    /// It begins as such exports do, and does not end too early: Insomnia, Slack, Discord, cassettes.
    /// Settings with comments and lists of values may have the same words, and are whole.
    JsonBegun,
    /// Its root element ends: property lists in XML.
    Plist,
    /// Its last line ends, as of whatever a program writes line by line: Insomnia since version 5.
    Lines,
    /// It names the recorder in the end (VCR) or in the beginning, or at least ends its last line.
    Cassette,
    /// Its quotes are closed: Chatwork, and messages of several lines in LINE.
    Quotes,
    /// Its escapes have four hexadecimal digits, as `java.util.Properties` demands.
    Properties,
}

/// Names that say it.
const JSON_ENDINGS: [&str; 4] =
    [".har", ".postman_collection.json", ".postman_environment.json", ".postman_globals.json"];
/// What the first bytes of exports without a telling name hold, all of one row.
const JSON_MARKS: [&[&str]; 7] = [
    &["\"_type\"", "\"export\""],
    &["\"type\"", "\"message\"", "\"ts\""],
    &["\"type\"", "\"message\"", "\"client_msg_id\""],
    &["\"guild\"", "\"channel\""],
    &["\"Timestamp\"", "\"Contents\""],
    &["\"messages\"", "\"content\""],
    &["\"http_interactions\""],
];
/// What the last lines of a cassette begin with.
const CASSETTE_ENDS: [&str; 2] = ["\nrecorded_with:", "\nversion:"];
/// Bytes at the end that are looked at.
const TAIL_BYTES: i64 = 1 << 10;

impl Form {
    fn of(name: &str, head: &[u8]) -> Option<Self> {
        let has = |mark: &str| memmem::find(head, mark.as_bytes()).is_some();
        let is = |endings: &[&str]| endings.iter().any(|ending| ends_with(name, ending));
        match () {
            () if is(&JSON_ENDINGS) => Some(Self::Json),
            () if is(&[".json"]) && JSON_MARKS.iter().any(|marks| marks.iter().all(|mark| has(mark))) => {
                Some(Self::JsonBegun)
            }
            () if is(&[".properties"]) => Some(Self::Properties),
            () if is(&[".plist"]) && has("<plist") => Some(Self::Plist),
            () if is(&[".yaml", ".yml"]) && has("collection.insomnia.rest/") => Some(Self::Lines),
            () if is(&[".yaml", ".yml"]) && has("interactions:\n") => Some(Self::Cassette),
            () if is(&[".csv"]) && has("メッセージ") && has("日時") => Some(Self::Quotes),
            () if is(&[".txt"]) && has("[LINE]") => Some(Self::Quotes),
            () => None,
        }
    }

    fn is_whole(self, content: &mut dyn ReadSeek) -> std::io::Result<bool> {
        content.rewind()?;
        Ok(match self {
            Self::Json => is_json(content),
            Self::JsonBegun => !json(content).is_err_and(|error| error.is_eof()),
            Self::Plist => tail(content)?.contains("</plist>"),
            Self::Lines => tail(content)?.ends_with('\n'),
            Self::Cassette => {
                let mut head = [0; 512];
                let read = content.read(&mut head)?;
                let ends = |text: &str| CASSETTE_ENDS.iter().any(|end| text.contains(end));
                let head = String::from_utf8_lossy(head.get(..read).unwrap_or_default());
                let tail = tail(content)?;
                tail.ends_with('\n') || ends(&tail) || ends(&head)
            }
            Self::Quotes => closes_quotes(content)?,
            Self::Properties => has_whole_escapes(content)?,
        })
    }
}

impl Container for Export {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        Form::of(name, head).is_some()
    }

    fn open(&self, name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut head = Vec::new();
        let read = (&mut *content).take(super::HEAD_BYTES as u64).read_to_end(&mut head);
        let Some(form) = Form::of(name.rsplit('/').next().unwrap_or(name), &head) else { return };
        match read.and_then(|_| form.is_whole(content)) {
            Ok(true) => {}
            Ok(false) => {
                members.problem("", SkipReason::Damaged, "it is cut or broken; it was read as plain text");
            }
            Err(error) => {
                let (reason, detail) = super::damage(&error);
                members.problem("", reason, detail);
            }
        }
    }

    fn is_text(&self) -> bool {
        true
    }
}

/// Tells whether a document is one JSON value, read as it comes.
pub(super) fn is_json(content: &mut dyn ReadSeek) -> bool {
    json(content).is_ok()
}

fn json(content: &mut dyn ReadSeek) -> serde_json::Result<()> {
    let mut reader = BufReader::with_capacity(64 << 10, content);
    // Programs of Windows put a mark in front.
    if reader.fill_buf().is_ok_and(|bytes| bytes.starts_with(b"\xef\xbb\xbf")) {
        reader.consume(3);
    }
    let mut json = serde_json::Deserializer::from_reader(reader);
    IgnoredAny::deserialize(&mut json).and_then(|_| json.end())
}

/// The last bytes.
fn tail(content: &mut dyn ReadSeek) -> std::io::Result<String> {
    let size = content.seek(SeekFrom::End(0))?;
    content.seek(SeekFrom::End(-TAIL_BYTES.min(i64::try_from(size).unwrap_or(TAIL_BYTES))))?;
    let mut tail = Vec::new();
    content.read_to_end(&mut tail)?;
    Ok(String::from_utf8_lossy(&tail).into_owned())
}

/// Tells whether the quote that begins a field is closed in the end. A field begins behind a comma, a
/// tab or the end of a line; a quote within a word is a sign like any other.
fn closes_quotes(content: &mut dyn ReadSeek) -> std::io::Result<bool> {
    let (mut is_open, mut before) = (false, b'\n');
    for byte in BufReader::with_capacity(64 << 10, content).bytes() {
        let byte = byte?;
        if byte == b'"' {
            // Two in a row within a field open it again at once.
            is_open = !is_open && matches!(before, b',' | b'\t' | b'\n' | b'"');
        }
        before = byte;
    }
    Ok(!is_open)
}

/// Tells whether each `\u` has its four digits. Comments may hold anything.
fn has_whole_escapes(content: &mut dyn ReadSeek) -> std::io::Result<bool> {
    let mut reader = BufReader::with_capacity(64 << 10, content);
    let (mut is_comment, mut is_blank, mut is_escaped, mut digits) = (false, true, false, 0);
    loop {
        let buffer = reader.fill_buf()?;
        let read = buffer.len();
        if read == 0 {
            return Ok(digits == 0);
        }
        for &byte in buffer {
            if digits > 0 {
                if !byte.is_ascii_hexdigit() {
                    return Ok(false);
                }
                digits -= 1;
                continue;
            }
            match byte {
                b'\n' | b'\r' => {
                    // A line that goes on in the next one has no comment there.
                    (is_comment, is_blank) = (false, !is_escaped);
                    is_escaped = false;
                }
                _ if is_comment => {}
                b'#' | b'!' if is_blank => is_comment = true,
                b'u' if is_escaped => (digits, is_escaped) = (4, false),
                b'\\' => (is_escaped, is_blank) = (!is_escaped, false),
                b' ' | b'\t' | b'\x0c' => is_escaped = false,
                _ => (is_escaped, is_blank) = (false, false),
            }
        }
        reader.consume(read);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn is_whole(name: &str, text: &str) -> bool {
        let head = text.as_bytes().get(..512.min(text.len())).unwrap();
        Form::of(name, head).expect("an export").is_whole(&mut Cursor::new(text.as_bytes())).unwrap()
    }

    #[test]
    fn whole_exports_are_whole() {
        for (name, text) in [
            ("a.har", "\u{feff}{\"log\": {}}\n"),
            ("a.json", "{\"messages\": 1, // remark\n\"content\": 2}"),
            ("a.json", "{\"messages\": 1, \"content\": 2}\n{\"messages\": 1}\n"),
            ("a.plist", "<plist>\n<dict/></plist>\n<!-- made by hand -->"),
            ("a.yml", "http_interactions:\n- a: 1\nrecorded_with: VCR 6.1.0"),
            ("a.yml", "---\nversion: 2\ninteractions:\n- a: 1"),
            ("a.yml", "interactions:\n- a: 1\n"),
            ("a.csv", "日時,名前,メッセージ\n1,2,\"3 \"\"4\"\" \n5\"\n"),
            ("a.csv", "日時,名前,メッセージ\n1,2,27\" monitor\n"),
            ("a.txt", "[LINE] x\n10:00\ta\t\"one\ntwo\"\n10:01\tb\tone\" two\n"),
            ("a.properties", "# \\u12\n  ! \\uxyz\na=\\u0041\\\\users\n"),
        ] {
            assert!(is_whole(name, text), "{text}");
        }
    }

    #[test]
    fn broken_exports_are_told() {
        for (name, text) in [
            ("a.har", "{\"log\": {"),
            ("a.har", "{\"log\": {}}}"),
            ("a.har", ""),
            ("a.json", "[{\"type\": \"message\", \"ts\": \"1\", \"text\": \"a\"}"),
            ("a.plist", "<plist>\n<dict>"),
            ("a.yml", "http_interactions:\n- a: 1\n  b: cut h"),
            ("a.yaml", "type: collection.insomnia.rest/5.0\nname: cut h"),
            ("a.csv", "日時,名前,メッセージ\n1,2,\"3 \"\"4\"\" \n5"),
            ("a.txt", "[LINE] x\n10:00\ta\t\"one\ntwo"),
            ("a.properties", "a=\\u00"),
            ("a.properties", "a=C:\\users"),
            ("a.properties", "a=\\\n# \\uxyz"),
        ] {
            assert!(!is_whole(name, text), "{text}");
        }
    }
}
