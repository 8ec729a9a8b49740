//! `--format human`.

use crate::lang::Lang;
use crate::model::{Coverage, Exposure, Fingerprint, Mode, Origin, Report};
use crate::report::fixture::{catalogue, clean, facts, full, incomplete, leak, written};
use crate::report::wrap::columns_of;
use crate::report::{Context, reporter_named, texts};

#[test]
#[expect(clippy::too_many_lines, reason = "the snapshot is long, the test is not")]
fn english() {
    insta::assert_snapshot!(written("human", &full(), Lang::En), @r#"
    high[lwa-refresh-token]: Login with Amazon refresh token
     --> the commit message:1:11 (commit 89abcdef0123)
      |
    1 | Add token Atzr|aVeF…
      |           ^^^^^^^^^^ 362 characters

    critical[credential-bundle]: Complete set of credentials
     --> deploy/.env:1:19
      |
    1 | LWA_CLIENT_SECRET=amzn1.oa2-cs.v1.6571…
      |                   ^^^^^^^^^^^^^^^^^^^^^ high[lwa-client-secret], 80 characters
    2 | PORT=1
    3 | LWA_REFRESH_TOKEN=Atzr|aVeF…
      |                   ^^^^^^^^^^ high[lwa-refresh-token], 362 characters
      |
      = because: prefix `amzn1.oa2-cs.`

    medium[handover-note]: Note that hands credentials over
     --> mail/送付 #1.zip > tool > readme.txt:2:9
      |
    1 | お世話になっております。
    2 | キーを送ります。…
      |                 ^
      |
      = because: phrase `キーを送ります`
      = note: it was there before this change and does not count; inside an archive

    high[lwa-client-secret]: Login with Amazon client secret
     --> src/config.py:2:22
      |
    1 | # 設定
    2 | LWA_CLIENT_SECRET = "amzn1.oa2-cs.v1.6571…"
      |                      ^^^^^^^^^^^^^^^^^^^^^ 80 characters
    3 | HOST = "api.amazon.com"
      |
      = because: name `LWA_CLIENT_SECRET`, context `api.amazon.com`
      = severity: pushed to a remote
      = exposure: pushed to github.com/x/y; 5 authors; first seen 412 days ago; first in
                  commit 0123456789ab; at least this much: the search was cut short
      = note: in a comment, which protects nothing
      = also at: 103 further places: a.py:2:22, b.py:2:22, c.py:2:22, and 100 more

    high[lwa-client-secret]: Login with Amazon client secret
     --> x/\u{1b}[31mred\u{202e}\n\u{3a}:error::<script>alert(1)</script>.md:1:17
      |
    1 | \u{1b}]0;title\u{7}\u{202e} key=amzn1.oa2-cs.v1.6571… <script>
      |                                 ^^^^^^^^^^^^^^^^^^^^^ 80 characters
    2 | \u{3a}:error file=a::b
      |
      = because: name `a\u{1b}[0m \u{3a}:warning::b [x](javascript:1)`

    What to do

    credential-bundle: Complete set of credentials (1 finding)
      Why it matters: Nothing else is needed to act as the seller.
      Rotate the client secret
        1. Open Developer Central and choose the application whose secret this is, then rotate
           its secret.
        2. Deploy the new secret; the old one ends seven days later.

    lwa-client-secret: Login with Amazon client secret (3 findings)
      Why it matters: Whoever holds it can ask for tokens in the name of your application,
      from anywhere, until it is rotated.
      Rotate the client secret (see above)
      Take it out of history
        1. Rewrite history only after the rotation.

    lwa-refresh-token: Login with Amazon refresh token (2 findings)
      Why it matters: It gives access to a seller's data for a year.
      Take it out of history (see above)

    handover-note: Note that hands credentials over (1 finding)
    `kagiban explain RULE` says what one means and what to do.

    7 findings: 1 critical, 5 high, 1 medium (6 leak, 1 sharing)
    1 of them was there before this change and does not count.
    1 credential set: deploy/.env
    Audited 1,204 files (3.4 MB).
    1 finding was accepted and not shown: 1 by kagiban.toml.
    warning: this suppression suppresses nothing: kagiban.toml:12
    warning: this suppression ends on 2026-12-01: kagiban.toml:4
    warning: the audit is incomplete: 1 item could not be audited, and nothing is known about
             what is there
      - img/a.bin: cannot be read (permission denied)
    next: kagiban explain credential-bundle  # what it means and what to do, in full
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "the snapshot is long, the test is not")]
fn japanese() {
    insta::assert_snapshot!(written("human", &full(), Lang::Ja), @r#"
    高[lwa-refresh-token]: Login with Amazon のリフレッシュトークン
     --> コミットメッセージ:1:11 (コミット 89abcdef0123)
      |
    1 | Add token Atzr|aVeF…
      |           ^^^^^^^^^^ 362 文字

    緊急[credential-bundle]: 認証情報一式
     --> deploy/.env:1:19
      |
    1 | LWA_CLIENT_SECRET=amzn1.oa2-cs.v1.6571…
      |                   ^^^^^^^^^^^^^^^^^^^^^ 高[lwa-client-secret]、80 文字
    2 | PORT=1
    3 | LWA_REFRESH_TOKEN=Atzr|aVeF…
      |                   ^^^^^^^^^^ 高[lwa-refresh-token]、362 文字
      |
      = 根拠: 接頭辞 `amzn1.oa2-cs.`

    中[handover-note]: Note that hands credentials over
     --> mail/送付 #1.zip > tool > readme.txt:2:9
      |
    1 | お世話になっております。
    2 | キーを送ります。…
      |                 ^
      |
      = 根拠: 語句 `キーを送ります`
      = 補足: この変更の前からあるため、判定には数えません。アーカイブの中にあります

    高[lwa-client-secret]: Login with Amazon のクライアントシークレット
     --> src/config.py:2:22
      |
    1 | # 設定
    2 | LWA_CLIENT_SECRET = "amzn1.oa2-cs.v1.6571…"
      |                      ^^^^^^^^^^^^^^^^^^^^^ 80 文字
    3 | HOST = "api.amazon.com"
      |
      = 根拠: 名前 `LWA_CLIENT_SECRET`、文脈 `api.amazon.com`
      = 深刻度: リモートにプッシュ済み
      = 露出: github.com/x/y にプッシュ済み、作成者 5 人、初出は 412 日前、初出の
              コミットは 0123456789ab、調査を途中で打ち切ったため、これ以上の可能性あり
      = 補足: コメントの中にありますが、保護にはなりません
      = ほかの場所: 103 か所: a.py:2:22、b.py:2:22、c.py:2:22、ほか 100 件

    高[lwa-client-secret]: Login with Amazon のクライアントシークレット
     --> x/\u{1b}[31mred\u{202e}\n\u{3a}:error::<script>alert(1)</script>.md:1:17
      |
    1 | \u{1b}]0;title\u{7}\u{202e} key=amzn1.oa2-cs.v1.6571… <script>
      |                                 ^^^^^^^^^^^^^^^^^^^^^ 80 文字
    2 | \u{3a}:error file=a::b
      |
      = 根拠: 名前 `a\u{1b}[0m \u{3a}:warning::b [x](javascript:1)`

    対処方法

    credential-bundle: 認証情報一式 (1 件)
      問題となる理由: これだけで出品者として操作できます。
      クライアントシークレットを更新する
        1. デベロッパーセントラルを開き、該当するアプリケーションを選んで、シークレットを
           更新します。
        2. 新しいシークレットを配備します。古いものは 7 日後に失効します。

    lwa-client-secret: Login with Amazon のクライアントシークレット (3 件)
      問題となる理由: これを持つ人は、更新されるまで、どこからでも
      アプリケーションになりすましてトークンを要求できます。
      クライアントシークレットを更新する (上記のとおり)
      履歴から取り除く
        1. 更新した後に履歴を書き換えます。

    lwa-refresh-token: Login with Amazon のリフレッシュトークン (2 件)
      問題となる理由: 出品者のデータに 1 年間アクセスできます。
      履歴から取り除く (上記のとおり)

    handover-note: Note that hands credentials over (1 件)
    `kagiban explain RULE` で、ルールの意味と対処方法を確認できます。

    検出 7 件: 緊急 1、高 5、中 1 (漏えい 6、第三者との共有 1)
    うち 1 件はこの変更の前からあるため、判定には数えません。
    認証情報のセット 1 組: deploy/.env
    1,204 ファイル (3.4 MB) を監査しました。
    承認済みの 1 件は表示していません (kagiban.toml 1 件)。
    警告: この承認に当てはまる検出結果はありません: kagiban.toml:12
    警告: この承認は 2026-12-01 に期限を迎えます: kagiban.toml:4
    警告: 監査は完了していません。1 件を監査できず、その中に何があるかは分かりません
      - img/a.bin: 読み取れません (permission denied)
    次の手順: kagiban explain credential-bundle  # 意味と対処方法を詳しく説明します
    "#);
}

#[test]
fn a_set_is_shown_once_wherever_its_members_are() {
    let member = |rule, path, text| {
        let mut finding = leak(rule, Origin::file(path), text, "Atzr|{b64url:357}", 5);
        finding.bundle = Some(Fingerprint::of(&[b"set"]));
        finding
    };
    let findings = vec![
        member("lwa-client-secret", "a.json", "{\"secret\": \"{s}\", \"token\": \"x\"}"),
        member("lwa-refresh-token", "a.json", "{\"secret\": \"x\", \"token\": \"{s}\"}"),
        member("lwa-refresh-token", "b/.env", "TOKEN={s}"),
    ];
    let report = Report::new(facts(Mode::Worktree), findings, Vec::new(), Vec::new(), Coverage::default());
    let text = written("human", &report, Lang::En);
    insta::assert_snapshot!(text.split("What to do").next().unwrap(), @r#"
    high: A credential set: 3 findings that belong together
     --> a.json:1:13
      |
    1 | {"secret": "Atzr|aVeF…", "token": "x"}
      |             ^^^^^^^^^^ high[lwa-client-secret], 362 characters
     --> a.json:1:27
      |
    1 | {"secret": "x", "token": "Atzr|aVeF…"}
      |                           ^^^^^^^^^^ high[lwa-refresh-token], 362 characters
     --> b/.env:1:7
      |
    1 | TOKEN=Atzr|aVeF…
      |       ^^^^^^^^^^ high[lwa-refresh-token], 362 characters
    "#);
}

#[test]
fn a_clean_run_says_what_was_audited() {
    insta::assert_snapshot!(written("human", &clean(), Lang::En), @"Nothing found. Audited 1,204 files (3.4 MB).");
    insta::assert_snapshot!(written("human", &clean(), Lang::Ja), @"問題は見つかりませんでした。1,204 ファイル (3.4 MB) を監査しました。");
}

#[test]
fn an_unfinished_run_never_looks_clean() {
    insta::assert_snapshot!(written("human", &incomplete(), Lang::En), @r"
    Nothing found in what could be read, but the audit is incomplete. Audited 1 file (12 B).
    warning: 1 item was left out or read in part because of a limit
      - big.zip: larger than the limit (--max-file-size)
    warning: the audit is incomplete: 1 item could not be audited, and nothing is known about
             what is there
      - vault/\u{1b}[2Jkeys.env: cannot be read (permission denied)
    ");
    insta::assert_snapshot!(written("human", &incomplete(), Lang::Ja), @r"
    読み取れた範囲では問題は見つかりませんでしたが、監査は完了していません。1 ファイル (12 B) を監査しました。
    警告: 上限のため、1 件を監査しなかったか、一部だけを監査しました
      - big.zip: 上限 (--max-file-size) を超える大きさです
    警告: 監査は完了していません。1 件を監査できず、その中に何があるかは分かりません
      - vault/\u{1b}[2Jkeys.env: 読み取れません (permission denied)
    ");
}

#[test]
fn each_mode_says_what_it_read() {
    let said = |mode, commits| {
        let coverage = Coverage { files: 2, bytes: 2_048, commits, skipped: Vec::new() };
        let facts = crate::model::ScanFacts { elapsed_ms: 1_234, ..facts(mode) };
        written("human", &Report::new(facts, Vec::new(), Vec::new(), Vec::new(), coverage), Lang::En)
    };
    let lines = [(Mode::History, 3), (Mode::Range, 1), (Mode::Staged, 0), (Mode::Stdin, 0)];
    insta::assert_snapshot!(lines.map(|(mode, commits)| said(mode, commits)).concat(), @"
    Nothing found. Audited 2 objects (2.0 kB) of 3 commits in 1.23 s.
    Nothing found. Audited 2 files (2.0 kB) of 1 commit in 1.23 s.
    Nothing found. Audited 2 files (2.0 kB) in 1.23 s.
    Nothing found. Audited standard input (2.0 kB) in 1.23 s.
    ");
}

#[test]
fn colour_adds_nothing_but_colour() {
    let catalogue = catalogue();
    let context =
        Context { catalogue: &catalogue, lang: Lang::Ja, width: Some(90), color: true, links: None };
    let mut out = Vec::new();
    reporter_named("human").unwrap().write(&full(), &context, &mut out).unwrap();
    let colored = String::from_utf8(out).unwrap();
    assert!(colored.contains("\u{1b}["));
    assert_eq!(
        anstream::adapter::strip_str(&colored).to_string().lines().map(str::trim_end).collect::<Vec<_>>(),
        written("human", &full(), Lang::Ja).lines().map(str::trim_end).collect::<Vec<_>>()
    );
}

#[test]
fn sentences_keep_to_the_width() {
    let catalogue = catalogue();
    for lang in Lang::ALL {
        let context = Context { catalogue: &catalogue, lang, width: Some(60), color: false, links: None };
        let mut out = Vec::new();
        reporter_named("human").unwrap().write(&full(), &context, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        // Headlines, paths and frames stay whole; the counts are one line; the last is to copy.
        let whole = ["]: ", "-->", "|", "kagiban explain", "critical", "緊急"];
        let of_text = |line: &&str| !whole.iter().any(|mark| line.contains(mark));
        for line in text.lines().filter(of_text) {
            assert!(columns_of(line) <= 60, "{line}");
        }
    }
}

#[test]
fn what_was_never_committed_is_not_gone_from_head() {
    let catalogue = catalogue();
    let context = Context { catalogue: &catalogue, lang: Lang::En, width: None, color: false, links: None };
    let staged = Exposure { state: Some("staged".to_owned()), at_head: Some(false), ..Exposure::default() };
    let committed = Exposure {
        state: Some("committed".to_owned()),
        first_commit: Some("0123456789abcdef".to_owned()),
        at_head: Some(false),
        ..Exposure::default()
    };
    assert!(!texts::exposure(&staged, &context).contains("HEAD"));
    assert!(texts::exposure(&committed, &context).contains("HEAD"));
}
