//! The lists of all feeds, as files.

use bytes::Bytes;

use super::publisher::{Feed, Publisher};
use crate::feed::{Document, Group, Kind, LIST_FILE, Listed, OPML_FILE, Site, json_list, opml};
use crate::instant::Instant;

impl Publisher {
    /// The lists of all feeds as they are now, as versions of this instant.
    pub fn lists(&self, at: Instant) -> Vec<Document> {
        let config = &self.config;
        let site = Site {
            title: &config.site.title,
            url: &config.site.url,
            language: &config.site.language,
            base: &config.feeds.url,
            formats: &self.formats,
        };
        let mut groups = vec![Group { family: None, feeds: Vec::new() }];
        groups.extend(self.kinship.kins.iter().map(|kin| {
            let name = &kin.family.name;
            Group { family: Some((name.to_string(), name.key().title())), feeds: Vec::new() }
        }));
        for feed in &self.feeds {
            let group = feed.membership.as_ref().map_or(0, |membership| membership.kin + 1);
            if let Some(group) = groups.get_mut(group) {
                group.feeds.push(listed(feed));
            }
        }
        // The configured ones stand in the configuration's order.
        groups.iter_mut().skip(1).for_each(|group| group.feeds.sort_unstable_by_key(|feed| feed.name));
        groups.retain(|group| !group.feeds.is_empty());
        vec![
            Document::new(OPML_FILE, Kind::Opml, Bytes::from(opml(site, &groups)), at),
            Document::new(LIST_FILE, Kind::List, Bytes::from(json_list(site, &groups)), at),
        ]
    }
}

fn listed(feed: &Feed) -> Listed<'_> {
    Listed {
        name: &feed.config.name,
        title: &feed.config.title,
        description: &feed.config.description,
        value: feed.membership.as_ref().and_then(|membership| membership.value.as_deref()),
    }
}
