//! Japanese. No plural forms; full-width punctuation stays out of code spans.

use super::number::{grouped, seconds, size};
use super::{
    AboutAudit, AboutExposure, AboutFinding, AboutFleet, AboutInventory, AboutRule, Fact, Message, Term,
};

pub(super) fn say(message: &Message<'_>) -> String {
    match *message {
        Message::Term(term) => self::term(term).to_owned(),
        Message::Fact(fact) => self::fact(fact).to_owned(),
        Message::Finding(about) => finding(about),
        Message::Exposure(about) => exposure(about),
        Message::Audit(about) => audit(about),
        Message::Fleet(about) => fleet(about),
        Message::Rule(about) => rule(about),
        Message::Inventory(about) => inventory(about),
        Message::Takeover(about) => super::takeover::ja::say(about),
        Message::Evidence(about) => super::evidence::ja::say(about),
        Message::Answer(about) => super::evidence::ja::answer(about),
        Message::Ledger(about) => super::ledger::ja::say(about),
        Message::Clauses(about) => about.say(super::Lang::Ja),
        Message::Page(about) => about.ja(),
        Message::Hook(about) => about.ja(),
        Message::Editor(about) => about.ja(),
        Message::Setup(about) => about.ja(),
    }
}

const fn term(term: Term) -> &'static str {
    match term {
        Term::Critical => "緊急",
        Term::High | Term::Sure => "高",
        Term::Medium | Term::Likely => "中",
        Term::Low | Term::Possible => "低",
        Term::Info => "情報",
        Term::Leak => "漏えい",
        Term::Sharing => "第三者との共有",
        Term::Privilege => "権限",
        Term::CustomerData => "顧客データ",
        Term::Lifecycle => "運用",
        Term::Because => "根拠",
        Term::Severity => "深刻度",
        Term::Exposure => "露出",
        Term::AlsoAt => "ほかの場所",
        Term::Finding => "検出",
        Term::Place => "場所",
        Term::Note => "補足",
        Term::Why => "問題となる理由",
        Term::WhatToDo => "対処方法",
        Term::Confidence => "確度",
        Term::Family => "分類",
        Term::Policy => "Amazon のポリシーの要件",
        Term::Recognised => "検出方法",
        Term::Warning => "警告",
        Term::Next => "次の手順",
    }
}

const fn fact(fact: Fact) -> &'static str {
    match fact {
        Fact::AlreadyThere => "この変更の前からあるため、判定には数えません",
        Fact::HistoryOnly => "履歴にのみ残っており、現在のツリーにはありません",
        Fact::InArchive => "アーカイブの中にあります",
        Fact::CommentedOut => "コメントの中にありますが、保護にはなりません",
        Fact::Encoded => "エンコードされていますが、暗号化ではありません",
        Fact::Unreachable => "どのブランチやタグからも到達できないオブジェクトにあります",
        Fact::Unreadable => "読み取れません",
        Fact::Damaged => "壊れています",
        Fact::MissingObject => "オブジェクトがリポジトリにありません",
        Fact::ChangedWhileRead => "読み取り中に変更されました",
        Fact::Shallow => "浅いクローンのため、履歴がここで途切れています",
        Fact::SubmoduleAbsent => "サブモジュールがチェックアウトされていません",
        Fact::Encrypted => "暗号化されています",
        Fact::TooLarge => "上限 (--max-file-size) を超える大きさです",
        Fact::TooDeep => "入れ子の深さが上限を超えています",
        Fact::TooMany => "含まれるファイルの数が上限を超えています",
        Fact::Expansion => "展開後の大きさが上限を超えています",
        Fact::Unsupported => "読み取りに対応していない形式です",
        Fact::SpecialFile => "パイプ、ソケット、またはデバイスです",
        Fact::BecausePushed => "リモートにプッシュ済み",
        Fact::BecauseHourPassed => "有効期間の1時間を過ぎている",
        Fact::BecauseAddressExpired => "URLに書かれた有効期限を過ぎている",
        Fact::BecauseSecretOutlived => {
            "SP-APIのクライアントシークレットの有効期間は180日(更新後も使えるのは7日)で、それより古い"
        }
        Fact::BecauseMwsDeleted => "出品用MWSのキーは2024年4月に削除済みで、それより前のもの",
        Fact::BecausePayHonours => "Amazon Payでは今も有効",
        Fact::BecauseOverdue => "期限を過ぎている",
        Fact::BecauseDueSoon => "期限が近いが、まだ過ぎていない",
        Fact::BecauseShouldBeDead => "この値はすでに使えなくなっているはず",
        Fact::BecauseNoLedger => "更新済みかどうかを示す台帳がない",
        Fact::AllowWithoutRule => "ルールの指定がありません",
        Fact::AllowOfFamily => "分類ではなく、ルールを 1 つずつ指定してください",
        Fact::AllowWithoutReason => "理由 (reason=\"…\") がありません",
        Fact::AllowWithoutEnd => "until=2027-01-31 も false-positive もありません",
        Fact::AllowWithTwoEnds => "until と false-positive の両方があります",
        Fact::AllowWithBadDate => "日付が 2027-01-31 の形ではないか、存在しない日です",
        Fact::AllowOfGuessable => {
            "推測できる秘密のため、承認できるのは kagiban.toml の until 付き [[allow]] だけです"
        }
        Fact::StandardInput => "標準入力",
        Fact::CommitMessage => "コミットメッセージ",
        Fact::TagMessage => "タグのメッセージ",
        Fact::GitNote => "git のノート",
        Fact::RefName => "ブランチまたはタグの名前",
        Fact::FileName => "ファイル名",
        Fact::LinkTarget => "シンボリックリンクのリンク先",
        Fact::RemoteUrl => "リモートの URL",
        Fact::Author => "コミットの作成者",
    }
}

fn finding(about: AboutFinding<'_>) -> String {
    match about {
        AboutFinding::Secret { title, redacted, length: Some(length) } => {
            format!("{title}: `{redacted}` ({} 文字)。", grouped(length as u64))
        }
        AboutFinding::Secret { title, redacted, length: None } => format!("{title}: `{redacted}`。"),
        AboutFinding::Fault { title } => format!("{title}。"),
        AboutFinding::RecognisedBy { evidence } => format!("根拠: {evidence}。"),
        AboutFinding::At { place } => format!("場所は{}です。", spaced(place)),
        AboutFinding::Evidence { kind, text, weight } => evidence(evidence_kind(kind), text, weight),
        AboutFinding::Set { parts } => format!("一組の認証情報 ({} 件)", grouped(parts as u64)),
        AboutFinding::Length(length) => format!("{} 文字", grouped(length as u64)),
        AboutFinding::FurtherPlaces(count) => format!("{} か所", grouped(count as u64)),
        AboutFinding::AndMore(count) => format!("ほか {} 件", grouped(count as u64)),
        AboutFinding::InCommit { place, commit } => format!("{place} (コミット {commit})"),
        AboutFinding::MemberLine { member, line } => format!("{member} の {} 行目", grouped(line)),
    }
}

fn exposure(about: AboutExposure<'_>) -> String {
    match about {
        AboutExposure::Untracked => "git の管理外".to_owned(),
        AboutExposure::Ignored { by: Some(by) } => format!("git の無視対象 ({by})"),
        AboutExposure::Ignored { by: None } => "git の無視対象".to_owned(),
        AboutExposure::Unstaged => "git の管理下 (未ステージ)".to_owned(),
        AboutExposure::Staged => "ステージ済み (次のコミットの対象)".to_owned(),
        AboutExposure::Committed => "コミット済み (プッシュの有無は不明)".to_owned(),
        AboutExposure::Pushed { remotes: "" } => "プッシュ済み".to_owned(),
        AboutExposure::Pushed { remotes } => format!("{remotes} にプッシュ済み"),
        AboutExposure::Authors(count) => format!("作成者 {} 人", grouped(count)),
        AboutExposure::Commits(count) => format!("コミット {} 件", grouped(count)),
        AboutExposure::FirstSeen { days: 0 } => "初出は今日".to_owned(),
        AboutExposure::FirstSeen { days } => format!("初出は {} 日前", grouped(days)),
        AboutExposure::FirstCommit(commit) => format!("初出のコミットは {commit}"),
        AboutExposure::GoneFromHead => "HEAD には残っていない".to_owned(),
        AboutExposure::AtLeast => "調査を途中で打ち切ったため、これ以上の可能性あり".to_owned(),
    }
}

fn fleet(about: AboutFleet<'_>) -> String {
    let of = |count: usize, clients: usize| {
        let repositories = format!("{} 件のリポジトリ", grouped(count as u64));
        if clients == 0 {
            return repositories;
        }
        format!("{repositories} (顧客 {} 社)", grouped(clients as u64))
    };
    match about {
        AboutFleet::Repositories { count, broken, missing } => {
            let mut said = format!("リポジトリ {} 件", grouped(count as u64));
            if broken > 0 {
                said.push_str(&format!("、うち {} 件は監査できませんでした", grouped(broken as u64)));
            }
            if missing > 0 {
                said.push_str(&format!("、結果のないもの {} 件", grouped(missing as u64)));
            }
            said
        }
        AboutFleet::MissingShards { shards, count } => {
            format!("全 {} シャードのうち、シャード {shards} の結果がありません", grouped(count.into()))
        }
        AboutFleet::Credential { title, what, count, clients, names } => {
            format!("同じ認証情報が{}にあります: {title} `{what}`: {names}", of(count, clients))
        }
        AboutFleet::Owner { what, count, clients, names } => {
            format!("同じ持ち主のキー (`{what}` など) が{}にあります: {names}", of(count, clients))
        }
        AboutFleet::Party { what, count, clients, names } => {
            format!("{what} に{}からデータが送られています: {names}", of(count, clients))
        }
        AboutFleet::Done { audited, unchanged, broken } => format!(
            "監査 {} 件、前回から変更なし {} 件、監査できなかったもの {} 件",
            grouped(audited as u64),
            grouped(unchanged as u64),
            grouped(broken as u64)
        ),
    }
}

fn audit(about: AboutAudit<'_>) -> String {
    match about {
        AboutAudit::NotShown { count } => not_shown(count),
        AboutAudit::Sets { count, places } => {
            format!("認証情報のセット {} 組: {places}", grouped(count as u64))
        }
        AboutAudit::Files { files, bytes, commits: 0 } => {
            format!("{} ファイル ({})", grouped(files), size(bytes))
        }
        AboutAudit::Files { files, bytes, commits } => {
            format!("{} コミットの {} ファイル ({})", grouped(commits), grouped(files), size(bytes))
        }
        AboutAudit::Objects { objects, bytes, commits } => {
            format!("{} コミットの {} オブジェクト ({})", grouped(commits), grouped(objects), size(bytes))
        }
        AboutAudit::Input { bytes } => format!("標準入力 ({})", size(bytes)),
        AboutAudit::Took { audited, milliseconds: 0 } => format!("{audited} を監査しました。"),
        AboutAudit::Took { audited, milliseconds } => {
            format!("{audited} を {} 秒で監査しました。", seconds(milliseconds))
        }
        AboutAudit::Clean { audited } => format!("問題は見つかりませんでした。{audited}"),
        AboutAudit::CleanButIncomplete { audited } => {
            format!("読み取れた範囲では問題は見つかりませんでしたが、監査は完了していません。{audited}")
        }
        AboutAudit::Findings { count } => format!("検出 {} 件", grouped(count as u64)),
        AboutAudit::CountOf { count, word } => format!("{word} {}", grouped(count as u64)),
        AboutAudit::DoNotCount { count } => {
            format!("うち {} 件はこの変更の前からあるため、判定には数えません。", grouped(count as u64))
        }
        AboutAudit::Incomplete { count } => format!(
            "監査は完了していません。{} 件を監査できず、その中に何があるかは分かりません",
            grouped(count as u64)
        ),
        AboutAudit::Limited { count } => {
            format!("上限のため、{} 件を監査しなかったか、一部だけを監査しました", grouped(count as u64))
        }
        AboutAudit::Skipped { path, reason } => format!("{path}: {reason}"),
        AboutAudit::Suppressed { count, by } => {
            format!("承認済みの {} 件は表示していません ({by})。", grouped(count as u64))
        }
        AboutAudit::ByComment(count) => format!("コメント {} 件", grouped(count as u64)),
        AboutAudit::ByConfig(count) => format!("kagiban.toml {} 件", grouped(count as u64)),
        AboutAudit::ByBaseline(count) => format!("ベースライン {} 件", grouped(count as u64)),
        AboutAudit::AddedInChange { count } => {
            format!("うち {} 件の承認は、監査対象の変更そのものが追加したものです", grouped(count as u64))
        }
        AboutAudit::SkippedByAuthor { commit, reason } => {
            format!("コミット {commit} は作成時のフックで監査されていません (KAGIBAN_SKIP): {reason}")
        }
        AboutAudit::UnusedSuppression { name } => {
            format!("この承認に当てはまる検出結果はありません: {name}")
        }
        AboutAudit::EndingSuppression { name, date } => format!("この承認は {date} に期限を迎えます: {name}"),
        AboutAudit::VoidSuppression { name, reason } => format!("この承認は無効です: {name}: {reason}"),
        AboutAudit::AllowOfUnknownRule { near: Some(near) } => {
            format!("そのようなルールはありません。`{near}` のことですか")
        }
        AboutAudit::AllowOfUnknownRule { near: None } => "そのようなルールはありません".to_owned(),
        AboutAudit::LeftOut { count, limit } => format!(
            "このファイルには深刻な順に {} 件を収めました。残りの {} 件は含まれていません。",
            grouped(limit as u64),
            grouped(count as u64)
        ),
        AboutAudit::ExplainNext => "意味と対処方法を詳しく説明します".to_owned(),
    }
}

fn not_shown(count: usize) -> String {
    format!(
        "ほかの {} 件はここには表示していません。`--report kagiban.html` か `--format jsonl` ですべて確認できます",
        grouped(count as u64)
    )
}

fn rule(about: AboutRule<'_>) -> String {
    match about {
        AboutRule::Token { prefix: "" } => "ほかにはない形の値を探します。".to_owned(),
        AboutRule::Token { prefix } => format!("`{prefix}` で始まる値を、テキスト全体から探します。"),
        AboutRule::Named { names } => format!("{names} などの名前が付いた値を探します。"),
        AboutRule::Position { characters, lines } => format!(
            "組になる値のそば ({} 文字以内かつ {} 行以内) にある値を探します。",
            grouped(characters as u64),
            grouped(lines as u64)
        ),
        AboutRule::Set { all } => format!("一つの文書にそろっている検出結果をまとめます: {all}。"),
        AboutRule::SetWith { with } => format!("次のものがあれば、あわせてまとめます: {with}。"),
        AboutRule::Structure => "周辺の言葉やリンク、ファイルの構造から判断します。".to_owned(),
        AboutRule::NeedsSellerContext => "Amazon での販売に関する文書だけが対象です。".to_owned(),
        AboutRule::NeedsPayContext => "Amazon Pay に関する文書だけが対象です。".to_owned(),
        AboutRule::NeedsAccountContext => "Amazon アカウントに関する文書だけが対象です。".to_owned(),
        AboutRule::Identifier => {
            "これは識別子であり、秘密の値ではありません。--identifiers を付けると表示されます。".to_owned()
        }
        AboutRule::Guessable => "推測されうる値なので、一切表示せず、比較もしません。".to_owned(),
        AboutRule::AsAbove { title } => format!("{title} (上記のとおり)"),
        AboutRule::WithFindings { count } => format!("{} 件", grouped(count as u64)),
        AboutRule::PolicyRead { date } => format!("{date} 時点のポリシーに基づきます。"),
        AboutRule::Rules { count } => format!("ルール {} 件", grouped(count as u64)),
        AboutRule::ExplainHint => {
            "`kagiban explain RULE` で、ルールの意味と対処方法を確認できます。".to_owned()
        }
    }
}

fn inventory(about: AboutInventory<'_>) -> String {
    match about {
        AboutInventory::Parties { count: 0 } => {
            "キーや注文データを受け取る外部の相手は見つかりませんでした。".to_owned()
        }
        AboutInventory::Parties { count } => {
            format!("キーや注文データを受け取る外部の相手: {} 件", grouped(count as u64))
        }
        AboutInventory::Category { category } => evidence_kind(category).to_owned(),
        AboutInventory::Kind { kind } => kind_of_data(kind).to_owned(),
        AboutInventory::Bounds => "この一覧は、このツリーのコードが送るもののうち、たどれたものです。\
                                   たどれる範囲は docs/sharing.md にあります。"
            .to_owned(),
    }
}

fn kind_of_data(kind: &str) -> &str {
    match kind {
        "client-secret" => "クライアントシークレット",
        "refresh-token" => "リフレッシュトークン",
        "access-token" => "アクセストークン",
        "restricted-data-token" => "制限付きデータトークン",
        "mws-auth-token" => "MWS認証トークン",
        "aws-secret-key" => "AWSシークレットキー",
        "aws-session-token" => "AWSセッショントークン",
        "seller-password" => "セラーセントラルのパスワード",
        "totp-seed" => "2段階認証のキー",
        "session-cookie" => "ログイン済みのCookie",
        "private-key" => "秘密鍵",
        "order-data" => "注文データ",
        other => other,
    }
}

fn evidence_kind(kind: &str) -> &str {
    match kind {
        "name" => "名前",
        "prefix" => "接頭辞",
        "context" => "文脈",
        "phrase" => "語句",
        "position" => "位置",
        "partner" => "組になる値",
        "member" => "含まれるもの",
        "pattern" => "パターン",
        "until" => "期限",
        "credential" => "認証情報",
        "repository" => "リポジトリ",
        "public-prefix" => "公開される変数",
        "inlined" => "ビルド時に書き込まれる値",
        "app-resource" => "アプリに入る値",
        "sent-file" => "配信されるファイル",
        "program" => "プログラムの種類",
        "exchange" => "使っているキー",
        "sheet-cell" => "セルに置かれた値",
        "link-sharing" => "リンク共有",
        "web-app-access" => "ウェブアプリの公開範囲",
        "sellers" => "出品者の数",
        "content" => "内容",
        "label" => "入力欄",
        "part" => "部品",
        "trigger" => "起動のきっかけ",
        "command" => "コマンド",
        "instruction" => "命令",
        "action" => "操作",
        "resource" => "対象",
        "principal" => "許可した相手",
        "policy" => "ポリシー",
        "account" => "AWSアカウント",
        "condition" => "条件",
        "host" => "接続先",
        "registry" => "公開先",
        "manifest" => "設定ファイル",
        "file" => "ファイル",
        "file-name" => "ファイル名",
        "negation" => "渡さないようにという文章",
        "score" => "合計点",
        "freelance-marketplace" => "外注サイト",
        "chat" => "チャット",
        "file-transfer" => "ファイル転送サービス",
        "paste-and-sandbox" => "貼り付け・共有サイト",
        "one-time-secret" => "一度だけ開けるリンク",
        "notes-and-tickets" => "メモ・課題管理",
        "ipaas-connector" => "連携サービス",
        "spreadsheet" => "表計算サービス",
        "seller-tool" => "出品者向けツール",
        "ai-and-translation" => "AI・翻訳サービス",
        "telemetry" => "監視・計測サービス",
        "marketing" => "広告・メール配信サービス",
        other => evidence_of_records(other),
    }
}

/// Kinds of evidence about who keeps what: the ledger, projects, buyers' data.
fn evidence_of_records(kind: &str) -> &str {
    match kind {
        "ledger-entry" => "台帳の項目",
        "due-by" => "期限",
        "person" => "知っている人",
        "left" => "離れた日",
        "share-ended" => "共有の終了日",
        "absent-authors" => "90日以上コミットのない作成者の数",
        "places" => "見つかった場所の数",
        "also-in" => "ほかの場所",
        "first-seen" => "初出からの日数",
        "mws-host" => "MWSの接続先",
        "mws-client" => "MWSのライブラリ",
        "not-ignored" => "無視対象になっていないファイル",
        "pipeline" => "自動実行の設定",
        "selling-code" => "SP-APIを使うコード",
        "recipient" => "送り先",
        "secret-store" => "秘密情報の保管サービス",
        "other" => "その他",
        "hides" => "隠れるもの",
        "column" => "列",
        "rows" => "購入者の情報がある行数",
        "orders" => "購入者のいる注文数",
        "entries" => "購入者のいる記録数",
        "addresses" => "メールアドレスの数",
        "field" => "項目",
        "operation" => "操作・レポート",
        "store" => "保存先",
        "encryption" => "暗号化",
        other => other,
    }
}

fn evidence(kind: &str, text: &str, weight: i32) -> String {
    let said = if text.is_empty() { kind.to_owned() } else { format!("{kind} `{text}`") };
    if weight == 0 { said } else { format!("{said} ({weight:+})") }
}

/// Sets a Latin name off from the kana around it.
fn spaced(place: &str) -> String {
    let before = if place.starts_with(|c: char| c.is_ascii()) { " " } else { "" };
    let after = if place.ends_with(|c: char| c.is_ascii()) { " " } else { "" };
    format!("{before}{place}{after}")
}
