//! Whether an SVG is a picture only. One that could run scripts would run them on the site's origin when it is opened by itself, and a
//! static host sends no header against it.

use quick_xml::Reader;
use quick_xml::events::Event;

/// How many elements are looked at; one with more is not published.
const MOST: usize = 200_000;

/// What in an SVG is more than a picture, if anything is.
pub(super) fn found(svg: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(svg) else { return Some("text that is not UTF-8") };
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = false;
    for _ in 0..MOST {
        match reader.read_event() {
            Ok(Event::Eof) => return None,
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                let name = tag.local_name().as_ref().to_ascii_lowercase();
                match name.as_str() {
                    "script" => return Some("a script"),
                    "foreignobject" => return Some("HTML (foreignObject)"),
                    "iframe" | "object" | "embed" | "handler" | "listener" => return Some("an embedded page"),
                    _ => {}
                }
                for attribute in tag.attributes().with_checks(false) {
                    let Ok(attribute) = attribute else { return Some("an attribute that cannot be read") };
                    let key = attribute.key.local_name().as_ref().to_ascii_lowercase();
                    if key.starts_with("on") {
                        return Some("an event handler");
                    }
                    // Whatever is written by number may be a colon or a letter.
                    let value: String = attribute.value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
                    let value = value.to_ascii_lowercase();
                    let is_link = key == "href" || key == "src" || key == "to" || key == "from" || key == "values";
                    let leads = ["javascript:", "data:text", "data:image/svg"].iter().any(|scheme| value.contains(scheme))
                        || (value.contains('&') && !value.starts_with("http"));
                    if is_link && leads {
                        return Some("a link that could run a script");
                    }
                }
            }
            // An entity could hide anything of the above.
            Ok(Event::DocType(doctype)) if doctype.to_ascii_uppercase().contains("<!ENTITY") => {
                return Some("entities of its own");
            }
            Ok(Event::PI(target)) if target.starts_with("xml-stylesheet") => return Some("a style sheet from elsewhere"),
            Ok(_) => {}
            Err(_) => return Some("XML that cannot be read"),
        }
    }
    Some("too many elements")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_picture_passes() {
        for svg in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"><title>A &amp; B</title><path d=\"M0 0\"/></svg>",
            "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/svg11.dtd\"><svg><use href=\"#a\"/></svg>",
            "<svg><style>path { fill: red }</style><image href=\"data:image/png;base64,AAAA\"/></svg>",
        ] {
            assert_eq!(found(svg.as_bytes()), None, "{svg}");
        }
    }

    #[test]
    fn more_than_a_picture_does_not() {
        for svg in [
            "<svg><script>alert(1)</script></svg>",
            "<svg><SCRIPT/></svg>",
            "<svg:svg><svg:script/></svg:svg>",
            "<svg onload=\"alert(1)\"/>",
            "<svg ONLOAD = 'alert(1)'/>",
            "<svg><a xlink:href=\" java\nscript:alert(1)\"/></svg>",
            "<svg><a href=\"&#106;avascript:alert(1)\"/></svg>",
            "<svg><foreignObject><body/></foreignObject></svg>",
            "<svg><set attributeName=\"href\" to=\"javascript:alert(1)\"/></svg>",
            "<!DOCTYPE svg [<!ENTITY x \"<script/>\">]><svg>&x;</svg>",
            "<?xml-stylesheet href=\"x.xsl\"?><svg/>",
            "<svg><image href=\"data:image/svg+xml,x\"/></svg>",
            "<svg",
        ] {
            assert!(found(svg.as_bytes()).is_some(), "{svg}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(bytes: Vec<u8>) {
            let _ = found(&bytes);
        }
    }
}
