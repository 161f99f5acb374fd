//! The elements, attributes and schemes that may pass, and those that the configuration may add.

/// Elements that structure an article and do nothing else.
pub(super) const ELEMENTS: &[&str] = &[
    "a",
    "abbr",
    "article",
    "aside",
    "audio",
    "b",
    "bdi",
    "bdo",
    "blockquote",
    "br",
    "caption",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Attributes by element; the `data-` ones are what lazy loading left, and do not outlive rendering.
pub(super) const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang", "id"]),
    ("audio", &["src", "data-src"]),
    ("blockquote", &["cite"]),
    ("code", &["class"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("data", &["value"]),
    ("del", &["cite", "datetime"]),
    ("details", &["open"]),
    (
        "img",
        &[
            "src",
            "srcset",
            "sizes",
            "alt",
            "width",
            "height",
            "data-src",
            "data-srcset",
            "data-original",
            "data-lazy-src",
            "data-lazy-srcset",
        ],
    ),
    ("ins", &["cite", "datetime"]),
    ("li", &["id", "value"]),
    ("ol", &["start", "reversed", "type"]),
    ("pre", &["class"]),
    ("q", &["cite"]),
    ("source", &["src", "srcset", "sizes", "type", "media", "width", "height", "data-src", "data-srcset"]),
    ("td", &["colspan", "rowspan", "headers", "style"]),
    ("th", &["colspan", "rowspan", "headers", "scope", "style"]),
    ("time", &["datetime"]),
    ("track", &["src", "kind", "srclang", "label"]),
    ("video", &["src", "poster", "width", "height", "data-src", "data-poster"]),
];

/// Attributes of every element.
pub(super) const GLOBAL_ATTRIBUTES: &[&str] = &["lang", "dir", "title"];

/// Attributes of a frame whose host is let through.
pub(super) const FRAME_ATTRIBUTES: &[&str] = &["src", "data-src", "width", "height", "title", "allowfullscreen"];

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

/// Schemes that a link may have.
pub(super) const LINK_SCHEMES: &[&str] =
    &["http", "https", "mailto", "tel", "sms", "geo", "xmpp", "irc", "ircs", "matrix", "magnet", "ftp", "ftps"];

/// Whether the configuration's `html.elements` may name this element.
pub fn may_allow_element(name: &str) -> bool {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    plain && name.as_bytes()[0].is_ascii_lowercase() && !NEVER.contains(&name)
}

/// Whether the configuration's `html.attributes` may name this attribute.
pub fn may_allow_attribute(name: &str) -> bool {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
    let acts = name.starts_with("on") || name.starts_with("form");
    plain && !acts && !matches!(name, "style" | "srcdoc" | "id" | "class" | "rel" | "target" | "ping" | "action" | "background" | "is")
}
