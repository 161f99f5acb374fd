//! Why settings could not be loaded. Every text is complete in itself: what happened, to what, and the remedy.

use std::path::PathBuf;

use thiserror::Error;

use super::file::Unreadable;
use crate::config::file::ConfigError;
use crate::diagnostic::{Diagnostic, Severity};

/// The configuration cannot be used; a start exits with 2, a reload goes on with the old one.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The config file cannot be read.
    #[error("cannot read the config file {}{}: {why}; {}", path.display(), asked.clause(), asked.remedy(path))]
    Unreadable {
        /// The file, absolute.
        path: PathBuf,
        /// Who named it.
        asked: Asked,
        /// What the file system said.
        why: Unreadable,
    },
    /// The config file is not UTF-8.
    #[error("{name}:{line}:1: the config file is not UTF-8 text here; save it as UTF-8")]
    NotText {
        /// The file as it was named.
        name: String,
        /// The first line that is not UTF-8, from 1.
        line: usize,
    },
    /// Something in the file, the environment or the flags is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The theme cannot be used.
    #[error("{}", lines(.0))]
    Theme(Vec<Diagnostic>),
    /// A flag names a path that is not UTF-8.
    #[error("{flag} names {}, which is not UTF-8; rename it, or give it by a path that is", path.display())]
    NotUnicode {
        /// The flag.
        flag: &'static str,
        /// What it names.
        path: PathBuf,
    },
    /// Two of the folders of articles, feeds and ledger lie inside each other.
    #[error("the {inner} {} {how} the {outer} {}; choose places that do not lie inside each other", inner_path.display(), outer_path.display())]
    Nested {
        /// What lies inside.
        inner: &'static str,
        /// Where it is.
        inner_path: PathBuf,
        /// `lies inside` or `is`.
        how: &'static str,
        /// What it lies inside.
        outer: &'static str,
        /// Where that is.
        outer_path: PathBuf,
    },
}

impl SettingsError {
    /// The same for those who list diagnostics.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let whole = |path: String| vec![Diagnostic::new(Severity::Error, "config", path, self.to_string())];
        match self {
            Self::Config(error) => error.diagnostics(),
            Self::Theme(findings) => findings.clone(),
            Self::Unreadable { path, .. } => whole(path.display().to_string()),
            Self::NotText { name, line, .. } => {
                let line = u32::try_from(*line).unwrap_or(u32::MAX);
                let message = "the config file is not UTF-8 text here";
                vec![Diagnostic::new(Severity::Error, "config", name.clone(), message).at(line, 1).mend("save it as UTF-8")]
            }
            Self::NotUnicode { .. } | Self::Nested { .. } => whole("configuration".to_owned()),
        }
    }
}

fn lines(findings: &[Diagnostic]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Who named the config file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `--config`.
    Flag,
    /// `NEWSWIRE_CONFIG`.
    Variable,
    /// Nobody: it is the file that is looked for.
    Default,
}

impl Asked {
    const fn clause(self) -> &'static str {
        match self {
            Self::Flag => " (named by --config)",
            Self::Variable => " (named by NEWSWIRE_CONFIG)",
            Self::Default => "",
        }
    }

    fn remedy(self, path: &std::path::Path) -> String {
        match self {
            Self::Flag => "correct the path, or leave --config out to run without a file".to_owned(),
            Self::Variable => "correct the path, or unset NEWSWIRE_CONFIG".to_owned(),
            Self::Default => format!("mend or remove {}", path.display()),
        }
    }
}
