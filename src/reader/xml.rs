//! XML files: NITF, NewsML-G2, an Atom entry or feed, an RSS item or feed → articles.
//!
//! `decode` makes text of the bytes, `parse` a `tree` of the text, bounded in every way; which format it is shows in the root
//! element's name and namespace. `markup` makes HTML of XHTML that stands in a tree; `namespaces` knows what prefixes mean.

use super::findings::Findings;
use super::{Context, Piece, atom, newsml_g2, nitf, rss};
use crate::diagnostic::Severity;

pub(super) mod decode;
pub(super) mod markup;
mod namespaces;
pub(super) mod parse;
pub(super) mod tree;

/// Reads a file of this kind.
pub(super) fn read(bytes: &[u8], context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let Some(text) = decode::decode(bytes, context, findings) else { return Vec::new() };
    let root = match parse::parse(&text) {
        Ok(root) => root,
        Err(fault) => {
            findings.fault(fault);
            return Vec::new();
        }
    };
    match (root.namespace.as_deref(), root.name.as_str()) {
        (Some(atom::NAMESPACE), "feed") => atom::read_feed(&root, context, findings),
        (Some(atom::NAMESPACE), "entry") => atom::read_entry(&root, context, findings),
        (None, "rss") | (Some(rss::RDF), "RDF") => rss::read_feed(&root, context, findings),
        (None | Some(rss::RSS_1), "item") => rss::read_item(&root, context, findings),
        (_, "nitf") => nitf::read(&root, context, findings),
        _ if newsml_g2::is_g2(&root) => newsml_g2::read(&root, context, findings),
        _ => {
            not_an_article(&root, context, findings);
            Vec::new()
        }
    }
}

/// Data files, sitemaps and pictures may lie among articles.
fn not_an_article(root: &tree::Element, context: Context<'_>, findings: &mut Findings<'_>) {
    let shown: String = root.name.chars().take(60).collect();
    let message = format!("the document's element is '{shown}', which is none of NITF, NewsML-G2, Atom or RSS, so it is no article");
    let severity = if context.path.extension().is_some_and(|extension| extension == "xml") { Severity::Note } else { Severity::Warning };
    findings.say(
        severity,
        root.place,
        "not-an-article",
        message,
        "give the article as one of these, or list the file in [articles] ignore",
    );
}
