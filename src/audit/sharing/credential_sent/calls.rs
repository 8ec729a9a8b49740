//! What calls give, keep and send.

use super::code::{Arg, Expr, Kind};
use super::flow::{Flow, Sent, is_passed, literal};
use super::hosts::Dest;
use super::value::{Value, root_of};
use super::words::{self, Taint, WORDS};
use crate::model::Span;
use crate::rules::{Strength, folded};

/// Things sent that are remembered of one text.
const SENT_MAX: usize = 500;

impl Flow<'_> {
    pub(super) fn call(&mut self, at: Span, callee: &Expr, args: &[Arg]) -> Value {
        let (receiver, name) = match &callee.kind {
            Kind::Member(of, name) => (Some(self.value(of)), name.as_str()),
            Kind::Name(name) => (None, name.as_str()),
            _ => (Some(self.value(callee)), ""),
        };
        let values: Vec<Value> = args.iter().map(|arg| self.value(&arg.value)).collect();
        let path = callee.path().unwrap_or_else(|| name.to_owned());
        let receiver = receiver.unwrap_or_default();
        let known = folded(name);
        self.put_in(&known, callee, args, &values);
        if let Some(dest) = words::dest_of_call(&path) {
            let given = self.given(args, &values, &Value::default());
            self.send(at, &dest, &given, args);
            return Value::default();
        }
        if let Some(dest) = self.sent_to(&known, &receiver, args, &values) {
            let given = self.given(args, &values, &receiver);
            self.send(at, &dest, &given, args);
            let is_token_answer = dest.gives_tokens();
            return Value {
                dest: Some(dest),
                is_token_answer,
                is_under_way: true,
                taints: given.taints,
                ..Value::default()
            };
        }
        self.made(callee, &known, name, &receiver, args, &values)
    }

    /// What a call that sends nothing gives.
    fn made(
        &mut self,
        callee: &Expr,
        known: &str,
        name: &str,
        receiver: &Value,
        args: &[Arg],
        values: &[Value],
    ) -> Value {
        if receiver.is_token_answer
            || (values.first().is_some_and(|v| v.is_token_answer) && WORDS.forms.contains(known))
        {
            let asked = args.first().and_then(|arg| literal(&arg.value)).and_then(words::held_by);
            if let Some(held) = asked.filter(|held| held.kind != words::ORDERS) {
                return Value::holding(Taint { strength: Strength::Own, ..held });
            }
            return Value { is_token_answer: true, ..Value::default() };
        }
        // `order.get("BuyerInfo")` is `order["BuyerInfo"]`.
        let key = args.first().and_then(|arg| literal(&arg.value)).filter(|_| known == "get");
        if let Some(held) = key.and_then(words::held_by).filter(Taint::is_of_buyer) {
            return Value::holding(held);
        }
        if receiver.is_under_way && (args.is_empty() || !WORDS.carrying.contains(known)) {
            return Value::default();
        }
        if WORDS.masked.contains(known)
            || ["mask", "redact", "hash", "encrypt"].iter().any(|w| known.contains(w))
        {
            return Value::clean();
        }
        let scope = callee.path().and_then(|path| path.rsplit_once('.').map(|(of, _)| of.to_owned()));
        let asked = setting_of(scope.as_deref(), args);
        let asks = WORDS.readers.contains(known) || (args.len() == 1 && !WORDS.carrying.contains(known));
        let asked =
            asked.filter(|held| asks && (WORDS.readers.contains(known) || held.strength == Strength::Own));
        if let Some(held) = asked.filter(|held| held.kind != words::ORDERS && args.len() < 5) {
            return Value::holding(held);
        }
        let reads_address = WORDS.readers.contains(known) && args.len() < 3;
        let address = args.first().and_then(|arg| literal(&arg.value)).filter(|_| reads_address);
        if let Some(dest) = address.and_then(words::dest_of_name) {
            return Value { dest: Some(dest), ..Value::default() };
        }
        if WORDS.forms.contains(known) {
            let mut value = self.given(args, values, receiver);
            value.dest = dest_among(args, values).or_else(|| receiver.dest.clone());
            let only = values
                .first()
                .filter(|_| values.len() == 1)
                .or_else(|| Some(receiver).filter(|_| values.is_empty()));
            value.text = only.and_then(|only| only.text.clone());
            value.is_clean = only.is_some_and(|only| only.is_clean);
            return value;
        }
        let made = if known == "new" { callee.path().unwrap_or_default() } else { name.to_owned() };
        let is_made = known == "new" || name.starts_with(char::is_uppercase) && receiver.dest.is_none();
        if is_made {
            let type_name = made.trim_end_matches(".new").rsplit('.').next().map(folded).unwrap_or_default();
            let carries = WORDS.carriers.iter().any(|part| type_name.contains(part)) || made.contains("HTTP");
            let mut value = if carries { self.given(args, values, receiver) } else { Value::default() };
            value.dest = dest_among(args, values);
            return value;
        }
        if WORDS.carrying.contains(known) || receiver.dest.is_some() {
            let mut value = self.given(args, values, receiver);
            value.dest = dest_among(args, values).or_else(|| receiver.dest.clone());
            return value;
        }
        if let Some(held) = words::given_by(name, !args.is_empty()) {
            return Value::holding(held);
        }
        // A part of a buyer's datum, in languages that ask for it by a call.
        let is_buyers = |taint: &&Taint| taint.kind == words::ORDERS && words::is_of_buyer(&taint.name);
        if let Some(part) = receiver.taints.iter().find(is_buyers).filter(|_| args.is_empty()) {
            return Value::holding(part.clone());
        }
        Value { dest: dest_among(args, values), ..Value::default() }
    }

    /// Puts what a call gets into the object that it is called on, or that it gets first.
    fn put_in(&mut self, known: &str, callee: &Expr, args: &[Arg], values: &[Value]) {
        let target = if WORDS.into_first.contains(known) {
            args.first().and_then(|arg| arg.value.path())
        } else if WORDS.carrying.contains(known) {
            match &callee.kind {
                Kind::Member(of, _) => of.path(),
                _ => None,
            }
        } else {
            None
        };
        // A type is made into many objects.
        let target = target.filter(|path| !path.starts_with(char::is_uppercase) || !path.contains('.'));
        let Some(target) = target else { return };
        let Some(root) = root_of(&target).map(str::to_owned) else { return };
        let given = self.given(args, values, &Value::default());
        let is_put =
            !WORDS.verbs.contains(known) || !given.taints.is_empty() && dest_among(args, values).is_none();
        let dest = match known {
            "open" | "uri" | "url" | "seturl" | "baseurl" => dest_among(args, values),
            _ if WORDS.into_first.contains(known) => dest_among(args, values).filter(|_| {
                let option = args.get(1).and_then(|arg| arg.value.path()).unwrap_or_default();
                option.is_empty() || option.to_ascii_lowercase().contains("url")
            }),
            _ => None,
        };
        if !is_put && dest.is_none() || given.taints.is_empty() && dest.is_none() {
            return;
        }
        self.scopes.change(&root, |object| {
            object.take(&given);
            if dest.is_some() {
                object.dest = dest;
            }
        });
    }

    /// Everything that a call gets, and what it is called on.
    fn given(&mut self, args: &[Arg], values: &[Value], receiver: &Value) -> Value {
        let mut all = Value { taints: receiver.taints.clone(), ..Value::default() };
        for (arg, value) in args.iter().zip(values) {
            all.take(value);
            let is_unknown =
                value.taints.is_empty() && !value.is_clean && value.dest.is_none() && is_passed(&arg.value);
            if let Some(held) = words::held_by(&arg.name).filter(|_| is_unknown) {
                all.add(held);
            }
        }
        // `set("refresh_token", x)`.
        if let [(key, _), (given, value)] = args.iter().zip(values).collect::<Vec<_>>().as_slice()
            && let Some(held) = literal(&key.value).and_then(words::held_by)
            && value.taints.is_empty()
            && !value.is_clean
            && is_passed(&given.value)
        {
            all.add(held);
        }
        all
    }

    /// Where a call sends what it gets, if it is one that sends.
    fn sent_to(&self, known: &str, receiver: &Value, args: &[Arg], values: &[Value]) -> Option<Dest> {
        if WORDS.shells.contains(known) {
            let is_command = |value: &&Value| {
                let text = value.text.as_deref().unwrap_or_default().trim_start();
                text.starts_with("curl") || text.starts_with("wget")
            };
            let first = values.first()?;
            if is_command(&first) {
                return first.dest.clone().or_else(|| values.iter().find_map(|value| value.dest.clone()));
            }
        }
        // A function that sends without a name of its own: `got(…)` of an object that was called.
        if !WORDS.verbs.contains(known) {
            return None;
        }
        dest_among(args, values).or_else(|| receiver.dest.clone())
    }

    pub(super) fn send(&mut self, at: Span, dest: &Dest, given: &Value, args: &[Arg]) {
        let is_sign_in = args.iter().any(|arg| shows_grant(&arg.value, 0)) || dest.is_of_sign_in();
        for taint in &given.taints {
            if self.sent.len() < SENT_MAX {
                self.sent.push(Sent {
                    at,
                    dest: dest.clone(),
                    taint: taint.clone(),
                    is_sign_in,
                    function: self.function,
                });
            }
        }
    }
}

/// The credential that a function is asked for by name: `get("a")`, `dig("amazon", "a")`.
fn setting_of(scope: Option<&str>, args: &[Arg]) -> Option<Taint> {
    let mut path = scope.unwrap_or_default().to_owned();
    args.iter().take(4).map_while(|arg| literal(&arg.value)).find_map(|text| {
        path = format!("{path}.{text}");
        words::held_by(path.trim_start_matches('.'))
    })
}

/// The address that a call gets: under a name for one, else first, else second behind a method.
fn dest_among(args: &[Arg], values: &[Value]) -> Option<Dest> {
    let named = args.iter().zip(values).find(|(arg, _)| WORDS.address_names.contains(&folded(&arg.name)));
    if let Some((_, value)) = named {
        return value.dest.clone().or_else(|| value.text.as_deref().and_then(Dest::of_host));
    }
    let mut placed = args.iter().zip(values).filter(|(arg, _)| arg.name.is_empty());
    for _ in 0..3 {
        let (arg, value) = placed.next()?;
        if value.dest.is_some() {
            return value.dest.clone();
        }
        if matches!(arg.value.kind, Kind::Pairs(_)) {
            return None;
        }
    }
    None
}

/// Whether a value says which grant of OAuth it asks for.
fn shows_grant(expr: &Expr, depth: usize) -> bool {
    let is_grant = |key: &str| ["granttype", "redirecturi", "codeverifier"].contains(&folded(key).as_str());
    if depth > 8 {
        return false;
    }
    match &expr.kind {
        Kind::Pairs(pairs) => pairs.iter().any(|(key, value)| is_grant(key) || shows_grant(value, depth + 1)),
        Kind::List(values) | Kind::Joined(values) => values.iter().any(|value| shows_grant(value, depth + 1)),
        Kind::Call(_, args) => {
            args.iter().any(|arg| is_grant(&arg.name) || shows_grant(&arg.value, depth + 1))
        }
        Kind::Text(text) => text.contains("grant_type="),
        _ => false,
    }
}
