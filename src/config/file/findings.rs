//! What is wrong with a configuration, each with its place and its remedy.

use std::fmt;
use std::ops::Range;

use super::document::{Document, Origin};
use super::excerpt::Excerpt;
use crate::diagnostic::{Diagnostic, Severity};

/// At most this many findings are reported at once, and as many warnings kept.
const MOST: usize = 20;

/// Where something is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A place of the file.
    File { name: String, line: u32, column: u32, excerpt: Option<Excerpt> },
    /// An environment variable or a flag.
    Given(Origin),
    /// What all sources together say, where there is no file.
    Whole,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) place: Place,
    pub(super) message: String,
    pub(super) remedy: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File { name, line, column, excerpt } => {
                write!(f, "{name}:{line}:{column}: {}", self.message)?;
                if let Some(excerpt) = excerpt {
                    write!(f, "\n{excerpt}")?;
                }
                if !self.remedy.is_empty() {
                    write!(f, "\n   = {}", self.remedy)?;
                }
                Ok(())
            }
            Place::Given(origin) => write!(f, "{origin}: {}", self.with_remedy()),
            Place::Whole => write!(f, "configuration: {}", self.with_remedy()),
        }
    }
}

impl Finding {
    fn with_remedy(&self) -> String {
        if self.remedy.is_empty() { self.message.clone() } else { format!("{}; {}", self.message, self.remedy) }
    }

    fn diagnostic(&self) -> Diagnostic {
        let (path, line, column) = match &self.place {
            Place::File { name, line, column, .. } => (name.clone(), *line, *column),
            Place::Given(origin) => (origin.to_string(), 1, 1),
            Place::Whole => ("configuration".to_owned(), 1, 1),
        };
        Diagnostic::new(Severity::Error, "config", path, self.message.clone()).at(line, column).mend(self.remedy.clone())
    }
}

/// The configuration cannot be used. Its text gives every finding with `path:line:column:`, the line with a mark, and the remedy;
/// it never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    findings: Vec<Finding>,
    more: usize,
}

impl ConfigError {
    pub(super) fn one(finding: Finding) -> Self {
        Self { findings: vec![finding], more: 0 }
    }

    /// The same findings for those who list diagnostics.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.findings.iter().map(Finding::diagnostic).collect()
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.findings.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{finding}")?;
        }
        if self.more > 0 { write!(f, "\n… and {} more", self.more) } else { Ok(()) }
    }
}

/// Gathers findings while a document is judged, so that all of them are reported at once.
pub(super) struct Report<'d> {
    document: &'d Document<'d>,
    findings: Vec<Finding>,
    warnings: Vec<String>,
    refused: usize,
    warned: usize,
}

impl<'d> Report<'d> {
    pub(super) const fn new(document: &'d Document<'d>) -> Self {
        Self { document, findings: Vec::new(), warnings: Vec::new(), refused: 0, warned: 0 }
    }

    /// Something that makes the configuration unusable.
    pub(super) fn refuse(&mut self, span: impl Into<Option<Range<usize>>>, message: impl Into<String>, remedy: impl Into<String>) {
        // A place costs a walk through the file, so that those beyond what is shown are counted only.
        if self.refused < MOST {
            let place = self.document.place(span.into());
            self.findings.push(Finding { place, message: message.into(), remedy: remedy.into() });
        }
        self.refused += 1;
    }

    /// The same for what was found elsewhere.
    pub(super) fn add(&mut self, finding: Finding) {
        if self.refused < MOST {
            self.findings.push(finding);
        }
        self.refused += 1;
    }

    /// How much was refused so far.
    pub(super) const fn refused(&self) -> usize {
        self.refused
    }

    /// Something worth knowing.
    pub(super) fn warn(&mut self, span: impl Into<Option<Range<usize>>>, message: &str) {
        if self.warned < MOST {
            self.warnings.push(match self.document.place(span.into()) {
                Place::File { name, line, column, .. } => format!("{name}:{line}:{column}: {message}"),
                Place::Given(origin) => format!("{origin}: {message}"),
                Place::Whole => message.to_owned(),
            });
        }
        self.warned += 1;
    }

    /// The warnings, or all that was refused.
    pub(super) fn close(mut self) -> Result<Vec<String>, ConfigError> {
        if self.refused > 0 {
            return Err(self.error());
        }
        if self.warned > self.warnings.len() {
            self.warnings.push(format!("… and {} more warnings", self.warned - self.warnings.len()));
        }
        Ok(self.warnings)
    }

    /// All that was refused, and this.
    pub(super) fn close_with(mut self, finding: Finding) -> ConfigError {
        self.add(finding);
        self.error()
    }

    /// In the order of the file, after what other sources say.
    fn error(mut self) -> ConfigError {
        self.findings.sort_by_key(|finding| match finding.place {
            Place::Given(_) | Place::Whole => (0, 0),
            Place::File { line, column, .. } => (line, column),
        });
        ConfigError { more: self.refused - self.findings.len(), findings: self.findings }
    }

    /// How to speak of another place: `line 12`, or the variable or flag.
    pub(super) fn mention(&self, span: Range<usize>) -> String {
        if self.refused >= MOST {
            // It will not be shown.
            return String::new();
        }
        match self.document.place(Some(span)) {
            Place::File { line, .. } => format!("line {line}"),
            Place::Given(origin) => origin.to_string(),
            Place::Whole => "the configuration".to_owned(),
        }
    }

    pub(super) const fn document(&self) -> &'d Document<'d> {
        self.document
    }
}
