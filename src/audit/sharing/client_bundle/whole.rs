//! Settings that publish every variable there is, beside a file of variables with Amazon's secrets.

use std::sync::LazyLock;

use regex::Regex;

use super::super::secret_names::{self, secret_names};
use super::super::{evidence, listed};
use super::{ClientBundle, is_switch};
use crate::audit::pattern::pattern;
use crate::audit::{Carrier, Corpus, CorpusAudit, Fault, Noted, Page, Standing, Stands};
use crate::model::{Confidence, Fact, Span};

/// A bundler that is told to write in all variables, or an app that takes the file along.
const OPEN: &str = "bundle-publishes-all";
/// A file of variables with Amazon's secrets.
const VARIABLES: &str = "bundle-variables";

/// All variables at once.
static ALL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?x)
        \benvPrefix\s*:\s*(?:\[\s*)?(?:''|"")
        |["'](?:process\.env|import\.meta\.env)["']\s*:\s*(?:JSON\.stringify\(\s*)?(?:\{\s*\.\.\.\s*)?(?:process\.env|env|loadEnv\([^)]*\)|dotenv(?:\.config\(\)\.parsed)?|envConfig|config\(\)\.parsed)\s*[,})\n]
        |\b(?:env|extra|publicRuntimeConfig|public)\s*:\s*(?:\{\s*\.\.\.\s*)?process\.env\s*[,}\n]
        |\bdefine\s*:\s*\{\s*\.\.\.\s*(?:process\.)?env\b"#,
    )
});

/// A file of variables among the assets of an app.
static ASSET: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^\s+-\s+(?:assets/)?\.env\b"));

/// Notes settings that publish all variables, and files of variables.
pub(super) fn note(page: &Page<'_>, noted: &mut Noted) {
    if page.carrier == Some(Carrier::Bundler) {
        let is_app = page.path().ends_with(".yaml");
        let pattern = if is_app { &*ASSET } else { &*ALL };
        if let Some(found) =
            pattern.find(page.text).filter(|_| is_app || !super::inlined::is_for_server(page))
        {
            let at = Span::new(found.start(), found.end());
            if !secret_names::is_comment(page.line(page.lines().line_of(at.start)).0) {
                noted.fact(OPEN, if is_app { "asset" } else { "define" }, at);
            }
        }
    }
    if page.file_name().starts_with(".env") {
        let mut names = secret_names(page, |word| word).filter(|name| {
            let (line, _) = page.line(page.lines().line_of(name.at.start));
            !secret_names::is_comment(line)
                && secret_names::is_of_amazon(page, name)
                && !secret_names::is_ambiguous(page, name)
                && !is_switch(name.text)
        });
        if let Some(name) = names.next() {
            noted.fact(VARIABLES, name.text, name.at);
        }
    }
}

impl CorpusAudit for ClientBundle {
    fn rule(&self) -> &'static str {
        "client-bundle-secret"
    }

    fn judge(&self, corpus: &Corpus<'_>, stands: &mut Stands) {
        for open in corpus.facts_of(OPEN) {
            let folder = folder_of(open);
            let is_beside = |fact: &&Fact| {
                fact.place.origin.root == open.place.origin.root
                    && folder_of(fact) == folder
                    && fact.place.inner.is_empty()
            };
            let Some(variables) = corpus.facts_of(VARIABLES).find(is_beside) else { continue };
            let fault = Fault::of(["all-variables", variables.text.as_str()])
                .with([evidence("inlined", listed(&variables.text), 0)])
                .confidence(Confidence::Medium);
            stands.fault(&[Standing::Fact(open), Standing::Fact(variables)], fault);
        }
    }
}

fn folder_of(fact: &Fact) -> &str {
    let path = fact.place.origin.path.as_deref().unwrap_or_default();
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_variables_are_told() {
        for text in [
            "envPrefix: '',",
            "define: { 'process.env': env },",
            "new webpack.DefinePlugin({ 'process.env': JSON.stringify(process.env) })",
            "env: { ...process.env },",
            "'process.env': JSON.stringify(dotenv.config().parsed)",
        ] {
            assert!(ALL.is_match(text), "{text}");
        }
        for text in
            ["envPrefix: 'VITE_'", "'process.env.NODE_ENV': env.NODE_ENV", "env: process.env.NODE_ENV,"]
        {
            assert!(!ALL.is_match(text), "{text}");
        }
        assert!(
            ASSET.is_match("flutter:\n  assets:\n    - .env\n") && !ASSET.is_match("    - assets/images/\n")
        );
    }
}
