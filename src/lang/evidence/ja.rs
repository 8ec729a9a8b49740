//! What `kagiban evidence` and `kagiban answers` say, in Japanese.

use super::{AboutEvidence, Missing, Reason, State};
use crate::lang::AboutAnswer;
use crate::lang::number::grouped;

pub(in crate::lang) fn say(about: AboutEvidence<'_>) -> String {
    match about {
        AboutEvidence::Made { day, version, rules, count, policy } => format!(
            "{day} に Kagiban {version} (ルール {} 件、{rules}) で作成しました。条項の番号は {policy} 時点で確認した Amazon のポリシーによるもので、新しい版では変わることがあります。",
            grouped(count as u64)
        ),
        AboutEvidence::Item { id } => item(id).to_owned(),
        AboutEvidence::State(state) => self::state(state).to_owned(),
        AboutEvidence::Because { reason, count } => because(reason, count),
        AboutEvidence::FixedSince { count: 0, day } => {
            format!("前回 ({day}) の監査で未対応だったもののうち、解消したものはありません。")
        }
        AboutEvidence::FixedSince { count, day } => format!(
            "前回 ({day}) の監査で未対応だったもののうち {} 件が解消しました。",
            grouped(count as u64)
        ),
        AboutEvidence::Missing(missing) => self::missing(missing).to_owned(),
        AboutEvidence::MeasuredBy { command } => format!("確認方法: {command}"),
        AboutEvidence::Length { count, max } => format!("({count} / {max} 文字)"),
        verdict => of_verdict(verdict),
    }
}

fn of_verdict(about: AboutEvidence<'_>) -> String {
    match about {
        AboutEvidence::Holds { runs, first, last } => {
            format!("実行履歴に矛盾はありません ({first} から {last} まで {} 回)。", grouped(runs as u64))
        }
        AboutEvidence::Broken { count, runs } => format!(
            "実行履歴に {} 件の問題があります (全 {} 回)。",
            grouped(count as u64),
            grouped(runs as u64)
        ),
        AboutEvidence::Unreadable { line } => {
            format!("{line} 行目は実行の記録ではありません (競合の印や、途中で切れた行など)")
        }
        AboutEvidence::Changed { name, day } => {
            format!("{day} の行 {name} は、書き込まれた後に変更されています")
        }
        AboutEvidence::Unknown { name, day } => format!(
            "行 {name} がありません。{day} の行がこれを参照しているため、削除されたか書き直されています"
        ),
        AboutEvidence::Removed { name, day } => {
            format!("{day} の行 {name} は、指定のコミットにはありますが、現在のファイルにはありません")
        }
        AboutEvidence::Duplicate { name, day, count } => {
            format!("{day} の行 {name} が {count} 回書かれています")
        }
        AboutEvidence::Gap { from, to: Some(to), days } => {
            format!("{from} から {to} まで {days} 日間、完全な監査がありません")
        }
        AboutEvidence::Gap { from, to: None, days } => {
            format!("{from} 以降 {days} 日間、完全な監査がありません")
        }
        AboutEvidence::Fork { name, count } => {
            format!("行 {name} から {count} 本に分岐しています (ブランチのマージ後など)")
        }
        AboutEvidence::Beginnings { count } => {
            format!("履歴の始まりが {count} つあります (ブランチごとに始めた場合など)")
        }
        AboutEvidence::Ends { count } => {
            format!("履歴の末尾が {count} つあります。次に記録を追加すると 1 つにまとまります")
        }
        AboutEvidence::Added { path, day } => format!("{path}: {day} の監査を追加しました"),
        AboutEvidence::AlreadyThere { day } => format!("{day} の監査はすでに履歴にあります。"),
        AboutEvidence::WouldLeak { rules } => {
            format!("記録に載せてはならない値が含まれるため、書き出しませんでした ({rules})")
        }
        AboutEvidence::NoHistory { path } => format!("{path}: 実行履歴がありません"),
        AboutEvidence::CannotAppend { line } => {
            format!("実行履歴の {line} 行目が実行の記録ではないため、追加しませんでした")
        }
        plain => without_parts(plain).to_owned(),
    }
}

/// The sentences that name nothing.
fn without_parts(about: AboutEvidence<'_>) -> &'static str {
    match about {
        AboutEvidence::Title => "認証情報の監査記録",
        AboutEvidence::Intro => {
            "何を監査し、何が見つかり、何を見ていないかの記録です。各項目には、裏付けあり、反する事実あり、自己申告のみ、判定不能、対象外のいずれかを示します。ポリシーを満たしているかどうかを判定するものではありません。"
        }
        AboutEvidence::Questions => "開発者プロフィールの質問項目",
        AboutEvidence::Question => "項目",
        AboutEvidence::StateHead => "状態",
        AboutEvidence::Why => "理由",
        AboutEvidence::Clauses => "条項",
        AboutEvidence::Scope => "監査の対象",
        AboutEvidence::Files => "作業ツリーのファイル",
        AboutEvidence::History => "リポジトリの履歴に含まれるすべてのオブジェクト",
        AboutEvidence::Mode => "対象",
        AboutEvidence::Remotes => "リモート",
        AboutEvidence::Head => "チェックアウト中のコミット",
        AboutEvidence::Refs => "ブランチやタグなどの参照",
        AboutEvidence::Commits => "コミット数",
        AboutEvidence::FilesRead => "ファイル数 (履歴では版の数)",
        AboutEvidence::Shallow => "浅いクローン",
        AboutEvidence::Complete => "すべて読み取れたか",
        AboutEvidence::Yes => "はい",
        AboutEvidence::No => "いいえ",
        AboutEvidence::LeftOut => "監査できなかったもの",
        AboutEvidence::Findings => "未対応の検出",
        AboutEvidence::Severity => "深刻度",
        AboutEvidence::Open => "未対応",
        AboutEvidence::NoneOpen => "未対応の検出はありません。",
        AboutEvidence::Finding => "内容",
        AboutEvidence::Place => "場所",
        AboutEvidence::FirstSeen => "履歴での初出",
        AboutEvidence::Accepted => "許容した検出",
        AboutEvidence::Owner => "担当者",
        AboutEvidence::ReasonHead => "理由",
        AboutEvidence::Until => "期限",
        AboutEvidence::Rotated => "見つかった値のうち、台帳で更新済みのもの",
        AboutEvidence::Key => "キー",
        AboutEvidence::Since => "更新日",
        AboutEvidence::NoLastRun => "比較できる同じ種類の完全な監査は、まだありません。",
        rest => of_parts_below(rest),
    }
}

/// The sentences of the second half of a record, and those of the commands.
fn of_parts_below(about: AboutEvidence<'_>) -> &'static str {
    match about {
        AboutEvidence::TimeToFix => "対応にかかった日数",
        AboutEvidence::DaysMax => "期限 (日)",
        AboutEvidence::InTime => "期限内に対応",
        AboutEvidence::Late => "期限後に対応",
        AboutEvidence::Median => "中央値 (日)",
        AboutEvidence::Overdue => "期限超過",
        AboutEvidence::TimeNote => {
            "日数は、検出が最初に記録された監査から、検出されなくなった最初の監査まで、または台帳に更新が記録されるまでです。許容しただけでは対応済みになりません。"
        }
        AboutEvidence::Ledger => "台帳によるキーの更新状況",
        AboutEvidence::NoLedger => "台帳がないため、更新状況は判定できません。",
        AboutEvidence::LedgerNote => {
            "日付は台帳をつけている人の申告によるもので、測定したものではありません。"
        }
        AboutEvidence::Issued => "発行日",
        AboutEvidence::RotateBy => "更新期限",
        AboutEvidence::Parties => "外部の第三者",
        AboutEvidence::NoParties => {
            "監査したコードに、認証情報や注文データを外部に送る箇所は見つかりませんでした。"
        }
        AboutEvidence::Host => "送り先",
        AboutEvidence::Category => "種類",
        AboutEvidence::Gets => "渡るもの",
        AboutEvidence::PartiesNote => "Amazon に申告済みかどうかは、このツールでは分かりません。",
        AboutEvidence::Runs => "過去13か月の実行",
        AboutEvidence::NoRuns => "これまでの実行は記録されていません。",
        AboutEvidence::Day => "日付",
        AboutEvidence::Bounds => {
            "実行履歴が示すのは実行の順序であり、誰が書いたかではありません。記録は契約期間中と、その後12か月間保管してください。"
        }
        AboutEvidence::NotThereThen => "そのコミットには実行履歴がないため、比較するものがありません。",
        AboutEvidence::ProvesOrder => {
            "これで確かめられるのは実行の順序であり、誰が書いたかではありません。ファイル全体を書き直せば、矛盾のない履歴を作ることもできます。`--since COMMIT` で git の履歴と比べ、CI に残した記録と突き合わせてください。"
        }
        AboutEvidence::WouldLeakHelp => {
            "ルールが指摘するものを取り除いてください。多くの場合、理由や名前の欄に認証情報が書かれています"
        }
        AboutEvidence::BeginOne => {
            "`kagiban evidence --history --format json > evidence.json` の後に `kagiban evidence append evidence.json` を実行してください"
        }
        AboutEvidence::CannotAppendHelp => {
            "競合を解消するか、git からファイルを戻してください。該当する行は `kagiban evidence verify` で確認できます"
        }
        AboutEvidence::NoAnswer => "回答できません: 必要な事実が足りません",
        _ => "",
    }
}

const fn state(state: State) -> &'static str {
    match state {
        State::EvidenceFound => "裏付けあり",
        State::EvidenceAgainst => "反する事実あり",
        State::DeclaredOnly => "自己申告のみ",
        State::NotAssessable => "判定不能",
        State::NotApplicable => "対象外",
    }
}

fn item(id: &str) -> &str {
    match id {
        "credential-exposure" => "認証情報の露出を防ぐ対策",
        "code-scanning" => "30日ごとのコードの検査",
        "remediation" => "7日・30日以内の対応",
        "key-rotation" => "キーの期限内の更新",
        "outside-parties" => "Amazon のデータを渡す外部の第三者",
        "roles" => "申請するロールの理由",
        "test-data" => "テストに本番のキーや購入者の情報を使わない",
        "logs" => "ログに個人情報を残さない",
        "least-privilege" => "最小権限",
        "encryption" => "通信と保存の暗号化",
        "access-review" => "権限の見直しと、退職・契約終了時の解除",
        "incident-plan" => "事故対応計画",
        "organisation" => "ネットワーク、ウイルス対策、研修、バックアップ、端末",
        other => other,
    }
}

fn because(reason: Reason, count: u64) -> String {
    let number = grouped(count);
    match reason {
        Reason::OpenFindings => format!("これに反する未対応の検出が {number} 件あります"),
        Reason::RegularRuns => format!("完全な監査が {number} 回あり、間隔は30日以内です"),
        Reason::TooFewRuns => {
            format!("完全な監査の記録は {number} 回で、間隔を確かめるには28日以上の履歴が必要です")
        }
        Reason::Gap => format!("完全な監査が {number} 日間ありません"),
        Reason::NothingToMend => format!("{number} 回の監査で、深刻度が緊急・高の検出はありませんでした"),
        Reason::InTime => format!("深刻度が緊急・高の検出 {number} 件に期限内に対応し、遅れはありません"),
        Reason::Late => format!("深刻度が緊急・高の検出 {number} 件が、期限後の対応または期限超過です"),
        Reason::StillInTime => format!("深刻度が緊急・高の検出 {number} 件が未対応ですが、期限内です"),
        Reason::LedgerOverdue => format!("台帳では {number} 件のキーが更新期限を過ぎています"),
        Reason::LedgerDeclared => format!("台帳では、使用中のキー {number} 件に期限を過ぎたものはありません"),
        Reason::PeopleDeclared => format!("台帳に {number} 人と、それぞれが知っているキーの記載があります"),
        Reason::PartiesListed => {
            format!("コードから {number} 件の送り先が見つかりました。Amazon に申告済みかどうかは分かりません")
        }
        Reason::OperationsListed => format!("購入者の情報を扱う操作がコードに {number} 件あります"),
        plain => because_plain(plain).to_owned(),
    }
}

const fn because_plain(reason: Reason) -> &'static str {
    match reason {
        Reason::NoneOpen => "完全な監査で、これに反する未対応の検出はありませんでした",
        Reason::HistoryNotAudited => "ファイルだけを監査しました (履歴の監査は --history)",
        Reason::Incomplete => "読み取れなかったものがあります",
        Reason::Narrowed => "この監査では、一部のルールまたはファイルを除いています",
        Reason::Shallow => "浅いクローンのため、履歴が途中で切れています",
        Reason::NoRuns => "これまでの実行が記録されていません",
        Reason::BrokenHistory => "実行履歴に、変更、削除、または読めない行があります",
        Reason::NoLedger => "台帳がありません",
        Reason::EmptyLedger => "台帳に使用中のキーがありません",
        Reason::NoPeople => "台帳に、管理者以外の人の記載がありません",
        Reason::NoParties => "完全な監査で、外部に送る箇所は見つかりませんでした",
        Reason::NothingAgainst => "反するものは見つかりませんでしたが、ファイルから分かるのは一部だけです",
        Reason::NoRule => "この版には、これを調べるルールがありません",
        Reason::ByPeople => "ファイルからは分からないため、担当者が回答してください",
        Reason::NoOperations => "購入者の情報を扱う操作は、コードに見つかりませんでした",
        _ => "",
    }
}

const fn missing(missing: Missing) -> &'static str {
    match missing {
        Missing::Run => "足りないもの: プロジェクト全体を監査した記録",
        Missing::CompleteRun => "足りないもの: すべてのルールで最後まで監査した記録",
        Missing::HistoryRun => "足りないもの: 全履歴を最後まで監査した記録 (浅いクローンは不可)",
        Missing::SecondRun => "足りないもの: 2回目の完全な監査の記録 (間隔を測るため)",
        Missing::Whole => "足りないもの: 矛盾のない実行履歴 (変更、削除、または読めない行があります)",
        Missing::Ledger => "足りないもの: キーの発行日を記した台帳",
        Missing::LedgerEntry => "足りないもの: 台帳にある使用中のキー",
        Missing::Rule => "足りないもの: これを調べるルール (この記録を作った版にはありません)",
        Missing::Room => "足りないもの: 文字数 (最も短い回答でも --max-chars の上限を超えます)",
        Missing::Measure => {
            "足りないもの: 測定する方法 (このツールが読むのはファイルと履歴だけなので、担当者が回答してください)"
        }
    }
}

pub(in crate::lang) fn answer(about: AboutAnswer<'_>) -> String {
    match about {
        AboutAnswer::Audited { since, version, rules, runs } => format!(
            "{since} から、ソースコードに Amazon の認証情報が含まれていないかを Kagiban {version} (ルール {rules}) で監査しており、{} 回分の記録があります。",
            grouped(runs as u64)
        ),
        AboutAnswer::LastHistory { day, commits, refs, open } => format!(
            "{day} に全履歴 (コミット {} 件、ブランチやタグなどの参照 {} 件) を監査し、認証情報に関する未対応の検出は {} 件でした。",
            grouped(commits),
            grouped(refs as u64),
            grouped(open as u64)
        ),
        AboutAnswer::Replaced { count } => {
            format!(
                "見つかった値のうち {} 件は、キー台帳によると更新済みで、使われていません。",
                grouped(count as u64)
            )
        }
        AboutAnswer::Mended { count } => {
            format!("記録のある監査の間に、過去の検出 {} 件が解消しています。", grouped(count as u64))
        }
        AboutAnswer::ClientSecret { issued, by } => {
            format!(
                "LWA クライアントシークレットの発行日は {issued}、更新期限は {by} です (日付は管理者の申告)。"
            )
        }
        AboutAnswer::Scans { version, rules, first, last, count, days } => format!(
            "認証情報の露出と Amazon のデータの不適切な取り扱いについて、Kagiban {version} (ルール {rules}) でコードを検査しています。{first} から {last} までに完全な検査の記録が {} 回あり、間隔は最長 {days} 日です。",
            grouped(count as u64)
        ),
        AboutAnswer::LastScan { day, critical, high, medium } => {
            format!("{day} の検査で未対応の検出は、緊急 {critical} 件、高 {high} 件、中 {medium} 件です。")
        }
        AboutAnswer::WithinThirtyDays => "間隔が30日を超えたことはありません。".to_owned(),
        rest => answer_of_times_and_parties(rest),
    }
}

fn answer_of_times_and_parties(about: AboutAnswer<'_>) -> String {
    match about {
        AboutAnswer::MeasuredBy { first, last, runs } => format!(
            "対応日数は、{first} から {last} までの {} 回の検査の記録から測定しています。",
            grouped(runs as u64)
        ),
        AboutAnswer::Times { severity, days_max, in_time: 0, late: 0, open: 0, .. } => {
            format!("深刻度「{}」(期限 {days_max} 日) の検出は記録されていません。", severity_word(severity))
        }
        AboutAnswer::Times { severity, days_max, in_time, late, open, overdue } => format!(
            "深刻度「{}」(期限 {days_max} 日) は、期限内の対応 {in_time} 件、期限後の対応 {late} 件、未対応 {open} 件 (うち期限超過 {overdue} 件) です。",
            severity_word(severity)
        ),
        AboutAnswer::Longest { days } => format!("対応にかかった日数は最長 {days} 日です。"),
        AboutAnswer::Keys { live, overdue } => format!(
            "使用中の Amazon のキー {} 件について、管理者、発行日、更新期限をキー台帳に記録しています。更新期限を過ぎたキーは {} 件です (日付は管理者の申告)。",
            grouped(live as u64),
            grouped(overdue as u64)
        ),
        AboutAnswer::NextRotation { day } => format!("次の更新期限は {day} です。"),
        AboutAnswer::LastRotation { day } => format!("直近の更新日は {day} です。"),
        AboutAnswer::NoParties { day } => format!(
            "{day} にコードを監査した範囲では、Amazon の認証情報や注文データを外部の第三者に送る箇所は見つかりませんでした。"
        ),
        AboutAnswer::Parties { day, names, more: 0 } => format!(
            "{day} のコードの監査によると、Amazon の認証情報または注文データを渡している外部の第三者は次のとおりです: {names}。"
        ),
        AboutAnswer::Parties { day, names, more } => format!(
            "{day} のコードの監査によると、Amazon の認証情報または注文データを渡している外部の第三者は次のとおりです: {names}、ほか {more} 件。"
        ),
        AboutAnswer::TestData { day, files, is_clean: true } => format!(
            "{day} にリポジトリ (ファイル {} 件) を監査し、テストに本番の認証情報はなく、購入者の情報を含むファイルもありませんでした。",
            grouped(files)
        ),
        AboutAnswer::TestData { day, files, is_clean: false } => format!(
            "{day} にリポジトリ (ファイル {} 件) を監査し、テスト内の本番の認証情報または購入者の情報を含むファイルが見つかっており、未対応です。",
            grouped(files)
        ),
        _ => String::new(),
    }
}

fn severity_word(severity: &str) -> &str {
    match severity {
        "critical" => "緊急",
        "high" => "高",
        "medium" => "中",
        other => other,
    }
}
