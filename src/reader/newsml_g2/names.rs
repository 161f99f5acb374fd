//! What codes are called, where an item says it in another place.

use std::collections::HashMap;

use crate::reader::xml::tree::Element;

/// The names that an item's `assert` elements give to codes.
pub(super) struct Names<'e>(HashMap<&'e str, &'e Element>);

impl<'e> Names<'e> {
    pub(super) fn of(item: &'e Element) -> Self {
        Self(item.all("assert").filter_map(|one| Some((super::meta::code(one)?, one))).collect())
    }

    /// The name of a property in a language: its own, else what an assertion calls its code.
    pub(super) fn of_property(&self, property: &Element, language: Option<&str>) -> Option<String> {
        own(property, language).or_else(|| own(self.0.get(super::meta::code(property)?)?, language))
    }
}

/// Of an element's names the one in this language, else the first.
fn own(element: &Element, language: Option<&str>) -> Option<String> {
    in_language(element.all("name"), language)
}

/// Of several texts the one in this language (`en` for `en-GB` too), else the first.
pub(super) fn in_language<'e>(texts: impl Iterator<Item = &'e Element>, language: Option<&str>) -> Option<String> {
    let texts: Vec<(&Element, String)> = texts.filter_map(|text| Some((text, text.line()?))).collect();
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let speaks = |text: &Element, whole: bool| match (text.lang(), language) {
        (Some(lang), Some(wanted)) => {
            if whole {
                lang.eq_ignore_ascii_case(wanted)
            } else {
                primary(lang) == primary(wanted)
            }
        }
        (None, _) => true,
        (Some(_), None) => false,
    };
    let found = [true, false].iter().find_map(|whole| texts.iter().find(|(text, _)| speaks(text, *whole)));
    found.or_else(|| texts.first()).map(|(_, line)| line.clone())
}
