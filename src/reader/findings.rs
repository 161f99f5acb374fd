//! What a reader has to say of the file in hand, gathered place by place.

use crate::article::{Part, SourcePath};
use crate::diagnostic::{Diagnostic, Severity};

/// A place in a file: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) line: u32,
    pub(super) column: u32,
}

impl Place {
    pub(super) const fn new(line: u32, column: u32) -> Self {
        Self { line, column }
    }

    /// The place that follows `before`, a text that begins at the first column of `first_line`.
    pub(super) fn after(before: &str, first_line: u32) -> Self {
        let begins = before.rfind('\n').map_or(0, |newline| newline + 1);
        let lines = before.bytes().filter(|byte| *byte == b'\n').count();
        Self { line: first_line.saturating_add(count(lines)), column: count(before[begins..].chars().count()).saturating_add(1) }
    }
}

/// A number of lines or columns as diagnostics count them.
pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// A finding that is not yet tied to its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) place: Place,
    pub(super) rule: &'static str,
    pub(super) message: String,
    pub(super) remedy: String,
}

/// Everything found in one file; bounded, as a hostile file must not fill the log.
pub(super) struct Findings<'a> {
    path: &'a SourcePath,
    list: Vec<Diagnostic>,
    /// The file as a whole cannot be used.
    failed: bool,
    refused: Vec<Part>,
    emptied: bool,
}

impl<'a> Findings<'a> {
    const MOST: usize = 50;

    pub(super) const fn new(path: &'a SourcePath) -> Self {
        Self { path, list: Vec::new(), failed: false, refused: Vec::new(), emptied: false }
    }

    pub(super) fn note(&mut self, place: Place, rule: &'static str, message: impl Into<String>, remedy: impl Into<String>) {
        self.say(Severity::Note, place, rule, message, remedy);
    }

    /// The file in hand.
    pub(super) const fn path(&self) -> &'a SourcePath {
        self.path
    }

    pub(super) fn warn(&mut self, place: Place, rule: &'static str, message: impl Into<String>, remedy: impl Into<String>) {
        self.say(Severity::Warning, place, rule, message, remedy);
    }

    pub(super) fn fail(&mut self, place: Place, rule: &'static str, message: impl Into<String>, remedy: impl Into<String>) {
        self.say(Severity::Error, place, rule, message, remedy);
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        self.fail(fault.place, fault.rule, fault.message, fault.remedy);
    }

    pub(super) fn say(
        &mut self,
        severity: Severity,
        place: Place,
        rule: &'static str,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) {
        self.push(Diagnostic::new(severity, rule, self.path.to_string(), message).at(place.line, place.column).mend(remedy));
    }

    /// Adds what another reader found. The error that is the reason why there is no article always finds room.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let fails = diagnostic.severity == Severity::Error;
        if self.list.len() < Self::MOST || (fails && !self.failed) {
            self.list.push(diagnostic);
        }
        self.failed |= fails;
    }

    /// Says of one article of a file of several that it cannot be used, and why: its last good version stays, the others go on.
    pub(super) fn refuse(&mut self, part: Part, found: Vec<Diagnostic>) {
        for diagnostic in found {
            let is_first_error = diagnostic.severity == Severity::Error && !self.list.iter().any(|one| one.severity == Severity::Error);
            if self.list.len() < Self::MOST || is_first_error {
                self.list.push(diagnostic);
            }
        }
        self.refused.push(part);
    }

    /// Says that the file is whole and holds no article any more: those that it held are gone.
    pub(super) fn say_emptied(&mut self) {
        self.emptied = true;
    }

    pub(super) const fn is_emptied(&self) -> bool {
        self.emptied && !self.failed
    }

    /// Whether the file as a whole cannot be used.
    pub(super) const fn has_error(&self) -> bool {
        self.failed
    }

    /// The articles of a file of several that cannot be used.
    pub(super) fn take_refused(&mut self) -> Vec<Part> {
        std::mem::take(&mut self.refused)
    }

    /// What was found, in the order of the file's lines.
    pub(super) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|diagnostic| (diagnostic.line, diagnostic.column));
        self.list
    }
}
