//! Reads the tables of a file that people write, collecting faults instead of stopping at the first.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Diagnostic, Located, Source, civil_date, nearest};
use crate::model::{Fingerprint, Span, run_masked};

/// Faults told at once; a file with more is no file of ours.
const FAULTS_MAX: usize = 100;

/// Reads a whole file. What `build` makes of it stands only if there was no fault.
pub(crate) fn read<T>(
    source: &Source,
    build: impl FnOnce(&mut Reader<'_>, &DeTable<'_>) -> T,
) -> Result<T, Vec<Diagnostic>> {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let mut reader = Reader { source, faults: Vec::new() };
    let built = build(&mut reader, root.get_ref());
    let mut faults = reader.faults;
    // What the parser could not read looks as if it were missing or of another type, so beside
    // its errors only faults on other lines are told, and nothing that is missing.
    faults.truncate(FAULTS_MAX);
    if !errors.is_empty() {
        let broken: Vec<Fault> = errors
            .iter()
            .take(FAULTS_MAX)
            .map(|error| Fault {
                span: error.span().map_or(Span::new(0, 0), located),
                kind: FaultKind::Written,
                message: error.message().to_owned(),
            })
            .collect();
        let line_of = |fault: &Fault| source.region(fault.span).start.line;
        faults.retain(|fault| {
            fault.kind == FaultKind::Written && broken.iter().all(|other| line_of(other) != line_of(fault))
        });
        faults.extend(broken);
    }
    if faults.is_empty() {
        return Ok(built);
    }
    faults.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
    faults.truncate(FAULTS_MAX);
    Err(faults.into_iter().map(|fault| source.diagnostic(fault.span, fault.message)).collect())
}

struct Fault {
    span: Span,
    kind: FaultKind,
    message: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FaultKind {
    /// Something written is wrong.
    Written,
    /// Something due is absent.
    Missing,
}

/// Values of a file, and the faults met while reading them.
pub(crate) struct Reader<'s> {
    source: &'s Source,
    faults: Vec<Fault>,
}

/// A value and where it stands.
pub(crate) type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    /// Returns the line of a place, from 1.
    pub(crate) fn line(&self, at: Span) -> u64 {
        self.source.region(at).start.line
    }

    /// Notes a fault at a span.
    pub(crate) fn at(&mut self, span: Span, message: &str) {
        self.fault(span, FaultKind::Written, message.to_owned());
    }

    /// Reads a date of the form `2027-01-31`, as TOML has them or in quotes.
    pub(crate) fn date(&mut self, value: &Value<'_>) -> Option<jiff::civil::Date> {
        let date = match value.get_ref() {
            DeValue::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None }) => {
                civil_date(&date.to_string())
            }
            DeValue::String(text) => civil_date(text),
            _ => None,
        };
        if date.is_none() {
            self.written(value, "this is no date; write it as `2027-01-31`");
        }
        date
    }

    /// Reads 32 hex digits.
    pub(crate) fn fingerprint(&mut self, value: &Value<'_>) -> Option<Fingerprint> {
        let text = self.text(value)?;
        let fingerprint = Fingerprint::parse(&text);
        if fingerprint.is_none() {
            self.written(value, "this is no fingerprint; it has 32 hex digits");
        }
        fingerprint
    }

    /// Reads a text that has to be there.
    pub(crate) fn due(
        &mut self,
        table: &DeTable<'_>,
        key: &str,
        header: Span,
        message: &str,
    ) -> Option<String> {
        let Some(value) = table.get(key) else {
            self.missing(header, message);
            return None;
        };
        self.text(value).map(|text| text.value)
    }

    /// Reads one of several names.
    pub(crate) fn one_of<T: Copy>(
        &mut self,
        value: Option<&Value<'_>>,
        choices: &[(&str, T)],
        noun: &str,
    ) -> Option<T> {
        let value = value?;
        let text = self.text(value)?;
        if let Some((_, choice)) = choices.iter().find(|(name, _)| *name == text.value) {
            return Some(*choice);
        }
        let names = choices.iter().map(|(name, _)| *name);
        let message = match nearest(&text, names.clone()) {
            Some(name) => format!("there is no such {noun}; did you mean `{name}`?"),
            None => format!("there is no such {noun}; it is one of {}", names.collect::<Vec<_>>().join(", ")),
        };
        self.written(value, &message);
        None
    }

    /// Reads true or false.
    pub(crate) fn flag(&mut self, value: Option<&Value<'_>>) -> Option<bool> {
        let value = value?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(value, value.get_ref(), "true or false");
        }
        flag
    }

    /// Reads a text that is not blank, without spaces around it.
    pub(crate) fn text(&mut self, value: &Value<'_>) -> Option<Located<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(value, value.get_ref(), "text in quotes");
            return None;
        };
        let text = text.trim();
        if text.is_empty() {
            self.written(value, "this is blank");
            return None;
        }
        Some(Located { value: text.to_owned(), span: located(value.span()) })
    }

    /// Reads a list of texts.
    pub(crate) fn texts(&mut self, value: Option<&Value<'_>>) -> Vec<Located<String>> {
        let mut texts = Vec::new();
        for each in self.array(value) {
            texts.extend(self.text(each));
        }
        texts
    }

    /// Reads a list.
    pub(crate) fn array<'v, 'i>(&mut self, value: Option<&'v Value<'i>>) -> &'v [Value<'i>] {
        let Some(value) = value else { return &[] };
        match value.get_ref() {
            DeValue::Array(values) => values,
            other => {
                self.wrong_type(value, other, "a list in brackets");
                &[]
            }
        }
    }

    /// Notes every key that is not known.
    pub(crate) fn check_keys(&mut self, table: &DeTable<'_>, known: &[&str], place: &str) {
        for (key, _) in table {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let mut message = format!("there is no key `{}` {place}", run_masked(name));
            if let Some(meant) = nearest(name, known.iter().copied()) {
                message.push_str(&format!("; did you mean `{meant}`?"));
            }
            self.fault(located(key.span()), FaultKind::Written, message);
        }
    }

    /// Notes a value of another type.
    pub(crate) fn wrong_type(&mut self, value: &Value<'_>, found: &DeValue<'_>, expected: &str) {
        self.written(value, &format!("this must be {expected}, not of type {}", found.type_str()));
    }

    /// Notes a fault of a value.
    pub(crate) fn written(&mut self, value: &Value<'_>, message: &str) {
        self.fault(located(value.span()), FaultKind::Written, message.to_owned());
    }

    /// Notes that something is missing.
    pub(crate) fn missing(&mut self, at: Span, message: &str) {
        self.fault(at, FaultKind::Missing, message.to_owned());
    }

    fn fault(&mut self, span: Span, kind: FaultKind, message: String) {
        self.faults.push(Fault { span, kind, message });
    }
}

/// Returns the bytes of the file as a span.
pub(crate) fn located(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}
