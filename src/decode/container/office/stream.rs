//! Streams of files of files.

use crate::model::ReadSeek;

/// A file of files, read wherever it is.
pub(super) type File<'a> = cfb::CompoundFile<&'a mut dyn ReadSeek>;

/// The path of a stream as a person would see it: some names begin with a control character.
pub(super) fn shown(stream: &str) -> String {
    stream.chars().filter(|c| !c.is_control()).collect::<String>().trim_start_matches('/').to_owned()
}
