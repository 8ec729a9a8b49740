//! Who authors are, after `.mailmap`.

use std::collections::HashMap;
use std::sync::Arc;

use super::parse::Signature;

/// Addresses of one person, led to one.
#[derive(Debug, Default)]
pub(super) struct Mailmap {
    /// By the commit's address, and by address and name where the line gives a name.
    proper: HashMap<(String, Option<String>), String>,
}

impl Mailmap {
    /// Reads the file; a line that says nothing is left out.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut map = Self::default();
        for line in text.lines().map(|line| line.split('#').next().unwrap_or_default()) {
            let mut parts = line.split(['<', '>']);
            let (_, Some(proper)) = (parts.next(), parts.next()) else { continue };
            let name = parts.next().unwrap_or_default().trim();
            let commit = parts.next();
            let name = (!name.is_empty()).then(|| name.to_lowercase());
            let key = (folded(commit.unwrap_or(proper)), if commit.is_some() { name } else { None });
            map.proper.insert(key, folded(proper));
        }
        map
    }

    /// Returns what tells people apart: the address, or the name where there is none.
    pub(super) fn person(&self, name: &[u8], email: &[u8]) -> String {
        let email = folded(&String::from_utf8_lossy(email));
        let name = String::from_utf8_lossy(name).trim().to_lowercase();
        if email.is_empty() {
            return name;
        }
        let named = self.proper.get(&(email.clone(), Some(name)));
        let found = named.or_else(|| self.proper.get(&(email.clone(), None)));
        found.cloned().unwrap_or(email)
    }
}

/// The people who wrote commits, each with a number.
#[derive(Debug, Default)]
pub(super) struct Writers {
    /// By name and address, as commits have them.
    numbers: HashMap<(Vec<u8>, Vec<u8>), u32>,
    people: People,
}

impl Writers {
    /// Returns the number of whoever wrote a commit.
    pub(super) fn number(&mut self, author: Signature, mailmap: &Mailmap) -> u32 {
        let Signature { name, email, .. } = author;
        let people = &mut self.people;
        let of = |(name, email): &(Vec<u8>, Vec<u8>)| people.number(mailmap.person(name, email).into());
        *self.numbers.entry((name, email)).or_insert_with_key(of)
    }

    /// Returns all of them by their numbers.
    pub(super) fn into_people(self) -> Vec<Arc<str>> {
        self.people.all
    }
}

/// People, each with a number.
#[derive(Debug, Default)]
pub(super) struct People {
    numbers: HashMap<Arc<str>, u32>,
    pub(super) all: Vec<Arc<str>>,
}

impl People {
    pub(super) fn number(&mut self, person: Arc<str>) -> u32 {
        *self.numbers.entry(person).or_insert_with_key(|person| {
            self.all.push(Arc::clone(person));
            self.all.len() as u32 - 1
        })
    }
}

fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_person_become_one() {
        let map = Mailmap::parse(
            b"# people\nAki <aki@shop.example> <aki@old.example>\nAki <aki@shop.example> Root <root@host>\n",
        );
        let who = |name: &str, email: &str| map.person(name.as_bytes(), email.as_bytes());
        assert_eq!(who("A", "Aki@Old.example"), "aki@shop.example");
        assert_eq!(who("root", "root@host"), "aki@shop.example");
        assert_eq!(who("Other", "root@host"), "root@host");
        assert_eq!(who("Nobody", ""), "nobody");
    }
}
