//! `vendor-shared-aws-key`: people are told to work with an AWS or MWS key of their vendor's, the same
//! for all of its customers.
//!
//! Looked for are sentences of manuals, comments and windows that say whose key it is, and keys under
//! names that say it. Somebody's own key is not meant, nor the shared credentials file of AWS.

use std::cell::LazyCell;
use std::sync::LazyLock;

use regex::Regex;

use super::{evidence, listed, phrases, sentences};
use crate::audit::pattern::{AnyCase, pattern_in_any_case};
use crate::audit::{DocumentAudit, Fault, Noted, Page, Sought, Wants};
use crate::model::{Confidence, ContextKind, Credential, Span};
use crate::rules::folded;

/// Lines on either side of what says whose it is, in which the key is named.
const REACH_LINES: usize = 4;
/// Lines of one document that are looked at.
const PLACES_MAX: usize = 200;

/// Words without which nothing of it can be said; ASCII letters in lower case.
const WORDS: [&str; 116] = [
    "all customers",
    "all clients",
    "all sellers",
    "all merchants",
    "all users",
    "all our ",
    "all of our",
    "all tenants",
    "every customer",
    "every client",
    "every seller",
    "every merchant",
    "every user",
    "any customer",
    "between customers",
    "across customers",
    "our customers",
    "our clients",
    "our aws",
    "our iam",
    "our access key",
    "our amazon",
    "our mws",
    "our shared",
    "our secret",
    "our developer key",
    "shared aws",
    "shared iam",
    "shared access key",
    "common aws",
    "common access key",
    "vendor's",
    "vendor-supplied",
    "vendor-provided",
    "vendor supplied",
    "vendor provided",
    "we provide",
    "we supply",
    "we issue",
    "we will send",
    "we'll send",
    "we send you",
    "we give you",
    "provided by",
    "supplied by",
    "issued by",
    "given to you by",
    "bundled aws",
    "built-in aws",
    "共通",
    "共有",
    "共用",
    "当社",
    "弊社",
    "当方",
    "ツール側",
    "開発元",
    "販売元",
    "提供元",
    "サポートから",
    "サポートより",
    "サポートが",
    "こちらで",
    "我们",
    "服务商",
    "公用",
    "统一",
    "for everyone",
    "for everybody",
    "each customer",
    "each merchant",
    "each client",
    "every installation",
    "all installations",
    "every shop",
    "all shops",
    "every store",
    "every tenant",
    "we created",
    "ships with",
    "comes with",
    "shipped with",
    "from us",
    "from our",
    "our company",
    "our welcome",
    "integrator",
    "from your vendor",
    "from your agency",
    "from your consultant",
    "provider's",
    "全店舗",
    "全顧客",
    "全社",
    "企業様",
    "加盟店",
    "使い回",
    "設定済",
    "登録済",
    "入力済",
    "同一个",
    "für alle",
    "alle kunden",
    "of our agency",
    "of our company",
    "default keys",
    "every reseller",
    "付属",
    "同梱",
    "内蔵",
    "会員の",
    "皆さま",
    "皆様",
    "皆さん",
    "we have set up",
    "all resellers",
];

const KEY_PATTERN: &str = r"(?:(?:aws|iam|mws|amazon)\b[^.]{0,24}?\b(?:keys?|key ?ids?|key ?pairs?|secrets?|credentials?)\b|(?:aws|iam) users?\b|access[ _-]?keys?(?:[ _-]?ids?)?|secret (?:access )?keys?|akia)";
const KEY_JA: &str = r"(?:(?:AWS|IAM|MWS)[^。]{0,10}?(?:キー|鍵|認証情報|ユーザー?|アカウント)|アクセスキー|秘密キー|シークレット(?:アクセス)?キー)";
const KEY_ZH: &str = r"(?:(?:AWS|IAM|MWS)[^。]{0,10}?(?:密钥|凭证|账号|key)|access ?key|访问密钥)";
const PEOPLE: &str = r"(?:customers?|clients?|sellers?|merchants?|users?|tenants?|subscribers?|installations?|installs?|shops?|stores?|companies|resellers?)";

/// The key itself, in whatever language.
static KEY: LazyLock<AnyCase> = LazyLock::new(|| AnyCase::new(&format!("{KEY_PATTERN}|{KEY_JA}|{KEY_ZH}")));

/// What stands behind what needs no name of a key, as "the values you received from us".
const RECEIVED: [&str; 3] = ["ou received", "ou got", "ou were "];

/// One for all of the customers.
static FOR_ALL: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(&format!(
        r"\b(?:same|shared?|common|single|identical)\b[^.]{{0,70}}\b(?:for|by|across|among|amongst|between|with|to)\s+(?:all|every|each|any|our|multiple)\b\s*(?:of\s+)?(?:our\s+|the\s+|its\s+|other\s+)?(?:\w+\s+)?{PEOPLE}\b|\b(?:all|every)\s+(?:of\s+)?(?:our\s+|the\s+)?(?:\w+\s+)?{PEOPLE}\s+(?:will\s+)?(?:shares?|uses?|are using|gets?|receives?|have|has|connects?\s+with)\s+(?:the\s+|this\s+|one\s+|a\s+)*(?:same|single|shared|common|one|identical)|\b(?:all|every)\s+(?:of\s+)?(?:our\s+|the\s+)?{PEOPLE}\s+(?:shares?|uses?|are using)\s+(?:our|the vendor(?:'s|s'))\s+{KEY_PATTERN}|\bshared\s+{KEY_PATTERN}[^.]{{0,40}}\b(?:all|every)\s+(?:of\s+)?(?:our\s+|the\s+)?{PEOPLE}\b|\b(?:one|a single|same|shared|common)\b[^.]{{0,40}}\bfor (?:everyone|everybody|all of (?:them|you))\b|\bone (?:set|pair|key|user)\b[^.]{{0,10}}\bfor (?:every|each|all|any) (?:of )?(?:our )?{PEOPLE}|\b(?:all|every) (?:of )?our {PEOPLE}\b[^.]{{0,40}}\b(?:the|this|these) (?:keys?|pair|credentials) (?:below|above|here)\b|\bidentical\b[^.]{{0,20}}\b(?:for|in|across) (?:all|every|each|any)\b\s*(?:of\s+)?(?:our\s+)?{PEOPLE}|\b(?:all|every) (?:of )?(?:our |the )?{PEOPLE}\b[^.]{{0,40}}\b(?:the same|one|a single|common)\b[^.]{{0,16}}\b(?:keys?|key pair|credentials)\b|\bdefault (?:aws |iam |mws )?(?:keys?|key pair) for (?:every|each|all) {PEOPLE}|共[通用]の?キー|(?:gilt|gelten|verwendet|genutzt)[^.]{{0,20}}für alle (?:kunden|händler|shops)|\balle (?:kunden|händler|shops)\b[^.]{{0,40}}(?:gleichen?|selben?|gemeinsamen?)[^.]{{0,16}}(?:schlüssel|key)|\b(?:used|shared) by (?:all|every|each|any) (?:of )?(?:our )?{PEOPLE}\b|\b(?:all|every|each) (?:of )?(?:our )?{PEOPLE} (?:use|uses|get|gets) the same (?:keys?|pair|credentials|ones?)\b|\b(?:valid|works?|used)\b[^.]{{0,20}}\bfor (?:all|every|any) (?:of )?(?:our )?(?:customers?|clients?|sellers?|merchants?)\b|(?:お客様|ユーザー|利用者|会員|顧客|契約者|セラー|出品者|皆様|企業|加盟店|導入先)(?:様|さま)?[^。]{{0,10}}共通|共通[^。]{{0,12}}{KEY_JA}|(?:全員|みなさん|皆さん|全ユーザー|全顧客|全会員|全店舗|全社|全クライアント|どのお客様)[^。]{{0,10}}(?:同じ|同一|共通|共有|使い回)|(?:会員|お客様|ユーザー|利用者|受講生|購入者|契約者|セラー|出品者)(?:の?(?:皆様|皆さま|皆さん|全員|各位|方|様|さま))?(?:は|には)[^。]{{0,6}}(?:下記|以下|次|こちら)の[^。]{{0,8}}{KEY_JA}[^。]{{0,10}}(?:入力|設定|使|利用|登録|貼)|(?:所有|全部|每个)(?:客户|用户|卖家|商家)[^。]{{0,10}}(?:共用|通用|相同|共享|同一)|(?:公用|共用|通用|统一)的?[^。]{{0,8}}{KEY_ZH}"
    ))
});
/// The vendor's, to be used by somebody else.
static OF_VENDOR: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(&format!(
        r"\b(?:vendor(?:'s|s')?|vendor[- ](?:supplied|provided)|bundled|built-in)\s+[^.]{{0,12}}?{KEY_PATTERN}|{KEY_PATTERN}\s+of\s+(?:the|your)\s+(?:software |plugin |tool )?vendor\b|{KEY_PATTERN}[^.]{{0,40}}\b(?:provided|supplied|issued|given|sent|owned|shipped|e-?mailed)\b[^.]{{0,16}}\b(?:by|from|with)\s+(?:us\b|our (?:team|support|company|staff|sales)|(?:the|your) (?:software |app |tool |saas |integration )?(?:vendor|plugin|connector|tool|agency|app developer|software company|integrator|consultant))|\b(?:vendor|integrator|provider|agency|consultant|supplier|developer)s?'s?\s+{KEY_PATTERN}|\b(?:ones?|keys?|credentials|pair|values)\b[^.]{{0,12}}\byou (?:received|got|were (?:sent|given)) (?:from|by) (?:us|our|your (?:integrator|vendor|agency|consultant|provider))\b|{KEY_PATTERN}[^.]{{0,40}}\b(?:from|in) our (?:welcome|onboarding|start)[\w -]{{0,12}}(?:mail|letter|message|pdf|pack|kit)|\b(?:plug-?in|app|tool|connector|extension|module|software|package|installer|add-?on|product)\s+(?:ships?|comes?|is (?:shipped|delivered|bundled))\s+with\s+(?:an?|our|its(?: own)?|one|the|built-in)\s+[^.]{{0,12}}?{KEY_PATTERN}|{KEY_PATTERN}\s+(?:that |which )?we\s+(?:provide|supply|give|issue|send|set up)\b|\bour (?:company's |own |shared )?[^.]{{0,12}}?{KEY_PATTERN}[^.]{{0,30}}\b(?:filled in|pre-?filled|pre-?set|preconfigured|pre-configured|built in|entered)\b|\bwe(?:'ll| will)?\s+(?:provide|supply|issue|give|send|ship|e-?mail|hand)\b[^.]{{0,30}}\b(?:you|our|an?|the|these|with)\b[^.]{{0,30}}?{KEY_PATTERN}|(?:当社|弊社|当方|ツール側|ツール提供元|開発元|開発会社|販売元|提供元|運営(?:会社|者|側)|ベンダー|サポート|こちら)(?:が|で|から|より)[^。]{{0,12}}(?:発行|提供|用意|配布|貸与|支給|準備|お渡し|お送り|送付|ご案内)[^。]{{0,12}}{KEY_JA}|{KEY_JA}[^。]{{0,8}}(?:は|を)[^。]{{0,14}}(?:当社|弊社|当方|ツール側|開発元|販売元|提供元|ベンダー|サポート|こちら)(?:が|で|から|より)[^。]{{0,12}}(?:発行|提供|用意|配布|貸与|支給|準備|お渡し|お送り|送付)|(?:当社|弊社|当方)(?:名義)?の[^。]{{0,6}}{KEY_JA}[^。]{{0,16}}(?:設定済|登録済|入力済|組み込み済|内蔵|同梱|付属|含まれ)|(?:ツール|ソフト|アプリ|プラグイン|システム|拡張)(?:に|の)?[^。]{{0,4}}(?:付属|同梱|内蔵|組み込み)の?[^。]{{0,8}}{KEY_JA}|(?:我们|我司|服务商|软件商)[^。]{{0,4}}(?:提供|发放|统一)[^。]{{0,10}}{KEY_ZH}"
    ))
});
/// Ours, which may also be that of the people who read it.
static OURS: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(&format!(
        r"\b(?:use|using|uses|enter|paste|copy|put|set|add|configure|fill in|type|with)\b[^.]{{0,50}}\bour\s+(?:own\s+|shared\s+)?[^.]{{0,12}}?{KEY_PATTERN}|{KEY_PATTERN}[^.]{{0,24}}\bof our (?:agency|company|firm|team|office)\b|{KEY_JA}[^。]{{0,4}}は(?:当社|弊社|当方|開発元)のもの[^。]{{0,16}}(?:使|利用)|(?:当社|弊社|当方|ツール側|開発元|販売元|提供元)の[^。]{{0,6}}{KEY_JA}[^。]{{0,10}}(?:を|で)[^。]{{0,12}}(?:使|利用|入力|設定|登録|貼)|(?:使用|填写|输入)[^。]{{0,6}}(?:我们|我司|服务商)的?[^。]{{0,8}}{KEY_ZH}"
    ))
});
/// The same of values that stand beside it, which need no more of a name.
static BESIDE: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(
        r"\b(?:keys?|credentials|key pair|values) (?:that |which )?we (?:provide|supply|give|issue|send|have (?:provided|set up))\b|(?:当社|弊社|当方|運営(?:側|会社)?)の[^。]{0,6}キーを[^。]{0,6}(?:使|利用|入力|設定|登録)",
    )
});
/// Readers who are somebody else than the writer.
static READERS: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(&format!(
        r"\b(?:your|as an?)\s+(?:amazon\s+|seller\s+)?(?:store|shop|account|plugin|seller|listing|marketplace|settings|site|business)|\b(?:all|our|every|each)\s+{PEOPLE}|you (?:do not|don'?t) (?:need|have)|no aws account|お客様|ご利用の|会員|ご契約|出品者様|セラー様|when you install|\byou install\b|sie brauchen|客户|卖家|您"
    ))
});
/// A key of everybody's own, or another thing that is shared.
static OWN: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(
        r"\b(?:your|their|his|her|its) own\b|\bown (?:aws|iam|access|key|secret|mws)|\b(?:unique|separate|individual|dedicated|different|distinct)\b|\bper[- ](?:customer|client|seller|tenant|user|merchant)|\b(?:provided|issued|supplied|given)\s+(?:to you\s+)?by\s+(?:amazon|aws|the (?:client|customer|seller|user|merchant|admin)|your (?:admin|client|customer|seller))|ご自身の|自身の|お客様の(?:AWS|アクセス|MWS)|ご自分の|個別|それぞれ|店舗ごと|ユーザーごと|各自|自己的|独立|各个",
    )
});
/// What else is called shared.
static ELSEWHERE: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(
        r"\b(?:example|sample|dummy|placeholder|fake)\b|shared[ _-]?(?:credentials?|config(?:uration)?)[ _-]?(?:file|profile|provider|s)?\b|(?:リージョン|マーケットプレイス|国|環境|全店舗|各国)[^。]{0,4}共通|\b(?:use|using|of|about|any) an? vendor[- ](?:supplied|provided)\b|\b(?:an?|another|some|one) (?:vendor|tool|company|service)(?:'s)?\b[^.]{0,40}\b(?:printed|published|leaked|exposed|posted|listed)\b|共通(?:の)?(?:処理|関数|クラス|設定|モジュール|部品|ライブラリ)",
    )
});
/// What tells not to. That somebody needs no key is no such thing.
static NEVER: LazyLock<AnyCase> = LazyLock::new(|| {
    AnyCase::new(
        r"\b(?:never|do not|don'?t|must not|mustn'?t|should not|shouldn'?t|shall not|cannot|can'?t|avoid\w*|refus\w*|stop\w*|instead of|rather than|without|no longer|any ?more|not (?:a |the )?shared?|remov(?:e|ed|ing)|delet(?:e|ed|ing)|retired?|revoked?|previously|formerly|used to\b|prohibit\w*|violat\w*|forbid\w*|forbidden|not allowed)\b|ないで|ないこと|禁止|厳禁|しません|てはいけ|なりません|違反|不可|お控え|控えて|やめ|不要|ません|请勿|禁止|不得|切勿",
    )
});
static NEEDS_NONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern_in_any_case(
        r"\b(?:do not|don'?t|no longer|not)\s+(?:need|have|require)\b|\b(?:do not|don'?t|never|must not)\s+(?:change|edit|modify|touch|alter|replace|remove|delete)\b|(?:変更|編集|削除|書き換え|修正)(?:しないで|せずに)|(?:設定|取得|登録|作成|用意|準備|契約)(?:いただく|する)?(?:は|が|の)?(?:不要|必要(?:は|が)?(?:ない|なく|ありません|ございません))|(?:brauchen|benötigen) (?:sie )?keine?n?|\bwithout (?:needing|having|an aws account|registering)\b",
    )
});

pub(super) struct VendorKey;

impl DocumentAudit for VendorKey {
    fn rule(&self) -> &'static str {
        "vendor-shared-aws-key"
    }

    fn wants(&self) -> Wants {
        Wants { credentials: true, ..Wants::words(&WORDS) }
    }

    fn notices(&self) -> Vec<&'static str> {
        KEY_WORDS.to_vec()
    }

    fn judge(&self, page: &Page<'_>, noted: &mut Noted) {
        let is_of = |kind| page.context.proof(kind).is_some();
        if !is_of(ContextKind::Seller) && !is_of(ContextKind::Pay) && !page.text.contains(RESELLING) {
            return;
        }
        if let Some((at, fault)) = named(page) {
            noted.fault(at, fault);
        }
        let keys = KEYS.places(page);
        if keys.is_empty() {
            return;
        }
        if let Some((at, fault)) = places(page).into_iter().find_map(|line| said(page, line, &keys)) {
            noted.fault(at, fault);
        }
    }
}

/// What Japanese sellers call their trade; Amazon is where they do it.
const RESELLING: &str = "せどり";

/// Parts of the words for a key, lower case.
const KEY_WORDS: [&str; 9] =
    ["aws", "iam", "mws", "access key", "secret key", "akia", "アクセスキー", "秘密キー", "シークレット"];

/// The searches of one look each: 67 looks for a word took a third of an audit of Amazon's clients.
static KEYS: LazyLock<Sought> = LazyLock::new(|| Sought::of(&KEY_WORDS));
static PLACES: LazyLock<Sought> = LazyLock::new(|| Sought::of(&WORDS));

fn is_key(credential: &Credential) -> bool {
    matches!(credential.rule.as_str(), "aws-secret-access-key" | "aws-access-key-id")
}

/// A key whose own name says that it is for all.
fn named(page: &Page<'_>) -> Option<(Span, Fault)> {
    let words = [
        "shared",
        "vendor",
        "allcustomers",
        "allclients",
        "allsellers",
        "allusers",
        "allmerchants",
        "everyone",
        "共通",
        "共有",
    ];
    let key = page.secrets().filter(|credential| is_key(credential)).find(|credential| {
        let name = folded(&credential.field);
        words.iter().any(|word| name.contains(word)) && !name.contains("vendorcentral")
    })?;
    let fault = Fault::of(["name"]).confidence(Confidence::Medium).with([
        evidence("name", listed(&key.field), 0),
        evidence("credential", listed(key.rule.as_str()), 0),
    ]);
    Some((key.span, fault))
}

/// The lines that hold one of the words.
fn places(page: &Page<'_>) -> Vec<usize> {
    let mut lines: Vec<usize> = PLACES.places(page).into_iter().map(|at| page.lines().line_of(at)).collect();
    lines.dedup();
    lines.truncate(PLACES_MAX);
    lines
}

/// What a line, with those before and behind that its sentence goes over, says of the key. `keys` are the
/// places of the words for keys, ascending.
fn said(page: &Page<'_>, line: usize, keys: &[usize]) -> Option<(Span, Fault)> {
    let (_, span) = page.line(line);
    let around = line.saturating_sub(1)..(line + 3).min(page.lines().len());
    let near = page.lines_near(span, REACH_LINES);
    let is_near = |credential: &&Credential| {
        is_key(credential) && near.contains(&page.lines().line_of(credential.span.start))
    };
    // The secret of a pair tells more than its id.
    let value = page.credentials.iter().filter(is_near).min_by_key(|credential| credential.is_identifier);
    let text = page.text.get(page.line(near.start).1.start..page.line(near.end.saturating_sub(1)).1.end)?;
    let from = page.line(near.start).1.start;
    let next = keys.get(keys.partition_point(|key| *key < from));
    if value.is_none() && next.is_none_or(|key| *key >= from + text.len()) {
        return None;
    }
    let is_for_others =
        LazyCell::new(|| value.is_some_and(|key| !key.is_identifier) || READERS.is_match(text));
    for sentence in sentences::sentences(page, around, span) {
        let words = sentence
            .text
            .split([';', ';'])
            .find_map(|clause| whose(clause, value.is_some(), || *is_for_others));
        let Some(words) = words else { continue };
        let credential = value.map(|key| evidence("credential", listed(key.rule.as_str()), 0));
        let fault =
            Fault::of(["words"]).with([evidence("phrase", phrases::shown(&words), 0)]).with(credential);
        return Some((sentence.at, fault));
    }
    None
}

/// The words of a clause that say whose key it is.
fn whose(clause: &str, has_value: bool, is_for_others: impl Fn() -> bool) -> Option<String> {
    // Without a key in it nothing below is met, and this search is the cheapest of them.
    let could_say = has_value || KEY.is_match(clause) || RECEIVED.iter().any(|word| clause.contains(word));
    if !could_say {
        return None;
    }
    let said = NEEDS_NONE.replace_all(clause, " ");
    if ELSEWHERE.is_match(&said) || NEVER.is_match(&said) || OWN.is_match(&said) {
        return None;
    }
    let names_key = KEY.is_match(&said) || (has_value && is_about_keys(&said));
    let for_all = FOR_ALL.find(&said).filter(|_| names_key);
    let of_vendor = || OF_VENDOR.find(&said);
    let beside = || BESIDE.find(&said).filter(|_| has_value);
    let ours = || OURS.find(&said).filter(|_| is_for_others());
    Some(for_all.or_else(of_vendor).or_else(beside).or_else(ours)?.to_owned())
}

/// Whether a sentence speaks of the values beside it.
fn is_about_keys(sentence: &str) -> bool {
    static WORDS: LazyLock<AnyCase> = LazyLock::new(|| {
        AnyCase::new(
            r"\b(?:keys?|credentials?|values?|pair|user|account|these|they|this|below|above|following)\b|キー|値|次の|以下|これ|上記|密钥|以下",
        )
    });
    WORDS.is_match(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_key_it_is_is_told() {
        for sentence in [
            "The AWS access key below is the same for all of our customers.",
            "All sellers use the same IAM user.",
            "One shared IAM key for every merchant",
            "AWSアクセスキーは全ユーザー共通です",
            "共通のAWSキーをお使いください",
            "所有客户共用同一个 AWS 密钥",
        ] {
            assert!(FOR_ALL.is_match(sentence) && KEY.is_match(sentence), "{sentence}");
        }
        for sentence in [
            "Enter the AWS access key provided by us",
            "We will send you an AWS access key and secret key",
            "vendor-supplied AWS credentials",
            "弊社が発行するAWSアクセスキーを入力します",
            "AWSキーはサポートからお渡しします",
            "我们提供的AWS密钥",
        ] {
            assert!(OF_VENDOR.is_match(sentence), "{sentence}");
        }
        assert!(OURS.is_match("Use our AWS access key in your plugin settings"));
        for sentence in
            ["Create your own IAM user", "a separate access key per customer", "お客様ごとに個別のキー"]
        {
            assert!(OWN.is_match(sentence), "{sentence}");
        }
        assert!(ELSEWHERE.is_match("the AWS shared credentials file"));
    }
}
