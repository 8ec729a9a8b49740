//! `password-zip-handover`: credentials go out in an archive whose password goes the same way.
//!
//! What is looked for is the custom, in words or in a script: an archive with a password, within six
//! lines the credentials it is about, in a text of the Amazon world.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{evidence, listed, phrases, sentences};
use crate::audit::pattern::{AnyCase, pattern, pattern_in_any_case};
use crate::audit::{DocumentAudit, Fault, Noted, Page, Sought, Wants};
use crate::model::{ContextKind, Span};

/// Lines on either side of the archive in which the credentials are named.
const REACH_LINES: usize = 6;

/// Words without which nothing of it can be said; ASCII letters in lower case.
const WORDS: [&str; 114] = [
    "解凍",
    "パス付",
    "パスワード付",
    "パスワードつき",
    "ﾊﾟｽ付",
    "zipパス",
    "zipのパス",
    "zip パス",
    "zip用パス",
    "zip のパス",
    "zip の解",
    "ｚｉｐ",
    "ＺＩＰ",
    "ﾊﾟｽﾜｰﾄﾞは後",
    "ﾊﾟｽﾜｰﾄﾞは追",
    "パスワードは別",
    "パスワードを別",
    "パスワードについては別",
    "パスワードにつきましては別",
    "パスワードは後",
    "パスワードは追",
    "パスワードは次",
    "ﾊﾟｽﾜｰﾄﾞは別",
    "パスは別",
    "pwは別",
    "password for the zip",
    "password for this zip",
    "password to the zip",
    "password for the archive",
    "password to the archive",
    "password of the archive",
    "zip password",
    "archive password",
    "password-protected",
    "password protected",
    "password follows",
    "separate mail",
    "separate email",
    "separate e-mail",
    "zip -",
    "7z a",
    "7za a",
    "7z.exe",
    "7za.exe",
    "pyminizip",
    "pyzipper",
    "zip-encrypted",
    "setencryption",
    "解压密码",
    "压缩包密码",
    "パスワードをかけ",
    "パスワードを掛け",
    "パスワードを設定",
    "パスワードがかか",
    "パスを設定",
    "パスをかけ",
    "パスワード保護",
    "開封パス",
    "開封用パス",
    "閲覧パス",
    "閲覧用パス",
    "開く際のパス",
    "開くパス",
    "ファイルのパス",
    "パスは「",
    "パスは『",
    "パスは:",
    "パスワードは「",
    "パスワードは『",
    "暗号化zip",
    "暗号化した",
    "encrypted zip",
    "encrypted 7z",
    "encrypted rar",
    "encrypted arch",
    "encrypted attach",
    "encrypted excel",
    "encrypted spread",
    "encrypted pdf",
    "encrypted with",
    "locked with",
    "the passphrase",
    "passphrase is",
    "passphrase:",
    "passphrase =",
    "passphrase=",
    "you passphrase",
    "the password for",
    "password comes",
    "pw =",
    "pw:",
    "pw is",
    "password is",
    "openssl enc",
    "gpg ",
    ".password =",
    "rar a",
    "パスをつけ",
    "パスワードをつけ",
    "パスを付",
    "rar.exe",
    "解凍pw",
    "パスは口頭",
    "パスは電話",
    "protected with",
    "暗号化pdf",
    "passwortgesch",
    "usual password",
    "いつもの",
    "same password",
    "zipped",
    "you the password",
    "パスは",
    "パスワードは",
];

static PLACES: LazyLock<Sought> = LazyLock::new(|| Sought::of(&WORDS));

/// An archive and its password in one breath, or a password that comes by another mail.
static CUSTOM: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(
        r"(解凍|zip|7z|圧縮(ファイル|フォルダ)?|添付(ファイル)?)\s?(用|の|時の)?\s?(解凍)?(パスワード|パス|pw|pass)|(パスワード|パス|pw)(は|を|に(つきまして|ついて)は)?、?\s?(別(途|メール|便|送|の)|後(ほど|送|で|から)|追って|次の(メール|便))|パス(ワード)?(付き?|つき|を?かけ|を設定|をつけ)[^。]{0,10}(zip|圧縮|ファイル|フォルダ|7z|rar)|password[- ]protected (zip|archive|7z|rar|file|folder|pdf|xlsx?|docx?|excel|word|spreadsheet|workbook|attachment|document)|\b(zip|7z|rar|archive|unzip) password|password (for|to|of) (the|this|that) (zip|archive|attachment|attached)|(開封|閲覧|ファイル(を?開く(際|時)?|用|の)?|エクセル|excel|フォルダ)(用)?の?\s?(パスワード(は|:|を|$)|パス(は|:)\s?([「『]|別|後|追|次|口頭|電話|いつも))|(開封|閲覧)用?の?\s?パス(は|:|を|$)|パス(ワード)?(を|が)?(かけ|掛け|かか|掛か|設定|つけ|付け|付き)[^。]{0,12}(zip|圧縮|ファイル|フォルダ|エクセル|excel|7z|rar)|(zip|圧縮|ファイル|フォルダ|エクセル|excel|7z|rar)[^。]{0,16}(、|に|は|の|て|を)\s?(パスワード|パス)(を|が|は)\s?(かけ|掛け|かか|掛か|設定|付|つけ|[「『:])|encrypted (zip|7z|rar|archive|attachment|excel|spreadsheet|pdf)|\bzipped\b[^.]{0,60}\b(password|passphrase|pw)\b|(zip|archive|rar|7z|attachment)\b[^.]{0,60}\b(pw|password|passphrase|pass)\s*(=|:|is\b)|\b(text|send|tell|message|whatsapp|sms|call|dm|give) you (the |with the |its )?(password|passphrase|pw|pass)\s*([.,;!]|$|by\b|via\b|on\b|in\b|for\b|to\b|later\b|separate|when\b)|(xlsx?|docx?|pdf|zip|csv|sheet|workbook|file|folder|archive)\b[^.]{0,20}\b(is|are) password[- ]protected|(暗号化|鍵付き?)[^。]{0,4}(pdf|zip|ファイル|フォルダ|エクセル|excel)|(zip|7z|rar|pdf|xlsx?|docx?|archive|file)\b.{0,60}\b(protected|locked|encrypted) with (a |the |my |our )?(\w+ )?(password|passphrase|pw)\b|passwortgeschützt|(パスワード|パス)は(いつも|前回|例)の|password (follows|will follow|comes|is sent|will be sent)|password[^.]{0,20}in (a |the )?(separate|next) (e-?mail|mail|message)|(パスワード|(^|[、。\s])(パス|pw))は\s?[\w!#$%&@.-]{4,20}\s?です|パスワードは[^。]{0,16}下\d桁|解压密码|压缩包密码|密码另",
    )
});

/// The same as a command.
static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r#"\bzip\b[^\n#]{0,60}\s(-P|--password|-e|--encrypt)\b|\b7za?(\.exe)?["']? a\b[^\n#]{0,80}\s["']?-p|\bpyminizip\.compress(_multiple)?\(|\bpyzipper\.\w+\([^\n]{0,80}["']w["']|["']zip-encrypted["']|->setEncryption(Name|Index)\(|\b(?:zip|archive)\w*\.password\s*=|\brar(?:\.exe)?["']? a\b[^\n#]{0,60}\s-h?p"#,
    )
});

/// Commands that keep things as well as send them.
static KEPT_COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(r"\bopenssl enc\b[^\n]*\s-(?:pass|k)\b|\bgpg\b[^\n]*\s(?:--symmetric|-c)\b")
});
/// To whom it goes.
static RECIPIENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"\b(agency|agentur|partner|freelancer|contractor|vendor|consultant|client|customer|developers?|dienstleister|send|mail)\b|外注|委託|代行|業者|先方|様|送る|送付|渡す|共有",
    )
});

/// What the archive is, where the custom does not say so.
static ARCHIVE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"zip|7z|\brar\b|lzh|圧縮|添付|アーカイブ|xlsx?\b|docx?\b|pdf|エクセル|excel|ファイル|フォルダ|archive|attach|encrypted|压缩|附件",
    )
});

/// What is in it.
static CONTENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"シークレット|秘密(キー|鍵)|アクセスキー|トークン|認証情報|接続情報|(API|MWS|LWA|開発者)の?\s?キー|APIの?(情報|設定)|(ID|PW)\s?[・/とや&]\s?(PW|パス\w*)|ログイン(情報|ID)|クライアントID|API-Schlüssel|Zugangsdaten|(\b|_)credentials?(\b|_)|secret( access)? ?key|access keys?|client[ _]secret|refresh[ _]token|\b(api|mws|sp-api|aws|lwa) keys?\b|lwa[ _]secret|\bkeys? (for|of|to) (the |our |my )?(amazon|seller|sp-?api|mws|lwa)\b|\bamazon[ _-](seller[ _-])?(api[ _-])?keys?\b|secretkey|log-?in (details|info)|\.env\b|密钥|令牌|凭证",
    )
});

/// Whose credentials they are, where they are not Amazon's.
static OTHERS: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"楽天|ヤフー|メルカリ|rakuten|yahoo|shopify|\bebay|stripe|google|github|paypal|wordpress|サーバー?の",
    )
});
static AMAZON: LazyLock<Regex> =
    LazyLock::new(|| pattern_in_any_case(r"amazon|アマゾン|\b(sp-?api|mws|lwa)|セラー|seller"));

/// Keys that are called Amazon's.
static AMAZON_KEYS: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"\bamazon[ _-](seller[ _-])?(api[ _-])?keys?\b|(amazon|アマゾン)の?[^。\n]{0,12}(クライアントシークレット|リフレッシュトークン|APIキー|APIの?キー)",
    )
});
/// A pattern for such words, in a list of patterns or in a program.
static PATTERN: LazyLock<Regex> = LazyLock::new(|| pattern(r"\(\?[:i]|\\s[*+?]|\[\^|\{0,\d+\}"));

pub(super) struct PasswordZip;

impl DocumentAudit for PasswordZip {
    fn rule(&self) -> &'static str {
        "password-zip-handover"
    }

    fn wants(&self) -> Wants {
        Wants::words(&WORDS)
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        // What changed in a program is told item by item, and no item is about the next.
        if page.path().to_ascii_lowercase().contains("changelog") {
            return;
        }
        let has_credential = page.secrets().next().is_some();
        let is_of_amazon = |kind| page.context.proof(kind).is_some();
        let is_of_selling = is_of_amazon(ContextKind::Seller) || is_of_amazon(ContextKind::Account);
        if !has_credential && !is_of_selling && !AMAZON_KEYS.is_match(page.text) {
            return;
        }
        for at in places(page) {
            if let Some(fault) = judged(page, at) {
                noted.fault(at, fault);
                return;
            }
        }
    }
}

/// The lines that speak of an archive with a password.
fn places(page: &Page<'_>) -> Vec<Span> {
    let line = |at| page.lines().span_of(page.text, page.lines().line_of(at));
    let mut places: Vec<Span> = PLACES.places(page).into_iter().map(line).collect();
    places.dedup();
    places
}

fn judged(page: &Page<'_>, line: Span) -> Option<Fault> {
    let near = page.lines_near(line, REACH_LINES);
    let (from, to) = (page.line(near.start).1.start, page.line(near.end.saturating_sub(1)).1.end);
    // Sentences cost more than a look at the bytes, which tells as much where all are ASCII.
    let near = page.text.get(from..to).unwrap_or_default();
    if near.is_ascii() && !ARCHIVE.is_match(near) && !KEPT_COMMAND.is_match(near) {
        return None;
    }
    let around = of_section(page, page.lines_near(line, REACH_LINES), page.lines().line_of(line.start));
    let own = page.lines().line_of(line.start);
    let said = sentences::sentences(page, own..own + 1, line);
    let raw = page.text.get(line.start..line.end).unwrap_or_default();
    if PATTERN.is_match(raw) {
        return None;
    }
    let custom = said.iter().filter(|s| !phrases::is_negated(&s.text)).find_map(|s| CUSTOM.find(&s.text));
    let command =
        COMMAND.find(raw).filter(|_| !raw.trim_start().starts_with("unzip")).map(|found| found.as_str());
    let is_kept = || KEPT_COMMAND.is_match(raw);
    if custom.is_none() && command.is_none() && !is_kept() {
        return None;
    }
    let text: Vec<String> =
        sentences::sentences(page, around, line).into_iter().map(|sentence| sentence.text).collect();
    let kept = || {
        let found = KEPT_COMMAND.find(raw).filter(|_| text.iter().any(|s| RECIPIENT.is_match(s)));
        found.map(|found| found.as_str())
    };
    let words = custom.or(command).or_else(kept)?;
    let content = text
        .iter()
        .filter(|s| {
            !phrases::is_negated(s) && !PATTERN.is_match(s) && (!OTHERS.is_match(s) || AMAZON.is_match(s))
        })
        .find_map(|s| CONTENT.find(s));
    text.iter().find(|sentence| ARCHIVE.is_match(sentence) || KEPT_COMMAND.is_match(sentence))?;
    let content = match content {
        Some(content) => evidence("content", phrases::shown(content.as_str()), 0),
        None => {
            let near = page.lines_near(line, REACH_LINES);
            let credential = page.secrets().find(|c| near.contains(&page.lines().line_of(c.span.start)))?;
            evidence("credential", listed(credential.rule.as_str()), 0)
        }
    };
    let kind = if custom.is_some() { "words" } else { "command" };
    Some(Fault::of([kind]).with([evidence("phrase", phrases::shown(words), 0), content]))
}

/// The lines of the same section of a text with headings.
fn of_section(page: &Page<'_>, lines: Range<usize>, own: usize) -> Range<usize> {
    let is_marked = [".md", ".markdown", ".adoc", ".org"].iter().any(|end| page.path().ends_with(end));
    let is_heading = |line: &usize| is_marked && page.line(*line).0.starts_with(['#', '=']);
    let start = (lines.start..own + 1).rev().find(is_heading).unwrap_or(lines.start);
    let end = (own + 1..lines.end).find(is_heading).unwrap_or(lines.end);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_custom_is_told() {
        for sentence in [
            "解凍パスワードは別途お送りします",
            "パスワードは追ってご連絡いたします",
            "パスワード付きZIPで送ります",
            "The zip password is below",
            "Password will follow in a separate mail",
            "解压密码另发",
        ] {
            assert!(CUSTOM.is_match(sentence), "{sentence}");
        }
        for sentence in ["unzip the archive", "パスワードを入力", "zip code and password", "パスを設定する"]
        {
            assert!(!CUSTOM.is_match(sentence), "{sentence}");
        }
        assert!(COMMAND.is_match("zip -P \"$PW\" out.zip .env"));
        assert!(!COMMAND.is_match("zip -r out.zip src"));
    }
}
