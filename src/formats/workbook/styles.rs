//! Which styles of an XLSX workbook show a number as a date, and what dates look like.

use std::collections::BTreeMap;
use std::io::Read;

use quick_xml::events::Event;

use super::xml::{attribute, local, number, walk};

/// Which part of a moment a style shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shows {
    Number,
    Date,
    Time,
    Both,
}

/// The styles of cells.
#[derive(Debug, Default)]
pub(super) struct Styles {
    shows: Vec<Shows>,
    /// Days count from 1904, not from 1900.
    pub(super) is_1904: bool,
}

const SECONDS: f64 = 86_400.0;

impl Styles {
    /// Reads the part.
    ///
    /// # Errors
    /// What is wrong with its XML.
    pub(super) fn read(part: impl Read) -> Result<Self, String> {
        let mut codes = BTreeMap::new();
        let mut formats: Vec<u32> = Vec::new();
        let mut in_cells = false;
        walk(part, |event, _| {
            match event {
                Event::Start(start) | Event::Empty(start) => match local(start.name().as_ref()) {
                    "numFmt" => {
                        if let (Some(id), Some(code)) = (number::<u32>(start, "numFmtId"), attribute(start, "formatCode")) {
                            codes.insert(id, shown(&code));
                        }
                    }
                    "cellXfs" => in_cells = true,
                    "xf" if in_cells => formats.push(number(start, "numFmtId").unwrap_or(0)),
                    _ => {}
                },
                Event::End(end) if local(end.name().as_ref()) == "cellXfs" => in_cells = false,
                _ => {}
            }
            true
        })?;
        let shows = formats.iter().map(|id| codes.get(id).copied().unwrap_or_else(|| built_in(*id)));
        Ok(Self { shows: shows.collect(), is_1904: false })
    }

    fn shows(&self, style: usize) -> Shows {
        self.shows.get(style).copied().unwrap_or(Shows::Number)
    }

    /// Whether a style shows a date or a time.
    pub(super) fn is_date(&self, style: usize) -> bool {
        self.shows(style) != Shows::Number
    }

    /// A number as it is read: dates as ISO 8601 has them.
    pub(super) fn number(&self, text: &str, style: usize) -> String {
        let Ok(value) = text.trim().parse::<f64>() else { return text.to_owned() };
        let shows = self.shows(style);
        if shows != Shows::Number
            && let Some(moment) = moment(value, self.is_1904, shows)
        {
            return moment;
        }
        if value.is_finite() && (value == 0.0 || (1e-5..1e15).contains(&value.abs())) {
            value.to_string()
        } else {
            text.to_owned()
        }
    }
}

/// What the formats show that every program knows.
fn built_in(id: u32) -> Shows {
    match id {
        14..=17 | 27..=31 | 36 | 50..=54 | 57..=58 => Shows::Date,
        18..=21 | 32..=35 | 45..=47 | 55..=56 => Shows::Time,
        22 => Shows::Both,
        _ => Shows::Number,
    }
}

/// What a format shows by its code: letters of dates and times outside of quotes and brackets.
fn shown(code: &str) -> Shows {
    // What comes behind a semicolon is for negative numbers.
    let mut bare = String::new();
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => drop(characters.by_ref().find(|&one| one == '"')),
            '\\' | '_' | '*' => drop(characters.next()),
            '[' => {
                let inside: String = characters.by_ref().take_while(|&one| one != ']').collect();
                // [h] are hours past a day; all other brackets are colours, currencies and conditions.
                if !inside.is_empty() && inside.chars().all(|one| "hHmMsS".contains(one)) {
                    bare.push_str(&inside);
                }
            }
            ';' => break,
            other => bare.push(other.to_ascii_lowercase()),
        }
    }
    if bare.contains("general") {
        return Shows::Number;
    }
    let has = |letters: &[char]| bare.contains(letters);
    match (has(&['d', 'y']) || has(&['m']) && !has(&['h', 's', '0', '#']), has(&['h', 's'])) {
        (true, true) => Shows::Both,
        (true, false) => Shows::Date,
        (false, true) => Shows::Time,
        (false, false) => Shows::Number,
    }
}

/// The moment that a number of days stands for.
fn moment(value: f64, is_1904: bool, shows: Shows) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&value) {
        return None;
    }
    let days = value.floor();
    let seconds = ((value - days) * SECONDS).round();
    let days = days + f64::from(u8::from(seconds >= SECONDS));
    // Both are small and whole by now.
    #[allow(clippy::cast_possible_truncation)]
    let (days, seconds) = (days as i64, (seconds % SECONDS) as i64);
    let time = format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    // Excel believes in a 29th of February 1900, so days before it count one less.
    let since_1970 = if is_1904 { days - 24_107 } else { days - 25_569 + i64::from(days < 60) };
    let date = date(since_1970);
    Some(match shows {
        Shows::Time if days > 0 => format!("{:02}:{:02}:{:02}", days * 24 + seconds / 3600, seconds / 60 % 60, seconds % 60),
        Shows::Time => time,
        Shows::Date if seconds == 0 => date,
        _ => format!("{date}T{time}"),
    })
}

/// The date so many days after the first of January 1970, by the calendar that repeats every 400 years.
fn date(days: i64) -> String {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_what_they_show() {
        for (code, shows) in [
            ("General", Shows::Number),
            ("0.00", Shows::Number),
            ("#,##0.00 \"Mode\"", Shows::Number),
            ("[Red]0.0;[Blue]-0.0", Shows::Number),
            ("#,##0\\ [$€-407]", Shows::Number),
            ("dd.mm.yyyy", Shows::Date),
            ("[$-407]d. mmmm yyyy;@", Shows::Date),
            ("mmm", Shows::Date),
            ("hh:mm", Shows::Time),
            ("[h]:mm", Shows::Time),
            ("yyyy-mm-dd hh:mm:ss", Shows::Both),
        ] {
            assert_eq!(shown(code), shows, "{code}");
        }
    }

    #[test]
    fn numbers_are_dates_where_their_style_says_so() {
        let xml = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yy hh:mm\"/></numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"20\"/></cellXfs></styleSheet>";
        let mut styles = Styles::read(xml.as_bytes()).expect("good");
        for (value, style, text) in [
            ("45322", 0, "45322"),
            ("45322", 1, "2024-01-31"),
            ("45322.5", 1, "2024-01-31T12:00:00"),
            ("45322.5", 2, "2024-01-31T12:00:00"),
            ("0.75", 3, "18:00:00"),
            ("1.25", 3, "30:00:00"),
            ("1", 1, "1900-01-01"),
            ("61", 1, "1900-03-01"),
            ("45350.999999999", 1, "2024-02-29"),
            ("-1", 1, "-1"),
            ("0.10000000000000001", 0, "0.1"),
            ("4711.0", 9, "4711"),
            ("1E+30", 0, "1E+30"),
            ("x", 1, "x"),
        ] {
            assert_eq!(styles.number(value, style), text, "{value} in style {style}");
        }
        styles.is_1904 = true;
        assert_eq!(styles.number("43860", 1), "2024-01-31");
    }
}
