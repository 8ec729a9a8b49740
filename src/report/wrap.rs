//! Breaks sentences into lines of a width, by columns as a terminal counts them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Characters that must not begin a line in Japanese.
const NOT_AT_START: &str =
    "、。，．・：；？！ー）」』】〕》〉ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々…";
/// Characters that must not end a line in Japanese.
const NOT_AT_END: &str = "（「『【〔《〈";
/// What a phrase of Japanese ends with: particles, and the ends of verbs that no second verb follows.
const PHRASE_ENDS: &str = "をにはがでともへやのてたるすずだくばら、。」』）！？→";

/// Breaks `text` at spaces and between phrases, so that no line is wider than `columns` unless one
/// word is. A phrase that would leave much of a line empty is broken between wide characters.
pub(super) fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Lines { columns, done: Vec::new(), line: String::new() };
    for phrase in pieces(text, is_between_phrases) {
        if lines.fits(phrase) || lines.free() <= columns / 2 && columns_of(phrase) <= columns {
            lines.push(phrase);
        } else {
            pieces(phrase, may_break).into_iter().for_each(|piece| lines.push(piece));
        }
    }
    lines.finished()
}

/// Lines that are full, and the one that is being filled.
struct Lines {
    columns: usize,
    done: Vec<String>,
    line: String,
}

impl Lines {
    fn free(&self) -> usize {
        self.columns.saturating_sub(columns_of(&self.line))
    }

    fn fits(&self, piece: &str) -> bool {
        columns_of(piece.trim_end()) <= self.free()
    }

    fn push(&mut self, piece: &str) {
        if !self.fits(piece) && !self.line.is_empty() {
            self.end();
        }
        self.line.push_str(piece);
    }

    fn end(&mut self) {
        self.done.push(self.line.trim_end().to_owned());
        self.line.clear();
    }

    fn finished(mut self) -> Vec<String> {
        if !self.line.is_empty() || self.done.is_empty() {
            self.end();
        }
        self.done
    }
}

/// Returns the columns a text takes.
pub(super) fn columns_of(text: &str) -> usize {
    text.width()
}

/// Three neighbours and whether they are within backticks.
struct Gap {
    earlier: Option<char>,
    before: char,
    after: char,
    in_code: bool,
}

/// Cuts a text into pieces between which a line may end; spaces stay at the ends of pieces.
fn pieces(text: &str, ends: fn(&Gap) -> bool) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let (mut earlier, mut before, mut in_code) = (None, None, false);
    for (at, c) in text.char_indices() {
        if before.is_some_and(|before| ends(&Gap { earlier, before, after: c, in_code })) {
            pieces.push(text.get(start..at).unwrap_or_default());
            start = at;
        }
        in_code ^= c == '`';
        (earlier, before) = (before, Some(c));
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}

fn may_break(gap: &Gap) -> bool {
    let Gap { earlier, before, after, in_code } = *gap;
    if after == ' ' || NOT_AT_START.contains(after) || NOT_AT_END.contains(before) {
        return false;
    }
    // A backtick closes what it stands behind, and a number keeps its counter: `439 日前`.
    let closes = after == '`' && in_code;
    let is_counted = before == ' ' && is_wide(after) && earlier.is_some_and(|c| c.is_ascii_digit());
    // Katakana words stay whole, as a reader takes them in whole.
    let in_word = is_katakana(before) && is_katakana(after);
    !closes && !is_counted && (before == ' ' || ((is_wide(before) || is_wide(after)) && !in_word))
}

/// Tells whether a reader of Japanese would pause here; elsewhere spaces tell it.
fn is_between_phrases(gap: &Gap) -> bool {
    let Gap { earlier, before, after, in_code } = *gap;
    if !may_break(gap) || is_hiragana(after) && !"、。→".contains(before) || in_code && is_wide(after) {
        return false;
    }
    if before == ' ' {
        // `作成者 1 人` is one phrase.
        return !(after.is_ascii_digit() && earlier.is_some_and(is_wide));
    }
    PHRASE_ENDS.contains(before) || NOT_AT_END.contains(after)
}

const fn is_hiragana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}')
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
    #[test]
    fn japanese_breaks_where_a_reader_pauses() {
        let why = "リフレッシュトークンと組み合わせると、誰でも呼び出し、注文や在庫を扱えます。";
        assert_eq!(
            wrapped(why, 48),
            ["リフレッシュトークンと組み合わせると、誰でも", "呼び出し、注文や在庫を扱えます。"]
        );
        let facts = "プッシュ済み、作成者 1 人、コミット 1 件、初出は 416 日前";
        assert_eq!(wrapped(facts, 39), ["プッシュ済み、作成者 1 人、", "コミット 1 件、初出は 416 日前"]);
        let phrase = "語句 `設定をお願い` (+1)、合計点 `9`";
        assert_eq!(wrapped(phrase, 20), ["語句 `設定をお願い`", "(+1)、合計点 `9`"]);
    }
}
