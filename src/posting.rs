//! A job posting as it was read.

/// One job posting: what the employer wrote, untouched. Title and text stay two fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Posting {
    /// Name of the posting within its export; may be empty.
    pub id: String,
    /// The title as it stands in the source; empty where there is none.
    pub title: String,
    /// The body as it stands in the source: plain text, Markdown, HTML or escaped HTML.
    pub text: String,
}

impl Posting {
    /// A posting without an id.
    pub fn new(title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: String::new(), title: title.into(), text: text.into() }
    }
}
