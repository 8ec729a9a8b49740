//! Kagiban audits credential hygiene for everyone who holds Amazon MWS or Selling Partner API keys.
//!
//! Documents flow one way: a source lends them, encodings are undone, a [`model::Reading`] is made
//! once and judged by detection, candidates are merged into findings, policy judges them, and a
//! reporter writes the finished [`model::Report`]. The rooms, in reading order:

pub mod model; // the nouns; imports nothing, does no input or output
pub mod lang; // every sentence the tool can say, in English and Japanese
pub mod rules; // rules as data: schema, load, compile, prove; the gate
pub mod fields; // named values in text, whatever the syntax
pub mod git; // the only room that names gix: repositories read as data
pub mod written; // files that people write: values with places, diagnostics, replacing whole
pub mod settings; // kagiban.toml, validated into diagnostics with places
pub mod ledger; // kagiban-ledger.toml: who holds which key since when, without the keys
pub mod source; // what yields documents: worktree, stdin, memory
pub mod decode; // documents inside documents: charset, escapes, base64
pub mod detect; // finds credentials: tokens, named values, position, guards, sets
pub mod audit; // faults that need structure: what is shared with whom
pub mod exposure; // how far each secret got
pub mod policy; // inline and file suppressions, baseline, judge
pub mod report; // one file a format over the finished report
pub mod evidence; // a dated record of an audit, the run history, and answers made of measured facts
pub mod scan; // the one place where stages meet
pub mod fleet; // many repositories: what belongs to them, shards, all results as one
pub mod hook; // the hooks that git runs, and nothing else that runs a program
pub mod lsp; // what editors ask, over the language server protocol
pub mod setup; // what a project is given by `kagiban init`: settings and the check of its platform
pub mod cli; // arguments as typed, a plan as meant, an exit code
