//! Where JSON values end, found without parsing them.

/// Scans a value that begins with a bracket or a quote.
#[derive(Debug, Clone, Default)]
pub(super) struct Scanner {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Scanner {
    /// The end of the value in `bytes`, which follow those scanned before, if it lies there.
    pub(super) fn value_end(&mut self, bytes: &[u8]) -> Option<usize> {
        bytes.iter().position(|&byte| self.step(byte)).map(|at| at + 1)
    }

    /// Whether `byte` ends the value.
    fn step(&mut self, byte: u8) -> bool {
        if self.in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return !self.in_string && self.depth == 0;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                return self.depth == 0;
            }
            _ => {}
        }
        false
    }
}

/// Keys that hold the postings of a feed.
const ENVELOPES: &[&str] = &[
    "jobs",
    "postings",
    "positions",
    "stellenangebote",
    "results",
    "content",
    "data",
    "items",
    "offers",
    "hits",
    "documents",
    "records",
    "vacancies",
    "@graph",
    "elements",
    "value",
    "entries",
    "rows",
    "jobpostings",
    "jobposts",
    "joboffers",
];

/// The array of objects within an object, for feeds that wrap their postings: where its first element may begin, and how many objects are
/// around it.
pub(super) fn envelope(head: &[u8]) -> Option<(usize, usize)> {
    let mut at = 0;
    let mut depth = 0_usize;
    let mut key: &[u8] = b"";
    while at < head.len() {
        match head[at] {
            b'"' => {
                let end = at + 1 + Scanner { in_string: true, ..Scanner::default() }.value_end(&head[at + 1..])?;
                key = &head[at + 1..end - 1];
                at = end;
                continue;
            }
            b'{' => depth += 1,
            // More are closed than were opened: no object is around anything.
            b'}' => depth = depth.checked_sub(1)?,
            b'[' => {
                let is_known = ENVELOPES.iter().any(|name| key.eq_ignore_ascii_case(name.as_bytes()));
                if is_known && head[at + 1..].trim_ascii_start().first() == Some(&b'{') {
                    return Some((at + 1, depth));
                }
                at += Scanner::default().value_end(&head[at..])?;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    None
}

/// `text` without the blanks between its tokens.
pub(super) fn minified(text: &str) -> String {
    let mut scanner = Scanner::default();
    let mut short = String::with_capacity(text.len());
    for character in text.chars() {
        let is_blank = !scanner.in_string && character.is_ascii_whitespace();
        if character.is_ascii() {
            scanner.step(u8::try_from(character).unwrap_or_default());
        } else {
            scanner.is_escaped = false;
        }
        if !is_blank {
            short.push(character);
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_they_end() {
        let value = br#"{"a": "}\"]", "b": [1, {"c": "\\"}]}"#;
        let both = [value.as_slice(), b" , {}"].concat();
        assert_eq!(Scanner::default().value_end(&both), Some(value.len()));
        let mut scanner = Scanner::default();
        assert_eq!(scanner.value_end(&both[..20]), None);
        assert_eq!(scanner.value_end(&both[20..]), Some(value.len() - 20));
        assert_eq!(Scanner::default().value_end(br#""a\"b" "#), Some(6));
    }

    #[test]
    fn feeds_wrap_their_postings() {
        let feed = br#"{"meta": {"jobs": 3, "tags": ["[{"]}, "jobs": [ {"id": 1}]}"#;
        assert_eq!(envelope(feed).map(|(at, depth)| (&feed[at..at + 2], depth)), Some((&b" {"[..], 1)));
        assert_eq!(envelope(br#"{"hits": {"hits": [{}]}}"#), Some((19, 2)));
        assert_eq!(envelope(br#"{"title": "x", "lists": [{"text": "a"}]}"#), None);
        assert_eq!(envelope(br#"{"jobs": ["a"]"#), None);
    }

    #[test]
    fn blanks_between_tokens_go() {
        assert_eq!(minified("{ \"a b\" :\n [ 1 , \"\\\" \u{e4} \" ] }"), "{\"a b\":[1,\"\\\" \u{e4} \"]}");
    }

    /// Found by fuzzing.
    #[test]
    fn what_is_closed_more_often_than_opened_wraps_nothing() {
        assert_eq!(envelope(b"{\"meta\": {}}, }, \"jobs\": [{\"id\": 1}]"), None);
    }
}
