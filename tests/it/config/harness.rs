//! A folder with a config file, an environment and a command line.

use std::path::{Path, PathBuf};

use newswire::config::Config;
use newswire::settings::{Loaded, Overrides, SettingsError, Surroundings, load};

pub(crate) struct Place {
    folder: tempfile::TempDir,
    pub(crate) flags: Overrides,
    around: Surroundings,
}

impl Place {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let around = Surroundings { env: std::collections::BTreeMap::default(), cwd: folder.path().to_path_buf() };
        Self { folder, flags: Overrides::default(), around }
    }

    /// A folder with `config/newswire.toml`.
    pub(crate) fn with(text: &str) -> Self {
        Self::empty().file("config/newswire.toml", text)
    }

    /// The same with a `[site]` in front, for tests of other tables.
    pub(crate) fn site(text: &str) -> Self {
        Self::with(&format!("[site]\nurl = \"https://example.org/\"\n{text}"))
    }

    pub(crate) fn file(self, path: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.around.env.insert(name.to_owned(), value.into());
        self
    }

    pub(crate) fn flags(mut self, set: impl FnOnce(&mut Overrides)) -> Self {
        set(&mut self.flags);
        self
    }

    pub(crate) fn cwd(mut self, path: &str) -> Self {
        self.around.cwd = self.path(path);
        self
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn load(&self) -> Result<Loaded, SettingsError> {
        load(&self.flags, &self.around)
    }

    pub(crate) fn config(&self) -> Config {
        self.load().unwrap_or_else(|error| panic!("{error}")).config
    }

    /// The error's text, with this folder's path left out.
    pub(crate) fn error(&self) -> String {
        match self.load() {
            Ok(loaded) => panic!("was accepted: {loaded:?}"),
            Err(error) => error.to_string().replace(self.folder.path().to_str().unwrap(), "…"),
        }
    }
}
