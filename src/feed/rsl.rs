//! The terms for machines on an RSS item, by RSL 1.0 (<https://rslstandard.org/rsl>, section 4.7). RSL knows no other format of feeds.

use super::Item;
use super::extension::Writer;

/// `rsl:content` of the item's page.
pub(super) fn terms(writer: &mut Writer<'_>, item: Item<'_>) {
    let Some(rsl) = item.rsl() else { return };
    let attributes = [("url", Some(item.entry.link.as_str())), ("server", rsl.server.as_ref().map(url::Url::as_str))];
    writer.parent("rsl:content", &attributes, |writer| {
        writer.parent("rsl:license", &[], |writer| {
            for (name, usages) in [("rsl:permits", &rsl.permits), ("rsl:prohibits", &rsl.prohibits)] {
                if !usages.is_empty() {
                    writer.element(name, &[("type", Some("usage"))], &usages.join(","));
                }
            }
            if let Some(payment) = rsl.payment {
                writer.empty("rsl:payment", &[("type", Some(payment))]);
            }
        });
        writer.optional("rsl:terms", rsl.terms.as_ref().map(url::Url::as_str));
    });
}
