//! Fields and dialogs, in markup and in programs, with what they say they are for.

use std::cell::LazyCell;
use std::sync::LazyLock;

use regex::Regex;

use super::{Ask, LABEL_SEARCH, Who, across_lines, asked, span, telling};
use crate::audit::pattern::pattern;
use crate::audit::{Page, Sought};
use crate::model::Span;

/// An element into which something is typed. What elements hold is not counted, in the patterns below
/// neither: with a count of any signs the three took twenty times as long to compile.
static ELEMENT: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"<\.?(?:input|inputtext|textarea|textbox|passwordbox|textfield|edittext|[a-z][\w.:-]*(?:field|input|inputtext|textbox|passwordbox|password|edittext))\b[^<>]*(?:=>[^<>]*)*"#,
    )
});
/// What such an element says it is for.
static ATTRIBUTE: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"[\s:@](?:name|id|label|placeholder|(?:v-|x-|wire:)model(?:\.\w+)*|\[\(ngmodel\)\]|formcontrolname|title|aria-label|hint|x:name|labeltext|ng-model|asp-for|bind-value|th:field|path|field)\s*=\s*(?:\{\s*)?(?:\w+\(\s*)?["'](?<label>[^"'<>]{3,80})["']|(?:bind:value=\{|[\s]value=\{|\.\.\.\w{0,20}register\(\s*["']|field=\{@?\w+\[:)(?<bound>[\w.]{3,80})"#,
    )
});
/// A caption in front of an element.
static CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"<(?:label|th|td|dt|span|p|div|h\d|b|strong|legend|mat-label|form\.label|formlabel|inputlabel|textblock|text)\b[^<>]*>(?<label>[^<>{}]{3,80})<",
    )
});
/// The same as an attribute of what stands around the element.
static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"<[a-z][\w.:-]*(?:item|label|group|control|textview)\b[^<>]*?[\s:](?:label|value|text|title)\s*=\s*(?:\{\s*)?(?:\w+\(\s*)?["'](?<label>[^"'<>]{3,80})["']"#,
    )
});
/// A field that a content system writes between brackets: `[text* secret]`, with what stands in front.
static SHORTCODE: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"(?<label>[^\n<>\[\]]{0,80})\[(?:text|password|textarea)\*?[ \t]+(?<name>[\w-]{3,60})[^\[\]\n]{0,80}\]",
    )
});
/// Elements far behind a caption are not its own.
const CAPTION_REACH_BYTES: usize = 400;
/// A function that shows a field or a dialog of a program with windows or pages.
static WINDOW: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"(?:\bst(?:\.sidebar)?\.text_input|\btext_input|\.text_input|askstring|inputbox|getText|window\.prompt|\bprompt|\b(?:outlined|filled|basic|md|cupertino|decorated)?textfield|\btextformfield|\bsecurefield|add_settings_field|form::(?:text|password)|(?:text|password)input::make|\b(?:char|string|password)field|\bf\.(?:text|password)_field|\b(?:text|password)_field_tag|\bgr\.text(?:box)?|\bform_label|\bui\.input|\bdcc\.input|\bsg\.text|ctkentry|ctklabel|\b(?:text|password)input|\bjlabel|\bqlabel|statictext|\.addrow|\blabel|\.setTitle|\.text_field|\.password_field|placeholder_text|setPlaceholderText|PasswordField)\s*\((?<arguments>[^()\n]{0,200}(?:\([^()]{0,60}\)[^()\n]{0,120})?)"#,
    )
});
/// The name a form field is declared under: `mws_secret_key = forms.CharField(`.
static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"(?<label>[a-z_][\w]{3,60})\s*=\s*(?:forms\.|wtforms\.|serializers\.)?(?:char|string|password|text)field\s*\("#,
    )
});
/// Of those, what opens a window by itself.
static DIALOG: LazyLock<Regex> =
    LazyLock::new(|| across_lines(r"^(?:askstring|inputbox|getText|window\.prompt|prompt|\.setTitle)"));
/// A variable of the environment, as a literal.
static VARIABLE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"["'][A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+["']"#));
/// A question described by an object: `{ label: "…", type: "password" }`.
static DESCRIBED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"["']?\b(?:displayname|label|title|question|message|name|key)["']?\s*(?::|=>)\s*(?:\w+\(\s*)?["'](?<label>[^"'\n]{3,80})["'][^{}\[\]]{0,200}?["']?type["']?\s*(?::|=>)\s*["'](?:password|text|short_text|input|secret)["']|["']?type["']?\s*(?::|=>)\s*["'](?:password|text|short_text|single_line_text|input|secret)["'][^{}\[\]]{0,200}?["']?\b(?:displayname|label|title|question|message|name|key)["']?\s*(?::|=>)\s*(?:\w+\(\s*)?["'](?<other>[^"'\n]{3,80})["']"#,
    )
});
/// The caption of a window's label: `lblSecret.Text = "LWA Client Secret"`.
static SET_CAPTION: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"(?:\.|\n\s*)(?:text|caption|content|headertext|placeholdertext|placeholder|texthint)\s*=\s*l?["'](?<label>[^"'\n]{3,80})["']|\b(?:labeltext|hinttext|hint_text|placeholdertext|placeholder)\s*:\s*['"](?<flutter>[^'"\n]{3,80})['"]"#,
    )
});
/// A field of a form as templates of Ruby write it: `f.password_field :client_secret`.
static RUBY_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(r"\b\w+\.(?:text_field|password_field|text_area|input)[\s(]+:(?<label>[a-z_]{4,60})\b")
});
/// A field that a class of a form adds, or that a view draws for a property of its model.
static ADDED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"->add\(\s*["'](?<label>\w{3,60})["']\s*,\s*(?:password|text)type|\b(?:password|textbox|editor)for\(\s*\w+\s*=>\s*\w+\.(?<other>[\w.]{3,60})|\bform_(?:row|widget)\(\s*\w+\.(?<row>\w{3,60})|["'](?<widget>\w{4,60})["']\s*:\s*(?:forms\.)?(?:password|text)input\b"#,
    )
});
static LITERAL: LazyLock<Regex> =
    LazyLock::new(|| across_lines(r#"["'“](?<label>[^"'“”\n]{3,100})["'”]|:(?<symbol>[a-z_]{4,60})\b"#));
/// What cannot be typed into.
static CLOSED: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r#"type\s*=\s*["']?(?:hidden|checkbox|radio|submit|button|file)\b|\b(?:readonly|disabled)\b(?:\s*=\s*["']?(?:true|readonly|disabled))?\s*(?:/?$|[\w:@])"#,
    )
});

/// What a window is given words with that stand beside a field.
const CAPTIONS: [&str; 9] =
    ["label", ".settitle", "sg.text", "ctklabel", "jlabel", "qlabel", "statictext", ".addrow", "addrow"];
/// What a window has fields with; ASCII letters in lower case.
pub(super) const ENTRY_WORDS: [&str; 15] = [
    ": tedit",
    "textinput",
    "entry(",
    "addtextitem",
    "qlineedit",
    "textbox",
    "textfield(",
    "textformfield(",
    "jpasswordfield",
    "jtextfield",
    "textctrl",
    "sg.input",
    "ui.input",
    "securefield(",
    "maskedinput",
];
static ENTRIES: LazyLock<Sought> = LazyLock::new(|| Sought::of(&ENTRY_WORDS));

/// Elements of markup, with what they or their captions say.
pub(super) fn elements(page: &Page<'_>, part: Span) -> Vec<Ask> {
    let text = page.text.get(part.start..part.end).unwrap_or_default();
    let mut asks = Vec::new();
    let mut elements: Vec<usize> = Vec::new();
    if memchr::memchr(b'<', text.as_bytes()).is_none() {
        return asks;
    }
    for element in ELEMENT.find_iter(text).filter(|element| !CLOSED.is_match(element.as_str())) {
        elements.push(element.start());
        if !LABEL_SEARCH.is_in(element.as_str().as_bytes()) {
            continue;
        }
        let label = ATTRIBUTE
            .captures_iter(element.as_str())
            .filter_map(|found| found.name("label").or_else(|| found.name("bound")))
            .find_map(|label| Some((asked(label.as_str())?, label)));
        if let Some((secret, label)) = label {
            let at = span(label, part.start + element.start());
            asks.push(Ask { secret, label: label.as_str().to_owned(), at, who: Who::Visitor });
        }
    }
    let captions = telling(&CAPTION, text).chain(telling(&LABELLED, text));
    for caption in captions.filter_map(|found| found.name("label")) {
        let next = elements.partition_point(|start| *start < caption.end());
        let is_near = elements.get(next).is_some_and(|start| *start < caption.end() + CAPTION_REACH_BYTES);
        if let Some(secret) = asked(caption.as_str()).filter(|_| is_near) {
            let label = caption.as_str().trim().to_owned();
            asks.push(Ask { secret, label, at: span(caption, part.start), who: Who::Visitor });
        }
    }
    asks
}

/// Fields between brackets.
pub(super) fn shortcodes(page: &Page<'_>, part: Span) -> Vec<Ask> {
    let text = page.text.get(part.start..part.end).unwrap_or_default();
    let of_field = |found: regex::Captures<'_>| {
        let (label, secret) = ["label", "name"].into_iter().find_map(|group| {
            let label = found.name(group)?;
            Some((Span::new(label.start(), label.end()), asked(label.as_str())?))
        })?;
        let words = text.get(label.start..label.end)?.trim().to_owned();
        let at = Span::new(part.start + label.start, part.start + label.end);
        Some(Ask { secret, label: words, at, who: Who::Visitor })
    };
    telling(&SHORTCODE, text).filter_map(of_field).collect()
}

/// Fields and dialogs that functions make.
pub(super) fn functions(page: &Page<'_>, part: Span) -> Vec<Ask> {
    let text = page.text.get(part.start..part.end).unwrap_or_default();
    let mut asks = Vec::new();
    let has_entries = LazyCell::new(|| ENTRIES.is_in(page));
    for found in telling(&WINDOW, text) {
        let Some(arguments) = found.name("arguments") else { continue };
        // A column of a table is filled by nobody directly.
        let is_column = found
            .get(0)
            .is_some_and(|whole| text.get(..whole.start()).is_some_and(|t| t.ends_with("models.")));
        if is_column {
            continue;
        }
        let is_caption = found.get(0).is_some_and(|whole| {
            let head = whole.as_str().to_ascii_lowercase();
            CAPTIONS.iter().any(|caption| head.starts_with(caption))
        });
        if !is_caption || *has_entries {
            let is_dialog = found.get(0).is_some_and(|whole| DIALOG.is_match(whole.as_str()));
            asks.extend(literal(
                part,
                arguments,
                if is_dialog || *has_entries { Who::Anybody } else { Who::Visitor },
            ));
        }
    }
    let captions: &[&LazyLock<Regex>] = if *has_entries { &[&SET_CAPTION] } else { &[] };
    for label in captions
        .iter()
        .flat_map(|p| telling(p, text))
        .filter_map(|found| found.name("label").or_else(|| found.name("flutter")))
    {
        if let Some(secret) = asked(label.as_str()) {
            let at = span(label, part.start);
            asks.push(Ask { secret, label: label.as_str().to_owned(), at, who: Who::Anybody });
        }
    }
    // What each cannot match without.
    let patterns: [(&LazyLock<Regex>, &[&str]); 4] = [
        (&DECLARED, &["field"]),
        (&DESCRIBED, &["type"]),
        (&RUBY_FIELD, &["_field", "_area", "input"]),
        (&ADDED, &["->add(", "for(", "form_", "input"]),
    ];
    let folded = page.folded.get(part.start..part.end).unwrap_or_default();
    for (pattern, _) in patterns.iter().filter(|(_, needs)| needs.iter().any(|word| folded.contains(word))) {
        let labels = telling(pattern, text).filter_map(|found| found.iter().skip(1).flatten().next());
        for label in labels {
            if let Some(secret) = asked(label.as_str()) {
                let who = if is_of_environment(page, part.start + label.start()) {
                    Who::Owner
                } else {
                    Who::Visitor
                };
                let (label, at) = (label.as_str().to_owned(), span(label, part.start));
                asks.push(Ask { secret, label, at, who });
            }
        }
    }
    asks
}

/// Whether the line names a variable of the environment as well.
fn is_of_environment(page: &Page<'_>, at: usize) -> bool {
    VARIABLE.is_match(page.line(page.lines().line_of(at)).0)
}

/// The first literal among arguments that asks for something.
fn literal(part: Span, arguments: regex::Match<'_>, who: Who) -> Option<Ask> {
    LITERAL.captures_iter(arguments.as_str()).find_map(|found| {
        let label = found.name("label").or_else(|| found.name("symbol"))?;
        let secret = asked(label.as_str())?;
        let at = span(label, part.start + arguments.start());
        Some(Ask { secret, label: label.as_str().to_owned(), at, who })
    })
}
