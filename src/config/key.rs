//! Every key that the config file may have, as data: what environment variables are checked against, and what the docs must mention.

/// What a key's value is, and so how the text of an environment variable is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A file or folder.
    Path,
    /// An absolute http or https URL.
    Url,
    /// `true` or `false`.
    Switch,
    /// A whole number.
    Number,
    /// A number of bytes, as `10MB` or plain.
    Size,
    /// A duration, as `30s`.
    Duration,
    /// A list of texts.
    List,
    /// A table.
    Table,
}

impl Kind {
    /// How the reference calls it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Path => "path",
            Self::Url => "URL",
            Self::Switch => "true or false",
            Self::Number => "number",
            Self::Size => "size",
            Self::Duration => "duration",
            Self::List => "list",
            Self::Table => "table",
        }
    }
}

/// One key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The table that it stands in, without brackets.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What its value is.
    pub kind: Kind,
}

/// Tables of which there can be several (`[[feed]]`), or that stand within a value; no environment variable reaches into them.
const REPEATED: [&str; 8] = ["feed", "webhook", "rule", "select", "set", "replace", "podcast", "secret"];

impl Key {
    const fn new(table: &'static str, name: &'static str, kind: Kind) -> Self {
        Self { table, name, kind }
    }

    /// The environment variable that overrides it (`NEWSWIRE_SITE__TITLE`), where there is one.
    pub fn variable(&self) -> Option<String> {
        (!REPEATED.contains(&self.table)).then(|| format!("NEWSWIRE_{}__{}", self.table.to_uppercase(), self.name.to_uppercase()))
    }

    /// The key of a table by its name.
    pub fn find(table: &str, name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.table == table && key.name == name)
    }
}

/// Every key there is. `select`, `podcast`, `set`, `replace` and `secret` are tables that stand as values: of `[[feed]]` and `[[rule]]`
/// (whose `when` is a selection, and whose `set` and `force` have the same keys), and of `[[webhook]]`.
pub const KEYS: &[Key] = &[
    Key::new("site", "title", Kind::Text),
    Key::new("site", "description", Kind::Text),
    Key::new("site", "url", Kind::Url),
    Key::new("site", "language", Kind::Text),
    Key::new("site", "timezone", Kind::Text),
    Key::new("site", "author", Kind::Text),
    Key::new("site", "rights", Kind::Text),
    Key::new("site", "icon", Kind::Text),
    Key::new("site", "favicon", Kind::Text),
    Key::new("site", "logo", Kind::Text),
    Key::new("site", "cover", Kind::Text),
    Key::new("site", "accent_color", Kind::Text),
    Key::new("articles", "path", Kind::Path),
    Key::new("articles", "ignore", Kind::List),
    Key::new("articles", "link", Kind::Text),
    Key::new("articles", "settle", Kind::Duration),
    Key::new("articles", "announce_within", Kind::Duration),
    Key::new("articles", "removal_grace", Kind::Duration),
    Key::new("articles", "announce_expiry", Kind::Switch),
    Key::new("articles", "max_size", Kind::Size),
    Key::new("articles", "watch", Kind::Text),
    Key::new("articles", "poll_interval", Kind::Duration),
    Key::new("articles", "audit_interval", Kind::Duration),
    Key::new("articles", "follow_links_outside", Kind::Switch),
    Key::new("articles", "max_media_size", Kind::Size),
    Key::new("feeds", "path", Kind::Path),
    Key::new("feeds", "url", Kind::Url),
    Key::new("feeds", "formats", Kind::List),
    Key::new("feeds", "media_grace", Kind::Duration),
    Key::new("feeds", "hubs", Kind::List),
    Key::new("feeds", "update_interval", Kind::Duration),
    Key::new("feeds", "atom_content", Kind::Text),
    Key::new("feeds", "precompress", Kind::List),
    Key::new("feeds", "archives", Kind::Switch),
    Key::new("feed", "name", Kind::Text),
    Key::new("feed", "title", Kind::Text),
    Key::new("feed", "description", Kind::Text),
    Key::new("feed", "select", Kind::Table),
    Key::new("feed", "limit", Kind::Number),
    Key::new("feed", "max_bytes", Kind::Size),
    Key::new("feed", "content", Kind::Text),
    Key::new("feed", "max_feeds", Kind::Number),
    Key::new("feed", "retired", Kind::Text),
    Key::new("feed", "podcast", Kind::Table),
    Key::new("podcast", "author", Kind::Text),
    Key::new("podcast", "owner", Kind::Text),
    Key::new("podcast", "email", Kind::Text),
    Key::new("podcast", "categories", Kind::List),
    Key::new("podcast", "explicit", Kind::Switch),
    Key::new("podcast", "image", Kind::Text),
    Key::new("podcast", "type", Kind::Text),
    Key::new("podcast", "guid", Kind::Text),
    Key::new("podcast", "locked", Kind::Switch),
    Key::new("select", "breaking", Kind::Switch),
    Key::new("select", "section", Kind::Text),
    Key::new("select", "tag", Kind::Text),
    Key::new("select", "author", Kind::Text),
    Key::new("select", "language", Kind::Text),
    Key::new("select", "path", Kind::Text),
    Key::new("select", "headline", Kind::Text),
    Key::new("select", "headline_matches", Kind::Text),
    Key::new("select", "keys", Kind::Table),
    Key::new("select", "any", Kind::List),
    Key::new("select", "all", Kind::List),
    Key::new("select", "not", Kind::Table),
    Key::new("rule", "name", Kind::Text),
    Key::new("rule", "when", Kind::Table),
    Key::new("rule", "set", Kind::Table),
    Key::new("rule", "force", Kind::Table),
    Key::new("rule", "add_tags", Kind::List),
    Key::new("rule", "feeds", Kind::List),
    Key::new("rule", "not_feeds", Kind::List),
    Key::new("rule", "strip", Kind::List),
    Key::new("rule", "replace", Kind::List),
    Key::new("rule", "cut", Kind::List),
    Key::new("set", "section", Kind::Text),
    Key::new("set", "tags", Kind::List),
    Key::new("set", "language", Kind::Text),
    Key::new("set", "author", Kind::Text),
    Key::new("set", "licence", Kind::Text),
    Key::new("set", "breaking", Kind::Switch),
    Key::new("set", "priority", Kind::Text),
    Key::new("set", "announce", Kind::Switch),
    Key::new("set", "minor", Kind::Switch),
    Key::new("set", "draft", Kind::Switch),
    Key::new("replace", "pattern", Kind::Text),
    Key::new("replace", "with", Kind::Text),
    Key::new("server", "listen", Kind::List),
    Key::new("server", "socket_mode", Kind::Text),
    Key::new("server", "stop_delay", Kind::Duration),
    Key::new("server", "trusted_proxies", Kind::List),
    Key::new("server", "proxy_header", Kind::Text),
    Key::new("server", "proxy_protocol", Kind::Switch),
    Key::new("tls", "listen", Kind::List),
    Key::new("tls", "certificate", Kind::Path),
    Key::new("tls", "key", Kind::Path),
    Key::new("tls", "redirect", Kind::Switch),
    Key::new("tls", "hsts", Kind::Duration),
    Key::new("access_log", "path", Kind::Path),
    Key::new("access_log", "format", Kind::Text),
    Key::new("limits", "connections", Kind::Number),
    Key::new("limits", "connections_per_client", Kind::Number),
    Key::new("limits", "header_size", Kind::Size),
    Key::new("limits", "header_time", Kind::Duration),
    Key::new("limits", "idle_time", Kind::Duration),
    Key::new("limits", "connection_time", Kind::Duration),
    Key::new("limits", "streams", Kind::Number),
    Key::new("limits", "requests_per_minute", Kind::Number),
    Key::new("limits", "burst", Kind::Number),
    Key::new("server", "events", Kind::Number),
    Key::new("server", "robots", Kind::List),
    Key::new("sitemap", "enabled", Kind::Switch),
    Key::new("sitemap", "news", Kind::Switch),
    Key::new("sitemap", "news_name", Kind::Text),
    Key::new("indexnow", "key", Kind::Text),
    Key::new("indexnow", "endpoint", Kind::Url),
    Key::new("indexnow", "allow_private", Kind::Switch),
    Key::new("server", "max_age", Kind::Duration),
    Key::new("server", "stale_while_revalidate", Kind::Duration),
    Key::new("server", "stale_if_error", Kind::Duration),
    Key::new("ledger", "path", Kind::Path),
    Key::new("ledger", "url", Kind::Url),
    Key::new("delivery", "retry", Kind::List),
    Key::new("delivery", "timeout", Kind::Duration),
    Key::new("delivery", "concurrency", Kind::Number),
    Key::new("webhook", "name", Kind::Text),
    Key::new("webhook", "url", Kind::Url),
    Key::new("webhook", "secret", Kind::Text),
    Key::new("webhook", "events", Kind::List),
    Key::new("webhook", "breaking_only", Kind::Switch),
    Key::new("webhook", "feed", Kind::Text),
    Key::new("webhook", "allow_private", Kind::Switch),
    Key::new("secret", "env", Kind::Text),
    Key::new("secret", "file", Kind::Path),
    Key::new("text", "furniture", Kind::List),
    Key::new("html", "elements", Kind::List),
    Key::new("html", "attributes", Kind::Table),
    Key::new("html", "frames", Kind::List),
    Key::new("rsl", "permits", Kind::List),
    Key::new("rsl", "prohibits", Kind::List),
    Key::new("rsl", "payment", Kind::Text),
    Key::new("rsl", "server", Kind::Text),
    Key::new("rsl", "terms", Kind::Text),
    Key::new("check", "rules", Kind::Table),
    Key::new("check", "profiles", Kind::List),
    Key::new("check", "headline_limit", Kind::Number),
    Key::new("check", "tags", Kind::List),
    Key::new("check", "sections", Kind::List),
    Key::new("theme", "path", Kind::Path),
];
