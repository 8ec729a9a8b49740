//! A page of lines for people, with the width to keep to.

use std::io;

use super::Context;
use super::paint::Paint;
use super::wrap::wrapped;

/// Where lines are written, with the width to keep to.
pub(super) struct Page<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) paint: Paint,
    pub(super) columns: usize,
    out: &'a mut dyn io::Write,
}

impl<'a> Page<'a> {
    /// Lines wider than 120 columns tire the eye; under 40 nothing can be laid out.
    pub(super) fn new(context: &'a Context<'a>, out: &'a mut dyn io::Write) -> Self {
        let columns = context.width.map_or(100, |width| usize::from(width).clamp(40, 120));
        Self { context, paint: Paint::new(context.color), columns, out }
    }

    pub(super) fn line(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// Writes `lead`, then `text` wrapped, its further lines below the first. `lead` may be painted,
    /// so its columns are told.
    pub(super) fn hanging(&mut self, lead: &str, lead_columns: usize, text: &str) -> io::Result<()> {
        let columns = self.columns.saturating_sub(lead_columns).max(20);
        let mut lines = wrapped(text, columns).into_iter();
        self.line(&format!("{lead}{}", lines.next().unwrap_or_default()))?;
        lines.try_for_each(|line| self.line(&format!("{:lead_columns$}{line}", "")))
    }
}
