//! Texts that occur often, each held once.

use std::collections::HashMap;
use std::sync::Arc;

/// Different texts, by their place.
#[derive(Debug, Default)]
pub(super) struct Names {
    places: HashMap<Arc<str>, u32>,
    list: Vec<Arc<str>>,
}

impl Names {
    /// The place of `name`.
    pub(super) fn place(&mut self, name: &str) -> u32 {
        if let Some(&place) = self.places.get(name) {
            return place;
        }
        // Rows are thinned out long before there are so many names.
        let place = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = name.into();
        self.list.push(Arc::clone(&name));
        self.places.insert(name, place);
        place
    }

    /// The texts at `places`, which become places among those alone.
    pub(super) fn keep<'p>(&mut self, places: impl Iterator<Item = &'p mut u32>) {
        let old = std::mem::take(self);
        for place in places {
            *place = self.place(&old.list[*place as usize]);
        }
    }

    /// The texts, in their places.
    pub(super) fn into_list(self) -> Vec<String> {
        self.list.iter().map(ToString::to_string).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_place() {
        let mut names = Names::default();
        assert_eq!(["a", "b", "a", ""].map(|name| names.place(name)), [0, 1, 0, 2]);
        let mut used = [1, 2];
        names.keep(used.iter_mut());
        assert_eq!((used, names.into_list()), ([0, 1], vec!["b".to_owned(), String::new()]));
    }
}
