//! The report as Markdown.

use std::io;

use super::block::{Block, Line, Piece};
use crate::report::markdown::{code, escaped};

/// Draws the blocks.
pub(super) fn write(blocks: &[Block], out: &mut dyn io::Write) -> io::Result<()> {
    for (at, block) in blocks.iter().enumerate() {
        if at > 0 {
            writeln!(out)?;
        }
        match block {
            Block::Title(text) => writeln!(out, "# {}", escaped(text))?,
            Block::Heading(text) => writeln!(out, "## {}", escaped(text))?,
            Block::SubHeading(text) => writeln!(out, "### {}", escaped(text))?,
            Block::Paragraph(text) => writeln!(out, "{}", line(text))?,
            Block::Warning(text) => writeln!(out, "> **{}**", line(text))?,
            Block::List(items) => items.iter().try_for_each(|item| writeln!(out, "- {}", line(item)))?,
            Block::Steps(steps) => {
                for (at, step) in steps.iter().enumerate() {
                    writeln!(out, "{}. {}", at + 1, line(step))?;
                }
            }
            Block::Checks(items, behind) => {
                items.iter().try_for_each(|item| {
                    writeln!(out, "- [ ] {} — {}: \\_\\_\\_\\_\\_\\_\\_\\_", line(item), escaped(behind))
                })?;
            }
            Block::Table(heads, rows) => table(heads, rows, out)?,
            Block::Signatures(who) => {
                for (at, who) in who.iter().enumerate() {
                    if at > 0 {
                        writeln!(out)?;
                    }
                    writeln!(out, "{}: {}", escaped(who), "\\_".repeat(24))?;
                }
            }
        }
    }
    Ok(())
}

fn table(heads: &[String], rows: &[Vec<Line>], out: &mut dyn io::Write) -> io::Result<()> {
    let heads: Vec<String> = heads.iter().map(|head| escaped(head)).collect();
    writeln!(out, "| {} |", heads.join(" | "))?;
    writeln!(out, "|{}", " --- |".repeat(heads.len()))?;
    for row in rows {
        let cells: Vec<String> = row.iter().map(line).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    Ok(())
}

fn line(pieces: &Line) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => escaped(text),
            Piece::Code(text) => code(text),
            Piece::Break => "<br>".to_owned(),
        })
        .collect()
}
