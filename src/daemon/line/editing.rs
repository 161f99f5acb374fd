//! Decisions → the edition to commit and the feeds that it changes.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use tracing::{debug, error, info, warn};

use super::placing::{Said, from_file};
use super::{Intake, Line};
use crate::article::{BulletinKind, Holding, References, SourcePath, State, Tombstone};
use crate::daemon::bulletin::{self, FeedPlaces};
use crate::daemon::files::{self, Files, ToPublish};
use crate::desk::{Decision, Decisions};
use crate::diagnostic::{Diagnostic, Severity};
use crate::instant::Instant;
use crate::ledger::{self, Edition, EntryChange, Fault};
use crate::publish::{Change, Composed};
use crate::render::{self, Rendered};

/// From so many changes at once, articles that no one sees at present get their sources kept later, as those of a first scan do.
const MANY: usize = 200;

impl Line {
    /// Decisions → the edition to commit and the feeds that it changes.
    pub(super) async fn edition(
        &mut self,
        decided: Decisions,
        intake: &Intake,
        at: Instant,
        live: bool,
    ) -> Result<(Composed, Edition, Files), Fault> {
        let mut files = Files::default();
        let mut changes = Vec::new();
        let mut unresolved = Vec::new();
        let mut bulletins = Vec::new();
        let mut tombstones = Vec::new();
        let mut entries = Vec::with_capacity(decided.decisions.len());
        // What began in an edition that came to nothing begins again, or not.
        self.publisher.not_begun();
        let mut full = Vec::new();
        let untold: HashSet<SourcePath> =
            decided.notes.iter().filter(|(_, note)| note.rule == "history").map(|(path, _)| path.clone()).collect();
        let many = decided.decisions.len() >= MANY;
        for mut decision in decided.decisions {
            for overfull in self.publisher.begin(&mut decision.after) {
                let path = decision.after.path.file();
                let finding = self.overfull(&path.to_string(), &overfull);
                full.push((path, finding));
            }
            let waits = many && self.can_wait(&decision);
            if live {
                let references = if waits { References::default() } else { self.references(&decision, &mut unresolved).await? };
                let rendered = self.carried(&decision, &references);
                if let Some(told) = &decision.telling {
                    let places = FeedPlaces { base: &self.config.feeds.url, formats: &self.config.feeds.formats };
                    let article = decision.article.as_ref().map(|source| self.house.edit(&decision.after.path, source).article);
                    let shown = article.as_deref().zip(rendered.as_deref());
                    bulletins.push(bulletin::bulletin(&decision, told, shown, &places, at));
                }
                self.leaves_sources |= waits;
                self.files(&decision, &mut files).await?;
                log(&decision, untold.contains(&decision.after.path));
                let tombstone = self.tombstone(&decision, at);
                tombstones.extend(tombstone.clone());
                if decision.is_visible() || tombstone.is_some() {
                    let (before, after, article) = (decision.before.clone(), decision.after.clone(), decision.article.clone());
                    changes.push(Change { before, after, tombstone, article, references, rendered });
                }
            }
            entries.push(EntryChange {
                known: decision.before.as_ref().map(|before| ledger::Known {
                    revision: before.revision,
                    stamp: before.stamp,
                    state: before.state.clone(),
                }),
                source: decision.article.filter(|_| live && !waits),
                entry: decision.after,
            });
        }
        let said = Said::default();
        let composed = if live {
            let from_file = from_file(self.config.clone(), said.clone());
            let mut composed = self.publisher.compose(&*self.ledger, &changes, at, &from_file).await?;
            if self.publisher.is_list_changed() {
                composed.lists = self.publisher.lists(at);
            }
            // What moved up from below the feeds' ends was read for it: it is kept as it was found, and its files stand with the rest.
            let read = std::mem::take(&mut composed.read);
            if !read.is_empty() {
                files.publish.extend(read.iter().flat_map(|(_, source)| ToPublish::of(source)));
                self.ledger.keep_sources(read.into_iter().map(|(entry, source)| (entry.id, entry.stamp, source)).collect()).await?;
            }
            composed
        } else {
            Composed::default()
        };
        let mut findings: BTreeMap<SourcePath, Vec<Diagnostic>> = said.take();
        for (path, said) in intake.findings.iter().cloned() {
            findings.entry(path).or_default().extend(said);
        }
        for (path, note) in decided.notes.into_iter().chain(unresolved) {
            match findings.get_mut(&path) {
                Some(said) => said.push(note),
                // Its file was not read now: what its reader said of it stands.
                None => say(&note),
            }
        }
        for (path, finding) in full {
            findings.entry(path).or_default().push(finding);
        }
        for diagnostic in findings.values().flatten() {
            say(diagnostic);
        }
        let edition = Edition {
            entries,
            forget: decided.forget,
            tombstones,
            bulletins,
            feeds: composed.rows(),
            layouts: composed.layouts(),
            family_feeds: self.publisher.named(),
            placed: Some(self.placed),
            archives: composed.archive_rows(),
            diagnostics: findings.into_iter().collect(),
            ..Edition::empty(at)
        };
        Ok((composed, edition, files))
    }

    /// The local files that a decision publishes, and those that its article showed and shows no more.
    async fn files(&self, decision: &Decision, files: &mut Files) -> Result<(), Fault> {
        let public = decision.after.state.is_public();
        let shown = decision.article.as_deref().filter(|_| public);
        if let Some(before) = decision.before.as_ref().filter(|before| before.state.is_public() && before.fingerprint.has_files())
            && (shown.is_some() || !public)
        {
            let now = shown.map(files::places).unwrap_or_default();
            let sources = self.ledger.sources(vec![before.id.clone()]).await?;
            let left = sources.iter().flat_map(|(_, source)| files::places(source)).filter(|place| !now.contains(place));
            files.left.push((left.collect(), public));
        }
        files.publish.extend(shown.into_iter().flat_map(ToPublish::of));
        Ok(())
    }

    /// What is left of an article that is told to be gone: a tombstone in the feeds that it stood in.
    fn tombstone(&self, decision: &Decision, at: Instant) -> Option<Tombstone> {
        let told = decision.telling.as_ref().filter(|told| told.kind == BulletinKind::Withdrawn)?;
        // One that was on hold has a tombstone already, in the feeds that it stood in then.
        let mut feeds = self.publisher.graves_of(&decision.after.id);
        for name in decision.before.iter().flat_map(|before| &before.feeds) {
            if !feeds.contains(name) {
                feeds.push(name.clone());
            }
        }
        Some(Tombstone { id: decision.after.id.clone(), at, reason: told.reason.clone(), feeds })
    }

    /// Where the article's references to others lead; one that leads nowhere is warned of.
    async fn references(&self, decision: &Decision, unresolved: &mut Vec<(SourcePath, Diagnostic)>) -> Result<References, Fault> {
        let Some(article) = &decision.article else { return Ok(References::default()) };
        let targets = render::references(article);
        let found = ledger::references(&*self.ledger, &decision.after.path, targets.clone()).await?;
        for target in targets.iter().filter(|target| found.get(target).is_none()) {
            let path = &decision.after.path.file();
            let message = format!("it links to '{target}', which is no public article here: the link leads nowhere");
            let warning = Diagnostic::new(Severity::Warning, "link-to-nothing", path.to_string(), message);
            unresolved.push((path.clone(), warning.mend("correct the path, or save this article again once the other is there")));
        }
        Ok(found)
    }

    /// The article's text, where a bulletin carries it. What feeds show is rendered as they are composed: of very many, few are.
    fn carried(&self, decision: &Decision, references: &References) -> Option<Arc<Rendered>> {
        let carried = decision.telling.as_ref().is_some_and(|told| told.kind != BulletinKind::Withdrawn);
        let article = decision.article.as_ref().filter(|_| carried);
        article.map(|article| Arc::new(self.publisher.render(article, &decision.after, references)))
    }

    /// Whether the article is new, told to no one, in no feed's reach and without files of its own: its file is all that anybody needs
    /// for now.
    fn can_wait(&self, decision: &Decision) -> bool {
        decision.before.is_none()
            && decision.telling.is_none()
            && !decision.after.fingerprint.has_files()
            && !self.publisher.would_show(&decision.after)
    }
}

fn log(decision: &Decision, noted: bool) {
    let entry = &decision.after;
    let before = decision.before.as_ref();
    let was_public = before.is_some_and(|before| before.state.is_public());
    match (was_public, entry.state.is_public()) {
        // A note says as much, and why no one is told.
        (false, true) if noted => debug!("published: {} ({})", entry.path, entry.link),
        (false, true) => info!("published: {} ({})", entry.path, entry.link),
        (true, false) => info!("no longer public: {} ({}, {})", entry.path, standing(&entry.state), entry.link),
        (true, true) if decision.is_visible() => info!("changed: {} ({})", entry.path, entry.link),
        (true, true) => debug!("unchanged: {}", entry.path),
        (false, false) if before.is_none_or(|before| before.state != entry.state) => {
            info!("not public: {} ({})", entry.path, standing(&entry.state));
        }
        (false, false) => debug!("not public: {}", entry.path),
    }
}

fn standing(state: &State) -> &'static str {
    match state {
        State::Live | State::RemovalPending { .. } => "live",
        State::Held { why: Holding::Draft } => "a draft",
        State::Held { why: Holding::Embargo } => "under embargo",
        State::Held { why: Holding::Future } => "its date has not come",
        State::Held { why: Holding::Hold } => "on hold",
        State::Expired => "expired",
        State::Withdrawn { .. } => "withdrawn",
    }
}

pub(super) fn say(diagnostic: &Diagnostic) {
    match diagnostic.severity {
        Severity::Error => error!("{diagnostic}"),
        Severity::Warning => warn!("{diagnostic}"),
        // That nobody is told of an article is for the operator to know; other notes are for `check` and `status`.
        Severity::Note if diagnostic.rule == "history" => info!("{diagnostic}"),
        Severity::Note => debug!("{diagnostic}"),
    }
}
