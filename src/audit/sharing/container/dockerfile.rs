//! A Dockerfile as its builder reads it: instructions with their places, and which stages end in the
//! image.

use std::sync::LazyLock;

use regex::Regex;

use crate::audit::pattern::pattern;
use crate::model::Span;

/// One instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Instruction {
    /// Its keyword, upper case.
    pub(super) keyword: String,
    /// What stands behind the keyword, continued lines joined, flags left out.
    pub(super) arguments: String,
    /// Its flags: `--from=builder`.
    pub(super) flags: Vec<String>,
    /// Where it stands, inline documents included.
    pub(super) at: Span,
    /// The stage it belongs to, from 0; instructions before the first stage belong to it.
    pub(super) stage: usize,
}

/// A file of instructions.
#[derive(Debug, Default)]
pub(super) struct Dockerfile {
    pub(super) instructions: Vec<Instruction>,
}

static HEREDOC: LazyLock<Regex> = LazyLock::new(|| pattern(r#"<<-?["']?(?<word>[A-Za-z_]\w*)["']?"#));
static ESCAPE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?im)\A(?:#[^\n]*\n)*#\s*escape\s*=\s*`"));
const KEYWORDS: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

impl Dockerfile {
    /// Reads a text.
    pub(super) fn read(text: &str) -> Self {
        let escape = if ESCAPE.is_match(text) { '`' } else { '\\' };
        let mut instructions: Vec<Instruction> = Vec::new();
        let mut stages = 0_usize;
        let mut lines = Lines { text, at: 0 };
        while let Some((start, line)) = lines.next() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            let mut joined = trimmed.to_owned();
            let mut end = start + line.trim_end().len();
            while joined.ends_with(escape) {
                joined.pop();
                let Some((at, line)) = lines.next() else { break };
                let trimmed = line.trim();
                if trimmed.is_empty() || trimmed.starts_with('#') {
                    joined.push(escape);
                    continue;
                }
                joined.push(' ');
                joined.push_str(trimmed);
                end = at + line.trim_end().len();
            }
            let Some(mut instruction) = instruction(&joined) else { continue };
            if matches!(instruction.keyword.as_str(), "RUN" | "COPY" | "ADD") {
                for word in HEREDOC.captures_iter(&joined).filter_map(|found| found.name("word")) {
                    for (at, line) in lines.by_ref() {
                        end = at + line.trim_end().len();
                        if line.trim() == word.as_str() {
                            break;
                        }
                    }
                }
            }
            stages += usize::from(instruction.keyword == "FROM");
            instruction.stage = stages.saturating_sub(1);
            instruction.at = Span::new(start + (line.len() - line.trim_start().len()), end.max(start));
            instructions.push(instruction);
        }
        Self { instructions }
    }

    /// Returns the stages whose files are in the image that is built when none is named.
    pub(super) fn shipped_stages(&self) -> Vec<usize> {
        let last = self.instructions.iter().map(|instruction| instruction.stage).max().unwrap_or(0);
        let mut shipped = vec![last];
        let mut at = 0;
        while let Some(stage) = shipped.get(at).copied() {
            at += 1;
            for instruction in self.instructions.iter().filter(|known| known.stage == stage) {
                let other = match instruction.keyword.as_str() {
                    "FROM" => self.named(instruction.arguments.split_whitespace().next().unwrap_or_default()),
                    "COPY" => self.taken_whole(instruction),
                    _ => None,
                };
                let new = other.filter(|other| !shipped.contains(other));
                shipped.extend(new);
            }
        }
        shipped
    }

    /// The stage of a name or a number.
    fn named(&self, name: &str) -> Option<usize> {
        if let Ok(number) = name.parse::<usize>() {
            return self.instructions.iter().any(|known| known.stage == number).then_some(number);
        }
        let is_it = |instruction: &&Instruction| {
            let mut words = instruction.arguments.split_whitespace().skip(1);
            instruction.keyword == "FROM"
                && words.next().is_some_and(|word| word.eq_ignore_ascii_case("as"))
                && words.next().is_some_and(|alias| alias.eq_ignore_ascii_case(name))
        };
        self.instructions.iter().find(is_it).map(|instruction| instruction.stage)
    }

    /// The stage of which a `COPY --from` takes the folder it works in.
    fn taken_whole(&self, copy: &Instruction) -> Option<usize> {
        let from = copy.flags.iter().find_map(|flag| flag.strip_prefix("--from="))?;
        let stage = self.named(from)?;
        let folder = |known: &&Instruction| known.stage == stage && known.keyword == "WORKDIR";
        let folder = self.instructions.iter().rev().find(folder).map_or("/", |known| known.arguments.trim());
        let (sources, _) = copy.paths()?;
        let is_whole = |source: &String| {
            let source = source.trim_end_matches(['.', '/']);
            source.is_empty() || source == folder.trim_end_matches('/')
        };
        sources.iter().any(is_whole).then_some(stage)
    }
}

impl Instruction {
    /// Returns the sources and the destination of a `COPY` or an `ADD`.
    pub(super) fn paths(&self) -> Option<(Vec<String>, String)> {
        let arguments = self.arguments.trim();
        let mut words: Vec<String> = match serde_json::from_str::<Vec<String>>(arguments) {
            Ok(words) => words,
            Err(_) => words(arguments),
        };
        let destination = words.pop()?;
        Some((words, destination))
    }

    /// Returns the names of an `ENV`, an `ARG` or a `LABEL` with their values, where there are any.
    pub(super) fn settings(&self) -> Vec<(String, Option<String>)> {
        let words = words(&self.arguments);
        let is_old = self.keyword == "ENV" && words.first().is_some_and(|word| !word.contains('='));
        if is_old {
            let name = words.first().cloned().unwrap_or_default();
            return vec![(name, Some(words.get(1..).unwrap_or_default().join(" ")))];
        }
        words
            .into_iter()
            .map(|word| match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (word, None),
            })
            .collect()
    }
}

fn instruction(joined: &str) -> Option<Instruction> {
    let (keyword, rest) = joined.split_once(char::is_whitespace).unwrap_or((joined, ""));
    let keyword = keyword.to_ascii_uppercase();
    if !KEYWORDS.contains(&keyword.as_str()) {
        return None;
    }
    if keyword == "ONBUILD" {
        return instruction(rest.trim());
    }
    let (mut flags, mut rest) = (Vec::new(), rest.trim());
    while rest.starts_with("--") {
        let (flag, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        flags.push(flag.to_owned());
        rest = behind.trim_start();
    }
    Some(Instruction { keyword, arguments: rest.to_owned(), flags, at: Span::new(0, 0), stage: 0 })
}

/// The words of a line, their quotes taken off.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut open, mut is_word) = (Vec::new(), String::new(), None, false);
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match (open, c) {
            (_, '\\') => word.extend(characters.next()),
            (None, '"' | '\'') => (open, is_word) = (Some(c), true),
            (Some(quote), c) if quote == c => open = None,
            (None, c) if c.is_whitespace() => {
                if is_word || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            (_, c) => word.push(c),
        }
    }
    if is_word || !word.is_empty() {
        words.push(word);
    }
    words
}

/// Lines with the bytes at which they begin.
struct Lines<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Lines<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let length = rest.find('\n').map_or(rest.len(), |end| end + 1);
        let start = self.at;
        self.at += length;
        Some((start, rest.get(..length)?.trim_end_matches(['\n', '\r'])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_read() {
        let text = "# syntax=x\nFROM node:20 AS b\nWORKDIR /app\nENV A=1 \\\n  # why\n  B=\"two words\"\nCOPY --chown=a . .\nRUN <<EOF\nCOPY x y\nEOF\nFROM scratch\nCOPY --from=b /app /srv\nENV OLD some value\nARG X\n";
        let file = Dockerfile::read(text);
        let keywords: Vec<&str> = file.instructions.iter().map(|known| known.keyword.as_str()).collect();
        assert_eq!(keywords, ["FROM", "WORKDIR", "ENV", "COPY", "RUN", "FROM", "COPY", "ENV", "ARG"]);
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(
            file.instructions[2].settings(),
            [("A".to_owned(), value("1")), ("B".to_owned(), value("two words"))]
        );
        assert_eq!(file.instructions[7].settings(), [("OLD".to_owned(), value("some value"))]);
        assert_eq!(file.instructions[3].paths(), Some((vec![".".to_owned()], ".".to_owned())));
        assert_eq!(file.shipped_stages(), [1, 0]);
        let at = file.instructions[2].at;
        assert!(text.get(at.start..at.end).unwrap().ends_with("two words\""));
    }

    #[test]
    fn a_stage_of_which_only_the_result_is_taken_is_left_behind() {
        let file = Dockerfile::read(
            "FROM a AS build\nWORKDIR /app\nCOPY . .\nFROM b\nCOPY --from=build /app/dist /srv\n",
        );
        assert_eq!(file.shipped_stages(), [1]);
        assert!(Dockerfile::read("COPY \\").instructions.len() <= 1);
        assert!(Dockerfile::read("RUN <<EOF\nnever closed").instructions.len() == 1);
    }
}
