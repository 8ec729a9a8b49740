//! The name a person probably meant.

/// Returns the nearest candidate within a slip or two, the first of equals.
pub(crate) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // The distance is quadratic in the length, and nobody mistypes a name by a hundred letters.
    if written.len() > 64 {
        return None;
    }
    let slips_max = 1 + written.chars().count() / 4;
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(written, candidate), candidate))
        .filter(|(slips, _)| *slips <= slips_max)
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let names = ["fail-on", "min-severity", "lang"];
        for (written, meant) in [
            ("fial-on", Some("fail-on")),
            ("fail_on", Some("fail-on")),
            ("minseverity", Some("min-severity")),
            ("langs", Some("lang")),
            ("colour", None),
        ] {
            assert_eq!(nearest(written, names), meant, "{written}");
        }
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
    }
}
