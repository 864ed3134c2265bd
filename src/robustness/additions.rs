//! Paragraphs that most postings could hold and that say nothing of the job.

use super::prose::escape;
use crate::language::Language;
use crate::markup::Form;
use crate::posting::Posting;

/// A paragraph in both languages.
struct Paragraph {
    german: &'static str,
    english: &'static str,
}

const EQUAL_OPPORTUNITY: Paragraph = Paragraph {
    german: "Vielfalt ist bei uns gelebter Alltag. Wir begrüßen Bewerbungen aller Menschen, unabhängig von Geschlecht, Herkunft, Religion, \
Behinderung, Alter oder sexueller Identität. Schwerbehinderte Menschen werden bei gleicher Eignung bevorzugt.",
    english: "People of every kind work here, as equals: gender, origin, religion, disability, age and sexual orientation give nobody an advantage with us, \
and nobody a disadvantage. If a step of the hiring process should be adapted to you, tell us and we will arrange it.",
};

const PRIVACY: Paragraph = Paragraph {
    german: "Ihre Angaben verarbeiten wir nur, um über die Bewerbung zu entscheiden, und löschen sie sechs Monate nach dem Ende des Verfahrens. Sie \
können jederzeit Auskunft verlangen und der Speicherung widersprechen. Näheres steht in unserer Datenschutzerklärung.",
    english: "We use what you send us only to decide on your application and delete it six months after the process has ended. You may ask at any time \
what we store about you and object to it. Our privacy notice tells you more.",
};

const COMPANY: Paragraph = Paragraph {
    german: "Die Birkenfeld Gruppe ist ein Familienunternehmen in dritter Generation mit 1.200 Beschäftigten an sieben Standorten. Seit 1962 stehen wir \
für Qualität, kurze Wege und ein Miteinander auf Augenhöhe. Nachhaltigkeit ist für uns selbstverständlich.",
    english: "Birkenfeld Group is a family-owned company in its third generation, with 1,200 people at seven sites. Since 1962 we have stood for quality, \
short ways and respect for each other. Sustainability is a matter of course for us.",
};

impl Paragraph {
    /// The paragraph in `language`, German for want of a better one, and in the markup that `text` is in.
    fn beside(&self, text: &str, language: Language) -> String {
        let prose = if language == Language::En { self.english } else { self.german };
        let html = || format!("<p>{}</p>", escape(prose));
        match Form::of(text) {
            Form::Plain => prose.to_owned(),
            Form::Html => html(),
            Form::Escaped => escape(&html()),
        }
    }
}

fn behind(posting: &Posting, language: Language, paragraph: &Paragraph) -> Posting {
    Posting { text: format!("{}\n\n{}", posting.text, paragraph.beside(&posting.text, language)), ..posting.clone() }
}

/// A paragraph on equal opportunity behind the text.
pub(super) fn equal_opportunity(posting: &Posting, language: Language) -> Posting {
    behind(posting, language, &EQUAL_OPPORTUNITY)
}

/// A paragraph on privacy behind the text.
pub(super) fn privacy(posting: &Posting, language: Language) -> Posting {
    behind(posting, language, &PRIVACY)
}

/// A paragraph on the employer before the text.
pub(super) fn company(posting: &Posting, language: Language) -> Posting {
    Posting { text: format!("{}\n\n{}", COMPANY.beside(&posting.text, language), posting.text), ..posting.clone() }
}
