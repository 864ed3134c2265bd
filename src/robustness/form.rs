//! Markup, lines and what stands before and behind a text.

use super::prose::escape;
use crate::markup::{Form, Plain};
use crate::posting::Posting;

/// `posting` with `change` made to its text.
pub(super) fn text(posting: &Posting, change: impl Fn(&str) -> String) -> Posting {
    Posting { text: change(&posting.text), ..posting.clone() }
}

/// `posting` with `change` made to its title and its text, where they are not empty.
pub(super) fn both(posting: &Posting, change: impl Fn(&str) -> String) -> Posting {
    let change = |field: &str| if field.is_empty() { String::new() } else { change(field) };
    Posting { title: change(&posting.title), text: change(&posting.text), ..posting.clone() }
}

/// A plain text or Markdown as HTML: a paragraph a line, a list where lines begin with a bullet. HTML stays as it is.
pub(super) fn to_html(source: &str) -> String {
    if Form::of(source) != Form::Plain {
        return source.to_owned();
    }
    let mut html = String::with_capacity(source.len() * 5 / 4);
    let mut listing = false;
    for line in source.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let item = item(line);
        if listing != item.is_some() {
            html.push_str(if listing { "</ul>\n" } else { "<ul>\n" });
            listing = !listing;
        }
        let (tag, content) = match (item, line.strip_prefix('#')) {
            (Some(item), _) => ("li", item),
            (None, Some(heading)) => ("h3", heading.trim_start_matches('#').trim()),
            // What is bold in Markdown keeps its marks: without them it would no longer be a heading for sure.
            (None, None) => ("p", line),
        };
        html.extend(["<", tag, ">", &escape(content), "</", tag, ">\n"]);
    }
    html.push_str(if listing { "</ul>" } else { "" });
    html
}

/// What follows the bullet that `line` begins with.
fn item(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['•', '●', '▪', '◦', '‣', '·', '-', '–', '*', '+'])?;
    rest.starts_with(char::is_whitespace).then(|| rest.trim_start())
}

/// HTML escaped once more, as feeds hold it.
pub(super) fn to_escaped(source: &str) -> String {
    if Form::of(source) == Form::Escaped { source.to_owned() } else { escape(&to_html(source)) }
}

/// A plain text without the marks of Markdown.
pub(super) fn to_plain(source: &str) -> String {
    let plain = Plain::read(source).text;
    let without = |line: &str| line.trim_start_matches('#').replace("**", "").trim().to_owned();
    if Form::of(source) == Form::Plain && !plain.contains("**") && !plain.lines().any(|line| line.starts_with('#')) {
        return source.to_owned();
    }
    plain.lines().map(without).collect::<Vec<_>>().join("\n")
}

/// All lines in one, as exports of one cell a posting have it.
pub(super) fn join_lines(source: &str) -> String {
    to_plain(source).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines that end as on Windows.
pub(super) fn to_crlf(source: &str) -> String {
    source.replace("\r\n", "\n").replace('\n', "\r\n")
}

/// Every end of a line twice.
pub(super) fn double_lines(source: &str) -> String {
    source.replace('\n', "\n\n")
}

/// One more end of a line.
pub(super) fn end_line(source: &str) -> String {
    format!("{source}\n")
}

/// An emoji before everything else.
pub(super) fn emoji(source: &str) -> String {
    format!("🚀 {source}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_paragraphs_and_items() {
        let html = "<p>Wir &amp; du</p>\n<h3>Aufgaben</h3>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>-5 Grad</p>\n";
        assert_eq!(to_html("Wir & du\n\n## Aufgaben\n- a\n• b\n-5 Grad"), html);
        assert_eq!(to_html(html), html);
        assert_eq!(to_escaped("a"), "&lt;p&gt;a&lt;/p&gt;\n");
        assert_eq!(to_escaped("&lt;p&gt;a&lt;/p&gt;"), "&lt;p&gt;a&lt;/p&gt;");
    }

    #[test]
    fn marks_and_lines_go() {
        assert_eq!(to_plain("## Aufgaben\n**Kunden** betreuen"), "Aufgaben\nKunden betreuen");
        assert_eq!(to_plain("schlicht  \n - x"), "schlicht  \n - x");
        assert_eq!(join_lines("<h2>Aufgaben</h2><ul><li>a</li><li>b</li></ul>"), "Aufgaben • a • b");
        assert_eq!(to_crlf("a\r\nb\nc"), "a\r\nb\r\nc");
    }
}
