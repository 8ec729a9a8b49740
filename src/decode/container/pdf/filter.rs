//! What streams went through before they were written, undone: compression, digits, predictors.

use std::io::Read as _;

use weezl::{BitOrder, LzwStatus, decode::Decoder};

use super::object::{Dictionary, Value, from_hex};

/// Bytes that are unpacked at a time.
const STEP_BYTES: usize = 64 << 10;

/// What became of a stream.
pub(super) enum Unpacked {
    /// What it holds, and whether that is all.
    Bytes(Vec<u8>, bool),
    /// A picture, which holds no text.
    Picture,
    /// It went through something that is not undone.
    Unread,
}

/// Undoes a filter; not more than `most` bytes come out.
pub(super) fn unpacked(
    filter: &[u8],
    parameters: Option<&Dictionary>,
    bytes: &[u8],
    most: usize,
) -> Unpacked {
    let parameter = |name: &str| parameters.and_then(|all| all.get(name)).and_then(Value::number);
    let (plain, is_whole) = match filter {
        b"FlateDecode" | b"Fl" => inflated(bytes, most),
        b"LZWDecode" | b"LZW" => from_lzw(bytes, parameter("EarlyChange") != Some(0.0), most),
        b"ASCIIHexDecode" | b"AHx" => {
            let end = memchr::memchr(b'>', bytes).unwrap_or(bytes.len());
            return Unpacked::Bytes(from_hex(bytes.get(..end).unwrap_or_default()), true);
        }
        b"ASCII85Decode" | b"A85" => return Unpacked::Bytes(from_ascii85(bytes), true),
        b"DCTDecode" | b"CCITTFaxDecode" | b"JPXDecode" | b"JBIG2Decode" => return Unpacked::Picture,
        _ => return Unpacked::Unread,
    };
    let whole = |name: &str, default: usize| parameter(name).map_or(default, |number| number as usize).max(1);
    let (columns, colors, bits) = (whole("Columns", 1), whole("Colors", 1), whole("BitsPerComponent", 8));
    let row_bytes = columns.saturating_mul(colors).saturating_mul(bits).div_ceil(8).min(most);
    let step = colors.saturating_mul(bits).div_ceil(8);
    match whole("Predictor", 1) {
        1 => Unpacked::Bytes(plain, is_whole),
        2 if bits == 8 => Unpacked::Bytes(of_differences(plain, row_bytes, step), is_whole),
        10.. => Unpacked::Bytes(of_guesses(&plain, row_bytes, step), is_whole),
        _ => Unpacked::Unread,
    }
}

fn inflated(bytes: &[u8], most: usize) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let read = flate2::read::ZlibDecoder::new(bytes).take(most as u64).read_to_end(&mut out);
    (out, read.is_ok())
}

fn from_lzw(bytes: &[u8], is_early: bool, most: usize) -> (Vec<u8>, bool) {
    let mut decoder = if is_early {
        Decoder::with_tiff_size_switch(BitOrder::Msb, 8)
    } else {
        Decoder::new(BitOrder::Msb, 8)
    };
    let (mut out, mut rest) = (Vec::new(), bytes);
    let mut step = vec![0; STEP_BYTES];
    while out.len() < most {
        let done = decoder.decode_bytes(rest, &mut step);
        out.extend_from_slice(step.get(..done.consumed_out.min(most - out.len())).unwrap_or_default());
        rest = rest.get(done.consumed_in..).unwrap_or_default();
        match done.status {
            Ok(LzwStatus::Ok) if done.consumed_in + done.consumed_out > 0 => {}
            Ok(LzwStatus::Done) => return (out, true),
            // Some writers leave the end mark out.
            Ok(_) => return (out, rest.is_empty()),
            Err(_) => return (out, false),
        }
    }
    (out, true)
}

fn from_ascii85(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut group = Vec::with_capacity(5);
    for byte in bytes.iter().copied().take_while(|byte| *byte != b'~') {
        match byte {
            b'z' if group.is_empty() => out.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => continue,
        }
        if group.len() == 5 {
            out.extend_from_slice(&of_five(&group).to_be_bytes());
            group.clear();
        }
    }
    if group.len() > 1 {
        let count = group.len() - 1;
        group.resize(5, 84);
        out.extend(of_five(&group).to_be_bytes().into_iter().take(count));
    }
    out
}

fn of_five(group: &[u32]) -> u32 {
    group.iter().fold(0_u32, |sum, digit| sum.wrapping_mul(85).wrapping_add(*digit))
}

/// Rows of which each byte was written as what it is more than the one to its left, as TIFF does.
fn of_differences(mut bytes: Vec<u8>, row_bytes: usize, step: usize) -> Vec<u8> {
    for row in bytes.chunks_mut(row_bytes) {
        for at in step..row.len() {
            let left = row.get(at - step).copied().unwrap_or(0);
            if let Some(byte) = row.get_mut(at) {
                *byte = byte.wrapping_add(left);
            }
        }
    }
    bytes
}

/// Rows of which each says how its bytes were guessed from those around them, as PNG does.
fn of_guesses(bytes: &[u8], row_bytes: usize, step: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut above: Vec<u8> = Vec::new();
    for row in bytes.chunks(row_bytes + 1) {
        let Some((kind, row)) = row.split_first() else { break };
        let mut plain: Vec<u8> = Vec::with_capacity(row.len());
        for (at, byte) in row.iter().enumerate() {
            let of = |row: &[u8], at: Option<usize>| at.and_then(|at| row.get(at)).copied().unwrap_or(0);
            let (left, up) = (of(&plain, at.checked_sub(step)), of(&above, Some(at)));
            let guess = match kind {
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => nearest(left, up, of(&above, at.checked_sub(step))),
                _ => 0,
            };
            plain.push(byte.wrapping_add(guess));
        }
        out.extend_from_slice(&plain);
        above = plain;
    }
    out
}

/// Which of the three is nearest to what their slope leads to.
fn nearest(left: u8, up: u8, corner: u8) -> u8 {
    let [l, u, c] = [left, up, corner].map(i16::from);
    let slope = l + u - c;
    let [to_left, to_up, to_corner] = [l, u, c].map(|byte| (slope - byte).abs());
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(filter: &str, parameters: Option<&Dictionary>, bytes: &[u8]) -> Vec<u8> {
        match unpacked(filter.as_bytes(), parameters, bytes, 1 << 20) {
            Unpacked::Bytes(bytes, _) => bytes,
            Unpacked::Picture | Unpacked::Unread => Vec::new(),
        }
    }

    /// The example of the specification of PDF, 7.4.4.2.
    #[test]
    fn lzw_as_the_specification_shows_it() {
        let packed = [0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01];
        assert_eq!(bytes("LZWDecode", None, &packed), [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
    }

    #[test]
    fn digits() {
        assert_eq!(bytes("ASCIIHexDecode", None, b"68 65 6C6c 6F>ffff"), b"hello");
        assert_eq!(bytes("ASCII85Decode", None, b"BOu!rDZ~>"), b"hello");
    }

    #[test]
    fn rows_of_guesses() {
        // Of itself, of the left, of above, of the mean, of the nearest.
        let rows = [[0, 10, 20, 30], [1, 10, 10, 10], [2, 1, 1, 1], [3, 10, 10, 10], [4, 1, 0, 0]];
        let plain = of_guesses(&rows.concat(), 3, 1);
        let expected = [[10, 20, 30], [10, 20, 30], [11, 21, 31], [15, 28, 39], [16, 28, 39]];
        assert_eq!(plain, expected.concat());
    }
}
