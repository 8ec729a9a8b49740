//! `unencrypted-customer-store`: a store for order data that keeps it unencrypted, in what describes
//! machines: Terraform, CloudFormation, CDK, calls of `aws`.

use std::sync::LazyLock;

use regex::Regex;

use super::{is_model, is_text_for_people, operations};
use crate::audit::pattern::{pattern, pattern_in_any_case};
use crate::audit::shelf::Shelves;
use crate::audit::{
    Carrier, Corpus, CorpusAudit, DocumentAudit, Fault, Noted, Page, Standing, Stands, Value, Wants,
};
use crate::model::{Confidence, ContextKind, Evidence, Fact, Span, run_masked};

pub(super) struct UnencryptedStore;
pub(super) struct OrdersHandled;

/// A store that keeps its content unencrypted: what, its name, how it says so, whether its name is
/// one of orders.
const STORE: &str = "unencrypted-store";
/// A program that works with orders.
const HANDLED: &str = "orders-handled";

/// A kind of store, and what makes it encrypt.
struct Kind {
    terraform: &'static str,
    cloudformation: &'static str,
    /// The attribute in each, the block around it before a dot.
    attributes: (&'static str, &'static str),
    /// Whether it does not encrypt where nothing is said.
    is_off: bool,
    /// Whether it is a database: of other stores only the name tells what is in them.
    is_database: bool,
}

const fn kind(
    terraform: &'static str,
    cloudformation: &'static str,
    attributes: (&'static str, &'static str),
    is_off: bool,
    is_database: bool,
) -> Kind {
    Kind { terraform, cloudformation, attributes, is_off, is_database }
}

const KINDS: [Kind; 13] = [
    kind("aws_db_instance", "AWS::RDS::DBInstance", ("storage_encrypted", "StorageEncrypted"), true, true),
    kind("aws_rds_cluster", "AWS::RDS::DBCluster", ("storage_encrypted", "StorageEncrypted"), true, true),
    kind("aws_docdb_cluster", "AWS::DocDB::DBCluster", ("storage_encrypted", "StorageEncrypted"), true, true),
    kind(
        "aws_neptune_cluster",
        "AWS::Neptune::DBCluster",
        ("storage_encrypted", "StorageEncrypted"),
        true,
        true,
    ),
    kind("aws_redshift_cluster", "AWS::Redshift::Cluster", ("encrypted", "Encrypted"), false, true),
    kind("aws_ebs_volume", "AWS::EC2::Volume", ("encrypted", "Encrypted"), true, false),
    kind("aws_efs_file_system", "AWS::EFS::FileSystem", ("encrypted", "Encrypted"), true, false),
    kind(
        "aws_elasticache_replication_group",
        "AWS::ElastiCache::ReplicationGroup",
        ("at_rest_encryption_enabled", "AtRestEncryptionEnabled"),
        true,
        false,
    ),
    kind(
        "aws_opensearch_domain",
        "AWS::OpenSearchService::Domain",
        ("encrypt_at_rest.enabled", "EncryptionAtRestOptions.Enabled"),
        true,
        true,
    ),
    kind(
        "aws_elasticsearch_domain",
        "AWS::Elasticsearch::Domain",
        ("encrypt_at_rest.enabled", "EncryptionAtRestOptions.Enabled"),
        true,
        true,
    ),
    kind(
        "aws_dynamodb_table",
        "AWS::DynamoDB::Table",
        ("server_side_encryption.enabled", "SSESpecification.SSEEnabled"),
        false,
        true,
    ),
    kind(
        "aws_sqs_queue",
        "AWS::SQS::Queue",
        ("sqs_managed_sse_enabled", "SqsManagedSseEnabled"),
        false,
        false,
    ),
    kind("module", "", ("storage_encrypted", ""), false, true),
];

/// The head of a block of Terraform.
static BLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?m)^[ \t]*(?:resource[ \t]+"([a-z0-9_]+)"|(module))[ \t]+"([^"\n]{1,80})"[ \t]*\{"#)
});
/// Said in programs, in tasks and on a command line.
static SAID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:storageEncrypted|storage_encrypted|StorageEncrypted)\b['\x22]?\s*(?:=>|[:=])\s*['\x22]?(?:[Ff]alse|no)\b|\bBucketEncryption\.UNENCRYPTED\b|\bQueueEncryption\.UNENCRYPTED\b|--no-storage-encrypted\b|\bWithStorageEncrypted\(false\)",
    )
});
/// Names of stores for orders.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"orders?(?:[^a-z]|db|data|table|store|$)|buyer|customer|amazon|sp[-_]?api|seller|mws(?:[^a-z]|$)|受注|注文",
    )
});
/// Names of queues that keep secrets, not orders.
static SECRETS: LazyLock<Regex> =
    LazyLock::new(|| pattern_in_any_case(r"secret|credential|rotat(?:ion|ed|e)"));
/// A program that gets orders.
static GETS: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"[.>:](?:get|list|search)_?orders?(?:_?items)?\s*\(|/orders/(?:v0|2013-09-01|2026-01-01)/",
    )
});
/// A copy is encrypted as what it was made of.
static INHERITS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^\s*(?:snapshot_identifier|replicate_source_db|global_cluster_identifier|source_db_cluster_identifier|snapshot_id|kms_key_id)\s*=",
    )
});

impl DocumentAudit for UnencryptedStore {
    fn rule(&self) -> &'static str {
        "unencrypted-customer-store"
    }

    fn wants(&self) -> Wants {
        Wants {
            carriers: &[Carrier::Infrastructure],
            ..Wants::words_anywhere(&[
                "storage_encrypted",
                "storageencrypted",
                "bucketencryption.unencrypted",
                "queueencryption.unencrypted",
                "aws_db_instance",
                "aws_rds_cluster",
                "aws_dynamodb_table",
                "aws_ebs_volume",
                "aws_efs_file_system",
                "aws_opensearch_domain",
                "aws_redshift_cluster",
                "aws_docdb_cluster",
                "aws_elasticache_",
                "aws_sqs_queue",
                "aws::rds::",
                "aws::dynamodb::",
                "aws::docdb::",
                "aws::ec2::volume",
                "aws::efs::",
                "aws::opensearch",
                "aws::redshift::",
                "aws::elasticache::",
                "no-storage-encrypted",
            ])
        }
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if is_text_for_people(page.path()) {
            return;
        }
        // Cognito lets people sign in with Amazon who sell nothing there.
        let is_sign_in = |word: &str| word.starts_with("login") && word.ends_with("amazon");
        let is_amazons = page.context.words(ContextKind::Seller).any(|word| !is_sign_in(word));
        let mut note = |at: Span, what: &str, name: &str, is_said: bool, is_database: bool| {
            // A queue for new secrets has a rule of its own.
            if what.to_ascii_lowercase().contains("queue") && SECRETS.is_match(name) {
                return;
            }
            let is_named = NAMED.is_match(name) || (is_amazons && is_database);
            let how = if is_said { "said" } else { "default" };
            if is_named || is_database {
                let of_whom = if NAMED.is_match(name) {
                    "named"
                } else if is_named {
                    "beside"
                } else {
                    "unnamed"
                };
                noted.fact(STORE, format!("{what}\n{name}\n{how}\n{of_whom}"), at);
            }
        };
        let path = page.path().to_ascii_lowercase();
        if path.ends_with(".tf") || BLOCK.is_match(page.text) {
            terraform(page, &mut note);
        } else if page.folded.contains("aws::") && page.folded.contains("resources") {
            cloudformation(page, &mut note);
        } else if !path.ends_with(".json") {
            for found in SAID.find_iter(page.text).take(20) {
                let near = page.lines_near(Span::new(found.start(), found.end()), 6);
                let (from, to) = (page.line(near.start).1.start, page.line(near.end.saturating_sub(1)).1.end);
                let around = page.text.get(from..to).unwrap_or_default();
                let (line, _) = page.line(page.lines().line_of(found.start()));
                if line.trim_start().starts_with(['#', '/', '*']) {
                    continue;
                }
                let name = NAMED.find(around).map_or("", |name| name.as_str());
                let what = if found.as_str().contains("Bucket") {
                    "bucket"
                } else if found.as_str().contains("Queue") {
                    "queue"
                } else {
                    "database"
                };
                note(Span::new(found.start(), found.end()), what, name, true, what == "database");
            }
        }
    }
}

fn terraform(page: &Page<'_>, note: &mut dyn FnMut(Span, &str, &str, bool, bool)) {
    for found in BLOCK.captures_iter(page.text).take(500) {
        let (Some(whole), Some(name)) = (found.get(0), found.get(3)) else { continue };
        let type_name = found.get(1).or_else(|| found.get(2)).map_or("", |kind| kind.as_str());
        let Some(kind) = KINDS.iter().find(|kind| kind.terraform == type_name) else { continue };
        let body = block(page.text, whole.end());
        let (at, is_said) = match setting(body, kind.attributes.0) {
            Some((at, "false")) => (Span::new(whole.end() + at.start, whole.end() + at.end), true),
            Some(_) => continue,
            None if kind.is_off && !INHERITS.is_match(body) => (Span::new(whole.start(), whole.end()), false),
            None => continue,
        };
        let called = called(body)
            .map_or_else(|| name.as_str().to_owned(), |called| format!("{} {called}", name.as_str()));
        let at = if page.text.get(at.start..at.end).is_some_and(|text| text.starts_with(char::is_whitespace))
        {
            Span::new(
                at.start
                    + page.text.get(at.start..at.end).map_or(0, |text| text.len() - text.trim_start().len()),
                at.end,
            )
        } else {
            at
        };
        note(at, type_name, &called, is_said, kind.is_database);
    }
}

/// What a block says the store is called.
fn called(body: &str) -> Option<&str> {
    static CALLED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?m)^\s*(?:identifier|db_name|name|cluster_identifier|database_name|replication_group_id|domain_name)\s*=\s*"([^"\n]{1,60})""#,
        )
    });
    CALLED.captures(body).and_then(|found| found.get(1)).map(|name| name.as_str())
}

/// The inside of a block that is open.
fn block(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    let mut depth = 1_u32;
    for (at, b) in rest.bytes().enumerate().take(64 << 10) {
        match b {
            b'{' => depth += 1,
            b'}' if depth == 1 => return rest.get(..at).unwrap_or_default(),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    ""
}

/// Where an attribute is set, and to what; one with a dot is set within a block of its own.
fn setting<'b>(body: &'b str, attribute: &str) -> Option<(Span, &'b str)> {
    let (outer, name) = attribute.split_once('.').unwrap_or(("", attribute));
    let mut base = 0;
    let mut inside = body;
    if !outer.is_empty() {
        let at = body.find(outer)?;
        let open = at + body.get(at..)?.find('{')? + 1;
        base = open;
        inside = block(body, open);
    }
    let mut from = 0;
    for line in inside.split_inclusive('\n') {
        let start = from;
        from += line.len();
        let trimmed = line.trim_start();
        let Some(rest) =
            trimmed.strip_prefix(name).map(str::trim_start).and_then(|rest| rest.strip_prefix('='))
        else {
            continue;
        };
        let lead = line.len() - trimmed.len();
        let value = rest.split(['#', '/']).next().unwrap_or_default().trim().trim_matches('"');
        return Some((Span::new(base + start + lead, base + start + line.trim_end().len()), value));
    }
    None
}

fn cloudformation(page: &Page<'_>, note: &mut dyn FnMut(Span, &str, &str, bool, bool)) {
    for document in page.yaml().documents() {
        let resources = document.get("Resources").or_else(|| document.at(&["resources", "Resources"]));
        for (name, resource) in resources.map(Value::entries).unwrap_or_default() {
            let Some(kind) = resource
                .get("Type")
                .and_then(Value::text)
                .and_then(|type_name| KINDS.iter().find(|kind| kind.cloudformation == type_name))
            else {
                continue;
            };
            let properties = resource.get("Properties");
            let has = |key: &str| properties.is_some_and(|properties| properties.get(key).is_some());
            let keys: Vec<&str> = kind.attributes.1.split('.').collect();
            let set = properties.and_then(|properties| properties.at(&keys));
            let inherits = [
                "DBClusterIdentifier",
                "DBSnapshotIdentifier",
                "SnapshotIdentifier",
                "SourceDBInstanceIdentifier",
                "SnapshotId",
                "KmsKeyId",
            ]
            .iter()
            .any(|key| has(key));
            let is_said = match set.map(|set| set.text().map(str::to_ascii_lowercase)) {
                Some(Some(value)) if value == "false" => true,
                Some(_) => continue,
                None if kind.is_off && !inherits => false,
                None => continue,
            };
            let called = [
                "DBInstanceIdentifier",
                "DBName",
                "TableName",
                "DatabaseName",
                "DBClusterIdentifier",
                "DomainName",
                "QueueName",
            ]
            .iter()
            .find_map(|key| properties?.get(key)?.text());
            let name_text = name.text().unwrap_or_default();
            let all = called.map_or_else(|| name_text.to_owned(), |called| format!("{name_text} {called}"));
            let at = set.map_or_else(|| name.span(), Value::span);
            note(at, kind.cloudformation, &all, is_said, kind.is_database);
        }
    }
}

impl DocumentAudit for OrdersHandled {
    fn rule(&self) -> &'static str {
        "unencrypted-customer-store"
    }

    fn wants(&self) -> Wants {
        let mut words: Vec<&str> = operations::WORDS.to_vec();
        words.extend([
            "getorders",
            "get_orders",
            "listorders",
            "list_orders",
            "searchorders",
            "search_orders",
            "orders/v0",
            "orders/2013",
            "orders/2026",
        ]);
        Wants::words(&words)
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        if is_model(page)
            || is_text_for_people(page.path())
            || page.context.proof(ContextKind::Seller).is_none()
        {
            return;
        }
        let path = page.path().to_ascii_lowercase();
        if ["test/", "tests/", "spec/", "example", "vendor/", "node_modules/"]
            .iter()
            .any(|part| path.contains(part))
        {
            return;
        }
        let asked = operations::asked(page);
        if let Some((name, _)) = asked.iter().next() {
            noted.fact(HANDLED, name.clone(), Span::new(0, 0));
        } else if GETS.is_match(page.text) {
            noted.fact(HANDLED, "getOrders", Span::new(0, 0));
        }
    }
}

impl CorpusAudit for UnencryptedStore {
    fn rule(&self) -> &'static str {
        "unencrypted-customer-store"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        let shelves = Shelves::of(corpus);
        let project = |fact: &Fact| {
            let origin = &fact.place.origin;
            (origin.root, shelves.project(origin.root, origin.path.as_deref().unwrap_or_default()).to_owned())
        };
        for store in corpus.facts_of(STORE) {
            let mut parts = store.text.split('\n');
            let mut part = || parts.next().unwrap_or_default();
            let (what, name, how, of_whom) = (part(), part(), part(), part());
            let of_store = project(store);
            let is_here = |fact: &&Fact| project(fact) == of_store;
            let handled = corpus.facts_of(HANDLED).find(is_here);
            let confidence = match (of_whom, how, handled) {
                ("named", "said", Some(_)) => Confidence::High,
                ("beside", _, _) | (_, _, Some(_)) => Confidence::Medium,
                _ => continue,
            };
            let said = if how == "said" { "switched off" } else { "off unless it is switched on" };
            let mut fault = Fault::of([what, name])
                .with([
                    Evidence { kind: "store", text: run_masked(what), weight: 0 },
                    Evidence { kind: "encryption", text: run_masked(said), weight: 0 },
                ])
                .confidence(confidence);
            let mut grounds = vec![Standing::Fact(store)];
            if let Some(handled) = handled {
                fault =
                    fault.with([Evidence { kind: "operation", text: run_masked(&handled.text), weight: 0 }]);
                grounds.push(Standing::Fact(handled));
            }
            stands.fault(&grounds, fault);
        }
    }
}
