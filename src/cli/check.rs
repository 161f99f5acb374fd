//! `newswire check [PATH…]`

use std::io::Write as _;
use std::path::PathBuf;

use super::exit::Exit;
use super::{Common, files};
use crate::article::SourcePath;
use crate::config::Config;
use crate::daemon;
use crate::diagnostic::{Diagnostic, Severity};
use crate::settings::{self, Overrides, Surroundings};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only these files [default: all of the articles folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Print a JSON array instead of lines
    #[arg(long)]
    json: bool,
}

pub(super) fn check(common: &Common, arguments: &Arguments) -> Result<(), Exit> {
    let surroundings = Surroundings::of_process().map_err(Exit::place)?;
    let loaded = match settings::load(&Overrides { without_secrets: true, ..common.overrides() }, &surroundings) {
        Ok(loaded) => loaded,
        Err(error) if arguments.json => {
            print_json(&error.diagnostics())?;
            return Err(Exit::config(error));
        }
        Err(error) => return Err(Exit::config(error)),
    };
    let mut out = std::io::stdout().lock();
    if !arguments.json {
        for warning in &loaded.warnings {
            writeln!(out, "warning: {warning}")?;
        }
    }
    let (count, findings) =
        if arguments.paths.is_empty() { daemon::check_all(&loaded.config)? } else { named(&loaded.config, &arguments.paths)? };
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    if arguments.json {
        print_json(&findings)?;
    } else {
        for finding in &findings {
            writeln!(out, "{finding} [{}, {}]", finding.severity, finding.rule)?;
        }
        let warnings = findings.iter().filter(|finding| finding.severity == Severity::Warning).count();
        writeln!(out, "{}, {}, {}", counted(count, "file"), counted(errors as u64, "error"), counted(warnings as u64, "warning"))?;
    }
    if errors > 0 { Err(Exit::Found) } else { Ok(()) }
}

fn named(config: &Config, paths: &[PathBuf]) -> Result<(u64, Vec<Diagnostic>), Exit> {
    let mut findings = Vec::new();
    let mut inside: Vec<SourcePath> = Vec::new();
    let articles = config.articles.path.canonicalize().unwrap_or_else(|_| config.articles.path.clone());
    for path in paths {
        if path.symlink_metadata().is_err() {
            return Err(Exit::config(format!("{}: there is no such file", path.display())));
        }
        let (root, relative) =
            files::place(path, &articles).ok_or_else(|| Exit::config(format!("{}: not a file's path", path.display())))?;
        if root == articles {
            inside.push(relative);
        } else {
            let elsewhere = Config { articles: crate::config::Articles { path: root, ..config.articles.clone() }, ..config.clone() };
            findings.extend(daemon::check(&elsewhere, vec![relative]));
        }
    }
    findings.extend(daemon::check(config, inside));
    Ok((paths.len() as u64, findings))
}

fn print_json(findings: &[Diagnostic]) -> Result<(), Exit> {
    let mut out = std::io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, findings).map_err(std::io::Error::from)?;
    writeln!(out)?;
    Ok(())
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
