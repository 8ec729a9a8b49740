//! Pictures: how far a credential got, since when, and how the findings divide.

use std::io;

use super::said::escaped;
use crate::lang::{AboutPage, Lang, Message};
use crate::model::Family;
use crate::report::words;

/// How far something got, in the order of the picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    Computer,
    Repository,
    Pushed,
    Others,
}

impl Reach {
    const ALL: [Self; 4] = [Self::Computer, Self::Repository, Self::Pushed, Self::Others];

    const fn name(self) -> AboutPage<'static> {
        match self {
            Self::Computer => AboutPage::OnComputer,
            Self::Repository => AboutPage::InRepository,
            Self::Pushed => AboutPage::Pushed,
            Self::Others => AboutPage::WithOthers,
        }
    }
}

/// Draws four places in a row, those that were reached filled.
pub(super) fn reach(reach: Reach, out: &mut dyn io::Write) -> io::Result<()> {
    for lang in Lang::ALL {
        let name = |reach: Reach| escaped(&Message::from(reach.name()).say(lang));
        let place = Message::from(reach.name()).say(lang);
        write!(
            out,
            "<svg class=\"reach\" lang=\"{}\" viewBox=\"0 0 520 64\" role=\"img\" aria-label=\"{}\">",
            lang.as_str(),
            escaped(&Message::from(AboutPage::ReachIs { place: &place }).say(lang))
        )?;
        for (at, place) in Reach::ALL.into_iter().enumerate() {
            let x = 65 + at * 130;
            if at > 0 {
                let class = if place <= reach { "gone" } else { "line" };
                write!(
                    out,
                    "<line class=\"{class}\" x1=\"{}\" y1=\"18\" x2=\"{}\" y2=\"18\"/>",
                    x - 117,
                    x - 13
                )?;
            }
            let class = if place <= reach { " class=\"on\"" } else { "" };
            write!(out, "<circle{class} cx=\"{x}\" cy=\"18\" r=\"11\"/>")?;
            write!(out, "<text x=\"{x}\" y=\"52\">{}</text>", name(place))?;
        }
        writeln!(out, "</svg>")?;
    }
    Ok(())
}

/// Draws the line from the first commit to today, on a scale that makes years comparable.
pub(super) fn age(days: u64, first: &str, out: &mut dyn io::Write) -> io::Result<()> {
    // The length grows with the logarithm, so that a day can be seen and ten years fit.
    let length = (f64::from(u32::try_from(days).unwrap_or(u32::MAX)) + 1.0).ln() / 4_000_f64.ln();
    let start = 480.0 - 440.0 * length.clamp(0.02, 1.0);
    let first = escaped(first);
    for lang in Lang::ALL {
        let say = |about: AboutPage<'_>| escaped(&Message::from(about).say(lang));
        let days = say(AboutPage::Days(days));
        // What is too near today to have room for its day leaves the day to the sentence.
        let named = if start < 330.0 {
            format!(
                "<text x=\"{start:.0}\" y=\"40\" text-anchor=\"middle\">{first}</text>\
                 <text x=\"{:.0}\" y=\"12\" text-anchor=\"middle\">{days}</text>",
                f64::midpoint(start, 480.0)
            )
        } else {
            String::new()
        };
        writeln!(
            out,
            "<svg class=\"age\" lang=\"{}\" viewBox=\"0 0 520 48\" role=\"img\" aria-label=\"{first}, {days}\">\
             <line x1=\"{start:.0}\" y1=\"20\" x2=\"480\" y2=\"20\"/><circle cx=\"{start:.0}\" cy=\"20\" r=\"5\"/>\
             <circle cx=\"480\" cy=\"20\" r=\"5\"/>{named}\
             <text x=\"480\" y=\"40\" text-anchor=\"middle\">{}</text></svg>",
            lang.as_str(),
            say(AboutPage::Today),
        )?;
    }
    Ok(())
}

/// Draws a bar a family.
pub(super) fn families(all: &[Family], out: &mut dyn io::Write) -> io::Result<()> {
    let count = |family: Family| all.iter().filter(|of| **of == family).count();
    let most = Family::ALL.into_iter().map(count).max().unwrap_or(0).max(1);
    let used: Vec<Family> = Family::ALL.into_iter().filter(|family| count(*family) > 0).collect();
    if used.len() < 2 {
        return Ok(());
    }
    for lang in Lang::ALL {
        writeln!(
            out,
            "<svg class=\"families\" lang=\"{}\" viewBox=\"0 0 520 {}\" role=\"img\" aria-label=\"{}\">",
            lang.as_str(),
            used.len() * 26,
            escaped(&Message::from(AboutPage::ByFamily).say(lang))
        )?;
        for (at, family) in used.iter().enumerate() {
            let y = at * 26;
            let width = 6 + count(*family) * 300 / most;
            let name = escaped(&Message::from(words::family(*family)).say(lang));
            writeln!(
                out,
                "<text x=\"130\" y=\"{}\" text-anchor=\"end\">{name}</text>\
                 <rect x=\"142\" y=\"{}\" width=\"{width}\" height=\"16\" rx=\"3\"/>\
                 <text x=\"{}\" y=\"{}\">{}</text>",
                y + 17,
                y + 4,
                152 + width,
                y + 17,
                count(*family)
            )?;
        }
        writeln!(out, "</svg>")?;
    }
    Ok(())
}
