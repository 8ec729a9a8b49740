//! Reads the tables of `kagiban.toml`, collecting faults instead of stopping at the first.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{
    Allow, AppClass, Diagnostic, FailOn, Language, Located, Own, PathGlob, Settings, Source, Term,
    civil_date, nearest,
};
use crate::model::{Fingerprint, RuleId, Severity, Span, run_masked};

const ROOT_KEYS: [&str; 10] =
    ["fail-on", "min-severity", "only", "skip", "identifiers", "lang", "baseline", "rules", "own", "allow"];
const OWN_KEYS: [&str; 5] = ["accounts", "organisations", "hosts", "mail-domains", "app-class"];
const ALLOW_KEYS: [&str; 8] =
    ["rule", "path", "fingerprint", "owner", "reason", "until", "false-positive", "false_positive"];

/// Faults told at once; a file with more is not a settings file.
const FAULTS_MAX: usize = 100;

/// Tells whether a key, as written before its `=`, is one whose value is no table.
pub(super) fn is_value_key(written: &str) -> bool {
    let key = written.rsplit('.').next().unwrap_or_default();
    let key = key.trim().trim_matches(['"', '\'']);
    let known = ROOT_KEYS.iter().chain(&OWN_KEYS).chain(&ALLOW_KEYS);
    known.into_iter().any(|k| *k == key && *k != "own" && *k != "allow")
}

/// Reads a whole file.
pub(super) fn read(source: Source) -> Result<Settings, Vec<Diagnostic>> {
    let (root, errors) = DeTable::parse_recoverable(source.text());
    let mut reader = Reader { source: &source, faults: Vec::new() };
    let settings = reader.settings(root.get_ref());
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
        return Ok(Settings { source, ..settings });
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

struct Reader<'s> {
    source: &'s Source,
    faults: Vec<Fault>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader<'_> {
    fn settings(&mut self, root: &DeTable<'_>) -> Settings {
        self.check_keys(root, &ROOT_KEYS, "at the top level");
        let mut settings = Settings {
            min_severity: self.severity(root.get("min-severity")),
            fail_on: self.fail_on(root.get("fail-on")),
            only: self.texts(root.get("only")),
            skip: self.texts(root.get("skip")),
            identifiers: self.flag(root.get("identifiers")),
            lang: self.one_of(
                root.get("lang"),
                &[("en", Language::English), ("ja", Language::Japanese)],
                "language",
            ),
            baseline: root.get("baseline").and_then(|value| self.path_below(value)),
            ..Settings::default()
        };
        for value in self.array(root.get("rules")) {
            settings.rules.extend(self.path_below(value));
        }
        if let Some(own) = root.get("own") {
            match own.get_ref() {
                DeValue::Table(table) => settings.own = self.own(table),
                other => self.wrong_type(own, other, "a table: `[own]`"),
            }
        }
        if let Some(allows) = root.get("allow") {
            settings.allows = self.allows(allows);
        }
        settings
    }

    fn own(&mut self, table: &DeTable<'_>) -> Own {
        self.check_keys(table, &OWN_KEYS, "in `[own]`");
        Own {
            accounts: self.texts(table.get("accounts")),
            organisations: self.texts(table.get("organisations")),
            hosts: self.names_of_hosts(table.get("hosts")),
            mail_domains: self.names_of_hosts(table.get("mail-domains")),
            app_class: self.one_of(
                table.get("app-class"),
                &[("private", AppClass::Private), ("public", AppClass::Public)],
                "app class",
            ),
        }
    }

    fn allows(&mut self, value: &Value<'_>) -> Vec<Allow> {
        let DeValue::Array(tables) = value.get_ref() else {
            self.wrong_type(value, value.get_ref(), "a list of tables: `[[allow]]`");
            return Vec::new();
        };
        let mut allows = Vec::new();
        for each in tables {
            match each.get_ref() {
                DeValue::Table(table) => allows.extend(self.allow(table, located(each.span()))),
                other => self.wrong_type(each, other, "a table: `[[allow]]`"),
            }
        }
        allows
    }

    fn allow(&mut self, table: &DeTable<'_>, header: Span) -> Option<Allow> {
        self.check_keys(table, &ALLOW_KEYS, "in `[[allow]]`");
        let rule = table.get("rule");
        let path = table.get("path");
        let fingerprint = table.get("fingerprint");
        if rule.or(path).or(fingerprint).is_none() {
            self.missing(
                header,
                "this allow says nothing of what it accepts: give rule, path or fingerprint",
            );
        }
        let rule = rule.map(|value| self.rule(value));
        let path = path.map(|value| self.glob(value));
        let fingerprint = fingerprint.map(|value| self.fingerprint(value));
        let owner = self.due(table, "owner", header, "who answers for this? give an owner");
        let reason = self.due(table, "reason", header, "why is this accepted? give a reason");
        let term = self.term(table, header);
        // A criterion that could not be read must not widen what is accepted.
        if matches!(rule, Some(None)) || matches!(path, Some(None)) || matches!(fingerprint, Some(None)) {
            return None;
        }
        let (term, term_span) = term?;
        Some(Allow {
            rule: rule.flatten(),
            path: path.flatten(),
            fingerprint: fingerprint.flatten(),
            owner: owner?,
            reason: reason?,
            term,
            line: self.source.region(header).start.line,
            term_span,
        })
    }

    fn term(&mut self, table: &DeTable<'_>, header: Span) -> Option<(Term, Span)> {
        let until = table.get("until");
        let hyphenated = table.get("false-positive");
        let underscored = table.get("false_positive");
        if let (Some(_), Some(second)) = (hyphenated, underscored) {
            self.written(second, "this is `false-positive` once more");
        }
        let false_positive = hyphenated.or(underscored);
        match (until, false_positive) {
            (Some(_), Some(second)) => {
                self.written(second, "an allow has either `until` or `false-positive`, not both");
                None
            }
            (Some(until), None) => {
                let date = self.date(until)?;
                Some((Term::Until(date), located(until.span())))
            }
            (None, Some(value)) => match self.flag(Some(value))? {
                true => Some((Term::FalsePositive, located(value.span()))),
                false => {
                    self.written(value, "`false-positive` can only be true; give `until` instead");
                    None
                }
            },
            (None, None) => {
                self.missing(header, "until when is this accepted? give `until`, or `false-positive = true`");
                None
            }
        }
    }

    fn date(&mut self, value: &Value<'_>) -> Option<jiff::civil::Date> {
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

    fn rule(&mut self, value: &Value<'_>) -> Option<Located<RuleId>> {
        let text = self.text(value)?;
        Some(Located { value: RuleId::new(&text.value), span: text.span })
    }

    fn glob(&mut self, value: &Value<'_>) -> Option<PathGlob> {
        let text = self.text(value)?;
        PathGlob::new(&text).map_err(|message| self.written(value, &message)).ok()
    }

    fn fingerprint(&mut self, value: &Value<'_>) -> Option<Fingerprint> {
        let text = self.text(value)?;
        let fingerprint = Fingerprint::parse(&text);
        if fingerprint.is_none() {
            self.written(value, "this is no fingerprint; it has 32 hex digits");
        }
        fingerprint
    }

    fn due(&mut self, table: &DeTable<'_>, key: &str, header: Span, message: &str) -> Option<String> {
        let Some(value) = table.get(key) else {
            self.missing(header, message);
            return None;
        };
        self.text(value).map(|text| text.value)
    }

    fn severity(&mut self, value: Option<&Value<'_>>) -> Option<Severity> {
        self.one_of(value, &Severity::DESCENDING.map(|s| (s.as_str(), s)), "severity")
    }

    fn fail_on(&mut self, value: Option<&Value<'_>>) -> Option<FailOn> {
        let mut choices: Vec<(&str, FailOn)> =
            Severity::DESCENDING.iter().map(|s| (s.as_str(), FailOn::AtLeast(*s))).collect();
        choices.push(("never", FailOn::Never));
        self.one_of(value, &choices, "severity")
    }

    fn one_of<T: Copy>(&mut self, value: Option<&Value<'_>>, choices: &[(&str, T)], noun: &str) -> Option<T> {
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

    fn flag(&mut self, value: Option<&Value<'_>>) -> Option<bool> {
        let value = value?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(value, value.get_ref(), "true or false");
        }
        flag
    }

    fn text(&mut self, value: &Value<'_>) -> Option<Located<String>> {
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

    fn texts(&mut self, value: Option<&Value<'_>>) -> Vec<Located<String>> {
        let mut texts = Vec::new();
        for each in self.array(value) {
            texts.extend(self.text(each));
        }
        texts
    }

    fn array<'v, 'i>(&mut self, value: Option<&'v Value<'i>>) -> &'v [Value<'i>] {
        let Some(value) = value else { return &[] };
        match value.get_ref() {
            DeValue::Array(values) => values,
            other => {
                self.wrong_type(value, other, "a list in brackets");
                &[]
            }
        }
    }

    fn names_of_hosts(&mut self, value: Option<&Value<'_>>) -> Vec<Located<String>> {
        let mut names = Vec::new();
        for each in self.array(value) {
            let Some(name) = self.text(each) else { continue };
            if name.contains(['/', '@', ':']) || name.contains(char::is_whitespace) {
                self.written(each, "this is no host name: leave out scheme, user, port and path");
            } else {
                names.push(Located { value: name.value.to_lowercase(), span: name.span });
            }
        }
        names
    }

    /// Reads a path that stays below the top level: the file may come from whoever wrote the tree.
    fn path_below(&mut self, value: &Value<'_>) -> Option<Located<String>> {
        let path = self.text(value)?;
        let leaves =
            path.starts_with('/') || path.contains(['\\', ':']) || path.split('/').any(|p| p == "..");
        if leaves {
            self.written(value, "this path must be below the top level and written with `/`");
            return None;
        }
        Some(path)
    }

    fn check_keys(&mut self, table: &DeTable<'_>, known: &[&str], place: &str) {
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

    fn wrong_type(&mut self, value: &Value<'_>, found: &DeValue<'_>, expected: &str) {
        self.written(value, &format!("this must be {expected}, not of type {}", found.type_str()));
    }

    fn written(&mut self, value: &Value<'_>, message: &str) {
        self.fault(located(value.span()), FaultKind::Written, message.to_owned());
    }

    fn missing(&mut self, at: Span, message: &str) {
        self.fault(at, FaultKind::Missing, message.to_owned());
    }

    fn fault(&mut self, span: Span, kind: FaultKind, message: String) {
        self.faults.push(Fault { span, kind, message });
    }
}

fn located(range: Range<usize>) -> Span {
    Span::new(range.start, range.end)
}
