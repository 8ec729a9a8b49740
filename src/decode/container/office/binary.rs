//! Numbers and texts of binary records.

/// What is left of a record. Reading past its end gives nothing.
#[derive(Clone, Copy)]
pub(super) struct Bytes<'b>(pub(super) &'b [u8]);

impl<'b> Bytes<'b> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    pub(super) fn short(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    pub(super) fn long(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    pub(super) fn float(&mut self) -> Option<f64> {
        self.array().map(f64::from_le_bytes)
    }

    /// Characters of one byte or two.
    pub(super) fn characters(&mut self, count: usize, is_wide: bool) -> Option<String> {
        let bytes = self.take(count.checked_mul(1 + usize::from(is_wide))?)?;
        Some(if is_wide { wide(bytes) } else { bytes.iter().map(|byte| char::from(*byte)).collect() })
    }

    /// A text of wide characters behind their number.
    pub(super) fn text(&mut self) -> Option<String> {
        let count = self.long()?;
        if count == u32::MAX { Some(String::new()) } else { self.characters(count as usize, true) }
    }
}

/// Decodes UTF-16, low byte first.
pub(super) fn wide(bytes: &[u8]) -> String {
    let (units, _) = bytes.as_chunks::<2>();
    char::decode_utf16(units.iter().map(|unit| u16::from_le_bytes(*unit)))
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// A number as a sheet shows it.
pub(super) fn number(number: f64) -> String {
    number.to_string()
}

/// A number in four bytes: an integer or the upper half of a float, perhaps of hundredths.
pub(super) fn packed(packed: u32) -> f64 {
    let value = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 0 { value } else { value / 100.0 }
}

/// Shortest literal of a formula that is told.
const LITERAL: usize = 6;
/// The token of a formula that begins a literal.
const LITERAL_TOKEN: u8 = 0x17;

/// The literals of a formula whose tokens are not read one by one.
pub(super) fn literals(formula: &[u8], is_wide_count: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = Bytes(formula);
    while let Some(byte) = rest.byte() {
        if byte != LITERAL_TOKEN {
            continue;
        }
        let mut ahead = rest;
        let literal = if is_wide_count {
            ahead.short().and_then(|count| ahead.characters(usize::from(count), true))
        } else {
            ahead.byte().and_then(|count| {
                let is_wide = ahead.byte().filter(|flags| *flags <= 1)? == 1;
                ahead.characters(usize::from(count), is_wide)
            })
        };
        if let Some(literal) =
            literal.filter(|text| text.len() >= LITERAL && !text.contains(char::is_control))
        {
            found.push(literal);
            rest = ahead;
        }
    }
    found
}

/// The runs of wide characters in a record, such as the address that a link leads to.
pub(super) fn wide_runs(bytes: &[u8]) -> Vec<String> {
    let odd = bytes.get(1..).unwrap_or_default();
    [bytes, odd]
        .iter()
        .flat_map(|bytes| {
            let text = wide(bytes);
            let is_plain = |c: char| c.is_ascii_graphic() || c == ' ';
            let runs: Vec<String> =
                text.split(|c| !is_plain(c)).filter(|run| run.len() > LITERAL).map(str::to_owned).collect();
            runs
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_on_a_sheet() {
        assert_eq!(number(123_456_789_012.0), "123456789012");
        assert_eq!(number(packed(0x0000_0ABE)), "687");
        assert_eq!(number(packed(0x0000_0ABF)), "6.87");
        assert_eq!(number(packed(0x3FF0_0000)), "1");
    }

    #[test]
    fn literals_are_found_between_tokens() {
        let formula = [&[0x1E, 5, 0, 0x17, 6, 0][..], b"secret", &[0x08]].concat();
        assert_eq!(literals(&formula, false), ["secret"]);
        assert_eq!(literals(&[0x17], false), Vec::<String>::new());
    }
}
