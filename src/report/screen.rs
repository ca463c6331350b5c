//! Text for a terminal: wrapped to its width, coloured where it can be. Whatever comes from the database is escaped here.

use console::{Style, measure_text_width};

use crate::check::Severity;
use crate::ident::one_line;

/// Narrower than this no table can be read; lines may then be longer than the terminal is wide.
const LEAST_WIDTH: usize = 40;

/// Blanks between columns.
const GUTTER: usize = 2;

/// Where and how a report is shown.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to use colour.
    pub color: bool,
    /// Also show what is only for the curious.
    pub verbose: bool,
}

/// Kinds of emphasis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    Plain,
    Heading,
    Dim,
    Severity(Severity),
    /// Only in the database.
    Added,
    /// Only in the files.
    Removed,
}

/// A screen being written.
pub(super) struct Screen {
    text: String,
    width: usize,
    color: bool,
}

impl Screen {
    pub(super) fn new(look: &Look) -> Self {
        Self { text: String::new(), width: look.width.max(LEAST_WIDTH), color: look.color }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// An empty line, but never two, and none at the top.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// A heading after a gap.
    pub(super) fn heading(&mut self, text: &str) {
        self.gap();
        self.line(0, Ink::Heading, text);
    }

    /// A paragraph: escaped, wrapped, what follows the first line indented two more.
    pub(super) fn line(&mut self, indent: usize, ink: Ink, text: &str) {
        let indent = indent.min(self.width / 2);
        for (i, line) in wrap(&one_line(text), self.width - indent, 2).iter().enumerate() {
            let indent = if i == 0 { indent } else { indent + 2 };
            self.text.push_str(&" ".repeat(indent));
            self.text.push_str(&self.dye(ink, line));
            self.text.push('\n');
        }
    }

    /// Text whose lines stay lines: a page, a statement. Long ones are wrapped under their own indentation.
    pub(super) fn text(&mut self, indent: usize, text: &str) {
        for line in text.lines() {
            self.as_it_stands(indent, "", Ink::Plain, line);
        }
    }

    /// A line of a unified diff: its sign before each of the lines that it is wrapped to.
    pub(super) fn diff_line(&mut self, indent: usize, line: &str) {
        let (sign, ink) = match line.chars().next() {
            Some('+') => ("+", Ink::Added),
            Some('-') => ("-", Ink::Removed),
            Some(' ') => (" ", Ink::Dim),
            _ => return self.as_it_stands(indent, "", Ink::Dim, line),
        };
        self.as_it_stands(indent, sign, ink, &line[1..]);
    }

    /// A line with its own indentation.
    fn as_it_stands(&mut self, indent: usize, sign: &str, ink: Ink, line: &str) {
        let own = (line.len() - line.trim_start_matches(' ').len()).min(self.width / 4);
        for piece in wrap(&one_line(line.trim_start_matches(' ')), self.width - indent - sign.len() - own, 0) {
            let whole = format!("{sign}{}{piece}", " ".repeat(own));
            self.text.push_str(&" ".repeat(indent));
            self.text.push_str(&self.dye(ink, whole.trim_end_matches(' ')));
            self.text.truncate(self.text.trim_end_matches(' ').len());
            self.text.push('\n');
        }
    }

    /// A line of a program: never broken, so that it can be copied.
    pub(super) fn code(&mut self, indent: usize, ink: Ink, line: &str) {
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(&self.dye(ink, &one_line(&line.replace('\t', "    "))));
        self.text.push('\n');
    }

    /// A source line with its number, and `width` characters from `column` (from 1) marked below it; 0 = to the line's end.
    pub(super) fn source_line(&mut self, number: &str, line: &str, column: usize, width: usize, ink: Ink) {
        let gutter = " ".repeat(number.len());
        let room = self.width.saturating_sub(number.len() + 4).max(20);
        let chars: Vec<char> = line.chars().collect();
        // a line that is too long is shown from a little before the mark
        let from = if chars.len() > room { (column - 1).saturating_sub(room / 3) } else { 0 };
        let shown = |part: &[char]| one_line(&part.iter().collect::<String>().replace('\t', " "));
        let end = chars.len().min(from + room);
        let start = (column - 1).clamp(from, end);
        let stop = if width == 0 { end } else { (start + width).min(end) };
        let (before, marked, after) = (shown(&chars[from..start]), shown(&chars[start..stop]), shown(&chars[stop..end]));
        let blank = measure_text_width(&before);
        let mark = "^".repeat(measure_text_width(marked.trim_end()).max(1));
        self.text.push_str(&format!("{} {}{before}{marked}{after}\n", self.dye(Ink::Dim, number), self.dye(Ink::Dim, "| ")));
        self.text.push_str(&format!("{gutter} {}{}{}\n", self.dye(Ink::Dim, "| "), " ".repeat(blank), self.dye(ink, &mark)));
    }

    /// A command to copy: broken between words as a shell reads it, a word never.
    pub(super) fn command(&mut self, indent: usize, words: &[String]) {
        let mut lines = vec![String::new()];
        for word in words.iter().map(|w| one_line(w)) {
            let last = lines.len() - 1;
            let used = indent + usize::from(last > 0) * 2 + measure_text_width(&lines[last]);
            // room for the blank before and the backslash after
            if !lines[last].is_empty() && used + measure_text_width(&word) + 3 > self.width {
                lines[last].push_str(" \\");
                lines.push(word);
            } else {
                let blank = if lines[last].is_empty() { "" } else { " " };
                lines[last].push_str(blank);
                lines[last].push_str(&word);
            }
        }
        for (i, line) in lines.iter().enumerate() {
            self.text.push_str(&" ".repeat(if i == 0 { indent } else { indent + 2 }));
            self.text.push_str(&self.dye(Ink::Heading, line));
            self.text.push('\n');
        }
    }

    /// Rows under each other, the last column taking the room that is left. A cell is several lines, each with its ink.
    pub(super) fn rows(&mut self, indent: usize, rows: &[Vec<Vec<(Ink, String)>>]) {
        let Some(columns) = rows.iter().map(Vec::len).max() else { return };
        let width_of = |column: usize| {
            let cells = rows.iter().filter_map(|r| r.get(column)).flatten();
            cells.map(|(_, text)| measure_text_width(&one_line(text))).max().unwrap_or(0)
        };
        let room = self.width - indent;
        let mut widths: Vec<usize> = (0..columns - 1).map(width_of).collect();
        // the leading columns leave a third of the room to the last one; the widest gives way first
        while widths.iter().map(|w| w + GUTTER).sum::<usize>() > room * 2 / 3 {
            let Some(widest) = widths.iter_mut().max().filter(|w| **w > 1) else { break };
            *widest -= 1;
        }
        widths.push(room.saturating_sub(widths.iter().map(|w| w + GUTTER).sum::<usize>()).max(1));
        for row in rows {
            let cells: Vec<Vec<(Ink, String)>> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| {
                    let wrapped = |(ink, text): &(Ink, String)| {
                        wrap(&one_line(text), *width, 0).into_iter().map(|l| (*ink, l)).collect::<Vec<_>>()
                    };
                    cell.iter().flat_map(wrapped).collect()
                })
                .collect();
            for i in 0..cells.iter().map(Vec::len).max().unwrap_or(0) {
                self.row_line(indent, &cells, &widths, i);
            }
        }
    }

    /// The line `i` of each cell, side by side; blanks are due until something follows them.
    fn row_line(&mut self, indent: usize, cells: &[Vec<(Ink, String)>], widths: &[usize], i: usize) {
        let mut due = indent;
        for (cell, width) in cells.iter().zip(widths) {
            let mut used = 0;
            if let Some((ink, text)) = cell.get(i).filter(|(_, text)| !text.is_empty()) {
                self.text.push_str(&" ".repeat(due));
                self.text.push_str(&self.dye(*ink, text));
                (due, used) = (0, measure_text_width(text));
            }
            due += width - used + GUTTER;
        }
        self.text.push('\n');
    }

    fn dye(&self, ink: Ink, text: &str) -> String {
        let style = Style::new().force_styling(true);
        let style = match ink {
            _ if !self.color || text.is_empty() => return text.to_owned(),
            Ink::Plain => return text.to_owned(),
            Ink::Heading => style.bold(),
            Ink::Dim => style.dim(),
            Ink::Severity(Severity::Error) => style.red().bold(),
            Ink::Severity(Severity::Warning) => style.yellow(),
            Ink::Severity(Severity::Info) => style.cyan(),
            Ink::Added => style.green(),
            Ink::Removed => style.red(),
        };
        style.apply_to(text).to_string()
    }
}

/// Lines of at most `width` columns, broken at blanks, or inside a word that is longer than a line. Lines after the first have
/// `hanging` columns less.
pub(super) fn wrap(text: &str, width: usize, hanging: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let needed = measure_text_width(word);
        let room = if lines.len() == 1 { width } else { width.saturating_sub(hanging) };
        let blank = usize::from(used > 0);
        if used + blank + needed <= room {
            push(&mut lines, &mut used, if blank == 1 { " " } else { "" });
            push(&mut lines, &mut used, word);
            continue;
        }
        if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        for c in word.chars() {
            let room = if lines.len() == 1 { width } else { width.saturating_sub(hanging) };
            let c = c.to_string();
            if used + measure_text_width(&c) > room.max(1) {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, &mut used, &c);
        }
    }
    lines
}

fn push(lines: &mut [String], used: &mut usize, text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
        *used += measure_text_width(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_inside_long_words() {
        assert_eq!(wrap("a bb ccc", 4, 0), ["a bb", "ccc"]);
        assert_eq!(wrap("abcdefgh i", 3, 0), ["abc", "def", "gh", "i"]);
        assert_eq!(wrap("日本語 x", 4, 0), ["日本", "語 x"]);
        assert_eq!(wrap("aa bb cc", 4, 2), ["aa", "bb", "cc"]);
        assert_eq!(wrap("", 4, 0), [""]);
    }

    proptest::proptest! {
        #[test]
        fn no_line_is_wider_than_the_screen(texts in proptest::collection::vec(".{0,90}", 1..4), width in 40usize..170) {
            let mut screen = Screen::new(&Look { width, color: false, verbose: false });
            let rows: Vec<_> = texts.iter().map(|t| vec![vec![(Ink::Plain, t.clone())]; 3]).collect();
            screen.rows(2, &rows);
            for text in &texts {
                screen.line(4, Ink::Plain, text);
            }
            for line in screen.finish().lines() {
                proptest::prop_assert!(measure_text_width(line) <= width, "{line}");
            }
        }
    }
}
