//! What stands in a tag behind its name, read as the standard's tokeniser reads it (HTML, section 13.2.5.32 and following).

/// The attributes of a tag: names as written, values still with their character references. An open quotation mark at the end stays
/// with its value.
pub fn attributes(written: &str) -> impl Iterator<Item = (&str, &str)> {
    Attributes { rest: written }
}

struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let space = |c: char| c.is_ascii_whitespace() || c == '/';
        let rest = self.rest.trim_start_matches(space);
        // An equals sign in the first place belongs to the name.
        let name_end = rest.char_indices().skip(1).find(|(_, c)| space(*c) || *c == '=').map_or(rest.len(), |(at, _)| at);
        let (name, after) = rest.split_at(name_end);
        if name.is_empty() {
            return None;
        }
        let Some(value) = after.trim_start_matches(|c: char| c.is_ascii_whitespace()).strip_prefix('=') else {
            self.rest = after;
            return Some((name, ""));
        };
        let value = value.trim_start_matches(|c: char| c.is_ascii_whitespace());
        let (value, rest) = match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            Some(quote) => value.get(1..).unwrap_or_default().split_once(quote).unwrap_or((value, "")),
            None => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        self.rest = rest;
        Some((name, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_value_is_read() {
        let written = "a = 'x y' B=\"&amp;\"c=1/d/ e=f/g ='h i=\"open";
        let expected = [("a", "x y"), ("B", "&amp;"), ("c", "1/d/"), ("e", "f/g"), ("='h", ""), ("i", "\"open")];
        assert_eq!(attributes(written).collect::<Vec<_>>(), expected);
    }
}
