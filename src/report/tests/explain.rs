//! `kagiban explain` and `kagiban rules list`.

use crate::lang::Lang;
use crate::model::RuleId;
use crate::report::fixture::catalogue;
use crate::report::{Context, write_explain, write_rule_list};

fn explained(id: &str, lang: Lang) -> String {
    let catalogue = catalogue();
    let context = Context { catalogue: &catalogue, lang, width: Some(80), color: false, links: None };
    let mut out = Vec::new();
    write_explain(catalogue.get(&RuleId::new(id)).unwrap(), &context, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_rule_is_explained() {
    insta::assert_snapshot!(explained("lwa-client-secret", Lang::En), @"
    lwa-client-secret: Login with Amazon client secret
      severity: high, confidence: high, family: leak

      Why it matters: Whoever holds it can ask for tokens in the name of your
      application, from anywhere, until it is rotated.

      What to do:
      Rotate the client secret
        1. Open Developer Central and choose the application whose secret this is,
           then rotate its secret.
        2. Deploy the new secret; the old one ends seven days later.
      Take it out of history
        1. Rewrite history only after the rotation.

      What Amazon's policies demand:
      FIX-2.5  Credentials are encrypted and never hard-coded.
      As the policies stood on 2026-01-01.

      How it is recognised:
      - A value that begins with `amzn1.oa2-cs.v1.`, anywhere in text.
      - A value under a name such as `fixture-names`. Only in a document about
        selling on Amazon.
    ");
    insta::assert_snapshot!(explained("lwa-client-secret", Lang::Ja), @"
    lwa-client-secret: Login with Amazon のクライアントシークレット
      深刻度: 高、確度: 高、分類: 漏えい

      問題となる理由: これを持つ人は、更新されるまで、どこからでも
      アプリケーションになりすましてトークンを要求できます。

      対処方法:
      クライアントシークレットを更新する
        1. デベロッパーセントラルを開き、該当するアプリケーションを選んで、
           シークレットを更新します。
        2. 新しいシークレットを配備します。古いものは 7 日後に失効します。
      履歴から取り除く
        1. 更新した後に履歴を書き換えます。

      Amazon のポリシーの要件:
      FIX-2.5  認証情報は暗号化し、コードに書かないこと。
      2026-01-01 時点のポリシーに基づきます。

      検出方法:
      - `amzn1.oa2-cs.v1.` で始まる値を、テキスト全体から探します。
      - `fixture-names` などの名前が付いた値を探します。Amazon での販売に関する
        文書だけが対象です。
    ");
}

#[test]
fn a_set_and_an_audit_are_explained() {
    insta::assert_snapshot!(explained("credential-bundle", Lang::En), @"
    credential-bundle: Complete set of credentials
      severity: critical, confidence: high, family: leak

      Why it matters: Nothing else is needed to act as the seller.

      What to do:
      Rotate the client secret
        1. Open Developer Central and choose the application whose secret this is,
           then rotate its secret.
        2. Deploy the new secret; the old one ends seven days later.

      How it is recognised:
      - Findings that stand in one document: lwa-client-secret, lwa-refresh-token.
        These join them where they are there: lwa-client-id.
    ");
    insta::assert_snapshot!(explained("handover-note", Lang::Ja), @"
    handover-note: Note that hands credentials over
      深刻度: 高、確度: 中、分類: 第三者との共有

      問題となる理由: A key that two firms know has two owners and no guard.

      Amazon のポリシーの要件:
      FIX-2.5  認証情報は暗号化し、コードに書かないこと。
      2026-01-01 時点のポリシーに基づきます。

      検出方法:
      - 周辺の言葉やリンク、ファイルの構造から判断します。
    ");
}

#[test]
fn rules_are_listed_by_family() {
    let catalogue = catalogue();
    let listed = Lang::ALL.map(|lang| {
        let context = Context { catalogue: &catalogue, lang, width: Some(70), color: false, links: None };
        let mut out = Vec::new();
        write_rule_list(&context, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    });
    insta::assert_snapshot!(listed.concat(), @"
    leak (3 rules)
      credential-bundle  critical  Complete set of credentials
      lwa-client-secret  high      Login with Amazon client secret
      lwa-refresh-token  high      Login with Amazon refresh token

    sharing (1 rule)
      handover-note      high      Note that hands credentials over

    `kagiban explain RULE` says what one means and what to do.
    漏えい (ルール 3 件)
      credential-bundle  緊急  認証情報一式
      lwa-client-secret  高    Login with Amazon の
                               クライアントシークレット
      lwa-refresh-token  高    Login with Amazon のリフレッシュトークン

    第三者との共有 (ルール 1 件)
      handover-note      高    Note that hands credentials over

    `kagiban explain RULE` で、ルールの意味と対処方法を確認できます。
    ");
}
