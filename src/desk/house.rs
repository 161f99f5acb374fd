//! The house's own word on every article: its folder's defaults, then the rules of the configuration in their order.
//!
//! This is the one place where an article becomes what is shown. What the ledger keeps, and what a fingerprint is taken of, stays as its
//! source has it; so that a change of rules or defaults rewrites feeds and tells no one.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::folders::FolderDefaults;
use super::selection::{Matcher, SiteFacts, Subject};
use super::{cut, opening};
use crate::article::{Article, FeedName, Giving, SourcePath};
use crate::config::{Config, Rule};

/// The longest headline that replacing may leave, in characters.
const LONGEST_HEADLINE: usize = 1000;

/// Rules and folder defaults, ready to be applied; by default none.
#[derive(Debug, Default)]
pub struct House {
    rules: Vec<(Matcher, Rule)>,
    folders: Arc<FolderDefaults>,
    site: SiteFacts,
    form: Option<[u8; 16]>,
}

/// An article as the house leaves it.
#[derive(Clone, Debug)]
pub struct Edited {
    /// The article; the very same where nothing concerned it.
    pub article: Arc<Article>,
    /// What rules say of its feeds.
    pub feeds: FeedsByRule,
}

/// Feeds that rules put an article into and keep it out of; the last word on each counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedsByRule {
    pub(super) into: Vec<FeedName>,
    pub(super) out_of: Vec<FeedName>,
}

/// What applies to an article.
#[derive(Clone, Copy)]
enum By<'a> {
    Folder(&'a SourcePath),
    /// A rule, by its place.
    Rule(usize),
}

/// Something that was applied to an article, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What applied: a rule's name, or a folder's file.
    pub by: String,
    /// What it changed; nothing where the article had all of it already.
    pub changed: Vec<String>,
}

impl House {
    /// The rules of a configuration over these folder defaults.
    pub fn new(config: &Config, folders: Arc<FolderDefaults>) -> Self {
        let site = SiteFacts { author: config.site.author.clone().into_iter().collect(), language: config.site.language.clone() };
        let form = (!config.rules.is_empty() || !folders.is_empty()).then(|| {
            // What a rule is called changes nothing.
            let rules: Vec<Rule> = config.rules.iter().map(|rule| Rule { name: String::new(), ..rule.clone() }).collect();
            let digest = Sha256::digest(format!("{rules:?}\0{:?}\0{site:?}", folders.form()));
            std::array::from_fn(|at| digest[at])
        });
        let rules = config.rules.iter().map(|rule| (Matcher::new(&rule.when), rule.clone())).collect();
        Self { rules, folders, site, form }
    }

    /// What tells this house from another; nothing for one without rules and defaults.
    pub const fn form(&self) -> Option<[u8; 16]> {
        self.form
    }

    /// Whether some rule looks at further keys of front matter.
    pub fn reads_keys(&self) -> bool {
        self.rules.iter().any(|(matcher, _)| matcher.reads_keys())
    }

    /// The article of a file as the house leaves it.
    pub fn edit(&self, path: &SourcePath, article: &Arc<Article>) -> Edited {
        let mut edited = Edited { article: Arc::clone(article), feeds: FeedsByRule::default() };
        if self.form.is_some() {
            self.apply(path, &mut edited, &mut |_, _| ());
        }
        edited
    }

    /// What applies to an article, in the order in which it does.
    pub fn explain(&self, path: &SourcePath, article: &Arc<Article>) -> Vec<Applied> {
        let mut edited = Edited { article: Arc::clone(article), feeds: FeedsByRule::default() };
        let mut applied = Vec::new();
        self.apply(path, &mut edited, &mut |by, changed| {
            let by = match by {
                By::Folder(file) => file.to_string(),
                By::Rule(at) => self.rules[at].1.name.clone(),
            };
            applied.push(Applied { by, changed });
        });
        applied
    }

    /// The names of the rules that are for none of these articles.
    pub fn idle<'a>(&self, articles: impl IntoIterator<Item = (&'a SourcePath, &'a Arc<Article>)>) -> Vec<&str> {
        let mut idle = vec![true; self.rules.len()];
        for (path, article) in articles {
            let mut edited = Edited { article: Arc::clone(article), feeds: FeedsByRule::default() };
            self.apply(path, &mut edited, &mut |by, _| match by {
                By::Folder(_) => {}
                By::Rule(at) => idle[at] = false,
            });
        }
        self.rules.iter().zip(idle).filter(|(_, idle)| *idle).map(|((_, rule), _)| rule.name.as_str()).collect()
    }

    fn apply(&self, path: &SourcePath, edited: &mut Edited, told: &mut dyn FnMut(By<'_>, Vec<String>)) {
        let language = edited.article.language.clone();
        for default in self.folders.concerning(path, language.as_deref().unwrap_or(&self.site.language)) {
            let article = Arc::make_mut(&mut edited.article);
            // Before its preset gives them where there are none.
            let mut changed = if default.adds_tags { add_tags(article, &default.preset.tags) } else { Vec::new() };
            changed.extend(default.preset.give(article, Giving::Missing).into_iter().map(str::to_owned));
            told(By::Folder(default.file), changed);
        }
        for (at, (matcher, rule)) in self.rules.iter().enumerate() {
            if matcher.selects(Subject::of_article(&edited.article, path, &self.site)) {
                let changed = apply_rule(rule, edited);
                told(By::Rule(at), changed);
            }
        }
    }
}

/// Does what a rule says, and names what that changed.
fn apply_rule(rule: &Rule, edited: &mut Edited) -> Vec<String> {
    let article = Arc::make_mut(&mut edited.article);
    let mut changed: Vec<String> = Vec::new();
    let mut headline = article.headline.clone();
    for words in &rule.strip {
        let rest = opening::strip(&headline, words).map(str::to_owned);
        headline = rest.unwrap_or(headline);
    }
    for replacement in &rule.replace {
        let replaced = replacement.pattern.replace(&headline, &replacement.with);
        // A headline is never lost, nor blown up.
        if !replaced.trim().is_empty() && replaced.chars().count() <= LONGEST_HEADLINE {
            replaced.trim().clone_into(&mut headline);
        }
    }
    if headline != article.headline {
        article.headline = headline;
        changed.push("headline".to_owned());
    }
    changed.extend(rule.force.give(article, Giving::InAnyCase).into_iter().map(str::to_owned));
    changed.extend(rule.set.give(article, Giving::Missing).into_iter().map(str::to_owned));
    changed.extend(add_tags(article, &rule.add_tags));
    if cut::cut(&mut article.body, &rule.cut) {
        changed.push("body".to_owned());
    }
    let FeedsByRule { into, out_of } = &mut edited.feeds;
    for (names, to, from, word) in [(&rule.feeds, 0, 1, "put into"), (&rule.not_feeds, 1, 0, "kept out of")] {
        let lists = [&mut *into, &mut *out_of];
        for name in names {
            lists[from].retain(|known| known != name);
            if !lists[to].contains(name) {
                lists[to].push(name.clone());
                changed.push(format!("{word} {name}"));
            }
        }
    }
    changed
}

/// Adds tags that the article does not have, without regard to case.
fn add_tags(article: &mut Article, tags: &[String]) -> Vec<String> {
    let before = article.tags.len();
    for tag in tags {
        if !article.tags.iter().any(|known| known.to_lowercase() == tag.to_lowercase()) {
            article.tags.push(tag.clone());
        }
    }
    if article.tags.len() > before { vec!["tags".to_owned()] } else { Vec::new() }
}
