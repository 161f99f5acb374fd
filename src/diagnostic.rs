//! What newswire has to say about somebody's file: where, what, and how to mend it.

mod rules;

pub use rules::{RULES, Rule};

use std::fmt;

use serde::{Deserialize, Serialize};

/// How heavy a diagnostic weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is lost.
    Note,
    /// Something was left out or guessed at.
    Warning,
    /// The file could not be used; its last good version stays live.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// One finding about one place of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnostic {
    /// How heavy it weighs.
    pub severity: Severity,
    /// The rule's name in kebab-case, stable across versions.
    pub rule: std::borrow::Cow<'static, str>,
    /// The file, as a path relative to the articles folder (lossy where its name is not UTF-8).
    pub path: String,
    /// Line from 1, counted from the file's first.
    pub line: u32,
    /// Column from 1, in characters.
    pub column: u32,
    /// What was found and what was expected.
    pub message: String,
    /// How to mend it, as an imperative; empty where there is nothing to do.
    pub remedy: String,
}

impl Diagnostic {
    /// A finding about the file as a whole (line 1, column 1).
    pub fn new(severity: Severity, rule: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity, rule: rule.into(), path: path.into(), line: 1, column: 1, message: message.into(), remedy: String::new() }
    }

    /// The same finding at a place; both count from 1.
    #[must_use]
    pub fn at(mut self, line: u32, column: u32) -> Self {
        self.line = line.max(1);
        self.column = column.max(1);
        self
    }

    /// The same finding with its remedy.
    #[must_use]
    pub fn mend(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.path, self.line, self.column, self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_begins_with_its_place() {
        let finding =
            Diagnostic::new(Severity::Error, "front-matter", "a/b.md", "the YAML ends in mid-list").at(3, 7).mend("close the bracket");
        assert_eq!(finding.to_string(), "a/b.md:3:7: the YAML ends in mid-list; close the bracket");
    }
}
