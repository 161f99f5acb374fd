//! How files are understood, without a ledger: for `check` and `preview`.

use std::path::Path;
use std::sync::Arc;

use super::fault::Critical;
use super::reading::{self, FirstSight};
use crate::article::{Article, Entry, References, SourcePath};
use crate::config::{Config, Content, Format};
use crate::desk::{Desk, Known, Observation};
use crate::diagnostic::Diagnostic;
use crate::feed::{self, Channel, Item};
use crate::instant::Instant;
use crate::render::{self, Place, Policy, Rendered};
use crate::watch::scan::{Found, scan};

/// How many files the desk sees at once.
const PAGE: usize = 1_000;

/// What there is to say of every article of the folder, in the order of paths; with the number of files looked at.
pub fn check_all(config: &Config) -> Result<(u64, Vec<Diagnostic>), Critical> {
    let rules = reading::rules(config);
    let mut paths = Vec::new();
    let report = scan(&config.articles.path, &rules, &mut |found: Found| paths.push(found.path)).map_err(Critical::place)?;
    paths.sort_unstable();
    let count = paths.len() as u64;
    let mut findings: Vec<Diagnostic> = report.diagnostics.into_iter().flat_map(|(_, said)| said).collect();
    findings.extend(check(config, paths));
    findings.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    Ok((count, findings))
}

/// What there is to say of these articles, and of what two of them claim at once.
pub fn check(config: &Config, paths: Vec<SourcePath>) -> Vec<Diagnostic> {
    let desk = Desk::new(config);
    let mut known = Known::first_scan();
    let mut findings = Vec::new();
    let mut paths = paths.into_iter().peekable();
    while paths.peek().is_some() {
        let mut observations = Vec::new();
        for path in paths.by_ref().take(PAGE) {
            let look = reading::look(config, path, None, FirstSight::Modified, &|_| false);
            findings.extend(look.findings);
            // A file that went away meanwhile is no finding.
            observations.extend(look.observation.filter(|observation| matches!(observation, Observation::Seen(_))));
        }
        // All of the folder stays known: what is missing cannot be looked up anywhere.
        if let Ok(decided) = desk.decide(&observations, &mut known, Instant::now(), true) {
            findings.extend(decided.notes.into_iter().map(|(_, note)| note));
        }
    }
    findings
}

/// How one file is understood.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The article as its reader understood it.
    pub article: Arc<Article>,
    /// Its row, as if it were published now.
    pub entry: Entry,
    /// Its text.
    pub rendered: Rendered,
}

/// Understands one file as if it were published now, with what there is to say of it. Its path is relative to `root`.
pub fn preview(config: &Config, root: &Path, path: &SourcePath) -> (Option<Preview>, Vec<Diagnostic>) {
    let mut config = config.clone();
    root.clone_into(&mut config.articles.path);
    let now = Instant::now();
    let look = reading::look(&config, path.clone(), None, FirstSight::Modified, &|_| false);
    let mut findings = look.findings;
    if matches!(look.observation, Some(Observation::Gone(_))) {
        findings.push(Diagnostic::new(crate::diagnostic::Severity::Error, "file-missing", path.to_string(), "there is no such file"));
    }
    let Some(Observation::Seen(seen)) = look.observation else { return (None, findings) };
    let article = seen.article.clone();
    let decided = Desk::new(&config).decide(&[Observation::Seen(seen)], &mut Known::first_scan(), now, true).unwrap_or_default();
    findings.extend(decided.notes.into_iter().map(|(_, note)| note));
    let entry = decided.decisions.into_iter().next().map(|decision| decision.after);
    let preview = entry.map(|entry| {
        // There is no catalogue to ask where references lead.
        let none = References::default();
        let place = Place::of(&entry, &none).with_files(&config.feeds.url);
        let rendered = render::render(&article, place, config.site.author.as_deref(), &Policy::new(&config.html));
        Preview { article, entry, rendered }
    });
    (preview, findings)
}

impl Preview {
    /// A feed with this article alone.
    pub fn feed(&self, config: &Config, format: Format) -> Vec<u8> {
        let Some(feed) = config.feed.first() else { return Vec::new() };
        let channel = Channel::new(config, feed, self.entry.id.clone());
        let item = Item { entry: &self.entry, rendered: &self.rendered, language: &config.site.language, content: Content::Full };
        feed::assemble(format, &channel, self.entry.updated, &[feed::fragment(format, item)])
    }
}
