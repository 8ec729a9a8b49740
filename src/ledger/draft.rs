//! Changes to a ledger's text that leave everything else in it as it is: comments, order, blank lines.

use jiff::civil::Date;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

use super::{Entry, Guessed, Ledger, Person, Share};
use crate::model::{Fingerprint, RuleId};
use crate::rules::Catalogue;
use crate::written::{Diagnostic, nearest};

/// What a new ledger begins with.
const HEAD: &str = "# Who holds which key of this project, and since when. No key is in here: commit this file.\n\
                    # `kagiban ledger` keeps it.\n\n";

/// The longest id.
const ID_CHARACTERS_MAX: usize = 64;

/// A ledger while it is being changed.
#[derive(Debug)]
pub struct Draft {
    document: DocumentMut,
    ledger: Ledger,
    has_mark: bool,
    has_returns: bool,
}

/// Why a change is refused. The ledger stays as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no credential of this id; the nearest one, if one is near.
    NoEntry(String, Option<String>),
    /// There is one of this id already.
    Taken(String),
    /// This cannot be an id.
    NoId,
    /// The value is that of this credential already, today or earlier.
    KnownValue(String),
    /// It was revoked on this day.
    Revoked(String, Date),
    /// The day lies before the latest that the ledger tells of: the clock went backwards.
    Backwards {
        /// The day that was given, or that the clock gave.
        day: Date,
        /// The latest day of the ledger.
        latest: Date,
    },
    /// A share cannot end before it begins.
    EndsBefore(Date),
    /// Nobody of this name is in the ledger; the nearest name, if one is near.
    Nobody(String, Option<String>),
}

/// A credential to add.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// What people call it.
    pub id: String,
    /// Its class.
    pub class: RuleId,
    /// Its value; none for kinds that could be guessed.
    pub fingerprint: Option<Fingerprint>,
    /// Where it stands, for kinds that could be guessed.
    pub guessed: Option<Guessed>,
    /// Who answers for it.
    pub owner: String,
    /// When it was issued.
    pub issued: Date,
    /// When it has to be replaced; by its kind without one.
    pub rotate_by: Option<Date>,
    /// Where it is kept.
    pub kept_in: Option<String>,
}

impl Draft {
    /// Opens the text of a ledger, or a new one.
    ///
    /// # Errors
    /// Every fault of the text: what cannot be read is not written over.
    pub fn open(path: &str, text: Option<&str>, catalogue: &Catalogue) -> Result<Self, Vec<Diagnostic>> {
        let ledger =
            text.map_or_else(|| Ok(Ledger::absent()), |text| Ledger::parse(path, text, catalogue))?;
        let text = text.unwrap_or_default();
        let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
        // What the ledger could be read from is TOML.
        let document = plain.replace("\r\n", "\n").parse::<DocumentMut>().unwrap_or_default();
        Ok(Self { document, ledger, has_mark: plain.len() < text.len(), has_returns: text.contains("\r\n") })
    }

    /// Returns the ledger as it was opened.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Returns the text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let text = self.document.to_string();
        let text = if self.has_returns { text.replace('\n', "\r\n") } else { text };
        if self.has_mark { format!("\u{feff}{text}") } else { text }
    }

    /// Adds a credential, between those whose ids come before and after its own.
    ///
    /// # Errors
    /// When the id or the value is there already.
    pub fn add(&mut self, new: NewEntry) -> Result<(), Refusal> {
        if !is_id(&new.id) {
            return Err(Refusal::NoId);
        }
        if self.ledger.entry(&new.id).is_some() {
            return Err(Refusal::Taken(new.id));
        }
        self.is_new(new.fingerprint)?;
        let mut table = Table::new();
        table.insert("id", text(&new.id));
        table.insert("class", text(new.class.as_str()));
        if let Some(fingerprint) = new.fingerprint {
            table.insert("fingerprint", text(&fingerprint.to_string()));
        }
        if let Some(guessed) = &new.guessed {
            table.insert("path", text(&guessed.path));
            table.insert("field", text(&guessed.field));
        }
        table.insert("owner", text(&new.owner));
        table.insert("issued", date(new.issued).into());
        if let Some(by) = new.rotate_by {
            table.insert("rotate-by", date(by).into());
        }
        if let Some(place) = &new.kept_in {
            table.insert("kept-in", text(place));
        }
        self.put("credential", "id", &new.id, table);
        Ok(())
    }

    /// Puts a new value in the place of that of today, which is kept as a former one.
    ///
    /// # Errors
    /// When there is no such credential, it was revoked, the value is no new one, or the day lies
    /// before what the ledger tells of.
    pub fn rotate(
        &mut self,
        id: &str,
        value: Option<Fingerprint>,
        on: Date,
        rotate_by: Option<Date>,
    ) -> Result<(), Refusal> {
        let entry = self.live(id)?.clone();
        self.is_new(value)?;
        self.is_forward(&entry, on)?;
        // What somebody decided about the old value holds for the new one, counted from its day.
        let days = entry.rotate_by.map(|by| super::due::days_between(entry.issued, by));
        let rotate_by = rotate_by.or(days.map(|days| super::due::days_after(on, days)));
        let Some(table) = self.table("credential", "id", id) else { return Ok(()) };
        let mut former = Vec::new();
        if let Some(fingerprint) = entry.fingerprint {
            former.push(("fingerprint", Value::from(fingerprint.to_string())));
        }
        former.push(("issued", date(entry.issued)));
        former.push(("rotated", date(on)));
        push_row(table, "former", former);
        if let Some(value) = value {
            set(table, "fingerprint", value.to_string().into());
        }
        set(table, "issued", date(on));
        if let Some(by) = rotate_by {
            set(table, "rotate-by", date(by));
        }
        Ok(())
    }

    /// Notes who was given a credential. Of somebody who has it already only the end changes.
    ///
    /// # Errors
    /// When there is no such credential, it was revoked, or the share ends before it begins.
    pub fn share(&mut self, id: &str, share: &Share) -> Result<(), Refusal> {
        let entry = self.live(id)?.clone();
        let is_same =
            |known: &Share| known.name == share.name && known.until.is_none_or(|until| until >= share.since);
        let known = entry.shared_with.iter().position(is_same);
        let since = known.and_then(|at| entry.shared_with.get(at)).map_or(share.since, |known| known.since);
        if share.until.is_some_and(|until| until < since) {
            return Err(Refusal::EndsBefore(since));
        }
        let Some(table) = self.table("credential", "id", id) else { return Ok(()) };
        match known {
            Some(at) => set_in_row(table, "shared-with", at, ("until", share.until.map(date))),
            None => {
                let mut row = vec![("name", share.name.as_str().into()), ("since", date(share.since))];
                row.extend(share.until.map(|until| ("until", date(until))));
                push_row(table, "shared-with", row);
            }
        }
        Ok(())
    }

    /// Notes that a credential was switched off; everything else about it stays.
    ///
    /// # Errors
    /// When there is no such credential, it was revoked before, or the day lies before what the
    /// ledger tells of.
    pub fn revoke(&mut self, id: &str, on: Date) -> Result<(), Refusal> {
        let entry = self.live(id)?.clone();
        self.is_forward(&entry, on)?;
        if let Some(table) = self.table("credential", "id", id) {
            set(table, "revoked", date(on));
        }
        Ok(())
    }

    /// Notes that somebody left.
    ///
    /// # Errors
    /// When the ledger knows nobody of this name.
    pub fn leave(&mut self, name: &str, on: Date) -> Result<(), Refusal> {
        let people = self.ledger.people.iter().map(|person: &Person| person.name.as_str());
        let owners = self.ledger.entries.iter().map(|entry| entry.owner.as_str());
        let shares = self.ledger.entries.iter().flat_map(|entry| &entry.shared_with);
        let names: Vec<&str> = people.chain(owners).chain(shares.map(|share| share.name.as_str())).collect();
        if !names.contains(&name) {
            let near = nearest(name, names).map(str::to_owned);
            return Err(Refusal::Nobody(name.to_owned(), near));
        }
        match self.table("person", "name", name) {
            Some(table) => set(table, "left", date(on)),
            None => {
                let mut table = Table::new();
                table.insert("name", text(name));
                table.insert("left", date(on).into());
                self.put("person", "name", name, table);
            }
        }
        Ok(())
    }

    fn live(&self, id: &str) -> Result<&Entry, Refusal> {
        let Some(entry) = self.ledger.entry(id) else {
            let near = nearest(id, self.ledger.entries.iter().map(|entry| entry.id.as_str()));
            return Err(Refusal::NoEntry(id.to_owned(), near.map(str::to_owned)));
        };
        match entry.revoked {
            Some(revoked) => Err(Refusal::Revoked(id.to_owned(), revoked)),
            None => Ok(entry),
        }
    }

    fn is_new(&self, value: Option<Fingerprint>) -> Result<(), Refusal> {
        let known = value.and_then(|value| self.ledger.standing(value).entry());
        known.map_or(Ok(()), |entry| Err(Refusal::KnownValue(entry.id.clone())))
    }

    fn is_forward(&self, entry: &Entry, on: Date) -> Result<(), Refusal> {
        match entry.latest_past_day().filter(|latest| on < *latest) {
            Some(latest) => Err(Refusal::Backwards { day: on, latest }),
            None => Ok(()),
        }
    }

    fn table(&mut self, key: &str, name_key: &str, name: &str) -> Option<&mut Table> {
        // A table that is not there is not made by looking for it.
        self.document.get(key)?;
        let named = |table: &&mut Table| name_of(table, name_key) == Some(name);
        tables(&mut self.document, key)?.iter_mut().find(named)
    }

    /// Puts a table before the first whose name comes after its own.
    fn put(&mut self, key: &str, name_key: &str, name: &str, mut table: Table) {
        // A file of comments alone keeps them above.
        let above = self.document.is_empty().then(|| {
            let comments = self.document.trailing().as_str().unwrap_or_default().trim_end().to_owned();
            self.document.set_trailing("");
            comments
        });
        let Some(all) = tables(&mut self.document, key) else { return };
        let at = all.iter().position(|other| name_of(other, name_key).is_some_and(|other| other > name));
        let at = at.unwrap_or(all.len());
        table.decor_mut().set_prefix(match above {
            None => "\n".to_owned(),
            Some(_) if !self.ledger.is_there() => HEAD.to_owned(),
            Some(comments) if comments.is_empty() => String::new(),
            Some(comments) => format!("{comments}\n\n"),
        });
        if let Some(next) = all.get_mut(at).filter(|_| at == 0) {
            // What the file begins with stays there; a comment right above an entry is that entry's.
            let prefix = next.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
            let head_bytes = prefix.rfind("\n\n").map_or(0, |end| end + 2);
            let (head, own) = prefix.split_at_checked(head_bytes).unwrap_or_default();
            let (head, own) = (head.to_owned(), format!("\n{own}"));
            table.decor_mut().set_prefix(head);
            next.decor_mut().set_prefix(own);
        }
        all.insert(at, table);
    }
}

/// Tells whether a text can be an id: a short name without spaces.
fn is_id(text: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    !text.is_empty() && text.chars().count() <= ID_CHARACTERS_MAX && text.chars().all(is_letter)
}

/// Returns the tables of a key, made where there are none.
fn tables<'d>(document: &'d mut DocumentMut, key: &str) -> Option<&'d mut ArrayOfTables> {
    let item = document.entry(key).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    if !item.is_array_of_tables() {
        // `credential = [{ … }]` says the same, and takes no comments.
        let rows = std::mem::take(item).into_array_of_tables().unwrap_or_default();
        *item = Item::ArrayOfTables(rows);
    }
    item.as_array_of_tables_mut()
}

fn name_of<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key)?.as_str().map(str::trim)
}

/// Sets a value; what stands around the old one stays.
fn set(table: &mut Table, key: &str, mut value: Value) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        None => {
            table.insert(key, value.into());
        }
    }
}

/// Adds a row to a list of tables, in the form that the list has.
fn push_row(table: &mut Table, key: &str, row: Vec<(&str, Value)>) {
    if let Some(rows) = table.get_mut(key).and_then(Item::as_array_of_tables_mut) {
        let mut table = Table::new();
        for (key, value) in row {
            table.insert(key, value.into());
        }
        rows.push(table);
        return;
    }
    let item = table.entry(key).or_insert_with(|| Item::Value(Array::new().into()));
    let Some(rows) = item.as_array_mut() else { return };
    let is_one_line = !rows.is_empty()
        && rows.iter().all(|row| {
            !row.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default().contains('\n')
        });
    let mut value = Value::InlineTable(row.into_iter().collect::<InlineTable>());
    value.decor_mut().set_prefix(if is_one_line { " " } else { "\n    " });
    rows.push_formatted(value);
    if !is_one_line {
        rows.set_trailing_comma(true);
        if !rows.trailing().as_str().unwrap_or_default().contains('\n') {
            rows.set_trailing("\n");
        }
    }
}

/// Sets or takes out a value of one row of a list of tables.
fn set_in_row(table: &mut Table, key: &str, at: usize, (name, value): (&str, Option<Value>)) {
    let item = table.get_mut(key);
    match item {
        Some(Item::ArrayOfTables(rows)) => match (rows.get_mut(at), value) {
            (Some(row), Some(value)) => set(row, name, value),
            (Some(row), None) => {
                row.remove(name);
            }
            (None, _) => {}
        },
        Some(Item::Value(Value::Array(rows))) => {
            let row = rows.get_mut(at).and_then(Value::as_inline_table_mut);
            match (row, value) {
                (Some(row), Some(value)) => {
                    row.insert(name, value);
                    row.fmt();
                }
                (Some(row), None) => {
                    row.remove(name);
                    row.fmt();
                }
                (None, _) => {}
            }
        }
        _ => {}
    }
}

fn text(value: &str) -> Item {
    Item::Value(value.into())
}

/// Writes a day as TOML does, without quotes.
fn date(day: Date) -> Value {
    let part = |n: i8| u8::try_from(n).unwrap_or(1);
    let date = toml_edit::Date {
        year: u16::try_from(day.year()).unwrap_or_default(),
        month: part(day.month()),
        day: part(day.day()),
    };
    toml_edit::Datetime { date: Some(date), time: None, offset: None }.into()
}
