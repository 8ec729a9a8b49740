//! `kagiban sinks`: every outside party that credentials or order data go to.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write as _};

use super::args::{SinksArguments, SinksFormat};
use super::audit::found;
use super::exit::Exit;
use super::failure::Failure;
use super::output::terminal_width;
use super::plan::is_colored;
use crate::audit::Sink;
use crate::model::{Confidence, Fact};
use crate::report::{Context, Inventory, InventoryFormat, Party, SentAt};

pub(super) fn run(arguments: &SinksArguments) -> Result<Exit, Failure> {
    let (plan, found, _) = found(&arguments.scan())?;
    let complete = found.coverage.is_complete();
    let inventory = Inventory::new(parties(&found.facts), complete);
    let context = Context {
        catalogue: plan.rules.catalogue(),
        lang: plan.lang,
        width: terminal_width(),
        color: is_colored(&arguments.people),
        links: None,
    };
    let format = match arguments.format {
        SinksFormat::Human => InventoryFormat::Human,
        SinksFormat::Json => InventoryFormat::Json,
        SinksFormat::Csv => InventoryFormat::Csv,
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    match inventory.write(format, &context, &mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Output(error)),
        _ => Ok(if complete { Exit::Clean } else { Exit::Incomplete }),
    }
}

/// Gathers facts by category and host; places in the order of their paths.
pub(super) fn parties(facts: &[Fact]) -> Vec<Party> {
    let mut all: BTreeMap<(&str, String), (Confidence, BTreeSet<SentAt>)> = BTreeMap::new();
    for (fact, sink) in facts.iter().filter_map(|fact| Some((fact, Sink::of(fact)?))) {
        let place = SentAt {
            path: fact.place.origin.path.as_deref().unwrap_or_default().to_owned(),
            inner: fact.place.inner.clone(),
            line: fact.place.region.map(|region| region.start.line),
            data: sink.kind.to_owned(),
        };
        let party = all.entry((sink.category, sink.host)).or_insert((sink.confidence, BTreeSet::new()));
        party.0 = party.0.max(sink.confidence);
        party.1.insert(place);
    }
    let party =
        |((category, host), (confidence, places)): ((&str, String), (Confidence, BTreeSet<SentAt>))| {
            let data: BTreeSet<&str> = places.iter().map(|place| place.data.as_str()).collect();
            Party {
                host,
                category: category.to_owned(),
                data: data.into_iter().map(str::to_owned).collect(),
                confidence,
                places: places.into_iter().collect(),
            }
        };
    all.into_iter().map(party).collect()
}
