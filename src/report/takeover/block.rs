//! What a report is made of, before it is drawn.

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Text(String),
    /// A path, a name of a rule, a masked value: letters of code.
    Code(String),
    /// The next line of the same cell.
    Break,
}

/// Pieces in a row.
pub type Line = Vec<Piece>;

/// A part of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The name of the report.
    Title(String),
    /// A heading.
    Heading(String),
    /// A heading below a heading.
    SubHeading(String),
    /// A paragraph.
    Paragraph(Line),
    /// A paragraph that must not be overlooked.
    Warning(Line),
    /// A list.
    List(Vec<Line>),
    /// Steps in their order.
    Steps(Vec<Line>),
    /// Things to tick off, each with what to write behind it.
    Checks(Vec<Line>, String),
    /// Rows below heads.
    Table(Vec<String>, Vec<Vec<Line>>),
    /// Lines to sign on.
    Signatures(Vec<String>),
}

/// A line of words only.
pub fn words(text: impl Into<String>) -> Line {
    vec![Piece::Text(text.into())]
}

/// A sentence of our own, in which what stands between backticks is code.
pub(super) fn sentence(text: &str) -> Line {
    let piece = |(at, part): (usize, &str)| match at % 2 {
        0 => Piece::Text(part.to_owned()),
        _ => Piece::Code(part.to_owned()),
    };
    text.split('`').enumerate().filter(|(_, part)| !part.is_empty()).map(piece).collect()
}

/// A line of code only.
pub fn code(text: impl Into<String>) -> Line {
    vec![Piece::Code(text.into())]
}

/// Lines of one cell.
pub fn stacked(lines: Vec<Line>) -> Line {
    let mut all = Vec::new();
    for line in lines {
        if !all.is_empty() {
            all.push(Piece::Break);
        }
        all.extend(line);
    }
    all
}
