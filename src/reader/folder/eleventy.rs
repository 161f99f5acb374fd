//! Eleventy's directory data, `posts/posts.json` and `posts/posts.11tydata.json`, and the data of one template,
//! `posts/name.11tydata.json`.

use super::{Reading, fault, glob};
use crate::article::FolderDefault;
use crate::reader::findings::{Fault, Findings, Place};
use crate::reader::front_matter::{self, Block, Format};

/// What it gives. `named` is a file that may be one template's own.
pub(super) fn read(reading: Reading<'_>, text: &str, named: bool, _findings: &mut Findings<'_>) -> Result<Vec<FolderDefault>, Fault> {
    let source = text.trim_end();
    if source.is_empty() {
        return Ok(Vec::new());
    }
    if !source.trim_start().starts_with('{') {
        return Err(fault(
            Place::new(1, 1),
            "the data is no JSON object".to_owned(),
            "begin it with a brace, as in { \"tags\": [\"news\"] }",
        ));
    }
    let table = front_matter::parse(&Block { format: Format::Json, source, line: 1 })?;
    let mut default = FolderDefault { adds_tags: true, ..FolderDefault::of(reading.quiet_preset(&table)) };
    if named {
        let name = reading.path.as_path().file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let template = name.strip_suffix(".11tydata.json").unwrap_or(name);
        // At the top, the folder's own name is not known; a template of this name is the likelier.
        if reading.path.folder_name().as_deref() != Some(template) {
            let folder = reading.folder().map_or_else(String::new, |folder| format!("{}/", globset::escape(&folder)));
            default.only = glob(&format!("{folder}{}.*", globset::escape(template))).into_iter().collect();
        }
    }
    Ok(Some(default).filter(|default| !default.preset.is_empty()).into_iter().collect())
}
