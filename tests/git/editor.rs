//! `kagiban lsp`, spoken to as editors do.

use std::collections::VecDeque;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use kagiban::rules::sample;
use serde_json::{Value, json};

use super::sandbox::Sandbox;

/// An editor with a folder open.
struct Editor {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    root: String,
    last_id: i64,
    heard: VecDeque<Value>,
    /// Everything that was ever received.
    transcript: String,
}

impl Editor {
    fn new(repo: &Sandbox, arguments: &[&str]) -> Self {
        let mut command = repo.tool(&repo.outside());
        command
            .arg("lsp")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let root = format!("file://{}", repo.top.display());
        let (heard, transcript) = (VecDeque::new(), String::new());
        let mut editor = Self { child, to, from, root, last_id: 0, heard, transcript };
        let folders = json!([{"uri": editor.root, "name": "shop"}]);
        let asked = editor.ask(
            "initialize",
            json!({"processId": null, "rootUri": null, "capabilities": {}, "workspaceFolders": folders}),
        );
        assert_eq!(asked["serverInfo"]["name"], "kagiban");
        editor.tell("initialized", json!({}));
        editor
    }

    fn send(&mut self, frame: &Value) {
        let body = frame.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.to.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.from.read_line(&mut line).unwrap(), 0, "it ended: {}", self.transcript);
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", value)) => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.from.read_exact(&mut body).unwrap();
        self.transcript.push_str(std::str::from_utf8(&body).unwrap());
        serde_json::from_slice(&body).unwrap()
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last_id += 1;
        let id = self.last_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        loop {
            let frame = self.receive();
            if frame.get("id") == Some(&json!(id)) && frame.get("method").is_none() {
                return frame["result"].clone();
            }
            self.heard.push_back(frame);
        }
    }

    /// The next thing of this kind that the server says by itself.
    fn next(&mut self, method: &str) -> Value {
        if let Some(at) = self.heard.iter().position(|frame| frame["method"] == method) {
            return self.heard.remove(at).unwrap()["params"].clone();
        }
        loop {
            let frame = self.receive();
            if frame["method"] == method {
                return frame["params"].clone();
            }
            self.heard.push_back(frame);
        }
    }

    fn open(&mut self, path: &str, text: &str) -> Vec<Value> {
        let uri = format!("{}/{path}", self.root);
        self.tell(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": "x", "version": 1, "text": text}}),
        );
        let said = self.next("textDocument/publishDiagnostics");
        assert_eq!(said["uri"], uri);
        said["diagnostics"].as_array().unwrap().clone()
    }

    fn change(&mut self, path: &str, version: i64, text: &str) -> Vec<Value> {
        let document = json!({"uri": format!("{}/{path}", self.root), "version": version});
        self.tell(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": [{"text": text}]}),
        );
        self.next("textDocument/publishDiagnostics")["diagnostics"].as_array().unwrap().clone()
    }

    fn actions(&mut self, path: &str, diagnostic: &Value) -> Vec<Value> {
        let uri = format!("{}/{path}", self.root);
        let context = json!({"diagnostics": [diagnostic]});
        let range = &diagnostic["range"];
        let said = self.ask(
            "textDocument/codeAction",
            json!({"textDocument": {"uri": uri}, "range": range, "context": context}),
        );
        said.as_array().unwrap().clone()
    }

    fn execute(&mut self, action: &Value) -> Value {
        let command = &action["command"];
        self.ask(
            "workspace/executeCommand",
            json!({"command": command["command"], "arguments": command["arguments"]}),
        )
    }

    fn end(mut self) -> String {
        assert_eq!(self.ask("shutdown", Value::Null), Value::Null);
        self.tell("exit", Value::Null);
        assert!(self.child.wait().unwrap().success());
        self.transcript
    }
}

#[test]
fn an_editor_sees_hovers_and_mends() {
    let repo = Sandbox::new();
    repo.write(".gitignore", "target\n");
    let secret = sample("amzn1.oa2-cs.v1.{hex:64}", 3);
    let text = format!("# 鍵\nimport os\n\nclass A:\n    clientSecret = \"{secret}\"\n");
    let mut editor = Editor::new(&repo, &["--stdio"]);
    let diagnostics = editor.open("src/app.py", &text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:#?}");
    let diagnostic = &diagnostics[0];
    assert_eq!(
        (&diagnostic["code"], &diagnostic["source"]),
        (&json!("lwa-client-secret"), &json!("kagiban"))
    );
    assert_eq!(diagnostic["severity"], 1);
    let start = json!({"line": 4, "character": 20});
    assert_eq!(diagnostic["range"]["start"], start);
    assert_eq!(diagnostic["range"]["end"]["character"], 20 + secret.len());

    let uri = format!("{}/src/app.py", editor.root);
    let hover = editor.ask(
        "textDocument/hover",
        json!({"textDocument": {"uri": uri}, "position": {"line": 4, "character": 30}}),
    );
    let told = hover["contents"]["value"].as_str().unwrap();
    assert!(told.contains("kagiban explain lwa-client-secret") && told.contains("Rotate"), "{told}");
    let none = editor.ask(
        "textDocument/hover",
        json!({"textDocument": {"uri": uri}, "position": {"line": 1, "character": 1}}),
    );
    assert_eq!(none, Value::Null);

    let actions = editor.actions("src/app.py", diagnostic);
    let titles: Vec<&str> = actions.iter().map(|action| action["title"].as_str().unwrap()).collect();
    assert_eq!(
        titles,
        [
            "Move to .env as LWA_CLIENT_SECRET",
            "Allow lwa-client-secret here, with a reason and an end",
            "Explain lwa-client-secret"
        ]
    );
    // Allowed, it is gone.
    let edit = &actions[1]["edit"]["changes"][&uri][0];
    assert_eq!(edit["range"]["start"], json!({"line": 4, "character": 0}));
    let comment = edit["newText"].as_str().unwrap();
    assert!(comment.starts_with("    # kagiban:allow lwa-client-secret reason=\""), "{comment}");
    let allowed = text.replace("    clientSecret", &format!("{comment}    clientSecret"));
    assert!(editor.change("src/app.py", 2, &allowed).is_empty());
    // Moved, the value is in .env, which git ignores, and its name is left.
    assert_eq!(editor.change("src/app.py", 3, &text).len(), 1);
    assert_eq!(editor.execute(&actions[0]), Value::Null, "of an older text");
    assert_eq!(editor.next("window/showMessage")["type"], 1);
    assert!(!repo.top.join(".env").exists());
    let actions = editor.actions("src/app.py", diagnostic);
    editor.execute(&actions[0]);
    assert_eq!(editor.next("window/showMessage")["type"], 3);
    assert_eq!(fs::read_to_string(repo.top.join(".env")).unwrap(), format!("LWA_CLIENT_SECRET={secret}\n"));
    repo.git(&["check-ignore", "-q", ".env"]);
    let edit = editor.next("workspace/applyEdit")["edit"]["changes"][&uri][0].clone();
    assert_eq!(edit["newText"], "os.environ[\"LWA_CLIENT_SECRET\"]");
    assert_eq!(
        (&edit["range"]["start"]["character"], &edit["range"]["end"]["character"]),
        (&json!(19), &json!(21 + secret.len()))
    );
    let explained = editor.execute(&actions[2]);
    assert!(explained.as_str().unwrap().contains("Rotate the client secret"), "{explained}");
    let transcript = editor.end();
    assert!(!transcript.contains(secret.get(20..).unwrap()), "no secret was ever sent");
}

#[test]
fn each_file_gets_the_fixes_its_language_has() {
    let repo = Sandbox::new();
    let secret = sample("amzn1.oa2-cs.v1.{hex:64}", 4);
    let mut editor = Editor::new(&repo, &["--lang", "ja"]);
    let titles = |editor: &mut Editor, path: &str, text: String| {
        let diagnostics = editor.open(path, &text);
        let actions = editor.actions(path, &diagnostics[0]);
        actions.iter().map(|action| action["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for (path, text, moves, allows) in [
        ("a.ts", format!("const clientSecret = '{secret}';\n"), true, true),
        ("docker-compose.yml", format!("x:\n  LWA_CLIENT_SECRET: {secret}\n"), true, true),
        ("data.json", format!("{{\"client_secret\": \"{secret}\"}}\n"), false, false),
        (".env", format!("LWA_CLIENT_SECRET={secret}\n"), false, true),
        ("notes.md", format!("client_secret: {secret}\n"), false, true),
    ] {
        let titles = titles(&mut editor, path, text);
        let has = |word: &str| titles.iter().any(|title| title.contains(word));
        assert_eq!((has(".env に"), has("許可"), has("説明")), (moves, allows, true), "{path}: {titles:?}");
    }
    assert!(!editor.end().contains(secret.get(20..).unwrap()));
}

#[test]
fn settings_hold_in_editors_too() {
    let repo = Sandbox::new();
    repo.write("kagiban.toml", "skip = [\"lwa-client-secret\"]\n");
    let secret = sample("amzn1.oa2-cs.v1.{hex:64}", 5);
    let mut editor = Editor::new(&repo, &[]);
    assert!(editor.open("a.py", &format!("client_secret = '{secret}'\n")).is_empty());
    editor.end();
    repo.write("kagiban.toml", "skip = [\n");
    let mut editor = Editor::new(&repo, &[]);
    let said = editor.next("window/showMessage");
    assert!(said["type"] == 1 && said["message"].as_str().unwrap().contains("kagiban.toml"), "{said}");
    drop(editor.to);
    assert_eq!(editor.child.wait().unwrap().code(), Some(2));
}
