"""XML → elements with their places; and the rules for the document as such."""

import re
import xml.parsers.expat

# Prefixes by which the validator knows namespaces.
PREFIXES = {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://www.georss.org/georss": "georss",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "http://search.yahoo.com/mrss/": "media",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "http://www.w3.org/2005/Atom": "atom",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
# Namespaces that it does not know or does not check, and the prefixes that they have here.
UNKNOWN = {
    "http://purl.org/atompub/tombstones/1.0": "at",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "http://webfeeds.org/rss/1.0": "webfeeds",
    "https://rslstandard.org/rsl": "rsl",
}
RESERVED = {prefix: namespace for namespace, prefix in PREFIXES.items()}


class Element:
    """One element: its name as `prefix:local` by its namespace, attributes likewise, children, text, and its place."""

    def __init__(self, name, attributes, parent, line):
        self.name, self.attributes, self.parent, self.line = name, attributes, parent, line
        self.children, self.text = [], ""

    def all(self, name):
        return [child for child in self.children if child.name == name]

    def first(self, name):
        return next(iter(self.all(name)), None)

    def text_of(self, name):
        child = self.first(name)
        return child.text if child else None


def known_as(name, default):
    """`namespace local` → `prefix:local`; without a prefix in the format's own namespace or none."""
    namespace, _, local = name.rpartition(" ")
    if namespace == default:
        return local
    prefix = PREFIXES.get(namespace) or UNKNOWN.get(namespace) or "{" + namespace + "}"
    return f"{prefix}:{local}"


def encoding(say, raw):
    declaration = re.match(rb"<\?xml version=[\"']([^\"']*)[\"'](?: encoding=[\"']([^\"']*)[\"'])?\s*\?>", raw)
    if not declaration:
        say("WPBlankLine" if raw.lstrip().startswith(b"<?xml") else "MissingEncoding", raw[:60].decode("utf-8", "replace"))
    elif declaration[1] != b"1.0":
        say("BadXmlVersion", declaration[1].decode())
    elif not declaration[2]:
        say("MissingEncoding", declaration[0].decode())
    elif declaration[2].lower() != b"utf-8":
        say("ObscureEncoding", declaration[2].decode())
    if b"<!DOCTYPE" in raw[:4096]:
        say("ContainsSystemEntity", "a document type")


def parse(say, raw, default):
    """The root element; `None` where the document is not well-formed."""
    encoding(say, raw)
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    root = Element("", {}, None, 0)
    open_elements = [root]

    def declared(prefix, namespace):
        # RSS itself may be written under the prefix of Atom's elements; Atom's own names have none.
        own = (prefix or "") == "" and namespace == default
        wanted = PREFIXES.get(namespace)
        if own or namespace in UNKNOWN:
            if namespace in UNKNOWN:
                say("UnknownNamespace", namespace)
        elif namespace == "http://search.yahoo.com/mrss":
            say("MediaRssNamespace", namespace)
        elif prefix in RESERVED and RESERVED[prefix] != namespace:
            say("ReservedPrefix", f"{prefix} for {namespace}")
        elif wanted is None:
            say("UnknownNamespace", namespace)
        elif prefix != wanted:
            say("NonstdPrefix", f"{prefix} for {namespace}")
        if default and prefix in ("atom", "xhtml"):
            say("AvoidNamespacePrefix", prefix)

    def start(name, attributes):
        named = {known_as(key, ""): value for key, value in attributes.items()}
        element = Element(known_as(name, default), named, open_elements[-1], parser.CurrentLineNumber)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def text(data):
        open_elements[-1].text += data
        odd = re.search("[\x80-\x9f\ufffd]", data)
        if odd:
            say("BadCharacters", f"{open_elements[-1].name}: U+{ord(odd[0]):04X}")

    parser.StartNamespaceDeclHandler = declared
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda name: open_elements.pop()
    parser.CharacterDataHandler = text
    try:
        parser.Parse(raw, True)
    except xml.parsers.expat.ExpatError as error:
        say("UndefinedNamedEntity" if "undefined entity" in str(error) else "SAXError", str(error))
        return None
    return root.children[0]
