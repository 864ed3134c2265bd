//! `rolecall classify`

use rolecall::cli::{Classify, VerdictFormat};
use rolecall::formats::{document, shown};
use rolecall::posting::LONGEST_TEXT;
use rolecall::{Documents, Error, Explain, Posting, Verdict, report};

use super::{Outcome, classifier, documents, output};

/// Judges one posting and prints the verdict.
pub(crate) fn run(args: &Classify) -> Result<Outcome, Error> {
    let input = documents().read(&args.file)?;
    if input.trim().is_empty() && args.title.is_none() {
        return Err(Error::in_file(shown(&args.file), "empty: there is no posting in it"));
    }
    let split = Split::new(&input, args.title.as_deref());
    if split.posting.is_longer_than(usize::from(args.longest_text) * LONGEST_TEXT) {
        let problem = format!("a text over {} MB is no posting (--longest-text raises the limit)", args.longest_text);
        return Err(Error::in_file(shown(&args.file), problem));
    }
    let classifier = classifier(args.model.as_deref())?;
    let explain = |explain| {
        let documents = Documents::read(&split.posting);
        (classifier.explain(&split.posting, &documents, explain), documents)
    };
    match args.format {
        VerdictFormat::Text => {
            let (explained, documents) = explain(if args.all_phrases { Explain::All } else { Explain::Key(args.phrases) });
            output::print(&report::verdict::text(&explained, &documents))?;
        }
        VerdictFormat::Json => {
            // The numbers are those that `label` writes, digit for digit.
            let mut verdict =
                if args.all_phrases { explain(Explain::All).0.verdict } else { classifier.verdict(&split.posting, args.phrases) };
            split.place(&input, &mut verdict);
            output::print_json(&verdict)?;
        }
        VerdictFormat::Html => {
            let verdict = explain(if args.all_phrases { Explain::All } else { Explain::Key(args.phrases) }).0.verdict;
            return super::report::of_posting(&args.file, &split.posting, &verdict, &classifier);
        }
    }
    Ok(Outcome::Done)
}

/// The input as a posting, with the title that was given or the one in it.
struct Split {
    posting: Posting,
    /// Where the title and the text begin in the input; `None` where the title was given apart.
    starts: Option<[usize; 2]>,
}

impl Split {
    fn new(input: &str, title: Option<&str>) -> Self {
        if let Some(title) = title {
            return Self { posting: Posting::new(title, input), starts: None };
        }
        let split = document::split(input);
        Self { posting: split.posting(input), starts: Some([split.title.start, split.text]) }
    }

    /// Makes the spans count from the start of the input, where both fields come from it.
    fn place(&self, input: &str, verdict: &mut Verdict) {
        let Some(starts) = self.starts else { return };
        for phrase in &mut verdict.phrases {
            let start = starts[phrase.field.index()];
            let characters = input[..start].chars().count();
            phrase.start_byte += start;
            phrase.end_byte += start;
            phrase.start_char += characters;
            phrase.end_char += characters;
        }
    }
}
