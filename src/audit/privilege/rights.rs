//! What a document says of rights, whatever its language: statements, declared resources, policies
//! of AWS that are attached. Rules are written over this once.

use std::collections::BTreeSet;

use super::lists::LISTS;
use super::read::{Language, islands, trees};
use super::statement::{self, Constants, Principal, Statement, is_statement};
use super::tree::{DEPTH_MAX, Kind, Tree, is_same};
use crate::audit::Page;
use crate::model::Span;

/// Things of one kind in one document.
const EACH_MAX: usize = 500;
/// Names of constants that are kept of a document.
const CONSTANTS_MAX: usize = 2_000;

/// What a document says.
#[derive(Debug, Default)]
pub(super) struct Rights {
    pub(super) statements: Vec<Statement>,
    pub(super) resources: Vec<Resource>,
    pub(super) managed: Vec<Managed>,
    pub(super) calls: Vec<Tree>,
    /// Whether the text names the event of a new client secret.
    pub(super) names_rotation: bool,
    constants: Constants,
    policies: usize,
}

/// Something declared: of Terraform, CloudFormation, CDK, or made by a command.
#[derive(Debug)]
pub(super) struct Resource {
    /// `iam.user`, `sqs.queue`: one for all languages.
    pub(super) kind: String,
    /// What it is called in the document.
    pub(super) name: String,
    pub(super) at: Span,
    pub(super) body: Tree,
}

/// A policy that AWS keeps, attached to somebody.
#[derive(Debug)]
pub(super) struct Managed {
    pub(super) name: String,
    pub(super) at: Span,
    /// The names around it, lower case.
    pub(super) around: String,
}

impl Rights {
    /// Reads a page.
    pub(super) fn of(page: &Page<'_>, language: Language) -> Self {
        let trees = trees(page, language);
        let names_rotation = LISTS.rotation_events.iter().any(|event| page.folded.contains(event.as_str()));
        let mut rights = Self { names_rotation, ..Self::default() };
        if language == Language::Other {
            shell_constants(page.text, &mut rights.constants);
        }
        for tree in &trees {
            constants(tree, &mut rights.constants);
        }
        // What a policy in a file of its own is for, the name of the file says.
        let name = page.path().rsplit('/').next().unwrap_or_default();
        let is_of_its_own = matches!(language, Language::Json | Language::Other);
        let first = if is_of_its_own { name.split('.').next().unwrap_or_default() } else { "" };
        // Amplify keeps bare statements in a file of this name.
        let inner = if name == "custom-policies.json" { "statement" } else { "" };
        for tree in &trees {
            rights.visit(tree, &mut vec![first.to_owned(), inner.to_owned()], 0);
        }
        rights.statements.sort_by_key(|statement| (statement.start, statement.end));
        rights.statements.dedup_by_key(|statement| (statement.start, statement.end));
        rights
    }

    /// The resources of a kind.
    pub(super) fn of_kind<'r>(&'r self, kind: &'r str) -> impl Iterator<Item = &'r Resource> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    fn visit(&mut self, tree: &Tree, around: &mut Vec<String>, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        let name = around.last().cloned().unwrap_or_default();
        match &tree.kind {
            Kind::Text(text) => self.text(tree, text, around, depth),
            Kind::Name(path) => self.managed_name(path, tree.at, around),
            Kind::List(items) => {
                if items.iter().any(|item| is_statement(item, &name)) {
                    self.policies += 1;
                }
                items.iter().for_each(|item| self.visit(item, around, depth + 1));
            }
            Kind::Pairs(_) if is_statement(tree, &name) => self.statement(tree, around),
            Kind::Pairs(pairs) => {
                self.declared(tree, around);
                if pairs.iter().any(|(name, _)| is_same(name, "statement")) {
                    self.policies += 1;
                }
                for (name, value) in pairs {
                    around.push(name.clone());
                    self.visit(value, around, depth + 1);
                    around.pop();
                }
            }
            Kind::Call(called, parts) => self.call(tree, called, parts, around, depth),
            Kind::Opaque => {}
        }
    }

    fn call(
        &mut self,
        tree: &Tree,
        called: &str,
        parts: &[(String, Tree)],
        around: &mut Vec<String>,
        depth: usize,
    ) {
        let labels = parts.iter().filter(|(name, _)| name.is_empty()).filter_map(|(_, value)| value.text());
        let labels: Vec<&str> = labels.filter(|label| label.len() < 100).collect();
        around.push(format!("{called} {}", labels.join(" ")));
        if self.calls.len() < EACH_MAX && !is_block(called) {
            self.calls.push(tree.clone());
        }
        let class = called.rsplit('.').next().unwrap_or(called);
        let body = Tree::new(tree.at, Kind::Pairs(parts.to_vec()));
        if is_statement(&body, if class == "PolicyStatement" { "statement" } else { "" }) {
            self.statement(&body, around);
            around.pop();
            return;
        }
        match class {
            "module" if is_block(called) => self.module(tree, &labels, parts, around),
            "assumeRolePolicyForPrincipal" => self.trust(&body, None, around),
            "resource" if is_block(called) => {
                if let ([kind, name, ..], Some((_, body))) = (labels.as_slice(), parts.last()) {
                    self.resource(kind_of(kind), name, tree.at, body);
                }
            }
            _ => {
                let variable = around.iter().rev().nth(1).cloned().unwrap_or_default();
                let name = if variable.is_empty() {
                    labels.join(" ")
                } else {
                    format!("{variable} {}", labels.join(" "))
                };
                if let Some(kind) = kind_of_call(called) {
                    self.assumed(&body, around);
                    self.resource(kind, name.trim(), tree.at, &body);
                }
            }
        }
        if class.starts_with("grant") {
            self.grant(tree, called, class, parts, around);
        }
        for (name, value) in parts {
            if !name.is_empty() {
                around.push(name.clone());
            }
            self.visit(value, around, depth + 1);
            if !name.is_empty() {
                around.pop();
            }
        }
        around.pop();
    }

    fn statement(&mut self, tree: &Tree, around: &[String]) {
        if self.statements.len() < EACH_MAX {
            let around = around.join(" ");
            self.statements.extend(statement::statement(tree, &around, self.policies, &self.constants));
        }
    }

    /// What modules are told that make roles and users: whom to trust, and whether to make a key.
    fn module(&mut self, tree: &Tree, labels: &[&str], parts: &[(String, Tree)], around: &[String]) {
        let Some((_, body)) = parts.last() else { return };
        let name = labels.first().copied().unwrap_or_default();
        let secret = ["role_sts_externalid", "sts_externalid", "external_id", "external_ids"];
        let secret = secret.iter().find_map(|key| body.get(key));
        let status =
            ["iam_access_key_status", "access_key_status"].iter().find_map(|key| body.get(key)?.text());
        let is_off = status.is_some_and(|status| status.eq_ignore_ascii_case("inactive"));
        for (key, value) in body.pairs() {
            let key: String = key.chars().filter(char::is_ascii_alphanumeric).collect();
            let key = key.to_ascii_lowercase();
            if key.starts_with("trusted") && !key.contains("service") {
                self.trust(value, secret, around);
            }
            if !is_off
                && ["createiamaccesskey", "createaccesskey"].contains(&key.as_str())
                && value.text() == Some("true")
            {
                self.resource("iam.accesskey".to_owned(), name, value.at, body);
            }
        }
        let source = body.get("source").and_then(Tree::text).unwrap_or_default();
        let says = ["create_iam_access_key", "create_access_key", "create"]
            .iter()
            .any(|key| body.get(key).is_some());
        if source.ends_with("iam/aws//modules/iam-user") && !says {
            self.resource("iam.accesskey".to_owned(), name, tree.at, body);
        }
    }

    /// Who may take a role of CDK, which says it without a statement.
    fn assumed(&mut self, body: &Tree, around: &[String]) {
        let Some(who) = body.get("assumedBy") else { return };
        self.trust(who, body.get("externalIds").or_else(|| body.get("externalId")), around);
    }

    /// Somebody may take a role, perhaps only with a secret word.
    fn trust(&mut self, who: &Tree, secrets: Option<&Tree>, around: &[String]) {
        let mut statement = Statement {
            start: who.at.start,
            end: who.at.end,
            allows: true,
            actions: vec!["sts:assumerole".to_owned()],
            around: around.join(" ").to_ascii_lowercase(),
            policy: usize::MAX,
            ..Statement::default()
        };
        statement::principals(who, &self.constants, &mut statement);
        if let Some(secrets) = secrets {
            let values =
                statement::texts(secrets, &self.constants).into_iter().map(|(text, _)| text).collect();
            let (operator, key) = ("stringequals".to_owned(), "sts:externalid".to_owned());
            statement.conditions.push(statement::Condition { operator, key, values });
        }
        self.statements.push(statement);
    }

    /// `queue.grantConsumeMessages(who)` of CDK.
    fn grant(&mut self, tree: &Tree, called: &str, class: &str, parts: &[(String, Tree)], around: &[String]) {
        let of = called.strip_suffix(class).unwrap_or_default().trim_end_matches('.').to_owned();
        let verb = class.replace('_', "").to_ascii_lowercase();
        let actions: &[&str] = match verb.as_str() {
            "grantconsumemessages" => &["sqs:receivemessage", "sqs:deletemessage"],
            "grantsendmessages" => &["sqs:sendmessage"],
            "grantpurge" => &["sqs:purgequeue"],
            "grantread" | "grantreadwrite" | "grantpublicaccess" => &["s3:getobject", "s3:listbucket"],
            "grantassumerole" => &["sts:assumerole"],
            _ => &["*"],
        };
        let mut statement = Statement {
            start: tree.at.start,
            end: tree.at.end,
            allows: true,
            actions: actions.iter().map(|action| (*action).to_owned()).collect(),
            resources: vec![format!("${{{of}}}")],
            around: around.join(" ").to_ascii_lowercase(),
            policy: usize::MAX,
            ..Statement::default()
        };
        if verb == "grantpublicaccess" {
            statement.principals.push(Principal { kind: "*".to_owned(), text: "*".to_owned(), at: tree.at });
        } else {
            for (_, value) in parts.iter().filter(|(name, _)| name != "of") {
                if matches!(value.kind, Kind::Call(..)) {
                    statement::principals(value, &self.constants, &mut statement);
                }
            }
        }
        if !statement.principals.is_empty() {
            self.statements.push(statement);
        }
    }

    fn text(&mut self, tree: &Tree, text: &str, around: &mut Vec<String>, depth: usize) {
        if text.contains("Statement") && text.contains('{') {
            // Where the text is as it is in the document, the places are its own.
            let is_same_length = tree.at.end - tree.at.start == text.len();
            let (offset, fixed) = if is_same_length { (tree.at.start, None) } else { (0, Some(tree.at)) };
            for island in islands(text, offset, fixed) {
                self.visit(&island, around, depth + 1);
            }
        }
        // A variable of a shell.
        let variable = text.strip_prefix('$').map(|name| name.trim_matches(['{', '}']));
        let known = variable.and_then(|name| self.constants.get(name)?.first().cloned());
        self.managed_name(known.as_deref().unwrap_or(text), tree.at, around);
    }

    /// A policy of AWS by its address, or by its name where only such a name can stand.
    fn managed_name(&mut self, text: &str, at: Span, around: &[String]) {
        let place = around.join(" ").to_ascii_lowercase();
        let by_address = text
            .strip_prefix("arn:")
            .and_then(|rest| rest.split_once(":iam::aws:policy/"))
            .map(|(_, name)| name.rsplit('/').next().unwrap_or(name));
        let is_of_list =
            around.last().is_some_and(|key| is_same(key, "Policies") || is_same(key, "iamManagedPolicies"));
        let by_name = (is_of_list && text.starts_with(|c: char| c.is_ascii_uppercase())).then_some(text);
        let by_class = text.rsplit_once("ManagedPolicy.").map(|(_, name)| name);
        let by_call = ["fromawsmanagedpolicyname", "from_aws_managed_policy_name", "data aws_iam_policy "]
            .iter()
            .any(|call| place.contains(call));
        let name = by_address.or(by_name).or(by_class).or(by_call.then_some(text));
        if let Some(name) = name.filter(|name| name.len() < 100 && self.managed.len() < EACH_MAX) {
            let name = name.rsplit('/').next().unwrap_or(name).to_owned();
            self.managed.push(Managed { name, at, around: place });
        }
    }

    /// A resource of CloudFormation, or the resources of Terraform in JSON.
    fn declared(&mut self, tree: &Tree, around: &mut [String]) {
        let kind = tree.get("Type").and_then(Tree::text).filter(|kind| kind.starts_with("AWS::"));
        if let Some(kind) = kind {
            let name = around.last().cloned().unwrap_or_default();
            let empty = Tree::new(tree.at, Kind::Pairs(Vec::new()));
            let body = tree.get("Properties").unwrap_or(&empty);
            self.resource(kind_of(kind), &name, Span::new(tree.at.start, tree.at.end), body);
            // The names around what stands in it say what it is.
            if let Some(last) = around.last_mut() {
                *last = format!("{last} {kind}");
            }
        }
        // A task of Ansible, by its short or its whole name.
        let keys = tree.pairs().iter().filter(|(name, _)| name.rsplit('.').next() == Some("iam_access_key"));
        for (_, task) in keys.filter(|(_, task)| task.get("state").and_then(Tree::text) != Some("absent")) {
            self.resource("iam.accesskey".to_owned(), "", task.at, task);
        }
        for kinds in tree.all("resource").filter(|kinds| matches!(kinds.kind, Kind::Pairs(_))) {
            for (kind, named) in kinds.pairs().iter().filter(|(kind, _)| kind.starts_with("aws_")) {
                for (name, body) in named.pairs() {
                    self.resource(kind_of(kind), name, body.at, body);
                }
            }
        }
    }

    fn resource(&mut self, kind: String, name: &str, at: Span, body: &Tree) {
        if self.resources.len() < EACH_MAX {
            self.resources.push(Resource { kind, name: name.to_owned(), at, body: body.clone() });
        }
    }

    /// The names of documents of Terraform that are policies of endpoints in a network.
    pub(super) fn of_endpoints(&self) -> BTreeSet<String> {
        let endpoints = self.resources.iter().filter(|resource| resource.kind.contains("endpoint"));
        let words = endpoints.flat_map(|resource| resource.body.words());
        let names = words.filter_map(|word| word.word()?.split("aws_iam_policy_document.").nth(1));
        names.filter_map(|rest| rest.split(['.', '[']).next()).map(str::to_ascii_lowercase).collect()
    }
}

fn is_block(called: &str) -> bool {
    matches!(called, "resource" | "data" | "module" | "variable" | "provider" | "output")
}

/// `aws_iam_user`, `AWS::IAM::User` and `CfnUser` are one.
fn kind_of(kind: &str) -> String {
    let plain = kind.trim_start_matches("aws_").trim_start_matches("AWS::");
    let (service, what) = plain.split_once("::").or_else(|| plain.split_once('_')).unwrap_or((plain, ""));
    let what: String = what.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{service}.{what}").to_ascii_lowercase()
}

/// What a class or a command makes.
fn kind_of_call(called: &str) -> Option<String> {
    if let Some(command) = called.strip_prefix("aws ") {
        let (service, verb) = command.split_once(' ')?;
        let what = verb.strip_prefix("create-")?.replace('-', "");
        return Some(format!("{service}.{what}"));
    }
    let (path, class) = called.rsplit_once('.').unwrap_or(("", called));
    let service = path.rsplit('.').next().unwrap_or(path).trim_start_matches("aws_");
    if !class.starts_with(|c: char| c.is_ascii_uppercase()) || called.contains("()") {
        return None;
    }
    let class = class.strip_prefix("Cfn").unwrap_or(class).to_ascii_lowercase();
    let service = match (service, class.as_str()) {
        (service, _) if !service.is_empty() => service.to_ascii_lowercase(),
        (_, "accesskey" | "user" | "role" | "managedpolicy") => "iam".to_owned(),
        (_, "queue" | "queuepolicy") => "sqs".to_owned(),
        _ => return None,
    };
    Some(format!("{service}.{class}"))
}

/// What names of a document stand for.
fn constants(tree: &Tree, found: &mut Constants) {
    let mut add = |name: String, value: &Tree| {
        let literals: Vec<String> =
            value.items().iter().filter_map(|item| item.text().map(str::to_owned)).collect();
        if !literals.is_empty() && literals.len() == value.items().len() && found.len() < CONSTANTS_MAX {
            found.entry(name).or_insert(literals);
        }
    };
    for locals in tree.all("locals") {
        locals.pairs().iter().for_each(|(name, value)| add(format!("local.{name}"), value));
    }
    for variable in tree.all("variable") {
        let (label, body) = (variable.pairs().first(), variable.get("body"));
        if let (Some((_, label)), Some(default)) = (label, body.and_then(|body| body.get("default"))) {
            add(format!("var.{}", label.text().unwrap_or_default()), default);
        }
    }
    if let Some(parameters) = tree.get("Parameters").filter(|_| tree.get("Resources").is_some()) {
        for (name, parameter) in parameters.pairs() {
            if let Some(default) = parameter.get("Default") {
                add(name.clone(), default);
            }
        }
    }
    // A single named value is an assignment of a program.
    if let Kind::Pairs(pairs) = &tree.kind
        && let [(name, value)] = pairs.as_slice()
    {
        add(name.clone(), value);
    }
}

/// What the variables of a script stand for.
fn shell_constants(text: &str, found: &mut Constants) {
    for line in text.lines() {
        if found.len() >= CONSTANTS_MAX {
            return;
        }
        let line = line.trim_start().trim_start_matches("export ").trim_start_matches("set ");
        let Some((name, value)) = line.split_once('=') else { continue };
        let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        let value = value.trim().trim_matches(['"', '\'']);
        if is_name && !value.is_empty() && value.len() < 200 && !value.contains(['$', ' ']) {
            found.entry(name.to_owned()).or_insert_with(|| vec![value.to_owned()]);
        }
    }
}
