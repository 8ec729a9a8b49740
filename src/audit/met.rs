//! Words that audits look for, met in one look for those of all of them.

use std::sync::OnceLock;

use super::Page;
use crate::rules::WordSearch;

/// Places of one text that are kept; of one that holds more each audit looks for its own.
const PLACES_MAX: usize = 1 << 20;

/// Where the words of all audits stand in a text.
#[derive(Debug, Default)]
pub struct Met<'r> {
    /// The words, ascending; their places in it are their numbers.
    words: &'r [String],
    /// Word and place, in no order.
    places: Vec<(u32, u32)>,
    /// Whether each word, by its number, was met.
    is_met: Vec<bool>,
    /// The numbers of those that were, in no order.
    distinct: Vec<u32>,
    /// Whether the text was looked through, and everything kept.
    is_whole: bool,
}

impl<'r> Met<'r> {
    /// Nothing is met yet of words that ascend.
    #[must_use]
    pub fn of(words: &'r [String]) -> Self {
        let (places, distinct) = Default::default();
        Self { words, places, is_met: vec![false; words.len()], distinct, is_whole: true }
    }

    /// The numbers of the words that were met.
    pub(super) fn words(&self) -> impl Iterator<Item = usize> {
        self.distinct.iter().map(|word| *word as usize)
    }

    /// Words that are among `chosen`, by their numbers, and where they begin, in no order; `None` where the
    /// text was not looked through.
    pub(super) fn places(&self, chosen: &[bool]) -> Option<impl Iterator<Item = (&str, usize)>> {
        let word = |number: u32| self.words.get(number as usize).map(String::as_str);
        let is_chosen = |number: u32| chosen.get(number as usize).copied().unwrap_or(false);
        let places = self.places.iter().filter(move |(number, _)| is_chosen(*number));
        self.is_whole.then(|| places.filter_map(move |(number, at)| Some((word(*number)?, *at as usize))))
    }

    /// A flag for each of all words, whether it is one of these; `None` where one is not among them.
    fn numbers(&self, words: &[String]) -> Option<Vec<bool>> {
        let mut numbers = vec![false; self.words.len()];
        for word in words {
            *numbers.get_mut(self.words.binary_search(word).ok()?)? = true;
        }
        Some(numbers)
    }

    /// Adds the place of a word, by its number.
    pub fn add(&mut self, word: usize, at: usize) {
        let (Ok(number), Ok(at)) = (u32::try_from(word), u32::try_from(at)) else {
            self.is_whole = false;
            return;
        };
        if let Some(is_met) = self.is_met.get_mut(word)
            && !std::mem::replace(is_met, true)
        {
            self.distinct.push(number);
        }
        if self.places.len() < PLACES_MAX {
            self.places.push((number, at));
        } else {
            self.is_whole = false;
        }
    }
}

/// Words that an audit looks for in a whole page. Where they stand is known from the look for all
/// words; of those that no audit told, and in pages that it did not look through, they
/// are searched for.
#[derive(Debug)]
pub struct Sought {
    words: Vec<String>,
    search: OnceLock<WordSearch>,
    /// What [`Met::numbers`] says of these: the words of all audits are the same in every page.
    numbers: OnceLock<Option<Vec<bool>>>,
}

impl Sought {
    /// Words in lower case.
    #[must_use]
    pub fn of(words: &[&str]) -> Self {
        Self {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            search: OnceLock::new(),
            numbers: OnceLock::new(),
        }
    }

    fn known<'p>(&self, page: &'p Page<'_>) -> Option<(&'p Met<'p>, &[bool])> {
        let met = page.met.filter(|met| met.is_whole)?;
        let numbers = self.numbers.get_or_init(|| met.numbers(&self.words));
        Some((met, numbers.as_deref()?))
    }

    fn search(&self) -> &WordSearch {
        self.search.get_or_init(|| WordSearch::new(&self.words))
    }

    /// Tells whether any of the words is in a page.
    #[must_use]
    pub fn is_in(&self, page: &Page<'_>) -> bool {
        match self.known(page) {
            Some((met, numbers)) => met.words().any(|word| numbers.get(word).copied().unwrap_or(false)),
            None => self.search().is_in(page.text.as_bytes()),
        }
    }

    /// Returns where the words begin, ascending.
    #[must_use]
    pub fn places(&self, page: &Page<'_>) -> Vec<usize> {
        let mut places: Vec<usize> = Vec::new();
        match self.known(page) {
            Some((met, numbers)) => {
                let is_one = |word: u32| numbers.get(word as usize).copied().unwrap_or(false);
                places
                    .extend(met.places.iter().filter(|(word, _)| is_one(*word)).map(|(_, at)| *at as usize));
            }
            None => self.search().each(page.text.as_bytes(), |_, at| {
                places.push(at);
                std::ops::ControlFlow::Continue(())
            }),
        }
        places.sort_unstable();
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{Called, Chosen, Registry, Turn};
    use crate::model::{Context, Origin};
    use crate::settings::Own;

    #[test]
    fn what_was_met_is_what_a_search_finds() {
        let text = "a Secret <input name=client_secret> https://x.example/ SECRET // aws sqs \u{4e00}";
        let asked = (Turn::All, Chosen::ALL);
        let called = Registry::get().called(None, false, asked);
        assert_eq!(called, Called::default());
        let met = Registry::get().met_in(text);
        assert_ne!(Registry::get().called_by_words(&met, called, asked, || true), called);
        let (origin, context, own) = (Origin::file("a.txt"), Context::default(), Own::default());
        let page = Page::new((&origin, &[]), (text, text, true), &context, &[], &own);
        let told = Page::new((&origin, &[]), (text, text, true), &context, &[], &own).knowing(&met);
        let folded = text.to_ascii_lowercase();
        let lists: [&[&str]; 6] = [
            &["secret"],
            &["secret", "<input"],
            &["://"],
            &["webhook"],
            &["no audit asks for this"],
            &["x.example", "secret"],
        ];
        for (words, count) in lists.into_iter().zip([3, 4, 1, 0, 0, 4]) {
            let mut places: Vec<usize> =
                words.iter().flat_map(|word| folded.match_indices(word)).map(|(at, _)| at).collect();
            places.sort_unstable();
            assert_eq!(places.len(), count);
            let sought = Sought::of(words);
            assert_eq!(sought.places(&told), places, "{words:?}");
            assert_eq!(sought.places(&page), places, "{words:?}");
            assert_eq!(sought.is_in(&told), !places.is_empty());
            assert_eq!(sought.is_in(&page), !places.is_empty());
        }
    }
}
