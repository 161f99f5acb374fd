//! One article's bytes in every format, shared by the feeds that show it.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use crate::article::{ArticleId, Entry};
use crate::config::{Content, Format};
use crate::feed::{self, Fragment, Item, Style, Teaser};
use crate::render::Rendered;

/// An entry rendered once in each of the written formats.
#[derive(Debug)]
pub(super) struct Fragments {
    by_format: Vec<(Format, Fragment)>,
    /// What people see of it, where it was rendered in this run.
    pub(super) teaser: Option<Arc<Teaser>>,
}

impl Fragments {
    pub(super) fn render(formats: &[Format], entry: &Entry, rendered: &Rendered, style: &Style, content: Content) -> Self {
        let item = Item { entry, rendered, style, content };
        let by_format = formats.iter().map(|format| (*format, feed::fragment(*format, item))).collect();
        Self { by_format, teaser: Some(Arc::new(item.teaser())) }
    }

    /// Those that were rendered before.
    pub(super) const fn of(fragments: Vec<(Format, Fragment)>) -> Self {
        Self { by_format: fragments, teaser: None }
    }

    /// How many bytes they are together.
    pub(super) fn weight(&self) -> usize {
        self.by_format.iter().map(|(_, fragment)| fragment.bytes.len()).sum()
    }

    /// The bytes in a format; every written format is there.
    pub(super) fn in_format(&self, format: Format) -> Option<&Fragment> {
        self.by_format.iter().find(|(of, _)| *of == format).map(|(_, fragment)| fragment)
    }
}

/// The fragments that some window shows at present.
#[derive(Debug, Default)]
pub(super) struct Shown(HashMap<(ArticleId, Content), Weak<Fragments>>);

impl Shown {
    pub(super) fn get(&self, id: &ArticleId, content: Content) -> Option<Arc<Fragments>> {
        self.0.get(&(id.clone(), content))?.upgrade()
    }

    pub(super) fn put(&mut self, id: ArticleId, content: Content, fragments: &Arc<Fragments>) {
        // What was cut out of a file stands for what was rendered only where nothing else does.
        if fragments.teaser.is_none() && self.get(&id, content).is_some() {
            return;
        }
        self.0.insert((id, content), Arc::downgrade(fragments));
        if self.0.len() > 64 && self.0.len().is_power_of_two() {
            self.0.retain(|_, weak| weak.strong_count() > 0);
        }
    }

    /// Forgets a version that is no longer true.
    pub(super) fn forget(&mut self, id: &ArticleId) {
        for content in [Content::Full, Content::Summary] {
            self.0.remove(&(id.clone(), content));
        }
    }
}
