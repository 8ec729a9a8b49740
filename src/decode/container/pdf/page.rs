//! What a page shows, as lines of text.

use std::rc::Rc;

use super::file::File;
use super::font::{Font, Fonts};
use super::object::{Dictionary, Lexer, Value};

/// Forms in forms.
const FORM_DEPTH_MAX: usize = 4;
/// Text of one page: a page of the smallest print holds less.
const PAGE_TEXT_MAX: usize = 1 << 20;
/// Operands of one operator.
const OPERANDS_MAX: usize = 1_000;
/// Shortest word that is taken for the part of a value that goes on in the next line.
const WORD_MIN: usize = 16;

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
        let first = shown.split(char::is_whitespace).next().unwrap_or_default();
        let share = first.chars().count() as f64 / shown.chars().count().max(1) as f64;
        (self.end - self.begin).abs() * share
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

/// Reads one page.
pub(super) struct Page<'f, 'a> {
    file: &'f mut File<'a>,
    fonts: &'f mut Fonts,
    lines: Vec<Line>,
    length: usize,
    matrix: Matrix,
    saved: Vec<Matrix>,
    /// Where the next string and where the line begins.
    text: Matrix,
    line: Matrix,
    font: Rc<Font>,
    size: f64,
    leading: f64,
    spacing: f64,
    scale: f64,
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
            matrix: UNMOVED,
            saved: Vec::new(),
            text: UNMOVED,
            line: UNMOVED,
            font: Rc::default(),
            size: 1.0,
            leading: 0.0,
            spacing: 0.0,
            scale: 1.0,
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
        let (matrix, text, line) = (self.matrix, self.text, self.line);
        if let Some(Value::Array(numbers)) = kind.get("Matrix") {
            self.matrix = times(numbers_of(numbers), self.matrix);
        }
        self.read(&content, own.as_ref().unwrap_or(resources), depth + 1);
        (self.matrix, self.text, self.line) = (matrix, text, line);
    }

    fn select(&mut self, operands: &[Value], resources: &Dictionary) {
        let [Value::Name(name), size] = operands else { return };
        self.size = size.number().unwrap_or(1.0);
        let name = std::str::from_utf8(name).unwrap_or_default();
        let font = self.file.entry(resources, "Font", name);
        self.font = font.map(|font| self.fonts.font(self.file, &font)).unwrap_or_default();
    }

    fn apply(&mut self, operator: &[u8], operands: &[Value]) {
        let number = |at: usize| operands.get(at).and_then(Value::number).unwrap_or(0.0);
        match operator {
            b"q" if self.saved.len() < OPERANDS_MAX => self.saved.push(self.matrix),
            b"Q" => self.matrix = self.saved.pop().unwrap_or(self.matrix),
            b"cm" => self.matrix = times(numbers_of(operands), self.matrix),
            b"BT" => (self.text, self.line) = (UNMOVED, UNMOVED),
            b"Tm" => (self.text, self.line) = (numbers_of(operands), numbers_of(operands)),
            b"Td" => self.moves(number(0), number(1)),
            b"TD" => {
                self.leading = -number(1);
                self.moves(number(0), number(1));
            }
            b"TL" => self.leading = number(0),
            b"T*" => self.moves(0.0, -self.leading),
            b"Tc" => self.spacing = number(0),
            b"Tz" => self.scale = number(0) / 100.0,
            b"Tj" => self.show(operands.last()),
            b"'" | b"\"" => {
                self.moves(0.0, -self.leading);
                self.show(operands.last());
            }
            b"TJ" => {
                let Some(Value::Array(all)) = operands.first() else { return };
                for value in all {
                    match value {
                        Value::Number(back) => self.advance(-back / 1000.0 * self.size),
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
        self.text = times([1.0, 0.0, 0.0, 1.0, by * self.scale, 0.0], self.text);
    }

    fn show(&mut self, string: Option<&Value>) {
        let Some(Value::Text(string)) = string else { return };
        let font = Rc::clone(&self.font);
        self.has_unknown |= !font.is_known() && !string.is_empty();
        let mut text = String::new();
        let (width, count) = font.show(string, &mut text);
        let has_widths = font.has_widths;
        let [_, down, _, tall, x, y] = times(self.text, self.matrix);
        let size = (self.size * tall.abs().max(down.abs())).abs().max(0.1);
        self.advance(width * self.size + self.spacing * count as f64);
        let [.., end, _] = times(self.text, self.matrix);
        self.length += text.len();
        match self.lines.last_mut().filter(|line| (line.y - y).abs() < line.size.min(size) * 0.5) {
            Some(line) => {
                let gap = x - line.end;
                // Without widths the end of a string is a guess.
                let near = if has_widths { 0.17 } else { 0.3 };
                if gap > size || gap < -size {
                    line.text.push('\t');
                } else if gap > size * near && !line.text.ends_with(' ') && !text.starts_with(' ') {
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
        let mut chain: Vec<&str> = Vec::new();
        let margin = self.lines.iter().map(|line| line.end).fold(0.0, f64::max);
        let mut is_sure = true;
        for (index, line) in self.lines.iter().enumerate() {
            let shown = line.text.trim();
            out.push_str(line.text.trim_end());
            out.push('\n');
            chain.push(shown);
            // Behind another word nothing goes on, but something else may begin.
            if chain.len() > 1 && shown.contains(char::is_whitespace) {
                tell_joined(&chain, is_sure, &mut joined);
                (chain, is_sure) = (vec![shown], true);
            }
            match self.lines.get(index + 1).filter(|next| is_broken(line, next)) {
                Some(next) => is_sure &= line.end + next.first_width() > margin - line.size,
                None => {
                    tell_joined(&chain, is_sure, &mut joined);
                    (chain, is_sure) = (Vec::new(), true);
                }
            }
        }
        out.push_str(&joined);
        out.push('\n');
        out
    }
}

/// Tells lines in one. Where they were not broken for want of room, the value may have ended with the
/// line before the last.
fn tell_joined(chain: &[&str], is_sure: bool, out: &mut String) {
    let [most @ .., _] = chain else { return };
    if most.is_empty() {
        return;
    }
    let both = [chain, most];
    for lines in both.iter().take(if is_sure || most.len() == 1 { 1 } else { 2 }) {
        out.push_str(&lines.concat());
        out.push('\n');
    }
}

/// Whether a line may end in the middle of a value. What is joined is read in both ways.
fn is_broken(line: &Line, next: &Line) -> bool {
    let is_end = |c: char| c.is_whitespace() || !c.is_ascii();
    let last = line.text.trim_end().rsplit(is_end).next().unwrap_or_default();
    let first = next.text.trim_start().split(char::is_whitespace).next().unwrap_or_default();
    // Lines are broken behind such signs, however little of a value stands before them.
    let is_value = last.ends_with(['-', '|', '/', '.']) && last.len() > 1
        || last.len() >= WORD_MIN && !last.bytes().all(|b| b.is_ascii_alphabetic());
    is_value && !first.is_empty() && first.is_ascii() && next.y < line.y
}

fn numbers_of(values: &[Value]) -> Matrix {
    let mut numbers = [0.0; 6];
    numbers.iter_mut().zip(values).for_each(|(slot, value)| *slot = value.number().unwrap_or(0.0));
    numbers
}
