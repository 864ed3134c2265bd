//! Changes as the lines of a table.

use super::{Change, Named, Side};
use crate::formats::push_line;
use crate::labelled::label::Call;

/// The columns.
pub const COLUMNS: [&str; 9] =
    ["change", "id", "title", "old_row", "new_row", "old_role", "new_role", "old_probability", "new_probability"];

/// Appends the names of the columns, with commas or tabs between them.
pub fn push_header(has_tabs: bool, out: &mut Vec<u8>) {
    push_line(COLUMNS, has_tabs, out);
}

/// Appends `change`. No cell is one that a spreadsheet would run.
pub fn push(change: Change<'_>, has_tabs: bool, out: &mut Vec<u8>) {
    let (kind, old, new) = match change {
        Change::Role(old, new) => ("role", Some(old), Some(new)),
        Change::Only(Side::Old, row) => ("only-old", Some(row), None),
        Change::Only(Side::New, row) => ("only-new", None, Some(row)),
    };
    let named = new.or(old);
    let text = |pick: fn(&Named) -> &str| named.map(pick).unwrap_or_default().to_owned();
    let row = |side: Option<&Named>| side.map(|row| row.row.to_string()).unwrap_or_default();
    let call = |side: Option<&Named>| side.and_then(|row| row.call);
    let role = |call: Option<Call>| call.map(|call| call.role.to_string()).unwrap_or_default();
    let share = |call: Option<Call>| call.and_then(|call| call.probability).map(|share| format!("{:.4}", share.value()));
    let cells = [
        kind.to_owned(),
        text(|row| &row.id),
        text(|row| &row.title),
        row(old),
        row(new),
        role(call(old)),
        role(call(new)),
        share(call(old)).unwrap_or_default(),
        share(call(new)).unwrap_or_default(),
    ];
    push_line(cells.iter().map(String::as_str), has_tabs, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labelled::share::Share;
    use crate::role::Role;

    #[test]
    fn strangers_cells_are_never_formulas() {
        let row = Named { id: "=1+1".into(), title: "@x, \"y\"".into(), row: 7, call: None };
        let call = Call { role: Role::Mixed, probability: Share::new(0.5), heads: None };
        let mut out = Vec::new();
        push_header(false, &mut out);
        push(Change::Role(&row, &Named { call: Some(call), ..row.clone() }), false, &mut out);
        push(Change::Only(Side::Old, &row), true, &mut out);
        let expected = "change,id,title,old_row,new_row,old_role,new_role,old_probability,new_probability\n\
                        role,'=1+1,\"'@x, \"\"y\"\"\",7,7,,mixed,,0.5000\n\
                        only-old\t'=1+1\t\"'@x, \"\"y\"\"\"\t7\t\t\t\t\t\n";
        assert_eq!(String::from_utf8(out).expect("text"), expected);
    }
}
