//! SQLite databases, written by hand: the tests need no SQLite.

use crate::archives::gzip;
use crate::carrier::{At, Carrier};

const PAGE: usize = 4096;

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = vec![(number & 0x7f) as u8];
    while number > 0x7f {
        number >>= 7;
        bytes.insert(0, (number & 0x7f) as u8 | 0x80);
    }
    bytes
}

/// A value as its kind and its bytes.
fn value(text: &[u8], is_text: bool) -> (u64, Vec<u8>) {
    (text.len() as u64 * 2 + if is_text { 13 } else { 12 }, text.to_vec())
}

fn number(number: u8) -> (u64, Vec<u8>) {
    (1, vec![number])
}

fn record(values: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let kinds: Vec<u8> = values.iter().flat_map(|(kind, _)| varint(*kind)).collect();
    let body: Vec<u8> = values.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
    [varint(kinds.len() as u64 + 1), kinds, body].concat()
}

/// A leaf of a table with these rows; what a record has beyond the page is on `next`.
fn leaf(rows: &[Vec<u8>], reserved: usize, next: u32) -> Vec<u8> {
    let mut page = vec![0; PAGE];
    let mut end = PAGE;
    page[reserved] = 13;
    page[reserved + 3..reserved + 5].copy_from_slice(&(rows.len() as u16).to_be_bytes());
    for (index, row) in rows.iter().enumerate() {
        let mut cell = [varint(row.len() as u64), varint(index as u64 + 1)].concat();
        if row.len() > PAGE - 35 {
            cell.extend(&row[..here(row.len())]);
            cell.extend(next.to_be_bytes());
        } else {
            cell.extend(row);
        }
        end -= cell.len();
        page[end..end + cell.len()].copy_from_slice(&cell);
        let at = reserved + 8 + index * 2;
        page[at..at + 2].copy_from_slice(&(end as u16).to_be_bytes());
    }
    page[reserved + 5..reserved + 7].copy_from_slice(&(end as u16).to_be_bytes());
    page
}

/// Bytes of a long record that stay on its page.
fn here(length: usize) -> usize {
    let least = (PAGE - 12) * 32 / 255 - 23;
    let fitting = least + (length - least) % (PAGE - 4);
    if fitting <= PAGE - 35 { fitting } else { least }
}

fn database(encoding: u8, sql: &str, rows: &[Vec<u8>], more: &[Vec<u8>], first_free: u32) -> Vec<u8> {
    let encoded = |text: &str| match encoding {
        2 => text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        _ => text.as_bytes().to_vec(),
    };
    let text = |text: &str| value(&encoded(text), true);
    let schema = record(&[text("table"), text("settings"), text("settings"), number(2), text(sql)]);
    let mut first = leaf(&[schema], 100, 0);
    first[..16].copy_from_slice(b"SQLite format 3\0");
    first[16..18].copy_from_slice(&(PAGE as u16).to_be_bytes());
    first[28..32].copy_from_slice(&(2 + more.len() as u32).to_be_bytes());
    first[32..36].copy_from_slice(&first_free.to_be_bytes());
    first[59] = encoding;
    [vec![first, leaf(rows, 0, 3)], more.to_vec()].concat().concat()
}

const SQL: &str = "CREATE TABLE settings(id INTEGER PRIMARY KEY, \"key\" TEXT, value TEXT)";
const NULL: (u64, Vec<u8>) = (0, Vec::new());

fn settings(text: &str, encoded: fn(&str) -> Vec<u8>) -> Vec<Vec<u8>> {
    let (name, secret) = text.split_once('=').unwrap();
    let row =
        |name: &str, text: &str| record(&[NULL, value(&encoded(name), true), value(&encoded(text), true)]);
    vec![row("region", "jp"), row(name, secret)]
}

const CARRIERS: &[Carrier] = &[
    Carrier {
        name: "shop.db",
        inner: &[],
        at: At::Cell("settings!value row 2"),
        build: |text| database(1, SQL, &settings(text, |t| t.as_bytes().to_vec()), &[], 0),
        half: Some("damaged"),
    },
    Carrier {
        name: "wide.sqlite3",
        inner: &[],
        at: At::Cell("settings!value row 2"),
        build: |text| {
            database(
                2,
                SQL,
                &settings(text, |t| t.encode_utf16().flat_map(u16::to_le_bytes).collect()),
                &[],
                0,
            )
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "long.db",
        inner: &[],
        at: At::Cell("settings!value row 1"),
        build: |text| {
            let long = format!("{}\n{text}\n{}", "# settings\n".repeat(370), "x\n".repeat(500));
            let row = record(&[NULL, value(b"env", true), value(long.as_bytes(), true)]);
            let mut next = vec![0; PAGE];
            let rest = &row[here(row.len())..];
            next[4..4 + rest.len()].copy_from_slice(rest);
            database(1, SQL, &[row], &[next], 0)
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "files.db",
        inner: &["settings!value row 1", "settings!value row 1"],
        at: At::Line(2),
        build: |text| {
            let file = gzip(format!("# keys\n{text}\n").as_bytes());
            database(1, SQL, &[record(&[NULL, value(b"keys", true), value(&file, false)])], &[], 0)
        },
        half: Some("damaged"),
    },
    Carrier {
        name: "deleted.db",
        inner: &["deleted rows"],
        at: At::Line(1),
        build: |text| {
            let trunk = [0_u32, 1, 4].map(u32::to_be_bytes).concat();
            let mut free = [trunk, vec![0; PAGE - 12], vec![0; 40]].concat();
            free.extend(text.bytes());
            free.resize(2 * PAGE, 0);
            let (trunk, leaf) = free.split_at(PAGE);
            database(1, SQL, &[], &[trunk.to_vec(), leaf.to_vec()], 3)
        },
        half: Some("damaged"),
    },
];

#[test]
fn rows_and_what_is_left_of_them() {
    CARRIERS.iter().for_each(Carrier::proves);
}

#[test]
fn no_bytes_break_the_reading() {
    CARRIERS.iter().for_each(crate::hostile::survives);
}

/// Two texts of one file, judged apart: what is found in one does not take the other's place.
#[test]
fn far_rows_are_all_found() {
    let secret = |seed| kagiban::rules::sample("amzn1.oa2-cs.v1.{hex:64}", seed);
    let text = |text: &str| value(text.as_bytes(), true);
    let row = |text_of: &str| record(&[NULL, text("client_secret"), text(text_of)]);
    let filler = "note\n".repeat(190);
    let rows: Vec<Vec<u8>> =
        [row(&secret(1)), row(&filler), row(&filler), row(&secret(2))].into_iter().collect();
    let mut bytes = database(1, SQL, &rows, &[], 0);
    // The same page many times over, as one page may be only once.
    let root = bytes[PAGE..2 * PAGE].to_vec();
    let mut inner = vec![0; PAGE];
    inner[0] = 5;
    let leaves = 300_u32;
    inner[3..5].copy_from_slice(&(leaves as u16).to_be_bytes());
    for index in 0..leaves {
        let cell = PAGE - (index as usize + 1) * 5;
        inner[cell..cell + 4].copy_from_slice(&(index + 3).to_be_bytes());
        let at = 12 + index as usize * 2;
        inner[at..at + 2].copy_from_slice(&(cell as u16).to_be_bytes());
    }
    let plain = leaf(&[row(&filler), row(&filler), row(&filler), row(&filler)], 0, 0);
    let last = leaf(&[row(&secret(3))], 0, 0);
    bytes.truncate(PAGE);
    bytes.extend(&inner);
    bytes.extend(root);
    (1..leaves - 1).for_each(|_| bytes.extend(&plain));
    bytes.extend(last);
    bytes[28..32].copy_from_slice(&(leaves + 2).to_be_bytes());
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("shop.db"), bytes).unwrap();
    let report = crate::carrier::report(folder.path(), &[]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 3, "{report:#}");
}

/// Rows of buyers are counted, and none of them is shown.
#[test]
fn buyers_in_a_database_are_counted() {
    let sql = "CREATE TABLE settings(id INTEGER PRIMARY KEY, amazon_order_id TEXT, buyer_name TEXT, ship_address_1 TEXT)";
    let (mut rows, mut names) = (Vec::new(), Vec::new());
    for seed in 0..6 {
        let drawn = |shape: &str| kagiban::rules::sample(shape, seed);
        let text = |text: String| value(text.as_bytes(), true);
        names.push(drawn("{name}"));
        rows.push(record(&[NULL, text(drawn("{order}")), text(drawn("{name}")), text(drawn("{street}"))]));
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("orders.sqlite3"), database(1, sql, &rows, &[], 0)).unwrap();
    let report = crate::carrier::report(folder.path(), &[]);
    let finding = &report["findings"][0];
    assert_eq!(finding["rule"], "customer-database", "{report:#}");
    let evidence = finding["evidence"].as_array().unwrap();
    assert!(evidence.iter().any(|e| e["kind"] == "rows" && e["text"] == "6"), "{finding:#}");
    assert!(names.iter().all(|name| !report.to_string().contains(name.as_str())));
}
