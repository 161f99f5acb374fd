//! What of a page is no part of its article: navigation, forms, what is hidden, links to share it, comments.
//!
//! Known by element, role (WAI-ARIA), vocabulary (microformats, schema.org) and the addresses that sharing services have, never by
//! what a class may mean; the few names at the end are those that the most widespread software writes into every page.

use std::ops::Range;

use super::page::{Element, Page, Region};
use super::structure;

/// What stands in a page's margins, wherever in the page.
pub(super) fn is_margin(element: &Element<'_>) -> bool {
    matches!(&*element.name, "nav" | "aside" | "footer" | "form" | "dialog" | "template" | "search")
        || element.has_role(&["navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "form"])
}

/// What no reader sees.
pub(super) fn is_hidden(element: &Element<'_>) -> bool {
    if element.attribute("hidden").is_some_and(|value| !value.eq_ignore_ascii_case("until-found")) {
        return true;
    }
    element.attribute("style").is_some_and(|style| {
        let style: String = style.chars().filter(|c| !c.is_whitespace()).take(2_000).collect::<String>().to_ascii_lowercase();
        style.contains("display:none") || style.contains("visibility:hidden")
    })
}

/// Comments on an article.
pub(super) fn is_comment(element: &Element<'_>) -> bool {
    element.has_token("itemprop", &["comment"])
        || element.has_class(&["h-cite", "p-comment", "u-comment"])
        || element.attribute("itemtype").is_some_and(|kind| kind.trim_end_matches('/').ends_with("schema.org/Comment"))
}

/// An element's text without what is chrome in it.
pub(super) fn words_of(page: &Page<'_>, at: usize) -> String {
    let region = page.region(at);
    page.words(&region.source, &cuts(page, &region))
}

/// What stands under an article and is not by its author, as the most widespread software names it.
pub(super) fn is_known(element: &Element<'_>) -> bool {
    element.has_class(&NAMES) || element.attribute("id").is_some_and(|id| IDS.contains(&&*id))
}

/// The parts of a region to leave out, in order, in bytes of the source.
pub(super) fn cuts(page: &Page<'_>, region: &Region) -> Vec<Range<usize>> {
    let (mut cuts, articles_are_beside) = (Vec::new(), are_beside(page, region));
    let mut at = region.elements.start;
    while let Some(element) = page.elements.get(at).filter(|_| at < region.elements.end) {
        if is_chrome(page, at, element, region, articles_are_beside) {
            let outermost = widened(page, at, element, region);
            let range = page.elements.get(outermost).map_or_else(|| element.outer.clone(), |wide| wide.outer.clone());
            // What was widened to swallows what was cut in it before.
            while cuts.last().is_some_and(|cut: &Range<usize>| cut.start >= range.start) {
                cuts.pop();
            }
            cuts.push(range);
            at = page.elements.get(outermost).map_or(element.after, |wide| wide.after);
        } else {
            at += 1;
        }
    }
    cuts
}

fn is_chrome(page: &Page<'_>, at: usize, element: &Element<'_>, region: &Region, articles_are_beside: bool) -> bool {
    match &*element.name {
        "script"
        | "style"
        | "template"
        | "link"
        | "meta"
        | "base"
        | "title"
        | "head"
        | "nav"
        | "form"
        | "dialog"
        | "search"
        | "input"
        | "button"
        | "select"
        | "textarea"
        | "datalist"
        | "amp-sidebar"
        | "amp-consent"
        | "amp-ad"
        | "amp-auto-ads"
        | "amp-analytics"
        | "amp-pixel"
        | "amp-social-share"
        | "amp-user-notification"
        | "amp-sticky-ad"
        | "amp-geo"
        | "amp-state" => return true,
        "aside" | "footer" => return !is_of_the_text(page, at, element),
        // The page's own; an article's head holds what belongs to it.
        "header" => {
            let is_of_the_page = region.element.and_then(|at| page.elements.get(at)).is_none_or(|element| element.name == "body");
            if is_of_the_page && element.parent == region.element {
                return region.element.is_some();
            }
        }
        "article" => return articles_are_beside,
        "a" if is_share(element) || is_permalink(page, at, element) => return true,
        _ => {}
    }
    is_hidden(element)
        || is_comment(element)
        || is_for_decoration(element)
        || element.has_role(&[
            "navigation",
            "banner",
            "contentinfo",
            "complementary",
            "search",
            "dialog",
            "alertdialog",
            "form",
            "menu",
            "menubar",
            "toolbar",
        ])
        || is_known(element)
}

/// A quotation's source, and notes, stand in the text's own foot; an aside may be a note.
fn is_of_the_text(page: &Page<'_>, at: usize, element: &Element<'_>) -> bool {
    element.attribute("role").is_some_and(|role| role.split_ascii_whitespace().any(|role| role.starts_with("doc-") || role == "note"))
        || page.is_inside(at, |outer| matches!(&*outer.name, "blockquote" | "figure" | "table"))
}

/// Whether the articles inside a region are about it (comments, what to read next) rather than most of it, as in a live blog.
fn are_beside(page: &Page<'_>, region: &Region) -> bool {
    let (mut all, mut at) = (0, region.elements.start);
    while let Some(element) = page.elements.get(at).filter(|_| at < region.elements.end) {
        if element.name == "article" {
            all += element.letters;
            at = element.after;
        } else {
            at += 1;
        }
    }
    all.saturating_mul(2) < region.letters
}

/// A heading's link to itself, a mark without a word (`¶`, `#`).
fn is_permalink(page: &Page<'_>, at: usize, element: &Element<'_>) -> bool {
    element.letters <= 4
        && element.attribute("href").is_some_and(|href| href.contains('#'))
        && page.is_inside(at, |outer| structure::is_heading(&outer.name))
        && !page.words_of(at).contains(char::is_alphanumeric)
}

/// A mark beside a heading, an icon: hidden from those who listen, without a word.
fn is_for_decoration(element: &Element<'_>) -> bool {
    element.letters <= 4
        && matches!(&*element.name, "a" | "span" | "i" | "svg")
        && element.attribute("aria-hidden").is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

/// Links that send the article elsewhere.
fn is_share(element: &Element<'_>) -> bool {
    let Some(href) = element.attribute("href") else { return false };
    let href = href.trim();
    let address = href.strip_prefix("https:").or_else(|| href.strip_prefix("http:")).unwrap_or(href).trim_start_matches('/');
    let address = address.strip_prefix("www.").unwrap_or(address);
    SHARES.iter().any(|share| address.get(..share.len()).is_some_and(|begins| begins.eq_ignore_ascii_case(share)))
        || element.attribute("data-action").is_some_and(|action| action.starts_with("share/"))
}

const SHARES: [&str; 24] = [
    "facebook.com/sharer",
    "facebook.com/dialog/",
    "m.facebook.com/sharer",
    "twitter.com/intent/",
    "twitter.com/share",
    "x.com/intent/",
    "x.com/share",
    "linkedin.com/share",
    "linkedin.com/cws/share",
    "reddit.com/submit",
    "old.reddit.com/submit",
    "pinterest.com/pin/create",
    "tumblr.com/widgets/share",
    "api.whatsapp.com/send",
    "whatsapp://send",
    "wa.me/?text",
    "t.me/share",
    "telegram.me/share",
    "news.ycombinator.com/submitlink",
    "bsky.app/intent/",
    "getpocket.com/save",
    "xing.com/spi/shares",
    "share.flipboard.com/",
    "mailto:?",
];

/// The block to cut where one of its parts is chrome: a list of links to share, a sign-up with its few words.
fn widened(page: &Page<'_>, at: usize, element: &Element<'_>, region: &Region) -> usize {
    /// How much text may go with a form, and with a link to share, in bytes.
    const WITH_A_FORM: usize = 300;
    const WITH_A_LINK: usize = 60;
    /// How many elements such a block has.
    const MOST: usize = 300;
    let most = match &*element.name {
        "form" => element.letters + WITH_A_FORM,
        "a" if is_share(element) => element.letters + WITH_A_LINK,
        _ => return at,
    };
    let mut widest = at;
    for outer in page.around(at).skip(1).take_while(|outer| region.elements.contains(outer)) {
        let Some(found) = page.elements.get(outer).filter(|found| found.after - outer <= MOST) else { break };
        // Each further link to share brings its own words.
        let shares = if element.name == "a" { page.find(&page.region(outer), |inner| inner.name == "a").take(24).count() } else { 0 };
        let is_wrapping = matches!(&*found.name, "div" | "section" | "ul" | "ol" | "li" | "span" | "p" | "menu");
        let keeps = |inner: &Element<'_>| {
            matches!(&*inner.name, "img" | "figure" | "video" | "audio" | "iframe" | "blockquote" | "table")
                || (inner.name == "a" && element.name == "a" && !is_share(inner))
        };
        if !is_wrapping || found.letters > most + shares * WITH_A_LINK || page.find(&page.region(outer), keeps).next().is_some() {
            break;
        }
        widest = outer;
    }
    widest
}

/// What widespread software calls what is hidden from sight, and what it adds after every article.
const NAMES: [&str; 13] = [
    "screen-reader-text",
    "sr-only",
    "visually-hidden",
    "sharedaddy",
    "jp-relatedposts",
    "addtoany_share_save_container",
    "addtoany_content",
    "post-navigation",
    "comments-area",
    "comment-respond",
    "mw-editsection",
    "heading-anchor",
    "anchorjs-link",
];
const IDS: [&str; 5] = ["comments", "respond", "disqus_thread", "jp-post-flair", "onetrust-consent-sdk"];
