//! What the variables of a program hold: objects that are spread, principals that are let in, and
//! statements to which actions and resources are added line by line.

use std::collections::BTreeMap;

use crate::audit::privilege::tree::{Kind, SPREAD, Tree};

/// Variables of one program that are followed.
const VARIABLES_MAX: usize = 500;

/// Returns what a program declares, its variables followed.
pub(super) fn followed(found: Vec<Tree>) -> Vec<Tree> {
    let known = Known::of(&found);
    let mut found = added(found);
    if !known.objects.is_empty() || !known.principals.is_empty() {
        found = found.into_iter().map(|tree| known.put_into(tree)).collect();
    }
    found
}

/// What variables hold.
#[derive(Default)]
struct Known {
    objects: BTreeMap<String, Vec<(String, Tree)>>,
    principals: BTreeMap<String, Tree>,
}

impl Known {
    fn of(found: &[Tree]) -> Self {
        let mut known = Self::default();
        for (name, value) in found.iter().filter_map(assigned).take(VARIABLES_MAX) {
            match &value.kind {
                Kind::Pairs(pairs) => {
                    known.objects.entry(name.to_owned()).or_insert_with(|| pairs.clone());
                }
                Kind::Call(called, _) if class(called).ends_with("Principal") => {
                    known.principals.entry(name.to_owned()).or_insert_with(|| value.clone());
                }
                _ => {}
            }
        }
        known
    }

    /// Puts what is known in the place of the names. What is put in stays as it is, so a text grows by
    /// no more than its own variables.
    fn put_into(&self, tree: Tree) -> Tree {
        let Tree { at, kind } = tree;
        let kind = match kind {
            Kind::Name(name) => match self.principals.get(&name) {
                Some(principal) => return principal.clone(),
                None => Kind::Name(name),
            },
            Kind::List(items) => Kind::List(items.into_iter().map(|item| self.put_into(item)).collect()),
            Kind::Pairs(pairs) => Kind::Pairs(self.spread(pairs)),
            Kind::Call(name, parts) => Kind::Call(name, self.spread(parts)),
            other => other,
        };
        Tree::new(at, kind)
    }

    fn spread(&self, pairs: Vec<(String, Tree)>) -> Vec<(String, Tree)> {
        let mut all = Vec::with_capacity(pairs.len());
        for (name, value) in pairs {
            let object = match &value.kind {
                Kind::Name(variable) if name == SPREAD => self.objects.get(variable),
                _ => None,
            };
            match object {
                Some(object) => all.extend(object.iter().cloned()),
                None => all.push((name, self.put_into(value))),
            }
        }
        all
    }
}

/// The variable and the value of an assignment.
fn assigned(tree: &Tree) -> Option<(&str, &Tree)> {
    match &tree.kind {
        Kind::Pairs(pairs) => match pairs.as_slice() {
            [(name, value)] => Some((name, value)),
            _ => None,
        },
        _ => None,
    }
}

fn class(called: &str) -> &str {
    called.rsplit('.').next().unwrap_or(called)
}

/// Adds to the statements of variables what calls add to them.
fn added(mut found: Vec<Tree>) -> Vec<Tree> {
    let mut statements: BTreeMap<String, usize> = BTreeMap::new();
    for index in 0..found.len() {
        let Some(tree) = found.get(index) else { break };
        if let Some((name, value)) = assigned(tree) {
            let is_statement =
                matches!(&value.kind, Kind::Call(called, _) if class(called) == "PolicyStatement");
            let name = name.to_owned();
            if is_statement && statements.len() < VARIABLES_MAX {
                statements.insert(name, index);
            } else {
                statements.remove(&name);
            }
            continue;
        }
        let Kind::Call(called, parts) = &tree.kind else { continue };
        let Some((variable, method)) = called.rsplit_once('.') else { continue };
        let Some(statement) = statements.get(variable).copied() else { continue };
        let Some(part) = part_of(method, parts, tree) else { continue };
        if let Some(Tree { kind: Kind::Pairs(pairs), .. }) = found.get_mut(statement)
            && let Some((_, Tree { kind: Kind::Call(_, parts), .. })) = pairs.first_mut()
        {
            parts.push(part);
        }
    }
    found
}

/// What a call adds to a statement, as if the statement had been made with it.
fn part_of(method: &str, parts: &[(String, Tree)], call: &Tree) -> Option<(String, Tree)> {
    let method = method.replace('_', "").to_ascii_lowercase();
    let listed = || Kind::List(parts.iter().map(|(_, value)| value.clone()).collect());
    let (name, kind) = match method.as_str() {
        "addactions" => ("actions", listed()),
        "addnotactions" => ("notActions", listed()),
        "addresources" => ("resources", listed()),
        "addallresources" => ("resources", Kind::Text("*".to_owned())),
        "addprincipals" => ("principals", listed()),
        "addanyprincipal" => ("principals", Kind::Call("AnyPrincipal".to_owned(), Vec::new())),
        "addarnprincipal" => ("principals", Kind::Call("ArnPrincipal".to_owned(), parts.to_vec())),
        "addawsaccountprincipal" => ("principals", Kind::Call("AccountPrincipal".to_owned(), parts.to_vec())),
        "addserviceprincipal" => ("principals", Kind::Call("ServicePrincipal".to_owned(), parts.to_vec())),
        // Which keys a condition has is not looked at: it may be the limit.
        "addcondition" | "addconditions" | "addsourceaccountcondition" | "addsourcearncondition" => {
            ("conditions", Kind::Opaque)
        }
        _ => return None,
    };
    Some((name.to_owned(), Tree::new(call.at, kind)))
}
