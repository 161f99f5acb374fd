//! Whether a place in a body is inside a link's destination, and where that ends.

/// A destination of which a part cannot be resolved.
pub(super) const INVALID: &str = "about:invalid";

/// The scheme of links to other articles, by the end of their path under the articles folder.
pub(super) const ARTICLE: &str = "article:";

/// How far back a destination's beginning is looked for, in bytes.
const LONGEST: usize = 2048;

/// A destination that is begun at the end of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Begun {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    end: End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// `[text](destination "title")`
    Bracket,
    /// `[label]: destination "title"`
    Space,
    /// `href="destination"`
    Quote(char),
    /// `<destination>`
    Angle,
}

impl Begun {
    /// The destination that the text's last line is in the middle of.
    pub(super) fn at_end_of(text: &str) -> Option<Self> {
        // No destination is longer than this; a line may be.
        let mut near = text.len().saturating_sub(LONGEST);
        while !text.is_char_boundary(near) {
            near += 1;
        }
        let line_start = text[near..].rfind('\n').map_or(near, |newline| near + newline + 1);
        let line = &text[line_start..];
        let open = |start: usize, end| {
            let inside = &line[start..];
            let closed = match end {
                End::Bracket => inside.contains([')', ' ']),
                End::Space => inside.contains(' '),
                End::Quote(mark) => inside.contains(mark),
                End::Angle => inside.contains(['>', ' ']),
            };
            (!closed).then_some(Self { start: line_start + start, end })
        };
        if let Some(at) = line.rfind("](")
            && let Some(begun) = open(at + 2, End::Bracket)
        {
            return Some(begun);
        }
        if line.trim_start().starts_with('[')
            && let Some(at) = line.find("]:")
        {
            let after = &line[at + 2..];
            let start = line.len() - after.trim_start().len();
            if let Some(begun) = open(start, End::Space) {
                return Some(begun);
            }
        }
        for (before, mark) in [("href=\"", '"'), ("src=\"", '"'), ("href='", '\''), ("src='", '\'')] {
            if let Some(at) = line.rfind(before)
                && let Some(begun) = open(at + before.len(), End::Quote(mark))
            {
                return Some(begun);
            }
        }
        let at = line.rfind('<').filter(|at| !line[at + 1..].starts_with('/'))?;
        (line[at + 1..].is_empty() || line[at + 1..].starts_with("http")).then(|| open(at + 1, End::Angle)).flatten()
    }

    /// How much of the source after the tag still belongs to the destination, further tags included.
    pub(super) fn rest_in(self, source: &str) -> usize {
        let mut at = 0;
        while let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) {
            let ends = match self.end {
                End::Bracket => c == ')' || c.is_whitespace(),
                End::Space => c.is_whitespace(),
                End::Quote(mark) => c == mark || c == '\n',
                End::Angle => c == '>' || c.is_whitespace(),
            };
            if ends {
                break;
            }
            at += super::tag::Tag::at(&source[at..]).map_or(c.len_utf8(), |tag| tag.length);
        }
        at.min(source.len())
    }

    /// Whether the destination is itself the text, so that nothing is left to show.
    pub(super) fn is_autolink(self) -> bool {
        self.end == End::Angle
    }
}

/// A path as a link to the article it names.
pub(super) fn article(path: &str) -> String {
    let mut link = ARTICLE.to_owned();
    for c in path.trim().trim_start_matches(['/', '@']).trim_start_matches('/').chars() {
        match c {
            ' ' => link.push_str("%20"),
            '(' => link.push_str("%28"),
            ')' => link.push_str("%29"),
            '<' => link.push_str("%3C"),
            '>' => link.push_str("%3E"),
            '"' => link.push_str("%22"),
            c if c.is_control() => {}
            c => link.push(c),
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(text: &str) -> Option<usize> {
        Begun::at_end_of(text).map(|begun| begun.start)
    }

    #[test]
    fn open_destinations_are_found() {
        assert_eq!(start("see [a]("), Some(8));
        assert_eq!(start("see [a](/b/"), Some(8));
        assert_eq!(start("x\n[a]: http://"), Some(7));
        assert_eq!(start("<a href=\""), Some(9));
        assert_eq!(start("<"), Some(1));
        for closed in ["see [a](b) ", "[a] ", "text", "[a](b \"", "<b>", "a < b "] {
            assert_eq!(start(closed), None, "{closed}");
        }
    }

    #[test]
    fn the_rest_of_a_destination_spans_tags() {
        let begun = Begun::at_end_of("[a](").unwrap();
        assert_eq!(begun.rest_in("/issues/{{ issue ) }}#x) after"), "/issues/{{ issue ) }}#x".len());
    }
}
