//! What `kagiban ledger` says, in Japanese.

use super::{AboutDue, AboutLedger, AboutRefusal};
use crate::lang::number::grouped;

pub(in crate::lang) fn say(about: AboutLedger<'_>) -> String {
    match about {
        AboutLedger::Due(about) => due(about),
        AboutLedger::Refused(about) => refused(about),
        AboutLedger::Nothing { count } => {
            format!("期限の近いものはありません。台帳のキーは {} 件です。", grouped(count as u64))
        }
        AboutLedger::Count { count } => format!("対応が必要なもの {} 件", grouped(count as u64)),
        AboutLedger::Owner { name } => format!("管理者: {name}"),
        AboutLedger::Dates { issued, by } => format!("発行 {issued}、更新期限 {by}"),
        AboutLedger::Revoked { on } => format!("{on} に無効化"),
        AboutLedger::KeptIn { place } => format!("保管場所: {place}"),
        AboutLedger::KnownBy { names } => format!("知っている人: {names}"),
        AboutLedger::Former { count } => format!("以前の値 {} 件", grouped(count as u64)),
        AboutLedger::Empty => "台帳にはまだキーがありません。".to_owned(),
        AboutLedger::Ask { id } => format!("{id} の値 (画面には表示されません): "),
        AboutLedger::ByPrefix { class } => format!("値の先頭から種類が分かりました: {class}"),
        AboutLedger::Added { id, by } => {
            format!(
                "{id}: 追加しました。{by} までに更新してください。台帳に残るのは指紋だけで、値は残りません。"
            )
        }
        AboutLedger::Rotated { id, by } => {
            format!("{id}: 更新を記録しました。古い値は以前の値として残ります。次の更新期限は {by} です。")
        }
        AboutLedger::Shared { id, name, until: Some(until) } => {
            format!(
                "{id}: {name} さんに {until} まで共有、と記録しました。共有が終わったら更新してください。"
            )
        }
        AboutLedger::Shared { id, name, until: None } => format!(
            "{id}: {name} さんに共有 (終了日なし)、と記録しました。終了日が決まったら --until で記録してください。"
        ),
        AboutLedger::Gone { id } => format!("{id}: 無効化を記録しました。履歴は台帳に残ります。"),
        AboutLedger::LeftClean { name } => {
            format!("{name} さんの離任を記録しました。有効なキーで知っているものはありません。")
        }
        AboutLedger::LeftKnowing { name, ids } => format!(
            "{name} さんの離任を記録しました。次のキーをまだ知っています: {ids}。新しい値に更新し、それぞれ `kagiban ledger rotate` で記録してください。"
        ),
    }
}

fn due(about: AboutDue<'_>) -> String {
    match about {
        AboutDue::RotateSoon { by, days: 0 } => format!("本日 ({by}) までに更新してください"),
        AboutDue::RotateSoon { by, days } => format!("{by} までに更新してください (あと {days} 日)"),
        AboutDue::RotateOverdue { by, days } => {
            format!("更新期限 {by} を {days} 日過ぎています。すぐに更新してください")
        }
        AboutDue::RenewSoon { by, days: 0 } => format!("本日 ({by}) までに、出品者による再認可が必要です"),
        AboutDue::RenewSoon { by, days } => {
            format!("{by} までに、出品者による再認可が必要です (あと {days} 日)")
        }
        AboutDue::RenewOverdue { by, days } => {
            format!("出品者による再認可の期限 {by} を {days} 日過ぎています")
        }
        AboutDue::ShareEndsSoon { name, until } => {
            format!("{name} さんへの共有は {until} に終わります。終わったら更新してください")
        }
        AboutDue::ShareEnded { name, until } => format!(
            "{name} さんへの共有は {until} に終わりましたが、今の値をまだ知っています。更新してください"
        ),
        AboutDue::LeaverKnows { name, left } => {
            format!("{name} さんは {left} に離任しましたが、今の値をまだ知っています。更新してください")
        }
        AboutDue::AheadOfClock { day } => format!(
            "clock-behind-ledger: 台帳にまだ来ていない日付 {day} があります。時計か台帳のどちらかが誤っています"
        ),
    }
}

fn meant(near: Option<&str>) -> String {
    near.map(|near| format!("。`{near}` ではありませんか?")).unwrap_or_default()
}

fn refused(about: AboutRefusal<'_>) -> String {
    match about {
        AboutRefusal::NoLedger => "ここには kagiban-ledger.toml がありません".to_owned(),
        AboutRefusal::BeginOne => "`kagiban ledger add ID --owner 名前` で作れます".to_owned(),
        AboutRefusal::NoEntry { id, near } => format!("台帳に `{id}` はありません{}", meant(near)),
        AboutRefusal::Taken { id } => {
            format!("`{id}` はすでに台帳にあります。新しい値は `kagiban ledger rotate` で記録してください")
        }
        AboutRefusal::NoId => "ID には短い名前 (文字、数字、`-`、`_`、`.`) を使ってください".to_owned(),
        AboutRefusal::KnownValue { id } => {
            format!("この値はすでに `{id}` の値として台帳にあります。何も変更していません")
        }
        AboutRefusal::IsRevoked { id, on } => {
            format!("`{id}` は {on} に無効化されています。新しいキーとして追加してください")
        }
        AboutRefusal::Backwards { day, latest } => format!(
            "clock-behind-ledger: 日付が {day} になりますが、台帳にはそれより後の {latest} があります。何も変更していません"
        ),
        AboutRefusal::GiveDay => "時計を合わせるか、--on で日付を指定してください".to_owned(),
        AboutRefusal::EndsBefore { since } => {
            format!("共有の終了日は、開始日 ({since}) より前にできません")
        }
        AboutRefusal::Nobody { name, near } => format!("台帳に `{name}` という人はいません{}", meant(near)),
        AboutRefusal::NoValue => {
            "値がありません。表示に従って入力するか、標準入力で渡してください".to_owned()
        }
        AboutRefusal::LongValue => "値が長すぎます".to_owned(),
        AboutRefusal::NoClass => {
            "値から種類が分かりません。--class で指定してください (例: aws-secret-access-key)".to_owned()
        }
        AboutRefusal::OtherClass { given, class } => {
            format!("値の先頭は `{given}` ではなく `{class}` のものです。何も変更していません")
        }
        AboutRefusal::UnknownClass { near } => format!("そのような種類のキーはありません{}", meant(near)),
        AboutRefusal::NeedsPlace { class } => format!(
            "`{class}` は指紋から推測されるおそれがあるため、場所で記録します。値を渡さず、--path と --field を指定してください"
        ),
        AboutRefusal::NeedsNoPlace { class } => {
            format!("`{class}` は指紋で記録します。--path と --field は不要です")
        }
        AboutRefusal::SecretAsArgument => {
            "引数にキーらしいものがあります。引数はシェルの履歴やプロセス一覧に残ります".to_owned()
        }
        AboutRefusal::AskedFor => {
            "すでに見える形になったため、更新してください。値は入力を求められたとき、または標準入力で渡します"
                .to_owned()
        }
        AboutRefusal::ChangedMeanwhile => {
            "台帳が同時に変更されたため、何も書き込みませんでした。もう一度実行してください".to_owned()
        }
    }
}
