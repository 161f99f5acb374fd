//! JSON files: a JSON Feed, one item of it, or ninjs → articles. What kind a file is, its keys say, not its name.

use super::findings::{Fault, Findings, Place};
use super::{Context, Piece, encoding, json_feed, ninjs};
use crate::diagnostic::Severity;

mod parse;
mod places;

pub(super) use places::{of_items, of_key};

/// Words of which one stands in every article of these formats, for files that cannot be parsed.
const HINTS: [&str; 6] =
    ["jsonfeed.org/version", "\"content_html\"", "\"content_text\"", "\"date_published\"", "\"pubstatus\"", "\"versioncreated\""];

/// Reads a file of this kind.
pub(super) fn read(bytes: &[u8], context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let decoded = match encoding::decode(bytes) {
        Ok(decoded) => decoded,
        Err(finding) => {
            findings.push(finding.diagnostic(context.path));
            return Vec::new();
        }
    };
    let text = &decoded.text;
    if text.trim().is_empty() {
        return Vec::new();
    }
    let (value, doubled) = match parse::parse(text) {
        Ok(value) => value,
        Err(fault) => {
            broken(fault, is_for_articles(context) || HINTS.iter().any(|hint| text.contains(hint)), findings);
            return Vec::new();
        }
    };
    if let Some(note) = decoded.note {
        findings.push(note.diagnostic(context.path));
    }
    if ninjs::is_ninjs(&value) {
        // Agencies send such files; what stands last counts, as in most programs.
        if let Some(fault) = doubled {
            findings.warn(fault.place, fault.rule, fault.message, fault.remedy);
        }
        return ninjs::read(&value, text, context, findings);
    }
    if let Some(fault) = doubled {
        broken(fault, json_feed::is_feed(&value) || json_feed::is_item(&value), findings);
        return Vec::new();
    }
    if json_feed::is_feed(&value) {
        return json_feed::read_feed(value, text, context, findings);
    }
    if json_feed::is_item(&value) {
        return json_feed::read_item(value, text, context, findings);
    }
    not_an_article(context, findings);
    Vec::new()
}

/// Data files may lie among articles: what is broken is an error only where it was to be an article.
fn broken(fault: Fault, hinted: bool, findings: &mut Findings<'_>) {
    if hinted {
        findings.fault(fault);
    } else {
        findings.warn(fault.place, fault.rule, fault.message, fault.remedy);
    }
}

fn not_an_article(context: Context<'_>, findings: &mut Findings<'_>) {
    let message = "this JSON is neither a JSON Feed, nor one of its items, nor a ninjs item, so it is no article";
    let remedy = "give it the keys of a JSON Feed item (id, title, content_html or content_text), or list it in [articles] ignore";
    let severity = if is_for_articles(context) { Severity::Warning } else { Severity::Note };
    findings.say(severity, Place::new(1, 1), "not-an-article", message, remedy);
}

/// Whether the file's name says that it holds articles, as `.json` does not.
fn is_for_articles(context: Context<'_>) -> bool {
    context.path.extension().is_some_and(|extension| extension != "json")
}
