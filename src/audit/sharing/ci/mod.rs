//! Pipelines as the platforms run them: which step sees which credential.

mod elsewhere;
mod github;
mod printed;
mod shown;
pub(super) mod trigger;
pub(super) mod unpinned;

use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::world::World;
use crate::audit::pattern::pattern;
use crate::audit::{Carrier, Page, Value};
use crate::model::Span;
use crate::rules::Strength;
use crate::settings::Own;

/// `rules/lists/ci.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Makers {
    actions: Vec<String>,
    orbs: Vec<String>,
    pipes: Vec<String>,
    includes: Vec<String>,
}

static MAKERS: LazyLock<Makers> = LazyLock::new(|| {
    toml::from_str(include_str!("../../../../rules/lists/ci.toml")).expect("ci.toml parses: a test reads it")
});

/// The files that are pipelines.
const PIPELINES: &[Carrier] = &[Carrier::Workflow, Carrier::Pipeline];

/// Which platform a pipeline is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Platform {
    GitHub,
    GitLab,
    CircleCi,
    Bitbucket,
    Azure,
}

impl Platform {
    /// Tells it by where a pipeline lies.
    pub(super) fn of(page: &Page<'_>) -> Self {
        let (path, name) = (page.path(), page.file_name());
        if path.contains(".circleci/") {
            Self::CircleCi
        } else if name.starts_with("bitbucket-pipelines") {
            Self::Bitbucket
        } else if name.starts_with("azure-pipelines") {
            Self::Azure
        } else if name.contains("gitlab-ci") || path.contains(".gitlab/") {
            Self::GitLab
        } else {
            Self::GitHub
        }
    }
}

/// A credential that is passed on, by the name it is known under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Passed {
    /// The name: that of the secret where there is one, else that of the variable.
    pub(super) name: String,
    /// How telling the name is.
    pub(super) strength: Strength,
    /// Where it is passed.
    pub(super) at: Span,
}

/// A secret that an expression names.
static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)\b(?<source>secrets|inputs|env|steps(?:\.[\w-]+)+|needs(?:\.[\w-]+)+)(?:\.(?<name>[\w-]+)|\[\s*['"](?<quoted>[^'"\]]+)['"]\s*\])"#,
    )
});
/// A secret whose name is put together: `secrets[format('SP_API_REFRESH_TOKEN_{0}', matrix.region)]`.
static COMPUTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?i)\bsecrets\[\s*\w+\([^\]]*?['"](?<name>\w+?)_?(?:\{\d\}\w*)?['"]"#));
/// All secrets at once.
static ALL: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\btojson\(\s*secrets\s*\)"));
/// A variable of a shell, in any of its spellings.
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\$(?:env:)?(?:\{(?<braced>\w+)\}|\((?<made>[\w.-]+)\)|(?<plain>\w+))"));

/// The credential that a setting passes on: by its own name, or by that of the secret it is set to.
pub(super) fn passed(world: World<'_>, key: &str, value: Value<'_>) -> Option<Passed> {
    let text = value.text()?.trim();
    let at = value.span();
    if text.is_empty() || value.is_null() {
        return None;
    }
    let by_reference = referred(world, text).map(|(name, strength)| Passed { name, strength, at });
    if by_reference.is_some() {
        return by_reference;
    }
    // What stands there must be a secret, not a word that a test is content with.
    let is_secret = REFERENCE.is_match(text)
        || text.contains("secrets[")
        || (text.starts_with('$') && !text.starts_with("${{"))
        || text.starts_with("op://")
        || world.has_value(at);
    let strength = world.credential(key).filter(|_| is_secret)?;
    Some(Passed { name: key.to_owned(), strength, at })
}

/// The first credential that a text refers to in an expression.
pub(super) fn referred(world: World<'_>, text: &str) -> Option<(String, Strength)> {
    if !text.contains("${{") && !ALL.is_match(text) {
        return None;
    }
    let told = |name: &str| Some((name.to_owned(), world.credential(name)?));
    let of_expression = REFERENCE
        .captures_iter(text)
        .find_map(|found| told(found.name("name").or_else(|| found.name("quoted"))?.as_str()));
    let computed = || COMPUTED.captures_iter(text).find_map(|found| told(found.name("name")?.as_str()));
    let all = || (ALL.is_match(text) && world.is_amazon()).then(|| ("*".to_owned(), Strength::Generic));
    of_expression.or_else(computed).or_else(all)
}

/// The first credential among the variables of a shell that a text names.
pub(in crate::audit::sharing) fn variable(world: World<'_>, text: &str) -> Option<(String, Strength)> {
    VARIABLE.captures_iter(text).find_map(|found| {
        let name = ["braced", "made", "plain"].iter().find_map(|group| found.name(group))?.as_str();
        Some((name.to_owned(), world.credential(name)?))
    })
}

/// The credentials that a mapping of settings passes on.
pub(super) fn passed_all(world: World<'_>, settings: Option<Value<'_>>) -> Vec<Passed> {
    let entries = settings.map(Value::entries).unwrap_or_default();
    entries.into_iter().filter_map(|(key, value)| passed(world, key.text()?, value)).collect()
}

/// Whether a maker is the team itself.
fn is_own(own: &Own, maker: &str) -> bool {
    own.organisations.iter().any(|known| known.value.eq_ignore_ascii_case(maker))
}

/// Whether a revision names one content for ever.
fn is_commit(revision: &str) -> bool {
    matches!(revision.len(), 40 | 64) && revision.bytes().all(|b| b.is_ascii_hexdigit())
}
