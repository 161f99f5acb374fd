//! `[html]`: what sanitising lets through besides its own list. What can run scripts stays out whatever the file says.

use std::collections::BTreeMap;

use url::Host;

use super::articles::bounded;
use super::findings::Report;
use super::mask::shown;
use super::written::{self, Text};
use crate::active_html::{may_allow_attribute, may_allow_element};
use crate::config::Html;

pub(super) fn html(written: written::Html, report: &mut Report<'_>) -> Html {
    let elements = written.elements.map(|list| bounded("html.elements", list, report)).unwrap_or_default();
    let frames = written.frames.map(|list| bounded("html.frames", list, report)).unwrap_or_default();
    let mut attributes = BTreeMap::new();
    for (element, names) in written.attributes.unwrap_or_default() {
        let names = bounded("html.attributes", names, report);
        let names: Vec<String> = names.iter().filter_map(|name| attribute(name, report)).collect();
        if element.get_ref() == "*" {
            attributes.insert("*".to_owned(), names);
        } else if let Some(element) = self::element("html.attributes", &element, report) {
            attributes.insert(element, names);
        }
    }
    Html {
        elements: elements.iter().filter_map(|name| element("html.elements", name, report)).collect(),
        attributes,
        frames: frames.iter().filter_map(|host| frame(host, report)).collect(),
    }
}

fn element(what: &str, written: &Text, report: &mut Report<'_>) -> Option<String> {
    let name = html_name(what, written, report)?;
    if !may_allow_element(&name) {
        let remedy = match name.as_str() {
            "iframe" => "list the hosts whose frames may pass under html.frames",
            _ => "leave it out; readers drop it as well",
        };
        report.refuse(written.span(), format!("{what}: '{name}' is never let through"), remedy);
        return None;
    }
    Some(name)
}

fn attribute(written: &Text, report: &mut Report<'_>) -> Option<String> {
    let name = html_name("html.attributes", written, report)?;
    if !may_allow_attribute(&name) {
        report.refuse(written.span(), format!("html.attributes: '{name}' is never let through"), "leave it out");
        return None;
    }
    Some(name)
}

fn html_name(what: &str, written: &Text, report: &mut Report<'_>) -> Option<String> {
    let name = written.get_ref().trim().to_ascii_lowercase();
    let sound = name.len() <= 50
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !sound {
        let message = format!("{what}: '{}' is not the name of an element or attribute", shown(&name));
        report.refuse(written.span(), message, "write the bare name, such as \"details\"");
    }
    sound.then_some(name)
}

fn frame(written: &Text, report: &mut Report<'_>) -> Option<String> {
    let text = written.get_ref().trim();
    match Host::parse(text) {
        Ok(Host::Domain(domain)) if !domain.is_empty() && domain.len() <= 253 => Some(domain),
        _ => {
            let message = format!("html.frames: '{}' is not a host name", shown(text));
            report.refuse(written.span(), message, "write the bare name, such as \"www.youtube-nocookie.com\"");
            None
        }
    }
}
