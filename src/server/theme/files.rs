//! A theme's files: newswire's, and the house's own in their place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{OURS, ThemeFault};

/// The files that make a theme.
pub(super) const BUILT_IN: [(&str, &str); 10] = [
    ("base.html", include_str!("base.html")),
    ("article.html", include_str!("article.html")),
    ("front.html", include_str!("front.html")),
    ("feed.html", include_str!("feed.html")),
    ("notice.html", include_str!("notice.html")),
    ("style.css", include_str!("style.css")),
    ("extra.css", ""),
    ("feed.css", include_str!("feed.css")),
    ("feed.js", include_str!("feed.js")),
    ("icon.svg", include_str!("icon.svg")),
];

/// What ends an element whose text is not escaped, where a file stands in one.
const ENDS: [(&str, &str); 3] = [("style.css", "</style"), ("extra.css", "</style"), ("feed.js", "</script")];

/// Whether a file is a template by its name.
pub(super) fn is_template(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, extension)| extension == "html")
}

/// A house's own files, judged.
#[derive(Debug, Default)]
pub struct Files {
    own: BTreeMap<String, String>,
}

impl Files {
    /// Whether a theme has any use for a file of this name: one of those that newswire has itself, or a template for others to include.
    pub fn takes(name: &str) -> bool {
        !name.starts_with('.') && (is_template(name) || BUILT_IN.iter().any(|(known, _)| *known == name))
    }

    /// Takes the files that a theme has use for.
    pub(super) fn of(own: &BTreeMap<String, String>) -> Result<Self, Vec<ThemeFault>> {
        let mut faults = Vec::new();
        let mut files = Self::default();
        for (name, text) in own.iter().filter(|(name, _)| Self::takes(name)) {
            // Browsers see every line break as one character, and hashes are of what they see.
            let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n").replace('\r', "\n");
            if let Some((_, end)) = ENDS.iter().find(|(file, _)| file == name)
                && let Some(at) = text.to_ascii_lowercase().find(end)
            {
                faults.push(ThemeFault {
                    file: name.clone(),
                    line: Some(text[..at].matches('\n').count() + 1),
                    what: format!("'{end}' would end the element of the page in which this file stands"),
                    mend: "take it out".to_owned(),
                });
            }
            files.own.insert(name.clone(), text);
        }
        if faults.is_empty() { Ok(files) } else { Err(faults) }
    }

    /// A file's text: the house's own, else newswire's.
    pub(super) fn text(&self, name: &str) -> &str {
        let ours = || BUILT_IN.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text);
        self.own.get(name).map_or_else(ours, String::as_str)
    }

    /// The style sheet, and what a house adds to it.
    pub(super) fn style(&self) -> String {
        let (style, extra) = (self.text("style.css"), self.text("extra.css"));
        if extra.is_empty() { style.to_owned() } else { format!("{style}\n{extra}") }
    }

    /// Every template by the name that others include it by.
    pub(super) fn templates(&self) -> impl Iterator<Item = (&str, &str)> {
        let ours = BUILT_IN.into_iter().filter(|(name, _)| is_template(name) && !self.own.contains_key(*name));
        ours.chain(self.own_templates())
    }

    /// The house's own templates.
    pub(super) fn own_templates(&self) -> impl Iterator<Item = (&str, &str)> {
        self.own.iter().filter(|(name, _)| is_template(name)).map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Whether an error's template is one of the house's own.
    pub(super) fn is_own(&self, name: &str) -> bool {
        self.own.contains_key(name)
    }

    /// Templates that no page includes: most often a name that was mistyped.
    pub(super) fn unused(&self) -> Vec<String> {
        let ours = |name: &str| BUILT_IN.iter().any(|(known, _)| *known == name);
        let named = |name: &str| self.own_templates().any(|(other, text)| other != name && text.contains(name));
        let unused = self.own_templates().filter(|(name, _)| !ours(name) && !named(name));
        let known: Cow<'_, str> =
            BUILT_IN.iter().map(|(name, _)| *name).filter(|name| is_template(name)).collect::<Vec<_>>().join(", ").into();
        unused
            .map(|(name, _)| {
                format!("{name} is no page's template and none includes it; pages are {known} (and {OURS}NAME for newswire's own)")
            })
            .collect()
    }
}
