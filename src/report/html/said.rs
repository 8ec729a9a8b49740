//! Text as it may stand in HTML, in both languages.

use crate::lang::{Lang, Message};
use crate::report::{Context, terminal};

/// Says everything twice; the page shows one of the two.
pub(super) struct Said<'a> {
    each: [Context<'a>; 2],
    first: Context<'a>,
}

impl<'a> Said<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let of =
            |lang| Context { catalogue: context.catalogue, lang, width: None, color: false, links: None };
        Self { each: [of(Lang::En), of(Lang::Ja)], first: *context }
    }

    pub(super) const fn context(&self) -> &Context<'a> {
        &self.first
    }

    /// Says what the languages say, escaped; nothing where both say nothing.
    pub(super) fn both(&self, text: impl Fn(&Context<'_>) -> String) -> String {
        let said = self.each.map(|context| (context.lang.as_str(), escaped(&text(&context))));
        if said.iter().all(|(_, text)| text.is_empty()) {
            return String::new();
        }
        said.map(|(lang, text)| format!("<span lang=\"{lang}\">{text}</span>")).concat()
    }

    pub(super) fn say<'m>(&self, message: impl Into<Message<'m>>) -> String {
        let message = message.into();
        self.both(|context| message.say(context.lang))
    }

    /// Says it in the language of the report only, where there is room for one.
    pub(super) fn once<'m>(&self, message: impl Into<Message<'m>>) -> String {
        escaped(&message.into().say(self.first.lang))
    }
}

/// Text without a meaning in HTML, hidden characters made visible.
pub(in crate::report) fn escaped(text: &str) -> String {
    terminal::visible(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
