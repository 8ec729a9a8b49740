//! Every text that a text hides: decoded views of the whole, and decoded runs in it.

use std::io::Read as _;

use super::charset::{Charset, text as decoded_text};
use super::offsets::OffsetMap;
use super::{base64, escapes, hex};
use crate::model::{Limits, Span};
use crate::rules::{Gate, is_utf16};

/// A text that an encoding hid.
#[derive(Debug)]
pub struct Layer {
    /// The text.
    pub text: String,
    map: OffsetMap,
    parent: Option<usize>,
    depth: u32,
    /// Whether quoted-printable was undone; it never stands in itself.
    is_printable: bool,
}

/// What was found under a text.
#[derive(Debug, Default)]
pub struct Layers {
    /// The texts, outer ones before those in them.
    pub all: Vec<Layer>,
    /// Whether a limit cut the search short.
    pub is_cut: bool,
}

impl Layers {
    /// Returns where `span` of layer `index` stands in the outermost text.
    #[must_use]
    pub fn outermost(&self, index: usize, span: Span) -> Span {
        self.traced(index, span).1
    }

    /// Returns where `span` of layer `index` stands in each layer it came through, itself first,
    /// and in the outermost text.
    #[must_use]
    pub fn traced(&self, index: usize, span: Span) -> (Vec<(usize, Span)>, Span) {
        let mut span = span;
        let mut through = Vec::new();
        let mut next = Some(index);
        while let Some((index, layer)) = next.and_then(|index| Some((index, self.all.get(index)?))) {
            through.push((index, span));
            span = layer.map.outer(span);
            next = layer.parent;
        }
        (through, span)
    }

    /// Tells whether `span` of layer `index` was written in another form. Literals that were joined
    /// were not.
    #[must_use]
    pub fn is_encoded(&self, index: usize, span: Span) -> bool {
        let mut span = span;
        let mut next = Some(index);
        while let Some(layer) = next.and_then(|index| self.all.get(index)) {
            if layer.map.is_encoded(span) {
                return true;
            }
            span = layer.map.outer(span);
            next = layer.parent;
        }
        false
    }
}

/// Undoes the encodings of a text, one in another up to the limit.
#[must_use]
pub fn layers(text: &str, limits: &Limits) -> Layers {
    let mut search = Search { layers: Layers::default(), left: limits.decoded_bytes_max };
    search.below(text, None);
    let mut index = 0;
    while let Some(layer) = search.layers.all.get(index) {
        if layer.depth < limits.encoding_depth_max {
            let text = layer.text.clone();
            search.below(&text, Some(index));
        }
        index += 1;
    }
    search.layers
}

/// Shortest run that is looked into before a text is known to be worth reading: base64 of an access
/// key id.
const HIDDEN_RUN_MIN: usize = 27;

/// From this length on, base64 of text without a digit is one in three thousand.
const WORD_MAX: usize = 48;

/// Returns the runs of base64 and hex that hide something worth reading.
#[must_use]
pub fn hidden_runs(text: &str) -> Vec<Span> {
    let mut runs = Vec::new();
    base64::runs(text, HIDDEN_RUN_MIN, |span, run| {
        let is_mixed = run.iter().any(u8::is_ascii_uppercase) && run.iter().any(u8::is_ascii_lowercase);
        // Short runs without a digit are words in camelCase.
        let is_word = run.len() < WORD_MAX && !run.iter().any(u8::is_ascii_digit);
        if is_mixed && !is_word && worth_reading(run).is_some() {
            runs.push(span);
        }
        // Digits of hex are letters of base64, so their runs are parts of these.
        let within = text.get(span.start..span.end).unwrap_or_default();
        hex::runs(within, |part, bytes| {
            if Gate::get().passes(&bytes) {
                runs.push(Span::new(span.start + part.start, span.start + part.end));
            }
        });
    });
    runs
}

struct Search {
    layers: Layers,
    left: usize,
}

impl Search {
    fn below(&mut self, text: &str, parent: Option<usize>) {
        if let Some((view, map)) = escapes::view(text) {
            self.keep(view, map, parent, false);
        }
        let is_printable =
            parent.and_then(|index| self.layers.all.get(index)).is_some_and(|l| l.is_printable);
        if !is_printable && let Some((view, map)) = escapes::quoted_printable_view(text) {
            self.keep(view, map, parent, true);
        }
        self.runs(text, parent);
    }

    fn runs(&mut self, text: &str, parent: Option<usize>) {
        let map = parent.and_then(|index| self.layers.all.get(index)).map(|layer| &layer.map);
        // What stands in the outer text as well was decoded there.
        let is_new = |span: Span| map.is_none_or(|map| map.differs(span));
        let mut found = Vec::new();
        base64::runs(text, base64::RUN_CHARACTERS_MIN, |span, run| {
            if is_new(span) {
                found.extend(worth_reading(run).map(|text| (span, text)));
            }
        });
        hex::runs(text, |span, bytes| {
            if is_new(span) && Gate::get().passes(&bytes) {
                found.push((span, readable(&bytes)));
            }
        });
        for (span, text) in found {
            self.keep(text, OffsetMap::Run(span), parent, false);
        }
    }

    fn keep(&mut self, text: String, map: OffsetMap, parent: Option<usize>, is_printable: bool) {
        if text.len() > self.left {
            self.layers.is_cut = true;
            return;
        }
        self.left -= text.len();
        let outer = parent.and_then(|index| self.layers.all.get(index));
        let depth = 1 + outer.map_or(0, |layer| layer.depth);
        let is_printable = is_printable || outer.is_some_and(|layer| layer.is_printable);
        self.layers.all.push(Layer { text, map, parent, depth, is_printable });
    }
}

/// Decodes a run of base64 at the alignment at which it passes the gate.
///
/// The run itself passes the gate when it holds base64 of a prefix; the letters before the real
/// beginning are found by trying. Other runs are decoded only from their beginning.
fn worth_reading(run: &[u8]) -> Option<String> {
    let alignments = if Gate::get().first_hit(run).is_some() { 4 } else { 1 };
    (0..alignments).find_map(|alignment| {
        let bytes = base64::decoded_at(run, alignment)?;
        let bytes = inflated(&bytes).unwrap_or(bytes);
        (Gate::get().passes(&bytes) && is_mostly_text(&bytes)).then(|| readable(&bytes))
    })
}

/// How many times their size compressed bytes in a run may stand for, and how many bytes at most.
const INFLATED_RATIO_MAX: usize = 100;
const INFLATED_BYTES_MAX: usize = 1 << 20;

/// What bytes of gzip hold, as cassettes and archives of requests keep bodies.
fn inflated(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(b"\x1f\x8b\x08") {
        return None;
    }
    let most = INFLATED_BYTES_MAX.min(bytes.len() * INFLATED_RATIO_MAX);
    let mut out = Vec::new();
    // What was cut is read to where it was.
    let _ = flate2::read::MultiGzDecoder::new(bytes).take(most as u64).read_to_end(&mut out);
    (!out.is_empty()).then_some(out)
}

/// Random bytes have a control character in every eighth place.
fn is_mostly_text(bytes: &[u8]) -> bool {
    let controls =
        bytes.iter().filter(|b| b.is_ascii_control() && !matches!(b, b'\n' | b'\r' | b'\t' | 0)).count();
    controls * 50 <= bytes.len()
        || is_utf16(bytes)
        || bytes.windows(4).any(|w| matches!(w, b"Atzr" | b"Atza" | b"amzn" | b"AKIA"))
}

fn readable(bytes: &[u8]) -> String {
    decoded_text(bytes, Charset::of(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine as _;
    use ::base64::engine::general_purpose::STANDARD;

    fn all(text: &str) -> Vec<String> {
        layers(text, &Limits::STANDARD).all.into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn base64_twice() {
        let inner = "AMAZON_X=amzn1.something here";
        let twice = STANDARD.encode(STANDARD.encode(inner));
        assert!(all(&format!("v: {twice}")).iter().any(|t| t == inner));
    }

    #[test]
    fn base64_behind_other_letters() {
        let inner = "Atzr|IwEBIabcdefghijk";
        let text = format!("path/{}", STANDARD.encode(inner));
        assert!(all(&text).iter().any(|t| t.contains(inner)), "{:?}", all(&text));
    }

    #[test]
    fn gzip_in_base64() {
        let inner = "AMAZON_X=amzn1.something here";
        let mut encoder = flate2::read::GzEncoder::new(inner.as_bytes(), flate2::Compression::default());
        let mut bytes = Vec::new();
        encoder.read_to_end(&mut bytes).unwrap();
        let text = STANDARD.encode(&bytes);
        assert_eq!(all(&format!("body: {text}")), [inner]);
        assert_eq!(hidden_runs(&format!("body: {text}")).len(), 1);
    }

    #[test]
    fn places_go_back_to_the_outermost_text() {
        let text = r#"{"body": "grant=x\u0026t=Atzr%7Cabc"}"#;
        assert_eq!(all(text).len(), 1);
        let layers = layers(text, &Limits::STANDARD);
        let (index, layer) =
            layers.all.iter().enumerate().find(|(_, l)| l.text.contains("Atzr|abc")).unwrap();
        let at = layer.text.find("Atzr|abc").unwrap();
        assert!(layers.is_encoded(index, Span::new(at, at + 8)));
        let outer = layers.outermost(index, Span::new(at, at + 8));
        assert_eq!(text.get(outer.start..outer.end), Some("Atzr%7Cabc"));
    }

    #[test]
    fn the_budget_holds() {
        let limits = Limits { decoded_bytes_max: 10, ..Limits::STANDARD };
        let found = layers(r#""amazon \" text that is longer""#, &limits);
        assert!(found.is_cut && found.all.is_empty());
    }
}
