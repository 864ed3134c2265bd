//! The words of a posting as a vector, to tell how much two postings are alike.

use xxhash_rust::xxh3::xxh3_64;

use crate::log::ln_1p;
use crate::markup::Plain;
use crate::posting::Posting;
use crate::tokens::Words;

/// Words are told apart by so many bits of their hash.
const BITS: u32 = 18;

/// How often each word stands in a posting, by its hash, ascending.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Counts(Vec<(u32, f32)>);

impl Counts {
    /// Counts the words of title and text.
    pub(super) fn of(posting: &Posting) -> Self {
        let mut hashes = Vec::new();
        for field in [&posting.title, &posting.text] {
            let words = Words::read(&Plain::read(field).text);
            hashes.extend(words.forms().map(hash));
        }
        hashes.sort_unstable();
        let runs = hashes.chunk_by(|left, right| left == right);
        Self(runs.map(|run| (run[0], run.len() as f32)).collect())
    }
}

fn hash(form: &str) -> u32 {
    // The mask leaves so many bits that it always fits.
    u32::try_from(xxh3_64(form.as_bytes()) & ((1 << BITS) - 1)).unwrap_or(0)
}

/// How rare each word is among some postings.
#[derive(Debug, Clone)]
pub(super) struct Rarity(Vec<f32>);

impl Rarity {
    /// Measures it.
    pub(super) fn of<'c>(all: impl Iterator<Item = &'c Counts> + Clone) -> Self {
        let mut having = vec![0.0_f32; 1 << BITS];
        for counts in all.clone() {
            counts.0.iter().for_each(|&(word, _)| having[word as usize] += 1.0);
        }
        let postings = all.count() as f32;
        Self(having.into_iter().map(|having| ln_1p(postings / (1.0 + having))).collect())
    }

    /// The posting's vector: damped counts by rarity (TF-IDF), of length one.
    pub(super) fn vector(&self, counts: &Counts) -> Vector {
        let mut entries: Vec<(u32, f32)> =
            counts.0.iter().map(|&(word, count)| (word, ln_1p(count) * self.0[word as usize])).collect();
        let length = entries.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            for (_, value) in &mut entries {
                *value /= length;
            }
        }
        Vector(entries)
    }
}

/// A posting's words, as a vector of length one; empty where it has none.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vector(Vec<(u32, f32)>);

/// A vector laid out, to be multiplied with many others.
pub(super) struct Spread(Vec<f32>);

impl Spread {
    /// The sum of `vectors`.
    pub(super) fn sum<'v>(vectors: impl Iterator<Item = &'v Vector>) -> Self {
        let mut sum = vec![0.0; 1 << BITS];
        for vector in vectors {
            vector.0.iter().for_each(|&(word, value)| sum[word as usize] += value);
        }
        Self(sum)
    }

    /// The inner product; of two vectors of length one, their cosine.
    pub(super) fn times(&self, vector: &Vector) -> f64 {
        vector.0.iter().map(|&(word, value)| f64::from(self.0[word as usize]) * f64::from(value)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alike_is_what_shares_its_rare_words() {
        let texts = [
            "Sie betreuen die Kunden in der Pumpensparte",
            "<p>Sie betreuen die <b>Kunden</b> in der Pumpensparte</p>",
            "Sie leiten die Projekte in der Bausparte",
            "",
        ];
        let counts = texts.map(|text| Counts::of(&Posting::new("", text)));
        let rarity = Rarity::of(counts.iter());
        let vectors = counts.each_ref().map(|counts| rarity.vector(counts));
        let like = |left: usize, right: usize| Spread::sum([&vectors[left]].into_iter()).times(&vectors[right]);
        assert!((like(0, 1) - 1.0).abs() < 1e-6, "markup is no difference");
        assert!(like(0, 2) > 0.0 && like(0, 2) < 0.6, "{}", like(0, 2));
        assert!(like(0, 3).abs() < 1e-9 && like(3, 3).abs() < 1e-9);
    }
}
