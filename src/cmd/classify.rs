//! `rolecall classify`

use rolecall::cli::{Classify, VerdictFormat};
use rolecall::formats::shown;
use rolecall::posting::LONGEST_TEXT;
use rolecall::whole::Whole;
use rolecall::{Documents, Error, Explain, report};

use super::{Outcome, classifier, documents, output};

/// Judges one posting and prints the verdict.
pub(crate) fn run(args: &Classify) -> Result<Outcome, Error> {
    let input = documents().read(&args.file)?;
    if input.trim().is_empty() && args.title.is_none() {
        return Err(Error::in_file(shown(&args.file), "empty: there is no posting in it"));
    }
    let whole = Whole::new(&input, args.title.as_deref());
    if whole.posting.is_longer_than(usize::from(args.longest_text) * LONGEST_TEXT) {
        let problem = format!("a text over {} MB is no posting (--longest-text raises the limit)", args.longest_text);
        return Err(Error::in_file(shown(&args.file), problem));
    }
    let classifier = classifier(args.model.as_deref())?;
    let explain = |explain| {
        let documents = Documents::read(&whole.posting);
        (classifier.explain(&whole.posting, &documents, explain), documents)
    };
    match args.format {
        VerdictFormat::Text => {
            let (explained, documents) = explain(if args.all_phrases { Explain::All } else { Explain::Key(args.phrases) });
            output::print(&report::verdict::text(&explained, &documents))?;
        }
        VerdictFormat::Json => {
            // The numbers are those that `label` writes, digit for digit.
            let mut verdict =
                if args.all_phrases { explain(Explain::All).0.verdict } else { classifier.verdict(&whole.posting, args.phrases) };
            whole.place(&input, &mut verdict);
            output::print_json(&verdict)?;
        }
        VerdictFormat::Html => {
            let verdict = explain(if args.all_phrases { Explain::All } else { Explain::Key(args.phrases) }).0.verdict;
            return super::report::of_posting(&args.file, &whole.posting, &verdict, &classifier);
        }
    }
    Ok(Outcome::Done)
}
