//! What is said of files that could not be read whole, in Japanese. Reports for programs have it in
//! English, as the reader of the format said it.

/// Returns what a detail says in Japanese; none where it is one of a library or of the system.
pub(super) fn in_japanese(detail: &str) -> Option<&'static str> {
    DETAILS.iter().find(|(english, _)| *english == detail).map(|(_, japanese)| *japanese)
}

const DETAILS: [(&str, &str); 21] = [
    ("its bytes are not what its format says", "内容がファイル形式と合いません"),
    ("it ends too early", "途中で切れています"),
    ("a password protects it", "パスワードで保護されています"),
    ("its members expand beyond the limit", "展開後のサイズが上限を超えます"),
    ("its values expand beyond the limit", "展開後の値が上限を超えます"),
    ("its streams expand beyond the limit", "展開後のデータが上限を超えます"),
    ("encoded text expands beyond the limit", "エンコードされた文字列を展開すると上限を超えます"),
    ("it speaks of credentials beyond the limit", "認証情報に触れる箇所が上限を超えます"),
    (
        "more findings than are kept of one document",
        "1つのファイルの検出が多すぎるため、一部だけを残しました",
    ),
    ("its sheets have more rows than the limit", "シートの行数が上限を超えます"),
    ("it has more members than the limit", "中のファイル数が上限を超えます"),
    ("unpacking it takes more memory than the limit", "展開に必要なメモリーが上限を超えます"),
    ("more than is held of a part; it is read as it is", "一部が大きすぎるため、そのまま読みました"),
    ("a message beyond the limit; it is read as far", "メールが上限を超えるため、途中まで読みました"),
    ("a file beyond the limit", "ファイルの大きさが上限を超えます"),
    ("a container in a container beyond the limit", "入れ子の階層が上限を超えます"),
    ("no source of a macro", "マクロのソースがありません"),
    ("no rich text", "リッチテキストではありません"),
    ("no archive that can be read", "読める書庫ではありません"),
    (
        "it is cut or broken; it was read as plain text",
        "途中で切れているか壊れているため、テキストとして読みました",
    ),
    (
        "this clone is shallow; `git fetch --unshallow` gets the rest of history",
        "浅いクローンです。`git fetch --unshallow` で残りの履歴を取得できます",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn somebody_says_each() {
        let sources = walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
        let files = sources.into_iter().flatten().filter(|entry| !entry.path().ends_with("lang/detail.rs"));
        let all: String = files.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect();
        for (english, _) in DETAILS {
            assert!(all.contains(&format!("\"{english}\"")), "{english}");
        }
    }
}
