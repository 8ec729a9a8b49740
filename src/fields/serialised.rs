//! Strings as PHP serialises them: `s:4:"name";s:5:"value";`.

use super::text::{Text, VALUE_BYTES, is_label};
use super::{Found, Value};
use crate::model::{Span, Syntax};

/// Reads every string that directly follows one that could be its name.
pub(super) fn read<'a>(text: &Text<'a>, found: &mut Found<'a>) {
    let mut last: Option<(Span, usize)> = None;
    let mut at = text.find_str("s:", 0);
    while at < text.len() {
        let Some((inside, next)) = string(text, at) else {
            at = text.find_str("s:", at + 2);
            continue;
        };
        let written = text.slice(inside.start, inside.end);
        if let Some((name, _)) = last.filter(|(_, end)| *end == at) {
            let value = Value { text: written.into(), span: inside, quoted: true };
            found.plain(text, name, value, Syntax::Pair);
        }
        last = is_label(written).then_some((inside, next));
        at = text.find_str("s:", next);
    }
}

/// The inside of the string at `at`, and where the next item begins.
fn string(text: &Text<'_>, at: usize) -> Option<(Span, usize)> {
    let mut start = at + 2;
    while text.at(start).is_ascii_digit() && start < at + 9 {
        start += 1;
    }
    if start == at + 2 || !text.starts(start, ":\"") || text.before(at).is_ascii_alphanumeric() {
        return None;
    }
    let start = start + 2;
    let end = text.find_within(b'"', start, text.len().min(start + VALUE_BYTES));
    text.starts(end, "\";").then(|| (Span::new(start, end), end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_names_the_next() {
        let mut found = Found { fields: Vec::new() };
        read(&Text::new(r#"a:2:{s:3:"key";s:5:"value";s:4:"flag";b:1;s:4:"last";}"#), &mut found);
        let all: Vec<(&str, &str)> = found.fields.iter().map(|f| (&*f.name, &*f.value)).collect();
        assert_eq!(all, [("key", "value"), ("value", "flag")]);
    }
}
