//! Regular expressions, bounded: matching takes time in proportion to the text, whatever the expression.

use regex::{Regex, RegexBuilder};

/// The longest expression, in bytes.
const LONGEST: usize = 500;
/// The most memory that a compiled expression may take, in bytes.
const LARGEST: usize = 1024 * 1024;

/// A regular expression as the `regex` crate has them.
#[derive(Clone, Debug)]
pub struct Pattern(Regex);

/// An expression that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPattern(String);

impl Pattern {
    /// The expression, if it is one and not too large.
    pub fn parse(text: &str) -> Result<Self, InvalidPattern> {
        if text.is_empty() || text.len() > LONGEST {
            return Err(InvalidPattern(format!("is empty or longer than {LONGEST} bytes")));
        }
        RegexBuilder::new(text).size_limit(LARGEST).dfa_size_limit(LARGEST).nest_limit(50).build().map(Self).map_err(|error| {
            InvalidPattern(match error {
                regex::Error::CompiledTooBig(_) => "takes too much memory".to_owned(),
                // The parser draws the expression above its words; the words alone stand on the last line.
                other => other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
            })
        })
    }

    /// The expression as written.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether some part of a text matches.
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// A text with every match replaced; `$1` and `${name}` stand for groups.
    pub fn replace(&self, text: &str, with: &str) -> String {
        self.0.replace_all(text, with).into_owned()
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_bounded() {
        assert!(Pattern::parse("^(?i)urgent\\b").is_ok());
        assert_eq!(Pattern::parse("\\w{1000}{1000}").unwrap_err().to_string(), "takes too much memory");
        assert_eq!(Pattern::parse("(a").unwrap_err().to_string(), "unclosed group");
        assert!(Pattern::parse(&"a".repeat(501)).is_err());
    }

    #[test]
    fn groups_are_put_in() {
        assert_eq!(Pattern::parse("^(\\w+) — (.*)").unwrap().replace("Rome — Rain", "$2 ($1)"), "Rain (Rome)");
    }
}
