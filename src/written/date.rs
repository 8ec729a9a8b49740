//! Dates as suppressions write them.

use jiff::civil::Date;

/// Reads `2027-01-31` and nothing else that a lenient parser would take.
pub(crate) fn civil_date(text: &str) -> Option<Date> {
    let is_shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
    if is_shaped { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_real_dates_in_one_form_are_read() {
        assert_eq!(civil_date("2027-01-31"), Some(jiff::civil::date(2027, 1, 31)));
        assert_eq!(civil_date("2028-02-29"), Some(jiff::civil::date(2028, 2, 29)));
        for bad in ["2027-02-30", "2027-1-31", "20270131", "2027-01-31T00", "2027/01/31", "soon", ""] {
            assert_eq!(civil_date(bad), None, "{bad}");
        }
    }
}
