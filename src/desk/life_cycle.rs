//! Where in its life an article stands by its own word and the clock, and what each step means.
//!
//! ARCHITECTURE.md draws this table.

use crate::article::{Advisory, Article, Entry, Holding, State};
use crate::instant::Instant;

/// Where an article stands by its source and the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Not public, because of this; and until when, where its source says.
    Held(Holding, Option<Instant>),
    /// Public; until when, where its source says.
    Live(Option<Instant>),
    /// Left the feeds by its own date.
    Expired {
        /// Whether subscribers are to be told, so that they let go of it too.
        told: bool,
    },
    /// Withdrawn by its source.
    Withdrawn(String),
}

impl Standing {
    /// What `article` says of itself at `now`; the strongest word wins. `announce_expiry` counts where it does not say itself
    /// whether its expiry is told.
    pub(super) fn of(article: &Article, now: Instant, announce_expiry: bool) -> Self {
        if let Some(reason) = &article.withdrawn {
            return Self::Withdrawn(reason.clone());
        }
        if article.draft {
            return Self::Held(Holding::Draft, None);
        }
        if article.hold.is_some() {
            return Self::Held(Holding::Hold, None);
        }
        if let Some(embargo) = article.embargo.filter(|embargo| embargo.at > now) {
            return Self::Held(Holding::Embargo, Some(embargo.at));
        }
        if let Some(published) = article.published.filter(|published| published.at > now) {
            return Self::Held(Holding::Future, Some(published.at));
        }
        match article.expires {
            Some(expires) if expires.at <= now => Self::Expired { told: article.announce_expiry.unwrap_or(announce_expiry) },
            expires => Self::Live(expires.map(|date| date.at)),
        }
    }

    /// When time alone changes it.
    pub(super) const fn until(&self) -> Option<Instant> {
        match self {
            Self::Held(_, until) | Self::Live(until) => *until,
            Self::Expired { .. } | Self::Withdrawn(_) => None,
        }
    }
}

/// What a step from one state to a standing means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It becomes public, for the first time.
    Release,
    /// It becomes public again after it was told to be gone.
    Restore,
    /// It stays public: what matters is whether its fields changed.
    Stay,
    /// It leaves the public with a bulletin.
    Leave(Advisory),
    /// Its place changes and no one needs to know.
    Quiet,
}

/// The table of steps. `before` is `None` for an article that is new here.
pub(super) fn step(before: Option<&Entry>, standing: &Standing) -> Step {
    let Some(before) = before else {
        return match standing {
            Standing::Live(_) => Step::Release,
            Standing::Held(..) | Standing::Expired { .. } | Standing::Withdrawn(_) => Step::Quiet,
        };
    };
    #[allow(clippy::match_same_arms, reason = "a table, which reads by its rows")]
    match (&before.state, standing) {
        (State::Live | State::RemovalPending { .. }, Standing::Live(_)) => Step::Stay,
        (State::Live | State::RemovalPending { .. }, Standing::Held(..)) => Step::Leave(Advisory::Hold),
        (State::Live | State::RemovalPending { .. }, Standing::Withdrawn(_)) => Step::Leave(Advisory::Kill),
        (State::Live | State::RemovalPending { .. }, Standing::Expired { told: true }) => Step::Leave(Advisory::Expired),
        (State::Live | State::RemovalPending { .. }, Standing::Expired { told: false }) => Step::Quiet,
        // What nobody ever saw cannot be taken back, nor come back.
        (State::Held { .. } | State::Expired | State::Withdrawn { .. }, Standing::Live(_)) if !before.was_public => Step::Release,
        (State::Held { .. } | State::Expired, Standing::Withdrawn(_)) if before.was_public => Step::Leave(Advisory::Kill),
        // Its expiry was told to no one, and neither is its end.
        (State::Expired, Standing::Live(_)) => Step::Stay,
        (State::Held { .. } | State::Withdrawn { .. }, Standing::Live(_)) => Step::Restore,
        (
            State::Held { .. } | State::Expired | State::Withdrawn { .. },
            Standing::Held(..) | Standing::Expired { .. } | Standing::Withdrawn(_),
        ) => Step::Quiet,
    }
}

/// The state that a step leads to. `now` is when what goes, goes.
pub(super) fn state(before: Option<&Entry>, standing: &Standing, step: Step, now: Instant) -> State {
    let gone_since = before.and_then(|before| match before.state {
        State::Withdrawn { at, .. } => Some(at),
        State::Held { .. } | State::Live | State::RemovalPending { .. } | State::Expired => None,
    });
    match standing {
        Standing::Held(why, _) => State::Held { why: *why },
        Standing::Live(_) => State::Live,
        Standing::Expired { .. } => {
            // Whom subscribers know to be gone does not become one of whose expiry they know nothing: it would come back untold.
            let on_hold = before.is_some_and(|before| before.was_public && matches!(before.state, State::Held { .. }));
            match (step, gone_since) {
                (Step::Leave(_), _) => State::Withdrawn { at: now, reason: None },
                (_, Some(at)) => State::Withdrawn { at, reason: None },
                (_, None) if on_hold => State::Withdrawn { at: now, reason: None },
                (_, None) => State::Expired,
            }
        }
        Standing::Withdrawn(reason) => {
            State::Withdrawn { at: gone_since.unwrap_or(now), reason: (!reason.is_empty()).then(|| reason.clone()) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::Dated;

    fn at(millis: i64) -> Dated {
        Dated { at: Instant::from_millis(millis), until: Instant::from_millis(millis) }
    }

    fn of(article: &Article, now: Instant) -> Standing {
        Standing::of(article, now, false)
    }

    #[test]
    fn the_strongest_word_wins() {
        let now = Instant::from_millis(100);
        let live = Article::default();
        assert_eq!(of(&live, now), Standing::Live(None));
        let expiring = Article { expires: Some(at(200)), ..live.clone() };
        assert_eq!(of(&expiring, now), Standing::Live(Some(Instant::from_millis(200))));
        assert_eq!(of(&expiring, Instant::from_millis(200)), Standing::Expired { told: false });
        let embargoed = Article { embargo: Some(at(150)), ..expiring.clone() };
        assert_eq!(of(&embargoed, now), Standing::Held(Holding::Embargo, Some(Instant::from_millis(150))));
        assert!(matches!(of(&embargoed, Instant::from_millis(150)), Standing::Live(_)), "lifted on its instant");
        let future = Article { published: Some(at(101)), ..live.clone() };
        assert!(matches!(of(&future, now), Standing::Held(Holding::Future, Some(_))));
        let on_hold = Article { hold: Some("legal".into()), ..embargoed };
        assert_eq!(of(&on_hold, now), Standing::Held(Holding::Hold, None));
        let draft = Article { draft: true, ..on_hold };
        assert_eq!(of(&draft, now), Standing::Held(Holding::Draft, None));
        let killed = Article { withdrawn: Some("wrong".into()), ..draft };
        assert_eq!(of(&killed, now), Standing::Withdrawn("wrong".into()));
    }
}
