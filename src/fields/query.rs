//! `name=value&name=value` of addresses and form bodies, and the pairs of cookies.

use std::borrow::Cow;

use super::text::{NAME_BYTES, Text, VALUE_BYTES, is_word};
use super::{Found, Value};
use crate::model::{Span, Syntax};

/// How far back the first pair of a query may begin.
const BACK_BYTES: usize = 4096;

/// How many queries within one another's values are read.
const NESTED: u32 = 4;

/// Reads the pairs of all queries and cookies.
pub(super) fn read<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let mut read_to = 0;
    let mut at = text.find(b'&', 0);
    while at < text.len() {
        let next = after_ampersand(text, at);
        let mut end = next;
        if is_pair(text, next) {
            first(text, read_to, at, found);
            end = chain(text, next, found);
            read_to = end;
        }
        at = text.find(b'&', end);
    }
    single(text, found);
    cookies(text, found);
}

/// Reads the pair after each `?`, also within another one's value, but not without end.
fn single<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let (mut outer, mut nested) = (0, 0);
    let mut at = text.find(b'?', 0);
    while at < text.len() {
        nested = if at < outer { nested + 1 } else { 0 };
        if nested <= NESTED && is_pair(text, at + 1) {
            outer = pair(text, at + 1, found).max(outer);
        }
        at = text.find(b'?', at + 1);
    }
}

fn after_ampersand(text: &Text<'_>, at: usize) -> usize {
    let mut next = at + 1;
    while text.starts(next, "amp;") {
        next += 4;
    }
    next
}

fn is_name(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'%' | b'[' | b']' | b'+')
}

fn is_pair(text: &Text<'_>, at: usize) -> bool {
    let end = name_end(text, at);
    // `a ? b += c : d` is no query.
    end > at && text.at(end) == b'=' && text.at(end + 1) != b'=' && text.before(end) != b'+'
}

fn name_end(text: &Text<'_>, at: usize) -> usize {
    let mut end = at;
    while end - at <= NAME_BYTES && is_name(text.at(end)) {
        end += 1;
    }
    end
}

fn ends_pair(byte: u8) -> bool {
    byte <= b' '
        || matches!(byte, b'&' | b'"' | b'\'' | b'`' | b'<' | b'>' | b'#' | b'\\' | b')' | b']' | b'}')
}

/// Reads the pair before the first `&`, whose name nothing announces.
fn first<'a>(text: &Text<'a>, floor: usize, end: usize, found: &mut Found<'a>) {
    let floor = floor.max(end.saturating_sub(BACK_BYTES));
    let mut start = end;
    while start > floor && !ends_pair(text.before(start)) {
        start -= 1;
    }
    let start = text.floor(start);
    let body = text.slice(start, end);
    let begin = body.rfind('?').map_or(start, |at| start + at + 1);
    if let Some(equal) = text.slice(begin, end).find('=') {
        let equal = begin + equal;
        let mut name = equal;
        while name > begin && is_name(text.before(name)) {
            name -= 1;
        }
        if name < equal {
            emit(text, name, equal, end, found);
        }
    }
}

/// Reads pair after pair and returns where the last one ends.
fn chain<'a>(text: &Text<'a>, at: usize, found: &mut Found<'a>) -> usize {
    let mut at = at;
    loop {
        let end = pair(text, at, found);
        let next = after_ampersand(text, end);
        if text.at(end) != b'&' || !is_pair(text, next) {
            return end;
        }
        at = next;
    }
}

fn pair<'a>(text: &Text<'a>, at: usize, found: &mut Found<'a>) -> usize {
    let equal = name_end(text, at);
    let stop = text.len().min(equal + VALUE_BYTES);
    let mut end = equal + 1;
    let mut open = 0u32;
    while end < stop {
        match text.at(end) {
            b'{' => open += 1,
            b'}' if open > 0 => open -= 1,
            byte if ends_pair(byte) => break,
            _ => {}
        }
        end += 1;
    }
    let end = text.floor(end.min(text.len())).max((equal + 1).min(text.len()));
    emit(text, at, equal, end, found);
    end
}

fn emit<'a>(text: &Text<'a>, start: usize, equal: usize, end: usize, found: &mut Found<'a>) {
    let value = Value {
        text: percent_decoded(text.slice(equal + 1, end)),
        span: Span::new(equal + 1, end),
        quoted: true,
    };
    let name = percent_decoded(text.slice(start, equal));
    found.push((name, Span::new(start, equal)), Cow::Borrowed(""), value, Syntax::Query);
}

/// Undoes percent-encoding, also where it was done twice. Text that was no encoding stays.
fn percent_decoded(raw: &str) -> Cow<'_, str> {
    let Some(once) = decoded_once(raw) else { return Cow::Borrowed(raw) };
    let twice = raw.contains("%25").then(|| decoded_once(&once)).flatten();
    Cow::Owned(twice.unwrap_or(once))
}

fn decoded_once(raw: &str) -> Option<String> {
    if !raw.contains('%') {
        return None;
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let Some((byte, tail)) = rest.split_first() {
        let code = (*byte == b'%')
            .then(|| tail.split_at_checked(2))
            .flatten()
            .filter(|(hex, _)| hex.iter().all(u8::is_ascii_hexdigit))
            .and_then(|(hex, after)| {
                let hex = std::str::from_utf8(hex).ok()?;
                Some((u8::from_str_radix(hex, 16).ok()?, after))
            });
        let (byte, tail) = code.unwrap_or((*byte, tail));
        out.push(byte);
        rest = tail;
    }
    String::from_utf8(out).ok()
}

/// Reads what stands after `Cookie:`, `Set-Cookie:` and their like.
fn cookies<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let mut at = text.find_str("ookie", 0);
    while at < text.len() {
        let mut next = at + 5;
        if matches!(text.before(at), b'c' | b'C') {
            next = cookie_pairs(text, next, found);
        }
        at = text.find_str("ookie", next);
    }
}

fn cookie_pairs<'a>(text: &Text<'a>, at: usize, found: &mut Found<'a>) -> usize {
    let mut at = at;
    if matches!(text.at(at), b's' | b'S' | b'2') {
        at += 1;
    }
    let begin = at;
    while at - begin < 12
        && matches!(text.at(at), b'"' | b'\'' | b' ' | b':' | b'=' | b'[' | b',' | b'>' | b'(' | b'\\')
    {
        at += 1;
    }
    if at == begin {
        return at;
    }
    loop {
        let start = text.skip_blanks(at);
        let mut equal = start;
        while equal - start <= NAME_BYTES && (is_word(text.at(equal)) || text.at(equal) == b'%') {
            equal += 1;
        }
        if equal == start || (text.at(equal) != b'=' && text.at(equal) != b';') {
            return at;
        }
        let mut value = equal;
        let mut end = equal;
        if text.at(equal) == b'=' {
            let quoted = usize::from(text.at(equal + 1) == b'"');
            let escaped = if text.starts(equal + 1, "\\\"") { 2 } else { quoted };
            value = equal + 1 + escaped;
            end = value;
            while end - value < VALUE_BYTES && !ends_cookie(text.at(end)) {
                end += 1;
            }
            let end = text.floor(end);
            let text_value = Value {
                text: percent_decoded(text.slice(value, end)),
                span: Span::new(value, end),
                quoted: true,
            };
            let name = text.slice(start, equal);
            found.push((name.into(), Span::new(start, equal)), "".into(), text_value, Syntax::Query);
        }
        while end > value && matches!(text.at(end), b'"' | b'\\') && text.at(value.saturating_sub(1)) == b'"'
        {
            end += 1;
        }
        let next = text.skip_blanks(end);
        if text.at(next) != b';' {
            return end;
        }
        at = next + 1;
    }
}

fn ends_cookie(byte: u8) -> bool {
    byte <= b' ' || matches!(byte, b';' | b'"' | b'\'' | b'\\' | b'`' | b'<' | b'>')
}

#[cfg(test)]
mod tests {
    use super::super::tests::has_all;

    #[test]
    fn pairs_of_queries_are_fields() {
        has_all(&[
            ("https://h/?a=b&client_secret=v4lu3-x#frag", "client_secret", "v4lu3-x"),
            ("https://h/cb?spapi_oauth_code=v4lu3code", "spapi_oauth_code", "v4lu3code"),
            ("grant_type=refresh_token&refresh_token=Atzr%7Cv4lu3&x=1", "refresh_token", "Atzr|v4lu3"),
            ("grant_type=refresh_token&refresh_token=Atzr%7Cv4lu3&x=1", "grant_type", "refresh_token"),
            ("refresh_token=Atzr%257Cv4lu3&x=1", "refresh_token", "Atzr|v4lu3"),
            ("$b = 'AWSAccessKeyId=v4lu3id&MWSAuthToken=amzn.mws.v4lu3&z=';", "AWSAccessKeyId", "v4lu3id"),
            (
                "$b = 'AWSAccessKeyId=v4lu3id&MWSAuthToken=amzn.mws.v4lu3&z=';",
                "MWSAuthToken",
                "amzn.mws.v4lu3",
            ),
            ("<a href=\"/x?a=1&amp;token=v4lu3\">", "token", "v4lu3"),
            ("x?a=1&amp;amp;token=v4lu3", "token", "v4lu3"),
            ("curl -d 'client_id=v4lu3id&client_secret=v4lu3%2Bs' u", "client_secret", "v4lu3+s"),
            ("&client%5Fsecret=v4lu3", "client_secret", "v4lu3"),
            ("a=b+c&d=v4lu3+x", "d", "v4lu3+x"),
            ("MarketplaceId.Id.1=A1&SellerId=V4LU3&", "MarketplaceId.Id.1", "A1"),
        ]);
    }

    #[test]
    fn cookies_are_fields() {
        has_all(&[
            ("Cookie: session-id=v4lu3-1; at-main=Atza|v4lu3; x=\"q4lu3=\"", "at-main", "Atza|v4lu3"),
            ("Cookie: session-id=v4lu3-1; at-main=Atza|v4lu3; x=\"q4lu3=\"", "session-id", "v4lu3-1"),
            ("Cookie: session-id=v4lu3-1; at-main=Atza|v4lu3; x=\"q4lu3=\"; y=z9", "x", "q4lu3="),
            ("Cookie: session-id=v4lu3-1; at-main=Atza|v4lu3; x=\"q4lu3=\"; y=z9", "y", "z9"),
            ("Set-Cookie: sess-at-acbjp=v4lu3; Secure; Path=/", "sess-at-acbjp", "v4lu3"),
            ("'cookie': 'at-acbjp=Atza%7Cv4lu3; b=c'", "at-acbjp", "Atza|v4lu3"),
            ("{\"Cookie\": \"sst-main=Sst1|v4lu3; q=1\"}", "sst-main", "Sst1|v4lu3"),
        ]);
    }
}
