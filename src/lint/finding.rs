//! One finding, and by which words of the file its place is found.

use crate::article::SourcePath;
use crate::diagnostic::{Diagnostic, Severity};

/// A finding whose place is not known yet: an article's fields do not say where they stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What there is to say.
    pub diagnostic: Diagnostic,
    /// Words that stand at its place, where there are any; else it is about the whole file.
    pub at: Option<String>,
}

impl Finding {
    pub(super) fn new(severity: Severity, rule: &'static str, path: &SourcePath, message: impl Into<String>) -> Self {
        Self { diagnostic: Diagnostic::new(severity, rule, path.file().to_string(), message), at: None }
    }

    pub(super) fn mend(mut self, remedy: impl Into<String>) -> Self {
        self.diagnostic = self.diagnostic.mend(remedy);
        self
    }

    pub(super) fn at(mut self, words: impl Into<String>) -> Self {
        self.at = Some(words.into());
        self
    }

    /// The diagnostic at its place in the file's text: where its words stand first.
    pub fn placed(self, text: &str) -> Diagnostic {
        let Some(start) = self.at.as_deref().filter(|words| !words.is_empty()).and_then(|words| text.find(words)) else {
            return self.diagnostic;
        };
        let before = text[..start].trim_start_matches('\u{FEFF}');
        let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        let last = before.rsplit('\n').next().unwrap_or_default();
        self.diagnostic.at(count(before.matches('\n').count()), count(last.chars().count()))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn its_place_is_where_its_words_stand() {
        let path = SourcePath::new(Path::new("a.md")).unwrap();
        let finding = || Finding::new(Severity::Note, "no-date", &path, "x");
        let place = |finding: Finding, text: &str| {
            let placed = finding.placed(text);
            (placed.line, placed.column)
        };
        assert_eq!(place(finding().at("b.md"), "\u{FEFF}one\nö [x](b.md)\n"), (2, 7));
        assert_eq!(place(finding().at("gone"), "one"), (1, 1));
        assert_eq!(place(finding(), "one"), (1, 1));
    }
}
