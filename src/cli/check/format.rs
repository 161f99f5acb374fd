//! What is printed, whatever the form.

use crate::diagnostic::{Diagnostic, Severity};

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// Lines for people, `path:line:column: message`
    Text,
    /// An array of findings
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
}

/// Everything that was found.
pub(super) struct Report {
    /// How many files were looked at.
    pub(super) count: u64,
    /// What was found in them.
    pub(super) findings: Vec<Shown>,
}

impl Report {
    /// How many findings weigh this much.
    pub(super) fn number(&self, severity: Severity) -> u64 {
        self.findings.iter().filter(|shown| shown.finding.severity == severity).count() as u64
    }
}

/// A finding, and its file as it was given or as it is seen from the working folder.
pub(super) struct Shown {
    pub(super) file: Option<String>,
    pub(super) finding: Diagnostic,
}

impl Shown {
    /// What was found and how to mend it, without its place.
    pub(super) fn said(&self) -> String {
        let Diagnostic { message, remedy, .. } = &self.finding;
        if remedy.is_empty() { message.clone() } else { format!("{message}; {remedy}") }
    }
}
