//! The strings in bytes that are no text: programs, images, swap files, databases.

/// Shortest string that is kept, in bytes; nothing worth a finding is shorter.
const STRING_BYTES_MIN: usize = 6;
/// Shortest wide string that is kept, in characters.
const WIDE_CHARACTERS_MIN: usize = 8;

/// Tells bytes that are no text: more than one control character in fifty.
///
/// A text file with a few zeros in it stays a text with lines.
pub(super) fn is_binary(head: &[u8]) -> bool {
    let is_control = |b: u8| (b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b)) || b == 0x7f;
    // Sums of one byte each become SIMD.
    let controls: usize =
        head.chunks(255).map(|c| usize::from(c.iter().map(|b| u8::from(is_control(*b))).sum::<u8>())).sum();
    controls * 50 > head.len()
}

/// Tells an array of numbers of several bytes each, as numpy writes it; those of single bytes, of text and of
/// objects may hold words.
///
/// The format: <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.
#[must_use]
pub fn is_numbers(head: &[u8]) -> bool {
    let described = head.strip_prefix(b"\x93NUMPY").and_then(|header| {
        let header = header.get(..header.len().min(128))?;
        let at = memchr::memmem::find(header, b"'descr': '")?;
        header.get(at + 10..)
    });
    let Some([b'<' | b'>', b'f' | b'i' | b'u' | b'c', size @ ..]) = described else { return false };
    matches!(size, [b'2'..=b'9', ..] | [b'1', b'0'..=b'9', ..])
}

/// Returns the strings, each before a zero; those in UTF-16 follow, a line each.
///
/// .NET and Windows programs keep their literals in UTF-16.
pub(super) fn strings(bytes: &[u8]) -> String {
    let mut out = String::new();
    let (mut done, mut at) = (0, STRING_BYTES_MIN - 1);
    // A string holds enough letters in a row, so looking at one byte in as many misses none. Most
    // bytes of compressed and of sparse files are never looked at.
    let half = STRING_BYTES_MIN / 2;
    let is_letter_at = |at: usize| bytes.get(at).is_some_and(|b| is_letter(*b));
    while at < bytes.len() {
        if !is_letter_at(at) || !(is_letter_at(at - half) || is_letter_at(at + half)) {
            // Behind zeros, the next string begins with the first byte that is none.
            let next = behind_zeros(bytes, at).map_or(bytes.len(), |next| next + STRING_BYTES_MIN - 1);
            at = next.max(at + STRING_BYTES_MIN);
            continue;
        }
        let before = bytes.get(done..at).unwrap_or_default();
        let behind = bytes.get(at..).unwrap_or_default();
        let start = at - before.iter().rev().take_while(|b| is_letter(**b)).count();
        let end = at + behind.iter().take_while(|b| is_letter(**b)).count();
        if end - start < STRING_BYTES_MIN {
            at = end + STRING_BYTES_MIN;
            continue;
        }
        let before = bytes.get(done..start).unwrap_or_default();
        let behind = bytes.get(end..).unwrap_or_default();
        let start = start - before.iter().rev().take_while(|b| !is_separator(**b)).count();
        let end = end + behind.iter().take_while(|b| !is_separator(**b)).count();
        let part = bytes.get(start..end).unwrap_or_default();
        for string in part.utf8_chunks().map(|chunk| chunk.valid()).filter(|s| s.len() >= STRING_BYTES_MIN) {
            out.push_str(string);
            out.push('\0');
        }
        done = end;
        at = end + STRING_BYTES_MIN;
    }
    wide_strings(bytes, &mut out);
    out
}

const fn is_separator(b: u8) -> bool {
    b.is_ascii_control() && !matches!(b, b'\t' | b'\n' | b'\r')
}

/// What the strings of programs are made of; those of compressed bytes seldom have enough of them in
/// a row, and are not decoded.
const fn is_letter(b: u8) -> bool {
    b.is_ascii() && !is_separator(b)
}

/// Bytes that are tested for zeros at once, which becomes SIMD.
const ZEROS_AT_ONCE: usize = 64;

/// Finds the first byte from `at` on that is no zero. A bomb of 1.8 GB of zeros, as a repository has one for
/// its tests, took 3 s byte by byte.
fn behind_zeros(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    if rest.first().is_some_and(|b| *b != 0) {
        return Some(at);
    }
    let (blocks, _) = rest.as_chunks::<ZEROS_AT_ONCE>();
    let is_zero = |block: &&[u8; ZEROS_AT_ONCE]| block.iter().fold(0, |all, b| all | b) == 0;
    let zeros = blocks.iter().take_while(is_zero).count() * ZEROS_AT_ONCE;
    rest.get(zeros..)?.iter().position(|b| *b != 0).map(|more| at + zeros + more)
}

fn wide_strings(bytes: &[u8], out: &mut String) {
    let mut at = 0;
    // A wide string has a zero in every other place, so it is looked for at the zeros.
    while let Some(zero) = bytes.get(at..).and_then(|rest| memchr::memchr(0, rest)) {
        let start = (at + zero).saturating_sub(1).max(at);
        let length = bytes.get(start..).map_or(0, |rest| {
            rest.chunks_exact(2).take_while(|pair| matches!(pair, [b' '..=b'~' | b'\t', 0])).count()
        });
        if length >= WIDE_CHARACTERS_MIN {
            out.push('\n');
            let letters = bytes.get(start..start + 2 * length).unwrap_or_default().iter().step_by(2);
            out.extend(letters.map(|b| char::from(*b)));
        }
        // A wide letter is no zero, so the next can only begin behind these.
        let Some(next) = behind_zeros(bytes, (start + 2 * length).max(at + zero + 1)) else { return };
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_strings_are_read_at_any_parity() {
        for lead in [&b"\x01\x02"[..], b"\x01\x02\x03"] {
            let wide: Vec<u8> = "Secret=\u{41}bcdef".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let bytes = [lead, &wide, b"\x07\x00\x00\x01"].concat();
            assert!(strings(&bytes).contains("\nSecret=Abcdef"), "{:?}", strings(&bytes));
            let sparse = [&[0; 1_000], &bytes[..], &[0; 999], &wide, b"\0\0\0"].concat();
            assert_eq!(strings(&sparse).matches("\nSecret=Abcdef").count(), 2);
        }
    }

    proptest::proptest! {
        #[test]
        fn strings_are_found_wherever_zeros_end(lead in 0usize..300, between in 1usize..300, tail in 0usize..90) {
            let bytes = [&vec![0; lead], &b"sellerid"[..], &vec![0; between], b"secret-key", &vec![0; tail]].concat();
            proptest::prop_assert_eq!(strings(&bytes), "sellerid\0secret-key\0");
        }

        #[test]
        fn the_first_byte_behind_zeros_is_found(bytes in proptest::collection::vec(0u8..40, 0..200), zeros in 0usize..200, at in 0usize..300) {
            let bytes = [vec![0; zeros], bytes].concat();
            let first = (at..bytes.len()).find(|at| bytes[*at] != 0);
            proptest::prop_assert_eq!(behind_zeros(&bytes, at), first);
        }
    }

    #[test]
    fn arrays_of_numbers_are_told_from_arrays_of_text() {
        let array = |kind: &str| {
            let header = format!("{{'descr': {kind}, 'fortran_order': False, 'shape': (3,), }}\n");
            [b"\x93NUMPY\x01\x00v\x00", header.as_bytes(), &[0; 24]].concat()
        };
        assert!(["'<f8'", "'>i4'", "'<c16'"].iter().all(|kind| is_numbers(&array(kind))));
        assert!(
            !["'|u1'", "'|S40'", "'<U40'", "'|O'", "[('a', '<i4')]"]
                .iter()
                .any(|kind| is_numbers(&array(kind)))
        );
        assert!(!is_numbers(b"'descr': '<f8'"));
    }

    #[test]
    fn a_text_with_a_zero_is_a_text() {
        assert!(!is_binary(format!("{}\0{}", "line\n".repeat(20), "line\n".repeat(20)).as_bytes()));
        assert!(is_binary(b"\x7fELF\x02\x01\x01\x00\x00\x00\x00"));
    }
}
