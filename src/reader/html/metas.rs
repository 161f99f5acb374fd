//! What a page's `<meta>` and `<link>` elements say: Open Graph, `article:`, Dublin Core, the standard names, newswire's own.

use std::borrow::Cow;

use super::page::Page;
use crate::article::Link;
use crate::reader::findings::{Findings, Place};
use crate::reader::front_matter::{self, Node, Table, Value};

/// One of them.
pub(super) struct Meta {
    /// Name, property or `http-equiv`, in lower case.
    name: String,
    pub(super) content: String,
    /// Where it stands, in bytes of the source.
    pub(super) at: usize,
}

/// All of them, in order; none without content.
pub(super) struct Metas(Vec<Meta>);

/// How many are looked at.
const MOST: usize = 1_000;
/// The longest content kept, in bytes.
const LONGEST: usize = 16 * 1024;
/// What begins the name of newswire's own.
const OWN: &str = "newswire:";

impl Metas {
    pub(super) fn of(page: &Page<'_>) -> Self {
        let mut all = Vec::new();
        for element in page.named("meta").take(MOST).filter_map(|at| page.elements.get(at)) {
            let Some(content) = element.attribute("content") else { continue };
            let content = content.trim();
            if content.is_empty() || content.len() > LONGEST {
                continue;
            }
            // Some pages give a meta two names, `name="description" property="og:description"`.
            for name in ["name", "property", "http-equiv"].into_iter().filter_map(|name| element.attribute(name)) {
                for name in name.split_ascii_whitespace().take(4) {
                    all.push(Meta { name: name.to_ascii_lowercase(), content: content.to_owned(), at: element.outer.start });
                }
            }
        }
        Self(all)
    }

    /// Those of this name.
    pub(super) fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s Meta> {
        self.0.iter().filter(move |meta| meta.name == name)
    }

    /// The first of the first of these names that there is.
    pub(super) fn first(&self, names: &[&str]) -> Option<&Meta> {
        names.iter().find_map(|name| self.0.iter().find(|meta| meta.name == *name))
    }

    /// The content of the first of these names that there is.
    pub(super) fn get(&self, names: &[&str]) -> Option<&str> {
        self.first(names).map(|meta| meta.content.as_str())
    }

    /// Those that follow a meta of `name` up to the next of that name: Open Graph's structured properties (`og:image:alt`).
    pub(super) fn detail(&self, name: &str, detail: &str) -> Option<&str> {
        let from = self.0.iter().position(|meta| meta.name == name)?;
        let rest = self.0.iter().skip(from + 1).take_while(|meta| meta.name != name);
        rest.into_iter().find(|meta| meta.name == detail).map(|meta| meta.content.as_str())
    }

    /// newswire's own keys, `<meta name="newswire:KEY" content="…">`: the same as in front matter.
    pub(super) fn own(&self, page: &Page<'_>, findings: &mut Findings<'_>) -> Table<'static> {
        let mut table = Table::new();
        for meta in &self.0 {
            let Some(key) = meta.name.strip_prefix(OWN) else { continue };
            let place = page.place(meta.at);
            if !front_matter::is_key(key) {
                findings.warn(
                    place,
                    "unknown-key",
                    format!("'{OWN}{key}' is no key that newswire knows; it was left out"),
                    "write one of front matter's keys, such as newswire:draft or newswire:embargo",
                );
                continue;
            }
            add(&mut table, key, text(&meta.content, place));
        }
        table
    }
}

/// A key's value; given several times it is a list.
fn add(table: &mut Table<'static>, key: &str, node: Node<'static>) {
    match table.iter_mut().find(|(known, _)| known == key) {
        None => table.push((Cow::Owned(key.to_owned()), node)),
        Some((_, Node { value: Value::List(items), .. })) => items.push(node),
        Some((_, standing)) => {
            let first = std::mem::replace(standing, Node { place: node.place, value: Value::Null });
            *standing = Node { place: first.place, value: Value::List(vec![first, node]) };
        }
    }
}

/// A text and its place.
pub(super) fn text(text: &str, place: Place) -> Node<'static> {
    Node { place, value: Value::Text(Cow::Owned(text.to_owned())) }
}

/// Where the page says that it stands: its canonical link, and where in the source it says so.
pub(super) fn canonical(page: &Page<'_>) -> Option<(String, usize)> {
    page.named("link").take(MOST).filter_map(|at| page.elements.get(at)).find_map(|element| {
        let href = element.attribute("href").filter(|href| !href.trim().is_empty() && element.has_token("rel", &["canonical"]))?;
        Some((href.trim().to_owned(), element.outer.start))
    })
}

/// A page's own link as an article's: absolute, or a path from the site's root. What cannot be one is told.
pub(super) fn link(written: &str, place: Place, findings: &mut Findings<'_>) -> Option<String> {
    let refused = |why: &str, findings: &mut Findings<'_>| {
        let message = format!("the page's canonical link {why}; the site's permalink pattern is used instead");
        findings.warn(
            place,
            "invalid-link",
            message,
            "write the article's own address: an http or https URL, or a path that begins with '/'",
        );
        None
    };
    let link = written.split('#').next().unwrap_or_default().trim();
    if link.starts_with('/') && !link.starts_with("//") {
        return if link == "/" { refused("is the site's front page", findings) } else { Some(link.to_owned()) };
    }
    match Link::parse(link) {
        Ok(parsed) => {
            let host = url::Url::parse(parsed.as_str()).ok().and_then(|url| Some(url.host_str()?.to_owned())).unwrap_or_default();
            if host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1" || host == "[::1]" {
                return refused("leads to the machine that built the page", findings);
            }
            if parsed.path() == "/" && !parsed.as_str().contains('?') {
                return refused("is the site's front page", findings);
            }
            Some(link.to_owned())
        }
        Err(error) if link.contains("://") => refused(error.why, findings),
        Err(_) => refused("is neither absolute nor a path from the site's root", findings),
    }
}
