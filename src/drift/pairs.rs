//! Rows of two exports find each other.

use super::comparison::Comparison;
use super::held::Held;
use super::{Named, Side};
use crate::error::Error;
use crate::labelled::{LabelledRow, LabelledRows};

fn named(row: &LabelledRow) -> Named {
    Named::new(&row.id, &row.title, row.number, row.label.call)
}

/// Matches rows by id, and by occurrence among those with the same id.
pub(super) fn by_id(mut old: LabelledRows, mut new: LabelledRows, comparison: &mut Comparison<'_>) -> Result<(), Error> {
    let mut held = Held::default();
    while let Some(row) = old.read()? {
        comparison.count(Side::Old, &row.label);
        if !held.push(&row) {
            return Err(Error::in_file(&old.export.file, "has more rows than can be matched by id (split it)"));
        }
    }
    while let Some(row) = new.read()? {
        comparison.count(Side::New, &row.label);
        match held.take(&row.id) {
            Some(taken) => {
                let is_retitled = !taken.has_title(&row.title);
                comparison.pair(&taken.row, &named(&row), is_retitled)?;
            }
            None => comparison.only(Side::New, named(&row))?,
        }
    }
    held.left().try_for_each(|row| comparison.only(Side::Old, row))
}

/// Matches the first row with the first, the second with the second, and so on.
pub(super) fn by_place(mut old: LabelledRows, mut new: LabelledRows, comparison: &mut Comparison<'_>) -> Result<(), Error> {
    loop {
        let (old, new) = (old.read()?, new.read()?);
        for (side, row) in [(Side::Old, &old), (Side::New, &new)] {
            if let Some(row) = row {
                comparison.count(side, &row.label);
            }
        }
        match (old, new) {
            (Some(old), Some(new)) => {
                let is_retitled = old.title != new.title;
                comparison.pair(&named(&old), &named(&new), is_retitled)?;
            }
            (Some(old), None) => comparison.only(Side::Old, named(&old))?,
            (None, Some(new)) => comparison.only(Side::New, named(&new))?,
            (None, None) => return Ok(()),
        }
    }
}
