//! The file: policy, style, markup, data and script.

use std::io::{self, Write};
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{PageLanguage, data};
use crate::overview::Overview;
use crate::role::Role;

const STYLE: &str = include_str!("style.css");
const MARKUP: &str = include_str!("page.html");
/// The parts of the script, in the order in which they need each other.
const SCRIPT: &str = concat!(
    "\"use strict\";\n",
    include_str!("words.js"),
    include_str!("rows.js"),
    include_str!("build.js"),
    include_str!("charts.js"),
    include_str!("map.js"),
    include_str!("table.js"),
    include_str!("posting.js"),
    include_str!("marks.js"),
    include_str!("main.js"),
);
/// A square in the two colours of the heads.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%3E%3Cpath fill='%230b62a8' d='M0 0h4v8H0z'/%3E%3Cpath fill='%23d9822b' d='M4 0h4v8H4z'/%3E%3C/svg%3E";

/// What the page may do: run that script, apply that style, and nothing else.
pub fn policy() -> &'static str {
    static POLICY: LazyLock<String> = LazyLock::new(|| {
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
        format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'",
            hash(SCRIPT),
            hash(STYLE)
        )
    });
    &POLICY
}

/// Writes the page of `overview`; `is_single` where it is that of a single posting.
///
/// # Errors
/// If `out` cannot be written to.
pub fn write(out: &mut dyn Write, overview: &Overview, language: PageLanguage, is_single: bool) -> io::Result<()> {
    let code = language.code();
    let title = escaped(&overview.file);
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title} – rolecall</title>\n<link rel=\"icon\" href=\"{ICON}\">\n<style>{STYLE}</style>\n\
         </head>\n<body>\n",
        policy()
    )?;
    out.write_all(MARKUP.as_bytes())?;
    without_script(out, overview, &title)?;
    out.write_all(b"<script type=\"application/json\" id=\"data\">")?;
    data::write(out, overview, is_single)?;
    out.write_all(b"</script>\n")?;
    for (at, texts) in overview.texts.chunks(data::TEXTS).enumerate() {
        write!(out, "<script type=\"application/json\" id=\"texts-{at}\">")?;
        data::write_texts(out, texts)?;
        out.write_all(b"</script>\n")?;
    }
    write!(out, "<script>{SCRIPT}</script>\n</body>\n</html>\n")
}

/// The mix of roles, for whoever reads the page without its script.
fn without_script(out: &mut dyn Write, overview: &Overview, title: &str) -> io::Result<()> {
    writeln!(out, "<noscript>\n<h1>{title}</h1>\n<table>\n<tr><th>role</th><th>rows</th></tr>")?;
    for role in Role::ALL {
        writeln!(out, "<tr><td>{role}</td><td>{}</td></tr>", overview.roles[role.index()])?;
    }
    writeln!(out, "<tr><td>–</td><td>{}</td></tr>\n</table>\n</noscript>", overview.no_role)
}

/// `text` as HTML shows it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assets_stay_within_their_elements() {
        assert!(!SCRIPT.contains("</") && !SCRIPT.contains("<!--"), "the script would end early");
        assert!(!STYLE.contains('<'), "the style would end early");
        assert!(!MARKUP.contains("style=") && !MARKUP.contains(" on") || !MARKUP.contains("=\"javascript"), "nothing inline");
        for sink in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "setAttribute(\"on",
            "http:",
            "https:",
        ] {
            assert!(!SCRIPT.contains(sink) && !STYLE.contains(sink), "{sink}");
        }
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    }

    #[test]
    fn names_of_files_are_text() {
        assert_eq!(escaped("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#39;");
    }
}
