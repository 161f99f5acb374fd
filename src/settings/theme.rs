//! Reading a theme's folder: a few small files, by their names.

use std::collections::BTreeMap;
use std::path::Path;

use super::SettingsError;
use super::file::read;
use crate::diagnostic::{Diagnostic, Severity};
use crate::server::{Theme, ThemeFault, ThemeFiles};

/// The largest file, in bytes.
const LARGEST: u64 = 512 * 1024;
/// Most files that are looked at.
const MOST: usize = 200;

/// The theme's files, tried; and what is odd about them.
pub(super) fn load(folder: &Path) -> Result<(BTreeMap<String, String>, Vec<String>), SettingsError> {
    let fault = |file: &Path, line: usize, what: String, mend: &str| {
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        SettingsError::Theme(vec![Diagnostic::new(Severity::Error, "config", file.display().to_string(), what).at(line, 1).mend(mend)])
    };
    let listing = std::fs::read_dir(folder).map_err(|error| {
        fault(
            folder,
            1,
            format!("the theme's folder cannot be read: {error}"),
            "set theme.path to a folder that newswire may read, or leave it out",
        )
    })?;
    let (mut files, mut warnings) = (BTreeMap::new(), Vec::new());
    for (count, entry) in listing.flatten().enumerate() {
        if count >= MOST {
            return Err(fault(
                folder,
                1,
                format!("the theme's folder holds more than {MOST} files"),
                "keep a theme in a folder of its own",
            ));
        }
        let path = entry.path();
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        if !ThemeFiles::takes(&name) {
            if !name.starts_with('.') && path.is_file() {
                warnings.push(format!("{}: a theme has no use for this file; docs/theme.md names those that it has", path.display()));
            }
            continue;
        }
        let bytes = read(&path, LARGEST)
            .map_err(|why| fault(&path, 1, format!("this file of the theme cannot be read: {why}"), "mend or remove it"))?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => files.insert(name, text.to_owned()),
            Err(error) => {
                let line = bytes[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
                return Err(fault(&path, line, "this file of the theme is not UTF-8 text here".to_owned(), "save it as UTF-8"));
            }
        };
    }
    Theme::of(&files).map_err(|faults| SettingsError::Theme(faults.iter().map(|fault| diagnostic(folder, fault)).collect()))?;
    warnings.extend(Theme::warnings(&files).into_iter().map(|warning| format!("{}/{warning}", folder.display())));
    Ok((files, warnings))
}

fn diagnostic(folder: &Path, fault: &ThemeFault) -> Diagnostic {
    let line = u32::try_from(fault.line.unwrap_or(1)).unwrap_or(u32::MAX);
    let file = folder.join(&fault.file).display().to_string();
    Diagnostic::new(Severity::Error, "config", file, fault.what.clone()).at(line, 1).mend(fault.mend.clone())
}
