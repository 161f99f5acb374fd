//! What a process stands in: its environment and its working directory.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

/// Environment and working directory, as values. Deliberately without `Debug`: the environment holds secrets.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The environment's variables; those whose names are not UTF-8 are left out.
    pub env: BTreeMap<String, OsString>,
    /// The working directory, absolute.
    pub cwd: PathBuf,
}

impl Surroundings {
    /// Those of this process. Fails where the working directory is gone or not readable.
    pub fn of_process() -> io::Result<Self> {
        let env = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value))).collect();
        Ok(Self { env, cwd: std::env::current_dir()? })
    }
}
