//! C# and languages that read like it, Kotlin, Swift, Dart, Scala and Rust, without a grammar: statements, calls,
//! strings and what is made of them.
//!
//! Types, attributes and operators are passed over; what is not understood is opaque.

use super::code::{Arg, Expr, Kind, Step};
use super::literal;
use super::tokens::{Token, What, tokens};
use crate::model::Span;

/// Expressions in expressions.
const DEPTH_MAX: usize = 100;

/// Words after which a bracket is no list of what a function gets.
const KEYWORDS: [&str; 17] = [
    "if", "while", "for", "foreach", "switch", "using", "lock", "catch", "fixed", "when", "return", "await",
    "else", "nameof", "typeof", "default", "sizeof",
];
/// Words in front of an expression that change nothing of it.
const PASSED: [&str; 14] = [
    "return", "await", "throw", "yield", "out", "ref", "in", "else", "using", "var", "case", "const",
    "static", "readonly",
];

/// Reads a text that begins at `offset` of its document.
pub(super) fn steps(text: &str, offset: usize) -> Vec<Step> {
    let tokens = tokens(text, offset);
    let mut reader = Reader { tokens, at: 0 };
    let mut steps = Vec::new();
    while reader.at < reader.tokens.len() {
        let before = reader.at;
        reader.block(&mut steps, 0);
        reader.at = reader.at.max(before + 1);
    }
    steps
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn sign(&self, ahead: usize) -> &str {
        match self.tokens.get(self.at + ahead).map(|token| &token.what) {
            Some(What::Sign(sign)) => sign,
            _ => "",
        }
    }

    fn word(&self, ahead: usize) -> &str {
        match self.tokens.get(self.at + ahead).map(|token| &token.what) {
            Some(What::Word(word)) => word,
            _ => "",
        }
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(Span::new(0, 0), |token| token.at)
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_there = self.sign(0) == sign;
        self.at += usize::from(is_there);
        is_there
    }

    /// Reads statements up to the bracket that closes them.
    fn block(&mut self, steps: &mut Vec<Step>, depth: usize) {
        while self.at < self.tokens.len() {
            let before = self.at;
            match self.sign(0) {
                "}" => {
                    self.at += 1;
                    return;
                }
                "{" => {
                    self.at += 1;
                    if depth < DEPTH_MAX {
                        self.block(steps, depth + 1);
                    }
                }
                ";" | "," | ")" | "]" | ":" => self.at += 1,
                _ => self.statement(steps, depth),
            }
            if self.at == before {
                self.at += 1;
            }
        }
    }

    fn statement(&mut self, steps: &mut Vec<Step>, depth: usize) {
        let start = self.span();
        let is_keyword = KEYWORDS.contains(&self.word(0));
        let Some(left) = self.declared(steps, depth) else { return };
        let is_function = !is_keyword
            && match &left.kind {
                Kind::Call(callee, _) => {
                    matches!(&callee.kind, Kind::Name(name) if !KEYWORDS.contains(&name.as_str()))
                }
                _ => false,
            };
        if is_function
            && (self.sign(0) == "{" || self.sign(0) == "=>" || self.word(0) == "where" || self.sign(0) == ":")
        {
            while !["{", "=>", ";", "}", ""].contains(&self.sign(0)) || !self.word(0).is_empty() {
                self.at += 1;
            }
            let mut inner = shadows(&left);
            if self.takes("=>") {
                self.statement(&mut inner, depth + 1);
            } else if self.takes("{") && depth < DEPTH_MAX {
                self.block(&mut inner, depth + 1);
            }
            let end = self.tokens.get(self.at.saturating_sub(1)).map_or(start.end, |token| token.at.end);
            steps.push(Step::Function { at: Span::new(start.start, end.max(start.start)), steps: inner });
            return;
        }
        match self.sign(0) {
            sign @ ("=" | "+=" | "??=") => {
                let adds = sign != "=";
                self.at += 1;
                let value = self.expr(steps, depth + 1);
                steps.push(Step::Assign { targets: vec![left], value, adds });
            }
            _ => steps.push(Step::Do(left)),
        }
    }

    /// Reads an expression, or the name behind a type.
    fn declared(&mut self, steps: &mut Vec<Step>, depth: usize) -> Option<Expr> {
        let mut left = self.expr(steps, depth + 1);
        let mut tries = 0;
        while !self.word(0).is_empty() && tries < 12 && !["is", "as", "where", "when"].contains(&self.word(0))
        {
            left = self.expr(steps, depth + 1);
            tries += 1;
        }
        // Properties with a value: `string Url { get; } = "…"`.
        if self.sign(0) == "{"
            && ["get", "set", "init"].contains(&self.word(1))
            && matches!(left.kind, Kind::Name(_))
        {
            while self.at < self.tokens.len() && self.sign(0) != "}" {
                self.at += 1;
            }
            self.at += 1;
        }
        Some(left)
    }

    fn expr(&mut self, steps: &mut Vec<Step>, depth: usize) -> Expr {
        let start = self.span();
        if depth > DEPTH_MAX {
            self.at += 1;
            return Expr::new(start, Kind::Opaque);
        }
        let first = self.operand(steps, depth);
        let mut parts = vec![first];
        let mut ways: Option<Vec<Expr>> = None;
        loop {
            match self.sign(0) {
                "+" => {
                    self.at += 1;
                    let next = self.operand(steps, depth + 1);
                    parts.push(next);
                }
                "??" => {
                    self.at += 1;
                    let before = summed(start, std::mem::take(&mut parts));
                    let next = self.expr(steps, depth + 1);
                    ways = Some(vec![before, next]);
                    break;
                }
                "?" => {
                    self.at += 1;
                    let yes = self.expr(steps, depth + 1);
                    let no = if self.takes(":") {
                        self.expr(steps, depth + 1)
                    } else {
                        Expr::new(start, Kind::Opaque)
                    };
                    ways = Some(vec![yes, no]);
                    break;
                }
                "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" | "-" | "*" | "/" | "%" | "!" | "|"
                | "&" => {
                    self.at += 1;
                    self.operand(steps, depth + 1);
                    parts = vec![Expr::new(start, Kind::Opaque)];
                }
                _ if ["is", "as"].contains(&self.word(0)) => {
                    let keeps = self.word(0) == "as";
                    self.at += 1;
                    self.operand(steps, depth + 1);
                    if !keeps {
                        parts = vec![Expr::new(start, Kind::Opaque)];
                    }
                }
                _ => break,
            }
        }
        match ways {
            Some(ways) => Expr::new(start, Kind::Choice(ways)),
            None => summed(start, parts),
        }
    }

    fn operand(&mut self, steps: &mut Vec<Step>, depth: usize) -> Expr {
        let at = self.span();
        while PASSED.contains(&self.word(0)) || ["!", "&", "@", "-"].contains(&self.sign(0)) {
            self.at += 1;
        }
        let what = self.tokens.get(self.at).map(|token| token.what.clone());
        let base = match what {
            Some(What::Word(word)) if word == "new" => return self.made(steps, depth + 1),
            Some(What::Word(word)) => {
                self.at += 1;
                Expr::name(at, &word)
            }
            Some(What::Text(parts)) => {
                self.at += 1;
                self.text(at, &parts, steps, depth + 1)
            }
            Some(What::Sign(sign)) if sign == "(" => {
                self.at += 1;
                let inner = self.listed(")", steps, depth + 1);
                // A type in brackets before a value is a cast.
                let is_value = !self.word(0).is_empty()
                    || matches!(self.tokens.get(self.at).map(|t| &t.what), Some(What::Text(_)));
                if is_value && self.sign(0) != "=>" {
                    return self.operand(steps, depth + 1);
                }
                let mut values: Vec<Expr> = inner.into_iter().map(|arg| arg.value).collect();
                match (values.pop(), values.is_empty()) {
                    (Some(only), true) => only,
                    _ => Expr::new(at, Kind::Opaque),
                }
            }
            Some(What::Sign(sign)) if sign == "[" => {
                // An attribute, or values in brackets.
                self.at += 1;
                let inner = self.listed("]", steps, depth + 1);
                Expr::new(at, Kind::List(inner.into_iter().map(|arg| arg.value).collect()))
            }
            Some(What::Sign(sign)) if ["}", ")", "]", ";", ",", "{"].contains(&sign.as_str()) => {
                return Expr::new(at, Kind::Opaque);
            }
            _ => {
                self.at += 1;
                return Expr::new(at, Kind::Opaque);
            }
        };
        self.followed(base, steps, depth)
    }

    /// Reads members, indexes and calls behind a value.
    fn followed(&mut self, mut base: Expr, steps: &mut Vec<Step>, depth: usize) -> Expr {
        let start = base.at.start;
        for _ in 0..200 {
            self.type_arguments();
            match self.sign(0) {
                "." | "?." | "::" | "!." if !self.word(1).is_empty() => {
                    let name = self.word(1).to_owned();
                    self.at += 2;
                    base = Expr::new(base.at, Kind::Member(Box::new(base), name));
                }
                "(" => {
                    self.at += 1;
                    let args = self.listed(")", steps, depth + 1);
                    let end = self.tokens.get(self.at.saturating_sub(1)).map_or(start, |token| token.at.end);
                    base = Expr::new(Span::new(start, end.max(start)), Kind::Call(Box::new(base), args));
                }
                "[" => {
                    self.at += 1;
                    let mut keys = self.listed("]", steps, depth + 1);
                    base = match keys.pop() {
                        Some(key) if keys.is_empty() => {
                            Expr::new(base.at, Kind::Index(Box::new(base), Box::new(key.value)))
                        }
                        _ => base,
                    };
                }
                "=>" => {
                    self.at += 1;
                    if self.takes("{") && depth < DEPTH_MAX {
                        self.block(steps, depth + 1);
                        return Expr::new(base.at, Kind::Opaque);
                    }
                    return self.expr(steps, depth + 1);
                }
                // A macro of Rust is called like a function.
                "!" if self.sign(1) == "(" => self.at += 1,
                "!" if self.sign(1) == "." || self.sign(1) == ")" || self.sign(1) == ";" => self.at += 1,
                _ => break,
            }
        }
        base
    }

    /// Passes over `<A, B>` where a call or a value follows.
    fn type_arguments(&mut self) {
        if self.sign(0) != "<" {
            return;
        }
        let mut depth = 0_usize;
        for ahead in 0..40 {
            match (self.sign(ahead), self.word(ahead)) {
                ("<", _) => depth += 1,
                (">", _) => depth = depth.saturating_sub(1),
                (">>", _) => depth = depth.saturating_sub(2),
                ("," | "." | "?" | "[" | "]", _) => {}
                ("", word) if !word.is_empty() => {}
                _ => return,
            }
            if depth == 0 {
                self.at += ahead + 1;
                return;
            }
        }
    }

    /// `new T(…) { … }`.
    fn made(&mut self, steps: &mut Vec<Step>, depth: usize) -> Expr {
        let at = self.span();
        self.at += 1;
        let mut name = String::new();
        while !self.word(0).is_empty() {
            self.word(0).clone_into(&mut name);
            self.at += 1;
            self.type_arguments();
            if !self.takes(".") {
                break;
            }
        }
        let mut args = Vec::new();
        if self.takes("[") {
            self.listed("]", steps, depth + 1);
        }
        if self.takes("(") {
            args = self.listed(")", steps, depth + 1);
        }
        if self.takes("{") {
            let inner = self.listed("}", steps, depth + 1);
            if name.is_empty() && args.is_empty() {
                return Expr::new(at, pairs_of(inner));
            }
            args.extend(inner);
        }
        let end = self.tokens.get(self.at.saturating_sub(1)).map_or(at.end, |token| token.at.end);
        // An object without a type carries what it is made of.
        let name = if name.is_empty() { "Map" } else { &name };
        let made = Kind::Call(Box::new(Expr::name(at, name)), args);
        self.followed(Expr::new(Span::new(at.start, end.max(at.start)), made), steps, depth)
    }

    /// Reads values between commas, with names where they have some: `a: x`, `A = x`, `["a"] = x`,
    /// `{ "a", x }`.
    fn listed(&mut self, close: &str, steps: &mut Vec<Step>, depth: usize) -> Vec<Arg> {
        let mut args = Vec::new();
        while self.at < self.tokens.len() {
            let before = self.at;
            match self.sign(0) {
                sign if sign == close => {
                    self.at += 1;
                    break;
                }
                "," => self.at += 1,
                ";" | "}" => break,
                "{" if depth < DEPTH_MAX => {
                    self.at += 1;
                    let mut inner = self.listed("}", steps, depth + 1);
                    // `{"a": x, "b": y}`, where `{ {"a", x} }` has one to a bracket.
                    if inner.iter().any(|arg| !arg.name.is_empty()) {
                        args.append(&mut inner);
                    }
                    let value = inner.pop().map(|arg| arg.value);
                    let name = inner.pop().and_then(|key| match key.value.kind {
                        Kind::Text(text) => Some(text),
                        _ => None,
                    });
                    args.extend(value.map(|value| Arg { name: name.unwrap_or_default(), value }));
                }
                _ => {
                    let arg = self.argument(steps, depth);
                    args.push(arg);
                }
            }
            if self.at == before {
                self.at += 1;
            }
        }
        args
    }

    fn argument(&mut self, steps: &mut Vec<Step>, depth: usize) -> Arg {
        if !self.word(0).is_empty() && self.sign(1) == ":" {
            let name = self.word(0).to_owned();
            self.at += 2;
            return Arg { name, value: self.expr(steps, depth + 1) };
        }
        let mut value = self.expr(steps, depth + 1);
        while !self.word(0).is_empty() && !["is", "as"].contains(&self.word(0)) {
            value = self.expr(steps, depth + 1);
        }
        if let Kind::Text(name) = &value.kind
            && self.sign(0) == ":"
        {
            let name = name.clone();
            self.at += 1;
            return Arg { name, value: self.expr(steps, depth + 1) };
        }
        if self.takes("=") {
            let name = match &value.kind {
                Kind::Name(name) | Kind::Member(_, name) | Kind::Text(name) => name.clone(),
                Kind::List(keys) => keys.first().and_then(Expr::text_of).unwrap_or_default(),
                _ => String::new(),
            };
            let value = self.expr(steps, depth + 1);
            return Arg { name, value };
        }
        Arg { name: String::new(), value }
    }

    /// A string, with the expressions in it.
    fn text(
        &mut self,
        at: Span,
        parts: &[(Span, bool, String)],
        steps: &mut Vec<Step>,
        depth: usize,
    ) -> Expr {
        let mut all = Vec::new();
        for (span, is_code, source) in parts {
            if !is_code {
                all.push(Expr::text(*span, source));
                continue;
            }
            let mut inner = Self { tokens: tokens(source, span.start), at: 0 };
            if depth < DEPTH_MAX {
                all.push(inner.expr(steps, depth + 1));
            }
        }
        Expr::new(at, literal::joined(all))
    }
}

fn summed(at: Span, mut parts: Vec<Expr>) -> Expr {
    match (parts.pop(), parts.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            parts.push(last);
            Expr::new(at, literal::joined(parts))
        }
        (None, _) => Expr::new(at, Kind::Opaque),
    }
}

fn pairs_of(args: Vec<Arg>) -> Kind {
    let named = |arg: Arg| {
        // `new { token }` names a value by itself.
        let own = match &arg.value.kind {
            Kind::Name(name) | Kind::Member(_, name) => name.clone(),
            _ => String::new(),
        };
        (if arg.name.is_empty() { own } else { arg.name }, arg.value)
    };
    Kind::Pairs(args.into_iter().map(named).collect())
}

/// What a function gets hides what has the same name outside.
fn shadows(function: &Expr) -> Vec<Step> {
    let Kind::Call(_, args) = &function.kind else { return Vec::new() };
    let of_name = |arg: &Arg| match &arg.value.kind {
        Kind::Name(name) => {
            let at = arg.value.at;
            Some(Step::Assign {
                targets: vec![Expr::name(at, name)],
                value: Expr::new(at, Kind::Opaque),
                adds: false,
            })
        }
        _ => None,
    };
    args.iter().filter_map(of_name).collect()
}
