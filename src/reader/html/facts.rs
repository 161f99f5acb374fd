//! What a page says of its article outside the text, brought together: of several tellings of one thing the surest counts.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde_json::Value as Json;

use super::chrome;
use super::headline::{Headline, Titles, same};
use super::linked_data::LinkedData;
use super::marks::{Marks, Written};
use super::metas::{Metas, text};
use super::page::Page;
use crate::article::{Article, Person};
use crate::instant::{Dated, parse_dated};
use crate::reader::findings::{Findings, Place};
use crate::reader::front_matter::{self, Node, Table, Value};

/// Where facts are found.
pub(super) struct Facts<'f, 'a> {
    pub(super) page: &'f Page<'a>,
    pub(super) metas: &'f Metas,
    pub(super) data: &'f LinkedData,
    pub(super) marks: &'f Marks<'f, 'a>,
    pub(super) zone: &'f TimeZone,
    /// The element that shows the headline.
    pub(super) heading: Option<usize>,
}

/// What is longer is no headline, in bytes.
const LONGEST_HEADLINE: usize = 2_000;

const HERE: Place = Place::new(1, 1);

impl Facts<'_, '_> {
    /// Sets what the page says.
    pub(super) fn fill(&self, article: &mut Article, findings: &mut Findings<'_>) {
        let mut table = Table::new();
        let mut say = |key: &'static str, value: Option<String>| {
            table.extend(value.map(|value| (Cow::Borrowed(key), text(&value, HERE))));
        };
        say("standfirst", self.standfirst());
        say("section", self.section());
        say("language", self.language());
        table.push((Cow::Borrowed("tags"), list(&self.tags())));
        table.push((Cow::Borrowed("authors"), self.authors()));
        // What these cannot take (a locale `x`, a number for a tag) the page's reader never sees, and its author cannot mend.
        front_matter::fill(&table, self.zone, article, &mut Findings::new(findings.path()));
        let (published, updated) = self.marks.dates();
        article.published = self.date("datePublished", &PUBLISHED, published, findings);
        article.updated = self.date("dateModified", &UPDATED, updated, findings);
    }

    pub(super) fn headline(&self) -> Option<Headline> {
        let mut stated: Vec<String> = self.data.text(&["headline", "name"]).into_iter().collect();
        stated.extend(self.metas.get(&["og:title"]).map(one_line));
        stated.extend(self.marks.headline().map(|at| chrome::words_of(self.page, at)));
        stated.extend(self.metas.get(&["dc.title", "dcterms.title", "twitter:title"]).map(one_line));
        stated.retain(|text| !text.is_empty() && text.len() <= LONGEST_HEADLINE);
        let title = self.page.named("title").find(|at| !self.page.is_inside(*at, |outer| outer.name == "svg"));
        let title = title.and_then(|at| self.page.elements.get(at)).and_then(|title| self.page.source.get(title.inner.clone()));
        let heading =
            self.heading.map(|at| chrome::words_of(self.page, at)).filter(|words| !words.is_empty() && words.len() <= LONGEST_HEADLINE);
        let title = title
            .filter(|title| title.len() <= LONGEST_HEADLINE)
            .map(|title| one_line(&super::references::decode(title, false)))
            .filter(|title| !title.is_empty());
        Titles { stated, heading, title, sites: self.sites() }.headline()
    }

    fn sites(&self) -> Vec<String> {
        let names = ["og:site_name", "application-name", "apple-mobile-web-app-title"];
        let mut sites: Vec<String> = names.into_iter().filter_map(|name| self.metas.get(&[name])).map(one_line).collect();
        sites.extend(self.data.site_names());
        sites
    }

    fn standfirst(&self) -> Option<String> {
        let of_the_site: Vec<String> = self.data.site_descriptions().collect();
        let names = ["og:description", "description", "dc.description", "dcterms.description", "twitter:description"];
        let said =
            self.data.text(&["description"]).into_iter().chain(names.into_iter().filter_map(|name| self.metas.get(&[name])).map(one_line));
        said.chain(self.marks.summary()).find(|said| !said.is_empty() && !of_the_site.iter().any(|of_the_site| same(of_the_site, said)))
    }

    fn section(&self) -> Option<String> {
        self.data.text(&["articleSection"]).or_else(|| self.metas.get(&["article:section"]).map(one_line)).or_else(|| self.marks.section())
    }

    fn language(&self) -> Option<String> {
        let of = |name: &str| {
            let element = self.page.named(name).next().and_then(|at| self.page.elements.get(at))?;
            ["lang", "xml:lang"].into_iter().find_map(|attribute| element.attribute(attribute)).map(Cow::into_owned)
        };
        let article = self.marks.article.element.and_then(|at| self.page.elements.get(at)?.attribute("lang").map(Cow::into_owned));
        let said = [article, of("html"), of("body")].into_iter().flatten().map(|said| said.trim().to_owned()).find(|said| !said.is_empty());
        said.or_else(|| self.data.text(&["inLanguage"]))
            .or_else(|| self.metas.get(&["og:locale", "content-language", "dc.language", "dcterms.language"]).map(str::to_owned))
    }

    /// The article's own tags; the page's keywords, which may be the site's, only where there are no others.
    fn tags(&self) -> Vec<String> {
        let mut tags: Vec<String> = self.metas.all("article:tag").flat_map(|meta| phrases(&meta.content)).collect();
        for item in self.data.get("keywords").into_iter().flat_map(|value| self.data.items(value)) {
            match item {
                Json::String(keywords) => tags.extend(phrases(&super::references::decode(keywords, false))),
                other => tags.extend(self.data.first_text(other)),
            }
        }
        tags.extend(self.marks.tags());
        if tags.is_empty() {
            let keywords = ["news_keywords", "keywords", "dc.subject"].into_iter().find(|name| self.metas.get(&[name]).is_some());
            tags.extend(keywords.into_iter().flat_map(|name| self.metas.all(name)).flat_map(|meta| phrases(&meta.content)));
        }
        tags.truncate(100);
        tags
    }

    fn authors(&self) -> Node<'static> {
        let linked: Vec<Json> = self
            .data
            .get("author")
            .or_else(|| self.data.get("creator"))
            .into_iter()
            .flat_map(|value| self.data.items(value))
            .cloned()
            .collect();
        let mut people: Vec<Node<'static>> = linked.iter().filter_map(|item| self.linked_person(item)).collect();
        if people.is_empty() {
            let names = ["author", "article:author", "dc.creator", "dcterms.creator", "citation_author", "parsely-author"];
            let given = |name: &str| {
                let names: Vec<_> = self
                    .metas
                    .all(name)
                    .map(|meta| one_line(&meta.content))
                    .filter(|name| !name.contains("://") && !name.starts_with('@'))
                    .collect();
                (!names.is_empty()).then_some(names)
            };
            // What the article itself shows is surer than a site's meta, and knows of the author's page.
            let shown = self.marks.authors();
            people = match names.into_iter().find_map(given) {
                Some(names) if shown.is_empty() => names.iter().map(|name| text(name, HERE)).collect(),
                Some(_) => shown.iter().map(person).collect(),
                None if shown.is_empty() => self.marks.signed().iter().map(person).collect(),
                None => shown.iter().map(person).collect(),
            };
        }
        Node { place: HERE, value: Value::List(people) }
    }

    fn linked_person(&self, item: &Json) -> Option<Node<'static>> {
        match item {
            Json::String(name) if !name.contains("://") => Some(text(&super::references::decode(name, false), HERE)),
            Json::Object(_) => {
                let uri = self.data.text_in(item, &["url", "sameAs"]).filter(|uri| uri.starts_with('/') || uri.contains("://"));
                let email = self.data.text_in(item, &["email"]).map(|email| email.trim_start_matches("mailto:").to_owned());
                let name = self.data.text_in(item, &["name"]).filter(|name| !name.contains("://"))?;
                // A name in an object is one name, unless it clearly holds several.
                if uri.is_none() && email.is_none() { Some(text(&name, HERE)) } else { Some(person(&Person { name, email, uri })) }
            }
            Json::String(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => None,
        }
    }

    /// The first date that is one; what stands in a date's place and is none is told.
    fn date(&self, key: &str, names: &[&str], marked: Vec<Written>, findings: &mut Findings<'_>) -> Option<Dated> {
        let linked = self.data.text(&[key]).map(|text| (text.clone(), self.data.place_of(self.page, &text), true));
        let metas = names.iter().filter_map(|name| self.metas.first(&[name])).map(|meta| (meta.content.clone(), meta.at, true));
        let marked = marked.into_iter().map(|written| (written.text, written.at, false));
        for (written, at, is_machines) in linked.into_iter().chain(metas).chain(marked) {
            match parse_dated(&written, self.zone) {
                Ok(dated) => return Some(dated),
                // What stands in the text is there for people.
                Err(_) if !is_machines => {}
                Err(error) => findings.warn(
                    self.page.place(at),
                    "not-a-date",
                    format!("the page's date {error}"),
                    "write dates in ISO 8601 form; the next one that the page gives was taken instead",
                ),
            }
        }
        None
    }
}

const PUBLISHED: [&str; 9] = [
    "article:published_time",
    "og:article:published_time",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date",
    "pubdate",
    "citation_publication_date",
];
const UPDATED: [&str; 5] = ["article:modified_time", "og:updated_time", "dcterms.modified", "dc.date.modified", "last-modified"];

fn list(texts: &[String]) -> Node<'static> {
    Node { place: HERE, value: Value::List(texts.iter().map(|item| text(item, HERE)).collect()) }
}

fn person(person: &Person) -> Node<'static> {
    let mut table = vec![(Cow::Borrowed("name"), text(&person.name, HERE))];
    table.extend(person.email.as_deref().map(|email| (Cow::Borrowed("email"), text(email, HERE))));
    table.extend(person.uri.as_deref().map(|uri| (Cow::Borrowed("uri"), text(uri, HERE))));
    Node { place: HERE, value: Value::Table(table) }
}

/// Keywords parted by commas.
fn phrases(keywords: &str) -> Vec<String> {
    keywords.split(',').map(one_line).filter(|word| !word.is_empty() && word.len() <= 200).collect()
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
