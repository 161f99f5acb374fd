//! A JSON array of findings. `path` is relative to the articles folder, `file` as the command line or the working folder has it.

use std::io::{self, Write};

use serde::Serialize;

use super::format::Report;
use crate::diagnostic::Diagnostic;

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    finding: &'a Diagnostic,
    file: Option<&'a str>,
}

pub(super) fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let rows: Vec<Row<'_>> = report.findings.iter().map(|shown| Row { finding: &shown.finding, file: shown.file.as_deref() }).collect();
    serde_json::to_writer_pretty(&mut *out, &rows)?;
    writeln!(out)
}
