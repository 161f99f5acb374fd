//! The modules by which feeds say more than RSS and Atom have words for. A feed declares, on its root, those that it uses.

/// One namespace: its usual prefix and its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Module {
    /// What stands before the colon.
    pub(super) prefix: &'static str,
    /// The namespace's name.
    pub(super) namespace: &'static str,
}

const fn module(prefix: &'static str, namespace: &'static str) -> Module {
    Module { prefix, namespace }
}

/// Every module that only some feeds use; those that nearly all use are declared in any case.
const OPTIONAL: [Module; 11] = [
    // <http://backend.userland.com/creativeCommonsRssModule>
    module("creativeCommons", "http://backend.userland.com/creativeCommonsRssModule"),
    // <https://www.dublincore.org/specifications/dublin-core/dcmi-terms/>
    module("dcterms", "http://purl.org/dc/terms/"),
    // <https://www.w3.org/2003/01/geo/>
    module("geo", "http://www.w3.org/2003/01/geo/wgs84_pos#"),
    // <https://www.ogc.org/standards/georss/>
    module("georss", "http://www.georss.org/georss"),
    // <https://podcasters.apple.com/support/823-podcast-requirements>
    module("itunes", "http://www.itunes.com/dtds/podcast-1.0.dtd"),
    // <https://podcasting2.org/podcast-namespace>
    module("podcast", "https://podcastindex.org/namespace/1.0"),
    // <https://rslstandard.org/rsl>
    module("rsl", "https://rslstandard.org/rsl"),
    // <https://web.resource.org/rss/1.0/modules/slash/>
    module("slash", "http://purl.org/rss/1.0/modules/slash/"),
    // <https://web.resource.org/rss/1.0/modules/syndication/>
    module("sy", "http://purl.org/rss/1.0/modules/syndication/"),
    // RFC 4685
    module("thr", "http://purl.org/syndication/thread/1.0"),
    // <http://webfeeds.org/rss/1.0>
    module("webfeeds", "http://webfeeds.org/rss/1.0"),
];

/// Which of the optional modules something uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modules(u16);

impl Modules {
    /// Notes that an element or attribute of this name is used.
    pub(super) fn note(&mut self, name: &str) {
        if let Some((prefix, _)) = name.split_once(':')
            && let Some(at) = OPTIONAL.iter().position(|module| module.prefix == prefix)
        {
            self.0 |= 1 << at;
        }
    }

    /// What either uses.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The modules to declare.
    pub(super) fn declared(self) -> impl Iterator<Item = Module> {
        OPTIONAL.into_iter().enumerate().filter(move |(at, _)| self.0 & (1 << at) != 0).map(|(_, module)| module)
    }

    /// As a number, for this version of newswire alone.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Those of such a number.
    pub const fn of_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// How many bytes their declarations take.
    pub fn bytes(self) -> usize {
        self.declared().map(|module| " xmlns:=\"\"".len() + module.prefix.len() + module.namespace.len()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_is_declared() {
        let mut used = Modules::default();
        for name in ["georss:point", "media:content", "link", "thr:count", "georss:featurename"] {
            used.note(name);
        }
        let prefixes: Vec<&str> = used.declared().map(|module| module.prefix).collect();
        assert_eq!(prefixes, ["georss", "thr"]);
        assert_eq!(used.and(Modules::default()), used);
    }
}
