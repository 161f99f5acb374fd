//! What HTML of an article never may do, whatever the configuration says.

/// Elements that the configuration cannot let through: they run code, load documents, take input, change the page around
/// them, or are parsed by rules of their own that a sanitiser must not be asked to follow.
const NEVER: &[&str] = &[
    "applet",
    "base",
    "basefont",
    "bgsound",
    "body",
    "button",
    "embed",
    "form",
    "frame",
    "frameset",
    "head",
    "html",
    "iframe",
    "input",
    "keygen",
    "link",
    "listing",
    "marquee",
    "math",
    "meta",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "optgroup",
    "option",
    "param",
    "plaintext",
    "portal",
    "script",
    "select",
    "selectedcontent",
    "slot",
    "style",
    "svg",
    "template",
    "textarea",
    "title",
    "xmp",
];

/// Attributes that hold scripts, documents or places to send to, that reach beyond their element, or that the sanitiser sets itself.
const NEVER_ATTRIBUTES: &[&str] = &["style", "srcdoc", "id", "rel", "target", "ping", "action", "background", "is"];

/// Whether the configuration's `html.elements` may name this element.
pub fn may_allow_element(name: &str) -> bool {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && name.as_bytes()[0].is_ascii_lowercase() && !NEVER.contains(&name)
}

/// Whether the configuration's `html.attributes` may name this attribute.
pub fn may_allow_attribute(name: &str) -> bool {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    let acts = name.starts_with("on") || name.starts_with("form");
    plain && !acts && !NEVER_ATTRIBUTES.contains(&name)
}
