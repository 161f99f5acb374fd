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
    Expired,
    /// Withdrawn by its source.
    Withdrawn(String),
}

impl Standing {
    /// What `article` says of itself at `now`; the strongest word wins.
    pub(super) fn of(article: &Article, now: Instant) -> Self {
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
            Some(expires) if expires.at <= now => Self::Expired,
            expires => Self::Live(expires.map(|date| date.at)),
        }
    }
}

/// What a step from one state to a standing means.
#[derive(Clone, Debug, PartialEq, Eq)]
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
            Standing::Held(..) | Standing::Expired | Standing::Withdrawn(_) => Step::Quiet,
        };
    };
    #[allow(clippy::match_same_arms, reason = "a table, which reads by its rows")]
    match (&before.state, standing) {
        (State::Live | State::RemovalPending { .. }, Standing::Live(_)) => Step::Stay,
        (State::Live | State::RemovalPending { .. }, Standing::Held(..)) => Step::Leave(Advisory::Hold),
        (State::Live | State::RemovalPending { .. }, Standing::Withdrawn(_)) => Step::Leave(Advisory::Kill),
        (State::Live | State::RemovalPending { .. }, Standing::Expired) => Step::Quiet,
        // What nobody ever saw cannot be taken back, nor come back.
        (State::Held { .. } | State::Expired | State::Withdrawn { .. }, Standing::Live(_)) if !before.was_public => Step::Release,
        (State::Held { .. } | State::Expired, Standing::Withdrawn(_)) if before.was_public => Step::Leave(Advisory::Kill),
        // Its expiry was told to no one, and neither is its end.
        (State::Expired, Standing::Live(_)) => Step::Stay,
        (State::Held { .. } | State::Withdrawn { .. }, Standing::Live(_)) => Step::Restore,
        (
            State::Held { .. } | State::Expired | State::Withdrawn { .. },
            Standing::Held(..) | Standing::Expired | Standing::Withdrawn(_),
        ) => Step::Quiet,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::Dated;

    fn at(millis: i64) -> Dated {
        Dated { at: Instant::from_millis(millis), until: Instant::from_millis(millis) }
    }

    #[test]
    fn the_strongest_word_wins() {
        let now = Instant::from_millis(100);
        let live = Article::default();
        assert_eq!(Standing::of(&live, now), Standing::Live(None));
        let expiring = Article { expires: Some(at(200)), ..live.clone() };
        assert_eq!(Standing::of(&expiring, now), Standing::Live(Some(Instant::from_millis(200))));
        assert_eq!(Standing::of(&expiring, Instant::from_millis(200)), Standing::Expired);
        let embargoed = Article { embargo: Some(at(150)), ..expiring.clone() };
        assert_eq!(Standing::of(&embargoed, now), Standing::Held(Holding::Embargo, Some(Instant::from_millis(150))));
        assert!(matches!(Standing::of(&embargoed, Instant::from_millis(150)), Standing::Live(_)), "lifted on its instant");
        let future = Article { published: Some(at(101)), ..live.clone() };
        assert!(matches!(Standing::of(&future, now), Standing::Held(Holding::Future, Some(_))));
        let on_hold = Article { hold: Some("legal".into()), ..embargoed };
        assert_eq!(Standing::of(&on_hold, now), Standing::Held(Holding::Hold, None));
        let draft = Article { draft: true, ..on_hold };
        assert_eq!(Standing::of(&draft, now), Standing::Held(Holding::Draft, None));
        let killed = Article { withdrawn: Some("wrong".into()), ..draft };
        assert_eq!(Standing::of(&killed, now), Standing::Withdrawn("wrong".into()));
    }
}
