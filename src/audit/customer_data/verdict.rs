//! Whether a value could be somebody's, is made up, or says nothing.

use std::sync::LazyLock;

use regex::Regex;

use crate::audit::pattern::pattern;
use crate::rules::{ORDERS, Personal, folded};

/// What a value under the name of a buyer's datum is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// Empty, masked, or no such datum at all.
    Nothing,
    /// Made up, as guides and tests do.
    Sample,
    /// Nothing speaks against a person.
    Real,
}

/// Longest value that is looked at, in characters: a datum of a person is short.
const CHARACTERS_MAX: usize = 160;

/// Masked by hand, filled in at run time, or a word for nothing.
static MASKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\*{2,}|x{4,}|●|•|█|#{3,}|\.{3,}|…|^[<\[{(].*[>\]})]$|\$\{|\{\{|%\(|%s|<%|^[-_. 0]*$|^(?:null|none|nil|n/a|na|undefined|nan|string|true|false|-+)$|redacted|^[A-Z]+(?:_[A-Z]+)+$",
    )
});
/// An address of mail.
static MAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^[A-Za-z0-9._%+'-]{1,64}@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,12})$"));
/// A telephone number that nobody has.
static NOBODYS_PHONE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"12345[67]|23456[78]|0{6}|1{7}|9{7}|98765|5550[01]\d\d$|0123456"));

/// Judges a value by what its name says that it is.
pub(super) fn verdict(kind: Personal, text: &str) -> Verdict {
    let text = text.trim().trim_matches(['"', '\'']).trim();
    if text.is_empty() || text.chars().nth(CHARACTERS_MAX).is_some() || MASKED.is_match(text) {
        return Verdict::Nothing;
    }
    match kind {
        Personal::Mail => of_mail(text),
        Personal::Name => of_name(text),
        Personal::Phone => of_phone(text),
        Personal::Address => of_address(text),
        Personal::Postal => of_postal(text),
    }
}

fn when(is_sample: bool) -> Verdict {
    if is_sample { Verdict::Sample } else { Verdict::Real }
}

/// Whether a word of what is made up stands in a text, at the borders of words.
fn says_sample(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_border = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphabetic());
    ORDERS.samples.words.iter().any(|word| {
        lower.match_indices(word.as_str()).any(|(at, _)| {
            !word.is_ascii()
                || (is_border(lower.get(..at).and_then(|before| before.chars().next_back()))
                    && is_border(lower.get(at + word.len()..).and_then(|after| after.chars().next())))
        })
    })
}

fn of_mail(text: &str) -> Verdict {
    let Some(domain) = MAIL.captures(text).and_then(|found| found.get(1)) else { return Verdict::Nothing };
    let domain = domain.as_str().to_ascii_lowercase();
    let is_nobodys = ORDERS.samples.domains.iter().any(|known| {
        domain.strip_suffix(known.as_str()).is_some_and(|sub| sub.is_empty() || sub.ends_with('.'))
    });
    let local = text.split('@').next().unwrap_or_default();
    if is_alias_domain(&domain) {
        return when(!is_alias(local));
    }
    let is_generic = [
        "buyer", "customer", "user", "name", "email", "mail", "me", "someone", "abc", "john.doe", "jane.doe",
    ];
    let is_named_so =
        ["buyeremail", "customeremail", "recipientemail", "useremail", "buyermail", "customermail"];
    when(
        is_nobodys
            || says_sample(local)
            || ["test", "dummy", "sample"].iter().any(|word| local.to_ascii_lowercase().starts_with(word))
            || is_generic.contains(&local.to_ascii_lowercase().as_str())
            || is_named_so.contains(&folded(local).as_str()),
    )
}

/// Whether Amazon forwards mail of this domain.
pub(super) fn is_alias_domain(domain: &str) -> bool {
    let rest = domain.strip_prefix("m.").unwrap_or(domain);
    rest.strip_prefix("marketplace.amazon.").is_some_and(|end| end.len() >= 2)
}

/// Shortest and longest name of an address that Amazon makes for a buyer.
const ALIAS_LENGTHS: std::ops::RangeInclusive<usize> = 10..=20;
/// Different characters that such a name has at least.
const ALIAS_VARIETY: usize = 6;

/// Whether the part before the sign could be one that Amazon draws: letters and digits by chance.
pub(super) fn is_alias(local: &str) -> bool {
    let name = local.split('+').next().unwrap_or_default();
    let is_drawn = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    let variety: std::collections::BTreeSet<u8> = name.bytes().collect();
    let words = [
        "example", "sample", "test", "dummy", "xxxx", "abcdef", "buyer", "customer", "12345", "abc123",
        "fake",
    ];
    ALIAS_LENGTHS.contains(&name.len())
        && is_drawn
        && digits > 0
        && digits < name.len()
        && variety.len() >= ALIAS_VARIETY
        && !ORDERS.samples.aliases.contains(name)
        && !words.iter().any(|word| name.contains(word))
}

fn of_name(text: &str) -> Verdict {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let odd = text.chars().filter(|c| c.is_ascii_punctuation() && !".,'-&()/".contains(*c)).count();
    let whole = folded(text);
    let is_code = text.is_ascii()
        && !text.contains(' ')
        && (text.contains('_')
            || text.contains("::")
            || text.bytes().skip(1).any(|b| b.is_ascii_uppercase())
                && text.bytes().any(|b| b.is_ascii_lowercase()));
    if letters < 2 || odd > 0 || text.chars().count() > 60 || is_code {
        return Verdict::Nothing;
    }
    when(ORDERS.samples.names.contains(&whole) || says_sample(text) || is_repeated(&whole))
}

fn is_repeated(text: &str) -> bool {
    let mut characters = text.chars();
    characters.next().is_none_or(|first| characters.all(|c| c == first))
}

fn of_phone(text: &str) -> Verdict {
    let digits: String =
        text.chars().filter_map(|c| c.to_digit(10)).map(|d| char::from(b'0' + d as u8)).collect();
    let is_written =
        text.chars().all(|c| c.is_ascii_digit() || " +-().extEXT/#".contains(c) || !c.is_ascii());
    if !(7..=16).contains(&digits.len()) || !is_written {
        return Verdict::Nothing;
    }
    let variety: std::collections::BTreeSet<char> = digits.chars().collect();
    when(variety.len() < 4 || NOBODYS_PHONE.is_match(&digits))
}

fn of_address(text: &str) -> Verdict {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let is_code = ["::", "=", "://", "@", "_"].iter().any(|mark| text.contains(mark));
    if letters < 2 || is_code {
        return Verdict::Nothing;
    }
    let lower: String = text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    if says_sample(text) || ORDERS.samples.addresses.iter().any(|begin| lower.starts_with(begin.as_str())) {
        return Verdict::Sample;
    }
    let has_place = text.chars().any(|c| c.is_ascii_digit() || (!c.is_ascii() && c.is_alphabetic()));
    if has_place && (!text.is_ascii() || text.contains(' ')) { Verdict::Real } else { Verdict::Nothing }
}

fn of_postal(text: &str) -> Verdict {
    let body: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let digits = body.bytes().filter(u8::is_ascii_digit).count();
    if !(4..=10).contains(&body.len()) || digits < 2 || text.contains(['=', ':', '@', '/', '.']) {
        return Verdict::Nothing;
    }
    let is_counted = ["12345", "1234567", "123456", "1234", "54321", "90210"].contains(&body.as_str());
    when(is_counted || is_repeated(&body) || body.chars().all(|c| c == '0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::sample;

    #[test]
    fn people_are_told_from_samples() {
        for seed in 0..40 {
            for (kind, shape) in [
                (Personal::Name, "{name}"),
                (Personal::Name, "{name:ja}"),
                (Personal::Mail, "{alias}@marketplace.amazon.co.jp"),
                (Personal::Mail, "{mail}"),
                (Personal::Phone, "{phone}"),
                (Personal::Phone, "{phone:ja}"),
                (Personal::Address, "{street}"),
                (Personal::Address, "{street:ja}"),
                (Personal::Postal, "{postal}"),
                (Personal::Postal, "{postal:ja}"),
            ] {
                let text = sample(shape, seed);
                assert_eq!(verdict(kind, &text), Verdict::Real, "{shape}: {text}");
            }
        }
    }

    #[test]
    fn samples_and_masks_are_told() {
        for (kind, text, expected) in [
            (Personal::Name, "John Doe", Verdict::Sample),
            (Personal::Name, "山田 太郎", Verdict::Sample),
            (Personal::Name, "Test Buyer", Verdict::Sample),
            (Personal::Name, "J*** D**", Verdict::Nothing),
            (Personal::Name, "setBuyerName", Verdict::Nothing),
            (Personal::Name, "string", Verdict::Nothing),
            (Personal::Mail, "5vlhEXAMPLEh9h5@marketplace.amazon.com", Verdict::Sample),
            (Personal::Mail, "someone@example.com", Verdict::Sample),
            (Personal::Mail, "testmerchant@mail.invalid.jp", Verdict::Sample),
            (Personal::Mail, "BuyerEmail", Verdict::Nothing),
            (Personal::Phone, "090-1234-5678", Verdict::Sample),
            (Personal::Phone, "555-0142", Verdict::Sample),
            (Personal::Phone, "xxx-xxxx-xxxx", Verdict::Nothing),
            (Personal::Address, "123 Main St", Verdict::Sample),
            (Personal::Address, "getAddressLine1", Verdict::Nothing),
            (Personal::Postal, "123-4567", Verdict::Sample),
            (Personal::Postal, "*****", Verdict::Nothing),
        ] {
            assert_eq!(verdict(kind, text), expected, "{text}");
        }
    }
}
