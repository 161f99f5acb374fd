//! `[site]`: whose articles these are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use jiff::tz::{TimeZone, db};
use url::{Host, Url};

use super::findings::Report;
use super::look::look;
use super::mask::shown;
use super::nearest::nearest;
use super::written::{self, Text};
use crate::config::Site;

pub(super) fn site(mut written: written::Site, own: Option<(&str, SocketAddr)>, report: &mut Report<'_>) -> Site {
    let url = match &written.url {
        Some(written) => public_url("site.url", written, report).unwrap_or_else(nowhere),
        None => own_address(own, report),
    };
    let look = look(&mut written, &url, report);
    let title = report.text("site.title", written.title).unwrap_or_else(|| host(&url));
    Site {
        description: report.text("site.description", written.description).unwrap_or_else(|| title.clone()),
        title,
        url,
        language: written.language.and_then(|written| language("site.language", &written, report)).unwrap_or_else(|| "en".to_owned()),
        timezone: written.timezone.map_or(TimeZone::UTC, |written| timezone(&written, report)),
        author: report.text("site.author", written.author),
        rights: report.text("site.rights", written.rights),
        look,
    }
}

/// An http or https URL that others are made under; ends with `/`.
pub(super) fn public_url(what: &str, written: &Text, report: &mut Report<'_>) -> Option<Url> {
    let text = written.get_ref().trim();
    let example = "write it with its scheme, as in https://example.org/";
    let mut refuse = |why: &str, remedy: &str| report.refuse(written.span(), format!("{what} {why}"), remedy);
    let Ok(mut url) = Url::parse(text) else {
        refuse("is not an absolute URL", example);
        return None;
    };
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        refuse("is not an http or https URL", example);
    } else if !url.username().is_empty() || url.password().is_some() {
        refuse("carries a user name or password, which every reader would see", "leave them out");
    } else if url.query().is_some() || url.fragment().is_some() {
        refuse("has a query or fragment, under which no links can be made", "end it with the path");
    } else if url.as_str().len() > 1000 {
        refuse("is longer than 1000 bytes", "shorten it");
    } else {
        if !url.path().ends_with('/') {
            url.set_path(&format!("{}/", url.path()));
        }
        return Some(url);
    }
    None
}

/// Where the built-in server can be reached from this machine, for want of anything better.
fn own_address(own: Option<(&str, SocketAddr)>, report: &mut Report<'_>) -> Url {
    let Some((scheme, address)) = own else {
        let remedy = "set site.url (or NEWSWIRE_SITE__URL, or --site) to where the articles stand on the web";
        report.refuse(None, "site.url is not set, and the server listens on no address that links could lead to", remedy);
        return nowhere();
    };
    let host = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(_) => IpAddr::V6(Ipv6Addr::LOCALHOST),
    };
    let mut url = nowhere();
    // None can fail for an http URL; where it did, the URL stays as it is.
    let _ = url.set_scheme(scheme);
    let _ = url.set_ip_host(host);
    let _ = url.set_port(Some(address.port()).filter(|port| *port != 0));
    report.warn(
        None,
        &format!("site.url is not set: links lead to {url}, the built-in server; set site.url (or NEWSWIRE_SITE__URL, or --site) before others subscribe"),
    );
    url
}

fn nowhere() -> Url {
    Url::parse("http://127.0.0.1/").unwrap_or_else(|_| unreachable!("a constant URL parses"))
}

fn host(url: &Url) -> String {
    match url.host() {
        Some(Host::Domain(domain)) => domain.to_owned(),
        Some(Host::Ipv4(address)) => address.to_string(),
        Some(Host::Ipv6(address)) => address.to_string(),
        None => "newswire".to_owned(),
    }
}

/// A BCP 47 language tag, by its form.
pub(super) fn language(what: &str, written: &Text, report: &mut Report<'_>) -> Option<String> {
    let text = written.get_ref().trim();
    let mut parts = text.split('-');
    let primary = parts.next().is_some_and(|part| (2..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic()));
    if primary && text.len() <= 35 && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())) {
        return Some(text.to_owned());
    }
    let message = format!("{what}: '{}' is not a language tag", shown(text));
    report.refuse(written.span(), message, "write a BCP 47 tag such as \"en\", \"en-GB\" or \"zh-Hans\"");
    None
}

fn timezone(written: &Text, report: &mut Report<'_>) -> TimeZone {
    let text = written.get_ref().trim();
    // A name that reaches out of the database's folder is no zone's name.
    let sane = text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'-' | b'+'));
    match TimeZone::get(text) {
        Ok(zone) if sane => zone,
        _ => {
            let names: Vec<String> = db().available().map(|name| name.as_str().to_owned()).collect();
            let remedy = match nearest(text, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean '{near}'?"),
                None => "write a name of the IANA database such as \"Europe/Paris\", or leave the key out for UTC".to_owned(),
            };
            report.refuse(written.span(), format!("site.timezone: '{}' is not a known time zone", shown(text)), remedy);
            TimeZone::UTC
        }
    }
}
