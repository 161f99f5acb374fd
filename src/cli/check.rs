//! `newswire check [PATH…]`

mod format;
mod github;
mod json;
mod sarif;
mod text;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use self::format::{Form, Report, Shown};
use super::exit::Exit;
use super::{Common, files};
use crate::article::SourcePath;
use crate::config::{Config, Profile};
use crate::daemon;
use crate::diagnostic::{Diagnostic, Severity};
use crate::settings::{self, Overrides, Surroundings};

#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Only these files [default: all of the articles folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Form::Text)]
    format: Form,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Whose demands are checked as well; several may be given
    #[arg(long = "profile", value_enum, value_delimiter = ',', value_name = "PROFILE")]
    profiles: Vec<Profile>,
}

pub(super) fn check(common: &Common, arguments: &Arguments) -> Result<(), Exit> {
    let form = if arguments.json { Form::Json } else { arguments.format };
    let surroundings = Surroundings::of_process().map_err(Exit::place)?;
    let loaded = match settings::load(&Overrides { without_secrets: true, ..common.overrides() }, &surroundings) {
        Ok(loaded) => loaded,
        Err(error) => {
            if form != Form::Text {
                let findings = error.diagnostics().into_iter().map(|finding| Shown { file: Some(finding.path.clone()), finding });
                print(form, &Report { count: 0, findings: findings.collect() })?;
            }
            return Err(Exit::config(error));
        }
    };
    let mut config = loaded.config;
    config.check.profiles.extend(&arguments.profiles);
    if form == Form::Text {
        let mut out = std::io::stdout().lock();
        for warning in &loaded.warnings {
            writeln!(out, "warning: {warning}")?;
        }
    }
    let report = if arguments.paths.is_empty() { all(&config)? } else { named(&config, &arguments.paths)? };
    print(form, &report)?;
    if report.number(Severity::Error) > 0 { Err(Exit::Found) } else { Ok(()) }
}

fn all(config: &Config) -> Result<Report, Exit> {
    let (count, findings) = daemon::check_all(config)?;
    let here = std::env::current_dir().ok();
    let folder = shortest(&config.articles.path, here.as_deref());
    Ok(Report { count, findings: findings.into_iter().map(|finding| Shown { file: under(&folder, &finding), finding }).collect() })
}

/// The folder as it is seen from here, where it lies below.
fn shortest(folder: &Path, here: Option<&Path>) -> PathBuf {
    here.and_then(|here| folder.strip_prefix(here).ok()).unwrap_or(folder).to_owned()
}

/// What the configuration says of no file in particular has none.
fn under(folder: &Path, finding: &Diagnostic) -> Option<String> {
    (finding.path != "configuration").then(|| folder.join(&finding.path).to_string_lossy().into_owned())
}

fn named(config: &Config, paths: &[PathBuf]) -> Result<Report, Exit> {
    let mut findings = Vec::new();
    let mut inside: Vec<SourcePath> = Vec::new();
    let mut given: Vec<(String, &Path)> = Vec::new();
    let articles = config.articles.path.canonicalize().unwrap_or_else(|_| config.articles.path.clone());
    for path in paths {
        if path.symlink_metadata().is_err() {
            return Err(Exit::config(format!("{}: there is no such file", path.display())));
        }
        let (root, relative) =
            files::place(path, &articles).ok_or_else(|| Exit::config(format!("{}: not a file's path", path.display())))?;
        if root == articles {
            given.push((relative.to_string(), path));
            inside.push(relative);
        } else {
            let elsewhere = Config { articles: crate::config::Articles { path: root, ..config.articles.clone() }, ..config.clone() };
            let file = Some(path.to_string_lossy().into_owned());
            findings.extend(daemon::check(&elsewhere, vec![relative]).into_iter().map(|finding| Shown { file: file.clone(), finding }));
        }
    }
    let as_given = |finding: &Diagnostic| {
        let found = given.iter().find(|(known, _)| *known == finding.path);
        found.map(|(_, path)| path.to_string_lossy().into_owned()).or_else(|| under(&articles, finding))
    };
    findings.extend(daemon::check(config, inside).into_iter().map(|finding| Shown { file: as_given(&finding), finding }));
    Ok(Report { count: paths.len() as u64, findings })
}

fn print(form: Form, report: &Report) -> Result<(), Exit> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match form {
        Form::Text => text::write(&mut out, report)?,
        Form::Json => json::write(&mut out, report)?,
        Form::Sarif => sarif::write(&mut out, report)?,
        Form::Github => github::write(&mut out, report)?,
    }
    out.flush()?;
    Ok(())
}
