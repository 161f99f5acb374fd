//! Why a command ends other than well.

use std::fmt::Display;
use std::process::ExitCode;

use crate::daemon::Critical;

/// What went wrong, by exit code; the message goes to standard error.
#[derive(Debug)]
pub(super) enum Exit {
    /// 1: the work found errors, which were printed.
    Found,
    /// 2: the command line or the config is wrong.
    Config(String),
    /// 3: the place is not usable.
    Place(String),
}

impl Exit {
    pub(super) fn config(error: impl Display) -> Self {
        Self::Config(error.to_string())
    }

    pub(super) fn place(error: impl Display) -> Self {
        Self::Place(error.to_string())
    }

    pub(super) fn code(self) -> ExitCode {
        let (code, message) = match self {
            Self::Found => return ExitCode::from(1),
            Self::Config(message) => (2, message),
            Self::Place(message) => (3, message),
        };
        eprintln!("newswire: {message}");
        ExitCode::from(code)
    }
}

impl From<Critical> for Exit {
    fn from(critical: Critical) -> Self {
        match critical {
            Critical::Place(message) => Self::Place(message),
            Critical::Config(message) => Self::Config(message),
        }
    }
}

/// A pipe that its reader closed (`newswire status | head`) is no error.
impl From<std::io::Error> for Exit {
    fn from(error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::BrokenPipe { Self::Found } else { Self::place(error) }
    }
}
