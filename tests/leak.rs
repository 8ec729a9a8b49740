//! No output ever holds a secret: not whole, not in another form, not in pieces of 12 characters
//! beyond the public prefix and four more.

#![expect(clippy::indexing_slicing, clippy::string_slice, reason = "samples are ASCII and of known length")]

mod proof;

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::civil::date;
use kagiban::evidence::{Found, History, Record, Scope as Audited, blocks};
use kagiban::lang::Lang;
use kagiban::ledger::Ledger;
use kagiban::model::{Mode, Report, RuleId, ScanFacts};
use kagiban::policy::{Baseline, Choice, Judge, Scope, Selection};
use kagiban::report::{Context, REPORTERS, Takeover, TakeoverFormat};
use kagiban::rules::{Catalogue, Example, Match, Rule, RuleSet, sample};
use kagiban::settings::Settings;
use proof::{File, catalogue, filled_by, hex, is_positive, percent, rule_set, scan};
use proptest::prelude::*;
use rayon::prelude::*;

/// Characters of a secret that may be shown behind its public prefix.
const SHOWN: usize = 4;

/// What outputs are searched for.
#[derive(Default)]
struct Traces {
    pieces: HashSet<Vec<u8>>,
    lengths: Vec<usize>,
    /// Beginnings of pieces, to skip nearly all of a text.
    begins: HashSet<[u8; 3]>,
}

impl Traces {
    /// Adds a secret of which `head` bytes may be shown; what could be guessed is searched for in
    /// pieces of six.
    fn add(&mut self, secret: &str, head: usize, is_guessable: bool) {
        let length = if is_guessable { 6 } else { 12.min(secret.len()) };
        self.windows(secret.as_bytes(), head, length);
        let percent = percent(secret);
        let json = serde_json::to_string(secret).expect("text is JSON");
        let html =
            secret.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;").replace('|', "&#124;");
        for form in [percent.as_str(), json.trim_matches('"'), &html] {
            // What may be shown grows where it is escaped.
            self.windows(form.as_bytes(), head + 8, length.max(12));
        }
        let units: String = secret.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        self.windows(units.as_bytes(), head * 6, length * 6);
        let wide: Vec<u8> = secret.bytes().flat_map(|b| [b, 0]).collect();
        self.windows(&wide, head * 2, length * 2);
        self.windows(hex(secret.as_bytes()).as_bytes(), head * 2, length.max(8) * 2);
        for alignment in 0..3 {
            let padded: Vec<u8> = std::iter::repeat_n(0, alignment).chain(secret.bytes()).collect();
            let whole = STANDARD_NO_PAD.encode(&padded);
            let core = whole.get(2..whole.len().saturating_sub(1)).unwrap_or_default();
            self.windows(core.as_bytes(), head.div_ceil(3) * 4, 16);
        }
    }

    /// Adds every piece that reaches beyond the head.
    fn windows(&mut self, form: &[u8], head: usize, length: usize) {
        for piece in form.windows(length).skip((head + 1).saturating_sub(length)) {
            self.begins.extend(piece.first_chunk::<3>());
            self.pieces.insert(piece.to_vec());
        }
        if !self.lengths.contains(&length) {
            self.lengths.push(length);
        }
    }

    fn found_in(&self, text: &[u8]) -> Option<usize> {
        (0..text.len()).find(|at| {
            let rest = &text[*at..];
            rest.first_chunk::<3>().is_some_and(|begin| self.begins.contains(begin))
                && self
                    .lengths
                    .iter()
                    .any(|length| rest.get(..*length).is_some_and(|p| self.pieces.contains(p)))
        })
    }
}

/// The public prefix of a value, which outputs may show with four more characters.
fn head_of(value: &str, catalogue: &Catalogue) -> usize {
    let prefixes = catalogue.iter().flat_map(|rule| &rule.file.matches).filter_map(|m| match m {
        Match::Token { prefix, .. } | Match::Named { prefix, .. } => Some(prefix.as_str()),
        _ => None,
    });
    let longest = prefixes.filter(|prefix| value.starts_with(prefix)).map(str::len).max();
    longest.unwrap_or(0) + SHOWN
}

/// Every output of an audit, by name.
fn outputs(
    rules: &RuleSet,
    files: Vec<File>,
    choice: &Choice,
    settings: &Settings,
) -> Vec<(String, Vec<u8>)> {
    let found = scan(rules, files);
    let catalogue = rules.catalogue();
    let mut outputs = vec![(
        "debug of what was found".to_owned(),
        format!("{:?} {:?}", found.findings, found.coverage).into_bytes(),
    )];
    let baseline = Baseline::create(catalogue, &found.findings).baseline;
    outputs.push(("baseline".to_owned(), baseline.to_text().into_bytes()));
    let judge = Judge {
        catalogue,
        settings,
        baseline_name: "kagiban-baseline.json",
        baseline: &Baseline::default(),
        inline: &found.inline,
        selection: &Selection::new(catalogue, choice).expect("the chosen rules are there"),
        today: date(2026, 1, 31),
        scope: Scope::Full,
        also_at_max: 100,
        change: None,
    };
    let judgement = judge.judge(found.findings.clone());
    let facts = ScanFacts {
        mode: Mode::Worktree,
        roots: vec![".".to_owned()],
        started_at: "2026-01-31T00:00:00Z".to_owned(),
        elapsed_ms: 0,
        rules_digest: catalogue.digest().to_owned(),
    };
    let report =
        Report::new(facts, judgement.findings, judgement.suppressed, judgement.notices, found.coverage);
    let (keys, due, noted) = (Vec::new(), Vec::new(), BTreeMap::new());
    let takeover = Takeover {
        project: "shop",
        date: "2026-01-31",
        report: &report,
        has_ledger: false,
        keys: &keys,
        due: &due,
        noted: &noted,
    };
    let scope = Audited { mode: "worktree".to_owned(), ..Audited::default() };
    let record = record(&report, catalogue, &scope);
    let json = serde_json::to_string(&record).expect("a record is JSON");
    let run =
        record.to_run(&Record::sum(json.as_bytes()), Vec::new()).expect("it is a record of this program");
    outputs.push(("line of the run history".to_owned(), run.to_line().expect("a run is JSON").into_bytes()));
    outputs.push(("record".to_owned(), json.into_bytes()));
    for (lang, width, color) in [(Lang::En, None, false), (Lang::Ja, Some(60), true)] {
        let context = Context { catalogue, lang, width, color, links: None };
        for reporter in REPORTERS {
            let mut out = Vec::new();
            reporter.write(&report, &context, &mut out).expect("memory takes any output");
            outputs.push((format!("{} in {lang:?}", reporter.name()), out));
        }
        for format in [TakeoverFormat::Markdown, TakeoverFormat::Html] {
            let mut out = Vec::new();
            takeover.write(format, &context, &mut out).expect("memory takes any output");
            outputs.push((format!("takeover as {format:?} in {lang:?}"), out));
            let mut out = Vec::new();
            format.draw(&blocks(&record, &context), &context, &mut out).expect("memory takes any output");
            outputs.push((format!("record as {format:?} in {lang:?}"), out));
        }
    }
    outputs
}

/// The record of an audit outside a repository, of a project without a ledger.
fn record(report: &Report, catalogue: &Catalogue, scope: &Audited) -> Record {
    Record::new(Found {
        report,
        catalogue,
        scope,
        whole: true,
        ledger: &Ledger::absent(),
        is_public_app: false,
        parties: &[],
        history: &History::default(),
        today: date(2026, 1, 31),
    })
}

fn everything() -> Choice {
    Choice { identifiers: true, ..Choice::default() }
}

/// Says where a trace of a secret is, with its surroundings.
fn leaks(traces: &Traces, outputs: &[(String, Vec<u8>)]) -> Vec<String> {
    let shown = |(name, text): &(String, Vec<u8>)| {
        let at = traces.found_in(text)?;
        let around = &text[at.saturating_sub(160)..text.len().min(at + 60)];
        Some(format!("{name}: …{}…", String::from_utf8_lossy(around)))
    };
    outputs.iter().filter_map(shown).collect()
}

/// What the samples of an example leave in an output.
fn traces_of(rule: &Rule, example: &Example, seed: u64, catalogue: &Catalogue) -> (Vec<File>, Traces) {
    let filled = filled_by(example, seed);
    let mut traces = Traces::default();
    for name in &example.finds {
        let value = &filled.samples[name];
        // Sellers' and developers' ids are public; where no rule and no field knows one, it may stay.
        if rule.file.identifier && value.len() < 16 {
            continue;
        }
        let is_guessable = rule.is_guessable();
        let head = if is_guessable { 0 } else { head_of(value, catalogue) };
        traces.add(value, head, is_guessable);
    }
    (filled.files.into_iter().map(|f| (f.path, f.text.into_bytes())).collect(), traces)
}

fn positives(catalogue: &Catalogue) -> Vec<(&Rule, &Example)> {
    let of_rule = |rule| -> Vec<_> {
        let rule: &Rule = rule;
        rule.file.examples.iter().filter(|e| is_positive(e)).map(|e| (rule, e)).collect()
    };
    catalogue.iter().flat_map(of_rule).collect()
}

#[test]
fn no_example_leaks() {
    let (catalogue, rules) = (catalogue(), rule_set());
    let mut all = String::new();
    for (rule, example) in positives(&catalogue) {
        for seed in 0..2 {
            let (files, traces) = traces_of(rule, example, seed, &catalogue);
            for leak in leaks(&traces, &outputs(&rules, files, &everything(), &Settings::default())) {
                writeln!(all, "{} / {}: {leak}", rule.id, example.name).expect("a string takes any text");
            }
        }
    }
    assert!(all.is_empty(), "{all}");
}

/// A finding of which the excerpt shows its neighbours.
fn anchor(seed: u64) -> String {
    sample("AMAZON_REFRESH = \"Atzr|{b64url:340}\"", seed)
}

/// Every text with a line put between two of its lines, first and last place included, so that no
/// block ends there: indented as the deeper of its neighbours.
fn with_line_between(text: &str, line: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let indent = |at: Option<usize>| {
        let line = at.and_then(|at| lines.get(at)).copied().unwrap_or_default();
        &line[..line.len() - line.trim_start().len()]
    };
    let indented = |at: usize| {
        let (before, after) = (indent(at.checked_sub(1)), indent(Some(at)));
        format!("{}{line}", if before.len() > after.len() { before } else { after })
    };
    (0..=lines.len()).map(|at| [&lines[..at], &[&indented(at)], &lines[at..]].concat().join("\n")).collect()
}

/// The rules without one, as if it did not exist.
fn rules_without(id: &RuleId) -> RuleSet {
    let rules: Vec<Rule> = catalogue().iter().filter(|rule| rule.id != *id).cloned().collect();
    RuleSet::new(Catalogue::from_rules(rules), None)
}

#[test]
fn no_neighbour_of_a_finding_leaks_with_its_own_rule_off() {
    let (catalogue, on) = (catalogue(), rule_set());
    let rules: Vec<&Rule> = catalogue.iter().collect();
    let all: String = rules.par_iter().map(|rule| leaks_of_neighbours(rule, &catalogue, &on)).collect();
    assert!(all.is_empty(), "{all}");
}

/// What leaks of the lines beside the examples of a rule, hidden or left out.
fn leaks_of_neighbours(rule: &Rule, catalogue: &Catalogue, on: &RuleSet) -> String {
    let mut all = String::new();
    let skipped = Choice { skip: vec![rule.id.to_string()], ..everything() };
    let off = rules_without(&rule.id);
    // An example that plants no secret has none to leak.
    for example in rule.file.examples.iter().filter(|example| !example.finds.is_empty()) {
        let (files, traces) = traces_of(rule, example, 3, catalogue);
        for (path, bytes) in &files {
            let text = String::from_utf8(bytes.clone()).expect("examples are text");
            for text in with_line_between(&text, &anchor(9)) {
                let files = || vec![(path.clone(), text.clone().into_bytes())];
                let mut outputs_of = outputs(on, files(), &skipped, &Settings::default());
                outputs_of.extend(outputs(&off, files(), &everything(), &Settings::default()));
                for leak in leaks(&traces, &outputs_of) {
                    writeln!(all, "{} / {}: {leak}", rule.id, example.name).expect("a string takes any text");
                }
            }
        }
    }
    all
}

/// Other services' secrets as people write them: a text, and the shape of the secret in it.
const FOREIGN: &[(&str, &str)] = &[
    ("GITHUB_TOKEN=@", "ghp_{alnum:36}"),
    ("# was @ before", "ghp_{alnum:36}"),
    ("stripe.api_key = '@'", "sk_live_{alnum:24}"),
    ("send(\"@\")", "xoxb-{digit:12}-{digit:12}-{alnum:24}"),
    ("DB_PASSWORD=@", "{alnum:9}!7"),
    ("  smtp_password: @", "{alnum:12}"),
    ("{\"smtpPassword\": \"@\", \"port\": 25}", "{alnum:12}"),
    ("body = \"{\\\"password\\\": \\\"@\\\"}\"", "{alnum:12}"),
    ("<password>@</password>", "{alnum:12}"),
    ("<add key=\"SmtpPassword\" value=\"@\"/>", "{alnum:12}"),
    ("パスワード：@", "{alnum:12}"),
    ("DATABASE_URL=postgres://app:@@db.invalid/x", "{alnum:12}"),
    ("git clone https://@@git.invalid/x.git", "{alnum:12}"),
    ("//registry.invalid/:_authToken=@", "{uuid}"),
    ("curl -H 'X-Api-Key: @' https://api.invalid", "{hex:32}"),
    ("mysql --password @ db", "{alnum:12}"),
    ("GET /x?api_key=@&y=1", "{alnum:12}"),
    ("callback=https%3A%2F%2Fx.invalid%2F%3Fpassword%3D@%26y", "{alnum:12}"),
    ("@: value", "ghp_{alnum:36}"),
    ("-----BEGIN RSA PRIVATE KEY-----\n{b64:64}\n@\n-----END RSA PRIVATE KEY-----", "{b64:14}"),
    ("key: |\n  -----BEGIN PRIVATE KEY-----\n  @\n  -----END PRIVATE KEY-----", "{alpha:64}"),
    ("secret: |\n  @\n  @\nnext: 1", "{alnum:14}"),
    ("kagiban:allow lwa-refresh-token reason=\"the old one was @\" until=2027-01-31", "ghp_{alnum:36}"),
    ("kagiban:allow lwa-refresh-token reason=\"password: @\" until=2027-01-31", "{alnum:12}"),
    ("kagiban:allow lwa-refresh-token reason=\"password: @\" until=2025-01-31", "{alnum:12}"),
    ("kagiban:allow @ reason=\"x\" until=2025-01-31", "ghp_{alnum:36}"),
];

fn foreign(index: usize, seed: u64) -> (String, String) {
    let (text, shape) = FOREIGN[index];
    let secret = sample(shape, seed);
    // Two marks with nothing between are a mark and an at sign.
    let text = sample(&text.replace("@@", "@\0"), seed ^ 77).replace('@', &secret).replace('\0', "@");
    (text, secret)
}

#[test]
fn no_other_services_secret_leaks_from_a_neighbouring_line() {
    let (rules, mut all) = (rule_set(), String::new());
    for (index, (written, _)) in FOREIGN.iter().enumerate() {
        for seed in 0..4 {
            let (text, secret) = foreign(index, seed);
            let mut traces = Traces::default();
            traces.add(&secret, 0, secret.len() < 16);
            let comment = format!("# {text}");
            let mut texts = with_line_between(&text, &anchor(seed));
            texts.push(format!("{comment}\n{}", anchor(seed)));
            texts.push(format!("{} {text}", anchor(seed)));
            texts.push(format!("{}; {text}", anchor(seed)));
            texts.push(format!("{text}; {}", anchor(seed)));
            texts.push(serde_json::json!({"t": format!("{text}\n{}\n{text}", anchor(seed))}).to_string());
            for text in texts {
                let files = vec![("deploy/settings.txt".to_owned(), text.into_bytes())];
                for leak in leaks(&traces, &outputs(&rules, files, &everything(), &Settings::default())) {
                    writeln!(all, "{written}: {leak}").expect("a string takes any text");
                }
            }
        }
    }
    assert!(all.is_empty(), "{all}");
}

/// A buyer who does not exist, and what of them must never be shown.
struct Buyer {
    parts: Vec<(&'static str, String)>,
}

impl Buyer {
    fn drawn(seed: u64, is_of_japan: bool) -> Self {
        let of = |shape: &str, seed: u64| {
            sample(&if is_of_japan { format!("{{{shape}:ja}}") } else { format!("{{{shape}}}") }, seed)
        };
        let parts = vec![
            ("@name", of("name", seed)),
            ("@ship", of("name", seed + 1)),
            ("@street", of("street", seed + 2)),
            ("@phone", of("phone", seed + 3)),
            ("@alias", sample("{alias}@marketplace.amazon.co.jp", seed + 4)),
            ("@order", sample("{order}", seed + 5)),
        ];
        Self { parts }
    }

    fn fill(&self, text: &str) -> String {
        self.parts.iter().fold(text.to_owned(), |text, (hole, value)| text.replace(hole, value))
    }

    fn traces(&self) -> Traces {
        let mut traces = Traces::default();
        for (_, value) in self.parts.iter().filter(|(hole, _)| *hole != "@order") {
            traces.add(value.trim_end_matches("@marketplace.amazon.co.jp"), 0, true);
        }
        traces
    }
}

/// Where buyers stand, as programs and people write it.
const BUYERS: &[(&str, &str)] = &[
    (
        "orders.txt",
        "order-id\torder-item-id\tbuyer-email\tbuyer-name\trecipient-name\tship-address-1\tship-phone-number\n\
         @order\t1\t@alias\t@name\t@ship\t@street\t@phone\n@order\t2\t@alias\t@name\t@ship\t@street\t@phone\n",
    ),
    (
        "出荷.csv",
        "Amazon注文番号,購入者名,お届け先住所,電話番号\n@order,@name,@street,@phone\n@order,@ship,\"@street\",@phone\n",
    ),
    (
        "order.json",
        "{\"AmazonOrderId\": \"@order\",\n \"BuyerInfo\": {\"BuyerEmail\": \"@alias\", \"BuyerName\": \"@name\"},\n \
         \"ShippingAddress\": {\"Name\": \"@ship\", \"AddressLine1\": \"@street\", \"Phone\": \"@phone\"}}\n",
    ),
    (
        "orders.xml",
        "<AmazonEnvelope><AmazonOrderID>@order</AmazonOrderID>\n<BuyerEmailAddress>@alias</BuyerEmailAddress>\n\
         <BuyerName>@name</BuyerName><Address><Name>@ship</Name>\n<AddressFieldOne>@street</AddressFieldOne></Address></AmazonEnvelope>\n",
    ),
    (
        "dump.sql",
        "INSERT INTO orders (amazon_order_id, buyer_name, ship_address_1, ship_phone_number, note) VALUES\n\
         ('@order', '@name', '@street', '@phone', '@ship'),\n('@order', '@ship', '@street', '@phone', 'for @name');\n",
    ),
    (
        "sync.log",
        "2026-02-03 04:05:06 INFO order @order\n2026-02-03 04:05:07 INFO buyer_name=@name ship_address=\"@street\"\n",
    ),
    (
        "note.md",
        "| Amazon Order ID | Recipient Name | Ship Address 1 |\n|---|---|---|\n| @order | @ship | @street |\n\nCall @name, @phone.\n",
    ),
    (
        "mail.txt",
        "From: @name <@alias>\nOrder @order\n\nPlease send it to @ship, @street.\nMy number is @phone.\n",
    ),
    ("paste.txt", "@order\t@name\t@street\t@phone\n@alias\n"),
];

#[test]
fn no_buyer_leaks() {
    let (rules, mut all) = (rule_set(), String::new());
    let family = vec!["customer-data".to_owned()];
    let choices = [everything(), Choice { skip: family, ..everything() }];
    for seed in 0..4 {
        let buyer = Buyer::drawn(seed * 100, seed % 2 == 1);
        let traces = buyer.traces();
        for (path, text) in BUYERS {
            let text = buyer.fill(text);
            let mut texts = with_line_between(&text, &anchor(seed));
            texts.push(text.clone());
            texts.push(text.replace('\n', &format!(" {}\n", anchor(seed))));
            texts.push(format!("{}\n{text}", anchor(seed).replace("AMAZON_REFRESH", "refresh_token")));
            for text in texts {
                for choice in &choices {
                    let files = vec![((*path).to_owned(), text.clone().into_bytes())];
                    for leak in leaks(&traces, &outputs(&rules, files, choice, &Settings::default())) {
                        writeln!(all, "{path}: {leak}").expect("a string takes any text");
                    }
                }
            }
        }
    }
    assert!(all.is_empty(), "{all}");
}

#[test]
fn buyers_are_found_where_they_must_not_be_shown() {
    let rules = rule_set();
    for (path, text) in BUYERS.iter().filter(|(path, _)| !["paste.txt"].contains(path)) {
        let files = vec![((*path).to_owned(), Buyer::drawn(7, false).fill(text).into_bytes())];
        let found = scan(&rules, files).findings;
        assert!(found.iter().any(|finding| finding.family == kagiban::model::Family::CustomerData), "{path}");
    }
}

#[test]
fn no_path_leaks() {
    let (catalogue, rules) = (catalogue(), rule_set());
    let mut all = String::new();
    for (before, shape, after) in [
        ("keys/", "amzn1.oa2-cs.v1.{hex:64}", ".txt"),
        ("", "Atzr|{b64url:330}", "/x.txt"),
        ("lwa_client_secret=", "{hex:64}", ".env"),
        ("tokens/", "ghp_{alnum:36}", ".txt"),
        ("mirror/https:/bob:", "{alnum:40}", "@host/x.txt"),
        ("a/SELLER_CENTRAL_PASSWORD=", "{alnum:12}", "/x.txt"),
        ("x/AWS_SECRET_ACCESS_KEY=", "{b64url:40}", ".txt"),
        ("mail/", "{alias}", "@marketplace.amazon.co.jp.eml"),
        ("mail/", "{alias}", "@marketplace.amazon.com/1.txt"),
    ] {
        for seed in 0..4 {
            let secret = sample(shape, seed);
            let mut traces = Traces::default();
            traces.add(&secret, head_of(&secret, &catalogue), secret.len() < 16);
            let expired = "# kagiban:allow seller-id reason=\"r\" until=2025-01-31\n\
                           # kagiban:allow mws-auth-token reason=\"r\" until=2027-01-31\n";
            let text = format!("{}\n{expired}", anchor(seed));
            let files = vec![(format!("{before}{secret}{after}"), text.into_bytes())];
            for leak in leaks(&traces, &outputs(&rules, files, &everything(), &Settings::default())) {
                writeln!(all, "{before}{shape}{after}: {leak}").expect("a string takes any text");
            }
        }
    }
    assert!(all.is_empty(), "{all}");
}

#[test]
fn no_fault_of_the_settings_leaks() {
    let mut all = String::new();
    for (text, shape) in [
        ("token = \"@\"", "ghp_{alnum:36}"),
        ("@ = 1", "ghp_{alnum:36}"),
        ("lang = \"@\"", "ghp_{alnum:36}"),
        ("password = \"@\"", "{alnum:12}"),
        ("fail-on = \"@\"", "amzn1.oa2-cs.v1.{hex:64}"),
        ("[[allow]]\nrule = \"@\"\nowner = \"x\"\nreason = \"r\"\nuntil = 2027-01-31", "Atzr|{b64url:330}"),
        ("[[allow]]\nrule = \"seller-id\"\nowner = \"x\"\nreason = \"@\"", "Atzr|{b64url:330}"),
        ("x = [\"@\"", "{alnum:20}"),
        ("\"@", "{alnum:20}"),
        ("only = [\"@\"]", "ghp_{alnum:36}"),
    ] {
        for seed in 0..4 {
            let secret = sample(shape, seed);
            let mut traces = Traces::default();
            traces.add(&secret, 0, secret.len() < 16);
            let text = text.replace('@', &secret);
            let told = match Settings::parse("kagiban.toml", &text) {
                Err(faults) => faults.iter().map(|fault| format!("{fault}\n{fault:?}\n")).collect(),
                Ok(settings) => {
                    let faults = kagiban::policy::unknown_names(&catalogue(), &settings);
                    faults.iter().map(|fault| format!("{fault}\n{fault:?}\n")).collect::<String>()
                }
            };
            for leak in leaks(&traces, &[("fault".to_owned(), told.into_bytes())]) {
                writeln!(all, "{shape}: {leak}").expect("a string takes any text");
            }
        }
    }
    assert!(all.is_empty(), "{all}");
}

/// An example among other services' secrets and remarks, and what of them is told.
struct Mixture {
    pick: usize,
    seed: u64,
    others: Vec<(usize, u64)>,
    filler: usize,
    joined: bool,
    skips: bool,
}

impl Mixture {
    fn leaks(self) -> Vec<String> {
        let (catalogue, rules) = (catalogue(), rule_set());
        let (rule, example) = positives(&catalogue)[self.pick];
        let (files, mut traces) = traces_of(rule, example, self.seed, &catalogue);
        let mut parts =
            vec![String::from_utf8(files[0].1.clone()).expect("examples are text"), anchor(self.seed)];
        for (index, seed) in self.others {
            // Of runs that nothing names, those with a digit are hidden (contract); one in hundreds has
            // none, and what never has one is hidden by its name.
            let is_hidden = |secret: &str| secret.len() < 16 || secret.bytes().any(|b| b.is_ascii_digit());
            let mut drawn = (0_u64..20).map(|more| foreign(index, seed + more));
            let (text, secret) =
                drawn.find(|(_, secret)| is_hidden(secret)).unwrap_or_else(|| foreign(index, seed));
            traces.add(&secret, 0, secret.len() < 16);
            parts.push(text);
        }
        parts.insert(1, "word ".repeat(self.filler));
        fastrand::Rng::with_seed(self.seed).shuffle(&mut parts);
        let text = parts.join(if self.joined { " " } else { "\n" });
        let choice =
            Choice { skip: if self.skips { vec![rule.id.to_string()] } else { Vec::new() }, ..everything() };
        let files = vec![(files[0].0.clone(), text.into_bytes())];
        let told = leaks(&traces, &outputs(&rules, files, &choice, &Settings::default()));
        told.into_iter().map(|leak| format!("{} / {}: {leak}", rule.id, example.name)).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any example, on long lines or short ones.
    #[test]
    fn no_mixture_leaks(
        pick in 0..positives(&catalogue()).len(),
        seed in 0_u64..1 << 40,
        others in prop::collection::vec((0..FOREIGN.len(), 0_u64..1 << 40), 1..5),
        filler in 0_usize..5_000,
        joined in any::<bool>(),
        skips in any::<bool>(),
    ) {
        let found = Mixture { pick, seed, others, filler, joined, skips }.leaks();
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

/// What random mixtures have shown before.
#[test]
fn no_known_mixture_leaks() {
    // A block scalar that is less indented than the words a joined line has before its name.
    let others = vec![(21, 1_001_417_375_473), (5, 0)];
    let block = Mixture { pick: 0, seed: 33_702_280_167, others, filler: 0, joined: true, skips: false };
    // A password before the names of the columns of a table of orders.
    let head = |pick, seed, others: &[(usize, u64)]| Mixture {
        pick,
        seed,
        others: others.to_vec(),
        filler: 0,
        joined: true,
        skips: false,
    };
    // The same behind a line that is longer than what is read around a place.
    let others = vec![(21, 300_190_622_248)];
    let long = |pick| Mixture {
        pick,
        seed: 300_709_900_162,
        others: others.clone(),
        filler: 1_531,
        joined: true,
        skips: false,
    };
    let mut leaks = block.leaks();
    for (pick, (rule, _)) in positives(&catalogue()).into_iter().enumerate() {
        if rule.id.as_str() == "foreign-account-trust" {
            leaks.extend(long(pick).leaks());
        }
        if rule.id.as_str() == "order-report" {
            leaks.extend(head(pick, 55_573_822_657, &[(5, 0)]).leaks());
            leaks.extend(head(pick, 109_955_478_758, &[(0, 0), (15, 0)]).leaks());
        }
    }
    assert_eq!(leaks, Vec::<String>::new());
}

#[test]
fn every_form_of_a_secret_leaves_a_trace() {
    let secret = sample("amzn1.oa2-cs.v1.{hex:64}", 3);
    let mut traces = Traces::default();
    traces.add(&secret, head_of(&secret, &catalogue()), false);
    let tail = &secret[24..40];
    let units: String = tail.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    for text in [
        secret.clone(),
        format!("…{tail}…"),
        base64::engine::general_purpose::STANDARD.encode(&secret),
        STANDARD_NO_PAD.encode(format!("a{secret}")),
        STANDARD_NO_PAD.encode(format!("ab{secret}b")),
        hex(secret.as_bytes()),
        units,
        String::from_utf8(proof::utf16(tail, false, false)).unwrap(),
    ] {
        assert!(traces.found_in(text.as_bytes()).is_some(), "{text}");
    }
    assert_eq!(traces.found_in(format!("{}… 80 characters", &secret[..20]).as_bytes()), None);
}

/// Everything the program itself writes, on both outputs and into files.
fn run(root: &std::path::Path, arguments: &[&str], input: &str) -> Vec<(String, Vec<u8>)> {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_kagiban"))
        .args(arguments)
        .current_dir(root)
        .env_clear()
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program runs");
    // A program that fails early does not read its input.
    let _ = std::io::Write::write_all(&mut child.stdin.take().expect("it is piped"), input.as_bytes());
    let done = child.wait_with_output().expect("the program ends");
    vec![("standard output".to_owned(), done.stdout), ("standard error".to_owned(), done.stderr)]
}

#[test]
fn the_program_leaks_nothing() {
    let secret = sample("Atzr|{b64url:340}", 1);
    let other = sample("ghp_{alnum:36}", 1);
    let mut traces = Traces::default();
    traces.add(&secret, head_of(&secret, &catalogue()), false);
    traces.add(&other, 0, false);
    let root = tempfile::tempdir().expect("a scratch folder can be made");
    let write = |path: String, text: String| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    };
    let line = format!("token = \"{secret}\"\nGITHUB = {other}\n");
    write(format!("keys-{other}/a.txt"), line.clone());
    write(format!("{other}.json"), format!("{{\"version\": 1, \"{other}\": \"{secret}\"}}"));
    write(format!("{other}.toml"), format!("id = \"x\"\npattern = \"{secret}\"\n{other} = 1\n"));
    write(
        "broken/kagiban.toml".to_owned(),
        format!("token = \"{secret}\"\n[[allow]]\nowner = \"{other}\"\n"),
    );
    let report = root.path().join("out.sarif").display().to_string();
    let (folder, named) = (format!("keys-{other}"), format!("{other}.json"));
    let rule_file = format!("{other}.toml");
    let missing = format!("no-{other}");
    let mut outputs = Vec::new();
    for arguments in [
        vec!["scan", ".", "-v", "--identifiers"],
        vec!["scan", ".", "--format", "json", "--report", &report],
        vec!["scan", &folder, "--format", "json"],
        vec!["scan", &folder, "--format", "sarif"],
        vec!["scan", &missing],
        vec!["scan", "broken"],
        vec!["scan", ".", "--baseline", &named],
        vec!["scan", ".", "--rules", &rule_file],
        vec!["scan", ".", "--only", &other],
        vec!["scan", "--stdin", "--format", "json"],
        vec!["scan", "--stdin", "--stdin-path", &named, "--format", "json"],
        vec!["baseline", "create", "."],
        vec!["explain", &other],
    ] {
        let shown = arguments.iter().map(|a| a.replace(&other, "@")).collect::<Vec<_>>().join(" ");
        let of_run = run(root.path(), &arguments, &line);
        outputs.extend(of_run.into_iter().map(|(name, text)| (format!("{shown}: {name}"), text)));
    }
    for file in ["out.sarif", "kagiban-baseline.json"] {
        let text = std::fs::read(root.path().join(file)).expect("the program wrote it");
        outputs.push((file.to_owned(), text));
    }
    let found = leaks(&traces, &outputs);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn ledger_and_takeover_leak_nothing() {
    let secret = sample("Atzr|{b64url:340}", 1);
    let other = sample("ghp_{alnum:36}", 1);
    let mut traces = Traces::default();
    traces.add(&secret, head_of(&secret, &catalogue()), false);
    traces.add(&other, 0, false);
    let root = tempfile::tempdir().expect("a scratch folder can be made");
    let write = |path: &str, text: String| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    };
    let line = format!("token = \"{secret}\"\nGITHUB = {other}\n");
    write("a.txt", line.clone());
    write(
        "ledger/kagiban-ledger.toml",
        format!(
            "[[credential]]\nid = \"{secret}\"\nclass = \"{other}\"\nowner = \"{secret}\"\n{other} = 1\n"
        ),
    );
    let broken_ledger = "ledger/kagiban-ledger.toml";
    // People write into a ledger what does not belong there.
    let held_ledger = "held/kagiban-ledger.toml";
    write(
        held_ledger,
        format!(
            "[[credential]]\nid = \"app\"\nclass = \"lwa-refresh-token\"\nfingerprint = \"{}\"\nowner = \"{other}\"\n\
             issued = 2026-01-01\nkept-in = \"{secret}\"\nshared-with = [{{ name = \"{other}\", since = 2026-01-01, until = 2026-02-01 }}]\n",
            kagiban::model::Fingerprint::of(&[b"x"])
        ),
    );
    write("held/a.txt", line.clone());
    let mut outputs = Vec::new();
    for arguments in [
        vec!["ledger", "add", "app", "--owner", "Mika"],
        vec!["ledger", "list", "--ledger", held_ledger],
        vec!["ledger", "list", "--ledger", held_ledger, "--format", "json"],
        vec!["ledger", "list", "--ledger", held_ledger, "--format", "csv"],
        vec!["ledger", "check", "--ledger", held_ledger, "--now", "2099-01-01"],
        vec!["takeover", "held"],
        vec!["ledger", "share", "app", &secret],
        vec!["ledger", "left", &other],
        vec!["ledger", "list"],
        vec!["ledger", "list", "--format", "json"],
        vec!["ledger", "list", "--format", "csv"],
        vec!["ledger", "check", "--now", "2099-01-01"],
        vec!["ledger", "check", "--ledger", broken_ledger],
        vec!["ledger", "rotate", "app", &secret],
        vec!["ledger", "revoke", &other],
        vec!["takeover", "."],
        vec!["takeover", ".", "--format", "html", "--lang", "ja"],
        vec!["takeover", ".", "--project", &secret],
        vec!["takeover", "ledger"],
    ] {
        let input = if arguments.contains(&"add") { &secret } else { &line };
        let shown = arguments.iter().map(|a| a.replace(&other, "@")).collect::<Vec<_>>().join(" ");
        let of_run = run(root.path(), &arguments, input);
        outputs.extend(of_run.into_iter().map(|(name, text)| (format!("{shown}: {name}"), text)));
    }
    let written = std::fs::read(root.path().join("kagiban-ledger.toml")).expect("the program wrote it");
    outputs.push(("kagiban-ledger.toml".to_owned(), written));
    let found = leaks(&traces, &outputs);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn records_and_answers_leak_nothing() {
    let secret = sample("Atzr|{b64url:340}", 1);
    let other = sample("ghp_{alnum:36}", 1);
    let mut traces = Traces::default();
    traces.add(&secret, head_of(&secret, &catalogue()), false);
    traces.add(&other, 0, false);
    let root = tempfile::tempdir().expect("a scratch folder can be made");
    let write = |path: &str, text: String| {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().expect("it has a folder")).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    };
    let line = format!("token = \"{secret}\"\nGITHUB = {other}\n");
    write(&format!("keys-{other}/a.txt"), line.clone());
    write("b.txt", line.clone());
    write(
        "kagiban.toml",
        format!(
            "[[allow]]\nrule = \"lwa-refresh-token\"\npath = \"b.txt\"\nowner = \"{other}\"\n\
             reason = \"it was {secret}\"\nuntil = 2099-01-31\n"
        ),
    );
    // People write into a ledger what does not belong there.
    write(
        "kagiban-ledger.toml",
        format!(
            "[[credential]]\nid = \"app {secret}\"\nclass = \"lwa-refresh-token\"\nfingerprint = \"{}\"\n\
             owner = \"{other}\"\nissued = 2026-01-01\n",
            kagiban::model::Fingerprint::of(&[b"x"])
        ),
    );
    write("odd.json", format!("{{\"kind\": \"{secret}\", \"schema_version\": \"{other}\"}}"));
    write(".kagiban/evidence.jsonl", format!("{line}{{\"at\": \"{secret}\"}}\n"));
    let mut outputs = Vec::new();
    for arguments in [
        vec!["evidence", "."],
        vec!["evidence", ".", "--format", "markdown"],
        vec!["evidence", ".", "--format", "html", "--lang", "ja"],
        vec!["evidence", &other],
        vec!["evidence", "append", "odd.json"],
        vec!["evidence", "append", &other],
        vec!["evidence", "verify"],
        vec!["evidence", "verify", "--since", &other],
        vec!["answers"],
        vec!["answers", "--item", &other],
    ] {
        let shown = arguments.iter().map(|a| a.replace(&other, "@")).collect::<Vec<_>>().join(" ");
        let of_run = run(root.path(), &arguments, &line);
        outputs.extend(of_run.into_iter().map(|(name, text)| (format!("{shown}: {name}"), text)));
    }
    let is_made = |text: &[u8]| text.starts_with(b"{\n") && text.len() > 1_000;
    assert!(outputs.iter().any(|(_, text)| is_made(text)), "a record was written, or told why not");
    let found = leaks(&traces, &outputs);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
