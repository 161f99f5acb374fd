//! What may pass: the elements and attributes of an article's HTML.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::allowed::{ATTRIBUTES, ELEMENTS, FRAME_ATTRIBUTES, GLOBAL_ATTRIBUTES, LINK_SCHEMES};
use crate::active_html::{may_allow_attribute, may_allow_element};
use crate::config::Html;

/// What may pass, built once from the config.
pub struct Policy {
    cleaner: ammonia::Builder<'static>,
    elements: HashSet<&'static str>,
    frames: Vec<String>,
}

/// References to other articles pass; finishing puts their links in their place, or drops them.
const ARTICLE: &str = "article";

impl Policy {
    /// The policy of this configuration. Elements and attributes that are never let through ([`may_allow_element`],
    /// [`may_allow_attribute`]) are passed over; whoever reads the configuration can say so.
    pub fn new(html: &Html) -> Self {
        let mut elements: HashSet<&'static str> = ELEMENTS.iter().copied().collect();
        elements.extend(html.elements.iter().map(|name| name.to_ascii_lowercase()).filter(|name| may_allow_element(name)).map(lasting));
        let mut attributes: HashMap<&'static str, HashSet<&'static str>> =
            ATTRIBUTES.iter().map(|(element, names)| (*element, names.iter().copied().collect())).collect();
        // Where the newsroom wants its own classes, and not only the languages of code.
        let mut classed: HashSet<String> = HashSet::new();
        let mut global: HashSet<&'static str> = GLOBAL_ATTRIBUTES.iter().copied().collect();
        for (element, names) in &html.attributes {
            let names = names
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .filter(|name| may_allow_attribute(name))
                .map(lasting)
                .collect::<Vec<_>>();
            if names.contains(&"class") {
                classed.insert(element.to_ascii_lowercase());
            }
            if element == "*" {
                global.extend(names);
            } else if may_allow_element(&element.to_ascii_lowercase()) {
                attributes.entry(lasting(element.to_ascii_lowercase())).or_default().extend(names);
            }
        }
        let frames: Vec<String> = html.frames.iter().map(|host| host.trim().trim_end_matches('.').to_ascii_lowercase()).collect();
        if !frames.is_empty() {
            elements.insert("iframe");
            attributes.insert("iframe", FRAME_ATTRIBUTES.iter().copied().collect());
        }
        let mut cleaner = ammonia::Builder::empty();
        cleaner
            .tags(elements.clone())
            .tag_attributes(attributes)
            .generic_attributes(global)
            .url_schemes(LINK_SCHEMES.iter().copied().chain([ARTICLE]).collect())
            .link_rel(None)
            .attribute_filter(move |element: &str, attribute: &str, value: &str| match attribute {
                "class" if classed.contains("*") || classed.contains(element) => Some(Cow::Borrowed(value)),
                _ => attribute_value(attribute, value),
            });
        Self { cleaner, elements, frames }
    }

    /// Whether this element (in lower case) may pass.
    pub(super) fn allows(&self, element: &str) -> bool {
        self.elements.contains(element)
    }

    /// The name of an element that may pass, for good.
    pub(super) fn name_of(&self, element: &str) -> Option<&'static str> {
        self.elements.get(element).copied()
    }

    /// Sanitises HTML. URLs are judged afterwards, when they are made absolute.
    pub(super) fn clean(&self, html: &str) -> String {
        self.cleaner.clean(html).to_string()
    }

    /// Whether frames of this host are let through: one of the configured hosts or a host under it.
    pub(super) fn frames_host(&self, host: &str) -> bool {
        self.frames.iter().any(|allowed| host.strip_suffix(allowed.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Policy").field("elements", &self.elements.len()).field("frames", &self.frames).finish_non_exhaustive()
    }
}

/// Of a class, the code's language; of a style, a table cell's alignment; all else as it is.
fn attribute_value<'a>(attribute: &str, value: &'a str) -> Option<Cow<'a, str>> {
    match attribute {
        "class" => value.split_ascii_whitespace().find(|class| is_language(class)).map(Cow::Borrowed),
        "style" => ["left", "center", "right"]
            .into_iter()
            .find(|side| value.trim_end_matches(';').strip_prefix("text-align:").is_some_and(|given| given.trim() == *side))
            .map(|side| Cow::Owned(format!("text-align: {side}"))),
        _ => Some(Cow::Borrowed(value)),
    }
}

fn is_language(class: &str) -> bool {
    class.strip_prefix("language-").is_some_and(|name| {
        !name.is_empty() && name.len() <= 40 && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '#' | '.'))
    })
}

/// The name for as long as the program runs, as the sanitiser wants it. Each distinct name is kept once, however often the
/// configuration is read again.
fn lasting(name: String) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    // A panic while the lock was held leaves the set as it was: whole.
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name.as_str()) {
        return known;
    }
    let kept: &'static str = name.leak();
    names.insert(kept);
    kept
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn extended() -> Policy {
        Policy::new(&Html {
            elements: vec!["x-note".into(), "script".into(), "STYLE".into(), "svg".into(), "iframe".into(), "a b".into()],
            attributes: BTreeMap::from([
                ("*".into(), vec!["onclick".into(), "data-mood".into(), "style".into()]),
                ("p".into(), vec!["align".into(), "id".into(), "class".into()]),
                ("script".into(), vec!["src".into()]),
            ]),
            frames: vec!["video.example.org".into()],
        })
    }

    #[test]
    fn the_configuration_adds_but_never_what_runs() {
        let policy = extended();
        let dirty = "<x-note data-mood=calm onclick=a()>n</x-note><p align=left id=i class=c style=color:red>p</p><script src=a>b</script>";
        assert_eq!(policy.clean(dirty), r#"<x-note data-mood="calm">n</x-note><p align="left" class="c">p</p>"#);
        assert!(!policy.allows("svg") && !policy.allows("style") && policy.allows("iframe"));
    }

    #[test]
    fn frames_are_known_by_host() {
        let policy = extended();
        assert!(policy.frames_host("video.example.org") && policy.frames_host("eu.video.example.org"));
        assert!(!policy.frames_host("badvideo.example.org") && !policy.frames_host("example.org"));
        assert!(!Policy::new(&Html::default()).allows("iframe"));
    }

    #[test]
    fn of_classes_only_a_languages_name_stays() {
        let policy = Policy::new(&Html::default());
        assert_eq!(
            policy.clean(r#"<pre class="x"><code class="hl language-rust big">fn</code></pre>"#),
            r#"<pre><code class="language-rust">fn</code></pre>"#
        );
    }

    #[test]
    fn a_cells_alignment_is_its_only_style() {
        let policy = Policy::new(&Html::default());
        assert_eq!(
            policy.clean(r#"<table><tbody><tr><td style="text-align: right">1</td><td style="color:red">2</td></tr></tbody></table>"#),
            r#"<table><tbody><tr><td style="text-align: right">1</td><td>2</td></tr></tbody></table>"#
        );
    }
}
