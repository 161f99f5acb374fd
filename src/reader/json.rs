//! JSON files: a JSON Feed, an item of one, or a ninjs item → articles.

use serde_json::Value;

use super::encoding;
use super::findings::{Findings, Place, count};
use super::{Context, Piece, ninjs};

/// Reads a file of this kind.
pub(super) fn read(bytes: &[u8], context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let decoded = match encoding::decode(bytes) {
        Ok(decoded) => decoded,
        Err(finding) => {
            findings.push(finding.diagnostic(context.path));
            return Vec::new();
        }
    };
    let text = decoded.text.as_ref();
    if text.trim().is_empty() {
        return Vec::new();
    }
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            let place = Place::new(count(error.line().max(1)), count(error.column().max(1)));
            findings.fail(place, "json", format!("this is not JSON: {error}"), "mend it where the file is made");
            return Vec::new();
        }
    };
    if ninjs::is_ninjs(&value) {
        return ninjs::read(&value, text, context, findings);
    }
    let message = "this is neither a JSON Feed, nor an item of one, nor a ninjs item";
    findings.fail(Place::new(1, 1), "format-not-read", message, "give the article as one of these, or list the file in [articles] ignore");
    Vec::new()
}
