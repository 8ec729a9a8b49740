//! Breaks sentences into lines of a width, by columns as a terminal counts them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Characters that must not begin a line in Japanese.
const NOT_AT_START: &str =
    "、。，．・：；？！ー）」』】〕》〉ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々…";
/// Characters that must not end a line in Japanese.
const NOT_AT_END: &str = "（「『【〔《〈";

/// Breaks `text` at spaces and between wide characters, so that no line is wider than `columns`
/// unless one word is.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for piece in pieces(text) {
        let fits = columns_of(&line) + columns_of(piece.trim_end()) <= columns;
        if !fits && !line.is_empty() {
            lines.push(line.trim_end().to_owned());
            line.clear();
        }
        line.push_str(piece);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// Returns the columns a text takes.
pub(super) fn columns_of(text: &str) -> usize {
    text.width()
}

/// Cuts a text into pieces between which a line may end; spaces stay at the ends of pieces.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let (mut earlier, mut before): (Option<char>, Option<char>) = (None, None);
    for (at, c) in text.char_indices() {
        // A number keeps its counter: `439 日前`.
        let is_counted = before == Some(' ') && is_wide(c) && earlier.is_some_and(|c| c.is_ascii_digit());
        if !is_counted && before.is_some_and(|before| may_break(before, c)) {
            pieces.push(text.get(start..at).unwrap_or_default());
            start = at;
        }
        (earlier, before) = (before, Some(c));
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || NOT_AT_START.contains(after) || NOT_AT_END.contains(before) {
        return false;
    }
    // Katakana words stay whole, as a reader takes them in whole.
    let in_word = is_katakana(before) && is_katakana(after);
    before == ' ' || ((is_wide(before) || is_wide(after)) && !in_word)
}

const fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{30fe}')
}

fn is_wide(c: char) -> bool {
    c.width() == Some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_breaks_at_spaces() {
        assert_eq!(wrapped("one two three four", 9), ["one two", "three", "four"]);
        assert_eq!(wrapped("a-very-long-word x", 5), ["a-very-long-word", "x"]);
        assert_eq!(wrapped("", 5), [""]);
    }

    #[test]
    fn japanese_breaks_by_columns_and_never_before_a_full_stop() {
        assert_eq!(wrapped("鍵を更新します。次に", 14), ["鍵を更新しま", "す。次に"]);
        assert_eq!(wrapped("初出は 439 日前", 12), ["初出は", "439 日前"]);
        assert_eq!(wrapped("秘密 abc鍵", 6), ["秘密", "abc鍵"]);
        assert_eq!(wrapped("新シークレット", 10), ["新", "シークレット"]);
        assert!(wrapped("鍵を、更新し、ます。", 7).iter().all(|line| columns_of(line) <= 8));
    }
}
