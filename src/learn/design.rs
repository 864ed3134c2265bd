//! The design matrix: sparse rows, one behind the other in flat memory.

/// Rows of columns and values.
#[derive(Debug, Clone)]
pub struct Design {
    columns: usize,
    indexes: Vec<u32>,
    values: Vec<f32>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Design {
    /// No rows yet, over so many columns.
    pub fn new(columns: usize) -> Self {
        Self { columns, indexes: Vec::new(), values: Vec::new(), ends: Vec::new() }
    }

    /// Adds a row: its columns, each of them once, with their values.
    pub fn push(&mut self, row: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in row {
            self.indexes.push(column);
            self.values.push(value);
        }
        self.ends.push(self.indexes.len());
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The columns and values of each row.
    pub fn iter(&self) -> impl Iterator<Item = (&[u32], &[f32])> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| (&self.indexes[start..end], &self.values[start..end]))
    }

    /// The values of each row, in the order in which they were added.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        let (mut rest, mut start) = (self.values.as_mut_slice(), 0);
        self.ends.iter().map(move |&end| {
            let (row, behind) = std::mem::take(&mut rest).split_at_mut(end - start);
            (rest, start) = (behind, end);
            row
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_as_they_were_added() {
        let mut design = Design::new(9);
        design.push([(8, 1.0), (2, 2.0)]);
        design.push([]);
        design.push([(0, 3.0)]);
        for value in design.values_mut().flatten() {
            *value *= 10.0;
        }
        let rows: Vec<(&[u32], &[f32])> = design.iter().collect();
        let expected: [(&[u32], &[f32]); 3] = [(&[8, 2], &[10.0, 20.0]), (&[], &[]), (&[0], &[30.0])];
        assert_eq!(rows, expected);
        assert_eq!(design.columns(), 9);
    }
}
