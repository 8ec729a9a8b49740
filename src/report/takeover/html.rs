//! The report as a page that loads nothing, to be printed and signed.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::block::{Block, Line, Piece};
use crate::report::Context;
use crate::report::html::{STYLE, escaped};

/// What this page has and the page of findings has not.
const MORE_STYLE: &str = "ul.checks { list-style: none; padding-left: 0; } ul.checks li { padding: .35rem 0; \
     border-bottom: 1px solid var(--line); } .blank { display: inline-block; min-width: 12rem; \
     border-bottom: 1px solid currentColor; } .signature { margin: 2.2rem 0 0; } @media print { h2 { break-after: avoid; } \
     tr, li { break-inside: avoid; } }";

/// Draws the blocks.
pub(super) fn write(blocks: &[Block], context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()> {
    let style = format!("{STYLE}\n{MORE_STYLE}");
    let title = blocks.iter().find_map(|block| match block {
        Block::Title(title) => Some(title.as_str()),
        _ => None,
    });
    writeln!(
        out,
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{style}</style>\n</head>\n\
         <body>\n<div class=\"page\">\n<main>",
        context.lang.as_str(),
        STANDARD.encode(Sha256::digest(&style)),
        escaped(title.unwrap_or_default()),
    )?;
    blocks.iter().try_for_each(|block| draw(block, out))?;
    writeln!(out, "</main>\n</div>\n</body>\n</html>")
}

fn draw(block: &Block, out: &mut dyn io::Write) -> io::Result<()> {
    match block {
        Block::Title(text) => writeln!(out, "<h1>{}</h1>", escaped(text)),
        Block::Heading(text) => writeln!(out, "<h2>{}</h2>", escaped(text)),
        Block::SubHeading(text) => writeln!(out, "<h3>{}</h3>", escaped(text)),
        Block::Paragraph(text) => writeln!(out, "<p>{}</p>", line(text)),
        Block::Warning(text) => writeln!(out, "<p class=\"warning\">{}</p>", line(text)),
        Block::List(items) => {
            writeln!(out, "<ul>")?;
            items.iter().try_for_each(|item| writeln!(out, "<li>{}</li>", line(item)))?;
            writeln!(out, "</ul>")
        }
        Block::Steps(steps) => {
            writeln!(out, "<ol>")?;
            steps.iter().try_for_each(|step| writeln!(out, "<li>{}</li>", line(step)))?;
            writeln!(out, "</ol>")
        }
        Block::Checks(items, behind) => {
            writeln!(out, "<ul class=\"checks\">")?;
            for item in items {
                writeln!(
                    out,
                    "<li>☐ {} <span class=\"soft\">{}: <span class=\"blank\"></span></span></li>",
                    line(item),
                    escaped(behind)
                )?;
            }
            writeln!(out, "</ul>")
        }
        Block::Table(heads, rows) => {
            let heads: String = heads.iter().map(|head| format!("<th>{}</th>", escaped(head))).collect();
            writeln!(out, "<div class=\"wide\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>")?;
            for row in rows {
                let cells: String = row.iter().map(|cell| format!("<td>{}</td>", line(cell))).collect();
                writeln!(out, "<tr>{cells}</tr>")?;
            }
            writeln!(out, "</tbody></table></div>")
        }
        Block::Signatures(who) => who.iter().try_for_each(|who| {
            writeln!(out, "<p class=\"signature\">{}: <span class=\"blank\"></span></p>", escaped(who))
        }),
    }
}

fn line(pieces: &Line) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => escaped(text),
            Piece::Code(text) => format!("<code>{}</code>", escaped(text)),
            Piece::Break => "<br>".to_owned(),
        })
        .collect()
}
