//! Arguments and settings together, as meant: the command line wins over `kagiban.toml`.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::sync::Arc;

use super::args::{Color, InputArguments, JudgementArguments, PeopleArguments, SharedArguments};
use super::base::Base;
use super::clock::Clock;
use super::failure::Failure;
use crate::lang::Lang;
use crate::ledger::{LEDGER_FILE, Ledger};
use crate::model::{Limits, Severity, Span};
use crate::policy::{Baseline, BaselineError, Choice, Selection, unknown_names};
use crate::rules::{Catalogue, Rule, RuleSet, UserRules};
use crate::settings::{FailOn, Language, Located, Settings, nearest};

/// The name of the settings file at the top level.
const SETTINGS_FILE: &str = "kagiban.toml";
/// The name of the baseline at the top level.
const BASELINE_FILE: &str = "kagiban-baseline.json";

/// What a run is to do.
pub(super) struct Plan {
    pub(super) rules: Arc<RuleSet>,
    pub(super) settings: Settings,
    pub(super) selection: Selection,
    pub(super) ledger: Ledger,
    pub(super) baseline: Baseline,
    pub(super) baseline_path: PathBuf,
    /// What the baseline is called in notices.
    pub(super) baseline_name: String,
    pub(super) fail_on: FailOn,
    pub(super) lang: Lang,
    pub(super) limits: Limits,
    pub(super) clock: Clock,
    /// Whether the selection leaves rules out, so that unused suppressions say nothing.
    pub(super) is_narrowed: bool,
}

impl Plan {
    /// Reads settings, rules, ledger and baseline of the folder `base`.
    pub(super) fn new(arguments: &SharedArguments, base: &Base) -> Result<Self, Failure> {
        Self::with_rules(arguments, base, None)
    }

    /// Reads settings and baseline of the folder `base`. `shared` are the rules of every folder
    /// whose settings bring none.
    pub(super) fn with_rules(
        arguments: &SharedArguments,
        base: &Base,
        shared: Option<&Arc<RuleSet>>,
    ) -> Result<Self, Failure> {
        let clock = Clock::new(arguments.input.now);
        let mut settings = settings(&arguments.input, base)?;
        let organisation = |value| Located { value, span: Span::new(0, 0) };
        settings.own.organisations.extend(base.owners().into_iter().map(organisation));
        let rules = match shared.filter(|_| settings.rules.is_empty()) {
            Some(shared) => Arc::clone(shared),
            None => Arc::new(rule_set(&arguments.input.rules, &settings, base)?),
        };
        let faults = unknown_names(rules.catalogue(), &settings);
        if !faults.is_empty() {
            return Err(Failure::Settings(faults));
        }
        let choice = choice(&arguments.judgement, &settings);
        let selection = Selection::new(rules.catalogue(), &choice).map_err(|unknown| {
            let names: Vec<String> = unknown.iter().map(ToString::to_string).collect();
            Failure::with_help(names.join("; "), "`kagiban rules list` names every rule and family")
        })?;
        let ledger = ledger(base, rules.catalogue())?;
        let (baseline, baseline_path) = baseline(&arguments.input, &settings, base)?;
        let fail_on = arguments.judgement.fail_on.or(settings.fail_on);
        let chosen_lang = arguments.people.lang.or(settings.lang.map(|l| match l {
            Language::English => Lang::En,
            Language::Japanese => Lang::Ja,
        }));
        Ok(Self {
            rules,
            selection,
            ledger,
            baseline,
            baseline_name: baseline_path.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            baseline_path,
            fail_on: fail_on.unwrap_or(FailOn::AtLeast(Severity::Medium)),
            lang: chosen_lang.unwrap_or_else(locale),
            limits: Limits { container_bytes_max: arguments.input.max_file_size, ..Limits::STANDARD },
            clock,
            is_narrowed: !choice.only.is_empty() || !choice.skip.is_empty(),
            settings,
        })
    }
}

/// The language of people who gave none.
pub(super) fn locale() -> Lang {
    let variable = |name: &str| std::env::var(name).ok();
    Lang::of_locale(
        variable("LC_ALL").as_deref(),
        variable("LC_MESSAGES").as_deref(),
        variable("LANG").as_deref(),
    )
}

/// Whether standard output is to be coloured; `NO_COLOR` (no-color.org) counts where it is left to us.
pub(super) fn is_colored(people: &PeopleArguments) -> bool {
    let wanted = || {
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        !no_color && !dumb && io::stdout().is_terminal()
    };
    match people.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => wanted(),
    }
}

/// The built-in rules, those of the settings and those of the command line.
pub(super) fn rule_set(more: &[PathBuf], settings: &Settings, base: &Base) -> Result<RuleSet, Failure> {
    rule_set_on(Catalogue::without_examples()?, more, settings, base)
}

/// The rules that come on top of a catalogue, with it.
pub(super) fn rule_set_on(
    mut catalogue: Catalogue,
    more: &[PathBuf],
    settings: &Settings,
    base: &Base,
) -> Result<RuleSet, Failure> {
    let set = settings.rules.iter().map(|path| base.join(&path.value));
    let paths: Vec<PathBuf> = set.chain(more.iter().cloned()).collect();
    let user = UserRules::read_from(base, &paths)?;
    catalogue.extend_by(&user);
    Ok(RuleSet::new(catalogue, user.gitleaks))
}

/// Rules by their ids, for those who only want to read about one.
pub(super) fn rule_named<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c Rule, Failure> {
    let found = catalogue.iter().find(|rule| rule.id.as_str() == id);
    found.ok_or_else(|| {
        let near = nearest(id, catalogue.iter().map(|rule| rule.id.as_str()));
        let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
        Failure::with_help(format!("there is no rule `{id}`{hint}"), "`kagiban rules list` names every rule")
    })
}

pub(super) fn settings(input: &InputArguments, base: &Base) -> Result<Settings, Failure> {
    let (path, shown) = match &input.config {
        Some(path) => (path.clone(), path.display().to_string()),
        None => (base.join(SETTINGS_FILE), SETTINGS_FILE.to_owned()),
    };
    match base.text(&path) {
        Ok(text) => Settings::parse(&shown, &text).map_err(Failure::Settings),
        Err(error) if error.kind() == io::ErrorKind::NotFound && input.config.is_none() => {
            Ok(Settings::default())
        }
        Err(error) => Err(Failure::file(shown, error)),
    }
}

/// Reads the ledger of the top level; most projects have none.
pub(super) fn ledger(base: &Base, catalogue: &Catalogue) -> Result<Ledger, Failure> {
    match base.text(&base.join(LEDGER_FILE)) {
        Ok(text) => Ledger::parse(LEDGER_FILE, &text, catalogue).map_err(Failure::Settings),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Ledger::absent()),
        Err(error) => Err(Failure::file(LEDGER_FILE, error)),
    }
}

pub(super) fn baseline(
    input: &InputArguments,
    settings: &Settings,
    base: &Base,
) -> Result<(Baseline, PathBuf), Failure> {
    let named = input.baseline.clone().or_else(|| settings.baseline.as_ref().map(|b| base.join(&b.value)));
    let is_named = named.is_some();
    let path = named.unwrap_or_else(|| base.join(BASELINE_FILE));
    let usage = |error: BaselineError| Failure::usage(error.to_string());
    let shown = path.display().to_string();
    let baseline = match base.state_text(&path) {
        None if !is_named && !path.exists() => Baseline::default(),
        None => Baseline::read(&path).map_err(usage)?,
        Some(Ok(text)) => Baseline::parse(&shown, &text).map_err(usage)?,
        Some(Err(error)) if error.kind() == io::ErrorKind::NotFound && !is_named => Baseline::default(),
        Some(Err(error)) => return Err(Failure::file(shown, error)),
    };
    Ok((baseline, path))
}

pub(super) fn choice(judgement: &JudgementArguments, settings: &Settings) -> Choice {
    let or_settings = |typed: &[String], set: &[crate::settings::Located<String>]| -> Vec<String> {
        if typed.is_empty() { set.iter().map(|s| s.value.clone()).collect() } else { typed.to_vec() }
    };
    Choice {
        only: or_settings(&judgement.only, &settings.only),
        skip: or_settings(&judgement.skip, &settings.skip),
        identifiers: judgement.identifiers || settings.identifiers.unwrap_or(false),
        min_severity: judgement.min_severity.or(settings.min_severity),
    }
}
