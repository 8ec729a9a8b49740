//! Quick fixes: what an editor can do about a finding.

use std::collections::HashMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use lsp_types::{
    CodeAction, CodeActionKind, Command, Diagnostic, Position, Range, TextEdit, Uri, WorkspaceEdit,
};
use serde_json::json;

use super::text::OpenText;
use super::{EXPLAIN, MOVE_TO_ENV};
use crate::lang::{AboutEditor, Lang, Message};
use crate::model::{Finding, Region};
use crate::rules::Catalogue;

/// How long an acceptance holds that nobody gave another end.
const ALLOWED_DAYS: i64 = 90;

/// How a language reads a variable of the environment and writes a comment.
struct Dialect {
    endings: &'static [&'static str],
    /// What stands for a quoted value; `NAME` is the variable.
    expression: Option<&'static str>,
    /// What stands for a value inside quotes, or without any.
    bare: Option<&'static str>,
    comment: Option<(&'static str, &'static str)>,
}

const fn code(endings: &'static [&'static str], expression: &'static str, comment: &'static str) -> Dialect {
    Dialect { endings, expression: Some(expression), bare: None, comment: Some((comment, "")) }
}

const DIALECTS: &[Dialect] = &[
    code(&["py", "pyi"], "os.environ[\"NAME\"]", "# "),
    code(&["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"], "process.env.NAME", "// "),
    code(&["php"], "getenv('NAME')", "// "),
    code(&["rb"], "ENV.fetch(\"NAME\")", "# "),
    code(&["java", "kt", "kts", "scala", "groovy"], "System.getenv(\"NAME\")", "// "),
    code(&["go"], "os.Getenv(\"NAME\")", "// "),
    code(&["cs"], "Environment.GetEnvironmentVariable(\"NAME\")", "// "),
    code(&["rs"], "std::env::var(\"NAME\")?", "// "),
    code(&["ps1", "psm1"], "$env:NAME", "# "),
    Dialect {
        endings: &["sh", "bash", "zsh", "yml", "yaml", "toml", "conf", "ini", "properties", "env"],
        expression: None,
        bare: Some("${NAME}"),
        comment: Some(("# ", "")),
    },
    Dialect {
        endings: &["md", "html", "xml"],
        expression: None,
        bare: None,
        comment: Some(("<!-- ", " -->")),
    },
    Dialect { endings: &["sql", "lua", "hs"], expression: None, bare: None, comment: Some(("-- ", "")) },
    Dialect {
        endings: &["c", "h", "cpp", "hpp", "swift", "dart"],
        expression: None,
        bare: None,
        comment: Some(("// ", "")),
    },
];

/// The endings of what is a file of variables itself: nothing is moved out of it.
fn dialect(path: &str) -> Option<&'static Dialect> {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    if name.starts_with(".env") || matches!(name.as_str(), "dockerfile" | "makefile") {
        return DIALECTS.iter().find(|dialect| dialect.endings.contains(&"env"));
    }
    let (_, ending) = name.rsplit_once('.')?;
    DIALECTS.iter().find(|dialect| dialect.endings.contains(&ending))
}

/// A finding in an open document.
pub(super) struct Case<'a> {
    pub(super) uri: &'a Uri,
    pub(super) path: &'a str,
    pub(super) text: &'a OpenText,
    pub(super) finding: &'a Finding,
    pub(super) region: Region,
    pub(super) diagnostic: &'a Diagnostic,
    pub(super) catalogue: &'a Catalogue,
    pub(super) lang: Lang,
    pub(super) today: Date,
}

/// The way out of a document that a value takes: the variable, and what is left in its place.
pub(super) struct Move {
    pub(super) name: String,
    pub(super) edit: TextEdit,
}

impl Case<'_> {
    /// Everything that can be done, what mends first.
    pub(super) fn actions(&self) -> Vec<CodeAction> {
        let moved =
            self.moved().map(|to| self.command(AboutEditor::MoveToEnv { name: &to.name }, MOVE_TO_ENV));
        let explained = self.command(AboutEditor::Explain { rule: self.finding.rule.as_str() }, EXPLAIN);
        moved.into_iter().chain(self.allow()).chain([explained]).collect()
    }

    fn action(&self, about: AboutEditor<'_>) -> CodeAction {
        CodeAction {
            title: Message::from(about).say(self.lang),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: Some(vec![self.diagnostic.clone()]),
            ..CodeAction::default()
        }
    }

    fn command(&self, about: AboutEditor<'_>, command: &str) -> CodeAction {
        let action = self.action(about);
        let arguments = json!({
            "uri": self.uri, "rule": self.finding.rule, "version": self.text.version,
            "line": self.region.start.line, "column": self.region.start.column,
        });
        let command = Command {
            title: action.title.clone(),
            command: command.to_owned(),
            arguments: Some(vec![arguments]),
        };
        CodeAction { command: Some(command), ..action }
    }

    /// What is left where a secret was, if the language can read the environment there.
    pub(super) fn moved(&self) -> Option<Move> {
        self.finding.secret.as_ref()?;
        let is_env = self.path.rsplit('/').next().is_some_and(|name| name.starts_with(".env"));
        let dialect = dialect(self.path).filter(|_| !is_env)?;
        let value = self.text.value(self.region)?;
        // A value that needs quoting in .env is left to its owner.
        if value.text.is_empty() || value.text.contains(['"', '\'', '\\', '$', '`', '#', ' ']) {
            return None;
        }
        let name = self.variable();
        let (form, range) = match (dialect.expression, dialect.bare) {
            (Some(expression), _) if value.is_quoted => (expression, value.outer),
            (_, Some(bare)) => (bare, value.inner),
            _ => return None,
        };
        Some(Move { edit: TextEdit { range, new_text: form.replace("NAME", &name) }, name })
    }

    /// The name it has where it stands, else that of its rule.
    fn variable(&self) -> String {
        let named = self.finding.evidence.iter().find(|evidence| evidence.kind == "name");
        let name = named.map_or_else(|| self.finding.rule.as_str(), |evidence| evidence.text.as_str());
        let mut out = String::new();
        let mut was_lower = false;
        for c in name.chars() {
            if c.is_ascii_alphanumeric() {
                if c.is_ascii_uppercase() && was_lower {
                    out.push('_');
                }
                out.push(c.to_ascii_uppercase());
            } else if !out.is_empty() && !out.ends_with('_') {
                out.push('_');
            }
            was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        }
        let out = out.trim_end_matches('_');
        if out.starts_with(|c: char| c.is_ascii_alphabetic()) {
            out.to_owned()
        } else {
            "SP_API_SECRET".to_owned()
        }
    }

    /// A comment on the line above that accepts the finding; its owner writes why.
    fn allow(&self) -> Option<CodeAction> {
        let rule = self.catalogue.get(&self.finding.rule)?;
        if self.finding.secret.is_some() && rule.is_guessable() {
            // Only an `[[allow]]` accepts what can be guessed.
            return None;
        }
        let (open, close) = dialect(self.path)?.comment?;
        let line = self.region.start.line;
        let until = self.today.checked_add(ALLOWED_DAYS.days()).ok()?;
        let reason = Message::from(AboutEditor::WhyAllowed).say(self.lang);
        let indent = self.text.indent(line);
        let new_text =
            format!("{indent}{open}kagiban:allow {} reason=\"{reason}\" until={until}{close}\n", rule.id);
        let at = Position { line: u32::try_from(line.saturating_sub(1)).ok()?, character: 0 };
        let edit = TextEdit { range: Range { start: at, end: at }, new_text };
        Some(CodeAction {
            edit: Some(changing(self.uri, edit)),
            ..self.action(AboutEditor::Allow { rule: rule.id.as_str() })
        })
    }
}

/// An edit of one document.
pub(super) fn changing(uri: &Uri, edit: TextEdit) -> WorkspaceEdit {
    WorkspaceEdit { changes: Some(HashMap::from([(uri.clone(), vec![edit])])), ..WorkspaceEdit::default() }
}
