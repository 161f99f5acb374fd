//! Workflow commands of GitHub Actions, which show findings in a pull request:
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.

use std::io::{self, Write};

use super::format::Report;
use crate::diagnostic::Severity;

pub(super) fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for shown in &report.findings {
        let finding = &shown.finding;
        let command = match finding.severity {
            Severity::Note => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(out, "::{command} ")?;
        if let Some(file) = &shown.file {
            write!(out, "file={},line={},col={},", property(file), finding.line, finding.column)?;
        }
        writeln!(out, "title={}::{}", property(&finding.rule), data(&shown.said()))?;
    }
    Ok(())
}

/// As the runner's own toolkit writes a command's message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As it writes a property, which ends at a comma or colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(data("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
        assert_eq!(property("a:b,c\n"), "a%3Ab%2Cc%0A");
    }
}
