//! Which columns hold id, title and text: as asked for, by their names, or by what is in them.

use std::path::Path;

use super::content;
use crate::error::Error;
use crate::formats::export::{Column, ExportFormat, Selection};
use crate::formats::names::{self, Purpose};

/// Columns that were asked for by name, or by number where no column has that name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The row's own name.
    pub id: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// The text, in this order.
    pub text: Vec<String>,
}

/// Chooses the columns of an export that is not labelled yet.
///
/// # Errors
/// If it is labelled, a wish names no column, or there is no telling which column is the text.
pub fn choose(file: &Path, format: &dyn ExportFormat, wishes: &Wishes) -> Result<Selection, Error> {
    if format.columns().iter().any(|column| column.name.starts_with("rolecall_")) || are_labelled(format.columns()) {
        return Err(Error::in_file(
            file,
            "labelled already: it has columns or keys rolecall... (remove them, or label the original)",
        ));
    }
    choose_again(file, format, wishes).map(|selection| Selection { relabel: false, ..selection })
}

/// Whether all objects that were looked at have the key that is in every label. Where some have none, those that do are problems of their own.
fn are_labelled(columns: &[Column]) -> bool {
    let seen = columns.iter().map(|column| column.samples.len()).max();
    columns.iter().any(|column| column.name == "rolecall.problem" && Some(column.samples.len()) == seen)
}

/// Chooses the columns that say which posting a row is: its id and its title.
///
/// # Errors
/// If a wish names no column.
pub fn names(file: &Path, format: &dyn ExportFormat, wishes: &Wishes) -> Result<Selection, Error> {
    let columns = format.columns();
    let mut selection = wished(file, columns, wishes)?;
    selection.text.clear();
    if selection.id.is_none() && selection.title.is_none() && format.shape().is_some() {
        return Ok(Selection { by_shape: true, ..selection });
    }
    let purposes = purposes(columns);
    selection.id = selection.id.or_else(|| best(columns, &purposes, Purpose::Id));
    selection.title = selection.title.or_else(|| best(columns, &purposes, Purpose::Title));
    Ok(selection)
}

/// The column that was asked for as `wish`.
///
/// # Errors
/// If there is none.
pub(crate) fn find(file: &Path, columns: &[Column], wish: &str) -> Result<usize, Error> {
    let known = || listed(columns.iter());
    named(columns, wish).ok_or_else(|| Error::in_file(file, format!("no column {wish:?}: it has {}", known())))
}

/// The columns that were asked for.
fn wished(file: &Path, columns: &[Column], wishes: &Wishes) -> Result<Selection, Error> {
    let find = |wish: &String| find(file, columns, wish);
    Ok(Selection {
        id: wishes.id.as_ref().map(find).transpose()?,
        title: wishes.title.as_ref().map(find).transpose()?,
        text: wishes.text.iter().map(find).collect::<Result<_, _>>()?,
        by_shape: false,
        relabel: true,
    })
}

/// Chooses the columns of an export, whether it is labelled or not; what is in labels is not looked at.
///
/// # Errors
/// If a wish names no column, or there is no telling which column is the text.
pub fn choose_again(file: &Path, format: &dyn ExportFormat, wishes: &Wishes) -> Result<Selection, Error> {
    choose_among(file, format.columns(), format.shape().is_some(), wishes)
}

/// Chooses among columns; where the rows have a shape that is known, there may be nothing to choose.
///
/// # Errors
/// If a wish names no column, or there is no telling which column is the text.
pub(super) fn choose_among(file: &Path, columns: &[Column], has_shape: bool, wishes: &Wishes) -> Result<Selection, Error> {
    let mut selection = wished(file, columns, wishes)?;
    if columns.is_empty() || selection.text.is_empty() && selection.title.is_none() && has_shape {
        // Nothing to choose from, or nothing to choose.
        return Ok(Selection { by_shape: true, ..selection });
    }
    let purposes = purposes(columns);
    let best = |wanted| best(columns, &purposes, wanted);
    selection.id = selection.id.or_else(|| best(Purpose::Id));
    selection.title = selection.title.or_else(|| best(Purpose::Title).filter(|at| !selection.text.contains(at)));
    if selection.text.is_empty() {
        selection.text = texts(columns, &purposes);
    }
    by_content(file, columns, &purposes, &mut selection)?;
    Ok(selection)
}

/// Fills in by content what the names did not say.
fn by_content(file: &Path, columns: &[Column], purposes: &Purposes, selection: &mut Selection) -> Result<(), Error> {
    let is_free = |at: &usize, selection: &Selection| {
        !is_label(&columns[*at].name)
            && purposes[*at].is_none_or(|(purpose, _)| purpose != Purpose::Person)
            && selection.id != Some(*at)
            && selection.title != Some(*at)
            && !selection.text.contains(at)
    };
    if selection.text.is_empty() {
        let free = (0..columns.len()).filter(|at| is_free(at, selection));
        let text = content::text_column(columns, free).map_err(|rivals| {
            let problem = if rivals.is_empty() {
                "no column looks like the text of a posting".to_owned()
            } else {
                format!("more than one column can be the text of the posting: {}", listed(rivals.iter().map(|&at| &columns[at])))
            };
            Error::in_file(file, format!("{problem} (name it with --text-column; the columns are {})", listed(columns.iter())))
        })?;
        selection.text.push(text);
    }
    if selection.title.is_none() {
        let free = (0..columns.len()).filter(|at| is_free(at, selection));
        selection.title = content::title_column(columns, free);
    }
    Ok(())
}

/// Whether a column is part of a label.
pub fn is_label(name: &str) -> bool {
    name == "rolecall" || name.starts_with("rolecall_") || name.starts_with("rolecall.")
}

/// What each column is for, by its name.
type Purposes = Vec<Option<(Purpose, usize)>>;

fn purposes(columns: &[Column]) -> Purposes {
    let mut purposes: Purposes = columns.iter().map(|column| names::purpose(&column.name)).collect();
    let has_people = purposes.iter().flatten().any(|(purpose, _)| *purpose == Purpose::Person);
    for (column, purpose) in columns.iter().zip(&mut purposes) {
        // Among columns about people, a name is a person's.
        if has_people && names::fold(&column.name) == "name" {
            *purpose = Some((Purpose::Person, 0));
        }
    }
    purposes
}

/// The column with the surest name for `wanted`: one with words goes before one without, one with cells before one without. A title has words.
fn best(columns: &[Column], purposes: &Purposes, wanted: Purpose) -> Option<usize> {
    let ranked = |at: usize| {
        let (_, rank) = purposes[at].filter(|(purpose, _)| *purpose == wanted)?;
        let has_words = wanted == Purpose::Id || content::has_words(&columns[at]);
        (has_words || wanted != Purpose::Title).then_some((!has_words, content::is_empty(&columns[at]), rank, at))
    };
    (0..columns.len()).filter_map(ranked).min().map(|(.., at)| at)
}

/// The columns of the text: the whole text, duties and requirements, or, where there is no whole, all sections.
fn texts(columns: &[Column], purposes: &Purposes) -> Vec<usize> {
    let whole = best(columns, purposes, Purpose::Text);
    let is_section = |at: &usize| match purposes[*at] {
        Some((Purpose::Tasks | Purpose::Profile, _)) => content::has_words(&columns[*at]),
        Some((Purpose::Other, _)) => whole.is_none() && content::has_words(&columns[*at]),
        _ => false,
    };
    let sections: Vec<usize> = (0..columns.len()).filter(is_section).collect();
    let has_tasks = sections.iter().any(|&at| matches!(purposes[at], Some((Purpose::Tasks, _))));
    if whole.is_none() && !has_tasks {
        return Vec::new();
    }
    whole.into_iter().chain(sections).collect()
}

/// The column that is called `wish`: to the letter, blind to case and accents, or by its number.
fn named(columns: &[Column], wish: &str) -> Option<usize> {
    let position = |same: &dyn Fn(&Column) -> bool| columns.iter().position(same);
    let number = || wish.parse::<usize>().ok().filter(|number| (1..=columns.len()).contains(number)).map(|number| number - 1);
    position(&|column| column.name == wish)
        .or_else(|| position(&|column| !names::fold(wish).is_empty() && names::fold(&column.name) == names::fold(wish)))
        .or_else(number)
}

/// Names of columns, for messages.
pub(super) fn listed<'c>(columns: impl Iterator<Item = &'c Column>) -> String {
    const MOST: usize = 40;
    let names: Vec<String> = columns.map(|column| format!("{:?}", column.name)).collect();
    let more = if names.len() > MOST { format!(" and {} more", names.len() - MOST) } else { String::new() };
    names[..names.len().min(MOST)].join(", ") + &more
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::open_export;
    use crate::formats::source::Source;

    const LONG: &str = "Sie betreuen unsere Kundinnen und Kunden, planen Projekte mit ihnen und führen sie im Rahmen von Zeit und Budget zum Ziel. Das ist lang.";

    /// Names of the columns that are chosen in `text`: id, title, text.
    fn chosen(text: &str, wishes: &Wishes) -> Result<[String; 3], String> {
        let text = text.replace("LONG", &format!("\"{LONG}\""));
        let source = Source::of_bytes(text.into_bytes(), "jobs.csv".as_ref());
        let format = open_export(&source).map_err(|error| error.to_string())?;
        let selection = choose(&source.file, format.as_ref(), wishes).map_err(|error| error.to_string())?;
        let names = |places: Vec<usize>| places.iter().map(|&at| format.columns()[at].name.clone()).collect::<Vec<_>>().join("+");
        Ok([names(Vec::from_iter(selection.id)), names(Vec::from_iter(selection.title)), names(selection.text)])
    }

    #[test]
    fn names_come_first() {
        for (text, expected) in [
            ("Refnr;STELLENBEZEICHNUNG;Stellen_Beschreibung\n1;a;b\n", ["Refnr", "STELLENBEZEICHNUNG", "Stellen_Beschreibung"]),
            ("id,position,title,text\n1,1,a,b\n", ["id", "title", "text"]),
            ("id,position,text\n1,17,b\n", ["id", "", "text"]),
            ("jobtitle,Aufgaben,Profil,Wir bieten\na,b,c,d\n", ["", "jobtitle", "Aufgaben+Profil+Wir bieten"]),
            ("title,description,responsibilities\na,b,c\n", ["", "title", "description+responsibilities"]),
            ("title,description,body\na,,b\n", ["", "title", "body"]),
        ] {
            assert_eq!(chosen(text, &Wishes::default()), Ok(expected.map(str::to_owned)), "{text}");
        }
    }

    #[test]
    fn content_helps_where_names_do_not() {
        let text = "foo;Ort;bar\nKey Account Manager (m/w/d);Köln;LONG\nProjektleiter;Ulm;LONG\n";
        assert_eq!(chosen(text, &Wishes::default()), Ok(["", "foo", "bar"].map(str::to_owned)));
        let error = chosen("foo;bar\nLONG;LONG\n", &Wishes::default()).expect_err("no telling");
        assert_eq!(
            error,
            "jobs.csv: more than one column can be the text of the posting: \"foo\", \"bar\" (name it with --text-column; the columns are \"foo\", \"bar\")"
        );
        assert!(chosen("foo;bar\n1;2\n", &Wishes::default()).expect_err("none").contains("no column looks like the text"));
    }

    #[test]
    fn people_are_never_read() {
        let text = "Name;E-Mail;Anschreiben;foo\nErika Manager;e@example.org;LONG;LONG\n";
        assert_eq!(chosen(text, &Wishes::default()), Ok(["", "", "foo"].map(str::to_owned)));
    }

    #[test]
    fn wishes_win() {
        let wishes = Wishes { id: None, title: Some("AUFGABEN".into()), text: vec!["3".into(), "text".into()] };
        assert_eq!(chosen("text,Aufgaben,x\na,b,c\n", &wishes), Ok(["", "Aufgaben", "x+text"].map(str::to_owned)));
        let wishes = Wishes { title: Some("y".into()), ..Wishes::default() };
        assert_eq!(chosen("text,x\na,b\n", &wishes), Err("jobs.csv: no column \"y\": it has \"text\", \"x\"".into()));
    }
}
