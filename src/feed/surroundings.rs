//! What RSS and Atom say alike of an entry's surroundings, by modules that both know: its place on the map.

use super::Item;
use super::extension::Writer;

/// The place by `GeoRSS` and by the W3C's vocabulary, which readers of maps know one or the other of.
pub(super) fn place(writer: &mut Writer<'_>, item: Item<'_>) {
    let Some(location) = &item.rendered.particulars.location else { return };
    let (latitude, longitude) = (location.latitude().to_string(), location.longitude().to_string());
    writer.element("georss:point", &[], &format!("{latitude} {longitude}"));
    writer.optional("georss:featurename", location.name.as_deref());
    writer.element("geo:lat", &[], &latitude);
    writer.element("geo:long", &[], &longitude);
}
