//! XML files: NITF, NewsML-G2, an Atom entry or feed, an RSS item or feed → articles.
//!
//! `decode` makes text of the bytes, `parse` a `tree` of the text, bounded in every way; which format it is shows in the root
//! element's name and namespace. `markup` makes HTML of XHTML that stands in a tree; `namespaces` knows what prefixes mean.

use super::findings::Findings;
use super::{Context, Piece, newsml_g2, nitf};

pub(super) mod decode;
pub(super) mod markup;
mod namespaces;
pub(super) mod parse;
#[allow(dead_code, reason = "what feeds need of it is used by their readers")]
pub(super) mod tree;

use tree::Element;

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
    match root.name.as_str() {
        "nitf" => nitf::read(&root, context, findings),
        _ if newsml_g2::is_g2(&root) => newsml_g2::read(&root, context, findings),
        _ => {
            unknown(&root, findings);
            Vec::new()
        }
    }
}

fn unknown(root: &Element, findings: &mut Findings<'_>) {
    let shown: String = root.name.chars().take(60).collect();
    let message = format!("the document's element is '{shown}', which is none of NITF, NewsML-G2, Atom or RSS");
    findings.fail(root.place, "format-not-read", message, "give the article as one of these, or list the file in [articles] ignore");
}
