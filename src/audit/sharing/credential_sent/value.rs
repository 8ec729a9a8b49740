//! What is known of a value while a program is followed.

use std::collections::BTreeMap;

use super::hosts::{Dest, KnownBy};
use super::words::Taint;

/// Kinds of things one value is remembered to hold.
const TAINTS_MAX: usize = 6;
/// Bytes of a text that are remembered: addresses are shorter.
pub(super) const TEXT_BYTES_MAX: usize = 600;

/// What is known of a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Value {
    /// What it holds.
    pub(super) taints: Vec<Taint>,
    /// Where something goes that is sent to it or by it.
    pub(super) dest: Option<Dest>,
    /// The text, `*` for what is put in at run time.
    pub(super) text: Option<String>,
    /// Whether it surely is no credential, whatever its name says.
    pub(super) is_clean: bool,
    /// Whether it is what Amazon answered when it was asked for a token.
    pub(super) is_token_answer: bool,
    /// Whether it is a request under way, which sends what it still gets.
    pub(super) is_under_way: bool,
}

impl Value {
    pub(super) fn clean() -> Self {
        Self { is_clean: true, ..Self::default() }
    }

    pub(super) fn holding(taint: Taint) -> Self {
        Self { taints: vec![taint], ..Self::default() }
    }

    pub(super) fn of_text(text: &str) -> Self {
        let text = text.get(..text.floor_char_boundary(TEXT_BYTES_MAX)).unwrap_or_default();
        Self { dest: Dest::of_text(text), text: Some(text.to_owned()), is_clean: true, ..Self::default() }
    }

    /// Takes over what another value holds.
    pub(super) fn take(&mut self, other: &Self) {
        for taint in &other.taints {
            self.add(taint.clone());
        }
    }

    pub(super) fn add(&mut self, taint: Taint) {
        if self.taints.len() < TAINTS_MAX && !self.taints.contains(&taint) {
            self.taints.push(taint);
        }
    }

    /// The same, by a path of which there is more than one.
    pub(super) fn of_choice(values: &[Self]) -> Self {
        let mut all = Self::default();
        let mut unknown = false;
        for value in values {
            all.take(value);
            unknown |= value.dest.is_none();
            if all.dest.is_none() {
                all.dest.clone_from(&value.dest);
            }
            all.is_token_answer |= value.is_token_answer;
        }
        all.is_clean = values.iter().all(|value| value.is_clean);
        if let Some(dest) = all.dest.as_mut().filter(|_| unknown && values.len() > 1) {
            dest.known_by = KnownBy::Name;
        }
        all
    }
}

/// Variables, the innermost function last.
#[derive(Debug)]
pub(super) struct Scopes {
    layers: Vec<BTreeMap<String, Value>>,
}

/// Names by which an object calls itself.
const SELVES: [&str; 4] = ["self", "this", "static", "cls"];

impl Scopes {
    pub(super) fn new() -> Self {
        Self { layers: vec![BTreeMap::new()] }
    }

    pub(super) fn enter(&mut self) {
        self.layers.push(BTreeMap::new());
    }

    pub(super) fn leave(&mut self) {
        if self.layers.len() > 1 {
            self.layers.pop();
        }
    }

    /// Looks up a path; what an object has of its own is known by its bare name as well.
    pub(super) fn get(&self, path: &str) -> Option<&Value> {
        let found = |path: &str| self.layers.iter().rev().find_map(|layer| layer.get(path));
        found(path).or_else(|| {
            let (of, name) = path.rsplit_once('.')?;
            let is_own = SELVES.contains(&of) || of.starts_with(char::is_uppercase);
            is_own.then(|| self.layers.first()?.get(name)).flatten()
        })
    }

    pub(super) fn set(&mut self, path: String, value: Value) {
        if let Some(layer) = self.layers.last_mut() {
            layer.insert(path, value);
        }
    }

    /// Sets what every function knows.
    pub(super) fn set_everywhere(&mut self, name: &str, value: Value) {
        if let Some(layer) = self.layers.first_mut() {
            layer.insert(name.to_owned(), value);
        }
    }

    /// Changes a variable where it is; makes one where there is none.
    pub(super) fn change(&mut self, path: &str, change: impl FnOnce(&mut Value)) {
        let at = self.layers.iter().rposition(|layer| layer.contains_key(path));
        let at = at.unwrap_or(self.layers.len() - 1);
        if let Some(layer) = self.layers.get_mut(at) {
            change(layer.entry(path.to_owned()).or_default());
        }
    }
}

/// The variable that a path begins with, unless it is the object itself.
pub(super) fn root_of(path: &str) -> Option<&str> {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    if !SELVES.contains(&first) {
        return Some(first);
    }
    let end = rest.find('.').map_or(path.len(), |at| first.len() + 1 + at);
    (!rest.is_empty()).then(|| path.get(..end)).flatten()
}
