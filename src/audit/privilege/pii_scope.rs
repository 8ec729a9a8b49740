//! `pii-scope-wider-than-use`: buyers' data is asked for that nothing reads, for orders nobody named, or
//! for somebody else's application.
//!
//! Asking and reading may be in different files, so both are facts, and what is asked for and read
//! nowhere is left.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use regex::Regex;

use super::paths::{is_for_people, is_left_out};
use super::suspicion::Suspicion;
use crate::audit::pattern::pattern;
use crate::audit::{Corpus, CorpusAudit, DocumentAudit, Noted, Page, Standing, Stands, Wants};
use crate::model::{Confidence, ContextKind, Fact, Span};
use crate::rules::WordSearch;

pub(super) const RULE: &str = "pii-scope-wider-than-use";

/// Data asked for: the name of the element.
const ASKED: &str = "pii-asked";
/// Data read: the name of the element.
const READ: &str = "pii-read";

/// An element of buyers' data, and the names by which it is read; lower case, a blank where a sign may be.
struct Element {
    name: &'static str,
    read_as: &'static [&'static str],
}

const ELEMENTS: [Element; 5] = [
    Element {
        name: "buyerInfo",
        read_as: &[
            "buyer info",
            "buyer email",
            "buyer name",
            "gift message",
            "buyer custom",
            "purchase order number",
        ],
    },
    Element {
        name: "shippingAddress",
        read_as: &[
            "shipping address",
            "address line",
            "recipient name",
            "postal code",
            "state or region",
            "ship to address",
            "ship address",
        ],
    },
    Element {
        name: "buyerTaxInformation",
        read_as: &["buyer tax", "tax classification", "company legal name", "taxing region"],
    },
    Element {
        name: "BUYER",
        read_as: &[
            "buyer email",
            "buyer name",
            "order.buyer",
            "['buyer",
            "[\"buyer",
            "buyer.",
            "buyer?.",
            "get(\"buyer",
            "get('buyer",
        ],
    },
    Element {
        name: "RECIPIENT",
        read_as: &[
            "delivery address",
            "recipient.",
            "recipient?.",
            "['recipient",
            "[\"recipient",
            "address line",
            "get(\"recipient",
            "get('recipient",
        ],
    },
];

/// The names of all elements, in every spelling, and which elements each belongs to.
static READERS: LazyLock<(WordSearch, Vec<usize>)> = LazyLock::new(|| {
    let (mut words, mut elements) = (Vec::new(), Vec::new());
    for (at, element) in ELEMENTS.iter().enumerate() {
        for name in element.read_as {
            for sign in ["", "_", "-"] {
                let word = name.replace(' ', sign);
                if !words.iter().zip(&elements).any(|known| known == (&word, &at)) {
                    words.push(word);
                    elements.push(at);
                }
            }
        }
    }
    (WordSearch::new(&words), elements)
});

/// The list that a request carries, in lower case.
static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\b(?:data_?elements|included_?data)["']?\s*(?:=>|[:=,])\s*(?:\[\]string\{|\[|array\(|list\.of\(|arrays\.aslist\(|new\s*(?:list<string>|string)?\s*(?:\[\])?\s*(?:\(\))?\s*\{|["'])(?<list>[^\])}=;]{0,200})"#,
    )
});
static DELEGATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"\b(?:targetApplication|target_application)["']?\s*(?:=>|[:=])\s*(?:["']amzn1\.|process\.env|os\.(?:environ|getenv)|getenv|env\(|config)"#,
    )
});
/// The path of every order at once, in a request for a token.
static GENERIC: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"["']/orders/v0/orders/\{[A-Za-z_]*\}(?:/[A-Za-z]+)?["']"#));

/// Bytes around a request in which its path stands.
const REACH_BYTES: usize = 400;
/// Requests of one document.
const REQUESTS_MAX: usize = 50;
/// Files beside a request that are looked through.
const FILES_MAX: usize = 60;

pub(super) struct PiiScope;

impl DocumentAudit for PiiScope {
    fn rule(&self) -> &'static str {
        RULE
    }

    fn wants(&self) -> Wants {
        // What an element is read by stands in files that speak of nothing else.
        Wants::words_anywhere(&[
            "dataelements",
            "data_elements",
            "includeddata",
            "included_data",
            "targetapplication",
            "target_application",
            "buyerinfo",
            "buyer_info",
            "buyeremail",
            "buyer_email",
            "buyername",
            "buyer_name",
            "shippingaddress",
            "shipping_address",
            "addressline",
            "address_line",
            "deliveryaddress",
            "delivery_address",
            "buyertax",
            "buyer_tax",
            "recipientname",
            "recipient_name",
        ])
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let path = page.path().to_ascii_lowercase();
        if is_left_out(&path) || is_for_people(&path) || page.text.len() > 1 << 20 || !is_program(&path) {
            return;
        }
        let is_of_seller = page.context.proof(ContextKind::Seller).is_some();
        let mut asked = Vec::new();
        let holds = |words: &[&str]| words.iter().any(|word| page.folded.contains(word));
        let asks = is_of_seller && holds(&["dataelement", "data_element", "includeddata", "included_data"]);
        let requests = asks.then(|| REQUEST.captures_iter(page.folded).take(REQUESTS_MAX));
        for found in requests.into_iter().flatten() {
            let (Some(whole), Some(list)) = (found.get(0), found.name("list")) else { continue };
            let at = Span::new(whole.start(), whole.end());
            let list = page.text.get(list.range()).unwrap_or_default();
            if !is_remark(page, at) && !is_definition(list) {
                asked.push((at, list));
            }
        }
        for (at, list) in &asked {
            for element in ELEMENTS.iter().filter(|element| names(list, element.name)) {
                noted.fact(ASKED, element.name, *at);
            }
            let from = page.text.floor_char_boundary(at.start.saturating_sub(REACH_BYTES));
            let to = page.text.floor_char_boundary(at.end + REACH_BYTES);
            let around = page.text.get(from..to).unwrap_or_default();
            let is_whole = |path: &regex::Match<'_>| {
                let before = around.get(..path.start()).unwrap_or_default();
                let behind = around.get(path.end()..).unwrap_or_default().trim_start();
                !before.ends_with(['f', 'F', '$'])
                    && ![".format", ".replace", "%"].iter().any(|next| behind.starts_with(next))
            };
            if let Some(path) = GENERIC.find(around).filter(is_whole) {
                let at = Span::new(from + path.start(), from + path.end());
                let suspicion = Suspicion::of(["generic-path"])
                    .saying("content", path.as_str())
                    .confidence(Confidence::Low);
                noted.fault(at, suspicion.fault());
            }
        }
        if is_of_seller
            && holds(&["targetapplication", "target_application"])
            && let Some(found) = DELEGATED.find(page.text)
        {
            let at = Span::new(found.start(), found.end());
            if !is_remark(page, at) {
                noted.fault(
                    at,
                    Suspicion::of(["target-application"]).saying("name", "targetApplication").fault(),
                );
            }
        }
        let spans: Vec<Span> = asked.iter().map(|(at, _)| *at).collect();
        for name in read_in(page.folded, &spans) {
            noted.fact(READ, name, Span::new(0, 0));
        }
    }
}

fn is_program(path: &str) -> bool {
    ![".json", ".yaml", ".yml", ".xml", ".csv", ".tsv", ".html", ".lock", ".d.ts"]
        .iter()
        .any(|ending| path.ends_with(ending))
}

/// Whether a list names an element, in quotes or as a constant.
fn names(list: &str, element: &str) -> bool {
    let is_part = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    list.split(is_part).any(|word| {
        let word = word.replace('_', "");
        word == element
            || (word.eq_ignore_ascii_case(element) && element.contains(|c: char| c.is_ascii_lowercase()))
    })
}

/// Whether what stands there says what a list may hold, and asks for nothing.
fn is_definition(list: &str) -> bool {
    ["type", "enum", "string", "Optional", "List[", "array", "|", "description", "example"]
        .iter()
        .any(|word| list.contains(word))
}

fn is_remark(page: &Page<'_>, at: Span) -> bool {
    let line = page.line(page.lines().line_of(at.start)).0.trim_start();
    ["//", "#", "*", "/*", "<!--", "--"].iter().any(|mark| line.starts_with(mark))
}

/// The elements whose fields a text reads outside of the requests for them.
fn read_in(folded: &str, requests: &[Span]) -> Vec<&'static str> {
    let (search, elements) = &*READERS;
    let mut is_read = [false; ELEMENTS.len()];
    search.each(folded.as_bytes(), |word, at| {
        if !requests.iter().any(|request| at >= request.start && at < request.end)
            && let Some(read) = elements.get(word).and_then(|element| is_read.get_mut(*element))
        {
            *read = true;
        }
        if is_read.contains(&false) { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    ELEMENTS.iter().zip(is_read).filter(|(_, is_read)| *is_read).map(|(element, _)| element.name).collect()
}

impl CorpusAudit for PiiScope {
    fn rule(&self) -> &'static str {
        RULE
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let read: BTreeSet<(u32, &str)> =
            corpus.facts_of(READ).map(|fact| (fact.place.origin.root, fact.text.as_str())).collect();
        for fact in corpus.facts_of(ASKED) {
            let is_read =
                read.contains(&(fact.place.origin.root, fact.text.as_str())) || is_read_beside(corpus, fact);
            if !is_read {
                let suspicion = Suspicion::of(["unread", &fact.text])
                    .saying("name", &fact.text)
                    .confidence(Confidence::Low);
                stands.fault(&[Standing::Fact(fact)], suspicion.fault());
            }
        }
    }
}

/// Whether a file beside the request reads the data, one without a word of Amazon.
fn is_read_beside(corpus: &Corpus<'_>, fact: &Fact) -> bool {
    let Some(path) = fact.place.origin.path.as_deref() else { return false };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let root = fact.place.origin.root;
    let files = corpus.snapshot.files(root, folder);
    let beside = files
        .iter()
        .take(FILES_MAX)
        .map(|file| if folder.is_empty() { file.clone() } else { format!("{folder}/{file}") });
    beside
        .filter(|other| {
            other != path
                && is_program(&other.to_ascii_lowercase())
                && !is_for_people(&other.to_ascii_lowercase())
        })
        .any(|other| {
            let bytes = corpus.snapshot.read(root, &other).unwrap_or_default();
            let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
            read_in(&text, &[]).iter().any(|name| *name == fact.text)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told() {
        let list = |text: &str| {
            let found = REQUEST.captures(&text.to_ascii_lowercase())?.name("list")?.range();
            text.get(found).map(str::to_owned)
        };
        for text in [
            "dataElements: ['buyerInfo', 'shippingAddress'],",
            "\"dataElements\": [\"buyerInfo\"]",
            "data_elements=[\"buyerInfo\"]",
            "'dataElements' => ['buyerInfo'],",
            "DataElements = new List<string> { \"buyerInfo\" }",
            "dataElements: []string{\"buyerInfo\"}",
            "includedData: 'buyerInfo'",
        ] {
            assert!(list(text).is_some_and(|list| names(&list, "buyerInfo")), "{text}");
        }
        assert!(
            list("dataElements?: string[]").is_none() && is_definition("'buyerInfo' | 'shippingAddress'")
        );
        assert!(names("BUYER', 'RECIPIENT'", "RECIPIENT") && !names("'buyer'", "BUYER"));
    }
}
