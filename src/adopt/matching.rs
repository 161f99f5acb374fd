//! Which item is which article: by id, else by link, else by title and date. What is not certain is left alone.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use url::Url;

use super::candidate::{Candidate, Standing};
use super::link::{ComparedLink, compared_link};
use super::old_feed::OldItem;
use super::title::compared_title;
use super::why::Why;
use crate::article::ArticleId;

/// Two dates that lie no further apart may be one: a day and a half, for a date without a time may be of any zone.
const NEAR: Duration = Duration::from_hours(36);

/// By what an item was found to be an article; the first is the most certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The article has the item's id already.
    Id,
    /// They stand at the same place.
    Link,
    /// They have the same title, and dates that agree.
    Title,
}

/// An item and its article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// Which candidate it is.
    pub candidate: usize,
    /// By what.
    pub by: By,
    /// The item's id.
    pub id: ArticleId,
}

/// What became of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It is this article.
    Matched(Matched),
    /// It is left alone.
    Left(Why),
    /// The same item stood in the old feed before.
    Again,
}

/// Items and articles side by side.
pub struct Matching<'a> {
    items: &'a [OldItem],
    base: Url,
    candidates: Vec<Candidate>,
    by_id: HashMap<String, usize>,
    by_link: HashMap<ComparedLink, Vec<usize>>,
    by_title: HashMap<String, Vec<usize>>,
    /// How many items have a title.
    titles: HashMap<String, usize>,
}

impl<'a> Matching<'a> {
    /// Lays them side by side. Relative links of the old feed are taken to be under `base`.
    pub fn new(items: &'a [OldItem], base: Url, candidates: Vec<Candidate>) -> Self {
        let mut matching = Self {
            items,
            base,
            by_id: HashMap::with_capacity(candidates.len()),
            by_link: HashMap::with_capacity(candidates.len()),
            by_title: HashMap::new(),
            titles: HashMap::new(),
            candidates: Vec::new(),
        };
        for item in items {
            if let Some(title) = item.title.as_deref().and_then(compared_title) {
                *matching.titles.entry(title).or_default() += 1;
            }
        }
        for (index, candidate) in candidates.iter().enumerate() {
            matching.by_id.insert(candidate.id.as_str().to_owned(), index);
            if let Some(link) = compared_link(candidate.link.as_str(), &matching.base) {
                matching.by_link.entry(link).or_default().push(index);
            }
            if let Some(title) = compared_title(&candidate.headline).filter(|title| matching.titles.contains_key(title)) {
                matching.by_title.entry(title).or_default().push(index);
            }
        }
        matching.candidates = candidates;
        matching
    }

    /// The articles that some item may be: what their sources say of id and date is to be [learnt](Self::learn).
    pub fn in_question(&self) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for item in self.items {
            found.extend(self.by_id.get(&item.id));
            found.extend(self.at_its_links(item));
            found.extend(self.with_its_title(item));
        }
        found
    }

    /// The articles, by their index.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// What an article's source says.
    pub fn learn(&mut self, candidate: usize, own_id: Option<ArticleId>, dated: bool) {
        if let Some(candidate) = self.candidates.get_mut(candidate) {
            candidate.own_id = own_id;
            candidate.dated = dated;
        }
    }

    /// What becomes of each item, in their order.
    pub fn decide(&self) -> Vec<Finding> {
        let mut found: Vec<Result<(By, usize), Finding>> = self
            .once()
            .into_iter()
            .zip(self.items)
            .map(|(once, item)| once.map_or(Ok(()), Err).and_then(|()| self.article_of(item).map_err(Finding::Left)))
            .collect();
        self.settle_rivals(&mut found);
        found
            .into_iter()
            .zip(self.items)
            .map(|(found, item)| match found.and_then(|(by, candidate)| self.may_take(by, candidate, item).map_err(Finding::Left)) {
                Ok(matched) => Finding::Matched(matched),
                Err(finding) => finding,
            })
            .collect()
    }

    /// Items that stand twice, and different ones under one id.
    fn once(&self) -> Vec<Option<Finding>> {
        let mut first: HashMap<&str, (usize, bool)> = HashMap::new();
        let mut again: Vec<Option<Finding>> = vec![None; self.items.len()];
        for (index, item) in self.items.iter().enumerate().filter(|(_, item)| !item.id.is_empty()) {
            let (earlier, differs) = first.entry(&item.id).or_insert((index, false));
            if *earlier == index {
                continue;
            }
            let same = self.items[*earlier].links.first() == item.links.first() || self.items[*earlier].title == item.title;
            *differs |= !same;
            again[index] = Some(Finding::Again);
        }
        for (index, item) in self.items.iter().enumerate() {
            if first.get(item.id.as_str()).is_some_and(|(_, differs)| *differs) {
                again[index] = Some(Finding::Left(Why::RepeatedId));
            }
        }
        again
    }

    fn at_its_links(&self, item: &OldItem) -> Vec<usize> {
        let places = item.links.iter().filter_map(|link| self.by_link.get(&compared_link(link, &self.base)?));
        places.map(|places| self.standing(places)).find(|places| !places.is_empty()).unwrap_or_default()
    }

    fn with_its_title(&self, item: &OldItem) -> Vec<usize> {
        let title = item.title.as_deref().and_then(compared_title);
        title.and_then(|title| self.by_title.get(&title)).map_or_else(Vec::new, |found| self.standing(found))
    }

    /// Those that are not withdrawn, where there are any: a withdrawn article's place may be another's by now.
    fn standing(&self, found: &[usize]) -> Vec<usize> {
        let there: Vec<usize> = found.iter().copied().filter(|index| self.candidates[*index].standing != Standing::Withdrawn).collect();
        if there.is_empty() { found.to_vec() } else { there }
    }

    fn article_of(&self, item: &OldItem) -> Result<(By, usize), Why> {
        if item.id.is_empty() {
            return Err(Why::NoId);
        }
        if let Some(&index) = self.by_id.get(&item.id) {
            return Ok((By::Id, index));
        }
        match self.at_its_links(item)[..] {
            [] => self.by_title(item).map(|index| (By::Title, index)),
            [one] => Ok((By::Link, one)),
            ref several => Err(self.several(several)),
        }
    }

    fn by_title(&self, item: &OldItem) -> Result<usize, Why> {
        let found = self.with_its_title(item);
        let date = item.published.or(item.updated);
        let near = |index: &&usize| {
            let own = self.candidates[**index].published;
            date.is_some_and(|date| date.since(own) <= NEAR && own.since(date) <= NEAR)
        };
        let near: Vec<usize> = found.iter().filter(near).copied().collect();
        match (&near[..], &found[..]) {
            ([one], _) => Ok(*one),
            ([_, _, ..], _) => Err(self.several(&near)),
            ([], []) => Err(Why::NoArticle),
            // A title that only they have is enough where one of them has no date of its own.
            ([], [one]) if date.is_none() || !self.candidates[*one].dated => {
                let title = item.title.as_deref().and_then(compared_title);
                let items = title.and_then(|title| self.titles.get(&title)).copied().unwrap_or(0);
                if items == 1 { Ok(*one) } else { Err(Why::SeveralItems(self.candidates[*one].path.clone(), items)) }
            }
            ([], [one]) => Err(Why::OtherDate(self.candidates[*one].path.clone())),
            ([], several) => Err(self.several(several)),
        }
    }

    fn several(&self, indexes: &[usize]) -> Why {
        Why::SeveralArticles(indexes.iter().map(|index| self.candidates[*index].path.clone()).collect())
    }

    /// Where several items are one article, the most certain one is, if it is the only one; the others are left alone.
    fn settle_rivals(&self, found: &mut [Result<(By, usize), Finding>]) {
        let mut rivals: HashMap<usize, Vec<By>> = HashMap::new();
        for (by, index) in found.iter().flatten() {
            rivals.entry(*index).or_default().push(*by);
        }
        for one in found.iter_mut() {
            let Ok((by, index)) = one else { continue };
            let Some(claims) = rivals.get(index).filter(|claims| claims.len() > 1) else { continue };
            let best = claims.iter().min().copied().unwrap_or(*by);
            let count = claims.iter().filter(|claim| **claim == best).count();
            let path = self.candidates[*index].path.clone();
            if *by > best {
                *one = Err(Finding::Left(Why::BetterItem(path)));
            } else if count > 1 {
                *one = Err(Finding::Left(Why::SeveralItems(path, count)));
            }
        }
    }

    /// Whether the article may take the item's id.
    fn may_take(&self, by: By, index: usize, item: &OldItem) -> Result<Matched, Why> {
        let candidate = &self.candidates[index];
        let path = || candidate.path.clone();
        match candidate.standing {
            Standing::Public => {}
            Standing::Held => return Err(Why::Held(path())),
            Standing::Withdrawn => return Err(Why::Withdrawn(path())),
        }
        // Bytes that were replaced are not what readers know.
        if item.id.contains('\u{fffd}') {
            return Err(Why::UnusableId("contains bytes that are not of the feed's encoding"));
        }
        let id = ArticleId::taken_over(&item.id).map_err(|invalid| Why::UnusableId(invalid.why))?;
        if id != candidate.id {
            if let Some(own) = candidate.own_id.as_ref().filter(|own| **own != id) {
                return Err(Why::OwnId(path(), own.clone()));
            }
            if candidate.told {
                return Err(Why::Told(path()));
            }
            if let Some(holder) = self.by_id.get(id.as_str()) {
                return Err(Why::TakenId(self.candidates[*holder].path.clone()));
            }
        }
        Ok(Matched { candidate: index, by, id })
    }
}
