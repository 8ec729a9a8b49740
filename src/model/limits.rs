//! Every bound in one struct, with its unit in its name.

/// What an audit may spend. Passed explicitly to whoever needs it.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of text read at once.
    pub window_bytes: usize,
    /// Bytes two neighbouring windows share, so that nothing is cut in two.
    pub window_overlap_bytes: usize,
    /// Bytes of large files that are read and judged at the same time, over all threads. Judging
    /// takes up to forty times as much memory.
    pub in_flight_bytes_max: usize,
    /// Largest container or history object that is held whole, in bytes.
    pub container_bytes_max: u64,
    /// Encodings inside encodings that are followed (base64 in base64 is 2).
    pub encoding_depth_max: u32,
    /// Bytes that encoded runs of one window may decode to.
    pub decoded_bytes_max: usize,
    /// Containers inside containers that are opened; deeper ones are named and left.
    pub container_depth_max: usize,
    /// Members of one outermost container, those of containers in it included.
    pub members_max: usize,
    /// Rows that all sheets of one outermost container may have; beyond it, what was begun is read to
    /// the end of its mebibyte of text. A sheet of Excel ends at 1,048,576.
    pub rows_max: usize,
    /// Bytes that the members of one outermost container may expand to, all in all.
    pub expanded_bytes_max: u64,
    /// How many times the size of a container its members may expand to, counted from
    /// [`expanded_bytes_free`](Self::expanded_bytes_free) on: text shrinks to a hundredth at most.
    pub expansion_ratio_max: u64,
    /// Bytes that a container may expand to whatever its size is.
    pub expanded_bytes_free: u64,
    /// How many times the size of a container may be read closely of what its members expand to,
    /// counted from [`close_bytes_free`](Self::close_bytes_free) on. What speaks of credentials is read
    /// closely, which takes a hundred times as long as what does not.
    pub close_ratio_max: u64,
    /// Bytes of a container that are read closely whatever its size is.
    pub close_bytes_free: u64,
    /// Largest container inside a container, in bytes: it is held whole.
    pub member_bytes_max: u64,
    /// Candidates kept of one document.
    pub candidates_max: usize,
    /// Candidates kept of all documents.
    pub candidates_of_all_max: usize,
    /// Further places listed at a finding.
    pub also_at_max: usize,
    /// Lines shown around a finding, above and below.
    pub excerpt_context_lines: usize,
    /// Characters of a line that an excerpt shows.
    pub excerpt_columns_max: usize,
}

impl Limits {
    /// The bounds of the released tool.
    pub const STANDARD: Self = Self {
        window_bytes: 4 << 20,
        window_overlap_bytes: 64 << 10,
        in_flight_bytes_max: 5 << 20,
        container_bytes_max: 256 << 20,
        encoding_depth_max: 3,
        decoded_bytes_max: 16 << 20,
        container_depth_max: 8,
        members_max: 100_000,
        rows_max: 1_000_000,
        expanded_bytes_max: 2 << 30,
        expansion_ratio_max: 200,
        expanded_bytes_free: 16 << 20,
        close_ratio_max: 50,
        close_bytes_free: 64 << 20,
        member_bytes_max: 64 << 20,
        candidates_max: 1_000,
        candidates_of_all_max: 10_000,
        also_at_max: 100,
        excerpt_context_lines: 1,
        excerpt_columns_max: 120,
    };
}
