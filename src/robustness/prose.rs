//! The prose of a text between its markup.

use crate::markup::Form;

/// `source` with `change` made to what is prose in it: the whole of a plain text; in HTML what stands between the tags, its character references
/// decoded first. Escaped HTML comes back as HTML.
pub(super) fn map(source: &str, change: impl Fn(&str) -> String) -> String {
    match Form::of(source) {
        Form::Plain => change(source),
        Form::Html => map_html(source, change),
        Form::Escaped => map_html(&htmlize::unescape(source), change),
    }
}

fn map_html(source: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while !rest.is_empty() {
        let tag = tag_length(rest);
        if tag > 0 {
            out.push_str(&rest[..tag]);
            rest = &rest[tag..];
            continue;
        }
        // A `<` that begins no tag is prose.
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let end = rest[first..].find('<').map_or(rest.len(), |found| first + found);
        out.push_str(&escape(&change(&htmlize::unescape(&rest[..end]))));
        rest = &rest[end..];
    }
    out
}

/// Length of the tag or comment at the start of `rest`; 0 where none stands there.
fn tag_length(rest: &str) -> usize {
    let end = |mark: &str| rest.find(mark).map_or(rest.len(), |at| at + mark.len());
    if rest.starts_with("<!--") {
        return end("-->");
    }
    let mut characters = rest.chars();
    let opens =
        characters.next() == Some('<') && characters.next().is_some_and(|next| next.is_alphabetic() || "/!?".contains(next));
    if opens && rest.contains('>') { end(">") } else { 0 }
}

/// `text` with the characters that mean markup as references.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_and_comments_are_no_prose() {
        let upper = |source| map(source, str::to_uppercase);
        assert_eq!(upper("a < b & c"), "A < B & C");
        assert_eq!(
            upper("<p class=\"x\">k&uuml;hl &amp; ab</p><!-- a > b -->c"),
            "<p class=\"x\">KÜHL &amp; AB</p><!-- a > b -->C"
        );
        assert_eq!(upper("<p>5 < 6</p>"), "<p>5 &lt; 6</p>");
        assert_eq!(upper("&lt;p&gt;a &amp;amp; b&lt;/p&gt;"), "<p>A &amp; B</p>");
    }
}
