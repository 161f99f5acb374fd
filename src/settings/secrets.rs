//! Fetching secrets that are not in the config file: from the environment, or from a file of their own.

use zeroize::Zeroizing;

use super::Surroundings;
use super::file::read;
use crate::config::SecretSource;

/// Largest file that holds a secret.
const MAX: u64 = 4096;

/// The secret's text. The error fits after "the secret in … " and never holds it.
pub(super) fn fetch(source: &SecretSource, surroundings: &Surroundings) -> Result<Zeroizing<String>, String> {
    match source {
        SecretSource::Literal(text) => Ok(Zeroizing::new(text.clone())),
        SecretSource::Env(name) => match surroundings.env.get(name) {
            None => Err("is missing: the variable is not set".to_owned()),
            Some(value) if value.is_empty() => Err("is missing: the variable is empty".to_owned()),
            Some(value) => {
                value.to_str().map(|text| Zeroizing::new(text.to_owned())).ok_or_else(|| "cannot be used: it is not UTF-8 text".to_owned())
            }
        },
        SecretSource::File(path) => {
            let bytes = read(path, MAX).map_err(|why| format!("cannot be read: {why}"))?;
            match std::str::from_utf8(&bytes) {
                Ok(text) if text.trim().is_empty() => Err("is missing: the file is empty".to_owned()),
                Ok(text) => Ok(Zeroizing::new(text.trim().to_owned())),
                Err(_) => Err("cannot be used: it is not UTF-8 text".to_owned()),
            }
        }
    }
}

/// Where a secret is looked for, in words.
pub(super) fn place(source: &SecretSource) -> String {
    match source {
        SecretSource::Literal(_) => "the config file".to_owned(),
        SecretSource::Env(name) => format!("the environment variable {name}"),
        SecretSource::File(path) => format!("the file {}", path.display()),
    }
}

/// What takes the place of a secret that is not needed: of the right form, and good for nothing.
pub(super) fn stand_in() -> Zeroizing<String> {
    Zeroizing::new(format!("whsec_{}=", "A".repeat(43)))
}
