use super::super::tests::has_all;
use super::super::{header, read};

#[test]
fn tables_are_read() {
    has_all(&[
        ("| Name | Secret Key |\n|---|---|\n| JP | v4lu3-a |\n| US | v4lu3-b |", "Secret Key", "v4lu3-b"),
        ("Name | Token\n--- | ---\nJP | Atza|v4lu3", "Token", "Atza|v4lu3"),
        ("| Client Secret | `v4lu3-a` |", "Client Secret", "v4lu3-a"),
        ("|k|v|\n|:-|-:|\n|Client Secret|v4lu3-a|", "Client Secret", "v4lu3-a"),
        ("| token | Atza\\|v4lu3 |\n", "token", "Atza|v4lu3"),
        ("| Secret | v4lu3-a | v4lu3-b |", "Secret", "v4lu3-b"),
        ("\u{feff}SellerId,RefreshToken\nA1V4LU3,Atzr|v4lu3\n", "RefreshToken", "Atzr|v4lu3"),
        ("\u{feff}SellerId,RefreshToken\nA1V4LU3,Atzr|v4lu3\n", "SellerId", "A1V4LU3"),
        ("a;secret\n1;v4lu3-a\n2;v4lu3-b\n", "secret", "v4lu3-b"),
        ("\"a b\",\"secret\"\r\n\"1,2\",\"v4lu3\"\"x\"\r\n", "secret", "v4lu3\"x"),
        ("a,secret\n\"x\ny\",v4lu3-a\n", "secret", "v4lu3-a"),
        ("id\tClient Secret\n7\tv4lu3-a\n", "Client Secret", "v4lu3-a"),
        ("Client Secret,v4lu3-a\n", "Client Secret", "v4lu3-a"),
        ("\"client_secret\",\"v4lu3-a\"\n", "client_secret", "v4lu3-a"),
        ("Client Secret\tv4lu3-a\n", "Client Secret", "v4lu3-a"),
        (".amazon.com\tTRUE\t/\tTRUE\t1799999999\tat-main\tAtza|v4lu3\n", "at-main", "Atza|v4lu3"),
        ("出品者ID,秘密キー\nA1,v4lu3-a\n", "秘密キー", "v4lu3-a"),
    ]);
}

#[test]
fn a_header_is_carried() {
    let text = "SellerId,RefreshToken\nA1V4LU3,v4lu3-a\n";
    let carried = header(text, None).unwrap();
    assert_eq!(carried, ["SellerId", "RefreshToken"]);
    let next = "lu3-b\nA2V4LU3,v4lu3-c\n";
    let fields = read(next, Some(&carried));
    assert!(fields.iter().any(|f| f.name == "RefreshToken" && f.value == "v4lu3-c"), "{fields:#?}");
    assert_eq!(header(next, None), None);
    assert_eq!(header("text\n\nmore text, and more\n", None), None);
    let carried = header("| a | b |\n|---|---|\n| c | d |\n", None).unwrap();
    assert_eq!(carried, ["a", "b"]);
    let fields = read("| c | v4lu3 |\n", Some(&carried));
    assert!(fields.iter().any(|f| f.name == "b" && f.value == "v4lu3"), "{fields:#?}");
}
