//! Statements of policies: who may do what with what, in which case.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::tree::{Kind, SPREAD, Tree, is_same};
use crate::audit::pattern::pattern;
use crate::model::Span;

/// Values of one name or one entry of a statement.
const VALUES_MAX: usize = 500;

/// What the names of a document stand for.
pub(super) type Constants = BTreeMap<String, Vec<String>>;

/// A statement.
#[derive(Debug, Clone, Default)]
pub(super) struct Statement {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) allows: bool,
    pub(super) principals: Vec<Principal>,
    /// Whether it is for all but those named.
    pub(super) is_for_others: bool,
    /// Lower case.
    pub(super) actions: Vec<String>,
    /// Whether it is for all actions but those named.
    pub(super) is_of_other_actions: bool,
    pub(super) resources: Vec<String>,
    pub(super) conditions: Vec<Condition>,
    /// The names around it, lower case: of its resource, of the block, of the keys.
    pub(super) around: String,
    /// Which policy of the document it belongs to.
    pub(super) policy: usize,
}

/// Who.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principal {
    /// `AWS`, `Service`, `Federated`, `*`.
    pub(super) kind: String,
    pub(super) text: String,
    pub(super) at: Span,
}

/// The key of a condition that is written elsewhere: put in at run time, or spread from a value.
pub(super) const UNKNOWN_KEY: &str = "?";

/// In which case.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    /// Lower case.
    pub(super) operator: String,
    /// Lower case.
    pub(super) key: String,
    pub(super) values: Vec<String>,
}

impl Statement {
    pub(super) const fn at(&self) -> Span {
        Span::new(self.start, self.end)
    }

    /// Whether one of its actions, with its wildcards, is one of those asked for.
    pub(super) fn may(&self, asked: &[String]) -> Option<&str> {
        let is_meant = |action: &&String| asked.iter().any(|known| matches(action, known));
        self.actions.iter().find(is_meant).map(String::as_str)
    }

    /// Whether it lets assume a role.
    pub(super) fn is_trust(&self) -> bool {
        self.actions.iter().any(|action| action.starts_with("sts:"))
    }
}

impl Principal {
    /// Whether it is everybody.
    pub(super) fn is_everybody(&self) -> bool {
        matches!(self.kind.as_str(), "*" | "AWS") && matches!(self.text.as_str(), "*" | "arn:aws:iam::*:root")
    }

    /// The account that it belongs to, where that is written.
    pub(super) fn account(&self) -> Option<&str> {
        static ACCOUNT: LazyLock<Regex> = LazyLock::new(|| {
            pattern(r"^(?:arn:(?:aws[a-z-]*|\$\{[^}]*\}):(?:iam|sts)::)?(?<id>\d{12})(?::|$)")
        });
        if self.kind != "AWS" {
            return None;
        }
        ACCOUNT.captures(&self.text)?.name("id").map(|id| id.as_str())
    }
}

/// Whether an action, with its wildcards, takes in another: `ssm:get*` takes in `ssm:getparameter`.
fn matches(action: &str, asked: &str) -> bool {
    let mut parts = action.split('*');
    let Some(mut rest) = parts.next().and_then(|head| asked.strip_prefix(head)) else { return false };
    if !action.contains('*') {
        return rest.is_empty();
    }
    let mut last = "";
    for part in parts {
        last = part;
        let Some(at) = rest.find(part) else { return false };
        rest = rest.get(at + part.len()..).unwrap_or_default();
    }
    last.is_empty() || rest.is_empty() || asked.ends_with(last)
}

/// Tells whether a value is a statement, by what stands in it and the name it stands under.
pub(super) fn is_statement(tree: &Tree, name: &str) -> bool {
    let Kind::Pairs(_) = tree.kind else { return false };
    let is_action =
        ["Action", "Actions", "NotAction", "NotActions"].iter().any(|key| tree.get(key).is_some());
    let is_named = is_same(name, "statement") || is_same(name, "statements");
    is_action && (tree.get("Effect").is_some() || is_named)
}

/// Reads a statement; none where it is not known whether it allows.
pub(super) fn statement(
    tree: &Tree,
    around: &str,
    policy: usize,
    constants: &Constants,
) -> Option<Statement> {
    let effect = tree.get("Effect").map(|effect| effect.word().unwrap_or_default().to_ascii_lowercase());
    let allows = match effect.as_deref() {
        None => true,
        Some(effect) if effect.ends_with("allow") => true,
        Some(effect) if effect.ends_with("deny") => false,
        Some(_) => return None,
    };
    let values = |names: &[&str]| -> Vec<String> {
        let found = names.iter().flat_map(|name| tree.all(name));
        found.flat_map(|value| texts(value, constants)).map(|(text, _)| text).collect()
    };
    let other_actions = values(&["NotAction", "NotActions"]);
    let is_of_other_actions = !other_actions.is_empty();
    let actions = if is_of_other_actions { other_actions } else { values(&["Action", "Actions"]) };
    let mut statement = Statement {
        start: tree.at.start,
        end: tree.at.end,
        allows,
        principals: Vec::new(),
        is_for_others: tree.get("NotPrincipal").is_some() || tree.get("not_principals").is_some(),
        actions: actions.into_iter().map(|action| action.to_ascii_lowercase()).collect(),
        is_of_other_actions,
        resources: values(&["Resource", "Resources"]),
        conditions: Vec::new(),
        around: around.to_ascii_lowercase(),
        policy,
    };
    for value in tree.all("Principal").chain(tree.all("Principals")) {
        principals(value, constants, &mut statement);
    }
    for value in tree.all("Condition").chain(tree.all("Conditions")) {
        conditions(value, constants, &mut statement.conditions);
    }
    Some(statement)
}

/// Reads who is meant, with the conditions that are said beside.
pub(super) fn principals(value: &Tree, constants: &Constants, statement: &mut Statement) {
    let mut add = |kind: &str, value: &Tree| {
        for (text, at) in texts(value, constants) {
            statement.principals.push(Principal { kind: kind.to_owned(), text, at });
        }
    };
    match &value.kind {
        Kind::Text(_) | Kind::Name(_) => {
            let is_all = value.text() == Some("*");
            add(if is_all { "*" } else { "AWS" }, value);
        }
        // A block of Terraform.
        Kind::Pairs(_) if value.get("identifiers").is_some() => {
            let kind = value.get("type").and_then(Tree::word).unwrap_or_default().to_owned();
            value.all("identifiers").for_each(|all| add(&kind, all));
        }
        Kind::Pairs(pairs) => pairs.iter().for_each(|(kind, value)| add(kind, value)),
        Kind::List(items) => items.iter().for_each(|item| principals(item, constants, statement)),
        Kind::Call(name, parts) => called(name, parts, constants, statement),
        Kind::Opaque => {}
    }
}

/// Who is meant by a class of CDK.
fn called(name: &str, parts: &[(String, Tree)], constants: &Constants, statement: &mut Statement) {
    let class = name.rsplit('.').next().unwrap_or(name);
    let first = parts.iter().find(|(name, _)| name.is_empty() || name == "account_id" || name == "arn");
    let mut add = |kind: &str, value: &Tree| {
        for (text, at) in texts(value, constants) {
            statement.principals.push(Principal { kind: kind.to_owned(), text, at });
        }
    };
    match (class, first) {
        ("AnyPrincipal" | "StarPrincipal" | "Anyone", _) => {
            let at = Span::new(statement.start, statement.end);
            statement.principals.push(Principal { kind: "*".to_owned(), text: "*".to_owned(), at });
        }
        ("AccountPrincipal" | "ArnPrincipal", Some((_, value))) => add("AWS", value),
        ("ServicePrincipal", Some((_, value))) => add("Service", value),
        ("withConditions" | "with_conditions" | "PrincipalWithConditions", _) => {
            for (name, value) in parts {
                match &value.kind {
                    Kind::Call(..) => principals(value, constants, statement),
                    // The options were taken for named arguments.
                    _ if name == "of" => principals(value, constants, statement),
                    _ => {
                        let all = Tree::new(value.at, Kind::Pairs(vec![(name.clone(), value.clone())]));
                        conditions(&all, constants, &mut statement.conditions);
                    }
                }
            }
        }
        ("CompositePrincipal" | "addPrincipals" | "withSessionTags", _) => {
            parts.iter().for_each(|(_, value)| principals(value, constants, statement));
        }
        _ => {}
    }
}

/// Reads conditions in any of the three ways they are written.
pub(super) fn conditions(value: &Tree, constants: &Constants, found: &mut Vec<Condition>) {
    let words = |value: &Tree| texts(value, constants).into_iter().map(|(text, _)| text).collect::<Vec<_>>();
    if let (Some(test), Some(variable)) = (value.get("test"), value.get("variable")) {
        found.push(Condition {
            operator: test.word().unwrap_or_default().to_ascii_lowercase(),
            key: variable.word().unwrap_or_default().to_ascii_lowercase(),
            values: value.get("values").map(words).unwrap_or_default(),
        });
        return;
    }
    if let Kind::List(items) = &value.kind {
        items.iter().for_each(|item| conditions(item, constants, found));
        return;
    }
    let unknown = |operator: &str| Condition {
        operator: operator.to_ascii_lowercase(),
        key: UNKNOWN_KEY.to_owned(),
        values: Vec::new(),
    };
    if matches!(value.kind, Kind::Name(_) | Kind::Call(..) | Kind::Opaque) {
        found.push(unknown(""));
    }
    for (operator, keys) in value.pairs() {
        if !matches!(keys.kind, Kind::Pairs(_)) {
            found.push(unknown(operator));
        }
        for (key, values) in keys.pairs() {
            if key == SPREAD {
                found.push(unknown(operator));
                continue;
            }
            found.push(Condition {
                operator: operator.to_ascii_lowercase(),
                key: key.to_ascii_lowercase(),
                values: words(values),
            });
        }
    }
}

/// The texts of a value, its names replaced by what they stand for where that is known.
pub(super) fn texts(value: &Tree, constants: &Constants) -> Vec<(String, Span)> {
    let (mut found, mut waiting) = (Vec::new(), vec![value]);
    while let Some(next) = waiting.pop() {
        if found.len() >= VALUES_MAX {
            break;
        }
        match &next.kind {
            Kind::Text(text) => {
                found.extend(each_resolved(text, constants).into_iter().map(|text| (text, next.at)));
            }
            Kind::Name(name) => match constants.get(name.as_str()) {
                Some(values) => found.extend(values.iter().map(|value| (value.clone(), next.at))),
                None => found.push((format!("${{{name}}}"), next.at)),
            },
            Kind::List(items) => waiting.extend(items.iter().rev()),
            Kind::Call(name, parts) if is_same(name, "toString") || name.ends_with("().toString") => {
                waiting.extend(parts.iter().map(|(_, part)| part));
            }
            _ => found.push(("${}".to_owned(), next.at)),
        }
    }
    found
}

/// A text with what is put in, once for each value of a name that stands for several.
fn each_resolved(text: &str, constants: &Constants) -> Vec<String> {
    let text = resolved(text, constants);
    let name = text.split_once("${").and_then(|(_, rest)| rest.split_once('}')).map(|(name, _)| name);
    let several = name.and_then(|name| Some((name, constants.get(name.trim())?)));
    match several {
        Some((name, values)) if values.len() > 1 => {
            let place = format!("${{{name}}}");
            values.iter().take(VALUES_MAX).map(|value| text.replacen(&place, value, 1)).collect()
        }
        _ => vec![text],
    }
}

/// A text with what is put in, where that is known.
fn resolved(text: &str, constants: &Constants) -> String {
    if !text.contains("${") || constants.is_empty() {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let (before, behind) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = behind.find('}') else { break };
        let name = behind.get(2..end).unwrap_or_default().trim();
        match constants.get(name).map(Vec::as_slice) {
            Some([only]) => out.push_str(only),
            _ => out.push_str(behind.get(..=end).unwrap_or_default()),
        }
        rest = behind.get(end + 1..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_take_in_others() {
        for (action, asked) in [
            ("*", "a:b"),
            ("ssm:get*", "ssm:getparameter"),
            ("s3:*", "s3:getobject"),
            ("ssm:*parameter", "ssm:getparameter"),
        ] {
            assert!(matches(action, asked), "{action}");
        }
        for (action, asked) in [
            ("ssm:get", "ssm:getparameter"),
            ("ssm:put*", "ssm:getparameter"),
            ("s3:*object", "s3:getobjectacl"),
        ] {
            assert!(!matches(action, asked), "{action}");
        }
    }

    #[test]
    fn names_are_resolved() {
        let constants = Constants::from([("var.x".to_owned(), vec!["12".to_owned()])]);
        assert_eq!(resolved("a:${var.x}:${var.y}", &constants), "a:12:${var.y}");
    }
}
