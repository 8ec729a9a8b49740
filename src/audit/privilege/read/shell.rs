//! Calls of the command line of AWS, wherever they stand: scripts, recipes, texts for people.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use super::super::paths::is_for_people;
use super::Language;
use crate::audit::Page;
use crate::audit::privilege::tree::{Kind, Tree};
use crate::model::Span;
use crate::rules::WordSearch;

/// Commands of one text.
const COMMANDS_MAX: usize = 1_000;
/// Lines that a command goes over.
const LINES_MAX: usize = 30;

/// Services whose commands say who may do what.
const SERVICES: [&str; 9] = [
    "aws iam ",
    "aws sqs ",
    "aws kms ",
    "aws s3api ",
    "aws secretsmanager ",
    "aws sts ",
    "aws lambda ",
    "aws sns ",
    "aws ecr ",
];

static SEARCH: LazyLock<WordSearch> = LazyLock::new(|| WordSearch::new(&SERVICES.map(str::to_owned)));

/// Commands of PowerShell, lower case, and those of the command line that do the same.
const CMDLETS: [(&str, &str); 10] = [
    ("register-iamuserpolicy", "aws iam attach-user-policy"),
    ("register-iamrolepolicy", "aws iam attach-role-policy"),
    ("register-iamgrouppolicy", "aws iam attach-group-policy"),
    ("write-iamuserpolicy", "aws iam put-user-policy"),
    ("write-iamrolepolicy", "aws iam put-role-policy"),
    ("write-iamgrouppolicy", "aws iam put-group-policy"),
    ("new-iampolicy", "aws iam create-policy"),
    ("new-iamaccesskey", "aws iam create-access-key"),
    ("new-iamuser", "aws iam create-user"),
    ("new-iamrole", "aws iam create-role"),
];

/// Reads the commands of PowerShell.
fn cmdlets(page: &Page<'_>) -> Vec<Tree> {
    let mut trees = Vec::new();
    for (at, _) in page.folded.match_indices("-iam").take(COMMANDS_MAX) {
        let verb = page
            .folded
            .get(..at)
            .map_or(0, |before| before.bytes().rev().take_while(u8::is_ascii_alphabetic).count());
        let start = at - verb;
        let mut words = Words { text: page.text, at: start, lines: 0 };
        let Some(first) = words.next() else { continue };
        let named = CMDLETS.iter().find(|(cmdlet, _)| first.text.eq_ignore_ascii_case(cmdlet));
        let Some((_, name)) = named.filter(|_| !is_remark(page, start)) else { continue };
        let mut parts: Vec<(String, Tree)> = Vec::new();
        let (mut option, mut end) = (String::new(), first.at.end);
        while let Some(word) = words.next() {
            end = word.at.end;
            match word.text.strip_prefix('-') {
                Some(next) => option = next.to_owned(),
                None => parts.push((option.clone(), Tree::new(word.at, Kind::Text(word.text)))),
            }
        }
        trees.push(Tree::new(Span::new(start, end), Kind::Call((*name).to_owned(), parts)));
    }
    trees
}

/// Reads the commands, each as a call of `aws iam create-user` with its options.
pub(super) fn trees(page: &Page<'_>, language: Language) -> Vec<Tree> {
    let mut trees = Vec::new();
    if language == Language::Hcl {
        return trees;
    }
    if language == Language::Other {
        trees.extend(cmdlets(page));
    }
    let mut places: Vec<usize> = Vec::new();
    SEARCH.each(page.text.as_bytes(), |_, at| {
        places.push(at);
        ControlFlow::Continue(())
    });
    places.sort_unstable();
    for at in places.into_iter().take(COMMANDS_MAX) {
        let is_word = page.text.get(..at).is_some_and(|before| {
            !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '/')
        });
        if is_word && !is_remark(page, at) {
            trees.extend(command(page, at));
        }
    }
    trees.sort_by_key(|tree| tree.at);
    trees
}

/// Whether the line is a remark; in a text for people none is.
fn is_remark(page: &Page<'_>, at: usize) -> bool {
    let (line, _) = page.line(page.lines().line_of(at));
    let line = line.trim_start();
    (line.starts_with('#') || line.starts_with("//") || line.starts_with("REM "))
        && !is_for_people(&page.path().to_ascii_lowercase())
}

fn command(page: &Page<'_>, start: usize) -> Option<Tree> {
    let mut words = Words { text: page.text, at: start, lines: 0 };
    let program = words.next()?;
    let service = words.next()?;
    let verb = words.next()?;
    if !verb.text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let name = format!("{} {} {}", program.text, service.text, verb.text);
    let mut parts: Vec<(String, Tree)> = Vec::new();
    let mut option = String::new();
    let mut end = verb.at.end;
    while let Some(word) = words.next() {
        end = word.at.end;
        match word.text.strip_prefix("--") {
            Some(next) => {
                let (next, value) = next.split_once('=').unwrap_or((next, ""));
                option = next.to_owned();
                if !value.is_empty() {
                    parts.push((option.clone(), Tree::new(word.at, Kind::Text(value.to_owned()))));
                }
            }
            None => parts.push((option.clone(), Tree::new(word.at, Kind::Text(word.text)))),
        }
    }
    Some(Tree::new(Span::new(start, end), Kind::Call(name, parts)))
}

struct Word {
    text: String,
    at: Span,
}

/// The words of a command, as a shell takes them apart.
struct Words<'t> {
    text: &'t str,
    at: usize,
    lines: usize,
}

impl Words<'_> {
    fn next(&mut self) -> Option<Word> {
        loop {
            let rest = self.text.get(self.at..)?;
            let next = rest.chars().next()?;
            // The command goes on in the next line.
            let goes_on = ["\\\n", "\\\r\n", "`\n", "`\r\n", "^\n", "^\r\n"]
                .iter()
                .find(|mark| rest.starts_with(**mark));
            if let Some(mark) = goes_on {
                self.lines += 1;
                self.at += mark.len();
            } else if next == ' ' || next == '\t' {
                self.at += 1;
            } else if self.lines > LINES_MAX
                || matches!(next, '\n' | '\r' | ';' | '|' | '&' | '>' | '<' | ')' | '`')
            {
                return None;
            } else {
                break;
            }
        }
        let start = self.at;
        let mut text = String::new();
        let (mut quote, mut from) = (None, None);
        while let Some(next) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            match quote {
                None if matches!(next, ' ' | '\t' | '\n' | '\r' | ';' | '|' | '>' | ')' | '`') => break,
                None if next == '\'' || next == '"' => {
                    quote = Some(next);
                    from = from.or(Some(self.at + 1));
                }
                Some(open) if next == open => quote = None,
                Some('"') | None if next == '\\' => {
                    self.at += 1;
                    let escaped = self.text.get(self.at..).and_then(|rest| rest.chars().next())?;
                    text.push(escaped);
                    self.at += escaped.len_utf8();
                    continue;
                }
                _ => text.push(next),
            }
            self.at += next.len_utf8();
            if text.len() > 20_000 {
                return None;
            }
        }
        // The place of what is in quotes is that of what they hold.
        let is_quoted = from == Some(start + 1) && self.at - start == text.len() + 2;
        let at = if is_quoted { Span::new(start + 1, self.at - 1) } else { Span::new(start, self.at) };
        (self.at > start).then_some(Word { text, at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Context, Origin};
    use crate::settings::Own;

    #[test]
    fn commands_are_taken_apart() {
        let text = "set -e\naws iam put-user-policy --user-name spapi \\\n  --policy-document '{\"Statement\": []}' && x\n# aws iam create-user\n";
        let (context, own, origin) = (Context::default(), Own::nobody(), Origin::file("a.sh"));
        let page = Page::new((&origin, &[]), (text, text, true), &context, &[], &own);
        let trees = trees(&page, Language::Other);
        assert_eq!(trees.len(), 1);
        let tree = trees.first().unwrap();
        assert_eq!(tree.get("user-name").unwrap().text(), Some("spapi"));
        assert_eq!(tree.get("policy-document").unwrap().text(), Some("{\"Statement\": []}"));
        assert!(matches!(&tree.kind, Kind::Call(name, _) if name == "aws iam put-user-policy"));
    }
}
