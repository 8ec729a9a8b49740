//! Values put together from variables: `token = part1 + part2`.
//!
//! Some cut a credential into pieces to keep it from scanners. A piece is a literal that could be a
//! part of one; its variable stands, with others of the kind, where a name gets its value.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::text::{Text, VALUE_BYTES};
use super::{Found, Value};
use crate::model::{Field, Span, Syntax};

/// Variables of one text whose literals could be pieces.
const PIECES_MAX: usize = 32;
/// The shortest piece.
const PIECE_BYTES_MIN: usize = 8;
/// The places of one variable that are looked at, those within other words included.
const PLACES_MAX: usize = 256;
/// Bytes behind a piece within which it is put to others; the search through whole texts took a
/// twenty-fifth of an audit.
const REACH_BYTES: usize = 16 << 10;
/// What may stand between a mark and the first piece, beside signs.
const FRONT: [&str; 7] = ["f", "join", "self", "this", "str", "String", "concat"];

/// A literal and where it is.
#[derive(Clone)]
struct Piece {
    value: String,
    span: Span,
}

pub(super) fn read<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    for (name, value) in grown(text, &found.fields) {
        found.plain(text, name, value, Syntax::Assignment);
    }
    let pieces = pieces(&found.fields);
    if pieces.len() < 2 {
        return;
    }
    for (name, piece) in &pieces {
        let (mut from, stop) = (piece.span.end, piece.span.end + REACH_BYTES);
        for _ in 0..PLACES_MAX {
            let Some(at) = text.find_str_within(name, from, stop) else { break };
            from = at + name.len();
            let is_whole = !is_of_name(text.before(at)) && !is_of_name(text.at(from));
            if is_whole && let Some((given, value)) = sum(text, at, name, &pieces) {
                found.plain(text, given, value, Syntax::Assignment);
            }
        }
    }
}

/// Letters of a variable's name; signs such as `$` and dots stand before it.
const fn is_of_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

fn is_piece(field: &&Field<'_>) -> bool {
    field.quoted
        && field.syntax == Syntax::Assignment
        && field.value.len() >= PIECE_BYTES_MIN
        && field.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"|_-.+/=".contains(&b))
        && field.value.bytes().any(|b| b.is_ascii_digit())
        && field.name.bytes().all(is_of_name)
}

/// Variables that get one piece and then more: `token += "…"`.
fn grown<'a>(text: &Text<'_>, fields: &[Field<'_>]) -> Vec<(Span, Value<'a>)> {
    let mut whole: BTreeMap<&str, (Span, Piece, usize)> = BTreeMap::new();
    for field in fields.iter().filter(is_piece) {
        let mark = text.slice(field.name_span.end, field.value_span.start);
        let grows = ["+=", ".=", "&=", "<<"].iter().any(|sign| mark.contains(sign));
        let has_room = whole.len() < PIECES_MAX;
        match whole.get_mut(field.name.as_ref()) {
            Some((_, piece, count)) if grows && piece.value.len() < VALUE_BYTES => {
                piece.value.push_str(&field.value);
                piece.span.end = field.value_span.end.max(piece.span.end);
                *count += 1;
            }
            _ if has_room => {
                let piece = Piece { value: field.value.to_string(), span: field.value_span };
                whole.insert(field.name.as_ref(), (field.name_span, piece, 1));
            }
            _ => {}
        }
    }
    let of_many = whole.into_values().filter(|(_, _, count)| *count > 1);
    of_many
        .map(|(name, piece, _)| {
            (name, Value { text: Cow::Owned(piece.value), span: piece.span, quoted: true })
        })
        .collect()
}

/// The variables of a text that could hold pieces.
fn pieces(fields: &[Field<'_>]) -> BTreeMap<String, Piece> {
    let all = fields.iter().filter(is_piece).take(PIECES_MAX);
    let piece = |field: &Field<'_>| Piece { value: field.value.to_string(), span: field.value_span };
    all.map(|field| (field.name.to_string(), piece(field))).collect()
}

/// Reads the sum whose first piece is at `at`, with the name that gets it.
fn sum<'a>(
    text: &Text<'_>,
    at: usize,
    first: &str,
    pieces: &BTreeMap<String, Piece>,
) -> Option<(Span, Value<'a>)> {
    let given = given(text, at)?;
    let mut names = vec![first];
    let mut end = at + first.len();
    while let Some((name, next)) = following(text, end, pieces) {
        names.push(name);
        end = next;
    }
    (names.len() > 1).then_some(())?;
    let of_names: Vec<&Piece> = names.iter().filter_map(|name| pieces.get(*name)).collect();
    let span = Span::new(of_names.first()?.span.start, of_names.iter().map(|piece| piece.span.end).max()?);
    let value: String = of_names.iter().map(|piece| piece.value.as_str()).collect();
    Some((given, Value { text: Cow::Owned(value), span, quoted: true }))
}

/// The name that gets what begins at `at`.
fn given(text: &Text<'_>, at: usize) -> Option<Span> {
    let mut start = at;
    while start > 0 && text.before(start) != b'\n' {
        start -= 1;
    }
    let front = text.slice(start, at);
    let mark = front.find(['=', ':'])?;
    let between = front.get(mark + 1..)?;
    let is_front = |word: &str| word.is_empty() || FRONT.contains(&word);
    between.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').all(is_front).then_some(())?;
    let name = front.get(..mark)?.trim_end_matches([' ', '\t', '"', '\'', ':']);
    let length = name.bytes().rev().take_while(|b| is_of_name(*b)).count();
    let end = start + name.len();
    (length > 0).then(|| Span::new(end - length, end))
}

/// The piece that is put behind what ends at `at`, with where its variable ends.
fn following<'p>(
    text: &Text<'_>,
    at: usize,
    pieces: &'p BTreeMap<String, Piece>,
) -> Option<(&'p str, usize)> {
    let mut next = text.skip_space(at);
    let signs = ["}${", "}#{", "}{", "..", "+", ".", "&", "~", ",", "$"];
    let sign = signs.iter().find(|sign| text.starts(next, sign))?;
    next = text.skip_space(next + sign.len());
    for sigil in ["$", "@", "self.", "this."] {
        if text.starts(next, sigil) {
            next += sigil.len();
        }
    }
    let length = (next..text.len()).take_while(|at| is_of_name(text.at(*at))).count();
    let (name, _) = pieces.get_key_value(text.slice(next, next + length))?;
    Some((name.as_str(), next + length))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{has_all, has_none};

    const PIECES: &str = "part1 = \"Atzr|1AbCd\"\npart2 = \"eFgHi2345\"\npart3 = \"6789_-xyz\"\n";

    #[test]
    fn pieces_are_put_together() {
        let cases: Vec<String> = [
            "token = part1 + part2\n",
            "const token = part1+part2;\n",
            "$token = $part1 . $part2;\n",
            "token = part1 .. part2\n",
            "token = f\"{part1}{part2}\"\n",
            "let token = `${part1}${part2}`;\n",
            "token = ''.join([part1, part2])\n",
            "{ token: [part1, part2].join('') }\n",
            "self.token = self.part1 + self.part2\n",
            "export token=\"$part1$part2\"\n",
        ]
        .iter()
        .map(|sum| format!("{PIECES}{sum}"))
        .collect();
        let cases: Vec<(&str, &str, &str)> =
            cases.iter().map(|text| (text.as_str(), "token", "Atzr|1AbCdeFgHi2345")).collect();
        has_all(&cases);
    }

    #[test]
    fn variables_grow() {
        has_all(&[
            ("t = \"Atzr|1AbCd\"\nt += \"eFgHi2345\"\n", "t", "Atzr|1AbCdeFgHi2345"),
            ("$t = 'Atzr|1AbCd';\n$t .= 'eFgHi2345';\n", "t", "Atzr|1AbCdeFgHi2345"),
        ]);
    }

    #[test]
    fn other_uses_put_nothing_together() {
        has_none(&format!("{PIECES}print(part1, part2)\n"), "print");
        has_none(&format!("{PIECES}token = other(part1, part2)\n"), "other");
    }
}
