//! Lines for people and editors: `path:line:column: message; remedy [severity, rule]`.

use std::io::{self, Write};

use super::format::Report;
use crate::diagnostic::{Diagnostic, Severity};

pub(super) fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for shown in &report.findings {
        let path = shown.file.clone().unwrap_or_else(|| shown.finding.path.clone());
        let finding = Diagnostic { path, ..shown.finding.clone() };
        writeln!(out, "{finding} [{}, {}]", finding.severity, finding.rule)?;
    }
    let (errors, warnings) = (report.number(Severity::Error), report.number(Severity::Warning));
    writeln!(out, "{}, {}, {}", counted(report.count, "file"), counted(errors, "error"), counted(warnings, "warning"))
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
