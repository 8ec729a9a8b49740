//! Letters and pages that ask in sentences to be sent a secret.

use std::sync::LazyLock;

use regex::Regex;

use super::super::{phrases, sentences};
use super::{Ask, AskedFor, Who, across_lines, parts, span};
use crate::audit::pattern::{AnyCase, in_small_letters, pattern};
use crate::audit::{Page, Sought};
use crate::model::Span;

/// A request to send somebody a secret, in a sentence.
static REQUEST: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::across_lines(
        r"\b(send|e-?mail|mail|reply|forward|give|share|provide|submit|message|fill|dm|pass)\b.{0,60}\b(us|me|our (\w+ )?(team|support|staff|engineers?|office|consultants?)|support team|back to this|form)\b|\b(send|forward|e-?mail|mail|submit)\b.{0,60}\bto\b.{0,16}[\w.+-]+@[\w-]+\.\w+|\bhand (us|me|it over|them over)\b|\be-?mail (everything|it|them|these|all)\b|\bsend (everything|it|them|these|all)( over)? to\b|\b(provide|send|share|give|submit)\b[^.]{0,20}\bfollowing\b[^.]{0,60}\b(we|us|our)\b|\b(reply (to this (e-?mail|message) )?with|provide us|send us|share with us)\b|\b(could|can|would|will) you (please )?(send|share|give|provide|forward|dm|e-?mail)\b|\b(send|forward|give|pass|share)\b.{0,60}\b(to|with) (your|the|our) (\w+ )?(account manager|manager|consultant|agent|assistant|representative|team)\b|\bupload\b.{0,80}\b(to|into|in|through|via) (our|the) (\w+ )?(portal|site|website|dashboard|form|drive|folder)\b|\bwe(.?ll| will| would)?( also| then)? need (your|access to your|you to (send|provide|share|give))\b|\b(senden|schicken|mailen|teilen|geben|nennen|übermitteln) sie (bitte )?(uns|mir)\b|\b(schicke?|sende?|gib|mail|nenne?) (uns|mir)\b|benötigen wir (von ihnen|ihre?n?)\b|\b(envoyez|transmettez|communiquez|fournissez|donnez)[ -](nous|moi)\b|\bmerci de nous (envoyer|transmettre|communiquer|fournir)\b|\benv(í|i)(e|a|ad)(nos|me)\b|\bnos (env(í|i)e|mande|facilite|proporcione|comparta)\b|\b(inviateci|mandateci|inviaci|forniteci)\b|(入力して(送信|登録)|送信して|お送り|送って|ご?返信|ご?送付|ご?連絡|教えて|お知らせ|お伝え|ご?記入|ご?提供|ご?提出|再提出|フォーム(に|から|へ|より|にて|で)|ご?共有|添付して|お渡し|ご?提示(して)?|ご?開示(して)?|(送|貼|共有し|シェアし|渡し)って)[^。]{0,12}(ください|下さい|くださ|お願い|頂|いただ|願い|願う)|(お?送り|送付|お?渡し|ご?提示|ご?共有|ご?返送)(の?程)?(、|を)?(お)?願|お?伺い(し|いた|させ)|ご?提示いただ|(送って|教えて|貼って|シェアして|共有して|渡して)(ね|ちょうだい|頂戴|もらえ|もらい|ほしい|欲しい)|ご?返送(ください|下さい|くだ|いただ|願)|(弊社|当社|当店|当方|こちら|サポート|担当者?)(まで|へ|に|宛に?)[^。]{0,10}(ご?連絡|お?送り|送付|送信|ご?提出|ご?共有|ご?返信|お知らせ)|\bwhat (i|we).{0,6} need from you\b|お?預かり(いた|し|させ|を)|頂戴(し|いた)|보내\s?주|알려\s?주|제공해\s?주|공유해\s?주|전달해\s?주|请(提供|发|填写|告知|把|将)|(发|提供|发送)(给|到)(我们|我|客服)",
    )
});
/// What is asked for in a sentence, in lower case.
static WANTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?s)(?<key>(aws|mws|amazon)? ?secret[ -](access )?key|cl[éÉ] secr[èÈ]te|clave secreta|mws (keys|credentials)|シークレット(アクセス)?キー|秘密(キー|鍵)|awsキー|mwsキー)|(?<secret>(lwa )?client[ -]secret|クライアント(シークレット|機密情報)|(sp-?api|lwa|amazon|アマゾン)[^。]{0,16}シークレット|lwa (credentials|secret)|secret密钥|密钥)|(?<password>(seller ?central|amazon seller)(?:[\s:,/&]|account|access|log-?in|user ?name|user|e-?mail|address|id|and|or){1,10}passwords?\b|(seller ?central|amazon seller|amazon)( account)?( log-?in)? (user ?(name|id) (and|&|/|\+) |e-?mail (address )?(and|&|/|\+) |id (and|&|/|\+) )?(password|credentials|log-?in (details|info|and password))|(seller ?central|amazon)[- ](passwort|zugangsdaten|login-daten)|(セラーセントラル|アマゾン|amazon)(アカウント)?の?[「『(]?(管理画面の?)?(ログイン|パスワード|id)[^。]{0,8}(パスワード|情報|pw)|セラーセントラル[\s　]?の?[\s　]?パスワード|(id|アイディ)[^。]{0,4}(パスワード|pw|パス)[^。]{0,24}セラーセントラル|셀러\s?센트럴[^.]{0,8}(비밀번호|로그인|계정))",
    )
});

/// One of these stands in whatever [`WANTED`] finds; ASCII letters in lower case.
pub(super) const WANTED_WORDS: [&str; 28] = [
    "비밀번호",
    "센트럴",
    "passwort",
    "zugangsdaten",
    "clé secr",
    "clave secr",
    "secret",
    "credential",
    "password",
    "log-in",
    "login",
    "mws ",
    "lwa ",
    "wsキー",
    "シークレット",
    "秘密",
    "機密",
    "密钥",
    "パスワード",
    "情報",
    "セラーセントラル",
    "アマゾン",
    "amazonの",
    "amazonア",
    "amazon管",
    "amazonロ",
    "amazonパ",
    "amazonid",
];
static WANTED_PLACES: LazyLock<Sought> = LazyLock::new(|| Sought::of(&WANTED_WORDS));

/// Lines of a list that are gone back over to the sentence in front of it.
const LIST_LINES_MAX: usize = 10;

/// Whether a line is one of a list of what the sentence in front of it asks for.
fn is_on_list(page: &Page<'_>, item: &sentences::Sentence) -> bool {
    let marks = ['-', '*', '・', '•', '●', '■', '□', '①', '②', '③', '④', '⑤'];
    let is_item = |line: &str| {
        let line = line.trim_start();
        line.starts_with(marks)
            || line.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')', ','])
            || is_blank_field(line)
    };
    let own = page.lines().line_of(item.at.start);
    if !is_item(page.line(own).0) || item.text.chars().count() > 60 {
        return false;
    }
    let before = (own.saturating_sub(LIST_LINES_MAX)..own).rev().map(|line| page.line(line).0);
    let behind = (own + 1..(own + LIST_LINES_MAX).min(page.lines().len())).map(|line| page.line(line).0);
    let first = |mut lines: Box<dyn Iterator<Item = &str> + '_>| {
        let line = lines.find(|line| !line.trim().is_empty() && !is_item(line))?;
        Some(phrases::in_nfkc(line).into_owned()).filter(|line| !is_refused(line))
    };
    let asks =
        |line: String| QUESTIONNAIRE.is_match(&line) || (LISTED.is_match(&line) && REQUEST.is_match(&line));
    first(Box::new(before)).is_some_and(asks)
        || first(Box::new(behind)).is_some_and(|line| ABOVE.is_match(&line) && REQUEST.is_match(&line))
}

/// Tells a caption with nothing behind it but room for the answer.
fn is_blank_field(line: &str) -> bool {
    let caption = line.trim().trim_end_matches(['_', '＿', '.', '…', ' ', '　']);
    let caption = caption.strip_suffix([':', '：']).filter(|caption| !LISTED.is_match(caption));
    caption.is_some_and(|caption| {
        caption.chars().count() <= CAPTION_CHARS_MAX && !caption.contains(['、', ',', '。'])
    })
}

/// Characters of a caption.
const CAPTION_CHARS_MAX: usize = 30;

/// Whether the lines around a request warn of it: they cite what others write.
fn is_warned_of(page: &Page<'_>, at: Span) -> bool {
    let lines = page.lines_near(at, WARNING_LINES);
    lines.map(|line| phrases::in_nfkc(page.line(line).0)).any(|line| WARNING.is_match(&line))
}

/// Lines on either side of a request in which it is warned of.
const WARNING_LINES: usize = 3;
static WARNING: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"のような[^。]{0,16}(に|は)[^。]{0,6}注意|詐欺|フィッシング|なりすま|不審な|怪しい|偽(の|物|サイト|メール)|と(言|い)われ(た|て|る|まし)|と(頼|求め|要求さ|迫)(まれ|られ|れ)(た|て|る|まし)|(という|といった)(メール|依頼|連絡|DM|要求|メッセージ)|悪い例|NG例|\b(beware|phishing|scam(s|mers?)?|fraud\w*|suspicious|impersonat\w*|watch out|bad example|red flags?)\b",
    )
});

/// A request of somebody who needs no more than to say please, in a text without programs.
fn is_plain_request(page: &Page<'_>, sentence: &str) -> bool {
    // Programs ask for the secret of their own application, but seldom for a log-in.
    let is_of_somebody = || PEOPLE.is_match(page.text) && !page.file_name().starts_with("readme");
    PLAIN.is_match(sentence)
        && !OF_PROGRAM.is_match(sentence)
        && phrases::is_letter(page.path())
        && !page.text.contains("```")
        && (sentence.to_ascii_lowercase().contains("password") || is_of_somebody())
}

static PLAIN: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"\b(please|kindly) (provide|share|send|give|submit|forward)( over)?( us| me)? (with )?(your|the)\b",
    )
});
static PEOPLE: LazyLock<Regex> = LazyLock::new(|| across_lines(r"\b(we|us|our|i|my)\b"));
static OF_PROGRAM: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"\b(config\w*|environment|env|variables?|file|constructor|parameters?|arguments?|options?|settings?|flags?|in order to|when|if|via|as an?|command|issue|pull request)\b|[{}=;`]",
    )
});

/// Whether a sentence forbids. A polite request is a question, and names when it is to be followed.
fn is_refused(sentence: &str) -> bool {
    phrases::is_negated(&POLITE.replace_all(sentence, " ")) || OCCASION.is_match(sentence)
}

/// What is to be told when something happens to a secret, or asked of a third.
static OCCASION: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"(期限|切れ|漏洩|漏え|流出|無効|失効|紛失|忘れ|間違)[^。]{0,14}(たら|場合|とき|時は|際)|てもらって(ください|下さい)",
    )
});
static POLITE: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"(いただけ|頂け|もらえ|下さ|くださ)[^。]{0,6}(でしょうか|ますか\?|ますか|ませんか)|\b(when|once) you\b",
    )
});
/// The head of a questionnaire.
static QUESTIONNAIRE: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(
        r"設問|ヒアリングシート|\bneed from you\b|お?申し?込み?(フォーム|書|内容|項目)?(】|$)|\b(onboarding|intake) (form|questionnaire)\b|(回答|記入)欄",
    )
});
/// What a list is followed by that asks for it.
static ABOVE: LazyLock<Regex> = LazyLock::new(|| {
    across_lines(r"上記|以上|\babove\b|\bthese\b|\beverything\b|\ball of (it|this|them)\b|以上信息")
});

/// What announces a list.
static LISTED: LazyLock<Regex> =
    LazyLock::new(|| across_lines(r"以下|下記|次の|:\s*$|\bfollowing\b|\bbelow\b|。\s*$"));

/// Sentences that ask to be sent a secret.
pub(super) fn requests(page: &Page<'_>) -> Vec<Ask> {
    let mut asks = Vec::new();
    let mut done = 0;
    let wanted = parts(page, &WANTED_PLACES).into_iter().flat_map(|part| {
        let text = page.folded.get(part.start..part.end).unwrap_or_default();
        WANTED.find_iter(text).map(move |wanted| span(wanted, part.start))
    });
    for wanted in wanted {
        let line = page.lines().line_of(wanted.start);
        if line < done {
            continue;
        }
        let lines = line.saturating_sub(2)..(line + 3).min(page.lines().len());
        done = lines.end;
        for sentence in sentences::sentences(page, lines, wanted) {
            let small = in_small_letters(&sentence.text);
            let Some(found) = WANTED.captures(&small) else { continue };
            let is_asked = REQUEST.is_match(&sentence.text)
                || is_on_list(page, &sentence)
                || is_plain_request(page, &sentence.text);
            if !is_asked || is_refused(&sentence.text) || is_warned_of(page, sentence.at) {
                continue;
            }
            let secret = if found.name("key").is_some() {
                AskedFor::Key
            } else if found.name("secret").is_some() {
                AskedFor::Client
            } else {
                AskedFor::Password
            };
            let label = found
                .get(0)
                .and_then(|found| sentence.text.get(found.range()))
                .unwrap_or_default()
                .to_owned();
            asks.push(Ask { secret, label, at: sentence.at, who: Who::Anybody });
        }
    }
    asks
}
