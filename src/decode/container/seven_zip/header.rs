//! The table of contents of a 7z archive. Nothing is made room for before its bytes were read.

/// Streams of one archive, and so its members: more than are taken of it.
const STREAMS_MAX: u64 = 200_000;

/// What is in an archive.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Where the packed streams begin, behind the first header.
    pub(super) start: u64,
    pub(super) packed: Vec<u64>,
    pub(super) folders: Vec<Folder>,
    /// Names of the members that have content, in the order of their streams.
    pub(super) names: Vec<String>,
}

/// Members that are packed together.
#[derive(Debug, Default)]
pub(super) struct Folder {
    pub(super) coders: Vec<Coder>,
    /// Which coder's input is which coder's output.
    bound: Vec<(u64, u64)>,
    pub(super) packed: u64,
    /// The sizes that the outputs of the coders have.
    sizes: Vec<u64>,
    has_digest: bool,
    /// The sizes of its members.
    pub(super) members: Vec<u64>,
}

/// A step of unpacking.
#[derive(Debug, Clone, Default)]
pub(super) struct Coder {
    pub(super) method: Vec<u8>,
    pub(super) properties: Vec<u8>,
    /// The size of what comes out of it.
    pub(super) size: u64,
    is_simple: bool,
}

impl Folder {
    /// The steps in the order in which they unpack; nothing where they are no chain.
    pub(super) fn chain(&self) -> Option<Vec<Coder>> {
        let is_input = |index: u64| self.bound.iter().any(|(input, _)| *input == index);
        let mut at = (0..self.coders.len() as u64).find(|index| !is_input(*index))?;
        let mut chain = Vec::new();
        while chain.len() < self.coders.len() {
            let index = usize::try_from(at).ok()?;
            let coder = self.coders.get(index).filter(|coder| coder.is_simple)?;
            chain.push(Coder { size: self.sizes.get(index).copied()?, ..coder.clone() });
            match self.bound.iter().find(|(_, output)| *output == at) {
                Some((input, _)) => at = *input,
                None => break,
            }
        }
        (chain.len() == self.coders.len()).then_some(chain)
    }
}

/// Reads the bytes of a header.
pub(super) struct Bytes<'a>(pub(super) &'a [u8]);

impl Bytes<'_> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take(&mut self, count: u64) -> Option<&[u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(count).ok()?)?;
        self.0 = rest;
        Some(taken)
    }

    /// A number whose first bits say how many bytes follow.
    fn number(&mut self) -> Option<u64> {
        let first = self.byte()?;
        let more = first.leading_ones();
        let low = self.take(u64::from(more))?.iter().rev().fold(0_u64, |n, byte| (n << 8) | u64::from(*byte));
        let high = if more >= 7 { 0 } else { u64::from(first & (0x7f >> more)) };
        Some(low | high.checked_shl(more * 8).unwrap_or(0))
    }

    fn bits(&mut self, count: usize) -> Option<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8) as u64)?;
        Some(
            (0..count)
                .map(|at| bytes.get(at / 8).is_some_and(|byte| byte & (0x80 >> (at % 8)) != 0))
                .collect(),
        )
    }

    /// Checksums of some of so many streams: which of them have one.
    fn digests(&mut self, count: usize) -> Option<Vec<bool>> {
        let defined = if self.byte()? == 0 {
            self.bits(count)?
        } else if count <= self.0.len() {
            vec![true; count]
        } else {
            return None;
        };
        self.take(4 * defined.iter().filter(|has| **has).count() as u64)?;
        Some(defined)
    }

    /// Reads what is packed, and how.
    pub(super) fn streams(&mut self) -> Option<Header> {
        let mut header = Header::default();
        loop {
            match self.byte()? {
                0 => break,
                6 => self.packed(&mut header)?,
                7 => self.folders(&mut header)?,
                8 => {
                    self.members(&mut header)?;
                    return Some(header);
                }
                _ => return None,
            }
        }
        for folder in &mut header.folders {
            let whole = folder.chain().and_then(|chain| chain.last().map(|coder| coder.size));
            folder.members = vec![whole.unwrap_or(0)];
        }
        Some(header)
    }

    fn packed(&mut self, header: &mut Header) -> Option<()> {
        header.start = self.number()?;
        let count = self.number()?;
        loop {
            match self.byte()? {
                0 => return Some(()),
                9 => {
                    for _ in 0..count {
                        header.packed.push(self.number()?);
                    }
                }
                10 => drop(self.digests(usize::try_from(count).ok()?)?),
                _ => return None,
            }
        }
    }

    fn folders(&mut self, header: &mut Header) -> Option<()> {
        if self.byte()? != 11 {
            return None;
        }
        let count = self.number()?;
        // Kept elsewhere: no program writes it so.
        if self.byte()? != 0 {
            return None;
        }
        for _ in 0..count {
            header.folders.push(self.folder()?);
        }
        loop {
            match self.byte()? {
                0 => return Some(()),
                12 => {
                    for folder in &mut header.folders {
                        for _ in 0..folder.coders.len() {
                            folder.sizes.push(self.number()?);
                        }
                    }
                }
                10 => {
                    let defined = self.digests(header.folders.len())?;
                    header.folders.iter_mut().zip(defined).for_each(|(folder, has)| folder.has_digest = has);
                }
                _ => return None,
            }
        }
    }

    fn folder(&mut self) -> Option<Folder> {
        let mut folder = Folder::default();
        let (mut inputs, mut outputs) = (0_u64, 0_u64);
        for _ in 0..self.number()?.min(32) {
            let flags = self.byte()?;
            let method = self.take(u64::from(flags & 15))?.to_vec();
            let is_simple = flags & 16 == 0;
            let (ins, outs) = if is_simple { (1, 1) } else { (self.number()?, self.number()?) };
            inputs = inputs.checked_add(ins)?;
            outputs = outputs.checked_add(outs)?;
            let length = if flags & 32 == 0 { 0 } else { self.number()? };
            let properties = self.take(length)?.to_vec();
            folder.coders.push(Coder { method, properties, size: 0, is_simple });
        }
        let bound = outputs.checked_sub(1)?;
        for _ in 0..bound {
            folder.bound.push((self.number()?, self.number()?));
        }
        folder.packed = inputs.checked_sub(bound)?;
        if folder.packed > 1 {
            for _ in 0..folder.packed {
                self.number()?;
            }
        }
        Some(folder)
    }

    fn members(&mut self, header: &mut Header) -> Option<()> {
        let mut counts = vec![1_u64; header.folders.len()];
        let mut kind = self.byte()?;
        if kind == 13 {
            for count in &mut counts {
                *count = self.number()?;
            }
            kind = self.byte()?;
        }
        if counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count))? > STREAMS_MAX {
            return None;
        }
        for (folder, count) in header.folders.iter_mut().zip(&counts) {
            let whole = folder.chain().and_then(|chain| chain.last().map(|coder| coder.size)).unwrap_or(0);
            let mut left = whole;
            for index in 0..*count {
                let is_last = index + 1 == *count;
                let size = if is_last || kind != 9 { left } else { self.number()? };
                left = left.saturating_sub(size);
                folder.members.push(size);
            }
        }
        if kind == 9 {
            kind = self.byte()?;
        }
        if kind == 10 {
            let missing = header.folders.iter().zip(&counts);
            let missing = missing.filter(|(folder, count)| **count != 1 || !folder.has_digest);
            let missing = missing.map(|(_, count)| *count).sum::<u64>();
            self.digests(usize::try_from(missing).ok()?)?;
            kind = self.byte()?;
        }
        // The end of this list, and of the one around it.
        (kind == 0 && self.byte()? == 0).then_some(())
    }

    /// Reads the names of the members that have content.
    pub(super) fn names(&mut self) -> Option<Vec<String>> {
        let count = usize::try_from(self.number()?).ok()?;
        let (mut names, mut empty) = (Vec::new(), Vec::new());
        loop {
            let kind = self.byte()?;
            if kind == 0 {
                break;
            }
            let size = self.number()?;
            let mut property = Bytes(self.take(size)?);
            match kind {
                14 => empty = property.bits(count)?,
                17 => {
                    property.byte()?;
                    let units =
                        property.0.chunks_exact(2).map(|pair| pair.try_into().map_or(0, u16::from_le_bytes));
                    let units: Vec<u16> = units.collect();
                    names = units.split(|unit| *unit == 0).map(String::from_utf16_lossy).collect();
                    names.truncate(count);
                }
                _ => {}
            }
        }
        let has_content = |at: usize| !empty.get(at).copied().unwrap_or(false);
        Some(names.into_iter().enumerate().filter(|(at, _)| has_content(*at)).map(|(_, name)| name).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(Bytes(&[0x7f]).number(), Some(0x7f));
        assert_eq!(Bytes(&[0x81, 0x02]).number(), Some(0x102));
        assert_eq!(Bytes(&[0xc1, 0x02, 0x03]).number(), Some(0x1_0302));
        assert_eq!(Bytes(&[0xff, 1, 0, 0, 0, 0, 0, 0, 0]).number(), Some(1));
        assert_eq!(Bytes(&[0x81]).number(), None);
    }
}
