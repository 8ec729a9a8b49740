//! What the HTML page says beside what every report says. It is read by people who may never have
//! heard of git, so it says what a thing means instead of what it is called.

use super::en::counted;
use super::number::grouped;

/// About the page for people who are not engineers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutPage<'a> {
    /// The name of the page.
    Title,
    /// The headline where nothing was found.
    Nothing,
    /// The headline where nothing was found in what could be read.
    NothingSoFar,
    /// What that means.
    NothingMeans,
    /// The headline: how many things may be in others' hands.
    Outside {
        /// Pushed, or given to somebody.
        count: usize,
    },
    /// The headline: how many things were found that need somebody.
    Pressing {
        /// Credential sets, single credentials and other faults.
        count: usize,
    },
    /// The headline: what was found can wait.
    NothingPressing,
    /// Below the first headline: do it now, and how many things there are in all.
    OutsideMeans {
        /// All that need somebody.
        count: usize,
    },
    /// None of them is known to have left the computer.
    Inside,
    /// How many things can wait.
    CanWait {
        /// How many.
        count: usize,
    },
    /// How far: on this computer.
    OnComputer,
    /// How far: in the repository.
    InRepository,
    /// How far: pushed.
    Pushed,
    /// How far: at somebody else's.
    WithOthers,
    /// How far is not known: there is no repository.
    UnknownReach,
    /// What the picture of the reach shows.
    ReachIs {
        /// The furthest place.
        place: &'a str,
    },
    /// What the picture of the families shows.
    ByFamily,
    /// Label: what the set consists of.
    What,
    /// Label: where it is.
    Where,
    /// Label: who may have it.
    Who,
    /// Who: those it goes to.
    WhoOthers {
        /// Servers that have it too, joined; may be empty.
        remotes: &'a str,
    },
    /// Who: all who can open the server.
    WhoServer {
        /// The servers, joined; may be empty.
        remotes: &'a str,
    },
    /// Who: all who have the repository.
    WhoRepository,
    /// Who: those at the computer.
    WhoComputer,
    /// Who is not known.
    WhoUnknown,
    /// Label: since when.
    SinceWhen,
    /// Since when.
    Since {
        /// The day.
        day: &'a str,
        /// Whole days since.
        days: u64,
    },
    /// The length of a line of time.
    Days(u64),
    /// The end of a line of time.
    Today,
    /// Label: the first thing to do.
    First,
    /// Heading over the first things to do.
    DoFirst,
    /// Leads to every step.
    AllSteps,
    /// Heading over every step.
    Steps,
    /// Heading over the cards.
    Cards,
    /// Heading over what can wait.
    Later,
    /// Heading over what several repositories share.
    Across,
    /// Heading over why each thing matters.
    Why,
    /// Opens what engineers want to know.
    ForEngineers,
    /// Heading over the table of everything.
    Details,
    /// What the table counts, which the cards count otherwise.
    DetailsMean {
        /// Rows.
        count: usize,
    },
    /// Label of the box that filters.
    Filter,
    /// Heading over what was not audited.
    LeftOut,
    /// The other findings, which are in the table only.
    Others {
        /// How many.
        count: usize,
    },
    /// Label before clauses.
    Clauses,
}

impl AboutPage<'_> {
    #[expect(clippy::too_many_lines, reason = "one match over what there is to say")]
    pub(super) fn en(self) -> String {
        match self {
            Self::Title => "Kagiban: audit of keys".to_owned(),
            Self::Nothing => "No problem was found".to_owned(),
            Self::NothingSoFar => "No problem was found in what could be read".to_owned(),
            Self::NothingMeans => {
                "In what was audited, no key and no buyer\u{2019}s data lies where it should \
                                   not be. Audit again within 30 days."
                    .to_owned()
            }
            Self::Outside { count: 1 } => "1 thing may be in other people\u{2019}s hands".to_owned(),
            Self::Outside { count } => {
                format!("{} things may be in other people\u{2019}s hands", grouped(count as u64))
            }
            Self::Pressing { count: 1 } => "1 thing needs your attention".to_owned(),
            Self::Pressing { count } => format!("{} things need your attention", grouped(count as u64)),
            Self::NothingPressing => "Nothing is urgent".to_owned(),
            Self::OutsideMeans { count } => format!(
                "Keys or data have left this computer, and deleting the files does not bring them back. Do what is \
                 below today, from the top. In all, {} your attention.",
                if count == 1 {
                    "1 thing needs".to_owned()
                } else {
                    format!("{} things need", grouped(count as u64))
                }
            ),
            Self::Inside => "None of them is known to have left this computer.".to_owned(),
            Self::CanWait { count } => {
                format!("{} can be mended when convenient.", counted(count, "thing", "things"))
            }
            Self::OnComputer => "computer".to_owned(),
            Self::InRepository => "history".to_owned(),
            Self::Pushed => "server".to_owned(),
            Self::WithOthers => "others".to_owned(),
            Self::UnknownReach => {
                "There is no record of changes (git) here, so how far they got is not known. \
                                   Count everybody who can open the files."
                    .to_owned()
            }
            Self::ReachIs { place } => format!("It got as far as: {place}"),
            Self::ByFamily => "Findings by kind".to_owned(),
            Self::What => "What".to_owned(),
            Self::Where => "Where".to_owned(),
            Self::Who => "Who may have it".to_owned(),
            Self::WhoOthers { remotes: "" } => {
                "It is made to go to somebody else: whoever received it, or the service it is sent to."
                    .to_owned()
            }
            Self::WhoOthers { remotes } => format!(
                "It is made to go to somebody else: whoever received it, or the service it is sent to. Also \
                 everybody who can open {remotes}."
            ),
            Self::WhoServer { remotes: "" } => {
                "Everybody who can open the shared server it was sent to. If that is \
                                                public, anybody in the world."
                    .to_owned()
            }
            Self::WhoServer { remotes } => {
                format!("Everybody who can open {remotes}. If that is public, anybody in the world.")
            }
            Self::WhoRepository => {
                "Everybody who has a copy of this project with its record of changes (git). \
                                    Whether it was sent on is not known."
                    .to_owned()
            }
            Self::WhoComputer => {
                "Whoever uses this computer, its backups, or the folders it is synchronised with.".to_owned()
            }
            Self::WhoUnknown => "Not known. Count everybody who can open the file.".to_owned(),
            Self::SinceWhen => "Since when".to_owned(),
            Self::Since { day, days: 0 } => format!("Since today ({day})."),
            Self::Since { day, days } => format!("Since {day}, for {}.", counted(days, "day", "days")),
            Self::Days(days) => counted(days, "day", "days"),
            Self::Today => "today".to_owned(),
            Self::First => "Do first".to_owned(),
            Self::DoFirst => "What to do first".to_owned(),
            Self::AllSteps => "All steps".to_owned(),
            Self::Steps => "What to do, step by step".to_owned(),
            Self::Cards => "What was found".to_owned(),
            Self::Later => "What can wait".to_owned(),
            Self::Across => "Across repositories".to_owned(),
            Self::Why => "Why it matters".to_owned(),
            Self::ForEngineers => "For engineers".to_owned(),
            Self::Details => "Every finding, for engineers".to_owned(),
            Self::DetailsMean { count } => format!(
                "{}. What belongs together counts as one thing above.",
                counted(count, "finding", "findings")
            ),
            Self::Filter => "Filter".to_owned(),
            Self::LeftOut => "What was not audited".to_owned(),
            Self::Others { count } => {
                format!("{} more: see the table of every finding below.", counted(count, "thing", "things"))
            }
            Self::Clauses => "Amazon\u{2019}s requirements".to_owned(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one match over what there is to say")]
    pub(super) fn ja(self) -> String {
        match self {
            Self::Title => "Kagiban: 認証情報の監査結果".to_owned(),
            Self::Nothing => "問題は見つかりませんでした".to_owned(),
            Self::NothingSoFar => "読み取れた範囲では、問題は見つかりませんでした".to_owned(),
            Self::NothingMeans => "調べた範囲では、キーや購入者の情報が、あってはならない場所に置かれていることは\
                                   ありませんでした。30日以内に、もう一度監査してください。"
                .to_owned(),
            Self::Outside { count } => {
                format!("ほかの人の手に渡ったおそれのあるものが{}件あります", grouped(count as u64))
            }
            Self::Pressing { count } => format!("対応が必要なものが{}件あります", grouped(count as u64)),
            Self::NothingPressing => "急いで対応するものはありません".to_owned(),
            Self::OutsideMeans { count } => format!(
                "キーや情報が、このパソコンの外に出ています。ファイルを消しても取り戻せません。下の「まずすること」を、\
                 今日のうちに上から順に行ってください。対応が必要なものは、全部で{}件あります。",
                grouped(count as u64)
            ),
            Self::Inside => "このパソコンの外に出たと分かっているものはありません。".to_owned(),
            Self::CanWait { count } => {
                format!("手の空いたときに直せばよいものが{}件あります。", grouped(count as u64))
            }
            Self::OnComputer => "このパソコン".to_owned(),
            Self::InRepository => "変更の記録".to_owned(),
            Self::Pushed => "共有サーバー".to_owned(),
            Self::WithOthers => "ほかの人".to_owned(),
            Self::UnknownReach => "変更の記録 (git) がないため、どこまで広がったかは分かりません。ファイルを開ける\
                                   人全員に見られたものと考えてください。"
                .to_owned(),
            Self::ReachIs { place } => format!("広がった範囲: {place}まで"),
            Self::ByFamily => "種類ごとの件数".to_owned(),
            Self::What => "内容".to_owned(),
            Self::Where => "場所".to_owned(),
            Self::Who => "見られる人".to_owned(),
            Self::WhoOthers { remotes: "" } => {
                "ほかの人や会社に渡す形になっています。受け取った人や、送り先のサービスが持っている可能性があります。"
                    .to_owned()
            }
            Self::WhoOthers { remotes } => format!(
                "ほかの人や会社に渡す形になっています。受け取った人や、送り先のサービスが持っている可能性があります。\
                 {remotes} を開ける人も全員です。"
            ),
            Self::WhoServer { remotes: "" } => {
                "送り先の共有サーバーを開ける人全員。公開されていれば、世界中の誰でも見られます。".to_owned()
            }
            Self::WhoServer { remotes } => {
                format!("{remotes} を開ける人全員。公開されていれば、世界中の誰でも見られます。")
            }
            Self::WhoRepository => "このプロジェクトの写し (変更の記録を含むもの) を持っている人全員。外に送られたか\
                                    どうかは分かりません。"
                .to_owned(),
            Self::WhoComputer => {
                "このパソコンを使う人と、バックアップや同期先のフォルダーを開ける人。".to_owned()
            }
            Self::WhoUnknown => "分かりません。ファイルを開ける人全員と考えてください。".to_owned(),
            Self::SinceWhen => "いつから".to_owned(),
            Self::Since { day, days: 0 } => format!("今日 ({day}) から"),
            Self::Since { day, days } => format!("{day} から{}日間", grouped(days)),
            Self::Days(days) => format!("{}日間", grouped(days)),
            Self::Today => "今日".to_owned(),
            Self::First => "まずすること".to_owned(),
            Self::DoFirst => "まずすること".to_owned(),
            Self::AllSteps => "すべての手順を見る".to_owned(),
            Self::Steps => "対処の手順".to_owned(),
            Self::Cards => "見つかったもの".to_owned(),
            Self::Later => "手の空いたときに直すもの".to_owned(),
            Self::Across => "複数のリポジトリにまたがるもの".to_owned(),
            Self::Why => "なぜ問題なのか".to_owned(),
            Self::ForEngineers => "技術者向けの情報".to_owned(),
            Self::Details => "すべての検出結果 (技術者向け)".to_owned(),
            Self::DetailsMean { count } => format!(
                "検出は{}件です。上では、ひとまとまりのものを1件と数えています。",
                grouped(count as u64)
            ),
            Self::Filter => "絞り込み".to_owned(),
            Self::LeftOut => "監査できなかったもの".to_owned(),
            Self::Others { count } => {
                format!("ほかに{}件あります。下の「すべての検出結果」の表をご覧ください。", grouped(count as u64))
            }
            Self::Clauses => "Amazonのポリシーの要件".to_owned(),
        }
    }
}
