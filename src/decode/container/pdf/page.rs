//! What a page shows, as lines of text.

use std::rc::Rc;

use super::file::File;
use super::font::{Font, Fonts, Shown};
use super::object::{Dictionary, Lexer, Value};

/// Forms in forms.
const FORM_DEPTH_MAX: usize = 4;
/// Text of one page: a page of the smallest print holds less.
const PAGE_TEXT_MAX: usize = 1 << 20;
/// Operands of one operator.
const OPERANDS_MAX: usize = 1_000;
/// Shortest word that is taken for the part of a value that goes on in the next line.
const WORD_MIN: usize = 16;
/// Lines that one value may be broken into: the longest tokens in the narrowest columns.
const CHAIN_MAX: usize = 64;
/// Lines above a value among which its label is; the others are empty.
const LABEL_LINES: usize = 3;
/// Longest line that may be the label of a value in the next lines, in bytes.
const LABEL_MAX: usize = 400;

/// A line, and where it begins and ends on the page.
#[derive(Debug, Default)]
struct Line {
    text: String,
    begin: f64,
    end: f64,
    y: f64,
    size: f64,
}

impl Line {
    /// How wide its first word is, as far as that can be told from the whole line.
    fn first_width(&self) -> f64 {
        let shown = self.text.trim();
        let first = shown.split(is_no_part).next().unwrap_or_default();
        let share = first.chars().count() as f64 / shown.chars().count().max(1) as f64;
        (self.end - self.begin).abs() * share
    }

    /// Whether it is one word.
    fn is_word(&self) -> bool {
        !self.text.trim().contains(char::is_whitespace)
    }

    /// Whether the first word of the next line would have gone beyond the margin.
    fn has_no_room(&self, next: &Self, margin: f64) -> bool {
        self.end + next.first_width() > margin - self.size
    }

    /// Whether its last word may be the beginning of a value.
    fn ends_in_value(&self) -> bool {
        let last = self.text.trim_end().rsplit(is_no_part).next().unwrap_or_default();
        // Lines are broken behind such signs, however little of a value stands before them.
        last.ends_with(['-', '|', '/', '.']) && last.len() > 1
            || last.len() >= WORD_MIN && last.bytes().any(|b| b.is_ascii_digit())
    }
}

/// Where text is set: the six numbers of a matrix.
type Matrix = [f64; 6];
const UNMOVED: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(a: Matrix, b: Matrix) -> Matrix {
    let [a0, a1, a2, a3, a4, a5] = a;
    let [b0, b1, b2, b3, b4, b5] = b;
    [
        a0 * b0 + a1 * b2,
        a0 * b1 + a1 * b3,
        a2 * b0 + a3 * b2,
        a2 * b1 + a3 * b3,
        a4 * b0 + a5 * b2 + b4,
        a4 * b1 + a5 * b3 + b5,
    ]
}

/// How text is set, which `q` keeps and `Q` brings back.
#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Rc<Font>,
    size: f64,
    leading: f64,
    /// Added behind each character, and behind each space.
    spacing: f64,
    word_spacing: f64,
    scale: f64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            matrix: UNMOVED,
            font: Rc::default(),
            size: 1.0,
            leading: 0.0,
            spacing: 0.0,
            word_spacing: 0.0,
            scale: 1.0,
        }
    }
}

/// Reads one page.
pub(super) struct Page<'f, 'a> {
    file: &'f mut File<'a>,
    fonts: &'f mut Fonts,
    lines: Vec<Line>,
    length: usize,
    state: State,
    saved: Vec<State>,
    /// Where the next string and where the line begins.
    text: Matrix,
    line: Matrix,
    /// Whether a string had no map to text.
    pub(super) has_unknown: bool,
}

impl<'f, 'a> Page<'f, 'a> {
    pub(super) fn new(file: &'f mut File<'a>, fonts: &'f mut Fonts) -> Self {
        Self {
            file,
            fonts,
            lines: Vec::new(),
            length: 0,
            state: State::default(),
            saved: Vec::new(),
            text: UNMOVED,
            line: UNMOVED,
            has_unknown: false,
        }
    }

    /// Reads the contents of a page, or of a form on it.
    pub(super) fn read(&mut self, content: &[u8], resources: &Dictionary, depth: usize) {
        let mut lexer = Lexer::new(content, 0);
        let mut operands: Vec<Value> = Vec::new();
        while let Some(value) = lexer.value() {
            let Value::Word(operator) = value else {
                if operands.len() < OPERANDS_MAX {
                    operands.push(value);
                }
                continue;
            };
            match operator.as_slice() {
                b"BI" => lexer.skip_to(b"EI"),
                b"Do" if depth < FORM_DEPTH_MAX => {
                    if let Some(Value::Name(name)) = operands.first() {
                        self.form(name, resources, depth);
                    }
                }
                b"Tf" => self.select(&operands, resources),
                operator => self.apply(operator, &operands),
            }
            operands.clear();
            lexer.renew();
            if self.length > PAGE_TEXT_MAX {
                return;
            }
        }
    }

    fn form(&mut self, name: &[u8], resources: &Dictionary, depth: usize) {
        let Ok(name) = std::str::from_utf8(name) else { return };
        let Some(reference) = self.file.entry(resources, "XObject", name) else { return };
        let Some(kind) = self.file.dictionary(&reference).filter(|form| form.is("Subtype", "Form")) else {
            return;
        };
        let Some(content) = self.file.stream(&reference) else { return };
        let own = kind.get("Resources").and_then(|own| self.file.dictionary(own));
        let (matrix, text, line) = (self.state.matrix, self.text, self.line);
        if let Some(Value::Array(numbers)) = kind.get("Matrix") {
            self.state.matrix = times(numbers_of(numbers), self.state.matrix);
        }
        self.read(&content, own.as_ref().unwrap_or(resources), depth + 1);
        (self.state.matrix, self.text, self.line) = (matrix, text, line);
    }

    fn select(&mut self, operands: &[Value], resources: &Dictionary) {
        let [Value::Name(name), size] = operands else { return };
        self.state.size = size.number().unwrap_or(1.0);
        let name = std::str::from_utf8(name).unwrap_or_default();
        let font = self.file.entry(resources, "Font", name);
        self.state.font = font.map(|font| self.fonts.font(self.file, &font)).unwrap_or_default();
    }

    fn apply(&mut self, operator: &[u8], operands: &[Value]) {
        let number = |at: usize| operands.get(at).and_then(Value::number).unwrap_or(0.0);
        match operator {
            b"q" if self.saved.len() < OPERANDS_MAX => self.saved.push(self.state.clone()),
            b"Q" => self.state = self.saved.pop().unwrap_or_else(|| self.state.clone()),
            b"cm" => self.state.matrix = times(numbers_of(operands), self.state.matrix),
            b"BT" => (self.text, self.line) = (UNMOVED, UNMOVED),
            b"Tm" => (self.text, self.line) = (numbers_of(operands), numbers_of(operands)),
            b"Td" => self.moves(number(0), number(1)),
            b"TD" => {
                self.state.leading = -number(1);
                self.moves(number(0), number(1));
            }
            b"TL" => self.state.leading = number(0),
            b"T*" => self.moves(0.0, -self.state.leading),
            b"Tc" => self.state.spacing = number(0),
            b"Tw" => self.state.word_spacing = number(0),
            b"Tz" => self.state.scale = number(0) / 100.0,
            b"Tj" => self.show(operands.last()),
            b"'" | b"\"" => {
                if operator == b"\"" {
                    (self.state.word_spacing, self.state.spacing) = (number(0), number(1));
                }
                self.moves(0.0, -self.state.leading);
                self.show(operands.last());
            }
            b"TJ" => {
                let Some(Value::Array(all)) = operands.first() else { return };
                for value in all {
                    match value {
                        Value::Number(back) => self.advance(-back / 1000.0 * self.state.size),
                        string => self.show(Some(string)),
                    }
                }
            }
            _ => {}
        }
    }

    fn moves(&mut self, x: f64, y: f64) {
        self.line = times([1.0, 0.0, 0.0, 1.0, x, y], self.line);
        self.text = self.line;
    }

    fn advance(&mut self, by: f64) {
        self.text = times([1.0, 0.0, 0.0, 1.0, by * self.state.scale, 0.0], self.text);
    }

    fn show(&mut self, string: Option<&Value>) {
        let Some(Value::Text(string)) = string else { return };
        let font = Rc::clone(&self.state.font);
        self.has_unknown |= !font.is_known() && !string.is_empty();
        let mut text = String::new();
        let Shown { width, count, spaces } = font.show(string, &mut text);
        let has_widths = font.has_widths;
        let [_, down, _, tall, x, y] = times(self.text, self.state.matrix);
        let size = (self.state.size * tall.abs().max(down.abs())).abs().max(0.1);
        let apart = self.state.spacing * count as f64 + self.state.word_spacing * spaces as f64;
        self.advance(width * self.state.size + apart);
        let [.., end, _] = times(self.text, self.state.matrix);
        self.length += text.len();
        match self.lines.last_mut().filter(|line| (line.y - y).abs() < line.size.min(size) * 0.5) {
            Some(line) => {
                let gap = x - line.end;
                // Without widths the end of a string is a guess.
                let near = if has_widths { 0.17 } else { 0.3 };
                let is_apart = gap > size * near && !line.text.ends_with(' ') && !text.starts_with(' ');
                if gap > size || gap < -size {
                    line.text.push('\t');
                } else if is_apart && !(line.text.ends_with(is_cjk) && text.starts_with(is_cjk)) {
                    line.text.push(' ');
                }
                line.text.push_str(&text);
                line.end = end;
            }
            None => self.lines.push(Line { text, begin: x, end, y, size }),
        }
    }

    /// Returns the lines, and behind them once more those whose last word may go on in the next line.
    pub(super) fn finish(self) -> String {
        let mut out = String::new();
        let mut joined = String::new();
        let margin = self.lines.iter().map(|line| line.end).fold(0.0, f64::max);
        let mut chain = Chain::default();
        for (index, line) in self.lines.iter().enumerate() {
            out.push_str(line.text.trim_end());
            out.push('\n');
            // Behind another word nothing goes on, but something else may begin.
            if !chain.lines.is_empty() && !line.is_word() {
                chain.lines.push(line);
                chain.tell(&mut joined);
                chain = Chain::default();
            }
            if chain.lines.is_empty() {
                let above = self.lines.get(..index).unwrap_or_default().iter().rev().take(LABEL_LINES);
                chain.label = above.into_iter().find(|line| !line.text.trim().is_empty());
            }
            chain.lines.push(line);
            match self.lines.get(index + 1).filter(|next| chain.goes_on(line, next)) {
                Some(next) => chain.is_guessed |= !line.has_no_room(next, margin),
                None => {
                    chain.tell(&mut joined);
                    chain = Chain::default();
                }
            }
        }
        out.push_str(&joined);
        out.push('\n');
        out
    }
}

/// Tells characters between which a gap is no space: to fill a line they are moved apart.
const fn is_cjk(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}

/// Tells what is no part of a value.
const fn is_no_part(character: char) -> bool {
    character.is_whitespace() || !character.is_ascii()
}

/// Lines of which each but the last may end in the middle of a value.
#[derive(Default)]
struct Chain<'l> {
    /// The line above, which may say what the value is.
    label: Option<&'l Line>,
    lines: Vec<&'l Line>,
    /// Whether one of the lines was not broken for want of room.
    is_guessed: bool,
}

impl Chain<'_> {
    fn goes_on(&self, line: &Line, next: &Line) -> bool {
        let begins = next.text.trim_start().starts_with(|c: char| c.is_ascii());
        if self.lines.len() >= CHAIN_MAX || next.y >= line.y || !begins {
            return false;
        }
        if self.lines.len() < 2 {
            return line.ends_in_value();
        }
        // What says that lines are the pieces of a value is that nothing more of it fitted in. In a narrow
        // column they are of any length.
        let widest = self.lines.iter().map(|line| line.end).fold(0.0, f64::max);
        line.has_no_room(next, widest)
            && (line.ends_in_value() || line.is_word() && line.text.trim().is_ascii())
    }

    /// Tells lines in one. Where they were not broken for want of room, the value may have ended with the
    /// line before the last.
    fn tell(&self, out: &mut String) {
        let [most @ .., _] = self.lines.as_slice() else { return };
        if most.is_empty() {
            return;
        }
        let label = self.label.filter(|_| most.first().is_some_and(|line| line.is_word()));
        // What stands before it are the mark of a list, or other columns.
        let label = label.and_then(|line| line.text.trim().rsplit('\t').next());
        let label = label.filter(|text| text.len() <= LABEL_MAX);
        let is_twice = self.is_guessed && most.len() > 1;
        for lines in [self.lines.as_slice(), most].iter().take(if is_twice { 2 } else { 1 }) {
            out.extend(label);
            let mut pieces = lines.iter().map(|line| line.text.trim()).peekable();
            // A name may be set apart from the sign that gives it its value.
            if label.is_some() && !pieces.peek().is_some_and(|piece| piece.starts_with(['=', ':'])) {
                out.push('\n');
            }
            out.extend(pieces);
            out.push('\n');
        }
    }
}

fn numbers_of(values: &[Value]) -> Matrix {
    let mut numbers = [0.0; 6];
    numbers.iter_mut().zip(values).for_each(|(slot, value)| *slot = value.number().unwrap_or(0.0));
    numbers
}
