//! Every sentence the tool can say outside rule files, in English and Japanese.
//!
//! A sentence is a value: [`Message`] holds what it is about, and each language says it by
//! exhaustive matches over the same enums, so that a missing translation does not compile.

mod about;
mod answer;
mod clauses;
mod detail;
mod editor;
mod en;
mod fleet;
mod evidence;
mod hook;
mod inventory;
mod ja;
mod ledger;
mod number;
mod page;
mod setup;
mod takeover;

pub use about::{AboutAudit, AboutExposure, AboutFinding, AboutRule, Fact, Term};
pub use answer::AboutAnswer;
pub use clauses::AboutClauses;
pub use editor::AboutEditor;
pub use evidence::{AboutEvidence, Missing, Reason, State};
pub use fleet::AboutFleet;
pub use hook::{AboutHook, HookSays};
pub use inventory::AboutInventory;
pub use ledger::{AboutDue, AboutLedger, AboutRefusal};
pub use number::{grouped, size};
pub use page::AboutPage;
pub use setup::AboutSetup;
pub use takeover::{AboutTakeover, TakeoverHead};

/// A language the tool speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// Says why a file could not be read whole. What a library or the system says of it stays as it is.
    #[must_use]
    pub fn detail(self, detail: &str) -> &str {
        match self {
            Self::En => detail,
            Self::Ja => detail::in_japanese(detail).unwrap_or(detail),
        }
    }

    /// Every language, in the order of help texts.
    pub const ALL: [Self; 2] = [Self::En, Self::Ja];

    /// Returns the name used in options and in reports, a code of RFC 5646.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Ja => "ja",
        }
    }

    /// Reads the name used in options.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.as_str() == name)
    }

    /// Chooses from the values of `LC_ALL`, `LC_MESSAGES` and `LANG`, of which the first that is
    /// set and not empty decides, as POSIX says.
    #[must_use]
    pub fn of_locale(lc_all: Option<&str>, lc_messages: Option<&str>, lang: Option<&str>) -> Self {
        let locale = [lc_all, lc_messages, lang].into_iter().flatten().find(|value| !value.is_empty());
        let language = locale.unwrap_or_default().split(['_', '.', '-', '@']).next().unwrap_or_default();
        if language.eq_ignore_ascii_case("ja") || language.eq_ignore_ascii_case("japanese") {
            Self::Ja
        } else {
            Self::En
        }
    }
}

/// A sentence, or the part of one, before it is said in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message<'a> {
    /// A word or a heading.
    Term(Term),
    /// A fact that has no numbers or names in it.
    Fact(Fact),
    /// About one finding.
    Finding(AboutFinding<'a>),
    /// About how far a secret got.
    Exposure(AboutExposure<'a>),
    /// About the audit as a whole.
    Audit(AboutAudit<'a>),
    /// About a rule.
    Rule(AboutRule<'a>),
    /// About the page for people.
    Page(AboutPage<'a>),
    /// About the hook that git runs.
    Hook(AboutHook<'a>),
    /// About what an editor can do.
    Editor(AboutEditor<'a>),
    /// About what a project was given.
    Setup(AboutSetup<'a>),
    /// About the inventory of outside parties.
    Inventory(AboutInventory<'a>),
    /// About the ledger.
    Ledger(AboutLedger<'a>),
    /// About the report that goes with a project.
    Takeover(AboutTakeover<'a>),
    /// About the clauses of policies.
    Clauses(AboutClauses<'a>),
    /// About several repositories together.
    Fleet(AboutFleet<'a>),
    /// About records of audits.
    Evidence(AboutEvidence<'a>),
    /// An answer for Amazon's developer profile.
    Answer(AboutAnswer<'a>),
}

impl Message<'_> {
    /// Says it.
    #[must_use]
    pub fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => en::say(self),
            Lang::Ja => ja::say(self),
        }
    }
}

impl From<Term> for Message<'_> {
    fn from(term: Term) -> Self {
        Self::Term(term)
    }
}

impl From<Fact> for Message<'_> {
    fn from(fact: Fact) -> Self {
        Self::Fact(fact)
    }
}

impl<'a> From<AboutFinding<'a>> for Message<'a> {
    fn from(about: AboutFinding<'a>) -> Self {
        Self::Finding(about)
    }
}

impl<'a> From<AboutExposure<'a>> for Message<'a> {
    fn from(about: AboutExposure<'a>) -> Self {
        Self::Exposure(about)
    }
}

impl<'a> From<AboutAudit<'a>> for Message<'a> {
    fn from(about: AboutAudit<'a>) -> Self {
        Self::Audit(about)
    }
}

impl<'a> From<AboutRule<'a>> for Message<'a> {
    fn from(about: AboutRule<'a>) -> Self {
        Self::Rule(about)
    }
}

impl<'a> From<AboutPage<'a>> for Message<'a> {
    fn from(about: AboutPage<'a>) -> Self {
        Self::Page(about)
    }
}

impl<'a> From<AboutHook<'a>> for Message<'a> {
    fn from(about: AboutHook<'a>) -> Self {
        Self::Hook(about)
    }
}

impl<'a> From<AboutClauses<'a>> for Message<'a> {
    fn from(about: AboutClauses<'a>) -> Self {
        Self::Clauses(about)
    }
}

impl<'a> From<AboutEditor<'a>> for Message<'a> {
    fn from(about: AboutEditor<'a>) -> Self {
        Self::Editor(about)
    }
}

impl<'a> From<AboutSetup<'a>> for Message<'a> {
    fn from(about: AboutSetup<'a>) -> Self {
        Self::Setup(about)
    }
}

impl<'a> From<AboutInventory<'a>> for Message<'a> {
    fn from(about: AboutInventory<'a>) -> Self {
        Self::Inventory(about)
    }
}

impl<'a> From<AboutLedger<'a>> for Message<'a> {
    fn from(about: AboutLedger<'a>) -> Self {
        Self::Ledger(about)
    }
}

impl From<TakeoverHead> for Message<'_> {
    fn from(head: TakeoverHead) -> Self {
        Self::Takeover(AboutTakeover::Head(head))
    }
}

impl<'a> From<AboutTakeover<'a>> for Message<'a> {
    fn from(about: AboutTakeover<'a>) -> Self {
        Self::Takeover(about)
    }
}

impl<'a> From<AboutFleet<'a>> for Message<'a> {
    fn from(about: AboutFleet<'a>) -> Self {
        Self::Fleet(about)
    }
}

impl<'a> From<AboutEvidence<'a>> for Message<'a> {
    fn from(about: AboutEvidence<'a>) -> Self {
        Self::Evidence(about)
    }
}

impl<'a> From<AboutAnswer<'a>> for Message<'a> {
    fn from(about: AboutAnswer<'a>) -> Self {
        Self::Answer(about)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_decides() {
        assert_eq!(Lang::of_locale(None, None, Some("ja_JP.UTF-8")), Lang::Ja);
        assert_eq!(Lang::of_locale(Some("C"), Some("ja_JP.UTF-8"), Some("ja_JP.UTF-8")), Lang::En);
        assert_eq!(Lang::of_locale(Some(""), Some("ja"), Some("en_US.UTF-8")), Lang::Ja);
        assert_eq!(Lang::of_locale(None, None, None), Lang::En);
        assert_eq!(Lang::of_locale(None, None, Some("jam_JM")), Lang::En);
    }

    #[test]
    fn names_are_read_back() {
        for lang in Lang::ALL {
            assert_eq!(Lang::named(lang.as_str()), Some(lang));
        }
        assert_eq!(Lang::named("fr"), None);
    }

    #[test]
    fn numbers_agree_with_their_nouns() {
        let one = Message::from(AboutAudit::Findings { count: 1 });
        let many = Message::from(AboutAudit::Findings { count: 1_204 });
        assert_eq!(one.say(Lang::En), "1 finding");
        assert_eq!(many.say(Lang::En), "1,204 findings");
        assert_eq!(many.say(Lang::Ja), "検出 1,204 件");
    }
}
