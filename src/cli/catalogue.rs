//! `kagiban rules` and `kagiban explain`: what is looked for, and what a finding means.

use std::io::{self, Write as _};

use super::args::{
    CatalogueArguments, CoverageArguments, CoverageFormat, ExplainArguments, RulesArguments, RulesCommand,
};
use super::base::Base;
use super::exit::Exit;
use super::failure::Failure;
use super::output::terminal_width;
use super::plan::{is_colored, locale, rule_named, rule_set, rule_set_on};
use crate::report::{ClausesFormat, Context, write_clauses, write_explain, write_rule_list};
use crate::rules::prove::prove;
use crate::rules::{Catalogue, RuleSet};
use crate::scan::Examples;
use crate::settings::Settings;

pub(super) fn rules(arguments: &RulesArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        RulesCommand::List(arguments) => list(arguments),
        RulesCommand::Show(arguments) => explain(arguments),
        RulesCommand::Test(arguments) => test(arguments),
        RulesCommand::Coverage(arguments) => coverage(arguments),
    }
}

pub(super) fn explain(arguments: &ExplainArguments) -> Result<Exit, Failure> {
    let rules = read(&arguments.catalogue)?;
    let catalogue = rules.catalogue();
    let rule = rule_named(catalogue, &arguments.id)?;
    write_explain(rule, &context(catalogue, &arguments.catalogue), &mut io::stdout().lock())?;
    Ok(Exit::Clean)
}

fn list(arguments: &CatalogueArguments) -> Result<Exit, Failure> {
    let rules = read(arguments)?;
    write_rule_list(&context(rules.catalogue(), arguments), &mut io::stdout().lock())?;
    Ok(Exit::Clean)
}

fn coverage(arguments: &CoverageArguments) -> Result<Exit, Failure> {
    let rules = read(&arguments.catalogue)?;
    let format = match arguments.format {
        CoverageFormat::Human => ClausesFormat::Human,
        CoverageFormat::Json => ClausesFormat::Json,
    };
    let context = context(rules.catalogue(), &arguments.catalogue);
    write_clauses(format, &context, &mut io::stdout().lock())?;
    Ok(Exit::Clean)
}

/// Says which examples do not hold; a broken rule is a fault of the rules, not a finding.
fn test(arguments: &CatalogueArguments) -> Result<Exit, Failure> {
    let (settings, base) = (Settings::default(), Base::default());
    let rules = rule_set_on(Catalogue::builtin()?, &arguments.rules, &settings, &base)?;
    let faults = prove(rules.catalogue(), &Examples::new(&rules));
    let mut out = io::stdout().lock();
    for fault in &faults {
        writeln!(out, "{fault}")?;
    }
    let examples: usize = rules.catalogue().iter().map(|rule| rule.file.examples.len()).sum();
    writeln!(
        out,
        "{} rules, {examples} examples, {} do not hold",
        rules.catalogue().iter().count(),
        faults.len()
    )?;
    Ok(if faults.is_empty() { Exit::Clean } else { Exit::Failed })
}

fn read(arguments: &CatalogueArguments) -> Result<RuleSet, Failure> {
    rule_set(&arguments.rules, &Settings::default(), &Base::default())
}

fn context<'c>(catalogue: &'c Catalogue, arguments: &CatalogueArguments) -> Context<'c> {
    Context {
        catalogue,
        lang: arguments.people.lang.unwrap_or_else(locale),
        width: terminal_width(),
        color: is_colored(&arguments.people),
        links: None,
    }
}
