//! Follows values through the steps of a function, to where something is sent.
//!
//! Steps are done once, in their order, branches one behind the other. What a function gets and what
//! it gives back is not followed into other functions.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::code::{Expr, Kind, Step};
use super::hosts::{Dest, KnownBy};
use super::value::{Scopes, TEXT_BYTES_MAX, Value, root_of};
use super::words::{self, Taint, WORDS};
use crate::audit::pattern::pattern;
use crate::model::{Credential, Span};
use crate::rules::{Strength, folded};

/// Something that is sent.
#[derive(Debug)]
pub(super) struct Sent {
    /// The call.
    pub(super) at: Span,
    pub(super) dest: Dest,
    pub(super) taint: Taint,
    /// Whether it is sent as what a client shows to be let in.
    pub(super) is_sign_in: bool,
    /// The function around it.
    pub(super) function: Span,
}

/// A program that is followed.
pub(in crate::audit) struct Flow<'a> {
    credentials: &'a [Credential],
    pub(super) scopes: Scopes,
    pub(super) function: Span,
    pub(super) sent: Vec<Sent>,
}

/// A key in front of a value in a text: of a query, of JSON.
static KEY_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?:([A-Za-z_][\w.-]{2,60})=|\\?["']([A-Za-z_][\w.-]{2,60})\\?["']\s*:\s*\\?["']?)['"{$]*$"#)
});

impl<'a> Flow<'a> {
    pub(super) fn new(credentials: &'a [Credential], whole: Span) -> Self {
        Self { credentials, scopes: Scopes::new(), function: whole, sent: Vec::new() }
    }

    /// Follows a program: what stands outside of functions first, so that they know it.
    pub(super) fn follow(&mut self, steps: &[Step]) {
        self.outside(steps);
        for step in steps {
            self.know(step);
        }
        self.functions(steps);
    }

    fn outside(&mut self, steps: &[Step]) {
        for step in steps.iter().filter(|step| !matches!(step, Step::Function { .. })) {
            self.step(step);
        }
    }

    fn functions(&mut self, steps: &[Step]) {
        for step in steps {
            if let Step::Function { at, steps } = step {
                let around = std::mem::replace(&mut self.function, *at);
                self.scopes.enter();
                self.outside(steps);
                self.functions(steps);
                self.scopes.leave();
                self.function = around;
            }
        }
    }

    /// What methods set of their own object to a fixed address, all of them know.
    fn know(&mut self, step: &Step) {
        match step {
            Step::Assign { targets, value, .. } if is_fixed(value) => {
                for path in targets.iter().filter_map(Expr::path) {
                    let own = ["self.", "this."].iter().find_map(|own| path.strip_prefix(own));
                    let Some(name) = own else { continue };
                    let known = self.value(value);
                    if known.text.is_some() {
                        self.scopes.set_everywhere(name, known);
                    }
                }
            }
            Step::Function { steps, .. } => steps.iter().for_each(|step| self.know(step)),
            _ => {}
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::Assign { targets, value, adds } => {
                let mut got = self.value(value);
                if got.is_under_way {
                    // An answer holds nothing of what was sent.
                    got.taints.clear();
                }
                for target in targets {
                    self.assign(target, value, &got, *adds);
                }
            }
            Step::Do(value) => {
                self.value(value);
            }
            Step::Function { .. } => {}
        }
    }

    fn assign(&mut self, target: &Expr, value: &Expr, got: &Value, adds: bool) {
        if let Kind::Pairs(parts) = &target.kind {
            for (key, part) in parts {
                let taken = Self::taken(key, got);
                self.assign(part, part, &taken, false);
            }
            return;
        }
        let Some(path) = target.path() else { return };
        if let Kind::Pairs(pairs) = &value.kind
            && !adds
        {
            for (key, value) in pairs.iter().filter(|(key, _)| !key.is_empty()) {
                let got = self.value(value);
                self.scopes.set(format!("{path}.{key}"), got);
            }
        }
        if adds {
            self.scopes.change(&path, |known| {
                known.take(got);
                known.is_clean &= got.is_clean;
                if known.dest.is_none() {
                    known.dest.clone_from(&got.dest);
                }
            });
            return;
        }
        self.scopes.set(path.clone(), got.clone());
        self.give(target.at, &path, got);
    }

    /// What a part of a value is.
    fn taken(key: &str, got: &Value) -> Value {
        if !got.is_token_answer {
            return Value::default();
        }
        match words::held_by(key).filter(|held| held.kind != words::ORDERS) {
            Some(held) => Value::holding(Taint { strength: Strength::Own, ..held }),
            None => Value { is_token_answer: WORDS.answers.contains(&folded(key)), ..Value::default() },
        }
    }

    /// Lets the object that a path begins with have what a part of it gets.
    fn give(&mut self, at: Span, path: &str, got: &Value) {
        let Some(root) = root_of(path).filter(|root| *root != path) else { return };
        let key = path.rsplit('.').next().unwrap_or_default();
        let is_address = WORDS.address_names.contains(&folded(key));
        let under_key =
            words::held_by(path).filter(|_| !got.is_clean && got.taints.is_empty() && got.dest.is_none());
        let mut under_way = None;
        self.scopes.change(root, |known| {
            under_way = known.dest.clone().filter(|_| known.is_under_way);
            known.take(got);
            known.taints.extend(under_key.filter(|taint| !known.taints.contains(taint)));
            if is_address && got.dest.is_some() {
                known.dest.clone_from(&got.dest);
            }
        });
        if let Some(dest) = under_way {
            self.send(at, &dest, got, &[]);
        }
    }

    pub(super) fn value(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            Kind::Text(text) => {
                let mut value = Value::of_text(text);
                self.add_literals(expr.at, &mut value);
                // A stand-in in a template is sent where the template says.
                value.is_clean &= text.len() < 8 || !text.to_ascii_lowercase().contains("your");
                value
            }
            Kind::Name(name) => self.named(name),
            Kind::Member(of, name) => self.member(expr, of, name),
            Kind::Index(of, key) => match &key.kind {
                Kind::Text(key) => self.member(expr, of, key),
                _ => {
                    self.value(key);
                    let mut value = self.value(of);
                    value.dest = None;
                    value
                }
            },
            Kind::Call(callee, args) => self.call(expr.at, callee, args),
            Kind::Joined(parts) => self.joined(parts),
            Kind::List(values) => self.list(values),
            Kind::Pairs(pairs) => self.pairs(pairs),
            Kind::Choice(ways) => {
                let values: Vec<Value> = ways.iter().map(|way| self.value(way)).collect();
                Value::of_choice(&values)
            }
            Kind::Opaque => Value::default(),
        }
    }

    /// Adds the credentials that stand in a literal.
    fn add_literals(&self, at: Span, value: &mut Value) {
        for credential in self.credentials.iter().filter(|c| !c.is_identifier && c.span.overlaps(at)) {
            value.add(Taint {
                kind: kind_of(credential.rule.as_str()),
                strength: Strength::Own,
                name: String::new(),
            });
            value.is_clean = false;
        }
    }

    fn named(&self, path: &str) -> Value {
        let mut value = self.scopes.get(path).cloned().unwrap_or_default();
        if !value.is_clean && value.dest.is_none() {
            // What it was given says more than what it is called.
            let held =
                words::held_by(path).filter(|held| value.taints.iter().all(|t| t.strength != held.strength));
            if let Some(held) = held.filter(|held| value.taints.is_empty() || held.strength == Strength::Own)
            {
                value.add(held);
            }
        }
        if value.dest.is_none() && value.text.is_none() {
            value.dest = words::dest_of_name(path);
        }
        value
    }

    fn member(&mut self, expr: &Expr, of: &Expr, name: &str) -> Value {
        let path = expr.path();
        let known = path.as_deref().and_then(|path| self.scopes.get(path));
        if known.is_some_and(|known| known.is_clean || !known.taints.is_empty() || known.dest.is_some()) {
            return self.named(path.as_deref().unwrap_or_default());
        }
        let around = self.value(of);
        if around.is_token_answer {
            return Self::taken(name, &around);
        }
        if WORDS.masked.contains(&folded(name)) {
            return Value::clean();
        }
        let mut value = self.named(path.as_deref().unwrap_or(name));
        if value.taints.is_empty() && !value.is_clean {
            // A part of what is a buyer's is so too, whatever the whole is called here.
            value.taints.extend(around.taints.iter().filter(|taint| taint.is_of_buyer()).cloned());
        }
        if value.dest.is_none() && WORDS.address_names.contains(&folded(name)) {
            value.dest = around.dest;
        }
        value
    }

    fn joined(&mut self, parts: &[Expr]) -> Value {
        let mut all = Value::default();
        let (mut text, mut before) = (String::new(), "");
        let (mut first, mut addresses) = (None, Vec::new());
        for (at, part) in parts.iter().enumerate() {
            let mut value = self.value(part);
            let is_told = is_passed(part) && value.taints.is_empty() && !value.is_clean;
            if let Some(held) = key_before(before).filter(|_| is_told) {
                value.add(held);
            }
            before = literal(part).unwrap_or_default();
            all.take(&value);
            if text.len() < TEXT_BYTES_MAX {
                text.push_str(value.text.as_deref().unwrap_or("*"));
            }
            if at == 0 && value.text.is_none() {
                first.clone_from(&value.dest);
            }
            addresses.extend(value.dest);
        }
        let is_command = text.trim_start().starts_with("curl ") || text.trim_start().starts_with("wget ");
        all.dest = first.or_else(|| Dest::of_text(&text));
        if is_command && all.dest.is_none() {
            all.dest = addresses.pop();
        }
        all.is_clean = all.taints.is_empty() && !text.contains('*');
        all.text = Some(text);
        all
    }

    fn list(&mut self, values: &[Expr]) -> Value {
        let values: Vec<Value> = values.iter().map(|value| self.value(value)).collect();
        let mut all = Value::default();
        values.iter().for_each(|value| all.take(value));
        let is_command =
            values.first().and_then(|v| v.text.as_deref()).is_some_and(|t| t == "curl" || t == "wget");
        all.dest = match is_command {
            true => values.iter().find_map(|value| value.dest.clone()),
            false => values.first().and_then(|value| value.dest.clone()),
        };
        if is_command {
            all.text = Some("curl ".to_owned());
        }
        all
    }

    fn pairs(&mut self, pairs: &[(String, Expr)]) -> Value {
        let mut all = Value::default();
        for (key, value) in pairs {
            let got = self.value(value);
            if WORDS.address_names.contains(&folded(key)) && all.dest.is_none() {
                all.dest = got.dest.clone().or_else(|| got.text.as_deref().and_then(Dest::of_host));
            }
            if let ("path", Some(dest), Some(path)) = (key.as_str(), &mut all.dest, &got.text)
                && dest.path.is_empty()
            {
                dest.path = path.to_ascii_lowercase();
            }
            all.take(&got);
            let is_unknown = got.taints.is_empty() && !got.is_clean && got.dest.is_none() && is_passed(value);
            if let Some(held) = words::held_by(key).filter(|_| is_unknown) {
                all.add(held);
            }
        }
        all
    }

    /// Names of credentials that go to Amazon in this text, so that they are Amazon's.
    pub(super) fn amazons(&self, is_amazon: impl Fn(&Dest) -> bool) -> BTreeSet<String> {
        let of_amazon = self.sent.iter().filter(|sent| is_amazon(&sent.dest));
        let is_telling = |taint: &&Taint| !words::EVERYBODYS.contains(&taint.kind) && !taint.name.is_empty();
        of_amazon.map(|sent| &sent.taint).filter(is_telling).map(|taint| taint.name.clone()).collect()
    }
}

/// Whether a value is a text, or made of texts and names.
fn is_fixed(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Text(_) | Kind::Name(_) => true,
        Kind::Joined(parts) => parts.iter().all(|part| matches!(part.kind, Kind::Text(_) | Kind::Name(_))),
        _ => false,
    }
}

/// What a key in front of a value says that it is.
fn key_before(text: &str) -> Option<Taint> {
    let tail = text.get(text.floor_char_boundary(text.len().saturating_sub(80))..)?;
    let found = KEY_BEFORE.captures(tail)?;
    let key = found.get(1).or_else(|| found.get(2))?;
    words::held_by(key.as_str())
}

/// Whether a value is handed on as it is, so that a key in front of it can say what it is.
pub(super) fn is_passed(expr: &Expr) -> bool {
    match &expr.kind {
        Kind::Name(name) | Kind::Member(_, name) => {
            !words::is_about(name)
                && !["true", "false", "null", "nil", "none", "undefined"].contains(&folded(name).as_str())
        }
        Kind::Index(_, key) => literal(key).is_none_or(|key| !words::is_about(key)),
        _ => false,
    }
}

pub(super) fn literal(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

/// The kind of what a rule finds.
fn kind_of(rule: &str) -> &'static str {
    match rule {
        "lwa-client-secret" => "client-secret",
        "lwa-refresh-token" => "refresh-token",
        "sp-api-restricted-data-token" => "restricted-data-token",
        "mws-auth-token" => "mws-auth-token",
        "aws-secret-access-key" => "aws-secret-key",
        "aws-session-token" => "aws-session-token",
        "amazon-pay-private-key" => "private-key",
        "seller-central-login" => "seller-password",
        "amazon-session-cookie" => "session-cookie",
        _ => "access-token",
    }
}

impl Flow<'_> {
    /// Whether a destination is sure enough to be told of.
    pub(super) const fn is_sure(dest: &Dest) -> bool {
        !matches!(dest.known_by, KnownBy::Name)
    }
}
