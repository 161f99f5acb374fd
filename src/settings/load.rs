//! File, then environment, then flags; then secrets; then a look at the folders.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use super::error::{Asked, SettingsError};
use super::file::{Unreadable, read};
use super::{Surroundings, places, secrets, theme, variables};
use crate::config::file::{Bases, Document, Origin, Understood, normal};
use crate::config::key::Key;
use crate::config::{Config, SecretSource};

/// Where the file is looked for when nobody names one, from the working directory.
const DEFAULT_FILE: &str = "config/newswire.toml";
/// The variable that names the file.
const FILE_VARIABLE: &str = "NEWSWIRE_CONFIG";
/// Largest config file.
const MAX: u64 = 1 << 20;

/// What the command line says; each given flag wins over file and environment. Paths are relative to the working directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--config FILE`
    pub config: Option<PathBuf>,
    /// `--articles DIR`
    pub articles: Option<PathBuf>,
    /// `--feeds DIR`
    pub feeds: Option<PathBuf>,
    /// `--site URL`
    pub site: Option<String>,
    /// `--ledger FILE|URL`
    pub ledger: Option<String>,
    /// `--listen ADDR|off`
    pub listen: Option<String>,
    /// The command sends nothing, so that a secret which cannot be fetched is a warning only.
    pub without_secrets: bool,
}

/// The settings, and where they came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The configuration, whole.
    pub config: Config,
    /// The config file, absolute; `None` where there is none.
    pub file: Option<PathBuf>,
    /// What is worth knowing, one line each.
    pub warnings: Vec<String>,
}

/// Loads the settings. Reads the config file, secrets' files and the folders' places; writes nothing, keeps nothing.
pub fn load(overrides: &Overrides, surroundings: &Surroundings) -> Result<Loaded, SettingsError> {
    let flags = flags(overrides)?;
    let (path, name, asked) = match (&overrides.config, surroundings.env.get(FILE_VARIABLE).filter(|value| !value.is_empty())) {
        (Some(path), _) => (path.as_path(), path.display().to_string(), Asked::Flag),
        (None, Some(path)) => (Path::new(path), path.to_string_lossy().into_owned(), Asked::Variable),
        (None, None) => (Path::new(DEFAULT_FILE), DEFAULT_FILE.to_owned(), Asked::Default),
    };
    let path = normal(&surroundings.cwd.join(path));
    let bytes = match read(&path, MAX) {
        Ok(bytes) => Some(bytes),
        Err(why) if asked == Asked::Default && why.is_absent() => None,
        Err(why) => return Err(unreadable(path, asked, why)),
    };
    let mut document = match &bytes {
        None => Document::empty(),
        Some(bytes) => Document::parse(&name, text(bytes, &name)?)?,
    };

    let mut warnings = {
        let secrets = document.named_variables();
        variables::apply(&mut document, surroundings, &secrets)
    };
    for (flag, key, value) in &flags {
        document.set(key, value, Origin::Flag(flag));
    }

    let bases = Bases { file: path.parent().unwrap_or(&surroundings.cwd), working: &surroundings.cwd };
    let missing = RefCell::new(Vec::new());
    let fetch = |source: &SecretSource| match secrets::fetch(source, surroundings) {
        Err(why) if overrides.without_secrets => {
            missing.borrow_mut().push(format!("the secret in {} {why}; 'newswire run' will need it", secrets::place(source)));
            Ok(secrets::stand_in())
        }
        fetched => fetched,
    };
    let Understood { mut config, warnings: more } = document.understand(bases, &fetch)?;
    warnings.extend(missing.into_inner());
    places::check(&config)?;
    warnings.extend(more);
    if let Some(folder) = &config.theme.path {
        let (files, odd) = theme::load(folder)?;
        config.theme.files = files;
        warnings.extend(odd);
    }
    Ok(Loaded { config, file: bytes.is_some().then_some(path), warnings })
}

fn unreadable(path: PathBuf, asked: Asked, why: Unreadable) -> SettingsError {
    SettingsError::Unreadable { path, asked, why }
}

fn text<'b>(bytes: &'b [u8], name: &str) -> Result<&'b str, SettingsError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
        SettingsError::NotText { name: name.to_owned(), line }
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The flags that are given: their names, the keys that they override, and their texts.
fn flags(overrides: &Overrides) -> Result<Vec<(&'static str, &'static Key, String)>, SettingsError> {
    let Overrides { config: _, articles, feeds, site, ledger, listen, without_secrets: _ } = overrides;
    let mut flags = Vec::new();
    let mut add = |flag: &'static str, table: &str, name: &str, text: String| {
        flags.extend(Key::find(table, name).map(|key| (flag, key, text)));
    };
    for (flag, table, path) in [("--articles", "articles", articles), ("--feeds", "feeds", feeds)] {
        if let Some(path) = path {
            let text = path.to_str().ok_or_else(|| SettingsError::NotUnicode { flag, path: path.clone() })?;
            add(flag, table, "path", text.to_owned());
        }
    }
    if let Some(url) = site {
        add("--site", "site", "url", url.clone());
    }
    if let Some(place) = ledger {
        add("--ledger", "ledger", if place.contains("://") { "url" } else { "path" }, place.clone());
    }
    if let Some(address) = listen {
        add("--listen", "server", "listen", address.clone());
    }
    Ok(flags)
}
