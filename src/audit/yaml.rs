//! YAML with places: pipelines and deployments as whoever runs them reads them.
//!
//! Anchors and merge keys are followed, never copied out, so a document costs what it is long. Of a
//! broken document remains what stands before the break, which [`Yaml::is_cut`] tells.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::model::Span;

/// Longest text that is read, in bytes: what people write for a machine to follow is shorter.
const TEXT_BYTES_MAX: usize = 1 << 20;
/// Values of one text.
const NODES_MAX: usize = 100_000;
/// Values within values.
const DEPTH_MAX: usize = 100;
/// Keys that a mapping takes from others, at most.
const MERGED_MAX: usize = 1_000;

/// A text of one or more documents.
#[derive(Debug, Default)]
pub struct Yaml {
    nodes: Vec<Node>,
    roots: Vec<usize>,
    is_cut: bool,
}

#[derive(Debug)]
struct Node {
    span: Span,
    tag: Option<String>,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Scalar {
        text: String,
        is_plain: bool,
    },
    Sequence(Vec<usize>),
    Mapping(Vec<(usize, usize)>),
    /// The same value as an earlier one.
    Alias(usize),
}

/// A value of a document.
#[derive(Debug, Clone, Copy)]
pub struct Value<'y> {
    yaml: &'y Yaml,
    at: usize,
}

impl Yaml {
    /// Reads a text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        if text.len() > TEXT_BYTES_MAX {
            return Self { is_cut: true, ..Self::default() };
        }
        let mut reader = Reader::new(text);
        reader.run(text);
        reader.yaml
    }

    /// Returns the values of the documents.
    pub fn documents(&self) -> impl Iterator<Item = Value<'_>> {
        self.roots.iter().map(|at| Value { yaml: self, at: *at })
    }

    /// Tells whether not all of it could be read: it is broken, too long or too deep.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.is_cut
    }
}

impl<'y> Value<'y> {
    fn node(self) -> Option<&'y Node> {
        let node = self.yaml.nodes.get(self.at)?;
        match node.kind {
            // What an alias means was complete before it, so it is no alias of an alias.
            Kind::Alias(target) => self.yaml.nodes.get(target),
            _ => Some(node),
        }
    }

    fn of(self, at: usize) -> Self {
        Self { yaml: self.yaml, at }
    }

    /// Returns where it is written; of an alias, where the alias is.
    #[must_use]
    pub fn span(self) -> Span {
        self.yaml.nodes.get(self.at).map_or(Span::new(0, 0), |node| node.span)
    }

    /// Returns its local tag, such as `Ref` of `!Ref`.
    #[must_use]
    pub fn tag(self) -> Option<&'y str> {
        self.node()?.tag.as_deref()
    }

    /// Returns the text of a scalar.
    #[must_use]
    pub fn text(self) -> Option<&'y str> {
        match &self.node()?.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Tells whether it is nothing: an empty plain scalar, `~` or `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        let null = |text: &str| matches!(text, "" | "~" | "null" | "Null" | "NULL");
        matches!(self.node().map(|node| &node.kind), Some(Kind::Scalar { text, is_plain: true }) if null(text))
    }

    /// Returns the values of a sequence; of anything else nothing.
    #[must_use]
    pub fn items(self) -> Vec<Self> {
        match self.node().map(|node| &node.kind) {
            Some(Kind::Sequence(items)) => items.iter().map(|at| self.of(*at)).collect(),
            _ => Vec::new(),
        }
    }

    /// Returns the values of a sequence, and anything that is none as the only one.
    #[must_use]
    pub fn one_or_more(self) -> Vec<Self> {
        match self.node().map(|node| &node.kind) {
            Some(Kind::Sequence(_)) => self.items(),
            _ if self.is_null() => Vec::new(),
            _ => vec![self],
        }
    }

    /// Returns keys and values of a mapping, its own before what it merges, each key once.
    #[must_use]
    pub fn entries(self) -> Vec<(Self, Self)> {
        let mut entries: Vec<(Self, Self)> = Vec::new();
        let mut seen: Vec<usize> = Vec::new();
        let mut waiting = vec![self];
        while let Some(next) = waiting.pop() {
            let Some(Kind::Mapping(pairs)) = next.node().map(|node| &node.kind) else { continue };
            let mut merged = Vec::new();
            for (key, value) in pairs {
                let (key, value) = (self.of(*key), self.of(*value));
                if key.text() == Some("<<") {
                    merged.extend(value.one_or_more());
                } else if next.at == self.at || !entries.iter().any(|(known, _)| known.text() == key.text()) {
                    entries.push((key, value));
                }
            }
            for other in merged.into_iter().rev() {
                let at = other.target();
                if !seen.contains(&at) && seen.len() < DEPTH_MAX && entries.len() < MERGED_MAX {
                    seen.push(at);
                    waiting.push(other);
                }
            }
        }
        entries
    }

    fn target(self) -> usize {
        match self.yaml.nodes.get(self.at).map(|node| &node.kind) {
            Some(Kind::Alias(target)) => *target,
            _ => self.at,
        }
    }

    /// Returns the value of a key.
    #[must_use]
    pub fn get(self, key: &str) -> Option<Self> {
        self.entries().into_iter().find(|(known, _)| known.text() == Some(key)).map(|(_, value)| value)
    }

    /// Returns the value at the end of a path of keys.
    #[must_use]
    pub fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Returns every scalar in it that is no key, aliases followed, each once.
    #[must_use]
    pub fn scalars(self) -> Vec<Self> {
        let mut seen = vec![false; self.yaml.nodes.len()];
        let (mut found, mut waiting) = (Vec::new(), vec![self]);
        while let Some(next) = waiting.pop() {
            match seen.get_mut(next.target()) {
                Some(seen) if !*seen => *seen = true,
                _ => continue,
            }
            match next.node().map(|node| &node.kind) {
                Some(Kind::Scalar { .. }) => found.push(next),
                Some(Kind::Sequence(items)) => waiting.extend(items.iter().rev().map(|at| self.of(*at))),
                Some(Kind::Mapping(pairs)) => {
                    waiting.extend(pairs.iter().rev().map(|(_, value)| self.of(*value)));
                }
                _ => {}
            }
        }
        found
    }
}

/// A collection that is still open, with the key that waits for its value.
struct Open {
    at: usize,
    key: Option<usize>,
}

/// Makes values of events.
struct Reader {
    yaml: Yaml,
    /// The value of each anchor, once it is complete.
    anchors: BTreeMap<usize, usize>,
    /// The collections that are open, with their anchors.
    open: Vec<(Open, usize)>,
    /// The bytes at which characters begin, where that is not the same.
    starts: Option<Vec<usize>>,
    text_bytes: usize,
}

impl Reader {
    fn new(text: &str) -> Self {
        let starts = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self {
            yaml: Yaml::default(),
            anchors: BTreeMap::new(),
            open: Vec::new(),
            starts,
            text_bytes: text.len(),
        }
    }

    fn byte(&self, character: usize) -> usize {
        let at = self.starts.as_ref().map_or(Some(character), |starts| starts.get(character).copied());
        at.unwrap_or(self.text_bytes).min(self.text_bytes)
    }

    fn run(&mut self, text: &str) {
        for event in Parser::new_from_str(text) {
            let Ok((event, span)) = event else {
                self.yaml.is_cut = true;
                return;
            };
            if self.yaml.nodes.len() >= NODES_MAX || self.open.len() >= DEPTH_MAX {
                self.yaml.is_cut = true;
                return;
            }
            let start = self.byte(span.start.index());
            let span = Span::new(start, self.byte(span.end.index()).max(start));
            match event {
                Event::Scalar(value, style, anchor, tag) => {
                    let kind =
                        Kind::Scalar { text: value.into_owned(), is_plain: style == ScalarStyle::Plain };
                    let at = self.add(span, tag.map(|tag| tag.suffix.clone()), kind);
                    self.anchors.insert(anchor, at);
                }
                Event::Alias(anchor) => match self.anchors.get(&anchor) {
                    Some(target) if anchor > 0 => {
                        let kind = Kind::Alias(*target);
                        self.add(span, None, kind);
                    }
                    // A value within itself means nothing here.
                    _ => {
                        let kind = Kind::Scalar { text: String::new(), is_plain: true };
                        self.add(span, None, kind);
                    }
                },
                Event::SequenceStart(anchor, tag) => {
                    self.begin(span, anchor, tag.map(|tag| tag.suffix.clone()), Kind::Sequence(Vec::new()));
                }
                Event::MappingStart(anchor, tag) => {
                    self.begin(span, anchor, tag.map(|tag| tag.suffix.clone()), Kind::Mapping(Vec::new()));
                }
                Event::SequenceEnd | Event::MappingEnd => self.end(span),
                _ => {}
            }
        }
    }

    fn begin(&mut self, span: Span, anchor: usize, tag: Option<String>, kind: Kind) {
        let at = self.add(span, tag, kind);
        self.open.push((Open { at, key: None }, anchor));
    }

    fn end(&mut self, span: Span) {
        let Some((open, anchor)) = self.open.pop() else { return };
        if let Some(node) = self.yaml.nodes.get_mut(open.at) {
            node.span = Span::new(node.span.start, span.end.max(node.span.start));
        }
        self.anchors.insert(anchor, open.at);
    }

    fn add(&mut self, span: Span, tag: Option<String>, kind: Kind) -> usize {
        let at = self.yaml.nodes.len();
        self.yaml.nodes.push(Node { span, tag, kind });
        let Some((open, _)) = self.open.last_mut() else {
            self.yaml.roots.push(at);
            return at;
        };
        match self.yaml.nodes.get_mut(open.at).map(|node| &mut node.kind) {
            Some(Kind::Sequence(items)) => items.push(at),
            Some(Kind::Mapping(pairs)) => match open.key.take() {
                Some(key) => pairs.push((key, at)),
                None => open.key = Some(at),
            },
            _ => {}
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn text_at<'y>(yaml: &'y Yaml, path: &[&str]) -> Option<&'y str> {
        yaml.documents().next()?.at(path)?.text()
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        let yaml = Yaml::read(
            "base: &base {image: a, env: &env {A: 1, B: 2}}\njob:\n  <<: *base\n  image: b\n  env:\n    <<: [*env, {C: 3, A: 9}]\n    B: own\n",
        );
        assert_eq!(text_at(&yaml, &["job", "image"]), Some("b"));
        for (key, value) in [("A", "1"), ("B", "own"), ("C", "3")] {
            assert_eq!(text_at(&yaml, &["job", "env", key]), Some(value), "{key}");
        }
        assert!(!yaml.is_cut());
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "鍵: 値\non:\n  push:\n- x\n";
        let yaml = Yaml::read(text);
        let value = yaml.documents().next().unwrap().get("鍵").unwrap();
        assert_eq!(text.get(value.span().start..value.span().end), Some("値"));
        assert!(yaml.is_cut());
        let text = "key: !Ref Secret\nlist: [a, 'b']\n";
        let yaml = Yaml::read(text);
        let root = yaml.documents().next().unwrap();
        assert_eq!(root.get("key").unwrap().tag(), Some("Ref"));
        assert_eq!(root.get("list").unwrap().items().len(), 2);
    }

    #[test]
    fn bombs_stay_small() {
        let started = Instant::now();
        let mut bomb = "a0: &a0 [x, x]\n".to_owned();
        for n in 1..60 {
            bomb.push_str(&format!("a{n}: &a{n} [*a{}, *a{}]\n", n - 1, n - 1));
        }
        let yaml = Yaml::read(&bomb);
        assert_eq!(yaml.documents().next().unwrap().scalars().len(), 2);
        let mut merges = "a0: &a0 {k: v}\n".to_owned();
        for n in 1..60 {
            merges.push_str(&format!("a{n}: &a{n} {{<<: [*a{}, *a{}], k{n}: v}}\n", n - 1, n - 1));
        }
        let yaml = Yaml::read(&merges);
        assert_eq!(yaml.documents().next().unwrap().get("a59").unwrap().entries().len(), 60);
        for deep in ["[", "{a: ", "- ", "? "] {
            assert!(Yaml::read(&deep.repeat(100_000)).is_cut(), "{deep}");
        }
        let itself = Yaml::read("a: &a [*a, &b {<<: *b}]\n");
        assert!(itself.documents().next().unwrap().scalars().len() < 3);
        let long = Yaml::read(&"k: [1, 2, 3]\n".repeat(60_000));
        assert!(long.is_cut() || long.documents().count() == 1);
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn half_a_file_gives_what_stands_before() {
        let yaml = Yaml::read("jobs:\n  a:\n    steps:\n      - uses: x/y@v1\n      - uses: 'half\n");
        let steps = yaml.documents().next().unwrap().at(&["jobs", "a", "steps"]).unwrap();
        assert!(steps.items().first().unwrap().get("uses").is_some());
        assert!(yaml.is_cut());
    }
}
