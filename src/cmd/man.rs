//! `rolecall man`

use std::io;

use clap_mangen::Man;
use rolecall::Error;
use rolecall::cli::{self, Cli};

use super::{Outcome, output};

/// Writes a page for the program and one for each of its commands.
pub(crate) fn run(args: &cli::Man) -> Result<Outcome, Error> {
    std::fs::create_dir_all(&args.folder).map_err(|source| Error::write(&args.folder, source))?;
    // Pages take the place of `rolecall help COMMAND`.
    let mut program = Cli::definition().disable_help_subcommand(true);
    program.build();
    let commands = program.get_subcommands().filter(|command| !command.is_hide_set());
    for command in std::iter::once(&program).chain(commands) {
        let after = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string);
        let man = Man::new(command.clone()).manual("rolecall");
        let file = args.folder.join(man.get_filename());
        let page =
            page(&man, command.has_subcommands(), &after.unwrap_or_default()).map_err(|source| Error::write(&file, source))?;
        output::write(&file, &page)?;
    }
    Ok(Outcome::Done)
}

/// A page. A command is described by the line with its name; what stands at the end of the help keeps its lines, which `Man::render` would fill.
fn page(man: &Man, is_program: bool, after: &str) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    if is_program {
        man.render_description_section(&mut page)?;
    }
    man.render_options_section(&mut page)?;
    if is_program {
        man.render_subcommands_section(&mut page)?;
    }
    page.extend(sections(after).bytes());
    Ok(page)
}

/// The end of a help text in roff: lines without an indent are prose, a line that ends in a colon heads the indented ones below it.
fn sections(after: &str) -> String {
    let mut out = String::new();
    let mut lines = after.lines().peekable();
    let (mut is_open, mut is_kept) = (false, false);
    while let Some(line) = lines.next() {
        let indented = line.starts_with("  ");
        if is_kept && !indented {
            out.push_str(".fi\n.RE\n");
        } else if !is_kept && indented {
            out.push_str(".RS 4\n.nf\n");
        }
        is_kept = indented;
        let heading = line.strip_suffix(':').filter(|_| !indented && lines.peek().is_some_and(|next| next.starts_with("  ")));
        if let Some(heading) = heading {
            // A word or two head a section, a sentence heads a part of one.
            let is_short = heading.split(' ').count() < 3;
            let line = if is_short { format!(".SH {}\n", heading.to_uppercase()) } else { format!(".SS {heading}\n") };
            out.push_str(&line);
            is_open = true;
        } else if line.is_empty() {
            out.push_str(".PP\n");
        } else {
            if !is_open {
                out.push_str(".SH NOTES\n");
                is_open = true;
            }
            out.push_str(&escaped(line.strip_prefix("  ").unwrap_or(line)));
            out.push('\n');
        }
    }
    if is_kept {
        out.push_str(".fi\n.RE\n");
    }
    out
}

/// `line` with nothing in it that roff would act on.
fn escaped(line: &str) -> String {
    let guard = if line.starts_with(['.', '\'']) { "\\&" } else { "" };
    format!("{guard}{}", line.replace('\\', "\\e").replace('-', "\\-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept_where_they_are_indented() {
        let after = "Rows are read.\nAll of them.\n\nKeys:\n  a   yes\n  'b  no\n\nExamples:\n  rolecall man .\\x";
        let expected = ".SH NOTES\nRows are read.\nAll of them.\n.PP\n.SH KEYS\n.RS 4\n.nf\na   yes\n\\&'b  no\n.fi\n.RE\n.PP\n.SH EXAMPLES\n.RS 4\n.nf\n\
                        rolecall man .\\ex\n.fi\n.RE\n";
        assert_eq!(sections(after), expected);
        assert_eq!(sections(""), "");
    }
}
