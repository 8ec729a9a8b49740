//! What `kagiban takeover` says, in Japanese.

use super::{AboutTakeover, TakeoverHead};
use crate::lang::number::grouped;

pub(in crate::lang) fn say(about: AboutTakeover<'_>) -> String {
    match about {
        AboutTakeover::Intro { project } => {
            format!(
                "「{project}」の所有者の方へ。このプロジェクトに含まれる Amazon 出品関連のキーについて、どこにあり、どこまで広がり、誰が知っているか、引き継ぎにあたって何をすべきかをまとめたものです。キーそのものは書かれていないため、そのまま関係者に渡せます。"
            )
        }
        AboutTakeover::Made { date, version } => {
            format!("{date} に Kagiban {version} で作成しました。")
        }
        AboutTakeover::Keys { count } => {
            let count = grouped(count as u64);
            format!("更新が必要なキーが {count} 件あります。")
        }
        AboutTakeover::Outside { count } => {
            let count = grouped(count as u64);
            format!(
                "そのうち {count} 件はサーバーに送信されたか第三者に渡されており、他人に知られているおそれがあります。"
            )
        }
        AboutTakeover::AlreadyReplaced { count } => {
            let count = grouped(count as u64);
            format!("見つかったキーのうち {count} 件は、台帳によるとすでに更新済みです。")
        }
        AboutTakeover::OtherFaults { count } => {
            let count = grouped(count as u64);
            format!("ほかに {count} 件の問題が見つかりました。")
        }
        AboutTakeover::TellPeople { names } => {
            format!(
                "キーを知っている人: {names}。控えをすべて削除するよう文書で依頼し、回答を記録してください。"
            )
        }
        AboutTakeover::CheckReplaced { what } => {
            format!("更新した: {what}")
        }
        plain => without_parts(plain).to_owned(),
    }
}

/// The sentences that name nothing.
fn without_parts(about: AboutTakeover<'_>) -> &'static str {
    match about {
        AboutTakeover::Head(about) => head(about),
        AboutTakeover::NoKeys => "更新が必要なキーは見つかりませんでした。",
        AboutTakeover::NotAll => {
            "読み取れなかったものがあるため、ほかにも残っている可能性があります。詳しくは末尾をご覧ください。"
        }
        AboutTakeover::ReplaceWhy => {
            "これらのキーは、プロジェクトに関わった全員が控えを持っている可能性があります。ファイルから消しても使えなくなるわけではなく、新しい値に更新してはじめて無効になります。上から順に進めてください。"
        }
        AboutTakeover::Unknown => "台帳に記載なし (要確認)",
        AboutTakeover::NotKnown => "不明",
        AboutTakeover::DoneWhy => {
            "台帳によると、次の値はもう使われていません。都合のよいときにファイルから取り除いてください。"
        }
        AboutTakeover::EndsWhy => {
            "次の値は数分から数時間で使えなくなります。更新は不要ですが、保存しないようにプログラムを直してください。"
        }
        AboutTakeover::NoLedger => {
            "このプロジェクトには台帳 (kagiban-ledger.toml) がないため、誰にキーを渡したかを確かめられません。関わったことのある全員に確認し、上のキーはすべて全員に知られているものとして扱ってください。"
        }
        AboutTakeover::EmptyLedger => "台帳に使用中のキーはありません。",
        AboutTakeover::TellOwner => {
            "出品アカウントの所有者。クライアントシークレットの更新やアプリの許可の取り消しは、メインのアカウントでしかできません。"
        }
        AboutTakeover::TellAmazon => {
            "Amazon (security@amazon.com 宛てのメール)。キーが本来知るべき人の外に出ているため、気付いてから24時間以内に連絡してください。"
        }
        AboutTakeover::TellAmazonIf => {
            "社外の人がキーや購入者の情報を見られたと分かった場合は、24時間以内に Amazon (security@amazon.com 宛てのメール)。"
        }
        AboutTakeover::TellEverybody => {
            "プロジェクトに参加していた全員。控えをすべて削除するよう文書で依頼し、回答を記録してください。"
        }
        AboutTakeover::TellBuyers => {
            "専門家 (弁護士など) にすぐ相談してください。購入者の情報が見つかりました。個人情報保護委員会への速報はおおむね3〜5日以内、確報は30日以内 (不正目的なら60日以内) です。"
        }
        AboutTakeover::TellAws => {
            "AWS アカウントの管理者。キーを無効化し、CloudTrail で心当たりのない利用がないか確認してもらってください。"
        }
        AboutTakeover::TellParties => {
            "キーや注文情報の送り先となっている会社やサービス。一覧は `kagiban sinks` で確認できます。"
        }
        AboutTakeover::CheckRemoved => "ファイル、文書、書き出しデータから古い値を取り除いた",
        AboutTakeover::CheckCopies => "控えを持っていた全員から、削除したとの回答を文書で受け取った",
        AboutTakeover::CheckAccess => {
            "アクセス権を見直した (セラーセントラルのユーザー、リポジトリ、サーバー、キーの保管場所)"
        }
        AboutTakeover::CheckLedger => "今後誰がどのキーを持つかを台帳に記録した (`kagiban ledger`)",
        AboutTakeover::CheckHook => "コミットのたびに監査するようにした (`kagiban hook install`)",
        AboutTakeover::CheckAgain => "この報告書を作り直し、更新が必要なキーが残っていないことを確かめた",
        AboutTakeover::LimitsWhy => {
            "この報告書で分かるのは、ファイルと履歴に何が含まれているかだけです。誰がコピーしたか、キーがまだ使えるかは分かりません。キーを試すことも、どこかに送ることもしていません。"
        }
        AboutTakeover::Never => {
            "Amazonがキーを聞いてくることはありません。手続きはご自身で開いたセラーセントラルの画面から行ってください。"
        }
        AboutTakeover::Intro { .. }
        | AboutTakeover::Made { .. }
        | AboutTakeover::Keys { .. }
        | AboutTakeover::Outside { .. }
        | AboutTakeover::AlreadyReplaced { .. }
        | AboutTakeover::OtherFaults { .. }
        | AboutTakeover::TellPeople { .. }
        | AboutTakeover::CheckReplaced { .. } => "",
    }
}

const fn head(about: TakeoverHead) -> &'static str {
    match about {
        TakeoverHead::Title => "認証情報の引き継ぎ報告書",
        TakeoverHead::InShort => "要点",
        TakeoverHead::Replace => "更新が必要なキー (上から順に)",
        TakeoverHead::Key => "キー",
        TakeoverHead::Where => "場所",
        TakeoverHead::HowFar => "広がり",
        TakeoverHead::Knows => "知っている人",
        TakeoverHead::WhatToDo => "対応",
        TakeoverHead::Owner => "管理者",
        TakeoverHead::By => "更新期限",
        TakeoverHead::Since => "更新日",
        TakeoverHead::Risk => "深刻度",
        TakeoverHead::Finding => "内容",
        TakeoverHead::Done => "更新済みのキー",
        TakeoverHead::Ends => "自然に失効するもの",
        TakeoverHead::Steps => "種類ごとの更新手順",
        TakeoverHead::Others => "そのほかの問題",
        TakeoverHead::People => "誰がどのキーを知っているか",
        TakeoverHead::DueNow => "台帳から見て対応が必要なもの",
        TakeoverHead::Tell => "連絡先",
        TakeoverHead::SignOff => "確認表",
        TakeoverHead::Limits => "この報告書で分からないこと",
        TakeoverHead::HandedOver => "引き渡した人",
        TakeoverHead::TakenOver => "引き継いだ人",
        TakeoverHead::OnBehalf => "所有者",
        TakeoverHead::DateAndName => "日付・氏名",
        TakeoverHead::LeftOut => "読み取れなかったもの:",
    }
}
