//! Text for a terminal that commands other than `plan` and `check` write: headings, paragraphs, columns.

use super::screen::{Ink, Look, Screen};

/// A text being written, wrapped to the terminal, everything in it escaped.
pub struct Paper(Screen);

impl Paper {
    /// An empty one.
    pub fn new(look: &Look) -> Self {
        Self(Screen::new(look))
    }

    /// A heading after an empty line.
    pub fn heading(&mut self, text: &str) {
        self.0.heading(text);
    }

    /// A paragraph.
    pub fn line(&mut self, indent: usize, text: &str) {
        self.0.line(indent, Ink::Plain, text);
    }

    /// Text whose lines stay lines: a page, SQL.
    pub fn text(&mut self, text: &str) {
        self.0.text(2, text);
    }

    /// An empty line, but never two.
    pub fn gap(&mut self) {
        self.0.gap();
    }

    /// Rows under each other, the last column taking the room that is left.
    pub fn columns(&mut self, rows: &[Vec<String>]) {
        let plain = |cell: &String| vec![(Ink::Plain, cell.clone())];
        self.0.rows(0, &rows.iter().map(|row| row.iter().map(plain).collect()).collect::<Vec<_>>());
    }

    /// The text.
    pub fn finish(self) -> String {
        self.0.finish()
    }
}
