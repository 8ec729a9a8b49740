//! Tables of orders in a text: which columns name buyers, and how many rows hold one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::amazon;
use super::record::Record;
use super::verdict::Verdict;
use crate::audit::{Page, Sought};
use crate::fields;
use crate::model::{Span, Syntax};
use crate::rules::{ORDERS, Personal, WordSearch, folded, personal_column};

/// What the head of a table that names buyers holds; ASCII letters in lower case. A table is looked
/// for on the lines of these words alone.
pub(super) const WORDS: &[&str] = &[
    "buyer",
    "recipient",
    "ship-",
    "ship_",
    "ship to",
    "shipto",
    "shipping",
    "deliveryaddress",
    "delivery address",
    "delivery_address",
    "customer",
    "consignee",
    "購入者",
    "受取人",
    "届け先",
    "送付先",
    "配送先",
    "注文者",
    "注文番号",
    "受注番号",
    "氏名",
    "住所",
    "买家",
    "收件人",
    "收货",
    "订单",
    "käufer",
    "empfänger",
    "lieferadresse",
    "lieferanschrift",
    "acheteur",
    "destinataire",
    "comprador",
    "destinatario",
    "acquirente",
    "envío",
    "livraison",
    "spedizione",
    "koper",
    "ontvanger",
    "verzend",
    "kupuj",
    "odbiorc",
    "wysyłki",
    "köpare",
    "mottagare",
    "leverans",
    "alıcı",
    "teslimat",
    "destinatário",
    "shipment address",
    "お客様",
    "発送先",
    "送り先",
    "買家",
    "收貨",
    "구매자",
    "수취인",
    "배송지",
];

static NAMED: LazyLock<Sought> = LazyLock::new(|| Sought::of(WORDS));
/// The same, for what is no page.
static SEARCH: LazyLock<WordSearch> =
    LazyLock::new(|| WordSearch::new(&WORDS.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()));

/// Longest line that is taken for the head of a table, in bytes.
const HEAD_BYTES_MAX: usize = 6 << 10;
/// Columns that are read.
const COLUMNS_MAX: usize = 256;
/// Rows of a table that are looked at closely; of the rest only whether their cells hold something.
const CLOSE_ROWS_MAX: usize = 1_000;
/// Names that only Amazon has, of which a table without a number of an order shows as many.
const TELLING_MIN: usize = 2;

/// The head of a table.
#[derive(Debug, Clone)]
struct Head {
    delimiter: u8,
    /// Columns that name buyers, ascending.
    columns: Vec<(usize, Personal, bool, String)>,
    /// The column with the number of the order.
    order: Option<usize>,
    /// Whether its names are Amazon's.
    is_amazons: bool,
}

/// A table with buyers in it.
#[derive(Debug)]
pub(super) struct Buyers {
    /// Where to show it: its head, or where the head stands in an earlier window its first row.
    pub(super) at: Span,
    /// Whether that is the head, and holds names alone.
    pub(super) is_head: bool,
    /// What the columns that name buyers are called, in their order.
    pub(super) columns: Vec<String>,
    /// Rows with a buyer.
    pub(super) rows: usize,
}

/// Returns the tables of a page in which buyers stand.
pub(super) fn buyers(page: &Page<'_>) -> Vec<Buyers> {
    let mut starts: BTreeSet<usize> = BTreeSet::new();
    let mut known = 0..0;
    for at in NAMED.places(page) {
        if !known.contains(&at) {
            let start = page.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
            known = start..line_at(page.text, start).1;
            starts.insert(start);
        }
    }
    let mut heads: Vec<(Option<Span>, usize, Head)> = Vec::new();
    if let Some(head) = head_before(page) {
        heads.push((None, 0, head));
    }
    for start in starts {
        let (line, end) = line_at(page.text, start);
        if let Some(head) = head_of(line) {
            heads.push((Some(Span::new(start, start + line.len())), end, head));
        }
    }
    let ends: Vec<usize> =
        heads.iter().skip(1).map(|(at, ..)| at.map_or(0, |at| at.start)).chain([page.text.len()]).collect();
    heads
        .iter()
        .zip(ends)
        .filter_map(|((at, from, head), to)| judged(page, head, *at, Span::new(*from, to)))
        .collect()
}

/// Whether a line names at least two things of a buyer, one after the other.
pub(super) fn is_head(line: &str) -> bool {
    head_of(line).is_some()
}

/// Whether a text has the head of a table of buyers.
pub(super) fn has_head(text: &str) -> bool {
    let mut has_head = false;
    let mut known = 0..0;
    SEARCH.each(text.as_bytes(), |_, at| {
        if !known.contains(&at) {
            let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
            let (line, end) = line_at(text, start);
            known = start..end;
            has_head |= is_head(line);
        }
        if has_head { std::ops::ControlFlow::Break(()) } else { std::ops::ControlFlow::Continue(()) }
    });
    has_head
}

/// The head of a table that began in an earlier window.
fn head_before(page: &Page<'_>) -> Option<Head> {
    let window = page.window;
    if window.is_first {
        return None;
    }
    let lent = window.header.and_then(|cells| head_of(&cells.join("\t")));
    let lent = lent.map(|head| Head { delimiter: delimiter_of_rows(page.text), ..head });
    lent.or_else(|| window.head.lines().take(8).find_map(head_of))
}

/// What parts the cells of rows whose head is known as cells alone.
fn delimiter_of_rows(text: &str) -> u8 {
    let head = text.get(..text.floor_char_boundary(16 << 10)).unwrap_or_default();
    let count = |mark: u8| memchr::memchr_iter(mark, head.as_bytes()).count();
    [b'\t', b',', b';', b'|']
        .into_iter()
        .max_by_key(|mark| if *mark == b'\t' { count(*mark) * 4 } else { count(*mark) })
        .unwrap_or(b'\t')
}

fn line_at(text: &str, start: usize) -> (&str, usize) {
    let rest = text.get(start..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
    (rest.get(..end).unwrap_or_default().trim_end_matches(['\n', '\r']), start + end)
}

fn head_of(line: &str) -> Option<Head> {
    if line.len() > HEAD_BYTES_MAX || line.contains(['{', '(', '<', '=']) && !line.contains('\t') {
        return None;
    }
    let line = line.trim_start_matches('\u{feff}');
    let count = |mark: u8| memchr::memchr_iter(mark, line.as_bytes()).count();
    let delimiter = [b'\t', b'|', b',', b';'].into_iter().find(|mark| count(*mark) > 0)?;
    let mut head = Head { delimiter, columns: Vec::new(), order: None, is_amazons: false };
    let mut telling = BTreeSet::new();
    for (index, cell) in cells(line, delimiter).enumerate().take(COLUMNS_MAX) {
        let cell = cell.as_ref();
        // A name of a column is short, and no value.
        if cell.chars().nth(60).is_some() || cell.contains('@') {
            continue;
        }
        let name = folded(cell);
        if let Some((kind, is_own)) = personal_column(cell) {
            head.columns.push((index, kind, is_own, shown_name(cell)));
        }
        let order = &ORDERS.amazon.order;
        if head.order.is_none()
            && (order.contains(&name) || order.iter().any(|n| n.len() > 9 && name.ends_with(n.as_str())))
        {
            head.order = Some(index);
        }
        head.is_amazons |= name.contains("amazon") || name.contains("アマゾン");
        if ORDERS.amazon.telling.contains(&name) {
            telling.insert(name);
        }
    }
    head.is_amazons |= telling.len() >= TELLING_MIN;
    let kinds: BTreeSet<Personal> = head.columns.iter().map(|(_, kind, ..)| *kind).collect();
    (kinds.len() >= 2).then_some(head)
}

/// The name of a column as evidence: letters, digits and what parts them.
fn shown_name(cell: &str) -> String {
    cell.chars().filter(|c| c.is_alphanumeric() || "-_ ./".contains(*c)).take(40).collect()
}

/// The cells of a line, without quotes and blanks around them.
fn cells(line: &str, delimiter: u8) -> impl Iterator<Item = std::borrow::Cow<'_, str>> {
    let mut rest = Some(line);
    // Amazon's own files quote nothing, and a product may have an inch in its name.
    let is_quoting = delimiter != b'\t' && delimiter != b'|';
    std::iter::from_fn(move || {
        let text = rest?;
        let bytes = text.as_bytes();
        let begin = text.len() - text.trim_start_matches(' ').len();
        let mut from = 0;
        if is_quoting && bytes.get(begin) == Some(&b'"') {
            from = begin + 1;
            while let Some(quote) = memchr::memchr(b'"', bytes.get(from..).unwrap_or_default()) {
                from += quote + 1;
                if bytes.get(from) != Some(&b'"') {
                    break;
                }
                from += 1;
            }
        }
        let end = memchr::memchr(delimiter, bytes.get(from..).unwrap_or_default())
            .map_or(text.len(), |at| from + at);
        rest = text.get(end + 1..);
        let cell = text.get(..end).unwrap_or_default().trim();
        Some(std::borrow::Cow::Borrowed(cell.trim_matches('"')))
    })
}

fn judged(page: &Page<'_>, head: &Head, at: Option<Span>, rows: Span) -> Option<Buyers> {
    let (mut count, mut close, mut first, mut is_amazons) = (0, 0, None, head.is_amazons);
    let mut start = rows.start;
    let mut misses = 0;
    while start < rows.end {
        let (line, next) = line_at(page.text, start);
        let here = std::mem::replace(&mut start, next);
        // A table ends where nothing is parted any more.
        if !line.as_bytes().contains(&head.delimiter) {
            misses += 1;
            if misses > 4 && at.is_some() {
                break;
            }
            continue;
        }
        misses = 0;
        if !page.window.owns(here) {
            continue;
        }
        let is_buyer = if close < CLOSE_ROWS_MAX || count == 0 {
            close += 1;
            is_buyer(head, line, &mut is_amazons)
        } else {
            is_filled(head, line)
        };
        if is_buyer {
            count += 1;
            first.get_or_insert(Span::new(here, here + line.len()));
        }
    }
    let first = first.filter(|_| count > 0 && is_amazons)?;
    let owned = at.filter(|at| page.window.owns(at.start));
    Some(Buyers {
        at: owned.unwrap_or(first),
        is_head: owned
            .is_some_and(|head| is_of_names(page.text.get(head.start..head.end).unwrap_or_default())),
        columns: head.columns.iter().map(|(.., name)| name.clone()).collect(),
        rows: count,
    })
}

/// Whether a head gives nothing a value: lines that were joined may begin with `password: …`.
fn is_of_names(head: &str) -> bool {
    let is_of_tables = |syntax| matches!(syntax, Syntax::Table | Syntax::Label);
    fields::read(head, None).iter().all(|field| is_of_tables(field.syntax))
}

/// Whether a row tells of somebody. A number of an order, or an address that Amazon forwards, shows
/// that the table is Amazon's.
fn is_buyer(head: &Head, line: &str, is_amazons: &mut bool) -> bool {
    let mut record = Record::default();
    let mut wanted = head.columns.iter().peekable();
    let mut is_here = false;
    for (index, cell) in cells(line, head.delimiter).enumerate().take(COLUMNS_MAX) {
        if head.order.is_none_or(|order| order == index) && !*is_amazons && !is_here {
            is_here = amazon::has_order(&cell);
        }
        while wanted.next_if(|(column, ..)| *column < index).is_some() {}
        let Some((_, kind, ..)) = wanted.next_if(|(column, ..)| *column == index) else { continue };
        if record.add(*kind, &cell) == Verdict::Real && *kind == Personal::Mail {
            is_here |= cell.to_ascii_lowercase().contains("@marketplace.amazon.")
                || cell.contains("@m.marketplace.amazon.");
        }
    }
    let is_of_person = record.is_of_person();
    *is_amazons |= is_here && is_of_person;
    is_of_person
}

/// Whether a row has as much in its columns as one with a buyer.
fn is_filled(head: &Head, line: &str) -> bool {
    let mut wanted = head.columns.iter().peekable();
    let mut filled: BTreeSet<Personal> = BTreeSet::new();
    for (index, cell) in cells(line, head.delimiter).enumerate().take(COLUMNS_MAX) {
        let Some((_, kind, ..)) = wanted.next_if(|(column, ..)| *column == index) else { continue };
        if cell.len() > 2 && !cell.contains("**") {
            filled.insert(*kind);
        }
    }
    filled.len() >= 2
}

/// Whether a page is told of a database: the places of its rows say so.
pub(super) fn is_of_database(page: &Page<'_>) -> bool {
    page.window.last_cell.is_some_and(|cell| cell.contains('!') && cell.contains(" row "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_told() {
        assert!(is_head("order-id\tbuyer-email\trecipient-name\tship-address-1"));
        assert!(is_head("注文番号,購入者名,お届け先住所,電話番号"));
        assert!(!is_head("order-id\tsku\tship-city\tship-postal-code"));
        assert!(!is_head("def f(buyer_name, ship_address_1):"));
    }

    #[test]
    fn cells_may_be_quoted() {
        let all = |line: &'static str| cells(line, b',').map(|cell| cell.to_string()).collect::<Vec<_>>();
        assert_eq!(all("a,\"b, c\",d"), ["a", "b, c", "d"]);
        assert_eq!(all("\"a\"\"b\",c"), ["a\"\"b", "c"]);
        assert_eq!(cells("24\" tv\tx", b'\t').count(), 2);
    }
}
