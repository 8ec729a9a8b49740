//! A record as a page, and a verdict as lines.

use std::io;

use super::graph::{Fault, Verdict};
use super::parts::Opened;
use super::record::Record;
use super::run::Counts;
use crate::lang::{AboutAudit, AboutEvidence as Say, AboutFinding, AboutInventory, Lang, Term, grouped};
use crate::model::{RuleId, Severity};
use crate::report::{Block, Context, Line, Piece, code, plain, terminal};

/// Rows of a table; the JSON record holds them all.
const ROWS_MAX: usize = 200;
/// Letters of a name that tell it from others.
const NAME_LETTERS: usize = 12;

/// Returns the parts of the page.
#[must_use]
pub fn blocks(record: &Record, context: &Context<'_>) -> Vec<Block> {
    let page = Page { record, context };
    let mut blocks = vec![
        Block::Title(page.say(Say::Title)),
        Block::Paragraph(plain(page.say(Say::Made {
            day: record.day(),
            version: &record.tool.version,
            rules: short_digest(&record.tool.rules_digest),
            count: record.tool.rules,
            policy: &record.tool.policy_version,
        }))),
        Block::Paragraph(plain(page.say(Say::Intro))),
    ];
    page.questions(&mut blocks);
    page.scope(&mut blocks);
    page.findings(&mut blocks);
    page.accepted(&mut blocks);
    page.rotated(&mut blocks);
    page.times(&mut blocks);
    page.ledger(&mut blocks);
    page.parties(&mut blocks);
    page.runs(&mut blocks);
    blocks.push(Block::Paragraph(plain(page.say(Say::Bounds))));
    blocks
}

struct Page<'a> {
    record: &'a Record,
    context: &'a Context<'a>,
}

impl Page<'_> {
    fn say(&self, about: Say<'_>) -> String {
        self.context.say(about)
    }

    fn heads<const N: usize>(&self, heads: [Say<'_>; N]) -> Vec<String> {
        heads.map(|head| self.say(head)).to_vec()
    }

    fn table<T>(
        &self,
        heads: Vec<String>,
        all: &[T],
        row: impl Fn(&T) -> Vec<Line>,
        blocks: &mut Vec<Block>,
    ) {
        blocks.push(Block::Table(heads, all.iter().take(ROWS_MAX).map(row).collect()));
        if let rest @ 1.. = all.len().saturating_sub(ROWS_MAX) {
            blocks.push(Block::Paragraph(plain(self.context.say(AboutFinding::AndMore(rest)))));
        }
    }

    fn joined(&self, items: &[String]) -> String {
        items.join(if self.context.lang == Lang::Ja { "、" } else { ", " })
    }

    fn questions(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Say::Questions)));
        let heads = self.heads([Say::Question, Say::StateHead, Say::Why, Say::Clauses]);
        self.table(
            heads,
            &self.record.questions,
            |asked| {
                let count = asked.count.unwrap_or_default();
                vec![
                    plain(self.say(Say::Item { id: &asked.id })),
                    plain(self.say(Say::State(asked.state))),
                    plain(self.say(Say::Because { reason: asked.because, count })),
                    plain(self.joined(&asked.clauses)),
                ]
            },
            blocks,
        );
    }

    fn scope(&self, blocks: &mut Vec<Block>) {
        let scope = &self.record.scope;
        let yes = |is_so: bool| self.say(if is_so { Say::Yes } else { Say::No });
        let what = if scope.mode == "history" { Say::History } else { Say::Files };
        let mut facts = vec![(Say::Mode, plain(self.say(what)))];
        if !scope.remotes.is_empty() {
            facts.push((Say::Remotes, code(self.joined(&scope.remotes))));
        }
        if let Some(head) = &scope.head {
            facts.push((Say::Head, code(head.clone())));
        }
        facts.push((Say::Refs, plain(grouped(scope.refs_total as u64))));
        facts.push((Say::Commits, plain(grouped(scope.commits))));
        let files = format!("{} ({})", grouped(scope.files), crate::lang::size(scope.bytes));
        facts.push((Say::FilesRead, plain(files)));
        facts.push((Say::Shallow, plain(yes(scope.shallow))));
        facts.push((Say::Complete, plain(yes(scope.complete && scope.whole))));
        blocks.push(Block::Heading(self.say(Say::Scope)));
        let line = |(name, value): (Say<'_>, Line)| {
            let mut line = plain(format!("{}: ", self.say(name)));
            line.extend(value);
            line
        };
        blocks.push(Block::List(facts.into_iter().map(line).collect()));
        if !scope.skipped.is_empty() {
            blocks.push(Block::SubHeading(self.say(Say::LeftOut)));
            let named = scope.skipped.iter().take(ROWS_MAX).map(|skipped| {
                let mut line = code(skipped.path.clone());
                line.push(Piece::Text(format!(": {}", skipped.reason.as_str())));
                line
            });
            blocks.push(Block::List(named.collect()));
            if let rest @ 1.. = scope.skipped.len().saturating_sub(ROWS_MAX) {
                blocks.push(Block::Paragraph(plain(self.context.say(AboutFinding::AndMore(rest)))));
            }
        }
    }

    fn findings(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Say::Findings)));
        if self.record.open.is_empty() {
            blocks.push(Block::Paragraph(plain(self.say(Say::NoneOpen))));
        } else {
            blocks.push(Block::Paragraph(plain(self.counted(&self.record.counts))));
            let heads = self.heads([Say::Severity, Say::Finding, Say::Place, Say::FirstSeen]);
            let mut open: Vec<&Opened> = self.record.open.iter().collect();
            // The order of the record within one severity.
            open.sort_by_key(|opened| std::cmp::Reverse(opened.severity));
            self.table(
                heads,
                &open,
                |opened| {
                    let at = opened.line.map(|line| format!(":{line}")).unwrap_or_default();
                    let since = opened.first_seen.as_deref().map(super::day).unwrap_or_default();
                    vec![
                        plain(self.severity(opened.severity)),
                        self.title(&opened.rule),
                        code(format!("{}{at}", opened.path)),
                        plain(since),
                    ]
                },
                blocks,
            );
        }
        let fixed = match &self.record.last_run {
            Some(last) => {
                let count = self.record.fixed_since_last_run.len();
                self.say(Say::FixedSince { count, day: super::day(last) })
            }
            None => self.say(Say::NoLastRun),
        };
        blocks.push(Block::Paragraph(plain(fixed)));
    }

    fn accepted(&self, blocks: &mut Vec<Block>) {
        if self.record.suppressed.is_empty() {
            return;
        }
        blocks.push(Block::Heading(self.say(Say::Accepted)));
        let heads = self.heads([Say::Finding, Say::Place, Say::Owner, Say::ReasonHead, Say::Until]);
        let text = |text: &Option<String>| plain(text.clone().unwrap_or_default());
        self.table(
            heads,
            &self.record.suppressed,
            |accepted| {
                vec![
                    self.title(&accepted.rule),
                    code(accepted.path.clone()),
                    text(&accepted.owner),
                    text(&accepted.reason),
                    text(&accepted.until),
                ]
            },
            blocks,
        );
    }

    fn rotated(&self, blocks: &mut Vec<Block>) {
        if self.record.rotated.is_empty() {
            return;
        }
        blocks.push(Block::Heading(self.say(Say::Rotated)));
        let heads = self.heads([Say::Key, Say::Finding, Say::Place, Say::Since]);
        self.table(
            heads,
            &self.record.rotated,
            |found| {
                vec![
                    plain(found.key.clone()),
                    self.title(&found.rule),
                    code(found.path.clone()),
                    plain(found.since.clone()),
                ]
            },
            blocks,
        );
    }

    fn times(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Say::TimeToFix)));
        if self.record.runs.is_empty() {
            blocks.push(Block::Paragraph(plain(self.say(Say::NoRuns))));
            return;
        }
        let heads = self.heads([
            Say::Severity,
            Say::DaysMax,
            Say::InTime,
            Say::Late,
            Say::Median,
            Say::Open,
            Say::Overdue,
        ]);
        self.table(
            heads,
            &self.record.time_to_fix,
            |table| {
                let number = |number: usize| plain(grouped(number as u64));
                vec![
                    plain(self.severity(table.severity)),
                    plain(table.days_max.to_string()),
                    number(table.in_time),
                    number(table.late),
                    plain(table.median_days.map(|days| days.to_string()).unwrap_or_default()),
                    number(table.open),
                    number(table.overdue),
                ]
            },
            blocks,
        );
        blocks.push(Block::Paragraph(plain(self.say(Say::TimeNote))));
    }

    fn ledger(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Say::Ledger)));
        let Some(kept) = &self.record.ledger else {
            blocks.push(Block::Paragraph(plain(self.say(Say::NoLedger))));
            return;
        };
        let heads = self.heads([Say::Key, Say::Finding, Say::Owner, Say::Issued, Say::RotateBy]);
        self.table(
            heads,
            &kept.keys,
            |key| {
                vec![
                    plain(key.id.clone()),
                    self.title(&key.class),
                    plain(key.owner.clone()),
                    plain(key.issued.clone()),
                    plain(key.revoked.clone().unwrap_or_else(|| key.rotate_by.clone())),
                ]
            },
            blocks,
        );
        blocks.push(Block::Paragraph(plain(self.say(Say::LedgerNote))));
    }

    fn parties(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Say::Parties)));
        if self.record.outside_parties.is_empty() {
            blocks.push(Block::Paragraph(plain(self.say(Say::NoParties))));
            return;
        }
        let heads = self.heads([Say::Host, Say::Category, Say::Gets]);
        self.table(
            heads,
            &self.record.outside_parties,
            |party| {
                let category = self.context.say(AboutInventory::Category { category: &party.category });
                let gets: Vec<String> =
                    party.data.iter().map(|kind| self.context.say(AboutInventory::Kind { kind })).collect();
                vec![code(party.host.clone()), plain(category), plain(self.joined(&gets))]
            },
            blocks,
        );
        blocks.push(Block::Paragraph(plain(self.say(Say::PartiesNote))));
    }

    fn runs(&self, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(self.say(Say::Runs)));
        if self.record.runs.is_empty() {
            blocks.push(Block::Paragraph(plain(self.say(Say::NoRuns))));
            return;
        }
        let heads = self.heads([Say::Day, Say::Mode, Say::Complete, Say::Open]);
        self.table(
            heads,
            &self.record.runs,
            |run| {
                let what = if run.mode == "history" { Say::History } else { Say::Files };
                vec![
                    plain(super::day(&run.at)),
                    plain(self.say(what)),
                    plain(self.say(if run.complete { Say::Yes } else { Say::No })),
                    plain(self.counted(&run.counts)),
                ]
            },
            blocks,
        );
    }

    fn title(&self, rule: &str) -> Line {
        let found = self.context.catalogue.get(&RuleId::new(rule));
        let texts = found.map(|rule| &rule.file.text);
        let text = texts.map(|texts| match self.context.lang {
            Lang::En => &texts.en,
            Lang::Ja => texts.ja.as_ref().unwrap_or(&texts.en),
        });
        plain(text.map_or(rule, |text| text.title.as_str()))
    }

    fn severity(&self, severity: Severity) -> String {
        self.context.say(term(severity))
    }

    /// How many there are of each severity, those left out of which there is none.
    fn counted(&self, counts: &Counts) -> String {
        let all: Vec<String> = Severity::DESCENDING
            .into_iter()
            .filter(|severity| counts.of(*severity) > 0)
            .map(|severity| {
                let word = self.severity(severity);
                self.context.say(AboutAudit::CountOf { count: counts.of(severity), word: &word })
            })
            .collect();
        if all.is_empty() { "0".to_owned() } else { self.joined(&all) }
    }
}

const fn term(severity: Severity) -> Term {
    match severity {
        Severity::Critical => Term::Critical,
        Severity::High => Term::High,
        Severity::Medium => Term::Medium,
        Severity::Low => Term::Low,
        Severity::Info => Term::Info,
    }
}

fn short_digest(digest: &str) -> &str {
    digest.get(..19).unwrap_or(digest)
}

fn short(name: &str) -> &str {
    name.get(..NAME_LETTERS).unwrap_or(name)
}

/// A verdict for people.
#[derive(Debug)]
pub struct VerdictPage<'a> {
    /// The verdict.
    pub verdict: &'a Verdict,
    /// Whether the commit to compare with has no such file.
    pub is_not_there_then: bool,
}

impl VerdictPage<'_> {
    /// Writes it.
    ///
    /// # Errors
    /// When `out` does not take it.
    pub fn write(&self, lang: Lang, out: &mut dyn io::Write) -> io::Result<()> {
        let say = |about: Say<'_>| crate::lang::Message::from(about).say(lang);
        let verdict = self.verdict;
        let breaking = verdict.faults.iter().filter(|fault| fault.breaks()).count();
        let (first, last) = verdict.span.clone().unwrap_or_default();
        let headline = if breaking == 0 {
            Say::Holds { runs: verdict.runs, first: &first, last: &last }
        } else {
            Say::Broken { count: breaking, runs: verdict.runs }
        };
        writeln!(out, "{}", say(headline))?;
        for fault in &verdict.faults {
            writeln!(out, "  - {}", terminal::visible(&say(about(fault))))?;
        }
        if self.is_not_there_then {
            writeln!(out, "{}", say(Say::NotThereThen))?;
        }
        writeln!(out, "{}", say(Say::ProvesOrder))
    }
}

fn about(fault: &Fault) -> Say<'_> {
    match fault {
        Fault::Unreadable { line } => Say::Unreadable { line: *line },
        Fault::Changed { name, on } => Say::Changed { name: short(name), day: on },
        Fault::Unknown { name, by } => Say::Unknown { name: short(name), day: by },
        Fault::Removed { name, on } => Say::Removed { name: short(name), day: on },
        Fault::Duplicate { name, on, count } => Say::Duplicate { name: short(name), day: on, count: *count },
        Fault::Gap { from, to, days } => Say::Gap { from, to: to.as_deref(), days: *days },
        Fault::Fork { from: Some(name), count } => Say::Fork { name: short(name), count: *count },
        Fault::Fork { from: None, count } => Say::Beginnings { count: *count },
        Fault::Ends { count } => Say::Ends { count: *count },
    }
}
