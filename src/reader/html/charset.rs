//! The encoding that a page declares of itself.

use encoding_rs::Encoding;

use super::scan::{Kind, Scanner, attributes};

/// How far a declaration is looked for, in bytes: the standard looks at 1024, but front matter may stand before it.
const WITHIN: usize = 4 * 1024;

/// The encoding of `<meta charset>`, `<meta http-equiv="Content-Type">` or an XML declaration.
pub(super) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    // Whatever can be declared here has ASCII's tags.
    let head: String = bytes.iter().take(WITHIN).map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect();
    if let Some(declaration) = head.trim_start().strip_prefix("<?xml")
        && let Some(label) = declaration.split("?>").next().and_then(|declaration| label_after("encoding", declaration))
    {
        return Encoding::for_label(label.as_bytes());
    }
    Scanner::new(&head, false).find_map(|token| match token.kind {
        Kind::Start { name, attributes: written, .. } if name == "meta" => {
            let value = |name: &str| attributes(written).find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value);
            let label = match value("charset") {
                Some(label) => Some(label),
                None if value("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("content-type")) => {
                    label_after("charset", value("content")?)
                }
                None => None,
            };
            Encoding::for_label(label?.as_bytes())
        }
        Kind::Start { .. } | Kind::End { .. } | Kind::Comment | Kind::Raw => None,
    })
}

/// What stands after `key=`, with or without quotes.
fn label_after<'t>(key: &str, text: &'t str) -> Option<&'t str> {
    let at = text.to_ascii_lowercase().find(key)?;
    let value = text.get(at + key.len()..)?.trim_start().strip_prefix('=')?.trim_start();
    let value = value.trim_start_matches(['"', '\'']);
    value.split(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | ';')).next().filter(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_names_its_encoding() {
        for (page, name) in [
            ("<meta charset=\"iso-8859-1\">", "windows-1252"),
            ("<head><META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset=Shift_JIS'>", "Shift_JIS"),
            ("<?xml version=\"1.0\" encoding=\"koi8-r\"?><html>", "KOI8-R"),
            ("<!-- <meta charset=big5> --><meta charset=utf-8>", "UTF-8"),
        ] {
            assert_eq!(declared(page.as_bytes()).map(Encoding::name), Some(name), "{page}");
        }
        for page in ["", "<meta charset=klingon>", "<meta name=charset content=utf-8>"] {
            assert_eq!(declared(page.as_bytes()), None, "{page}");
        }
    }
}
