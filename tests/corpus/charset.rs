//! The bytes a carrier's text is written in.

use super::data::Carrier;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Charset {
    Utf8,
    Utf8Mark,
    Crlf,
    Utf16Le,
    Utf16LeMark,
    Utf16Be,
    Utf16BeMark,
    ShiftJis,
    EucJp,
    /// Between bytes that are no text, as in swap files and programs.
    Binary,
}

impl Charset {
    /// The charsets a carrier is written in with the values of one seed.
    pub(crate) fn of(carrier: &Carrier, seed: u64, text: &str) -> Vec<Self> {
        if let Some(name) = &carrier.charset {
            return vec![Self::named(name)];
        }
        let other = match seed % 5 {
            0 => Self::Crlf,
            1 => Self::Utf16Le,
            2 => Self::Utf16BeMark,
            3 => Self::ShiftJis,
            _ => Self::EucJp,
        };
        let is_japanese = matches!(other, Self::ShiftJis | Self::EucJp);
        let fits = !is_japanese || (!text.is_ascii() && other.holds(text));
        std::iter::once(Self::Utf8).chain(fits.then_some(other)).collect()
    }

    const ALL: [Self; 10] = [
        Self::Utf8,
        Self::Utf8Mark,
        Self::Crlf,
        Self::Utf16Le,
        Self::Utf16LeMark,
        Self::Utf16Be,
        Self::Utf16BeMark,
        Self::ShiftJis,
        Self::EucJp,
        Self::Binary,
    ];

    /// Its name in the corpus.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8Mark => "utf-8-mark",
            Self::Crlf => "crlf",
            Self::Utf16Le => "utf-16le",
            Self::Utf16LeMark => "utf-16le-mark",
            Self::Utf16Be => "utf-16be",
            Self::Utf16BeMark => "utf-16be-mark",
            Self::ShiftJis => "shift_jis",
            Self::EucJp => "euc-jp",
            Self::Binary => "binary",
        }
    }

    fn named(name: &str) -> Self {
        Self::ALL.into_iter().find(|c| c.name() == name).unwrap_or_else(|| panic!("no charset {name}"))
    }

    fn holds(self, text: &str) -> bool {
        let encoding = if self == Self::EucJp { encoding_rs::EUC_JP } else { encoding_rs::SHIFT_JIS };
        let (bytes, _, has_errors) = encoding.encode(text);
        !has_errors && encoding.decode(&bytes).0 == text
    }

    pub(crate) fn encoded(self, text: &str) -> Vec<u8> {
        let wide = |mark: bool, bytes: fn(u16) -> [u8; 2]| {
            let mark = if mark { "\u{feff}" } else { "" };
            mark.encode_utf16().chain(text.encode_utf16()).flat_map(bytes).collect()
        };
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Mark => format!("\u{feff}{text}").into_bytes(),
            Self::Crlf => text.replace('\n', "\r\n").into_bytes(),
            Self::Utf16Le => wide(false, u16::to_le_bytes),
            Self::Utf16LeMark => wide(true, u16::to_le_bytes),
            Self::Utf16Be => wide(false, u16::to_be_bytes),
            Self::Utf16BeMark => wide(true, u16::to_be_bytes),
            Self::ShiftJis => encoding_rs::SHIFT_JIS.encode(text).0.into_owned(),
            Self::EucJp => encoding_rs::EUC_JP.encode(text).0.into_owned(),
            Self::Binary => text
                .lines()
                .flat_map(|line| [line.as_bytes(), b"\0\x01\x02\0\xff\x07\0\0"].concat())
                .collect(),
        }
    }
}
