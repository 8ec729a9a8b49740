//! `private-app-many-sellers`: one application acts for several sellers.
//!
//! A private application is for its owner's own accounts. One seller has up to three refresh tokens,
//! one a region, and others for testing, so what counts is whose a token is: by the name it stands
//! under, by the record around it, by the file it is in. Where every seller has an application of its
//! own, or the application asks for consent as public ones do, there is little or nothing to say.

mod owner;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use memchr::memmem;
use regex::Regex;

use self::owner::{
    is_label, is_merchant, is_region, is_seller_id, names_owner, owner, owner_of_path, says_amazon,
    tells_region,
};
use super::secret_names;
use super::{evidence, listed};
use crate::audit::pattern::pattern;
use crate::audit::{Corpus, CorpusAudit, DocumentAudit, Fault, Noted, Page, Standing, Stands, Wants};
use crate::model::{Confidence, ContextKind, Fact, Field, Severity, Span, Syntax};
use crate::rules::{folded, meanings};
use crate::settings::AppClass;

/// A variable that holds a refresh token, or the id of a client.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b[A-Z0-9_]*(?<token>REFRESH_?TOKEN)[A-Z0-9_]*\b|\b[A-Z0-9_]*(?<client>CLIENT_?ID|LWA_APP_ID)[A-Z0-9_]*\b",
    )
});

/// Tokens without a name of anybody: one seller has three regions.
const UNLABELLED_MIN: usize = 4;
/// Bytes behind the sign of a refresh token, at least.
const TOKEN_BYTES_MIN: usize = 60;
/// Files above this size are data, not settings.
const FIELDS_BYTES_MAX: usize = 512 << 10;

/// Tokens of several sellers in one document: client, how many, and how sure.
const MANY: &str = "app-many-sellers";
/// A client in a document.
const CLIENT: &str = "app-client";
/// A client and a token in one document.
const PAIR: &str = "app-token";
/// A page that asks sellers for their consent.
const CONSENT: &str = "app-consent";

const CONSENT_WORDS: [&str; 3] = ["apps/authorize/consent", "spapi_oauth_code", "spapioauthcode"];

pub(super) struct PrivateApp;

impl DocumentAudit for PrivateApp {
    fn rule(&self) -> &'static str {
        "private-app-many-sellers"
    }

    fn wants(&self) -> Wants {
        let mut wants = Wants::words(&CONSENT_WORDS);
        wants.words.extend(
            ["refresh_token", "refreshtoken", "リフレッシュトークン", "lwa_app_id"].map(str::to_owned),
        );
        wants.credentials = true;
        wants
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if page.own.app_class == Some(AppClass::Public) || secret_names::is_test(page.path()) {
            return;
        }
        if let Some(at) =
            CONSENT_WORDS.iter().find_map(|word| memmem::find(page.folded.as_bytes(), word.as_bytes()))
        {
            noted.fact(CONSENT, "", Span::new(at, at + 1));
        }
        if secret_names::is_text_for_people(page.path()) && page.secrets().next().is_none() {
            return;
        }
        let of_rule = |rule: &str| -> Vec<(Span, &str)> {
            let all = page.credentials.iter().filter(|c| c.rule.as_str() == rule);
            let mut all: Vec<(Span, &str)> = all.map(|c| (c.span, c.identity.as_str())).collect();
            let mut seen = BTreeSet::new();
            all.retain(|(_, identity)| seen.insert(*identity));
            all
        };
        let clients = of_rule("lwa-client-id");
        let clients = if clients.is_empty() { of_rule("lwa-client-secret") } else { clients };
        let tokens = of_rule("lwa-refresh-token");
        if let Some((at, client)) = clients.first().filter(|_| clients.len() == 1) {
            noted.fact(CLIENT, *client, *at);
            if let Some((at, token)) = tokens.first().filter(|_| tokens.len() == 1) {
                noted.fact(PAIR, format!("{client}\n{token}"), *at);
            }
        }
        if clients.len() > 1 || !is_about_sellers(page) {
            return;
        }
        let client = clients.first().map_or("", |(_, client)| client);
        if let Some((at, sellers)) = by_variables(page).or_else(|| by_records(page, &tokens)) {
            noted.fact(MANY, format!("{client}\n{sellers}"), at);
        }
    }
}

/// Whether a text is about sellers: by what it says, or by the ids of some beside a client's.
fn is_about_sellers(page: &Page<'_>) -> bool {
    let names_client = || page.credentials.iter().any(|c| c.rule.as_str() == "lwa-client-id");
    page.context.proof(ContextKind::Seller).is_some() || (names_client() && holds_sellers(page.text))
}

/// Whether a text holds the ids of several sellers.
fn holds_sellers(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.filter(|word| is_merchant(word)).take(UNLABELLED_MIN).collect::<BTreeSet<&str>>().len() >= 2
}

/// Sellers by the names of variables, where no seller has a client of its own.
fn by_variables(page: &Page<'_>) -> Option<(Span, usize)> {
    let mut tokens: BTreeMap<String, Variable> = BTreeMap::new();
    let mut clients: BTreeSet<String> = BTreeSet::new();
    let (mut has_own_token, mut has_own_client) = (false, false);
    let names = |word: &str| memmem::find(page.text.as_bytes(), word.as_bytes()).is_some();
    if !names("REFRESH_TOKEN") && !names("REFRESHTOKEN") {
        return None;
    }
    for found in VARIABLE.captures_iter(page.text) {
        let Some(whole) = found.get(0) else { continue };
        let at = Span::new(whole.start(), whole.end());
        let (line, span) = page.line(page.lines().line_of(at.start));
        if secret_names::is_comment(line) || secret_names::is_switch(whole.as_str()) {
            continue;
        }
        let is_client = found.name("client").is_some();
        let is_amazon = says_amazon(whole.as_str());
        let Some(owner) = owner(whole.as_str()) else {
            has_own_client |= is_client && is_amazon;
            has_own_token |= !is_client && is_amazon;
            continue;
        };
        if is_client {
            clients.insert(owner);
        } else if is_refresh_token(whole.as_str(), "") {
            let holds_token = |c: &crate::model::Credential| {
                c.rule.as_str() == "lwa-refresh-token" && c.span.overlaps(span)
            };
            let is_sure = is_amazon || names_owner(whole.as_str()) || page.secrets().any(holds_token);
            // A word behind is a state of the token as often as a seller.
            if is_sure || whole.as_str().ends_with("TOKEN") {
                let variable = tokens.entry(owner).or_insert(Variable { at, is_sure });
                variable.is_sure |= is_sure;
            }
        }
    }
    // A token of Amazon's beside others with nothing of Amazon in their names: those are of other services.
    let is_told = has_own_client && !has_own_token;
    tokens.retain(|owner, token| !clients.contains(owner) && (token.is_sure || is_told));
    let first = tokens.values().map(|token| token.at).min()?;
    (tokens.len() >= 2).then_some((first, tokens.len()))
}

struct Variable {
    at: Span,
    /// Whether it is Amazon's and somebody's, by its name or by its value.
    is_sure: bool,
}

/// Sellers by the rows of a database in which their tokens are written.
fn by_rows(page: &Page<'_>, tokens: &[(Span, &str)]) -> usize {
    if !page.path().to_ascii_lowercase().ends_with(".sql") {
        return 0;
    }
    let of_row = |at: &Span| {
        let (line, _) = page.line(page.lines().line_of(at.start));
        let words = line.split('\'').skip(1).step_by(2).filter(|word| word.chars().count() <= 60);
        words.filter_map(owner).next()
    };
    tokens.iter().filter_map(|(at, _)| of_row(at)).collect::<BTreeSet<String>>().len()
}

fn is_refresh_token(name: &str, scope: &str) -> bool {
    meanings(name, scope).iter().any(|(kind, _)| *kind == "refresh-token")
}

/// Sellers by the records around their tokens.
fn by_records(page: &Page<'_>, tokens: &[(Span, &str)]) -> Option<(Span, usize)> {
    let mentions = |word: &str| memmem::find_iter(page.folded.as_bytes(), word).take(2).count();
    let could_be = tokens.len() >= 2
        || (is_settings(page.path()) && mentions("refresh") + mentions("リフレッシュ") >= 2);
    if !could_be || page.text.len() > FIELDS_BYTES_MAX {
        return None;
    }
    let fields = page.fields();
    let is_token = |field: &&Field<'_>| {
        is_refresh_token(&field.name, &field.scope)
            && is_given(&field.value)
            && !is_passed_on(field)
            && !secret_names::is_switch(&field.name)
    };
    let named: Vec<&Field<'_>> = fields.iter().filter(is_token).collect();
    let values: BTreeSet<&str> = named.iter().map(|field| field.value.as_ref()).collect();
    let count = values.len().max(tokens.len());
    if count < 2 {
        return None;
    }
    let at = tokens.first().map(|(span, _)| *span).or_else(|| named.first().map(|field| field.value_span))?;
    // Every record with a client of its own is an application of its own.
    let of_kind = |kind: &str| -> BTreeSet<&str> {
        let of = fields
            .iter()
            .filter(|f| is_given(&f.value) && meanings(&f.name, &f.scope).iter().any(|(k, _)| *k == kind));
        of.map(|field| field.value.as_ref()).collect()
    };
    if of_kind("client-id").len() > 1 || of_kind("client-secret").len() > 1 {
        return None;
    }
    let holds_token = |field: &Field<'_>| tokens.iter().any(|(at, _)| at.overlaps(field.value_span));
    let by_name: BTreeSet<String> = named
        .iter()
        .filter(|field| field.syntax != Syntax::Table)
        .map(|field| (field, format!("{}.{}", field.scope, field.name)))
        .filter(|(field, name)| holds_token(field) || says_amazon(name) || names_owner(name))
        .filter_map(|(_, name)| owner(&name))
        .collect();
    let keyed: BTreeSet<&str> = fields
        .iter()
        .filter(|field| is_merchant(&field.name) && holds_token(field))
        .map(|field| field.name.as_ref())
        .collect();
    let labels = labelled(fields, &named);
    let mut ids = of_kind("seller-id");
    ids.extend(
        fields.iter().filter(|f| folded(&f.name) == "id" && is_merchant(&f.value)).map(|f| f.value.as_ref()),
    );
    let sellers = ids.into_iter().filter(|id| is_seller_id(id)).count();
    let regions = fields
        .iter()
        .filter(|field| is_region(field))
        .map(|field| field.value.as_ref())
        .collect::<BTreeSet<_>>()
        .len();
    let told = by_name.len().max(keyed.len()).max(labels.min(count)).max(by_rows(page, tokens));
    let told = if sellers > regions.max(1) || (sellers >= 2 && regions < 2) {
        told.max(sellers.min(count))
    } else {
        told
    };
    if told >= 2 {
        return Some((at, told));
    }
    (tokens.len() >= UNLABELLED_MIN && regions < 2 && by_name.is_empty() && !all_regional(&named))
        .then_some((at, tokens.len()))
}

/// How many sellers the records of tokens name: a label counts in the record, or the table, of a token.
fn labelled(fields: &[Field<'_>], named: &[&Field<'_>]) -> usize {
    let scopes: BTreeSet<(&str, Syntax)> =
        named.iter().map(|field| (field.scope.as_ref(), field.syntax)).collect();
    let of_scope = |(scope, syntax): (&str, Syntax)| {
        let is_within = |field: &Field<'_>| field.scope == scope && field.syntax == syntax;
        let tokens: BTreeSet<&str> =
            named.iter().filter(|field| is_within(field)).map(|field| field.value.as_ref()).collect();
        let labels = fields.iter().filter(|field| is_within(field) && is_label(field));
        // A letter is nobody's name but that of a seller among sellers.
        let letter = |value: &str| (value.len() == 1).then(|| value.to_lowercase());
        let labels: BTreeSet<String> =
            labels.filter_map(|field| owner(&field.value).or_else(|| letter(&field.value))).collect();
        labels.len().min(tokens.len())
    };
    scopes.into_iter().map(of_scope).max().unwrap_or(0)
}

/// Whether the names of all tokens tell regions or stages.
fn all_regional(named: &[&Field<'_>]) -> bool {
    !named.is_empty() && named.iter().all(|field| tells_region(&format!("{}.{}", field.scope, field.name)))
}

/// Whether code hands a value on under the name it has: `refresh_token=self.refresh_token`.
fn is_passed_on(field: &Field<'_>) -> bool {
    let last = field.value.rsplit(['.', '>', ':']).next().unwrap_or_default();
    !field.quoted && folded(last.trim_end_matches([',', ')', ';'])) == folded(&field.name)
}

/// Whether a value was filled in, or is to be from somewhere.
fn is_given(value: &str) -> bool {
    let plain = folded(value);
    plain.len() >= 3
        && ![
            "your",
            "xxx",
            "example",
            "placeholder",
            "changeme",
            "todo",
            "null",
            "none",
            "string",
            "undefined",
            "optional",
        ]
        .iter()
        .any(|word| plain.starts_with(word) || plain.ends_with(word))
        && !value.starts_with('<')
        // A token is longer than the words that stand in its place.
        && value.strip_prefix("Atzr|").is_none_or(|body| body.len() >= TOKEN_BYTES_MIN)
}

/// Whether a file is one of settings, by its name.
fn is_settings(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or(&path);
    name.starts_with(".env")
        || name.ends_with(".env")
        || [
            ".json",
            ".yml",
            ".yaml",
            ".toml",
            ".ini",
            ".cfg",
            ".conf",
            ".csv",
            ".tsv",
            ".xml",
            ".properties",
            ".tfvars",
            ".tf",
            ".sql",
            ".php",
            ".py",
            ".js",
            ".ts",
            ".rb",
            ".json5",
            ".jsonc",
            ".plist",
            ".hcl",
            ".xlsx",
            ".md",
            ".txt",
            ".go",
            ".cs",
            ".java",
        ]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// Tokens with their facts, by whose they are.
type Pairs<'a> = BTreeMap<String, (&'a str, &'a Fact)>;

impl CorpusAudit for PrivateApp {
    fn rule(&self) -> &'static str {
        "private-app-many-sellers"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let is_private = corpus.own.app_class == Some(AppClass::Private);
        let asks =
            |root: u32| !is_private && corpus.facts_of(CONSENT).any(|fact| fact.place.origin.root == root);
        let mut told: BTreeSet<(u32, &str)> = BTreeSet::new();
        for many in corpus.facts_of(MANY) {
            let root = many.place.origin.root;
            let (client, sellers) = many.text.split_once('\n').unwrap_or(("", &many.text));
            let clients: Vec<&Fact> = clients(corpus, root);
            let elsewhere = clients.first().filter(|_| client.is_empty() && clients.len() == 1);
            let client = elsewhere.map_or(client, |fact| fact.text.as_str());
            if !client.is_empty() {
                told.insert((root, client));
            }
            let grounds: Vec<Standing<'_>> =
                std::iter::once(many).chain(elsewhere.copied()).map(Standing::Fact).collect();
            stands.fault(&grounds, fault(client, sellers, asks(root), clients.len()));
        }
        let mut pairs: BTreeMap<(u32, &str), Pairs<'_>> = BTreeMap::new();
        for pair in corpus.facts_of(PAIR) {
            let Some((client, token)) = pair.text.split_once('\n') else { continue };
            let path = pair.place.origin.path.as_deref().unwrap_or_default();
            if let Some(owner) = owner_of_path(path) {
                pairs
                    .entry((pair.place.origin.root, client))
                    .or_default()
                    .entry(owner)
                    .or_insert((token, pair));
            }
        }
        for ((root, client), of_owner) in pairs.into_iter().filter(|(key, _)| !told.contains(key)) {
            let tokens: BTreeSet<&str> = of_owner.values().map(|(token, _)| *token).collect();
            if tokens.len() >= 2 {
                let grounds: Vec<Standing<'_>> =
                    of_owner.values().map(|(_, fact)| Standing::Fact(fact)).collect();
                stands.fault(&grounds, fault(client, &tokens.len().to_string(), asks(root), 1));
            }
        }
    }
}

/// One fact for each client of a root.
fn clients<'a>(corpus: &Corpus<'a>, root: u32) -> Vec<&'a Fact> {
    let mut seen = BTreeSet::new();
    corpus
        .facts_of(CLIENT)
        .filter(|fact| fact.place.origin.root == root && seen.insert(fact.text.as_str()))
        .collect()
}

fn fault(client: &str, sellers: &str, asks: bool, clients: usize) -> Fault {
    let mut fault = Fault::of(["sellers", client]).with([evidence("sellers", listed(sellers), 0)]);
    if asks {
        fault = fault
            .severity(
                Severity::Low,
                "a page asks sellers for their consent, so the application may be a public one",
            )
            .confidence(Confidence::Low);
    } else if client.is_empty() {
        fault = fault.confidence(Confidence::Low);
        if clients > 1 {
            fault = fault.severity(
                Severity::Low,
                "there are several applications, and which of them acts is not known",
            );
        }
    }
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_told() {
        let found =
            VARIABLE.captures("A_REFRESH_TOKEN=").and_then(|found| found.name("token").map(|m| m.start()));
        assert_eq!(found, Some(2));
    }
}
