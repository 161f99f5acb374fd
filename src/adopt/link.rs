//! When two links are the same place.

use std::fmt::Write as _;

use percent_encoding::percent_decode_str;
use url::Url;

/// A link without what does not decide where it leads: scheme, `www.`, the scheme's port, case of the host, spelling of percent-encoding,
/// trailing slash and `index.html`, fragment, and parameters that only count visitors.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComparedLink(String);

/// Parameters that say where a visitor came from.
const TRACKING: [&str; 14] =
    ["fbclid", "gclid", "dclid", "msclkid", "mc_cid", "mc_eid", "igshid", "yclid", "_hsenc", "_hsmi", "ncid", "ocid", "cmpid", "xtor"];

/// The link for comparison; `None` where it is no http or https URL under `base`.
pub fn compared_link(link: &str, base: &Url) -> Option<ComparedLink> {
    let url = base.join(link.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let host = url.host_str()?.to_ascii_lowercase();
    let host = host.trim_end_matches('.');
    let mut text = host.strip_prefix("www.").unwrap_or(host).to_owned();
    // The URL's own parse has taken a default port away.
    if let Some(port) = url.port().filter(|port| !matches!(port, 80 | 443)) {
        let _ = write!(text, ":{port}");
    }
    let path = decoded(url.path());
    let path = path.strip_suffix("/index.html").or_else(|| path.strip_suffix("/index.htm")).unwrap_or(&path);
    text.push_str(path.trim_end_matches('/'));
    let mut parameters: Vec<&str> = url.query().unwrap_or_default().split('&').filter(|parameter| counts(parameter)).collect();
    parameters.sort_unstable();
    for (index, parameter) in parameters.into_iter().enumerate() {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(&decoded(parameter));
    }
    Some(ComparedLink(text))
}

/// Whether a parameter of a query decides where a link leads.
fn counts(parameter: &str) -> bool {
    let name = parameter.split('=').next().unwrap_or_default().to_ascii_lowercase();
    !name.is_empty() && !name.starts_with("utm_") && !TRACKING.contains(&name.as_str())
}

/// Decoded, but for what would become a delimiter by it.
fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let kept = |escape: &str| matches!(escape.to_ascii_uppercase().as_str(), "%2F" | "%3F" | "%23" | "%25" | "%26" | "%3D");
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let escape = rest.get(..3).filter(|escape| first == '%' && escape[1..].bytes().all(|byte| byte.is_ascii_hexdigit()));
        match escape {
            Some(escape) if !kept(escape) => run.push_str(escape),
            _ => {
                flush(&mut run, &mut out);
                out.push_str(&escape.map_or_else(|| first.to_string(), str::to_ascii_uppercase));
            }
        }
        rest = &rest[escape.map_or(first.len_utf8(), str::len)..];
    }
    flush(&mut run, &mut out);
    out
}

fn flush(run: &mut String, out: &mut String) {
    match percent_decode_str(run).decode_utf8() {
        Ok(text) => out.push_str(&text),
        Err(_) => out.push_str(&run.to_ascii_uppercase()),
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(link: &str) -> Option<ComparedLink> {
        compared_link(link, &Url::parse("https://example.org/").unwrap())
    }

    #[test]
    fn what_leads_to_one_place_is_the_same() {
        let same = compared("https://example.org/2020/caf%C3%A9").unwrap();
        for other in [
            "http://www.example.org/2020/café/",
            "https://EXAMPLE.org:443/2020/caf%c3%a9",
            "http://example.org:80/2020/caf%C3%A9#comments",
            "https://example.org/2020/café?utm_source=feed&utm_medium=rss",
            "https://example.org/2020/café/index.html?fbclid=1",
            "/2020/café",
            "  https://example.org./2020/caf%C3%A9 ",
        ] {
            assert_eq!(compared(other).as_ref(), Some(&same), "{other}");
        }
    }

    #[test]
    fn what_leads_elsewhere_is_not() {
        let distinct = [
            "https://example.org/a",
            "https://example.org/A",
            "https://example.org/a/b",
            "https://example.org/a%2Fb",
            "https://example.org/?p=1",
            "https://example.org/?p=2",
            "https://example.org/a?x=1%262",
            "https://example.org/a?x=1&2",
            "https://example.org:8080/a",
            "https://blog.example.org/a",
            "https://example.org/%FF",
        ];
        for (index, one) in distinct.iter().enumerate() {
            for other in &distinct[index + 1..] {
                assert_ne!(compared(one), compared(other), "{one} and {other}");
            }
        }
        assert_eq!(compared("https://example.org/?b=1&a=2"), compared("https://example.org/?a=2&b=1"));
        for bad in ["mailto:a@example.org", "ftp://example.org/", "http://", "urn:x"] {
            assert_eq!(compared(bad), None, "{bad}");
        }
    }
}
