//! Which part of a page is its article.

use super::chrome;
use super::page::{Element, Page, Region};

/// What there is to read.
pub(super) struct Content {
    /// The article with its head and foot: headline, byline, dates.
    pub(super) article: Region,
    /// Its text; the same as `article` where nothing marks it off.
    pub(super) body: Region,
}

/// What a page holds.
pub(super) enum Found {
    Content(Content),
    /// A list of so many articles or links.
    List {
        of: usize,
        what: &'static str,
    },
}

/// How many articles beside each other, none of which outweighs the rest, are a list.
const LIST: usize = 3;

/// Finds the article: `<article>`, else `<main>`, else what microdata or microformats call its text, else the body.
/// `is_article` says that the page calls itself one, `is_list` that it calls itself a list.
pub(super) fn find(page: &Page<'_>, is_article: bool, is_list: bool) -> Found {
    let shell = shell(page);
    let main = first(page, &shell, |element| element.name == "main" || element.has_role(&["main"])).map(|at| page.region(at));
    let mut articles = outermost(page, &shell, is_an_article);
    if articles.is_empty() {
        articles = outermost(page, &shell, |element| element.has_class(&["h-entry", "hentry"]));
    }
    if let Some(main) = &main
        && articles.iter().any(|at| main.elements.contains(at))
    {
        articles.retain(|at| main.elements.contains(at));
    }
    let letters = |at: &usize| page.elements.get(*at).map_or(0, |element| element.letters);
    let (longest, all) = (articles.iter().map(letters).max().unwrap_or_default(), articles.iter().map(letters).sum::<usize>());
    let even = longest.saturating_mul(10) < all.saturating_mul(6);
    if !is_article && ((articles.len() >= LIST && even) || (articles.len() >= 2 && is_list)) {
        return Found::List { of: articles.len(), what: "articles" };
    }
    let around = main.unwrap_or(shell);
    let longest = articles.into_iter().rev().max_by_key(letters).map(|at| page.region(at));
    let article = match longest {
        // Cards that lead elsewhere are articles too; the text then stands beside them.
        Some(longest) if holds_a_headline(page, &longest) || paragraphs_beside(page, &around) <= longest.letters.saturating_mul(2) => {
            longest
        }
        Some(_) | None => around.clone(),
    };
    let body = marked_off(page, &article).unwrap_or_else(|| article.clone());
    if !is_article
        && around.element == article.element
        && let Some(links) = links_only(page, &body)
    {
        return Found::List { of: links, what: "links" };
    }
    Found::Content(Content { article, body })
}

/// What a page shows at all.
pub(super) fn shell(page: &Page<'_>) -> Region {
    match page.named("body").next().or_else(|| page.named("html").next()) {
        Some(at) => page.region(at),
        None => page.whole(),
    }
}

fn is_an_article(element: &Element<'_>) -> bool {
    element.name == "article" || element.has_role(&["article"])
}

fn first(page: &Page<'_>, within: &Region, test: impl Fn(&Element<'_>) -> bool) -> Option<usize> {
    page.find(within, test).find(|at| !is_out_of_sight(page, *at))
}

fn is_out_of_sight(page: &Page<'_>, at: usize) -> bool {
    page.around(at).filter_map(|at| page.elements.get(at)).any(chrome::is_hidden)
}

/// The elements for which `test` holds and that stand neither in another such nor in the page's margins.
fn outermost(page: &Page<'_>, within: &Region, test: impl Fn(&Element<'_>) -> bool) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = within.elements.start;
    while let Some(element) = page.elements.get(at).filter(|_| at < within.elements.end) {
        if chrome::is_margin(element) || chrome::is_hidden(element) {
            at = element.after;
        } else if test(element) {
            found.push(at);
            at = element.after;
        } else {
            at += 1;
        }
    }
    found
}

fn holds_a_headline(page: &Page<'_>, article: &Region) -> bool {
    page.find(article, |element| element.name == "h1" && element.letters > 0).next().is_some()
}

/// How much text stands in paragraphs outside any article, in bytes without white space.
fn paragraphs_beside(page: &Page<'_>, around: &Region) -> usize {
    let test =
        |element: &Element<'_>| element.name == "p" || is_an_article(element) || chrome::is_comment(element) || chrome::is_known(element);
    let found = outermost(page, around, test);
    found.into_iter().filter_map(|at| page.elements.get(at)).filter(|element| element.name == "p").map(|element| element.letters).sum()
}

/// The one element that microdata (`articleBody`) or microformats (`e-content`, hAtom's `entry-content`) call the text.
fn marked_off(page: &Page<'_>, article: &Region) -> Option<Region> {
    let is_text =
        |element: &Element<'_>| element.has_token("itemprop", &["articleBody"]) || element.has_class(&["e-content", "entry-content"]);
    let mut found = None;
    for at in outermost(page, article, |element| is_text(element) || is_an_article(element)) {
        if page.elements.get(at).is_some_and(|element| !is_text(element)) {
            continue;
        }
        if found.replace(at).is_some() {
            return None;
        }
    }
    found.map(|at| page.region(at)).filter(|text| text.letters.saturating_mul(10) >= article.letters.saturating_mul(4))
}

/// How many links stand in a text that holds little else.
fn links_only(page: &Page<'_>, body: &Region) -> Option<usize> {
    const FEWEST: usize = 8;
    let margins: usize = outermost_margins(page, body).iter().filter_map(|at| page.elements.get(*at)).map(|element| element.letters).sum();
    let links = outermost(page, body, |element| element.name == "a" && element.attribute("href").is_some());
    let linked: usize = links.iter().filter_map(|at| page.elements.get(*at)).map(|element| element.letters).sum();
    let text = body.letters.saturating_sub(margins);
    (links.len() >= FEWEST && linked.saturating_mul(10) >= text.saturating_mul(8)).then_some(links.len())
}

fn outermost_margins(page: &Page<'_>, within: &Region) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = within.elements.start;
    while let Some(element) = page.elements.get(at).filter(|_| at < within.elements.end) {
        if chrome::is_margin(element) || chrome::is_hidden(element) {
            found.push(at);
            at = element.after;
        } else {
            at += 1;
        }
    }
    found
}

/// How much text a paragraph has that begins an article in earnest, in bytes without white space.
const PARAGRAPH: usize = 80;

/// The element with which a text begins in earnest.
pub(super) fn text_from(page: &Page<'_>, body: &Region) -> usize {
    let is_paragraph = |element: &Element<'_>| element.name == "p" && element.letters >= PARAGRAPH;
    let in_head = |at: &usize| page.is_inside(*at, |outer| matches!(&*outer.name, "header" | "hgroup" | "figure"));
    page.find(body, is_paragraph).find(|at| !in_head(at)).unwrap_or(body.elements.end)
}

/// The page's heading, where it stands outside the article: the only one of the first level outside the page's margins, or the only
/// one outside its head too.
pub(super) fn heading_beside(page: &Page<'_>, content: &Content) -> Option<usize> {
    let shell = shell(page);
    let own = |at: &usize| !content.article.elements.contains(at);
    let all: Vec<usize> = outermost(page, &shell, |element| element.name == "h1" && element.letters > 0).into_iter().filter(own).collect();
    let below: Vec<usize> = all.iter().copied().filter(|at| !page.is_inside(*at, |outer| outer.name == "header")).collect();
    match (below.as_slice(), all.as_slice()) {
        ([only], _) | ([], [only]) => Some(*only),
        _ => None,
    }
}
