//! What the objects of a repository unpack to, without unpacking them.

use super::id::Id;
use super::open::Repo;

/// Objects of a pack that are asked. Names are drawn evenly from what is in it, so every so manieth
/// of them is a fair sample, and the same on every machine. It takes some 10 ms.
const SAMPLE: u32 = 2_000;

impl Repo {
    /// Returns how many bytes the objects of all packs have, roughly. What cannot be read counts as
    /// nothing.
    #[must_use]
    pub fn unpacked_bytes(&self) -> u64 {
        let mut reader = self.reader();
        let mut bytes = 0_u64;
        for pack in &self.objects.packs {
            let step = (pack.index.num_objects() / SAMPLE).max(1);
            for at in (0..pack.index.num_objects()).step_by(step as usize) {
                let header = reader.header(Id(pack.index.oid_at_index(at).to_owned()));
                let size = header.map_or(0, |(_, size)| size);
                bytes = bytes.saturating_add(size.saturating_mul(u64::from(step)));
            }
        }
        bytes
    }
}
