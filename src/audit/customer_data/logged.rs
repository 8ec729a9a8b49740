//! `customer-data-logged`: programs that print buyers' data, and logs that hold it.

use std::sync::LazyLock;

use regex::Regex;

use super::people::{From, people};
use super::{amazon, counted_columns, is_text_for_people, operations};
use crate::audit::pattern::pattern;
use crate::audit::{DocumentAudit, Fault, Noted, Page, Veil, Wants};
use crate::model::{Confidence, ContextKind, Evidence, Severity, Span, run_masked};

pub(super) struct CustomerDataLogged;

/// A call that writes where people and services read.
static CALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?x)(?:^|[^\w.])(
            console\.(?:log|info|warn|error|debug|dir|table) | p?print(?:ln|f|_r)? | puts | pp | error_log | var_dump | var_export | dd
          | (?:[\w$]+(?:\.|->|::))*_?(?:log|logger|logging|slog|zap|sugar|Log|Logger|LOG|LOGGER|winston|pino|bunyan|log4js|loguru|structlog|monolog|Timber)(?:\.|->|::)\w+!?
          | System\.(?:out|err)\.print\w* | Console\.(?:Error\.)?Write(?:Line)? | (?:Debug|Trace)\.(?:WriteLine|Write|Log|Print)
          | fmt\.(?:Print\w*|Fprint\w*) | sys\.std(?:out|err)\.write | process\.std(?:out|err)\.write | (?:\$?STD(?:OUT|ERR)|\$std(?:out|err))\.(?:puts|print|write) | log\.Print\w* | e?println! | (?:info|debug|warn|error|trace)! | NSLog | Write-(?:Host|Output|Verbose|Information) | Logger\.log
        )\s*[(\ ]",
    )
});
/// What a program calls a buyer's datum.
static BUYERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[^a-z0-9])((?:get_?)?(?:buyer[-_]?(?:e?mail|name|info(?:rmation)?|phone(?:[-_]?number)?|address|tax[-_]?info(?:rmation)?)|recipient[-_]?(?:name|address|phone)|(?:ship(?:ping|[-_]?to)?|delivery)[-_]?address(?:[-_]?line)?(?:[-_]?[123])?|ship[-_]?phone[-_]?number|customer[-_]?(?:e?mail|phone|address)|購入者(?:名|氏名|メール|住所)|お届け先(?:名|住所)?))(?:[^a-z0-9]|_|$)",
    )
});
/// An order as a whole.
static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[^\w.$])\$?(orders?|order_?(?:data|items|details|list|response|payload)|orders_?(?:response|data|list|result))\s*(?:[,)}]|\.payload\b|\.data\b|$)",
    )
});
/// One of these stands in whatever [`ALIAS`] finds.
const WHOLES: [&str; 6] =
    ["shippingaddress", "shipping_address", "buyerinfo", "buyer_info", "deliveryaddress", "delivery_address"];

/// A variable that gets what is a buyer's as a whole.
static ALIAS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?im)^[ \t]*(?:(?:const|let|var|val|final|auto|my)[ \t]+)?\$?(?<name>[a-z_]\w{1,30})[ \t]*:?=[ \t]*[^=\n]{0,80}?(?<of>shipping_?address|buyer_?info|delivery_?address)['\x22)\]]*[ \t]*;?[ \t\r]*$",
    )
});

/// What leaves nothing that anybody could use.
static MASKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)mask|redact|anonymi|hash|sanitiz|obfusc|scrub|\blen\(|\.length\b|\bcount\(|\.count\b|\.size\b|\bbool\(|!!|typeof|isset\(|is not none|is none|=== ?(?:null|undefined)|keys\(",
    )
});
/// When something happened, at the beginning of a line.
static TIMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^\W?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|^(?:\[?\w{3} \d\d? \d\d:\d\d:\d\d)")
});

/// Bytes of a call that are looked at.
const CALL_BYTES: usize = 400;

impl DocumentAudit for CustomerDataLogged {
    fn rule(&self) -> &'static str {
        "customer-data-logged"
    }

    fn wants(&self) -> Wants {
        Wants::words(&[
            "buyer",
            "recipient_name",
            "recipientname",
            "recipient-name",
            "shippingaddress",
            "shipping_address",
            "ship_address",
            "ship-address",
            "shipaddress",
            "deliveryaddress",
            "delivery_address",
            "order_data",
            "orderdata",
            "restricted",
        ])
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if is_log(page) {
            in_log(page, noted);
        } else if is_program(page) {
            in_program(page, noted);
        }
    }
}

/// Whether a file is one that a program writes what happened to.
fn is_log(page: &Page<'_>) -> bool {
    let path = page.path().to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_named =
        [".log", ".out", ".err"].iter().any(|ending| name.ends_with(ending)) || name.contains(".log.");
    let head = page.text.get(..page.text.floor_char_boundary(64 << 10)).unwrap_or_default();
    let is_text = !name.contains('.')
        || [".txt", ".json", ".jsonl", ".ndjson"].iter().any(|ending| name.ends_with(ending));
    is_named || (is_text && TIMED.find_iter(head).take(3).count() == 3)
}

fn in_log(page: &Page<'_>, noted: &mut Noted) {
    if page.context.proof(ContextKind::Seller).is_none() && !amazon::of_orders(page) {
        return;
    }
    let people = people(page, From::Lines);
    let Some(at) = people.first else { return };
    let fault = Fault::of(["log"])
        .with(counted_columns(people.names.iter().map(String::as_str)))
        .counting("entries", people.count)
        .veiled(Veil::Surroundings);
    noted.fault(at, fault);
}

/// Endings of programs.
const PROGRAMS: [&str; 23] = [
    ".py", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".rb", ".php", ".java", ".kt", ".scala", ".cs",
    ".go", ".rs", ".swift", ".gs", ".vb", ".ps1", ".sh", ".ipynb", ".pl", ".vue",
];

fn is_program(page: &Page<'_>) -> bool {
    let path = page.path().to_ascii_lowercase();
    let is_test = ["test/", "tests/", "spec/", "__tests__/", "/mocks/", "fixtures/"]
        .iter()
        .any(|folder| path.contains(folder))
        || path.rsplit('/').next().is_some_and(|name| {
            name.starts_with("test_")
                || name.contains(".test.")
                || name.contains(".spec.")
                || name.contains("_test.")
        });
    PROGRAMS.iter().any(|ending| path.ends_with(ending))
        && !is_test
        && !is_text_for_people(&path)
        && (page.context.proof(ContextKind::Seller).is_some() || amazon::of_orders(page))
}

fn in_program(page: &Page<'_>, noted: &mut Noted) {
    let mut found: Option<(Span, Vec<String>, Confidence)> = None;
    let mut asks: Option<bool> = None;
    let mut aliases = None;
    let is_page = page.path().ends_with(".php");
    for call in CALL.captures_iter(page.text).filter_map(|call| call.get(1)) {
        let line_start =
            page.text.get(..call.start()).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
        let before = page.text.get(line_start..call.start()).unwrap_or_default().trim_start();
        if ["//", "#", "*", "/*", "<!--"].iter().any(|mark| before.starts_with(mark))
            || !page.window.owns(call.start())
        {
            continue;
        }
        // What a page of PHP prints is the page.
        if is_page && call.as_str() == "print" {
            continue;
        }
        let argument = argument(page.text, call.end());
        let spoken = spoken(argument);
        if MASKED.is_match(&spoken) {
            continue;
        }
        let at = Span::new(call.start(), call.end());
        let named = BUYERS.captures(&spoken).and_then(|name| Some(name.get(1)?.as_str().to_owned()));
        let named = named.or_else(|| {
            let aliases = aliases.get_or_insert_with(|| aliases_of(page));
            let used = aliases.iter().find(|(alias, _)| uses(&spoken, alias));
            used.map(|(_, of)| (*of).to_owned())
        });
        if let Some(name) = named {
            match &mut found {
                Some((_, names, confidence)) if *confidence == Confidence::Medium => {
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
                _ => found = Some((at, vec![name], Confidence::Medium)),
            }
        } else if found.is_none() && ORDER.is_match(&spoken) {
            let asks = *asks.get_or_insert_with(|| !operations::asked(page).is_empty());
            if asks {
                found = Some((at, vec!["order".to_owned()], Confidence::Low));
            }
        }
    }
    let Some((at, mut names, confidence)) = found else { return };
    names.sort();
    let evidence = names.iter().map(|name| Evidence { kind: "field", text: run_masked(name), weight: 0 });
    let fault = Fault::of(["code"]).with(evidence.collect::<Vec<_>>()).confidence(confidence);
    let fault = if confidence == Confidence::Low {
        fault.severity(
            Severity::Low,
            "an order is printed as a whole; whether a buyer is in it is decided elsewhere",
        )
    } else if is_example(page.path()) {
        fault.severity(Severity::Low, "it is an example")
    } else {
        fault
    };
    noted.fault(at, fault);
}

/// Variables that hold what is a buyer's, with what they hold.
fn aliases_of<'p>(page: &'p Page<'_>) -> Vec<(&'p str, &'p str)> {
    let folded = page.folded.as_bytes();
    if !WHOLES.iter().any(|word| memchr::memmem::find(folded, word.as_bytes()).is_some()) {
        return Vec::new();
    }
    let of = |found: regex::Captures<'p>| Some((found.name("name")?.as_str(), found.name("of")?.as_str()));
    ALIAS.captures_iter(page.text).filter_map(of).collect()
}

/// Whether a variable stands in what a call gets.
fn uses(spoken: &str, alias: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c == '_';
    spoken.match_indices(alias).any(|(at, _)| {
        let (before, behind) = (spoken.get(..at), spoken.get(at + alias.len()..));
        !before.is_some_and(|before| before.ends_with(|c| is_letter(c) || c == '.'))
            && !behind.is_some_and(|behind| behind.starts_with(is_letter))
    })
}

/// Whether a file shows how something is done.
fn is_example(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    ["example", "sample", "tutorial", "workshop", "labs/", "docs/", "doc/", "demo", "recipes", "readme"]
        .iter()
        .any(|word| path.contains(word))
}

/// What a call gets, up to its end.
fn argument(text: &str, at: usize) -> &str {
    let end = text.floor_char_boundary(text.len().min(at + CALL_BYTES));
    let rest = text.get(at..end).unwrap_or_default();
    let opens = rest.trim_start().starts_with('(');
    let mut depth = 0_i32;
    for (index, c) in rest.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                if depth <= 0 && opens {
                    return rest.get(..=index).unwrap_or(rest);
                }
            }
            '\n' if !opens => return rest.get(..index).unwrap_or(rest),
            ';' if depth <= 0 => return rest.get(..index).unwrap_or(rest),
            _ => {}
        }
    }
    rest
}

/// The names in an argument: what stands in quotes is said, and names nothing, but for keys of an
/// index and for what is put into a template.
fn spoken(argument: &str) -> String {
    let mut out = String::with_capacity(argument.len());
    let mut rest = argument;
    while let Some(at) = rest.find(['"', '\'', '`']) {
        let (before, quoted) = rest.split_at(at);
        out.push_str(before);
        let quote = quoted.chars().next().unwrap_or('"');
        let body = quoted.get(1..).unwrap_or_default();
        let end = body.find(quote).unwrap_or(body.len());
        let inside = body.get(..end).unwrap_or_default();
        let lead = out.trim_end();
        let is_key = lead.ends_with('[')
            || lead.ends_with("get(")
            || lead.ends_with("dig(")
            || lead.ends_with("get_in(");
        if is_key {
            out.push_str(inside);
        } else {
            for hole in inside.split('{').skip(1) {
                out.push(' ');
                out.push_str(hole.split('}').next().unwrap_or_default());
                out.push(' ');
            }
            // A variable of PHP or of a shell in a text.
            for hole in inside.split('$').skip(1).filter(|_| quote == '"') {
                out.push(' ');
                out.push_str(hole.split([' ', ',', '.']).next().unwrap_or_default());
                out.push(' ');
            }
        }
        rest = body.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_names_nothing() {
        for (argument, is_named) in [
            (r#"("no BuyerInfo here")"#, false),
            (r#"(order["BuyerInfo"]["BuyerEmail"])"#, true),
            (r#"(f"buyer {order['BuyerEmail']}")"#, true),
            ("(`to ${order.ShippingAddress.Name}`)", true),
            (r#"("buyer: {}", order.getBuyerInfo())"#, true),
            (r#"("x", buyer_count)"#, false),
        ] {
            assert_eq!(BUYERS.is_match(&spoken(argument)), is_named, "{argument}: {}", spoken(argument));
        }
    }

    #[test]
    fn calls_are_told() {
        for text in [
            "logger.info(x)",
            "console.log(x)",
            "Log::info($x)",
            "  print(x)",
            "System.out.println(x)",
            "$this->logger->debug($x)",
        ] {
            assert!(CALL.is_match(text), "{text}");
        }
        assert!(!CALL.is_match("catalog.find(x)"));
    }
}
