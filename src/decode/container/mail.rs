//! Mails and mailboxes: eml, mht, emlx, mbox.
//!
//! A message is told as headers and bodies; what is attached to it are members, messages among
//! them. It is cut apart here, part by part, since messages in messages in messages must end at the
//! limit of containers and not at the end of the stack.

use std::borrow::Cow;
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use mail_parser::{Address, HeaderValue, MessageParser, MimeHeaders};
use memchr::memmem;

use super::{Container, Members, Told, damage, ends_with, html};
use crate::decode::charset::{Charset, text};
use crate::model::{ReadSeek, SkipReason};

pub(super) struct Mail;
pub(super) struct Mailbox;

/// How mails begin that are kept without a name of their own.
const BEGINNINGS: [&[u8]; 8] = [
    b"Return-Path:",
    b"Received:",
    b"Delivered-To:",
    b"X-Mozilla-Status:",
    b"X-Account-Key:",
    b"Message-ID:",
    b"DKIM-Signature:",
    b"MIME-Version:",
];
/// A message beyond this is read as far.
const MESSAGE_BYTES_MAX: u64 = 64 << 20;
/// Headers beyond this are no headers.
const HEADER_BYTES_MAX: usize = 256 << 10;
/// A body beyond this is read as a document of its own, in windows.
const BODY_BYTES_MAX: usize = 1 << 20;
/// Parts in parts beyond this are not cut further.
const PART_DEPTH_MAX: usize = 16;

impl Container for Mail {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        // What is called a mail and has no headers is a text.
        let is_likely = self.is_called(name) || BEGINNINGS.iter().any(|line| head.starts_with(line));
        is_likely && are_headers(message_in(name, head))
    }

    fn is_called(&self, name: &str) -> bool {
        [".eml", ".emlx", ".mht", ".mhtml"].iter().any(|ending| ends_with(name, ending))
    }

    fn open(&self, name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut bytes = Vec::new();
        if let Err(error) = content.take(MESSAGE_BYTES_MAX + 1).read_to_end(&mut bytes) {
            let (reason, detail) = damage(&error);
            members.problem("", reason, detail);
        }
        if bytes.len() as u64 > MESSAGE_BYTES_MAX {
            members.problem("", SkipReason::TooLarge, "a message beyond the limit; it is read as far");
        }
        let message = message_in(name, &bytes);
        if ends_with(name, ".emlx") && is_cut(&bytes, message) {
            members.problem("", SkipReason::Damaged, "it ends too early");
        }
        Message { members, told: Told::default(), attachments: 0 }.read(message);
    }
}

impl Container for Mailbox {
    fn recognises(&self, name: &str, head: &[u8]) -> bool {
        let Some(rest) = head.strip_prefix(b"From ") else { return false };
        let end = memchr::memchr(b'\n', rest);
        self.is_called(name)
            || end.is_some_and(|end| rest.get(end + 1..).is_some_and(|l| !l.is_empty() && are_headers(l)))
    }

    fn is_called(&self, name: &str) -> bool {
        ends_with(name, ".mbox")
    }

    fn open(&self, _name: &str, content: &mut dyn ReadSeek, members: &mut dyn Members) {
        let mut lines = Lines::new(BufReader::new(content));
        let mut number = 0_usize;
        // What is left of a message that was not read to its end is passed over.
        while lines.next_message() {
            number += 1;
            if members.member(&format!("message {number}.eml"), &mut lines).is_break() {
                return;
            }
        }
    }
}

/// The message itself. Apple writes its length on a line before it.
fn message_in<'m>(name: &str, bytes: &'m [u8]) -> &'m [u8] {
    let bytes = bytes.trim_ascii_start();
    match memchr::memchr(b'\n', bytes) {
        Some(end) if ends_with(name, ".emlx") => bytes.get(end + 1..).unwrap_or_default(),
        _ => bytes,
    }
}

/// Tells whether less of Apple's message is there than its first line says.
fn is_cut(bytes: &[u8], message: &[u8]) -> bool {
    let first = bytes.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    let said = std::str::from_utf8(first).ok().and_then(|line| line.trim().parse::<usize>().ok());
    said.is_some_and(|length| length > message.len() && length <= MESSAGE_BYTES_MAX as usize)
}

/// Tells whether all lines that are there whole are headers, up to the first empty one.
fn are_headers(head: &[u8]) -> bool {
    let whole = memchr::memrchr(b'\n', head).and_then(|end| head.get(..end)).unwrap_or(head);
    let lines = whole.split(|byte| *byte == b'\n');
    lines.map(<[u8]>::trim_ascii_end).take_while(|line| !line.is_empty()).all(|line| {
        let name = line.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')).count();
        line.first().is_some_and(|b| matches!(b, b' ' | b'\t')) || (name > 0 && line.get(name) == Some(&b':'))
    })
}

/// The lines of a mailbox, long ones in pieces; read as a document it ends where the next message begins.
struct Lines<R> {
    content: R,
    line: Vec<u8>,
    at: usize,
    /// Whether `line` begins a line, and whether a message was begun by it.
    starts_line: bool,
    is_begun: bool,
}

impl<R: BufRead> Lines<R> {
    const fn new(content: R) -> Self {
        Self { content, line: Vec::new(), at: 0, starts_line: true, is_begun: false }
    }

    fn advance(&mut self) -> std::io::Result<bool> {
        self.starts_line = self.line.is_empty() || self.line.ends_with(b"\n");
        self.is_begun = false;
        self.at = 0;
        self.line.clear();
        Ok((&mut self.content).take(64 << 10).read_until(b'\n', &mut self.line)? > 0)
    }

    fn is_beginning(&self) -> bool {
        self.starts_line && !self.is_begun && self.line.starts_with(b"From ")
    }

    /// Goes behind the line that begins the next message.
    fn next_message(&mut self) -> bool {
        while !self.is_beginning() {
            if !self.advance().unwrap_or(false) {
                return false;
            }
        }
        self.is_begun = true;
        self.at = self.line.len();
        true
    }
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        while self.at >= self.line.len() {
            if !self.advance()? {
                return Ok(0);
            }
        }
        if self.is_beginning() {
            return Ok(0);
        }
        let mut rest = self.line.get(self.at..).unwrap_or_default();
        let read = rest.read(buffer)?;
        self.at += read;
        Ok(read)
    }
}

/// Reads one message.
struct Message<'m> {
    members: &'m mut dyn Members,
    told: Told,
    attachments: usize,
}

/// A part of a message, its headers in front.
struct Part<'p> {
    bytes: &'p [u8],
    depth: usize,
}

impl Message<'_> {
    fn read(mut self, message: &[u8]) {
        self.headers(message);
        let mut parts = vec![Part { bytes: message, depth: 0 }];
        while let Some(part) = parts.pop() {
            match self.part(&part, &mut parts) {
                ControlFlow::Continue(()) => {}
                ControlFlow::Break(()) => return,
            }
        }
        if !self.told.text.is_empty() {
            let _ = self.members.text(self.told);
        }
    }

    fn begins(&mut self, cell: &str) {
        self.told.cells.push((self.told.text.len(), cell.to_owned()));
    }

    /// Tells the headers as a person sees them, the subject first.
    fn headers(&mut self, message: &[u8]) {
        let head = message.get(..headers_end(message)).unwrap_or_default();
        let Some(parsed) = headers_of(head) else { return };
        self.begins("subject");
        self.told.text.push_str(&format!("Subject: {}\n", parsed.subject().unwrap_or_default()));
        self.begins("headers");
        for header in parsed.headers() {
            let raw = head.get(header.offset_start as usize..header.offset_end as usize).unwrap_or_default();
            let value = match &header.value {
                HeaderValue::Text(text) => text.clone(),
                HeaderValue::TextList(texts) => Cow::Owned(texts.join(", ")),
                HeaderValue::Address(address) => Cow::Owned(written(address)),
                _ => String::from_utf8_lossy(raw.trim_ascii()),
            };
            if header.name.as_str() != "Subject" {
                self.told.text.push_str(&format!("{}: {value}\n", header.name.as_str()));
            }
        }
        self.told.text.push('\n');
    }

    fn part<'p>(&mut self, part: &Part<'p>, parts: &mut Vec<Part<'p>>) -> ControlFlow<()> {
        let end = headers_end(part.bytes);
        let (head, body) = part.bytes.split_at_checked(end).unwrap_or((part.bytes, &[]));
        let message = headers_of(head);
        let parsed = message.as_ref().and_then(|message| message.parts.first());
        let kind = parsed.and_then(MimeHeaders::content_type);
        let (main, sub) = (kind.map_or("text", |k| k.ctype()), kind.and_then(|k| k.subtype()));
        let name = parsed.and_then(MimeHeaders::attachment_name).map(str::to_owned);
        if main.eq_ignore_ascii_case("multipart")
            && let Some(boundary) = kind.and_then(|k| k.attribute("boundary"))
        {
            if part.depth >= PART_DEPTH_MAX {
                self.members.problem(
                    "parts in parts",
                    SkipReason::TooDeep,
                    "parts in parts beyond the limit",
                );
                return ControlFlow::Continue(());
            }
            let (inner, is_closed) = cut(body, boundary);
            if !is_closed {
                self.members.problem("the last part", SkipReason::Damaged, "it ends too early");
            }
            parts.extend(inner.into_iter().rev().map(|bytes| Part { bytes, depth: part.depth + 1 }));
            return ControlFlow::Continue(());
        }
        let content =
            decoded(body, parsed.and_then(MimeHeaders::content_transfer_encoding).unwrap_or_default());
        let is_message = main.eq_ignore_ascii_case("message");
        let is_attached =
            parsed.and_then(MimeHeaders::content_disposition).is_some_and(|d| d.is_attachment());
        if !main.eq_ignore_ascii_case("text") || is_message || name.is_some() || is_attached {
            self.attachments += 1;
            let number = self.attachments;
            let ending = if is_message { ".eml" } else { "" };
            let name = name.unwrap_or_else(|| format!("attachment {number}{ending}"));
            return self.members.member(&name, &mut content.as_ref());
        }
        let label = kind.and_then(|k| k.attribute("charset")).unwrap_or_default();
        let charset = match encoding_rs::Encoding::for_label(label.as_bytes()) {
            Some(encoding) if encoding != encoding_rs::UTF_8 => Charset::Other(encoding),
            _ => Charset::of(&content),
        };
        let is_html = sub.is_some_and(|sub| sub.eq_ignore_ascii_case("html"));
        self.body(&text(&content, charset), is_html)
    }

    fn body(&mut self, body: &str, is_html: bool) -> ControlFlow<()> {
        let cell = if is_html { "body (html)" } else { "body" };
        if body.len() > BODY_BYTES_MAX {
            return self.members.member(cell, &mut body.as_bytes());
        }
        if self.told.text.len() + body.len() > BODY_BYTES_MAX {
            self.members.text(std::mem::take(&mut self.told))?;
        }
        self.begins(cell);
        if is_html {
            // What a person sees, and the addresses behind it.
            self.told.text.push_str(&html::shown(body));
            self.told.text.push('\n');
        }
        self.told.text.push_str(body);
        self.told.text.push('\n');
        ControlFlow::Continue(())
    }
}

fn headers_of(head: &[u8]) -> Option<mail_parser::Message<'_>> {
    MessageParser::default().parse_headers(head).filter(|message| !message.parts.is_empty())
}

/// Where the headers end, their empty line included.
fn headers_end(message: &[u8]) -> usize {
    let head = message.get(..message.len().min(HEADER_BYTES_MAX)).unwrap_or_default();
    if head.starts_with(b"\n") || head.starts_with(b"\r\n") {
        return head.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    }
    let plain = memmem::find(head, b"\n\n").map(|at| at + 2);
    let windows = memmem::find(head, b"\n\r\n").map(|at| at + 3);
    plain.into_iter().chain(windows).min().unwrap_or(head.len())
}

fn written(address: &Address<'_>) -> String {
    let one = |a: &mail_parser::Addr<'_>| {
        format!("{} <{}>", a.name().unwrap_or_default(), a.address().unwrap_or_default())
    };
    address.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Cuts a body at its boundary; tells whether the closing one was there.
fn cut<'p>(body: &'p [u8], boundary: &str) -> (Vec<&'p [u8]>, bool) {
    let line = [b"--", boundary.as_bytes()].concat();
    let mut parts = Vec::new();
    let mut begins = None;
    for at in memmem::find_iter(body, &line) {
        if at > 0 && body.get(at - 1) != Some(&b'\n') {
            continue;
        }
        let behind = body.get(at + line.len()..).unwrap_or_default();
        let is_closing = behind.starts_with(b"--");
        if !is_closing && !behind.first().is_none_or(u8::is_ascii_whitespace) {
            continue;
        }
        parts.extend(begins.and_then(|begin| body.get(begin..at)));
        if is_closing {
            return (parts, true);
        }
        begins = memchr::memchr(b'\n', behind).map(|end| at + line.len() + end + 1);
    }
    parts.extend(begins.and_then(|begin| body.get(begin..)));
    (parts, false)
}

/// Undoes the encoding for transfer. What is invalid in it is left out, as mail programs do.
fn decoded<'p>(body: &'p [u8], encoding: &str) -> Cow<'p, [u8]> {
    if encoding.eq_ignore_ascii_case("base64") {
        let is_digit = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let mut digits: Vec<u8> = body.iter().copied().filter(is_digit).collect();
        // A digit by itself is no byte.
        digits.truncate(digits.len() - usize::from(digits.len() % 4 == 1));
        let lenient = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        return GeneralPurpose::new(&STANDARD, lenient)
            .decode(&digits)
            .map_or(Cow::Borrowed(body), Cow::Owned);
    }
    if encoding.eq_ignore_ascii_case("quoted-printable") {
        return Cow::Owned(from_quoted_printable(body));
    }
    Cow::Borrowed(body)
}

fn from_quoted_printable(body: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|b| char::from(*b).to_digit(16));
    let mut plain = Vec::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = memchr::memchr(b'=', rest) {
        let (before, behind) = rest.split_at(at);
        plain.extend_from_slice(before);
        let behind = behind.get(1..).unwrap_or_default();
        let end_of_line = behind.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
        rest = match (digit(behind.first()), digit(behind.get(1))) {
            (Some(high), Some(low)) => {
                plain.push((high * 16 + low) as u8);
                behind.get(2..).unwrap_or_default()
            }
            _ if behind.get(end_of_line) == Some(&b'\n') => behind.get(end_of_line + 1..).unwrap_or_default(),
            _ => {
                plain.push(b'=');
                behind
            }
        };
    }
    plain.extend_from_slice(rest);
    plain
}
