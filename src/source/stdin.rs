//! Standard input as one document.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Content, Sink, Source};
use crate::model::{Limits, Mode, Origin, Problem, SkipReason, reason};

/// One document from a reader that can be read once.
pub struct Stdin<R> {
    name: String,
    reader: Mutex<R>,
}

impl<R: Read + Send> Stdin<R> {
    /// Reads `reader` under the name that reports show.
    pub const fn new(name: String, reader: R) -> Self {
        Self { name, reader: Mutex::new(reader) }
    }
}

impl<R: Read + Send> Source for Stdin<R> {
    fn mode(&self) -> Mode {
        Mode::Stdin
    }

    fn visit(&self, _limits: &Limits, sink: &dyn Sink) {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        let mut content = Once { reader: &mut *reader, read: 0, failure: None };
        sink.stream(&Arc::new(Origin::file(&self.name)), &mut content);
        if let Some(failure) = content.failure {
            sink.problem(Problem {
                path: self.name.clone(),
                reason: SkipReason::Unreadable,
                detail: Some(failure),
            });
        }
    }
}

struct Once<'a> {
    reader: &'a mut dyn Read,
    read: u64,
    failure: Option<String>,
}

impl Content for Once<'_> {
    fn restart(&mut self) -> io::Result<Option<()>> {
        Ok(None)
    }

    fn reader(&mut self) -> &mut dyn Read {
        self
    }

    fn bytes_read(&self) -> u64 {
        self.read
    }
}

impl Read for Once<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer).inspect_err(|error| self.failure = Some(reason(error)))?;
        self.read += read as u64;
        Ok(read)
    }
}
