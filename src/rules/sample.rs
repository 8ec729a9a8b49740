//! Sample secrets made from shapes, so that no example ever holds a written-out one.

/// Makes a sample from a shape: text with `{hex:64}`, `{upper:16}` and the like filled in.
///
/// | form | alphabet |
/// | --- | --- |
/// | `{hex:N}` | `0-9a-f` |
/// | `{HEX:N}` | `0-9A-F` |
/// | `{b64url:N}` | `A-Za-z0-9_-` |
/// | `{b64:N}` | `A-Za-z0-9+/` |
/// | `{base32:N}` | `A-Z2-7` |
/// | `{upper:N}` | `A-Z0-9` |
/// | `{lower:N}` | `a-z0-9` |
/// | `{alpha:N}` | `A-Za-z` |
/// | `{alnum:N}` | `A-Za-z0-9` |
/// | `{digit:N}` | `0-9` |
/// | `{uuid}` | 8-4-4-4-12 `0-9a-f` |
///
/// The same seed gives the same sample. Unknown forms stay as they are.
#[must_use]
pub fn sample(shape: &str, seed: u64) -> String {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x6b61_6769_6261_6e21);
    let mut out = String::new();
    let mut rest = shape;
    while let Some((before, form, after)) = next_form(rest) {
        out.push_str(before);
        match filled(form, &mut random) {
            Some(text) => out.push_str(&text),
            None => {
                out.push('{');
                out.push_str(form);
                out.push('}');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn next_form(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (form, after) = rest.split_once('}')?;
    Some((before, form, after))
}

fn filled(form: &str, random: &mut fastrand::Rng) -> Option<String> {
    if form == "uuid" {
        let groups: Vec<String> =
            [8, 4, 4, 4, 12].iter().map(|n| drawn(b"0123456789abcdef", *n, random)).collect();
        return Some(groups.join("-"));
    }
    let (alphabet, length) = form.split_once(':')?;
    let alphabet: &[u8] = match alphabet {
        "hex" => b"0123456789abcdef",
        "HEX" => b"0123456789ABCDEF",
        "b64url" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
        "b64" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
        "base32" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "upper" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
        "lower" => b"abcdefghijklmnopqrstuvwxyz0123456789",
        "alpha" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "alnum" => b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
        "digit" => b"0123456789",
        _ => return None,
    };
    Some(drawn(alphabet, length.parse().ok()?, random))
}

fn drawn(alphabet: &[u8], length: usize, random: &mut fastrand::Rng) -> String {
    (0..length).filter_map(|_| alphabet.get(random.usize(..alphabet.len()))).map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_filled_and_repeatable() {
        let one = sample("amzn.mws.{uuid}", 1);
        assert_eq!(one, sample("amzn.mws.{uuid}", 1));
        assert_ne!(one, sample("amzn.mws.{uuid}", 2));
        assert_eq!(one.len(), "amzn.mws.".len() + 36);
    }

    #[test]
    fn other_braces_stay() {
        assert_eq!(sample("${x} {name}", 1), "${x} {name}");
    }
}
