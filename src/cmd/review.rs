//! `rolecall review`

use std::path::Path;
use std::time::Instant;

use anstream::{AutoStream, ColorChoice};
use rolecall::cli::{Order, Review};
use rolecall::report::painter::harmless;
use rolecall::review::answer::Answer;
use rolecall::review::answers::Answers;
use rolecall::review::page::{Line, Page};
use rolecall::review::pool::{self, Options, Pool};
use rolecall::review::screen::{self, View};
use rolecall::review::session::{Session, Wish};
use rolecall::{Classifier, Error, Posting, Role};

use super::terminal::{self, Happened, Terminal};
use super::{Outcome, classifier, output};

/// Asks what rows are, in the terminal. That there is nothing to ask is a doubt.
pub(crate) fn run(args: &Review) -> Result<Outcome, Error> {
    if output::is_same(&args.export, &args.output) {
        return Err(Error::in_file(&args.output, "would be written over itself (give -o another name)"));
    }
    if args.export.as_os_str() == "-" {
        return Err(Error::in_file(Path::new("<stdin>"), "answers come from there (name the export's file)"));
    }
    terminal::refuse_none()?;
    let classifier = classifier(args.model.as_deref())?;
    let mut answers = Answers::open(&args.output)?;
    let say = |text: &str| say(args.quiet, text);
    if answers.was_torn {
        say(&format!("{}: the last line was cut off, and is asked again", args.output.display()));
    }
    let queue = queue(args, &classifier, &answers)?;
    let mut session = Session::new(answers.all().cloned(), queue);
    if session.answered() == session.entries().len() {
        say(&format!("{}: {} answers, and no row left to ask (--rows asks for more)", args.output.display(), session.answered()));
        return Ok(Outcome::Doubt);
    }
    let choice = AutoStream::choice(&std::io::stdout());
    let look = Look { colours: choice != ColorChoice::Never, blind: args.blind, classifier };
    let is_interrupted = ask(&mut session, &mut answers, &look)?;
    if is_interrupted {
        let (done, all) = (session.answered(), session.entries().len());
        return Err(Error::Stopped(format!(
            "{done} of {all} rows are answered in {} (the same command goes on)",
            args.output.display()
        )));
    }
    for line in &summary(&session, &args.output) {
        say(line);
    }
    Ok(Outcome::Done)
}

/// The rows to ask that have no answer yet.
fn queue(args: &Review, classifier: &Classifier, answers: &Answers) -> Result<Vec<pool::Candidate>, Error> {
    let rows = usize::from(args.rows.get());
    let options = Options {
        columns: args.columns.wishes(),
        company: args.company_column.clone(),
        order: match args.order {
            Order::Informative => pool::Order::Informative,
            Order::Random => pool::Order::Random(args.seed),
        },
        rows,
        threads: args.threads.map(|threads| usize::from(threads.get())),
        quiet: args.quiet,
    };
    let asked: Vec<&Posting> = answers.all().map(|answered| &answered.posting).collect();
    let pool = Pool::read(&args.export, classifier, &options)?;
    if pool.left_out > 0 {
        let (left_out, rows) = (pool.left_out, pool.rows);
        say(
            args.quiet,
            &format!("{left_out} of {rows} rows are not asked: no text, over 64 kB of it, or neither German nor English"),
        );
    }
    Ok(pool.queue(&asked, options.order, rows.saturating_sub(asked.len())))
}

fn say(quiet: bool, text: &str) {
    if !quiet {
        super::output::tell(&harmless(text));
    }
}

/// How postings are shown.
struct Look {
    colours: bool,
    blind: bool,
    classifier: Classifier,
}

impl Look {
    fn page(&self, session: &Session) -> Option<Page> {
        let page = Page::new(&session.shown()?.posting, (!self.blind).then_some(&self.classifier));
        Some(if self.colours { page } else { page.signed() })
    }
}

/// Asks until there is an end; whether that was Ctrl-C.
fn ask(session: &mut Session, answers: &mut Answers, look: &Look) -> Result<bool, Error> {
    let _taken = Terminal::take()?;
    loop {
        let (at, since, page) = (session.at(), Instant::now(), look.page(session));
        // The same posting, until another is shown.
        while session.at() == at {
            let (width, height) = Terminal::size();
            let view = View { width, height, colours: look.colours, blind: look.blind };
            let lines: Vec<Line> = page.as_ref().map(|page| page.lines(width)).unwrap_or_default();
            Terminal::show(&screen::frame(session, page.as_ref().map(|page| (page, lines.as_slice())), &view))?;
            let Happened::Key(key) = Terminal::wait()? else { continue };
            match session.press(key, view.body(), lines.len(), since.elapsed()) {
                Wish::Draw => {}
                Wish::Keep(answered) => answers.keep(answered)?,
                Wish::Quit => return Ok(false),
                Wish::Interrupt => return Ok(true),
            }
        }
    }
}

/// What is said at the end.
fn summary(session: &Session, file: &Path) -> Vec<String> {
    let counts = Role::ALL.map(|role| format!("{role} {}", session.count(Answer::Role(role)))).join(", ");
    let (file, left) = (file.display(), session.entries().len() - session.answered());
    let mut said = vec![format!("{file}: {counts}; skipped {}", session.count(Answer::Skip))];
    if left > 0 {
        said.push(format!("{left} rows left; the same command goes on"));
    }
    said.push(format!("rolecall train --postings {file} -o my.rolecall learns from them"));
    said
}
