//! What an article's own elements say of it, in the vocabularies that have standards for it: microdata (schema.org), microformats
//! (h-entry, and hAtom before it), `<time>`, `rel="author"` and `rel="tag"`.

use super::chrome;
use super::page::{Element, Page, Region};
use super::structure::is_block;
use crate::article::Person;
use crate::reader::text;

/// How many elements of a kind are looked at.
const MOST: usize = 100;

/// An article and what marks it.
pub(super) struct Marks<'p, 'a> {
    pub(super) page: &'p Page<'a>,
    pub(super) article: &'p Region,
    /// Where the text begins in earnest, as an index of elements: dates in prose after it are not the article's.
    pub(super) text_from: usize,
}

/// A date as written and where it stands, in bytes of the source.
pub(super) struct Written {
    pub(super) text: String,
    pub(super) at: usize,
}

impl Marks<'_, '_> {
    /// The article's own elements for which `test` holds: not those of comments and other articles inside it.
    fn find(&self, test: impl Fn(&Element<'_>) -> bool) -> Vec<usize> {
        let own = |at: &usize| {
            self.page
                .around(*at)
                .take_while(|outer| Some(*outer) != self.article.element)
                .filter_map(|outer| self.page.elements.get(outer))
                .all(|outer| !(chrome::is_comment(outer) || outer.name == "article" || matches!(&*outer.name, "aside" | "nav")))
        };
        self.page.find(self.article, test).filter(own).take(MOST).collect()
    }

    fn element(&self, at: usize) -> Option<&Element<'_>> {
        self.page.elements.get(at)
    }

    /// The element that is marked as the headline.
    pub(super) fn headline(&self) -> Option<usize> {
        let is_outermost = |at: &usize| {
            !self.page.is_inside(*at, |outer| {
                outer.has_class(&["h-card", "vcard", "p-author"]) || outer.has_token("itemprop", &["author", "publisher"])
            })
        };
        let first = |test: fn(&Element<'_>) -> bool| self.find(test).into_iter().find(is_outermost);
        first(|element| element.has_token("itemprop", &["headline"]) && element.name != "meta")
            .or_else(|| first(|element| element.has_class(&["p-name", "entry-title"])))
    }

    /// The article's heading of the first level, where it has one and only one before its text, or at all.
    pub(super) fn heading(&self) -> Option<usize> {
        let all = self.find(|element| element.name == "h1" && element.letters > 0);
        let early = all.iter().copied().find(|at| *at < self.text_from);
        early.or_else(|| all.first().copied().filter(|_| all.len() == 1))
    }

    /// The summary that the article shows of itself.
    pub(super) fn summary(&self) -> Option<String> {
        let marked = |element: &Element<'_>| {
            element.has_class(&["p-summary", "entry-summary"])
                || (element.has_token("itemprop", &["description"]) && element.name != "meta")
        };
        let first = self.find(marked).into_iter().next()?;
        Some(self.page.words_of(first)).filter(|words| !words.is_empty())
    }

    /// Its tags and, of microformats, categories.
    pub(super) fn tags(&self) -> Vec<String> {
        let marked = self.find(|element| element.has_token("rel", &["tag"]) || element.has_class(&["p-category"]));
        let words = |at: usize| self.page.words_of(at).trim_start_matches('#').trim().to_owned();
        marked.into_iter().map(words).filter(|tag| !tag.is_empty() && tag.len() <= 200).collect()
    }

    /// Its section, of microdata.
    pub(super) fn section(&self) -> Option<String> {
        let at = self.find(|element| element.has_token("itemprop", &["articleSection"])).into_iter().next()?;
        Some(self.value(at)).filter(|section| !section.is_empty())
    }

    /// Who wrote it, by the first of the vocabularies that says so.
    pub(super) fn authors(&self) -> Vec<Person> {
        let tests: [fn(&Element<'_>) -> bool; 4] = [
            |element| element.has_token("itemprop", &["author", "creator"]),
            |element| element.has_class(&["p-author"]),
            |element| element.has_class(&["author"]) && element.has_class(&["vcard", "h-card"]),
            |element| element.has_token("rel", &["author"]) && element.name == "a",
        ];
        for test in tests {
            let mut people: Vec<Person> = Vec::new();
            let mut after = 0;
            for at in self.find(test) {
                let Some(element) = self.element(at).filter(|_| at >= after) else { continue };
                after = element.after;
                if let Some(person) = self.person(at).filter(|person| people.iter().all(|known| known.name != person.name)) {
                    people.push(person);
                }
            }
            if !people.is_empty() {
                return people;
            }
        }
        Vec::new()
    }

    /// Who a line before the text says wrote it, where nothing else does: `By Jane Doe`, perhaps beside a date.
    pub(super) fn signed(&self) -> Vec<Person> {
        /// The longest line looked at, in bytes without white space.
        const LONGEST: usize = 200;
        let is_line = |at: &usize| {
            self.element(*at).is_some_and(|element| is_block(&element.name) && (1..=LONGEST).contains(&element.letters))
                && !self
                    .page
                    .find(&self.page.region(*at), |inner| is_block(&inner.name))
                    .any(|inner| self.element(inner).is_some_and(|inner| inner.letters > 0))
                && !self.page.is_inside(*at, |outer| matches!(&*outer.name, "figure" | "blockquote" | "aside" | "nav"))
        };
        let before = self.article.elements.start..self.text_from.min(self.article.elements.end);
        let mut lines = before.take(4 * MOST).filter(is_line).map(|at| self.page.words_of(at));
        lines.find_map(|line| line.split(['·', '|', '•', '—', '–']).find_map(text::byline_alone)).unwrap_or_default()
    }

    /// The elements that name the authors, and the dates, for who wants to leave them out.
    pub(super) fn is_of_the_byline(element: &Element<'_>) -> bool {
        element.name == "time"
            || element.has_token("itemprop", &["author", "creator", "datePublished", "dateModified"])
            || element.has_class(&["p-author", "author", "vcard", "dt-published", "dt-updated", "u-photo"])
            || element.has_token("rel", &["author", "tag"])
    }

    fn person(&self, at: usize) -> Option<Person> {
        let within = self.page.region(at);
        let inner = |test: fn(&Element<'_>) -> bool| self.page.find(&within, test).next();
        let name = inner(|element| element.has_token("itemprop", &["name"]) || element.has_class(&["p-name", "fn"]))
            .or_else(|| inner(|element| element.has_token("rel", &["author"])))
            .map_or_else(|| self.value(at), |at| self.value(at));
        let name = name.trim_start_matches("By ").trim().to_owned();
        if name.is_empty() || name.len() > 200 || name.contains("://") {
            return None;
        }
        let link = |at: usize| self.element(at)?.attribute("href").map(|href| href.trim().to_owned());
        let uri = link(at).or_else(|| {
            inner(|element| {
                element.name == "a"
                    && (element.has_class(&["u-url", "url"])
                        || element.has_token("itemprop", &["url"])
                        || element.has_token("rel", &["author"]))
            })
            .and_then(link)
        });
        Some(Person { name, email: None, uri: uri.filter(|uri| uri.starts_with('/') || uri.starts_with("http")) })
    }

    /// When it was published and updated, by those of the vocabularies that say so; the surest first.
    pub(super) fn dates(&self) -> (Vec<Written>, Vec<Written>) {
        let all = |test: fn(&Element<'_>) -> bool| self.find(test).into_iter().filter_map(|at| self.date(at)).collect::<Vec<_>>();
        let mut published = all(|element| element.has_token("itemprop", &["datePublished"]));
        published.extend(all(|element| element.has_class(&["dt-published"])));
        published.extend(all(|element| element.has_class(&["published"]) && is_dated(element)));
        let mut updated = all(|element| element.has_token("itemprop", &["dateModified"]));
        updated.extend(all(|element| element.has_class(&["dt-updated"])));
        updated.extend(all(|element| element.has_class(&["updated"]) && is_dated(element) && !element.has_class(&["published"])));
        // Any other date beside the headline is that of publication; in the text it could be that of anything.
        let early = self.find(|element| {
            element.name == "time" && !element.has_class(&["updated", "dt-updated"]) && !element.has_token("itemprop", &["dateModified"])
        });
        let in_foot = |at: &usize| self.page.is_inside(*at, |outer| outer.name == "footer" && !outer.has_class(&["footnotes"]));
        let beside = early.into_iter().filter(|at| *at < self.text_from || in_foot(at));
        published.extend(beside.filter_map(|at| self.date(at)));
        (published, updated)
    }

    fn date(&self, at: usize) -> Option<Written> {
        let element = self.element(at)?;
        let attribute = |name: &str| element.attribute(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let title = || attribute("title").filter(|_| element.name == "abbr");
        let inner = || {
            let time =
                self.page.find(&self.page.region(at), |inner| inner.name == "time" && inner.attribute("datetime").is_some()).next()?;
            self.element(time)?.attribute("datetime").map(std::borrow::Cow::into_owned)
        };
        let text =
            attribute("datetime").or_else(|| attribute("content")).or_else(title).or_else(inner).unwrap_or_else(|| self.page.words_of(at));
        Some(Written { text, at: element.outer.start })
    }

    fn value(&self, at: usize) -> String {
        let content = self.element(at).and_then(|element| element.attribute("content")).map(|content| content.trim().to_owned());
        content.filter(|content| !content.is_empty()).unwrap_or_else(|| self.page.words_of(at))
    }
}

fn is_dated(element: &Element<'_>) -> bool {
    matches!(&*element.name, "time" | "abbr")
}
