//! Pages that are no articles, and what there is to say of them.

use super::content::{self, Content, Found};
use super::metas::Metas;
use super::page::Page;
use crate::reader::findings::{Findings, Place};

/// What makes a page an article, for whoever wonders why one is none.
const LOOKED_FOR: &str = "looked for were JSON-LD of an article, og:type article, an <article>, a <main>, a text in the body; mark the article \
                          with one of these, or list the file in [articles] ignore";

/// How much text a page may have that only sends its visitors on, in bytes without white space.
const LONGEST_NOTICE: usize = 400;

/// The page's content; nothing, and a warning, where it is a list or a signpost.
pub(super) fn or_content(page: &Page<'_>, metas: &Metas, is_article: bool, is_list: bool, findings: &mut Findings<'_>) -> Option<Content> {
    if let Some(refresh) = metas.first(&["refresh"])
        && let Some(to) = destination(&refresh.content)
        && content::shell(page).letters <= LONGEST_NOTICE
    {
        refuse(page.place(refresh.at), &format!("the page is no article: it only sends its visitors on to {to}"), findings);
        return None;
    }
    match content::find(page, is_article, is_list) {
        Found::Content(content) => Some(content),
        Found::List { of, what } => {
            let message = format!("the page is no article but a list of {of} {what}, none of which is the page's own");
            refuse(Place::new(page.first_line, 1), &message, findings);
            None
        }
    }
}

/// Says that a page has no text.
pub(super) fn without_text(page: &Page<'_>, findings: &mut Findings<'_>) {
    if !findings.has_error() {
        refuse(Place::new(page.first_line, 1), "the page has neither a headline of its own nor a text, so it is no article", findings);
    }
}

/// A page that search engines are asked to pass over is published all the same: whole sites are marked so while they are built.
pub(super) fn unless_indexed(page: &Page<'_>, metas: &Metas, findings: &mut Findings<'_>) {
    let is_noindex = |content: &str| content.split(',').any(|word| matches!(word.trim().to_ascii_lowercase().as_str(), "noindex" | "none"));
    if let Some(robots) = metas.all("robots").find(|robots| is_noindex(&robots.content)) {
        let message = "the page asks search engines to pass it over (robots: noindex); it stands in the feeds all the same";
        let remedy = "add <meta name=\"newswire:draft\" content=\"true\"> if it is not for the public";
        findings.note(page.place(robots.at), "noindex", message, remedy);
    }
}

fn refuse(place: Place, message: &str, findings: &mut Findings<'_>) {
    findings.warn(place, "not-an-article", message, LOOKED_FOR);
}

/// Where `<meta http-equiv="refresh">` leads, if anywhere else.
fn destination(content: &str) -> Option<String> {
    let (_, rest) = content.split_once([';', ','])?;
    let rest = rest.trim_start();
    let url = rest.get(..3).filter(|begins| begins.eq_ignore_ascii_case("url")).and_then(|_| rest.get(3..)).unwrap_or(rest);
    let url = url.trim_start().trim_start_matches('=').trim().trim_matches(['"', '\'']);
    (!url.is_empty()).then(|| url.chars().take(200).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_names_its_destination() {
        assert_eq!(destination("0; url=https://example.org/").as_deref(), Some("https://example.org/"));
        assert_eq!(destination("0;URL='/new'").as_deref(), Some("/new"));
        assert_eq!(destination("300"), None);
    }
}
