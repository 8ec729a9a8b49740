//! Reads the tables of a ledger.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::Ledger;
use super::entry::{Entry, Former, Guessed, Person, Share};
use crate::model::{Family, Fingerprint, RuleId, Span};
use crate::rules::{Catalogue, Match, Rule};
use crate::written::{Diagnostic, Reader, Source, Value, located, nearest};

const ROOT_KEYS: [&str; 2] = ["credential", "person"];
const CREDENTIAL_KEYS: [&str; 12] = [
    "id",
    "class",
    "fingerprint",
    "path",
    "field",
    "owner",
    "issued",
    "rotate-by",
    "kept-in",
    "shared-with",
    "former",
    "revoked",
];
const SHARE_KEYS: [&str; 3] = ["name", "since", "until"];
const FORMER_KEYS: [&str; 3] = ["fingerprint", "issued", "rotated"];
const PERSON_KEYS: [&str; 3] = ["name", "mails", "left"];

/// The keys whose values a diagnostic may show: those that are read as dates and short names.
pub(super) const VALUE_KEYS: &[&[&str]] = &[&CREDENTIAL_KEYS, &SHARE_KEYS, &FORMER_KEYS, &PERSON_KEYS];

/// Reads a whole file.
pub(super) fn read(source: &Source, catalogue: &Catalogue) -> Result<Ledger, Vec<Diagnostic>> {
    let conflicts = conflicts(source);
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let mut ledger = crate::written::read(source, |reader, root| {
        Entries { reader, catalogue, ids: BTreeMap::new(), values: BTreeMap::new() }.ledger(root)
    })?;
    ledger.index();
    Ok(ledger)
}

/// Two ledgers in one file, as git leaves them after a merge, are told as that and nothing else.
fn conflicts(source: &Source) -> Vec<Diagnostic> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in source.text().split_inclusive('\n') {
        let text = line.trim_end();
        if text == "<<<<<<<" || text.starts_with("<<<<<<< ") {
            let message = "git left both sides of a merge here: keep every entry that is in either, \
                           and take out the lines with `<<<<<<<`, `=======` and `>>>>>>>`";
            found.push(source.diagnostic(Span::new(at, at + 7), message));
        }
        at += line.len();
    }
    found
}

struct Entries<'r, 's> {
    reader: &'r mut Reader<'s>,
    catalogue: &'r Catalogue,
    /// Ids, and names of people, with their lines.
    ids: BTreeMap<(&'static str, String), u64>,
    /// Fingerprints with their lines.
    values: BTreeMap<Fingerprint, u64>,
}

impl<'r> Entries<'r, '_> {
    fn ledger(mut self, root: &DeTable<'_>) -> Ledger {
        self.reader.check_keys(root, &ROOT_KEYS, "at the top level");
        let mut ledger = Ledger { is_there: true, ..Ledger::absent() };
        for (table, header) in self.tables(root.get("credential"), "`[[credential]]`") {
            ledger.entries.extend(self.entry(table, header));
        }
        for (table, header) in self.tables(root.get("person"), "`[[person]]`") {
            ledger.people.extend(self.person(table, header));
        }
        ledger
    }

    fn tables<'v, 'i>(&mut self, value: Option<&'v Value<'i>>, form: &str) -> Vec<(&'v DeTable<'i>, Span)> {
        let Some(value) = value else { return Vec::new() };
        let DeValue::Array(values) = value.get_ref() else {
            self.reader.wrong_type(value, value.get_ref(), &format!("a list of tables: {form}"));
            return Vec::new();
        };
        let mut tables = Vec::new();
        for each in values {
            match each.get_ref() {
                DeValue::Table(table) => tables.push((table, located(each.span()))),
                other => self.reader.wrong_type(each, other, &format!("a table: {form}")),
            }
        }
        tables
    }

    fn entry(&mut self, table: &DeTable<'_>, header: Span) -> Option<Entry> {
        self.reader.check_keys(table, &CREDENTIAL_KEYS, "in `[[credential]]`");
        let line = self.reader.line(header);
        let id = self.reader.due(table, "id", header, "what is it called? give an id");
        if let (Some(id), Some(value)) = (&id, table.get("id")) {
            self.once("id", id, value);
        }
        let rule = match table.get("class") {
            Some(value) => self.class(value),
            None => {
                self.reader.missing(header, "what is it? give a class, such as `lwa-client-secret`");
                None
            }
        };
        let fingerprint = table.get("fingerprint").and_then(|value| self.value(value));
        let guessed = rule.and_then(|rule| self.known_by(table, rule, header));
        let owner = self.reader.due(table, "owner", header, "who answers for it? give an owner");
        let issued = match table.get("issued") {
            Some(value) => self.reader.date(value),
            None => {
                self.reader.missing(header, "since when is it in use? give `issued`");
                None
            }
        };
        let rotate_by = self.date(table, "rotate-by");
        let revoked = self.date(table, "revoked");
        let kept_in = table.get("kept-in").and_then(|value| self.reader.text(value));
        let shared_with = self.shares(table);
        let former = self.former(table, rule);
        self.in_order(table, ("issued", issued), ("rotate-by", rotate_by));
        self.in_order(table, ("issued", issued), ("revoked", revoked));
        Some(Entry {
            id: id?,
            class: RuleId::new(rule?.class()),
            fingerprint,
            guessed,
            owner: owner?,
            issued: issued?,
            rotate_by,
            kept_in: kept_in.map(|text| text.value),
            shared_with,
            former,
            revoked,
            line,
        })
    }

    /// Notes a name that is there twice, with the line of the first.
    fn once(&mut self, what: &'static str, name: &str, value: &Value<'_>) {
        let at = located(value.span());
        let line = self.reader.line(at);
        if let Some(first) = self.ids.insert((what, name.to_owned()), line) {
            self.reader.at(at, &format!("this {what} is there already, on line {first}"));
        }
    }

    fn class(&mut self, value: &Value<'_>) -> Option<&'r Rule> {
        let text = self.reader.text(value)?;
        let catalogue = self.catalogue;
        let of_leaks = || catalogue.iter().filter(|rule| is_class(rule));
        let rule = of_leaks().find(|rule| rule.id.as_str() == text.value);
        if rule.is_none() {
            let near = nearest(&text, of_leaks().map(|rule| rule.id.as_str()));
            let hint = near.map_or_else(
                || "`kagiban rules list` names them".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            self.reader.written(value, &format!("there is no such class of credentials; {hint}"));
        }
        rule
    }

    /// Reads what a credential is known by: its fingerprint, or its place where it could be guessed.
    fn known_by(&mut self, table: &DeTable<'_>, rule: &Rule, header: Span) -> Option<Guessed> {
        if !rule.is_guessable() {
            if table.get("fingerprint").is_none() {
                let message = "which value is it? give a fingerprint; `kagiban ledger add` makes one";
                self.reader.missing(header, message);
            }
            for value in ["path", "field"].iter().filter_map(|key| table.get(*key)) {
                self.reader.written(value, "this kind is known by its fingerprint, not by its place");
            }
            return None;
        }
        if let Some(value) = table.get("fingerprint") {
            let message = "this kind could be guessed from a fingerprint: give `path` and `field` instead";
            self.reader.written(value, message);
        }
        let path = self.reader.due(table, "path", header, "where does it stand? give `path` and `field`");
        let field = self.reader.due(table, "field", header, "under which name does it stand? give a field");
        Some(Guessed::new(&path?, &field?))
    }

    fn value(&mut self, value: &Value<'_>) -> Option<Fingerprint> {
        let fingerprint = self.reader.fingerprint(value)?;
        let at = located(value.span());
        let line = self.reader.line(at);
        if let Some(first) = self.values.insert(fingerprint, line) {
            self.reader.at(at, &format!("this value is in the ledger already, on line {first}"));
        }
        Some(fingerprint)
    }

    fn shares(&mut self, table: &DeTable<'_>) -> Vec<Share> {
        let mut shares = Vec::new();
        for (table, at) in self.tables(table.get("shared-with"), "`shared-with = [{ name = …, since = … }]`")
        {
            self.reader.check_keys(table, &SHARE_KEYS, "in `shared-with`");
            let name = self.reader.due(table, "name", at, "who was given it? give a name");
            let since = self.due_date(table, "since", at, "since when? give `since`");
            let until = self.date(table, "until");
            self.in_order(table, ("since", since), ("until", until));
            if let (Some(name), Some(since)) = (name, since) {
                shares.push(Share { name, since, until });
            }
        }
        shares
    }

    fn former(&mut self, table: &DeTable<'_>, rule: Option<&Rule>) -> Vec<Former> {
        let mut former = Vec::new();
        for (table, at) in self.tables(table.get("former"), "`former = [{ fingerprint = …, rotated = … }]`")
        {
            self.reader.check_keys(table, &FORMER_KEYS, "in `former`");
            let fingerprint = match (table.get("fingerprint"), rule.map(Rule::is_guessable)) {
                (Some(value), Some(true)) => {
                    self.reader.written(value, "this kind could be guessed from a fingerprint: leave it out");
                    None
                }
                (Some(value), _) => self.value(value),
                (None, Some(false)) => {
                    self.reader.missing(at, "which value was it? give a fingerprint");
                    None
                }
                (None, _) => None,
            };
            let issued = self.date(table, "issued");
            let rotated = self.due_date(table, "rotated", at, "until when was it in use? give `rotated`");
            self.in_order(table, ("issued", issued), ("rotated", rotated));
            former.extend(rotated.map(|rotated| Former { fingerprint, issued, rotated }));
        }
        former.sort_by_key(|former| former.rotated);
        former
    }

    fn person(&mut self, table: &DeTable<'_>, header: Span) -> Option<Person> {
        self.reader.check_keys(table, &PERSON_KEYS, "in `[[person]]`");
        let name = self.reader.due(table, "name", header, "who is it? give a name");
        if let (Some(name), Some(value)) = (&name, table.get("name")) {
            self.once("person", name, value);
        }
        let mails = self.reader.texts(table.get("mails"));
        let left = self.date(table, "left");
        Some(Person { name: name?, mails: mails.iter().map(|mail| mail.to_lowercase()).collect(), left })
    }

    fn date(&mut self, table: &DeTable<'_>, key: &str) -> Option<Date> {
        table.get(key).and_then(|value| self.reader.date(value))
    }

    fn due_date(&mut self, table: &DeTable<'_>, key: &str, at: Span, message: &str) -> Option<Date> {
        match table.get(key) {
            Some(value) => self.reader.date(value),
            None => {
                self.reader.missing(at, message);
                None
            }
        }
    }

    /// Notes two dates that are the wrong way round, at the later key.
    fn in_order(&mut self, table: &DeTable<'_>, first: (&str, Option<Date>), second: (&str, Option<Date>)) {
        let ((first_key, Some(first)), (second_key, Some(second))) = (first, second) else { return };
        if let Some(value) = table.get(second_key).filter(|_| second < first) {
            let message = format!("`{second_key}` lies before `{first_key}`, which is {first}");
            self.reader.written(value, &message);
        }
    }
}

/// Tells whether a rule is about one credential, so that the ledger can hold it.
#[must_use]
pub fn is_class(rule: &Rule) -> bool {
    let is_set = rule.file.matches.iter().any(|matched| matches!(matched, Match::Set { .. }));
    rule.family == Family::Leak && !rule.file.identifier && !is_set
}
