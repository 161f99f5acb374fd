//! Where an article stands: its link, its feeds, its state.

use std::sync::Arc;

use super::dates::Published;
use super::house::FeedsByRule;
use super::known::Missing;
use super::life_cycle::{self, Step};
use super::link::{self, Wanted};
use super::observation::Seen;
use super::turn::Turn;
use crate::article::{Advisory, Article, Entry, EntryKey, Link, SourcePath, State};
use crate::diagnostic::{Diagnostic, Severity};
use crate::instant::Instant;

impl Turn<'_> {
    /// The link of a file. What it cannot have is noted, and what stays in use, or what the pattern gives, serves instead.
    pub(super) fn link(&mut self, seen: &Seen, before: Option<&Entry>, published: Instant) -> Result<Link, Missing> {
        let finding = match self.desk.links.wanted(&seen.article, &seen.path, published) {
            Ok(Wanted::Pattern(base)) => {
                if let Some(before) = before
                    && before.was_public
                    && self.desk.links.differs_by_headline(&before.link, &seen.article, &seen.path, published)
                    && self.is_free(&before.link, Some(before))?
                {
                    return Ok(before.link.clone());
                }
                return self.by_pattern(&seen.path, base, before);
            }
            Ok(Wanted::Explicit(link)) => match self.known.by_link(&link)? {
                Some(holder) if !is_same(holder, before) => {
                    let message = format!("the link {link} is already that of {}", holder.path);
                    Diagnostic::new(Severity::Error, "duplicate-link", seen.path.to_string(), message)
                        .mend("give this article a link of its own, or leave the link out")
                }
                Some(_) | None => return Ok(link),
            },
            Err(message) => Diagnostic::new(Severity::Error, "link", seen.path.to_string(), message)
                .mend("give an absolute http or https URL, or a path under the site"),
        };
        self.note(&seen.path, finding);
        if let Some(before) = before
            && self.is_free(&before.link, Some(before))?
        {
            return Ok(before.link.clone());
        }
        let plain = match &seen.article.link {
            Some(_) => Article { link: None, ..(*seen.article).clone() },
            None => Article { slug: None, ..(*seen.article).clone() },
        };
        let base = match self.desk.links.wanted(&plain, &seen.path, published) {
            Ok(Wanted::Pattern(base) | Wanted::Explicit(base)) => base,
            Err(_) => self.root(),
        };
        self.by_pattern(&seen.path, base, before)
    }

    /// The pattern's link, with a number where it is taken; a number once given is kept.
    fn by_pattern(&mut self, path: &SourcePath, base: Link, before: Option<&Entry>) -> Result<Link, Missing> {
        if let Some(before) = before
            && link::is_numbered(&before.link, &base)
            && self.is_free(&before.link, Some(before))?
        {
            return Ok(before.link.clone());
        }
        if self.is_free(&base, before)? {
            return Ok(base);
        }
        let mut number = self.numbers.get(&base).copied().unwrap_or_else(|| self.known.number(&base));
        loop {
            let Some(link) = link::numbered(&base, number) else { return Ok(base) };
            match self.is_free(&link, before) {
                Ok(false) => number += 1,
                Ok(true) => {
                    let message = format!("another article already stands at {base}; this one stands at {link}");
                    let note = Diagnostic::new(Severity::Warning, "link-taken", path.to_string(), message);
                    self.numbered.push((path.clone(), base.clone(), self.noted()));
                    self.note(path, note.mend("give it a slug of its own to choose its link"));
                    self.numbers.insert(base, number + 1);
                    return Ok(link);
                }
                // Where many share a name, one look-up for each number would take for ever.
                Err(_) => {
                    let ahead = (number..=number.saturating_mul(2).saturating_add(16)).filter_map(|number| link::numbered(&base, number));
                    return Err(Missing(ahead.map(EntryKey::Link).collect()));
                }
            }
        }
    }

    /// The link of an article that was withdrawn before it was ever seen: nobody stands there.
    pub(super) fn unheld_link(&self, seen: &Seen, published: Instant) -> Link {
        match self.desk.links.wanted(&seen.article, &seen.path, published) {
            Ok(Wanted::Pattern(link) | Wanted::Explicit(link)) => link,
            Err(_) => self.root(),
        }
    }

    fn is_free(&self, link: &Link, before: Option<&Entry>) -> Result<bool, Missing> {
        Ok(self.known.by_link(link)?.is_none_or(|holder| is_same(holder, before)))
    }

    fn root(&self) -> Link {
        // The site's URL was checked when the config was read.
        Link::parse(self.desk.links.site.as_str()).unwrap_or_else(|_| unreachable!("a site URL is an http URL"))
    }

    /// Everything but identity and link: state, dates, feeds, telling. `seen` has the article as the house leaves it; `source` is the
    /// article as read, which is kept.
    pub(super) fn place(
        &mut self,
        seen: &Seen,
        source: &Arc<Article>,
        ruled: &FeedsByRule,
        before: Option<Entry>,
        mut entry: Entry,
        published: Published,
    ) {
        let article = &seen.article;
        let standing = self.standing(article);
        let step = life_cycle::step(before.as_ref(), &standing);
        entry.facts = self.desk.facts(article);
        // An agency's kill may say no more than whose it is; it keeps the headline that everybody knows.
        if let Some(before) = &before
            && (article.withdrawn.is_some() || article.hold.is_some())
            && article.headline == entry.id.as_str()
        {
            entry.facts.headline.clone_from(&before.facts.headline);
        }
        entry.feeds = self.desk.selections.feeds(&entry.facts, &entry.path, ruled);
        entry.published = published.at;
        entry.minor = article.minor;
        entry.due = standing.until();
        entry.state = life_cycle::state(before.as_ref(), &standing, step, self.at);
        match entry.state {
            State::Held { .. } => entry.held_here = true,
            State::Live => entry.published = entry.published.min(self.clock),
            State::RemovalPending { .. } | State::Expired | State::Withdrawn { .. } => {}
        }
        let telling = match (step, &before) {
            (Step::Release, before) => self.release(article, before.as_ref(), &mut entry, published),
            (Step::Restore, Some(before)) => self.restore(before, &mut entry),
            (Step::Stay, Some(before)) => self.stay(article, before, &mut entry),
            (Step::Leave(advisory), Some(before)) => {
                let reason = match (&entry.state, advisory) {
                    (State::Withdrawn { reason, .. }, _) => reason.clone(),
                    (_, Advisory::Hold) => article.hold.clone().filter(|reason| !reason.is_empty()),
                    (_, Advisory::Kill | Advisory::Deleted | Advisory::Expired) => None,
                };
                self.withdrawal(&mut entry, advisory, reason, before.facts.breaking)
            }
            (Step::Quiet, _) | (Step::Restore | Step::Stay | Step::Leave(_), None) => None,
        };
        self.record(before, entry, Some(Arc::clone(source)), telling);
    }
}

fn is_same(holder: &Entry, before: Option<&Entry>) -> bool {
    before.is_some_and(|before| before.id == holder.id)
}
