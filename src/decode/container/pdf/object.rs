//! The objects of a PDF file: numbers, names, strings, arrays, dictionaries.

/// Values in values beyond this are not read.
const DEPTH_MAX: usize = 32;
/// Values of one object: more are no page's.
const VALUES_MAX: usize = 200_000;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Value>),
    Dictionary(Dictionary),
    /// Another object, by its number.
    Reference(u32),
    /// A word of no value: `true`, `null`, an operator.
    Word(Vec<u8>),
}

/// Values under names.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Dictionary(Vec<(Vec<u8>, Value)>);

impl Dictionary {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| key == name.as_bytes()).map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &Value)> {
        self.0.iter().map(|(key, value)| (key.as_slice(), value))
    }

    /// Whether a name stands under a name.
    pub(super) fn is(&self, name: &str, value: &str) -> bool {
        matches!(self.get(name), Some(Value::Name(found)) if found == value.as_bytes())
    }
}

impl Value {
    pub(super) const fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

/// Reads values one after the other.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    left: usize,
    /// Whether values stood deeper in values than is read.
    pub(super) is_too_deep: bool,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, left: VALUES_MAX, is_too_deep: false }
    }

    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Goes on behind the bytes of an inline image.
    pub(super) fn skip_to(&mut self, mark: &[u8]) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = memchr::memmem::find(rest, mark).map_or(self.bytes.len(), |end| self.at + end + mark.len());
    }

    /// Lets a content stream have as many values as it has.
    pub(super) const fn renew(&mut self) {
        self.left = VALUES_MAX;
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let end = rest.iter().position(|b| matches!(b, b'\n' | b'\r'));
                self.at += end.unwrap_or(rest.len());
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn take_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    /// Reads the next value; nothing where the bytes end, or say nothing that can be kept.
    pub(super) fn value(&mut self) -> Option<Value> {
        self.nested(0)
    }

    fn nested(&mut self, depth: usize) -> Option<Value> {
        self.skip_space();
        self.left = self.left.checked_sub(1)?;
        let byte = self.peek()?;
        let next = self.bytes.get(self.at + 1).copied();
        match byte {
            b'/' => {
                self.at += 1;
                Some(Value::Name(unescaped(self.take_while(is_regular))))
            }
            b'(' => Some(Value::Text(self.literal())),
            b'<' if next == Some(b'<') && depth < DEPTH_MAX => self.dictionary(depth),
            b'<' if next == Some(b'<') => Some(self.too_deep(2)),
            b'<' => {
                self.at += 1;
                let digits = self.take_while(|byte| byte != b'>');
                self.at += 1;
                Some(Value::Text(from_hex(digits)))
            }
            b'[' if depth < DEPTH_MAX => self.array(depth),
            b'[' => Some(self.too_deep(1)),
            b'0'..=b'9' | b'+' | b'-' | b'.' => Some(self.number_or_reference()),
            _ => {
                let word = self.take_while(is_regular);
                if word.is_empty() {
                    self.at += 1;
                    return Some(Value::Word(vec![byte]));
                }
                Some(Value::Word(word.to_vec()))
            }
        }
    }

    /// Goes past the mark of a value that is not read.
    fn too_deep(&mut self, length: usize) -> Value {
        self.is_too_deep = true;
        self.at += length;
        Value::Word(Vec::new())
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        self.at += 1;
        let mut all = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None | Some(b']') => break,
                Some(_) => all.push(self.nested(depth + 1)?),
            }
        }
        self.at += 1;
        Some(Value::Array(all))
    }

    fn dictionary(&mut self, depth: usize) -> Option<Value> {
        self.at += 2;
        let mut all = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => break,
                Some(b'>') => {
                    self.at += 2;
                    break;
                }
                Some(_) => {
                    // What is no name has no value.
                    if let Value::Name(name) = self.nested(depth + 1)? {
                        all.push((name, self.nested(depth + 1)?));
                    }
                }
            }
        }
        Some(Value::Dictionary(Dictionary(all)))
    }

    fn number_or_reference(&mut self) -> Value {
        let number = self.number();
        let after = self.at;
        if number >= 0.0 && number.fract() == 0.0 {
            self.skip_space();
            let generation = self.take_while(|byte| byte.is_ascii_digit());
            self.skip_space();
            let is_reference = !generation.is_empty()
                && generation.len() < 6
                && self.peek() == Some(b'R')
                && !self.bytes.get(self.at + 1).is_some_and(|byte| is_regular(*byte));
            if is_reference {
                self.at += 1;
                return Value::Reference(number as u32);
            }
            self.at = after;
        }
        Value::Number(number)
    }

    fn number(&mut self) -> f64 {
        let written = self.take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
        std::str::from_utf8(written).ok().and_then(|text| text.parse().ok()).unwrap_or(0.0)
    }

    /// A string in parentheses.
    fn literal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut text = Vec::new();
        let mut open = 1_usize;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => open -= 1,
                b'\\' => {
                    text.extend(self.escape());
                    continue;
                }
                _ => {}
            }
            if open == 0 {
                break;
            }
            text.push(byte);
        }
        text
    }

    fn escape(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        if matches!(byte, b'0'..=b'7') {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let digits = rest.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
            let (count, code) =
                digits.fold((0, 0_u32), |(n, code), b| (n + 1, code * 8 + u32::from(b - b'0')));
            self.at += count;
            return Some((code & 0xff) as u8);
        }
        self.at += 1;
        match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'\n' => None,
            b'\r' => {
                self.at += usize::from(self.peek() == Some(b'\n'));
                None
            }
            other => Some(other),
        }
    }
}

pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// `#20` in names stands for a byte.
fn unescaped(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = name;
    while let Some((byte, behind)) = rest.split_first() {
        let code = (*byte == b'#').then(|| behind.get(..2)).flatten().map(from_hex);
        match code.as_deref() {
            Some([code]) => {
                out.push(*code);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*byte);
                rest = behind;
            }
        }
    }
    out
}

pub(super) fn from_hex(digits: &[u8]) -> Vec<u8> {
    let values: Vec<u8> =
        digits.iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8).collect();
    values
        .chunks(2)
        .map(|pair| pair.first().map_or(0, |d| d << 4) | pair.get(1).copied().unwrap_or(0))
        .collect()
}
