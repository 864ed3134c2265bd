//! Names of cells: `D17`.

/// Column and row, both from 1.
pub(super) type Place = (u64, u64);

/// The place that `D17` or `$D$17` names.
pub(super) fn cell(name: &str) -> Option<Place> {
    let name = name.trim().trim_start_matches('$');
    let digits = name.find(|one: char| !one.is_ascii_alphabetic())?;
    let (letters, digits) = (&name[..digits], name[digits..].trim_start_matches('$'));
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, letter| 26 * sum + u64::from(letter.to_ascii_uppercase() - b'A') + 1);
    let row = digits.parse().ok().filter(|&row| row > 0)?;
    Some((column, row))
}

/// The first and the last cell of `A1:D17`, or of `A1`.
pub(super) fn area(name: &str) -> Option<(Place, Place)> {
    let (first, last) = name.split_once(':').unwrap_or((name, name));
    Some((cell(first)?, cell(last)?))
}

/// The letters of a column, from 1.
pub(super) fn letters(mut column: u64) -> String {
    let mut letters = String::new();
    while column > 0 {
        column -= 1;
        letters.insert(0, char::from(b'A' + u8::try_from(column % 26).unwrap_or(0)));
        column /= 26;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (name, place) in [("A1", (1, 1)), ("Z9", (26, 9)), ("AA10", (27, 10)), ("$XFD$1048576", (16384, 1_048_576))] {
            assert_eq!(cell(name), Some(place));
            assert_eq!(format!("{}{}", letters(place.0), place.1), name.replace('$', ""));
        }
        assert_eq!(area("B2:D17"), Some(((2, 2), (4, 17))));
        for bad in ["", "A", "17", "A0", "A:A", "ABCD1", "A-1", "Ä1"] {
            assert_eq!(area(bad), None, "{bad}");
        }
    }
}
