//! Files that speak of their folder rather than being articles: what they give to the articles in it.
//!
//! | file | whose | what it gives |
//! | --- | --- | --- |
//! | `_defaults.toml` | newswire's | its keys |
//! | `_index.md`, `_index.html` | Hugo's | `cascade` of its front matter |
//! | `NAME/NAME.json`, `NAME.11tydata.json` | Eleventy's | its keys; tags are added |
//! | `_config.yml` at the top | Jekyll's | `defaults` |

mod eleventy;
mod hugo;
mod jekyll;

use globset::{Glob, GlobBuilder};
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::encoding;
use super::findings::{Fault, Findings, Place};
use super::front_matter::{self, Block, Format, Table};
use crate::article::{Article, FolderDefault, Preset, SourcePath, Switch};
use crate::diagnostic::{Diagnostic, Severity};

/// Most defaults of one file.
const MOST: usize = 200;
/// Most further keys that a file gives.
const MOST_KEYS: usize = 64;

/// A kind of file that speaks of its folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Own,
    Hugo,
    EleventyData,
    Eleventy,
    Jekyll,
}

impl Kind {
    fn of(path: &SourcePath) -> Option<Self> {
        // Asked of every file there is: most are no such file by their first and last letters.
        let bytes = path.as_bytes();
        let begins = bytes.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        if bytes.get(begins) != Some(&b'_') && !bytes.ends_with(b".json") {
            return None;
        }
        let name = path.as_path().file_name()?.to_str()?;
        if name == "_defaults.toml" {
            return Some(Self::Own);
        }
        if let Some(rest) = name.strip_prefix("_index.") {
            let ending = rest.rsplit('.').next().unwrap_or(rest);
            let known = ["md", "markdown", "mdown", "mkd", "html", "htm"];
            return known.iter().any(|known| ending.eq_ignore_ascii_case(known)).then_some(Self::Hugo);
        }
        if matches!(name, "_config.yml" | "_config.yaml") && path.folder_name().is_none_or(|folder| folder.is_empty()) {
            return Some(Self::Jekyll);
        }
        if name.ends_with(".11tydata.json") {
            return Some(Self::EleventyData);
        }
        let folder = name.strip_suffix(".json")?;
        (path.folder_name()? == folder).then_some(Self::Eleventy)
    }
}

/// What came of a file that speaks of its folder.
#[derive(Clone, Debug)]
pub struct FolderReading {
    /// What it gives; `None` where the file cannot be used, as a diagnostic of error weight says.
    pub defaults: Option<Vec<FolderDefault>>,
    /// What there is to say of it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Whether a file of this name speaks of its folder. Such a file is no article.
pub fn speaks_of_folder(path: &SourcePath) -> bool {
    Kind::of(path).is_some()
}

/// In which order the files of one folder count, the first before the second: newswire's own file before those of generators.
pub fn rank(path: &SourcePath) -> u8 {
    Kind::of(path).map_or(u8::MAX, |kind| kind as u8)
}

/// The names under which a folder's own files may be found, for one called `folder`; none for the articles folder itself.
pub fn names_in(folder: Option<&str>) -> Vec<String> {
    let mut names = vec!["_defaults.toml".to_owned(), "_index.md".to_owned()];
    match folder {
        Some(name) => names.extend([format!("{name}.11tydata.json"), format!("{name}.json")]),
        None => names.push("_config.yml".to_owned()),
    }
    names
}

/// Understands one such file; dates without an offset are in `zone`. A file without anything to give is understood as well.
pub fn read_folder(bytes: &[u8], path: &SourcePath, zone: &TimeZone) -> FolderReading {
    let decoded = match encoding::decode(bytes) {
        Ok(decoded) => decoded,
        Err(finding) => return FolderReading { defaults: None, diagnostics: vec![finding.diagnostic(path)] },
    };
    let mut findings = Findings::new(path);
    let reading = Reading { path, zone };
    let defaults = match Kind::of(path) {
        Some(Kind::Own) => reading.own(&decoded.text, &mut findings),
        Some(Kind::Hugo) => hugo::read(reading, &decoded.text, &mut findings),
        Some(kind @ (Kind::EleventyData | Kind::Eleventy)) => {
            eleventy::read(reading, &decoded.text, kind == Kind::EleventyData, &mut findings)
        }
        Some(Kind::Jekyll) => jekyll::read(reading, &decoded.text, &mut findings),
        None => Ok(Vec::new()),
    };
    let mut defaults = defaults.map_err(|fault| findings.fault(fault)).ok().filter(|_| !findings.has_error());
    let mut diagnostics = findings.into_diagnostics();
    if let Some(defaults) = &mut defaults
        && defaults.len() > MOST
    {
        let message = format!("the file gives more than {MOST} sets of defaults; the rest was left out");
        diagnostics
            .push(Diagnostic::new(Severity::Warning, "folder-defaults", path.to_string(), message).mend("give some by rules instead"));
        defaults.truncate(MOST);
    }
    FolderReading { defaults, diagnostics }
}

/// The file at hand.
#[derive(Clone, Copy)]
struct Reading<'a> {
    path: &'a SourcePath,
    zone: &'a TimeZone,
}

impl Reading<'_> {
    fn own(self, text: &str, findings: &mut Findings<'_>) -> Result<Vec<FolderDefault>, Fault> {
        let table = front_matter::parse(&Block { format: Format::Toml, source: text, line: 1 })?;
        for (key, place) in front_matter::own_of_articles(&table) {
            let message = format!("'{key}' is each article's own and no default; it was left out");
            findings.warn(place, "no-default", message, "write it into the articles themselves");
        }
        Ok(some(FolderDefault::of(self.preset(&table, findings))))
    }

    /// The fields of a table of front matter that can be given to others.
    fn preset(self, table: &Table<'_>, findings: &mut Findings<'_>) -> Preset {
        let mut article = Article::default();
        front_matter::fill(table, self.zone, &mut article, findings);
        let switch = |on: bool, switch: Switch| if on { Some(true) } else { article.declined.contains(&switch).then_some(false) };
        Preset {
            draft: switch(article.draft, Switch::Draft),
            breaking: switch(article.breaking, Switch::Breaking),
            minor: switch(article.minor, Switch::Minor),
            section: article.section,
            tags: article.tags,
            language: article.language,
            authors: article.authors,
            contributors: article.contributors,
            credits: article.credits,
            media: article.media,
            licence: article.licence,
            announce: article.announce,
            embargo: article.embargo,
            expires: article.expires,
            metadata: bounded(article.metadata),
        }
    }

    /// The same of a generator's table, whose odd values are that generator's business.
    fn quiet_preset(self, table: &Table<'_>) -> Preset {
        self.preset(table, &mut Findings::new(self.path))
    }

    /// The folder's own path, for globs under it.
    fn folder(self) -> Option<String> {
        let folder = self.path.as_path().parent()?.to_str()?;
        (!folder.is_empty()).then(|| folder.to_owned())
    }
}

fn some(default: FolderDefault) -> Vec<FolderDefault> {
    if default.preset.is_empty() { Vec::new() } else { vec![default] }
}

/// Only keys that a rule can look at, and not very many: every article under the folder gets them.
fn bounded(metadata: Map<String, Json>) -> Map<String, Json> {
    let short = |value: &Json| match value {
        Json::String(text) => text.len() <= 500,
        Json::Array(items) => items.len() <= 50 && items.iter().all(|item| !item.is_object() && !item.is_array()),
        Json::Bool(_) | Json::Number(_) => true,
        Json::Null | Json::Object(_) => false,
    };
    metadata.into_iter().filter(|(_, value)| short(value)).take(MOST_KEYS).collect()
}

/// A generator's glob over paths under the articles folder.
fn glob(pattern: &str) -> Option<Glob> {
    if pattern.len() > 500 {
        return None;
    }
    let glob = GlobBuilder::new(pattern).literal_separator(true).build().ok()?;
    // One that cannot be compiled serves for nothing.
    globset::GlobSet::builder().add(glob.clone()).build().ok().map(|_| glob)
}

fn fault(place: Place, message: String, remedy: &str) -> Fault {
    Fault { place, rule: "folder-defaults", message, remedy: remedy.to_owned() }
}

#[cfg(test)]
mod tests;
