//! A shortcode's arguments: `"a" key="b"` (Hugo), `key="a", other=5` (Zola).

/// The arguments in the order of writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Arguments {
    positional: Vec<String>,
    named: Vec<(String, String)>,
}

impl Arguments {
    pub(super) fn parse(text: &str) -> Self {
        let mut arguments = Self::default();
        let mut rest = next(text);
        while !rest.is_empty() {
            let name = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(rest.len());
            let after = rest[name..].trim_start();
            if name > 0
                && let Some(value) = after.strip_prefix(['=', ':'])
                && !value.starts_with('/')
            {
                let (value, tail) = value_of(value.trim_start());
                arguments.named.push((rest[..name].to_ascii_lowercase(), value));
                rest = next(tail);
            } else {
                let (value, tail) = value_of(rest);
                arguments.positional.push(value);
                rest = next(tail);
            }
        }
        arguments
    }

    /// The value of the first of these names that is given.
    pub(super) fn named(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .find_map(|name| self.named.iter().find(|(known, _)| known == name))
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    pub(super) fn positional(&self, index: usize) -> Option<&str> {
        self.positional.get(index).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A value given by name, or else by its place.
    pub(super) fn either(&self, names: &[&str], index: usize) -> Option<&str> {
        self.named(names).or_else(|| self.positional(index))
    }
}

fn next(text: &str) -> &str {
    text.trim_start_matches(|c: char| c.is_whitespace() || c == ',')
}

/// A value, quoted or bare, and what follows it.
fn value_of(text: &str) -> (String, &str) {
    let Some(mark) = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`' | '“')) else {
        let end =
            text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len()).max(text.chars().next().map_or(0, char::len_utf8));
        return (text[..end].to_owned(), &text[end..]);
    };
    let closing = if mark == '“' { '”' } else { mark };
    let mut value = String::new();
    let mut characters = text.char_indices().skip(1);
    while let Some((at, c)) = characters.next() {
        if c == closing {
            return (value, &text[at + c.len_utf8()..]);
        }
        if c == '\\' && mark != '`' {
            value.extend(characters.next().map(|(_, escaped)| escaped));
        } else {
            value.push(c);
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_notations_are_read() {
        let hugo = Arguments::parse(r#"go "a b" key="c \"d\"" raw=`e\` n=5"#);
        assert_eq!((hugo.positional(0), hugo.positional(1)), (Some("go"), Some("a b")));
        assert_eq!((hugo.named(&["key"]), hugo.named(&["raw"]), hugo.named(&["x", "n"])), (Some("c \"d\""), Some("e\\"), Some("5")));
        let zola = Arguments::parse("id=\"x\", class='y' , autoplay=true");
        assert_eq!((zola.named(&["id"]), zola.named(&["class"]), zola.named(&["autoplay"])), (Some("x"), Some("y"), Some("true")));
    }

    #[test]
    fn what_is_broken_ends() {
        for text in ["\"", "=", "a=", "“a", ",,,", "a='b", "=\"=", "é=ü"] {
            Arguments::parse(text);
        }
    }
}
