//! What podcast directories and players read: Apple's `itunes` elements and those of Podcasting 2.0, in RSS alone.
//!
//! A show speaks only in feeds that are configured as podcasts. An episode speaks wherever an article has a recording, so that its bytes
//! are the same in every feed.
//!
//! <https://podcasters.apple.com/support/823-podcast-requirements>, <https://podcasting2.org/podcast-namespace>

use uuid::Uuid;

use super::extension::Writer;
use super::item::one_line;
use super::{Channel, Item};
use crate::article::Media;
use crate::config::{Format, Podcast};

/// The namespace in which shows are named by their feed's URL (`podcast:guid`).
const SHOWS: Uuid = Uuid::from_u128(0xead4_c236_bf58_58c6_a2c6_a6b2_8d12_8cb6);
/// Apple takes no longer text, in bytes.
const LONGEST_SUMMARY: usize = 4000;
/// Of more authors nobody reads.
const MOST_PEOPLE: usize = 20;
/// The longest name of a person or place, in characters.
const LONGEST_NAME: usize = 128;

/// What a feed says of itself as a show.
pub(super) fn show(writer: &mut Writer<'_>, channel: &Channel, show: &Podcast) {
    let title = one_line(&channel.title);
    let author = show.author.as_deref().or(channel.author.as_deref()).map(one_line).filter(|name| !name.is_empty());
    writer.element("itunes:author", &[], author.as_deref().unwrap_or(&title));
    let description = one_line(&channel.description);
    writer.optional("itunes:summary", Some(cut(&description, LONGEST_SUMMARY)).filter(|text| !text.is_empty()));
    writer.element("itunes:type", &[], if show.serial { "serial" } else { "episodic" });
    for (category, within) in &show.categories {
        writer.parent("itunes:category", &[("text", Some(category))], |writer| {
            if let Some(within) = within {
                writer.empty("itunes:category", &[("text", Some(within))]);
            }
        });
    }
    writer.element("itunes:explicit", &[], if show.explicit { "true" } else { "false" });
    if let Some(image) = show.image.as_ref().or(channel.look.icon.as_ref()) {
        writer.empty("itunes:image", &[("href", Some(image.as_str()))]);
    }
    if let Some(email) = &show.email {
        writer.parent("itunes:owner", &[], |writer| {
            writer.optional("itunes:name", show.owner.as_deref().or(author.as_deref()));
            writer.element("itunes:email", &[], email);
        });
    }
    let guid = show.guid.clone().unwrap_or_else(|| guid(&channel.url(Format::Rss)));
    writer.element("podcast:guid", &[], &guid);
    writer.element("podcast:medium", &[], "podcast");
    if let Some(locked) = show.locked {
        writer.element("podcast:locked", &[("owner", show.email.as_deref())], if locked { "yes" } else { "no" });
    }
}

/// A show's identifier: a UUID of version 5 of its feed's URL without scheme and trailing slashes.
fn guid(url: &str) -> String {
    let name = url.split_once("://").map_or(url, |(_, rest)| rest).trim_end_matches('/');
    Uuid::new_v5(&SHOWS, name.as_bytes()).hyphenated().to_string()
}

/// What an article with a recording says of it as an episode.
pub(super) fn episode(writer: &mut Writer<'_>, item: Item<'_>) {
    let rendered = item.rendered;
    let Some(recording) = item.recordings().next() else { return };
    // No `itunes:summary` and no `itunes:author`: directories read `description` and the show's author, and widely used readers take the
    // one for the whole text and the other for one more author.
    writer.optional("itunes:duration", recording.duration.map(|seconds| seconds.to_string()).as_deref());
    writer.optional("itunes:explicit", rendered.particulars.explicit.map(|explicit| if explicit { "true" } else { "false" }));
    if let Some(image) = rendered.lead_image().filter(|image| is_cover(image)) {
        writer.empty("itunes:image", &[("href", Some(&image.url))]);
    }
    for person in rendered.authors.iter().take(MOST_PEOPLE) {
        let attributes = [("role", Some("author")), ("group", Some("writing")), ("href", person.uri.as_deref())];
        writer.element("podcast:person", &attributes, &cut_characters(&person.name));
    }
    if let Some(location) = rendered.particulars.location.as_ref()
        && let Some(name) = &location.name
    {
        let geo = format!("geo:{},{}", location.latitude(), location.longitude());
        writer.element("podcast:location", &[("geo", Some(&geo))], &cut_characters(name));
    }
    let Some(episode) = &rendered.particulars.episode else { return };
    let number = |number: Option<u32>| number.filter(|number| *number > 0).map(|number| number.to_string());
    for (own, apples, value) in
        [("podcast:season", "itunes:season", number(episode.season)), ("podcast:episode", "itunes:episode", number(episode.number))]
    {
        writer.optional(apples, value.as_deref());
        writer.optional(own, value.as_deref());
    }
    writer.optional("itunes:episodeType", episode.kind.map(crate::article::EpisodeKind::as_str));
    for transcript in &episode.transcripts {
        let attributes = [
            ("url", Some(transcript.url.as_str())),
            ("type", Some(transcript.mime.as_str())),
            ("language", transcript.language.as_deref()),
        ];
        writer.empty("podcast:transcript", &attributes);
    }
    if let Some(chapters) = &episode.chapters {
        writer.empty("podcast:chapters", &[("url", Some(chapters)), ("type", Some("application/json+chapters"))]);
    }
    for guest in &episode.guests {
        let attributes = [("role", Some("guest")), ("group", Some("cast")), ("href", guest.uri.as_deref())];
        writer.element("podcast:person", &attributes, &cut_characters(&guest.name));
    }
}

/// Whether it can be an episode's cover: directories take JPEG and PNG.
fn is_cover(image: &Media) -> bool {
    image.mime.as_deref().is_none_or(|mime| matches!(mime, "image/jpeg" | "image/png"))
}

/// The text's beginning, whole characters in at most so many bytes.
fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn cut_characters(text: &str) -> String {
    text.chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shows_identifier_is_the_standards_own_example() {
        // The example that the namespace's documentation gives.
        assert_eq!(guid("https://podnews.net/rss/"), "9b024349-ccf0-5f69-a609-6b82873eab3c");
        assert_eq!(guid("http://podnews.net/rss"), guid("https://podnews.net/rss/"));
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(cut("aé", 2), "a");
        assert_eq!(cut("aé", 3), "aé");
        assert_eq!(cut_characters(&"é".repeat(200)).chars().count(), 128);
    }
}
