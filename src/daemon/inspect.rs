//! How files are understood, without a ledger: for `check` and `preview`.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use super::fault::Critical;
use super::folders::Folders;
use super::linting;
use super::reading::{self, FirstSight};
use crate::article::{Article, Entry, FeedName, References, SourcePath};
use crate::config::{Config, Content, Family, Format};
use crate::desk::{Applied, Decision, Desk, House, Known, Observation};
use crate::diagnostic::{Diagnostic, Severity};
use crate::feed::{self, Channel, Item, Style};
use crate::instant::Instant;
use crate::lint::Languages;
use crate::media::{Around, Neighbours};
use crate::reader::{self, folder};
use crate::render::{self, Place, Policy, Rendered};
use crate::watch::Doorway;
use crate::watch::scan::{Found, scan};

/// How many files the desk sees at once.
const PAGE: usize = 1_000;

/// What there is to say of every article of the folder, in the order of paths; with the number of files looked at.
pub fn check_all(config: &Config) -> Result<(u64, Vec<Diagnostic>), Critical> {
    let rules = reading::rules(config, reader::reads);
    let mut paths = Vec::new();
    let report = scan(&config.articles.path, &rules, &mut |found: Found| paths.push(found.path)).map_err(Critical::place)?;
    paths.sort_unstable();
    let count = paths.len() as u64;
    let mut findings: Vec<Diagnostic> = report.diagnostics.into_iter().flat_map(|(_, said)| said).collect();
    let (folders, said) = Folders::survey(config);
    findings.extend(said.into_iter().flat_map(|(_, said)| said));
    let house = Arc::new(House::new(config, folders.defaults()));
    let mut idle: Option<BTreeSet<String>> = None;
    let mut languages = Languages::default();
    let mut full = Full::of(config);
    let mut count_languages = |entry: &Entry| {
        full.count(entry);
        let language = entry.facts.language.as_deref().unwrap_or(&config.site.language);
        entry.feeds.iter().for_each(|feed| languages.count(feed, language, &entry.path));
    };
    findings.extend(check_in(config, &house, paths, &mut |seen| note_idle(&house, seen, &mut idle), &mut count_languages));
    findings.extend(full.findings());
    findings.extend(languages.findings().into_iter().map(|finding| finding.placed("")));
    findings.extend(idle.into_iter().flatten().map(|name| in_vain(&name, count)));
    let mut findings = weighed(config, findings);
    findings.sort_by(|a, b| (&a.path, a.line, a.column).cmp(&(&b.path, b.line, b.column)));
    Ok((count, findings))
}

/// What there is to say of these articles, and of what two of them claim at once.
pub fn check(config: &Config, paths: Vec<SourcePath>) -> Vec<Diagnostic> {
    let (of_folders, paths): (Vec<_>, Vec<_>) = paths.into_iter().partition(folder::speaks_of_folder);
    let mut folders = Folders::around(config, &paths);
    let said = folders.refresh(config, of_folders).findings;
    let house = Arc::new(House::new(config, folders.defaults()));
    let findings = check_in(config, &house, paths, &mut |_| (), &mut |_| ());
    weighed(config, said.into_iter().flat_map(|(_, said)| said).chain(findings))
}

/// The findings as heavy as the configuration has them, without those that it does not want.
fn weighed(config: &Config, findings: impl IntoIterator<Item = Diagnostic>) -> Vec<Diagnostic> {
    findings.into_iter().filter_map(|finding| config.check.weigh(finding)).collect()
}

/// Strikes from the rules that have matched nothing so far those that are for some of these articles.
fn note_idle(house: &House, seen: &[Observation], idle: &mut Option<BTreeSet<String>>) {
    let articles = seen.iter().filter_map(|observation| match observation {
        Observation::Seen(seen) => Some((&seen.path, &seen.article)),
        Observation::Unusable(_) | Observation::Gone(_) | Observation::Due(..) | Observation::Again(..) => None,
    });
    let now: BTreeSet<String> = house.idle(articles).into_iter().map(str::to_owned).collect();
    *idle = Some(match idle.take() {
        Some(before) => before.intersection(&now).cloned().collect(),
        None => now,
    });
}

/// The feeds that families would have, and the articles that would be the first in one too many.
struct Full<'a>(Vec<(&'a Family, BTreeSet<FeedName>, Option<TooMany>)>);

/// An article's file, and the feed that it would be the first in.
type TooMany = (SourcePath, FeedName);

impl<'a> Full<'a> {
    fn of(config: &'a Config) -> Self {
        Self(config.families.iter().map(|family| (family, BTreeSet::new(), None)).collect())
    }

    fn count(&mut self, entry: &Entry) {
        for (family, feeds, over) in &mut self.0 {
            for name in entry.feeds.iter().filter(|name| entry.state.is_public() && family.has(name)) {
                if feeds.len() < family.most {
                    feeds.insert(name.clone());
                } else if over.is_none() && !feeds.contains(name) {
                    *over = Some((entry.path.clone(), name.clone()));
                }
            }
        }
    }

    fn findings(self) -> Vec<Diagnostic> {
        let finding = |(family, _, over): (&Family, BTreeSet<FeedName>, Option<TooMany>)| {
            let (path, feed) = over?;
            let (name, most) = (&family.name, family.most);
            let message = format!("the feed '{feed}' would not begin: '{name}' would have more feeds than it may ({most})");
            Some(Diagnostic::new(Severity::Note, "family-full", path.file().to_string(), message).mend("raise the family's max_feeds"))
        };
        self.0.into_iter().filter_map(finding).collect()
    }
}

fn in_vain(name: &str, count: u64) -> Diagnostic {
    let message = format!("the rule '{name}' matches none of the articles ({count} files)");
    Diagnostic::new(Severity::Note, "rule-in-vain", "configuration", message).mend("see whether its 'when' is as it was meant")
}

fn check_in(
    config: &Config,
    house: &Arc<House>,
    paths: Vec<SourcePath>,
    each: &mut dyn FnMut(&[Observation]),
    placed: &mut dyn FnMut(&Entry),
) -> Vec<Diagnostic> {
    let now = Instant::now();
    let desk = Desk::of_house(config, house.clone());
    let mut known = Known::first_scan();
    let mut findings = Vec::new();
    let mut paths = paths.into_iter().peekable();
    while paths.peek().is_some() {
        let (mut observations, neighbours) = (Vec::new(), Neighbours::default());
        let doorway = Doorway::of(reading::root(config));
        for path in paths.by_ref().take(PAGE) {
            let look = reading::look(config, &doorway, path, None, FirstSight::Modified, Around::at_rest(&neighbours));
            findings.extend(linting::lint(config, house, &look, now));
            // Of all that is read at once, texts are the most, and nobody looks at them any more.
            let look = look.without_text(true);
            findings.extend(look.findings);
            // A file that went away meanwhile is no finding.
            observations.extend(look.observations.into_iter().filter(|observation| matches!(observation, Observation::Seen(_))));
        }
        each(&observations);
        // All of the folder stays known: what is missing cannot be looked up anywhere.
        if let Ok(decided) = desk.decide(&observations, &mut known, now, true) {
            decided.decisions.iter().for_each(|decision| placed(&decision.after));
            findings.extend(decided.notes.into_iter().map(|(_, note)| note));
        }
    }
    findings
}

/// How one article of a file is understood.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The article as its reader understood it.
    pub source: Arc<Article>,
    /// The same as rules and its folder's defaults leave it.
    pub article: Arc<Article>,
    /// The rules and defaults that applied.
    pub applied: Vec<Applied>,
    /// Its row, as if it were published now.
    pub entry: Entry,
    /// Its text.
    pub rendered: Rendered,
}

/// Understands one file's articles as if they were published now, with what there is to say of it. Its path is relative to `root`.
pub fn preview(config: &Config, root: &Path, path: &SourcePath) -> (Vec<Preview>, Vec<Diagnostic>) {
    let mut config = config.clone();
    root.clone_into(&mut config.articles.path);
    let now = Instant::now();
    let look = reading::look(
        &config,
        &Doorway::of(reading::root(&config)),
        path.clone(),
        None,
        FirstSight::Modified,
        Around::at_rest(&Neighbours::default()),
    );
    let mut findings = look.findings;
    if look.fault.is_some() && matches!(look.observations[..], [Observation::Gone(_)]) {
        findings.push(Diagnostic::new(Severity::Error, "file-missing", path.to_string(), "there is no such file"));
    }
    let mut observations = look.observations;
    observations.retain(|observation| matches!(observation, Observation::Seen(_)));
    let house = Arc::new(House::new(&config, Folders::around(&config, [path]).defaults()));
    let desk = Desk::of_house(&config, house.clone());
    let decided = desk.decide(&observations, &mut Known::first_scan(), now, true).unwrap_or_default();
    findings.extend(decided.notes.into_iter().map(|(_, note)| note));
    // There is no catalogue to ask where references lead.
    let none = References::default();
    let policy = Policy::new(&config.html);
    let preview = |decision: Decision| {
        let (entry, source) = (decision.after, decision.article?);
        let article = house.edit(&entry.path, &source).article;
        let applied = house.explain(&entry.path, &source);
        let rendered =
            render::render(&article, Place::of(&entry, &none).with_files(&config.feeds.url), config.site.author.as_deref(), &policy);
        Some(Preview { source, article, applied, entry, rendered })
    };
    (decided.decisions.into_iter().filter_map(preview).collect(), findings)
}

/// A feed with these articles alone.
pub fn preview_feed(previews: &[Preview], config: &Config, format: Format) -> Vec<u8> {
    let (Some(feed), Some(first)) = (config.feed.first(), previews.first()) else { return Vec::new() };
    let channel = Channel::new(config, feed, first.entry.id.clone());
    let style = Style::new(config);
    let fragment = |preview: &Preview| {
        let item = Item { entry: &preview.entry, rendered: &preview.rendered, style: &style, content: Content::Full };
        feed::fragment(format, item)
    };
    let updated = previews.iter().map(|preview| preview.entry.updated).max().unwrap_or(first.entry.updated);
    feed::assemble(format, &channel, updated, &previews.iter().map(fragment).collect::<Vec<_>>())
}
