//! `insecure-transport`: requests of the selling API without TLS, without its proof, or with versions
//! before 1.2.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::lists::{LISTS, plain};
use super::paths::{is_for_people, is_left_out};
use super::rights::Rights;
use super::suspicion::Suspicion;
use super::world;
use crate::audit::pattern::pattern_in_any_case;
use crate::audit::{DocumentAudit, Noted, Page, Wants};
use crate::model::{Confidence, Severity, Span};
use crate::rules::WordSearch;

pub(super) const RULE: &str = "insecure-transport";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Transport {
    plain: String,
    plain_words: Vec<String>,
    off: Vec<Way>,
    old: Vec<Way>,
}

/// A way to switch off what TLS proves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Way {
    name: String,
    words: Vec<String>,
    pattern: String,
}

static TRANSPORT: LazyLock<Transport> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../rules/lists/transport.toml"))
        .expect("transport.toml parses: a test reads it")
});
/// Every word that tells of a way.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let ways = TRANSPORT.off.iter().chain(&TRANSPORT.old).flat_map(|way| &way.words);
    let words: BTreeSet<&String> = ways.chain(&TRANSPORT.plain_words).collect();
    words.into_iter().cloned().collect()
});
/// Where a client secret is exchanged for a token, developer.amazon.com/docs/login-with-amazon.
const TOKEN_ENDPOINT: &str = "api.amazon.com/auth/o2/token";

static SEARCH: LazyLock<WordSearch> = LazyLock::new(|| WordSearch::new(&WORDS));
static PLAIN: LazyLock<Regex> = LazyLock::new(|| pattern_in_any_case(&TRANSPORT.plain));
static OFF: LazyLock<Vec<Regex>> =
    LazyLock::new(|| TRANSPORT.off.iter().map(|way| pattern_in_any_case(&way.pattern)).collect());
static OLD: LazyLock<Vec<Regex>> =
    LazyLock::new(|| TRANSPORT.old.iter().map(|way| pattern_in_any_case(&way.pattern)).collect());

/// The path of a service in one of its versions, and nothing more.
static VERSIONED: LazyLock<Regex> =
    LazyLock::new(|| pattern_in_any_case(r"^[^/]*(?:/[a-z]+){1,2}/\d{4}-\d{2}-\d{2}/?['`<>)\]};,]*$"));
/// Of whom something is said nearby that is no request to Amazon.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal|\b(?:192\.168|10\.\d+)\.\d+\.\d+|\.local\b|\bjwt\b|verify_signature|decode\(|self[-_ ]?signed.{0,20}\bdev",
    )
});
/// An option of a client by which whoever uses it decides.
static OPTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"if\s*\(?\s*(?:not\s+|!\s*)?[\w.$>-]*(?:verify_?(?:ing)?_?ssl|ssl_?verif\w*|insecure|skip_?verify|verify_?tls|verify_?peer|allow_?self_?signed)\b|cert_required",
    )
});
/// Of a database, whose certificate is another matter.
static DATABASE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"\b(?:pg|pool|postgres\w*|mysql\w*|redis\w*|knex|sequelize|typeorm|drizzle|prisma|mongo\w*|mongoose|dialectoptions|connectionstring|database_url|supabase\w*|smtp|nodemailer|createtransport|elasticsearch|opensearch)\b",
    )
});

/// Lines around a place that say what it is about.
const REACH_LINES: usize = 4;
/// The same for the condition that it is under.
const OPTION_LINES: usize = 16;
/// Places of one way in one document that are looked at.
const PLACES_MAX: usize = 20;

pub(super) struct InsecureTransport;

impl DocumentAudit for InsecureTransport {
    fn rule(&self) -> &'static str {
        RULE
    }

    fn wants(&self) -> Wants {
        Wants { words: WORDS.clone(), ..Wants::default() }
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let path = page.path().to_ascii_lowercase();
        if is_left_out(&path) || is_for_people(&path) {
            return;
        }
        let met = met(page);
        if TRANSPORT.plain_words.iter().any(|word| met.contains(word.as_str()))
            && let Some(at) = places(&PLAIN, page).find(|at| !is_name(page, *at))
        {
            let host = page.text.get(at.start..at.end).unwrap_or_default().trim_matches(['"', '\'', '/']);
            noted.fault(at, Suspicion::of(["http"]).saying("host", host).fault());
        }
        // Where secrets of Login with Amazon are sent it is a seller's, whoever else signs in so.
        if !world::is_of_seller(page) && !page.folded.contains(TOKEN_ENDPOINT) {
            return;
        }
        for (ways, patterns, what) in [(&TRANSPORT.off, &OFF, "off"), (&TRANSPORT.old, &OLD, "old")] {
            for (way, pattern) in ways.iter().zip(patterns.iter()) {
                if !way.words.iter().any(|word| met.contains(word.as_str())) {
                    continue;
                }
                let mut places = places(pattern, page).filter_map(|at| judged(page, at));
                if let Some((at, is_database)) =
                    places.by_ref().min_by_key(|(at, is_database)| (*is_database, *at))
                {
                    let mut suspicion = Suspicion::of([what, &way.name]).saying("name", &way.name);
                    if is_database {
                        suspicion = suspicion
                            .severity(Severity::Low, "a database, not Amazon, is what is connected to")
                            .confidence(Confidence::Medium);
                    }
                    noted.fault(at, suspicion.fault());
                }
            }
        }
    }
}

/// The words in a page that tell of a way.
fn met(page: &Page<'_>) -> BTreeSet<&'static str> {
    let mut met = BTreeSet::new();
    SEARCH.each(page.text.as_bytes(), |word, _| {
        met.extend(WORDS.get(word).map(String::as_str));
        ControlFlow::Continue(())
    });
    met
}

fn places<'p>(pattern: &'p Regex, page: &'p Page<'_>) -> impl Iterator<Item = Span> + 'p {
    let found = pattern.find_iter(page.text).take(PLACES_MAX);
    found.map(|found| Span::new(found.start(), found.end())).filter(|at| !is_remark(page, *at))
}

fn is_remark(page: &Page<'_>, at: Span) -> bool {
    let (line, span) = page.line(page.lines().line_of(at.start));
    let before = line.get(..at.start.saturating_sub(span.start)).unwrap_or_default();
    let line = line.trim_start();
    let is_whole = ["//", "#", "*", "/*", "<!--", ";", "--", "'", "rem "].iter().any(|mark| {
        line.len() >= mark.len() && line.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark))
    });
    is_whole && !line.starts_with("#define") || before.contains(" // ") || before.contains(" # ")
}

/// Whether an address is the name of something in XML, or of a page.
fn is_name(page: &Page<'_>, at: Span) -> bool {
    let (line, span) = page.line(page.lines().line_of(at.start));
    let at_line = at.start.saturating_sub(span.start);
    let before = line.get(..at_line).unwrap_or_default().to_ascii_lowercase();
    let behind = page.text.get(at.start..).unwrap_or_default();
    let path: String = behind.chars().skip(7).take_while(|c| !c.is_whitespace() && *c != '"').collect();
    // Answers of Marketplace Web Service name their elements by service and version, and its libraries
    // write and read them so.
    let is_called = ["url", "endpoint", "host", "curl", "post", "get(", "request", "fetch"]
        .iter()
        .any(|word| before.contains(word));
    if !is_called && VERSIONED.is_match(&path) {
        return true;
    }
    ["xmlns", "namespace", "targetnamespace", "$schema", "schemalocation", "href=", "doc"]
        .iter()
        .any(|word| before.contains(word))
        || ["/doc", "/schema", "/xsd", "/wsdl", ".html"].iter().any(|word| path.contains(word))
}

/// Where the proof is off for a request to Amazon, and whether a database is more likely meant.
fn judged(page: &Page<'_>, at: Span) -> Option<(Span, bool)> {
    let near = page.lines_near(at, REACH_LINES);
    let (from, to) = (page.line(near.start).1.start, page.line(near.end.saturating_sub(1)).1.end);
    let line = page.line(page.lines().line_of(at.start)).0;
    let around = page.text.get(from..to).unwrap_or_default();
    // A client that can be told to do without has not been told.
    let above = page.lines_near(at, OPTION_LINES).start;
    let option = page.text.get(page.line(above).1.start..to).unwrap_or_default();
    if OPTION.is_match(option) {
        return None;
    }
    if ELSEWHERE.is_match(line)
        || (ELSEWHERE.is_match(around) && !around.to_ascii_lowercase().contains("amazon"))
    {
        return None;
    }
    Some((at, DATABASE.is_match(around) && !around.contains("sellingpartnerapi")))
}

/// Old versions of TLS that infrastructure asks for.
pub(super) fn of_resources(rights: &Rights) -> Vec<(Span, Suspicion)> {
    let mut found = Vec::new();
    for resource in &rights.resources {
        let mut waiting = vec![&resource.body];
        while let Some(next) = waiting.pop() {
            for (key, value) in next.children() {
                let is_key = LISTS.old_tls_keys.contains(&plain(key));
                let word =
                    value.word().filter(|_| is_key).map(|word| word.rsplit('.').next().unwrap_or(word));
                let is_old =
                    word.is_some_and(|word| LISTS.old_tls.iter().any(|old| plain(old) == plain(word)));
                if let Some(word) = word.filter(|_| is_old) {
                    let suspicion = Suspicion::of([&resource.name, key])
                        .saying("name", &resource.name)
                        .saying("content", word);
                    found.push((value.at, suspicion));
                }
                waiting.push(value);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_are_told() {
        let is_off = |text: &str| OFF.iter().any(|pattern| pattern.is_match(text));
        for text in [
            "requests.post(url, verify=False)",
            "'verify' => false,",
            "rejectUnauthorized: false",
            "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'",
            "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = 0",
            "TLSClientConfig: &tls.Config{InsecureSkipVerify: true}",
            "curl_setopt($ch, CURLOPT_SSL_VERIFYPEER, false);",
            "http.verify_mode = OpenSSL::SSL::VERIFY_NONE",
            "ssl._create_default_https_context = ssl._create_unverified_context",
            "ServicePointManager.ServerCertificateValidationCallback += (sender, cert, chain, errors) => true;",
            "handler.ServerCertificateCustomValidationCallback = (m, c, ch, e) => true",
            "validateHttpsCertificates: false",
            "curl -sk https://x",
            "curl -X POST --insecure https://x",
            "http.setOption 2, 13056",
            "aiohttp.TCPConnector(ssl=False)",
            "http.Option(4) = 13056",
            "Http::withoutVerifying()->get($url)",
            "public void checkServerTrusted(X509Certificate[] c, String a) throws CertificateException { }",
            "HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);",
            "OkHttpClient.Builder().hostnameVerifier { _, _ -> true }",
            "public boolean verify(String host, SSLSession session) { return true; }",
            "LWP::UserAgent->new(ssl_opts => { verify_hostname => 0 })",
            "HttpClient()..badCertificateCallback = (cert, host, port) => true;",
            "RemoteCertificateValidationCallback = (sender, cert, chain, errors) => true",
            "ServerCertificateValidationCallback += (s, c, ch, e) => { return true; };",
            "ServerCertificateValidationCallback = Function(s, c, ch, e) True",
        ] {
            assert!(is_off(text), "{text}");
        }
        for text in [
            "verify=True",
            "rejectUnauthorized: isProduction",
            "curl -X POST https://x/--k",
            "curl --keepalive x",
            "verify_ssl = true",
            "public void checkServerTrusted(X509Certificate[] c, String a) { delegate.checkServerTrusted(c, a); }",
            ".hostnameVerifier { host, _ -> host == expected }",
            "verify_hostname => 1",
            "http.Option(6) = False",
        ] {
            assert!(!is_off(text), "{text}");
        }
        let is_old = |text: &str| OLD.iter().any(|pattern| pattern.is_match(text));
        for text in [
            "ssl.PROTOCOL_TLSv1",
            "MinVersion: tls.VersionTLS10",
            "minVersion: 'TLSv1'",
            "ssl_version = :TLSv1\n",
            "SecurityProtocolType.Tls;",
        ] {
            assert!(is_old(text), "{text}");
        }
        for text in [
            "minVersion: 'TLSv1.2'",
            "ssl.PROTOCOL_TLS_CLIENT",
            "SecurityProtocolType.Tls12;",
            "SecurityProtocolType.Tls | SecurityProtocolType.Tls12",
        ] {
            assert!(!is_old(text), "{text}");
        }
        assert!(PLAIN.is_match("url = 'http://sellingpartnerapi-fe.amazon.com/orders'"));
        assert!(!PLAIN.is_match("http://mws.amazonaws.com/doc/2009-01-01/"));
    }
}
