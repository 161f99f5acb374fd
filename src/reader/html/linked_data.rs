//! What a page says of its article in JSON-LD (schema.org's `Article` and its kin).

use std::collections::HashMap;

use serde_json::Value as Json;

use super::page::Page;
use super::references::decode;
use crate::article::{Block, Body};
use crate::reader::findings::{Findings, Place, count};

/// How many scripts are read, and how long one may be, in bytes.
const MOST_SCRIPTS: usize = 40;
const LONGEST: usize = 1024 * 1024;
/// How many nodes are looked at.
const MOST_NODES: usize = 2_000;

/// A page's JSON-LD.
pub(super) struct LinkedData {
    nodes: Vec<Json>,
    by_id: HashMap<String, usize>,
    article: Option<usize>,
    /// Where the first script stands, in bytes of the source.
    at: usize,
}

impl LinkedData {
    pub(super) fn of(page: &Page<'_>, canonical: Option<&str>, findings: &mut Findings<'_>) -> Self {
        let mut nodes = Vec::new();
        let mut at = None;
        let mut read = 0;
        for element in page.named("script").filter_map(|at| page.elements.get(at)) {
            let kind = element.attribute("type").unwrap_or_default();
            if !kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json")) {
                continue;
            }
            read += 1;
            if read > MOST_SCRIPTS {
                break;
            }
            at.get_or_insert(element.outer.start);
            let source = page.source.get(element.inner.clone()).unwrap_or_default();
            if source.len() > LONGEST {
                let message = format!("this JSON-LD is {} kB long; at most {} kB are read", source.len() / 1024, LONGEST / 1024);
                findings.warn(page.place(element.outer.start), "json-ld", message, "keep the article's JSON-LD in a script of its own");
                continue;
            }
            let json = unwrapped(source);
            if json.is_empty() {
                continue;
            }
            let begins = element.inner.start + (json.as_ptr() as usize - source.as_ptr() as usize);
            match serde_json::from_str(json) {
                Ok(value) => gather(value, &mut nodes),
                Err(error) => broken(&error, page.place(begins), findings),
            }
        }
        let by_id = nodes.iter().enumerate().rev().filter_map(|(at, node)| Some((node.get("@id")?.as_str()?.to_owned(), at))).collect();
        let mut data = Self { nodes, by_id, article: None, at: at.unwrap_or_default() };
        data.article = data.choose(canonical);
        data
    }

    /// The article that the page is about: the one that names the page's own address, else the first.
    fn choose(&self, canonical: Option<&str>) -> Option<usize> {
        let articles: Vec<usize> =
            (0..self.nodes.len()).filter(|at| self.nodes.get(*at).is_some_and(|node| types(node).any(is_article))).collect();
        let own = articles.iter().copied().find(|at| {
            let Some(node) = self.nodes.get(*at) else { return false };
            let address = |key| node.get(key).and_then(|value| value.as_str().or_else(|| value.get("@id")?.as_str()));
            canonical.is_some_and(|canonical| {
                ["url", "mainEntityOfPage", "@id"].into_iter().filter_map(address).any(|found| found.split('#').next() == Some(canonical))
            })
        });
        own.or_else(|| articles.first().copied())
    }

    /// Where a text stands in it, in bytes of the page's source; where it begins, if the text is written some other way.
    pub(super) fn place_of(&self, page: &Page<'_>, text: &str) -> usize {
        let from = page.source.get(self.at..).unwrap_or_default();
        self.at + from.find(&format!("\"{text}\"")).unwrap_or_default()
    }

    /// Whether it describes an article.
    pub(super) const fn is_of_an_article(&self) -> bool {
        self.article.is_some()
    }

    /// Whether it says that the page is a list or a site's front.
    pub(super) fn is_of_a_list(&self) -> bool {
        const LISTS: [&str; 6] = ["CollectionPage", "ItemList", "SearchResultsPage", "Blog", "ProfilePage", "ContactPage"];
        self.article.is_none() && self.nodes.iter().any(|node| types(node).any(|kind| LISTS.contains(&kind)))
    }

    /// A property of the article.
    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        self.nodes.get(self.article?)?.get(key).filter(|value| !value.is_null())
    }

    /// The first text of a property of the article, on one line.
    pub(super) fn text(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.first_text(self.get(key)?))
    }

    /// The article's text, where the page itself shows none.
    pub(super) fn text_of_article(&self) -> Option<Body> {
        let text = self.get("articleBody")?.as_str()?;
        let text = decode(text, false);
        let paragraphs: Vec<Block> = text
            .split('\n')
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .take(10_000)
            .map(|line| Block::Paragraph(line.to_owned()))
            .collect();
        (!paragraphs.is_empty()).then_some(Body::Blocks(paragraphs))
    }

    /// A value's items, each with its reference followed: one value or a list of them.
    pub(super) fn items<'s>(&'s self, value: &'s Json) -> impl Iterator<Item = &'s Json> {
        let items = match value {
            Json::Array(items) => items.as_slice(),
            other => std::slice::from_ref(other),
        };
        items.iter().take(100).map(|item| self.followed(item))
    }

    /// The node that a value refers to by its `@id`, else the value itself.
    fn followed<'s>(&'s self, value: &'s Json) -> &'s Json {
        let Some(object) = value.as_object().filter(|object| object.len() <= 2) else { return value };
        let id = object.get("@id").and_then(Json::as_str);
        id.and_then(|id| self.nodes.get(*self.by_id.get(id)?)).unwrap_or(value)
    }

    /// The first text of a value: a string, a number, a name, the first of a list.
    pub(super) fn first_text(&self, value: &Json) -> Option<String> {
        self.items(value).find_map(|item| match item {
            Json::String(text) => plain(text),
            Json::Number(number) => Some(number.to_string()),
            Json::Object(object) => ["name", "@value", "url"].into_iter().find_map(|key| plain(object.get(key)?.as_str()?)),
            Json::Null | Json::Bool(_) | Json::Array(_) => None,
        })
    }

    /// A property of an object as text.
    pub(super) fn text_in(&self, object: &Json, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.first_text(object.get(key)?))
    }

    /// The names of the site and of who publishes it.
    pub(super) fn site_names(&self) -> Vec<String> {
        let sites = self.nodes.iter().filter(|node| types(node).any(|kind| kind == "WebSite" || kind == "NewsMediaOrganization"));
        let mut names: Vec<String> =
            sites.flat_map(|site| ["name", "alternateName"].into_iter().filter_map(|key| self.first_text(site.get(key)?))).collect();
        for key in ["publisher", "isPartOf", "sourceOrganization"] {
            names.extend(self.get(key).into_iter().flat_map(|value| self.items(value)).filter_map(|item| self.text_in(item, &["name"])));
        }
        names
    }

    /// What the site says of itself, which is not what the article says.
    pub(super) fn site_descriptions(&self) -> impl Iterator<Item = String> + '_ {
        self.nodes.iter().filter(|node| types(node).any(|kind| kind == "WebSite")).filter_map(|site| self.text_in(site, &["description"]))
    }
}

/// The types of a node, without their vocabulary's address.
fn types(node: &Json) -> impl Iterator<Item = &str> {
    let kinds = match node.get("@type") {
        Some(Json::Array(kinds)) => kinds.as_slice(),
        Some(kind) => std::slice::from_ref(kind),
        None => &[],
    };
    kinds.iter().filter_map(Json::as_str).map(|kind| kind.rsplit(['/', ':', '#']).next().unwrap_or(kind))
}

/// schema.org's `Article` and the types under it.
fn is_article(kind: &str) -> bool {
    kind.ends_with("Article")
        || matches!(kind, "BlogPosting" | "LiveBlogPosting" | "SocialMediaPosting" | "DiscussionForumPosting" | "Report")
}

/// Adds the nodes of a document: those at its top, of its graphs, and what a page is about.
fn gather(value: Json, nodes: &mut Vec<Json>) {
    let mut waiting = vec![value];
    while let Some(value) = waiting.pop() {
        if nodes.len() >= MOST_NODES {
            return;
        }
        match value {
            Json::Array(items) => waiting.extend(items.into_iter().rev()),
            Json::Object(mut object) => {
                // What has a type of its own is a node; a graph's wrapping has none.
                let inner = object.remove("@graph").into_iter().chain(["mainEntity", "mainEntityOfPage"].into_iter().filter_map(|key| {
                    object
                        .get(key)
                        .filter(|value| value.get("@type").is_some() && value.as_object().is_some_and(|node| node.len() > 2))
                        .cloned()
                }));
                waiting.extend(inner.collect::<Vec<_>>().into_iter().rev());
                nodes.push(Json::Object(object));
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
        }
    }
}

/// The JSON without the comments and CDATA marks that some put around a script, and without the semicolon after it.
fn unwrapped(script: &str) -> &str {
    const AROUND: [&str; 9] = ["<!--", "-->", "//<![CDATA[", "//]]>", "/*<![CDATA[*/", "/*]]>*/", "<![CDATA[", "]]>", "//"];
    let mut json = script.trim();
    loop {
        let before = json.len();
        for mark in AROUND {
            json = json.strip_prefix(mark).unwrap_or(json).trim_start();
            json = json.strip_suffix(mark).unwrap_or(json).trim_end();
        }
        json = json.strip_suffix(';').unwrap_or(json).trim_end();
        if json.len() == before {
            return json;
        }
    }
}

fn broken(error: &serde_json::Error, begins: Place, findings: &mut Findings<'_>) {
    let said = error.to_string();
    let what = said.split(" at line ").next().unwrap_or(&said);
    let line = begins.line.saturating_add(count(error.line().saturating_sub(1)));
    // JSON's columns are bytes of a line; on its first line they follow the script's tag.
    let column = if error.line() <= 1 {
        begins.column.saturating_add(count(error.column().saturating_sub(1)))
    } else {
        count(error.column().max(1))
    };
    findings.warn(
        Place::new(line, column),
        "json-ld",
        format!("this JSON-LD is not valid JSON ({what}); what it says of the article was passed over"),
        "mend the JSON: double quotes around keys and text, no line break or unescaped quote inside them, no comma after the last",
    );
}

/// A text on one line, its character references resolved; nothing where it is empty.
fn plain(text: &str) -> Option<String> {
    let line = decode(text, false).split_whitespace().collect::<Vec<_>>().join(" ");
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_around_a_script_are_taken_off() {
        for script in ["{}", " <!-- {} --> ", "//<![CDATA[\n{}\n//]]>", "/*<![CDATA[*/{};/*]]>*/", "{};"] {
            assert_eq!(unwrapped(script), "{}", "{script}");
        }
    }

    #[test]
    fn types_do_without_their_vocabulary() {
        for kind in ["\"NewsArticle\"", "\"https://schema.org/BlogPosting\"", "[\"WebPage\", \"schema:ReportageNewsArticle\"]"] {
            let node: Json = serde_json::from_str(&format!("{{\"@type\": {kind}}}")).unwrap();
            assert!(types(&node).any(is_article), "{kind}");
        }
    }
}
