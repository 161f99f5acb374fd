//! The file as written, before any value is judged. Nothing here derives `Debug`: it holds secrets.
//!
//! No field has a serde default: absent fields are `None`, and a list where a table belongs is refused for being too short.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, SeqAccess, Visitor};
use toml::Spanned;

/// A text with its place.
pub(super) type Text = Spanned<String>;
/// A list of texts with its place, and theirs.
pub(super) type Texts = Spanned<Vec<Text>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct File {
    pub(super) site: Option<Site>,
    pub(super) articles: Option<Articles>,
    pub(super) feeds: Option<Feeds>,
    pub(super) feed: Option<Vec<Spanned<Feed>>>,
    pub(super) rule: Option<Vec<Spanned<Rule>>>,
    pub(super) server: Option<Server>,
    pub(super) tls: Option<Tls>,
    pub(super) access_log: Option<AccessLog>,
    pub(super) limits: Option<Limits>,
    pub(super) sitemap: Option<Sitemap>,
    pub(super) indexnow: Option<IndexNow>,
    pub(super) ledger: Option<Ledger>,
    pub(super) delivery: Option<Delivery>,
    pub(super) webhook: Option<Vec<Spanned<Webhook>>>,
    pub(super) text: Option<TextRules>,
    pub(super) html: Option<Html>,
    pub(super) rsl: Option<Rsl>,
    pub(super) check: Option<Check>,
    pub(super) theme: Option<Theme>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Site {
    pub(super) title: Option<Text>,
    pub(super) description: Option<Text>,
    pub(super) url: Option<Text>,
    pub(super) language: Option<Text>,
    pub(super) timezone: Option<Text>,
    pub(super) author: Option<Text>,
    pub(super) rights: Option<Text>,
    pub(super) icon: Option<Text>,
    pub(super) favicon: Option<Text>,
    pub(super) logo: Option<Text>,
    pub(super) cover: Option<Text>,
    pub(super) accent_color: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Articles {
    pub(super) path: Option<Text>,
    pub(super) ignore: Option<Texts>,
    pub(super) link: Option<Text>,
    pub(super) settle: Option<Spanned<DurationText>>,
    pub(super) announce_within: Option<Spanned<DurationText>>,
    pub(super) removal_grace: Option<Spanned<DurationText>>,
    pub(super) announce_expiry: Option<bool>,
    pub(super) max_size: Option<Spanned<SizeText>>,
    pub(super) watch: Option<Text>,
    pub(super) poll_interval: Option<Spanned<DurationText>>,
    pub(super) audit_interval: Option<Spanned<DurationText>>,
    pub(super) follow_links_outside: Option<bool>,
    pub(super) max_media_size: Option<Spanned<SizeText>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Feeds {
    pub(super) path: Option<Text>,
    pub(super) url: Option<Text>,
    pub(super) formats: Option<Texts>,
    pub(super) media_grace: Option<Spanned<DurationText>>,
    pub(super) hubs: Option<Texts>,
    pub(super) update_interval: Option<Spanned<DurationText>>,
    pub(super) atom_content: Option<Text>,
    pub(super) precompress: Option<Texts>,
    pub(super) archives: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Feed {
    pub(super) name: Option<Text>,
    pub(super) title: Option<Text>,
    pub(super) description: Option<Text>,
    pub(super) select: Option<Spanned<Select>>,
    pub(super) limit: Option<Spanned<u64>>,
    pub(super) max_bytes: Option<Spanned<SizeText>>,
    pub(super) content: Option<Text>,
    pub(super) max_feeds: Option<Spanned<u64>>,
    pub(super) retired: Option<Spanned<Scalar>>,
    pub(super) podcast: Option<Podcast>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a podcast such as { categories = [\"News > Daily News\"] }")]
pub(super) struct Podcast {
    pub(super) author: Option<Text>,
    pub(super) owner: Option<Text>,
    pub(super) email: Option<Text>,
    pub(super) categories: Option<Texts>,
    pub(super) explicit: Option<bool>,
    pub(super) image: Option<Text>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Text>,
    pub(super) guid: Option<Text>,
    pub(super) locked: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a selection such as { section = \"world\" }")]
pub(super) struct Select {
    pub(super) breaking: Option<bool>,
    pub(super) section: Option<Text>,
    pub(super) tag: Option<Text>,
    pub(super) author: Option<Text>,
    pub(super) language: Option<Text>,
    pub(super) path: Option<Text>,
    pub(super) headline: Option<Text>,
    pub(super) headline_matches: Option<Text>,
    pub(super) keys: Option<Spanned<BTreeMap<Text, Scalar>>>,
    pub(super) any: Option<Spanned<Vec<Spanned<Select>>>>,
    pub(super) all: Option<Spanned<Vec<Spanned<Select>>>>,
    pub(super) not: Option<Box<Spanned<Select>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Rule {
    pub(super) name: Option<Text>,
    pub(super) when: Option<Spanned<Select>>,
    pub(super) set: Option<Spanned<Set>>,
    pub(super) force: Option<Spanned<Set>>,
    pub(super) add_tags: Option<Texts>,
    pub(super) feeds: Option<Texts>,
    pub(super) not_feeds: Option<Texts>,
    pub(super) strip: Option<Texts>,
    pub(super) replace: Option<Spanned<Vec<Spanned<Replace>>>>,
    pub(super) cut: Option<Texts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "fields such as { section = \"world\" }")]
pub(super) struct Set {
    pub(super) section: Option<Text>,
    pub(super) tags: Option<Texts>,
    pub(super) language: Option<Text>,
    pub(super) author: Option<Text>,
    pub(super) licence: Option<Text>,
    pub(super) breaking: Option<bool>,
    pub(super) priority: Option<Text>,
    pub(super) announce: Option<bool>,
    pub(super) minor: Option<bool>,
    pub(super) draft: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a replacement such as { pattern = \"^Re: \", with = \"\" }")]
pub(super) struct Replace {
    pub(super) pattern: Option<Text>,
    pub(super) with: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Server {
    pub(super) events: Option<Spanned<u64>>,
    pub(super) robots: Option<Texts>,
    pub(super) max_age: Option<Spanned<DurationText>>,
    pub(super) stale_while_revalidate: Option<Spanned<DurationText>>,
    pub(super) stale_if_error: Option<Spanned<DurationText>>,
    pub(super) listen: Option<Spanned<Several>>,
    pub(super) socket_mode: Option<Text>,
    pub(super) stop_delay: Option<Spanned<DurationText>>,
    pub(super) trusted_proxies: Option<Texts>,
    pub(super) proxy_header: Option<Text>,
    pub(super) proxy_protocol: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Sitemap {
    pub(super) enabled: Option<bool>,
    pub(super) news: Option<bool>,
    pub(super) news_name: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct IndexNow {
    pub(super) key: Option<Text>,
    pub(super) endpoint: Option<Text>,
    pub(super) allow_private: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Tls {
    pub(super) listen: Option<Spanned<Several>>,
    pub(super) certificate: Option<Text>,
    pub(super) key: Option<Text>,
    pub(super) redirect: Option<Spanned<bool>>,
    pub(super) hsts: Option<Spanned<DurationText>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct AccessLog {
    pub(super) path: Option<Text>,
    pub(super) format: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Limits {
    pub(super) connections: Option<Spanned<u64>>,
    pub(super) connections_per_client: Option<Spanned<u64>>,
    pub(super) header_size: Option<Spanned<SizeText>>,
    pub(super) header_time: Option<Spanned<DurationText>>,
    pub(super) idle_time: Option<Spanned<DurationText>>,
    pub(super) connection_time: Option<Spanned<DurationText>>,
    pub(super) streams: Option<Spanned<u64>>,
    pub(super) requests_per_minute: Option<Spanned<u64>>,
    pub(super) burst: Option<Spanned<u64>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Ledger {
    pub(super) path: Option<Text>,
    pub(super) url: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Delivery {
    pub(super) retry: Option<Spanned<Vec<Spanned<DurationText>>>>,
    pub(super) timeout: Option<Spanned<DurationText>>,
    pub(super) concurrency: Option<Spanned<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Webhook {
    pub(super) name: Option<Text>,
    pub(super) url: Option<Text>,
    pub(super) secret: Option<Spanned<Secrets>>,
    pub(super) events: Option<Texts>,
    pub(super) breaking_only: Option<bool>,
    pub(super) feed: Option<Text>,
    pub(super) allow_private: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct TextRules {
    pub(super) furniture: Option<Texts>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Html {
    pub(super) elements: Option<Texts>,
    pub(super) attributes: Option<BTreeMap<Text, Texts>>,
    pub(super) frames: Option<Texts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Rsl {
    pub(super) permits: Option<Texts>,
    pub(super) prohibits: Option<Texts>,
    pub(super) payment: Option<Text>,
    pub(super) server: Option<Text>,
    pub(super) terms: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Check {
    pub(super) rules: Option<BTreeMap<Text, Text>>,
    pub(super) profiles: Option<Texts>,
    pub(super) headline_limit: Option<Spanned<u64>>,
    pub(super) tags: Option<Texts>,
    pub(super) sections: Option<Texts>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct Theme {
    pub(super) path: Option<Text>,
}

/// A table that says where a secret is to be found.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, expecting = "a table")]
pub(super) struct SecretPlace {
    pub(super) env: Option<Text>,
    pub(super) file: Option<Text>,
}

/// One secret.
pub(super) enum Secret {
    Literal(String),
    Elsewhere(SecretPlace),
}

/// One secret or a list of them.
pub(super) enum Secrets {
    One(Secret),
    Several(Vec<Spanned<Secret>>),
}

/// One text or a list of them, each with its place.
pub(super) struct Several(pub(super) Vec<Text>);

/// A duration's text, not yet judged.
pub(super) struct DurationText(pub(super) String);

/// A size: text, or a number of bytes.
pub(super) enum SizeText {
    Bytes(u64),
    Text(String),
}

/// A text, a number or true or false, as text.
pub(super) struct Scalar(pub(super) String);

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ScalarVisitor;

        impl Visitor<'_> for ScalarVisitor {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text, a number or true or false")
            }

            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar(text.to_owned()))
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Scalar, E> {
                Ok(Scalar(flag.to_string()))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar(number.to_string()))
            }
        }

        deserializer.deserialize_any(ScalarVisitor)
    }
}

struct SecretVisitor;

impl<'de> Visitor<'de> for SecretVisitor {
    type Value = Secret;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret: \"whsec_…\", { env = \"NAME\" } or { file = \"path\" }")
    }

    fn visit_str<E>(self, text: &str) -> Result<Secret, E> {
        Ok(Secret::Literal(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Secret, A::Error> {
        SecretPlace::deserialize(MapAccessDeserializer::new(map)).map(Secret::Elsewhere)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SecretVisitor)
    }
}

impl<'de> Deserialize<'de> for Secrets {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SecretsVisitor;

        impl<'de> Visitor<'de> for SecretsVisitor {
            type Value = Secrets;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret or a list of them: \"whsec_…\", { env = \"NAME\" } or { file = \"path\" }")
            }

            fn visit_str<E>(self, text: &str) -> Result<Secrets, E> {
                Ok(Secrets::One(Secret::Literal(text.to_owned())))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Secrets, A::Error> {
                SecretVisitor.visit_map(map).map(Secrets::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Secrets, A::Error> {
                let mut secrets = Vec::new();
                while let Some(secret) = list.next_element()? {
                    secrets.push(secret);
                }
                Ok(Secrets::Several(secrets))
            }
        }

        deserializer.deserialize_any(SecretsVisitor)
    }
}

impl<'de> Deserialize<'de> for Several {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SeveralVisitor;

        impl<'de> Visitor<'de> for SeveralVisitor {
            type Value = Several;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }

            fn visit_str<E>(self, text: &str) -> Result<Several, E> {
                // Whoever asks for its place asks for that of the whole.
                Ok(Several(vec![Spanned::new(0..0, text.to_owned())]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Several, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = list.next_element()? {
                    texts.push(text);
                }
                Ok(Several(texts))
            }
        }

        deserializer.deserialize_any(SeveralVisitor)
    }
}

impl<'de> Deserialize<'de> for DurationText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DurationVisitor;

        impl Visitor<'_> for DurationVisitor {
            type Value = DurationText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration such as \"30s\"")
            }

            fn visit_str<E>(self, text: &str) -> Result<DurationText, E> {
                Ok(DurationText(text.to_owned()))
            }
        }

        deserializer.deserialize_any(DurationVisitor)
    }
}

impl<'de> Deserialize<'de> for SizeText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SizeVisitor;

        impl Visitor<'_> for SizeVisitor {
            type Value = SizeText;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a size such as \"10MB\"")
            }

            fn visit_str<E>(self, text: &str) -> Result<SizeText, E> {
                Ok(SizeText::Text(text.to_owned()))
            }

            fn visit_u64<E>(self, bytes: u64) -> Result<SizeText, E> {
                Ok(SizeText::Bytes(bytes))
            }

            fn visit_i64<E: serde::de::Error>(self, bytes: i64) -> Result<SizeText, E> {
                u64::try_from(bytes).map(SizeText::Bytes).map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(bytes), &self))
            }
        }

        deserializer.deserialize_any(SizeVisitor)
    }
}
