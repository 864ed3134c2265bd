//! A job posting as it was read.

/// A title or a text of more bytes is that of no posting.
pub const LONGEST_TEXT: usize = 1000 * 1000;

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

    /// Whether its title or its text has more than so many bytes.
    pub fn is_longer_than(&self, bytes: usize) -> bool {
        self.title.len().max(self.text.len()) > bytes
    }
}
