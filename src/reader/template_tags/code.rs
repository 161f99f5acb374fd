//! Where Markdown has code, in which tags stay as typed.

/// Follows a body line by line.
#[derive(Debug)]
pub(super) struct Blocks {
    /// The indentation of the text of the list item that we are in.
    item: usize,
    after_blank: bool,
}

impl Blocks {
    pub(super) const fn new() -> Self {
        Self { item: 0, after_blank: true }
    }

    /// Looks at the line that begins at `at`; where a code block begins with it, the block's end.
    pub(super) fn code_block(&mut self, body: &str, at: usize) -> Option<usize> {
        let line = line_at(body, at);
        if line.trim().is_empty() {
            self.after_blank = true;
            return None;
        }
        let indent = indentation(line);
        if self.after_blank && indent >= self.item + 4 {
            return Some(self.indented(body, at));
        }
        if indent < self.item && self.after_blank {
            self.item = if indent >= 2 { indent } else { 0 };
        }
        let content = self.content(line);
        let end = Fence::opening(content).map(|fence| fence.end(body, at + line.len()));
        self.after_blank = end.is_some();
        end
    }

    /// What stands after quote marks and list marks; remembers how deep the list is.
    fn content<'a>(&mut self, line: &'a str) -> &'a str {
        let mut rest = line;
        // A line may open several containers, but no article opens more than a few.
        for _ in 0..8 {
            let inner = rest.trim_start();
            if let Some(quoted) = inner.strip_prefix('>') {
                rest = quoted;
            } else if let Some(item) = list_item(inner) {
                self.item = line.len() - item.trim_start().len();
                rest = item;
            } else {
                return inner;
            }
        }
        rest.trim_start()
    }

    /// The end of an indented block: its last line that is not blank.
    fn indented(&self, body: &str, at: usize) -> usize {
        let (mut end, mut next) = (at, at);
        while next < body.len() {
            let line = line_at(body, next);
            let blank = line.trim().is_empty();
            if !blank && indentation(line) < self.item + 4 {
                break;
            }
            next = (next + line.len() + 1).min(body.len());
            if !blank {
                end = next;
            }
        }
        end
    }
}

fn line_at(body: &str, at: usize) -> &str {
    body.get(at..).and_then(|rest| rest.split('\n').next()).unwrap_or_default()
}

fn indentation(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).map(|byte| if byte == b'\t' { 4 } else { 1 }).sum()
}

/// What follows a list item's mark.
fn list_item(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = if (1..=9).contains(&digits) { text[digits..].strip_prefix(['.', ')'])? } else { text.strip_prefix(['-', '*', '+'])? };
    rest.starts_with([' ', '\t']).then_some(rest)
}

/// A line of backticks or tildes that opens a code block.
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn opening(content: &str) -> Option<Self> {
        let mark = content.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = content.trim_start_matches(mark);
        let length = content.len() - info.len();
        (length >= 3 && !(mark == '`' && info.contains('`'))).then_some(Self { mark, length })
    }

    fn closes(&self, line: &str) -> bool {
        let content = line.trim_start_matches([' ', '\t', '>']);
        let rest = content.trim_start_matches(self.mark);
        content.len() - rest.len() >= self.length && rest.trim().is_empty()
    }

    /// The end of the block whose opening line ends at `from`; without a closing line it is the body's.
    fn end(&self, body: &str, from: usize) -> usize {
        let mut next = from + 1;
        while next < body.len() {
            let line = line_at(body, next);
            next += line.len() + 1;
            if self.closes(line) {
                break;
            }
        }
        next.min(body.len())
    }
}

/// Finds the ends of code spans, remembering what it found not to end.
#[derive(Debug)]
pub(super) struct Spans {
    /// For each length of a run of backticks, the offset up to which none closes.
    unclosed: [usize; Self::LONGEST + 1],
}

impl Spans {
    const LONGEST: usize = 16;

    pub(super) const fn new() -> Self {
        Self { unclosed: [0; Self::LONGEST + 1] }
    }

    /// The end of the code span that begins at `at`, if one does; the length of the run of backticks in any case.
    pub(super) fn span(&mut self, body: &str, at: usize) -> (usize, Option<usize>) {
        let bytes = body.as_bytes();
        let run = |from: usize| bytes.iter().skip(from).take_while(|byte| **byte == b'`').count();
        let length = run(at);
        let Some(unclosed) = self.unclosed.get_mut(length).filter(|until| at >= **until) else { return (length, None) };
        let mut next = at + length;
        let mut line_is_blank = false;
        while let Some(byte) = bytes.get(next) {
            match byte {
                b'`' => {
                    let other = run(next);
                    if other == length {
                        return (length, Some(next + other));
                    }
                    next += other;
                    line_is_blank = false;
                    continue;
                }
                // An empty line ends the paragraph, and any span with it.
                b'\n' if line_is_blank => break,
                b'\n' => line_is_blank = true,
                b' ' | b'\t' => {}
                _ => line_is_blank = false,
            }
            next += 1;
        }
        *unclosed = next;
        (length, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code blocks of a body.
    fn blocks(body: &str) -> Vec<&str> {
        let (mut found, mut at, mut state) = (Vec::new(), 0, Blocks::new());
        while at < body.len() {
            if let Some(end) = state.code_block(body, at) {
                found.push(&body[at..end]);
                at = end;
            } else {
                at += line_at(body, at).len() + 1;
            }
        }
        found
    }

    #[test]
    fn fenced_and_indented_code_is_found() {
        assert_eq!(blocks("a\n```x\nb\n```\nc"), ["```x\nb\n```\n"]);
        assert_eq!(blocks("~~~~\n~~~\n~~~~"), ["~~~~\n~~~\n~~~~"]);
        assert_eq!(blocks("a\n\n    b\n\n    c\n\nd"), ["    b\n\n    c\n"]);
        assert_eq!(blocks("a\n    continued"), [""; 0]);
        assert_eq!(blocks("- a\n\n  ```\n  b\n  ```\n- c"), ["  ```\n  b\n  ```\n"]);
        assert_eq!(blocks("- a\n\n    a paragraph\n\n      code\n"), ["      code\n"]);
        assert_eq!(blocks("1. ```\n   a\n   ```"), ["1. ```\n   a\n   ```"]);
        assert_eq!(blocks("> ```\n> a\n> ```\nb"), ["> ```\n> a\n> ```\n"]);
        assert_eq!(blocks("```\nunclosed"), ["```\nunclosed"]);
        assert_eq!(blocks("``` a ``` b"), [""; 0]);
    }

    #[test]
    fn spans_end_in_their_paragraph() {
        let mut spans = Spans::new();
        let body = "`a` ``b`c`` `d\n\ne`";
        assert_eq!(spans.span(body, 0), (1, Some(3)));
        assert_eq!(spans.span(body, 4), (2, Some(11)));
        assert_eq!(spans.span(body, 12), (1, None));
    }
}
