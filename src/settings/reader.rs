//! Reads the tables of `kagiban.toml`.

use toml::de::{DeTable, DeValue};

use super::{Allow, AppClass, Diagnostic, FailOn, Language, Located, Own, PathGlob, Settings, Source, Term};
use crate::model::{RuleId, Severity, Span};
use crate::written::{Reader, Value, located};

const ROOT_KEYS: [&str; 10] =
    ["fail-on", "min-severity", "only", "skip", "identifiers", "lang", "baseline", "rules", "own", "allow"];
const OWN_KEYS: [&str; 5] = ["accounts", "organisations", "hosts", "mail-domains", "app-class"];
const ALLOW_KEYS: [&str; 8] =
    ["rule", "path", "fingerprint", "owner", "reason", "until", "false-positive", "false_positive"];

/// The keys whose values are no tables, so that a diagnostic may show them.
pub(super) const VALUE_KEYS: &[&[&str]] = &[
    &["fail-on", "min-severity", "only", "skip", "identifiers", "lang", "baseline", "rules"],
    &OWN_KEYS,
    &ALLOW_KEYS,
];

/// Reads a whole file.
pub(super) fn read(source: Source) -> Result<Settings, Vec<Diagnostic>> {
    let settings = crate::written::read(&source, |reader, root| reader.settings(root))?;
    Ok(Settings { source, ..settings })
}

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
            line: self.line(header),
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

    fn rule(&mut self, value: &Value<'_>) -> Option<Located<RuleId>> {
        let text = self.text(value)?;
        Some(Located { value: RuleId::new(&text.value), span: text.span })
    }

    fn glob(&mut self, value: &Value<'_>) -> Option<PathGlob> {
        let text = self.text(value)?;
        PathGlob::new(&text).map_err(|message| self.written(value, &message)).ok()
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
}
