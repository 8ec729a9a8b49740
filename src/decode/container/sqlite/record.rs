//! The values of one row.

/// How a database writes text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Encoding {
    Utf8,
    Utf16(&'static encoding_rs::Encoding),
}

impl Encoding {
    pub(super) const fn of(number: u32) -> Self {
        match number {
            2 => Self::Utf16(encoding_rs::UTF_16LE),
            3 => Self::Utf16(encoding_rs::UTF_16BE),
            _ => Self::Utf8,
        }
    }

    fn text(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Utf16(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
        }
    }
}

/// A value.
#[derive(Debug, PartialEq)]
pub(super) enum Column {
    Nothing,
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
}

/// Reads a number of one to nine bytes.
pub(super) fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0_u64;
    for index in 0..9 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if index == 8 {
            return Some((number << 8) | u64::from(byte));
        }
        number = (number << 7) | u64::from(byte & 0x7f);
        if byte < 0x80 {
            break;
        }
    }
    Some(number)
}

/// Reads the values of a record, as far as it is there.
pub(super) fn columns(record: &[u8], encoding: Encoding) -> Vec<Column> {
    let mut kinds = 0;
    let Some(head) = varint(record, &mut kinds) else { return Vec::new() };
    let mut at = usize::try_from(head).unwrap_or(usize::MAX).min(record.len());
    let head = at;
    let mut all = Vec::new();
    while kinds < head {
        let Some(kind) = varint(record, &mut kinds) else { break };
        let length = match kind {
            0..=4 => kind,
            5 => 6,
            6 | 7 => 8,
            8..=11 => 0,
            _ => (kind - 12) / 2,
        };
        let end = at.saturating_add(usize::try_from(length).unwrap_or(usize::MAX)).min(record.len());
        let bytes = record.get(at..end).unwrap_or_default();
        at = end;
        all.push(match kind {
            0 | 10 | 11 => Column::Nothing,
            7 => Column::Number(float(bytes)),
            8 | 9 => Column::Number((kind - 8).to_string()),
            1..=6 => Column::Number(integer(bytes).to_string()),
            _ if kind % 2 == 0 => Column::Bytes(bytes.to_vec()),
            _ => Column::Text(encoding.text(bytes)),
        });
    }
    all
}

fn integer(bytes: &[u8]) -> i64 {
    let sign = if bytes.first().is_some_and(|byte| *byte >= 0x80) { -1 } else { 0 };
    bytes.iter().fold(sign, |number, byte| (number << 8) | i64::from(*byte))
}

fn float(bytes: &[u8]) -> String {
    bytes.try_into().map(|bytes| f64::from_be_bytes(bytes).to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_signs_and_sizes() {
        assert_eq!(integer(&[0xff, 0xfe]), -2);
        assert_eq!(integer(&[0x01, 0x00, 0x00]), 65_536);
        let mut at = 0;
        assert_eq!(varint(&[0x81, 0x00], &mut at), Some(128));
        assert_eq!(at, 2);
    }
}
