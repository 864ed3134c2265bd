//! What the head of a table says of its dialect, its header and its columns.

use std::collections::BTreeMap;

use super::super::encoding::{self, Encoding};
use super::super::export::Column;
use super::super::header::{self, is_blank, is_header};
use super::scan::{Dialect, Scanner, cells, value, without_line_end};

/// So many records are looked at.
const RECORDS: usize = 200;
const MARK: &str = "\u{feff}";

/// What was found.
#[derive(Debug, Clone)]
pub(super) struct Sniffed {
    /// How the table is written.
    pub dialect: Dialect,
    /// Records before the header; `None` where there is no header.
    pub header: Option<usize>,
    /// The columns.
    pub columns: Vec<Column>,
    /// How the head is encoded.
    pub encoding: Encoding,
}

/// One way to read the head.
struct Candidate {
    dialect: Dialect,
    /// Values of the records.
    records: Vec<Vec<String>>,
    /// The most frequent number of cells.
    width: usize,
    /// How many of a hundred records have it.
    agreement: usize,
    /// The record with most names that are known, and how many.
    named: Option<(usize, usize)>,
}

/// Looks at `head`, which is the whole table where it `is_whole`. `hint` is the delimiter that the file's name suggests.
pub(super) fn sniff(head: &[u8], is_whole: bool, hint: Option<u8>) -> Sniffed {
    let line_end = if head.contains(&b'\r') && !head.contains(&b'\n') { b'\r' } else { b'\n' };
    let escapes: &[bool] = if head.windows(2).any(|pair| pair == b"\\\"") { &[false, true] } else { &[false] };
    let mut delimiters = vec![b',', b';', b'\t', b'|'];
    delimiters.sort_by_key(|&delimiter| Some(delimiter) != hint);
    let mut best: Option<Candidate> = None;
    for &has_escapes in escapes {
        for &delimiter in &delimiters {
            let candidate = Candidate::new(head, is_whole, Dialect { delimiter, has_escapes, line_end });
            if best.as_ref().is_none_or(|best| candidate.score() > best.score()) {
                best = Some(candidate);
            }
        }
    }
    let Some(best) = best else { unreachable!("there are four delimiters") };
    best.sniffed(encoding::detect(complete(head, is_whole, line_end)))
}

/// The lines of `head` that are all there.
fn complete(head: &[u8], is_whole: bool, line_end: u8) -> &[u8] {
    let end = head.iter().rposition(|&byte| byte == line_end).map_or(0, |at| at + 1);
    if is_whole { head } else { &head[..end] }
}

impl Candidate {
    fn new(head: &[u8], is_whole: bool, dialect: Dialect) -> Self {
        let records = records(head, is_whole, dialect);
        let mut widths: BTreeMap<usize, usize> = BTreeMap::new();
        for record in records.iter().filter(|record| !is_blank(record)) {
            *widths.entry(record.len()).or_default() += 1;
        }
        let all = widths.values().sum::<usize>().max(1);
        let (width, count) = widths.into_iter().max_by_key(|(width, count)| (*count, *width)).unwrap_or((1, 0));
        // A line within a text may be a known name (*Ihr Profil*). It is no header: that has as many cells as its table, and where the
        // table is one column wide, nothing stands above it.
        let named = header::named(&records).filter(|&(at, _)| if width > 1 { records[at].len() > 1 } else { at == 0 });
        let named = named.map(|(at, purposes)| (at, purposes.len()));
        Self { dialect, records, width, agreement: 100 * count / all, named }
    }

    /// How likely this is the way to read it: known names first, then agreement on more than one column.
    fn score(&self) -> (usize, bool, usize, usize) {
        let names = self.named.map_or(0, |(_, count)| count);
        (names, self.width > 1 && self.agreement >= 80, self.agreement, self.width)
    }

    fn sniffed(self, encoding: Encoding) -> Sniffed {
        let header = self.named.map(|(at, _)| at).or_else(|| {
            let first = self.records.iter().position(|record| record.len() == self.width && !is_blank(record))?;
            is_header(&self.records[first]).then_some(first)
        });
        let labels: Vec<String> = match header {
            Some(at) => self.records[at].iter().map(|name| name.trim().to_owned()).collect(),
            None => (1..=self.width).map(|number| number.to_string()).collect(),
        };
        let below = self.records.iter().skip(header.map_or(0, |at| at + 1));
        let rows: Vec<&Vec<String>> = below.filter(|record| record.len() == labels.len()).collect();
        let column = |(at, name): (usize, String)| header::column(name, rows.iter().map(|row| row[at].clone()));
        Sniffed { dialect: self.dialect, header, columns: labels.into_iter().enumerate().map(column).collect(), encoding }
    }
}

/// The first records' values. The last one is left out where the head may end within it.
fn records(head: &[u8], is_whole: bool, dialect: Dialect) -> Vec<Vec<String>> {
    let mut rest = without_mark(head).1;
    let mut records = Vec::new();
    while !rest.is_empty() && records.len() < RECORDS {
        let end = match Scanner::new(dialect).record_end(rest) {
            Some(end) => end,
            // A header alone can be longer than the rest of the head; but then it is not a table.
            None if is_whole => rest.len(),
            None => break,
        };
        let record = &rest[..without_line_end(&rest[..end], dialect)];
        let text = |cell| encoding::decode(&value(&record[cell], dialect)).0.into_owned();
        records.push(cells(record, dialect).into_iter().map(text).collect());
        rest = &rest[end..];
    }
    records
}

/// The length of a byte-order mark at the beginning, and what comes after it.
pub(super) fn without_mark(record: &[u8]) -> (usize, &[u8]) {
    record.strip_prefix(MARK.as_bytes()).map_or((0, record), |rest| (MARK.len(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sniffed(head: &str) -> (char, Option<usize>, Vec<String>) {
        let found = sniff(head.as_bytes(), true, None);
        (char::from(found.dialect.delimiter), found.header, found.columns.into_iter().map(|column| column.name).collect())
    }

    #[test]
    fn delimiters_are_told_by_the_header() {
        for delimiter in [',', ';', '\t', '|'] {
            let text = "Titel,Beschreibung,Ort\n\"A\",\"a, b; c | d\",x\nB,plain,y\n".replace("l,", &format!("l{delimiter}"));
            let text = text.replace("g,", &format!("g{delimiter}")).replace("\",", &format!("\"{delimiter}"));
            let text = text.replace("B,plain,", &format!("B{delimiter}plain{delimiter}"));
            assert_eq!(sniffed(&text), (delimiter, Some(0), vec!["Titel".into(), "Beschreibung".into(), "Ort".into()]));
        }
    }

    #[test]
    fn lines_above_the_header_are_passed_over() {
        let text = "\u{feff}sep=;\nExport vom 1.2.2024, 10 Uhr\n\nID;Jobtitel;Stellenbeschreibung\n1;A, B;C, D, E\n";
        assert_eq!(sniffed(text), (';', Some(3), vec!["ID".into(), "Jobtitel".into(), "Stellenbeschreibung".into()]));
    }

    #[test]
    fn names_within_a_text_are_no_header() {
        let text = "PosNr;Funktion;Langtext\n1;KAM;\"Intro\nIhr Profil\n- Vertrieb\"\n2;PL;\"Leitung\nIhr Profil\n- PMP\"\n";
        assert_eq!(sniffed(text), (';', Some(0), vec!["PosNr".into(), "Funktion".into(), "Langtext".into()]));
    }

    #[test]
    fn a_single_column_is_a_table() {
        assert_eq!(sniffed("text\nWir suchen Menschen, die lesen.\n"), (';', Some(0), vec!["text".into()]));
    }

    #[test]
    fn unknown_names_and_none() {
        assert_eq!(sniffed("foo;bar\n1;2\n3;4\n"), (';', Some(0), vec!["foo".into(), "bar".into()]));
        assert_eq!(sniffed("17;A long day\n18;Another\n"), (';', None, vec!["1".into(), "2".into()]));
    }

    #[test]
    fn backslashes_are_noticed() {
        let text = "id,title,text\n1,A,\"a \\\"b\\\", c\"\n2,B,\"d \\\"e\\\", f\"\n";
        assert!(sniff(text.as_bytes(), true, None).dialect.has_escapes);
        assert!(!sniff(b"id,title,text\n1,A,\"a \\\"\n2,B,C\n", true, None).dialect.has_escapes);
    }
}
