//! Where title, text and id stand in an export.

use clap::Args;

use crate::label::columns::Wishes;

/// Columns that are named, where they cannot be told by themselves.
#[derive(Debug, Args)]
pub struct ColumnArgs {
    /// The column with the job title, by name or number; a path with dots in JSON.
    #[arg(long, value_name = "NAME")]
    pub title_column: Option<String>,
    /// A column with text. May be repeated: the cells are joined by line breaks.
    #[arg(long = "text-column", value_name = "NAME")]
    pub text_columns: Vec<String>,
    /// The column with the id of a row.
    #[arg(long, value_name = "NAME")]
    pub id_column: Option<String>,
}

impl ColumnArgs {
    /// What is asked for.
    pub fn wishes(&self) -> Wishes {
        Wishes { id: self.id_column.clone(), title: self.title_column.clone(), text: self.text_columns.clone() }
    }
}
