//! Sample secrets and sample people made from shapes, so that no example ever holds a written-out one.

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
/// Nobody is called, lives or has a telephone as these say: `{name}`, `{street}`, `{city}`, `{postal}`
/// and `{phone}`, each also of Japan as in `{name:ja}`, `{mail}`, `{alias}` for the name of an address
/// that Amazon forwards, and `{order}` for the number of an order.
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
    if let Some(of_person) = of_person(form, random) {
        return Some(of_person);
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

const SYLLABLES: [&str; 24] = [
    "bra", "dul", "fen", "gor", "hal", "jav", "kel", "lor", "mip", "nov", "pel", "quin", "rusk", "sev",
    "tol", "ulv", "vash", "wem", "yor", "zan", "cor", "dri", "eth", "ilm",
];
const FAMILIES: [&str; 12] =
    ["霧島", "朝霞", "夜久", "雨宮", "風祭", "月岡", "雪平", "星川", "波多", "霜月", "露木", "虹村"];
const GIVEN: [&str; 10] = ["朔也", "千景", "凪沙", "透子", "蒼介", "灯里", "柊馬", "澪", "詩音", "篤弘"];
const TOWNS: [&str; 8] = ["北見沢市", "南霧町", "東雲台", "西波市", "上月村", "下風区", "中雪町", "大星市"];

/// Something of a person who does not exist.
fn of_person(form: &str, random: &mut fastrand::Rng) -> Option<String> {
    let one =
        |list: &[&'static str], random: &mut fastrand::Rng| list.get(random.usize(..list.len())).copied();
    let word = |random: &mut fastrand::Rng| -> Option<String> {
        let word = format!("{}{}", one(&SYLLABLES, random)?, one(&SYLLABLES, random)?);
        let (first, rest) = word.split_at_checked(1)?;
        Some(format!("{}{rest}", first.to_ascii_uppercase()))
    };
    let digits = |from: u32, to: u32, random: &mut fastrand::Rng| random.u32(from..to).to_string();
    Some(match form {
        "name" => format!("{} {}", word(random)?, word(random)?),
        "name:ja" => format!("{} {}", one(&FAMILIES, random)?, one(&GIVEN, random)?),
        "city" => word(random)?,
        "street" => format!("{} {} Road", digits(211, 9_800, random), word(random)?),
        "street:ja" => {
            let (town, block) = (one(&TOWNS, random)?, random.u32(2..9));
            format!("{town}{block}-{}-{}", digits(11, 40, random), digits(2, 30, random))
        }
        "city:ja" => one(&TOWNS, random)?.to_owned(),
        "postal" => digits(30_101, 98_000, random),
        "postal:ja" => format!("{}-{}", digits(202, 970, random), digits(2_031, 9_700, random)),
        // No such exchange is given out.
        "phone" => format!(
            "+1 {}-0{}-{}",
            digits(213, 980, random),
            digits(24, 98, random),
            digits(3_102, 9_700, random)
        ),
        "phone:ja" => format!(
            "0{}0-{}-{}",
            digits(7, 9, random),
            digits(2_104, 9_800, random),
            digits(3_051, 9_700, random)
        ),
        "mail" => {
            format!("{}.{}@nowhere-mail.net", word(random)?.to_lowercase(), word(random)?.to_lowercase())
        }
        "alias" => {
            let body = drawn(b"bcdfghjkmnpqrstvwz", 8, random);
            format!("{body}{}{}", digits(24, 98, random), drawn(b"bcdfghjkmnpqrstvwz2468", 5, random))
        }
        "order" => format!(
            "{}-{}-{}",
            digits(241, 259, random),
            digits(2_031_400, 9_720_000, random),
            digits(3_140_200, 9_730_000, random)
        ),
        _ => return None,
    })
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
    fn people_are_made_of_shapes() {
        assert_ne!(sample("{name} {street} {phone}", 1), sample("{name} {street} {phone}", 2));
        for shape in [
            "{name:ja}",
            "{street:ja}",
            "{postal:ja}",
            "{phone:ja}",
            "{mail}",
            "{alias}",
            "{order}",
            "{city:ja}",
        ] {
            assert!(!sample(shape, 3).contains('{'), "{shape}");
        }
    }

    #[test]
    fn other_braces_stay() {
        assert_eq!(sample("${x} {hole}", 1), "${x} {hole}");
    }
}
