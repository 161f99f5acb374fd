//! What is wrong with a theme: which file, which line, what, and how to mend it.

use std::fmt;

use minijinja::{Error, ErrorKind};

use super::files::Files;
use super::is_endless;

/// One fault of a theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThemeFault {
    /// The file, by its name in the theme's folder.
    pub file: String,
    /// The line from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub what: String,
    /// How to mend it, as an imperative.
    pub mend: String,
}

impl fmt::Display for ThemeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}; {}", self.file, self.line.unwrap_or(1), self.what, self.mend)
    }
}

impl ThemeFault {
    /// A template that cannot be understood.
    pub(super) fn of_template(error: &Error) -> Self {
        Self {
            file: error.name().unwrap_or("a template").to_owned(),
            line: error.line(),
            what: said(error),
            mend: "write it as the templates of docs/theme.md are written, or take the file away: newswire's own stands in its place"
                .to_owned(),
        }
    }

    /// A template that cannot be filled. Of the errors that led to it, the innermost in a file of the house says most.
    pub(super) fn of_filling(error: &Error, files: &Files) -> Self {
        let mut place = error;
        let mut innermost = error;
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<Error>() {
                innermost = error;
                if error.name().is_some_and(|name| files.is_own(name)) || !place.name().is_some_and(|name| files.is_own(name)) {
                    place = error;
                }
            }
            cause = error.source();
        }
        let mend = if is_endless(error) {
            "let no template include or call itself without end"
        } else {
            match innermost.kind() {
                ErrorKind::TemplateNotFound => "name a file of the theme's folder, or one of newswire's own as 'newswire/base.html'",
                ErrorKind::UnknownFilter | ErrorKind::UnknownTest | ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => {
                    "docs/theme.md says what there is"
                }
                _ => "docs/theme.md lists every variable and what it holds",
            }
        };
        Self { file: place.name().unwrap_or("a template").to_owned(), line: place.line(), what: said(innermost), mend: mend.to_owned() }
    }
}

/// An error in its own words, without its place.
fn said(error: &Error) -> String {
    error.detail().map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()))
}
