//! What editors ask of Kagiban, over the language server protocol on standard input and output.
//!
//! Open documents are audited as they are typed. Nothing that is sent holds a secret: a value that
//! moves to `.env` is written there by this side, and the editor is told what to leave in its place.

mod fixes;
mod text;
mod variables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use lsp_server::{Connection, Message as Frame, Notification, Request, RequestId, Response};
use lsp_types::notification::{
    DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _, PublishDiagnostics,
    ShowMessage,
};
use lsp_types::request::{ApplyWorkspaceEdit, CodeActionRequest, ExecuteCommand, HoverRequest, Request as _};
use lsp_types::{
    ApplyWorkspaceEditParams, CodeActionKind, CodeActionOptions, CodeActionParams,
    CodeActionProviderCapability, Diagnostic, DiagnosticSeverity, DidChangeTextDocumentParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, ExecuteCommandOptions, ExecuteCommandParams,
    Hover, HoverContents, HoverParams, HoverProviderCapability, InitializeParams, MarkupContent, MarkupKind,
    MessageType, NumberOrString, Position, PublishDiagnosticsParams, Range, ServerCapabilities,
    ShowMessageParams, TextDocumentSyncCapability, TextDocumentSyncKind, Uri,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::lang::{AboutEditor, Lang, Message};
use crate::model::{Finding, Region, RuleId, Severity};
use crate::report::wire::WireFinding;
use crate::report::{Context, write_explain};
use crate::rules::Catalogue;
use crate::rules::lists::REMEDIATION;
use fixes::{Case, changing};
use text::OpenText;
use variables::NotMoved;

/// The command that moves a value to `.env`.
const MOVE_TO_ENV: &str = "kagiban.moveToEnv";
/// The command that says what a rule means.
const EXPLAIN: &str = "kagiban.explain";

/// Columns of an explanation.
const WIDTH: u16 = 100;

/// Who judges documents.
pub trait Auditor {
    /// Returns what counts in a document of this path.
    fn audit(&self, path: &str, bytes: &[u8]) -> Vec<Finding>;
    /// Returns the rules in use.
    fn catalogue(&self) -> &Catalogue;
    /// Returns the language of people.
    fn lang(&self) -> Lang;
    /// Returns the day.
    fn today(&self) -> Date;
    /// Returns the folder that paths count from.
    fn top(&self) -> &Path;
}

/// Why a session ended before its time.
#[derive(Debug, thiserror::Error)]
pub enum SessionError<E> {
    /// What arrives is not of the protocol.
    #[error("the editor does not speak the protocol: {0}")]
    Protocol(String),
    /// Documents cannot be judged.
    #[error("{0}")]
    Auditor(E),
}

/// Serves an editor until it is done. `auditor` makes a judge for the folder that the editor opened.
///
/// # Errors
/// When what arrives is not of the protocol, or there is no judge.
pub fn serve<A: Auditor, E: std::fmt::Display>(
    connection: &Connection,
    auditor: impl FnOnce(&Path) -> Result<A, E>,
) -> Result<(), SessionError<E>> {
    let failed = |error: lsp_server::ProtocolError| SessionError::Protocol(error.to_string());
    let (id, asked) = connection.initialize_start().map_err(failed)?;
    let server = json!({"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")});
    let answer = json!({"capabilities": capabilities(), "serverInfo": server});
    connection.initialize_finish(id, answer).map_err(failed)?;
    let asked: InitializeParams = serde_json::from_value(asked).unwrap_or_default();
    let auditor = match auditor(&opened_folder(&asked).unwrap_or_default()) {
        Ok(auditor) => auditor,
        Err(error) => {
            say(connection, MessageType::ERROR, error.to_string());
            wait_for_the_end(connection);
            return Err(SessionError::Auditor(error));
        }
    };
    let mut session = Session { connection, auditor, open: BTreeMap::new(), waiting: Vec::new(), asked: 0 };
    for frame in &connection.receiver {
        match frame {
            Frame::Request(request) => {
                if connection.handle_shutdown(&request).map_err(failed)? {
                    return Ok(());
                }
                session.answer(request);
            }
            Frame::Notification(notification) => session.hear(notification),
            Frame::Response(_) => {}
        }
        // While the editor goes on talking the text is not what it will be.
        if connection.receiver.is_empty() {
            session.audit();
        }
    }
    Ok(())
}

/// Does nothing until the editor is done: one whose server ends at once starts it again and again.
fn wait_for_the_end(connection: &Connection) {
    for frame in &connection.receiver {
        let Frame::Request(request) = frame else { continue };
        if connection.handle_shutdown(&request).unwrap_or(true) {
            return;
        }
        let response = Response::new_ok(request.id, Value::Null);
        drop(connection.sender.send(Frame::Response(response)));
    }
}

fn capabilities() -> ServerCapabilities {
    ServerCapabilities {
        text_document_sync: Some(TextDocumentSyncCapability::Kind(TextDocumentSyncKind::FULL)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
            ..CodeActionOptions::default()
        })),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![MOVE_TO_ENV.to_owned(), EXPLAIN.to_owned()],
            ..ExecuteCommandOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

fn opened_folder(asked: &InitializeParams) -> Option<PathBuf> {
    #[expect(deprecated, reason = "older editors name the folder only this way")]
    let root = asked.root_uri.as_ref();
    let folders = asked.workspace_folders.iter().flatten().map(|folder| &folder.uri);
    folders.chain(root).find_map(file_of)
}

/// The file that an address names.
fn file_of(uri: &Uri) -> Option<PathBuf> {
    uri.scheme().is_some_and(|scheme| scheme.as_str() == "file").then_some(())?;
    let path = uri.path().as_estr().decode().into_string_lossy().into_owned();
    // A drive stands behind a slash: /c:/shop.
    let has_drive = path.get(2..3) == Some(":");
    Some(PathBuf::from(if has_drive { path.trim_start_matches('/') } else { &path }))
}

/// A finding and where the editor shows it.
struct Shown {
    finding: Finding,
    region: Region,
    diagnostic: Diagnostic,
}

struct Open {
    uri: Uri,
    path: String,
    text: OpenText,
    shown: Vec<Shown>,
}

struct Session<'c, A> {
    connection: &'c Connection,
    auditor: A,
    /// By their addresses as written.
    open: BTreeMap<String, Open>,
    /// Those whose text changed since they were audited.
    waiting: Vec<String>,
    /// Requests made of the editor.
    asked: i32,
}

/// What a command is about.
#[derive(Deserialize)]
struct About {
    uri: Uri,
    rule: RuleId,
    version: i32,
    line: u64,
    column: u64,
}

impl<A: Auditor> Session<'_, A> {
    fn hear(&mut self, heard: Notification) {
        match heard.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Ok(DidOpenTextDocumentParams { text_document: opened }) =
                    serde_json::from_value(heard.params)
                {
                    let text = OpenText::new(opened.version, opened.text);
                    let path = self.path_of(&opened.uri);
                    let key = opened.uri.as_str().to_owned();
                    self.open.insert(key.clone(), Open { uri: opened.uri, path, text, shown: Vec::new() });
                    self.waiting.push(key);
                }
            }
            DidChangeTextDocument::METHOD => {
                let Ok(changed) = serde_json::from_value::<DidChangeTextDocumentParams>(heard.params) else {
                    return;
                };
                let (document, last) =
                    (changed.text_document, changed.content_changes.into_iter().next_back());
                let open = self.open.get_mut(document.uri.as_str());
                if let Some((open, last)) = open.zip(last) {
                    open.text = OpenText::new(document.version, last.text);
                    self.waiting.push(document.uri.as_str().to_owned());
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Ok(DidCloseTextDocumentParams { text_document }) = serde_json::from_value(heard.params)
                {
                    self.open.remove(text_document.uri.as_str());
                    self.publish(text_document.uri, Vec::new(), None);
                }
            }
            _ => {}
        }
    }

    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        // What is asked about a document is about its last text.
        self.audit();
        let result = match method.as_str() {
            HoverRequest::METHOD => {
                serde_json::from_value(params).ok().and_then(|params| self.hover(&params))
            }
            CodeActionRequest::METHOD => {
                serde_json::from_value(params).ok().map(|params| self.actions(&params))
            }
            ExecuteCommand::METHOD => serde_json::from_value(params).ok().map(|params| self.execute(params)),
            _ => {
                let code = lsp_server::ErrorCode::MethodNotFound as i32;
                return self.send(Frame::Response(Response::new_err(id, code, "unknown method".to_owned())));
            }
        };
        self.send(Frame::Response(Response::new_ok(id, result)));
    }

    fn audit(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_unstable();
        waiting.dedup();
        for key in waiting {
            let Some(open) = self.open.get(&key) else { continue };
            let findings = self.auditor.audit(&open.path, open.text.bytes());
            let shown: Vec<Shown> =
                findings.into_iter().flat_map(|finding| self.shown(finding, &open.text)).collect();
            let diagnostics = shown.iter().map(|shown| shown.diagnostic.clone()).collect();
            let (uri, version) = (open.uri.clone(), open.text.version);
            if let Some(open) = self.open.get_mut(&key) {
                open.shown = shown;
            }
            self.publish(uri, diagnostics, Some(version));
        }
    }

    /// A finding at each of its places in the document.
    fn shown(&self, finding: Finding, text: &OpenText) -> Vec<Shown> {
        let also =
            finding.also_at.iter().filter(|also| also.rule.is_none()).filter_map(|also| also.place.region);
        let first = Region {
            start: crate::model::Position { line: 1, column: 1 },
            end: crate::model::Position { line: 1, column: 1 },
        };
        let regions: Vec<Region> = [finding.place.region.unwrap_or(first)].into_iter().chain(also).collect();
        let wire = WireFinding::new(&finding, &self.context());
        let shown = |region| {
            let secret = finding.secret.as_ref().map(|secret| format!(" ({})", secret.redacted.as_str()));
            let diagnostic = Diagnostic {
                range: text.range(region),
                severity: Some(severity(finding.severity)),
                code: Some(NumberOrString::String(finding.rule.as_str().to_owned())),
                source: Some("kagiban".to_owned()),
                message: format!("{}{}", wire.title, secret.unwrap_or_default()),
                ..Diagnostic::default()
            };
            Shown { finding: finding.clone(), region, diagnostic }
        };
        regions.into_iter().map(shown).collect()
    }

    fn publish(&self, uri: Uri, diagnostics: Vec<Diagnostic>, version: Option<i32>) {
        let params = PublishDiagnosticsParams { uri, diagnostics, version };
        self.send(Frame::Notification(Notification::new(PublishDiagnostics::METHOD.to_owned(), params)));
    }

    fn hover(&self, asked: &HoverParams) -> Option<Value> {
        let place = &asked.text_document_position_params;
        let open = self.open.get(place.text_document.uri.as_str())?;
        let shown = open.shown.iter().find(|shown| holds(&shown.diagnostic.range, place.position))?;
        let hover = Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: MarkupKind::Markdown,
                value: self.told(&shown.finding),
            }),
            range: Some(shown.diagnostic.range),
        };
        serde_json::to_value(hover).ok()
    }

    /// What a hover says: what it is, why it matters, and the first thing to do.
    fn told(&self, finding: &Finding) -> String {
        let lang = self.auditor.lang();
        let wire = WireFinding::new(finding, &self.context());
        let secret = wire.secret.map(|secret| match secret.length {
            Some(length) => format!("`{}` ({length})\n\n", secret.redacted),
            None => format!("`{}`\n\n", secret.redacted),
        });
        let rule = self.auditor.catalogue().get(&finding.rule).map(|rule| &rule.file);
        let why = rule.map_or("", |file| match (&file.text.ja, lang) {
            (Some(ja), Lang::Ja) => ja.why.as_str(),
            _ => file.text.en.why.as_str(),
        });
        let steps: String = rule
            .map_or(&[][..], |file| &file.remediation)
            .iter()
            .filter_map(|id| REMEDIATION.get(id))
            .map(|step| format!("- {}\n", if lang == Lang::Ja { &step.title.ja } else { &step.title.en }))
            .collect();
        let severity = finding.severity.as_str();
        format!(
            "**{}** · {severity}\n\n{}{}\n\n{why}\n\n{steps}\n`kagiban explain {}`",
            wire.title,
            secret.unwrap_or_default(),
            wire.message,
            finding.rule
        )
    }

    fn actions(&self, asked: &CodeActionParams) -> Value {
        let Some(open) = self.open.get(asked.text_document.uri.as_str()) else { return json!([]) };
        let touched = open.shown.iter().filter(|shown| overlap(&shown.diagnostic.range, &asked.range));
        let actions: Vec<_> = touched.flat_map(|shown| self.case(open, shown).actions()).collect();
        json!(actions)
    }

    fn case<'a>(&'a self, open: &'a Open, shown: &'a Shown) -> Case<'a> {
        Case {
            uri: &open.uri,
            path: &open.path,
            text: &open.text,
            finding: &shown.finding,
            region: shown.region,
            diagnostic: &shown.diagnostic,
            catalogue: self.auditor.catalogue(),
            lang: self.auditor.lang(),
            today: self.auditor.today(),
        }
    }

    fn execute(&mut self, asked: ExecuteCommandParams) -> Value {
        let about = asked.arguments.into_iter().next().and_then(|about| serde_json::from_value(about).ok());
        let Some(about): Option<About> = about else { return Value::Null };
        match asked.command.as_str() {
            EXPLAIN => {
                let text = self.explained(&about.rule);
                self.say(MessageType::INFO, text.clone());
                json!(text)
            }
            MOVE_TO_ENV => {
                let (kind, about) = match self.move_to_env(&about) {
                    Ok(name) => (MessageType::INFO, self.speak(AboutEditor::Moved { name: &name })),
                    Err(reason) => {
                        (MessageType::ERROR, self.speak(AboutEditor::NotMoved { reason: &reason }))
                    }
                };
                self.say(kind, about);
                Value::Null
            }
            _ => Value::Null,
        }
    }

    /// Writes the value to `.env`, and has the editor put a reference in its place.
    fn move_to_env(&mut self, about: &About) -> Result<String, String> {
        let changed = || self.speak(AboutEditor::Changed);
        let open = self.open.get(about.uri.as_str()).filter(|open| open.text.version == about.version);
        let open = open.ok_or_else(changed)?;
        let is_it = |shown: &&Shown| {
            let start = shown.region.start;
            shown.finding.rule == about.rule && (start.line, start.column) == (about.line, about.column)
        };
        let shown = open.shown.iter().find(is_it).ok_or_else(changed)?;
        let (moved, value) =
            self.case(open, shown).moved().zip(open.text.value(shown.region)).ok_or_else(changed)?;
        variables::add(self.auditor.top(), &moved.name, value.text).map_err(|error| match error {
            NotMoved::NameTaken => self.speak(AboutEditor::NameTaken { name: &moved.name }),
            NotMoved::File(error) => crate::model::reason(&error),
        })?;
        let params = ApplyWorkspaceEditParams { label: None, edit: changing(&open.uri, moved.edit) };
        self.asked = self.asked.wrapping_add(1);
        let id = RequestId::from(self.asked);
        self.send(Frame::Request(Request::new(id, ApplyWorkspaceEdit::METHOD.to_owned(), params)));
        Ok(moved.name)
    }

    fn explained(&self, rule: &RuleId) -> String {
        let mut text = Vec::new();
        if let Some(rule) = self.auditor.catalogue().get(rule) {
            // Memory takes everything.
            drop(write_explain(rule, &self.context(), &mut text));
        }
        String::from_utf8_lossy(&text).into_owned()
    }

    fn context(&self) -> Context<'_> {
        Context {
            catalogue: self.auditor.catalogue(),
            lang: self.auditor.lang(),
            width: Some(WIDTH),
            color: false,
            links: None,
        }
    }

    /// The path that reports would show.
    fn path_of(&self, uri: &Uri) -> String {
        let Some(file) = file_of(uri) else { return uri.path().as_str().to_owned() };
        file.strip_prefix(self.auditor.top()).unwrap_or(&file).to_string_lossy().replace('\\', "/")
    }

    fn speak(&self, about: AboutEditor<'_>) -> String {
        Message::from(about).say(self.auditor.lang())
    }

    fn say(&self, kind: MessageType, message: String) {
        say(self.connection, kind, message);
    }

    fn send(&self, frame: Frame) {
        // An editor that went away is told nothing; the loop then ends.
        drop(self.connection.sender.send(frame));
    }
}

fn say(connection: &Connection, kind: MessageType, message: String) {
    let params = ShowMessageParams { typ: kind, message };
    let shown = Notification::new(ShowMessage::METHOD.to_owned(), params);
    drop(connection.sender.send(Frame::Notification(shown)));
}

const fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Critical | Severity::High => DiagnosticSeverity::ERROR,
        Severity::Medium => DiagnosticSeverity::WARNING,
        Severity::Low => DiagnosticSeverity::INFORMATION,
        Severity::Info => DiagnosticSeverity::HINT,
    }
}

fn holds(range: &Range, position: Position) -> bool {
    range.start <= position && position <= range.end
}

fn overlap(one: &Range, other: &Range) -> bool {
    one.start <= other.end && other.start <= one.end
}
