//! Lines and columns of a text.

/// Where the lines of a text begin.
pub struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    /// Of a text.
    pub fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1));
        Self { text, starts: starts.collect() }
    }

    /// Line and column, in characters, both from 1.
    pub fn at(&self, place: usize) -> (usize, usize) {
        let place = place.min(self.text.len());
        let line = self.starts.partition_point(|s| *s <= place);
        let from = self.starts[line - 1];
        (line, self.text.get(from..place).map_or(0, |t| t.chars().count()) + 1)
    }

    /// The text of a line, from 1, without its end.
    pub fn line(&self, line: usize) -> &'t str {
        let from = self.starts[line - 1];
        self.text[from..].lines().next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let lines = Lines::of("a\r\né select\n");
        assert_eq!(lines.at(0), (1, 1));
        assert_eq!(lines.at(6), (2, 3));
        assert_eq!(lines.line(2), "é select");
        assert_eq!(lines.line(1), "a");
        assert_eq!(lines.at(99), (3, 1));
    }
}
