//! Numbers as people read them; the same in both languages.

/// Groups digits by three: `1,204`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Says a number of bytes in decimal units, to a tenth: `1.2 GB`.
#[must_use]
pub fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 4] =
        [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| bytes >= *unit) else {
        return format!("{bytes} B");
    };
    let tenths = bytes / (unit / 10);
    format!("{}.{} {name}", grouped(tenths / 10), tenths % 10)
}

/// Says milliseconds as seconds, to a hundredth: `0.12`.
pub(super) fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02}", grouped(milliseconds / 1_000), milliseconds % 1_000 / 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn sizes_are_rounded_down() {
        assert_eq!(
            [0, 999, 1_000, 1_290_000_000, u64::MAX].map(size),
            ["0 B", "999 B", "1.0 kB", "1.2 GB", "18,446,744.0 TB"]
        );
    }
}
