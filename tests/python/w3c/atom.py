"""Rules for Atom 1.0; among them those of RFC 4287's appendix B that RELAX NG cannot say, and RFC 6721's."""

import re

from . import html, media, values
from .rss import link_element

RELATIONS = (
    "alternate current describedby edit edit-media enclosure first hub last license next next-archive payment prev-archive previous related "
    "replies search self service up via"
).split()
OF_HISTORY = "current first last next next-archive prev-archive previous".split()


def feed(say, root, at):
    if root.name != "feed":
        return say("UndefinedElement", root.name)
    links(say, root, at)
    if not any(link.attributes.get("rel") == "self" for link in root.all("link")):
        say("MissingSelf", at)
    names = [child.name for child in root.children]
    if "entry" in names and any(name != "entry" for name in names[names.index("entry") :]):
        say("MisplacedMetadata", "an entry before the feed's own elements")
    common(say, root)
    for name in ("icon", "logo"):
        if root.first(name) is not None:
            values.url(say, root.text_of(name))
    ids, moments = [], []
    for element in root.all("entry"):
        entry(say, element, root)
        ids.append(element.text_of("id"))
        moments.append(element.text_of("updated"))
    if len(ids) > 1 and len(set(ids)) == 1:
        say("DuplicateIds", ids[0])
    for repeated in {one for one in ids if ids.count(one) > 1}:
        say("DuplicateEntries", repeated)
    for repeated in {one for one in moments if moments.count(one) > 1}:
        say("DuplicateUpdated", repeated)
    for element in root.all("at:deleted-entry"):
        tombstone(say, element)


def common(say, element):
    """What a feed and an entry have alike."""
    for child in element.children:
        match child.name:
            case "title" | "subtitle" | "summary" | "rights":
                text_construct(say, child)
            case "id":
                identifier(say, child.text)
            case "updated" | "published":
                values.rfc3339(say, child.text)
            case "author" | "contributor":
                person(say, child)
            case "category":
                category(say, child)
            case "generator":
                values.not_blank(say, child.text)
        if "xml:lang" in child.attributes:
            values.language(say, child.attributes["xml:lang"])


def identifier(say, text):
    if text != text.strip():
        say("UnexpectedWhitespace", text)
    values.url(say, text)
    scheme, _, rest = text.partition("://")
    host = rest.partition("/")[0]
    if rest and (scheme != scheme.lower() or host != host.lower() or "/" not in rest or re.search(r":(80|443)\Z", host) or "/../" in rest):
        say("NonCanonicalURI", text)


def text_construct(say, element):
    kind = element.attributes.get("type", "text")
    if kind not in ("text", "html", "xhtml"):
        say("InvalidTextType", kind)
    if kind == "text":
        values.plain(say, element.text, "ContainsUndeclaredHTML")
    if kind == "html":
        html.check(say, element.text)
    if kind == "xhtml" and [child.name for child in element.children] != ["xhtml:div"]:
        say("MissingXhtmlDiv", f"line {element.line}")
    if element.name == "title":
        values.not_blank(say, element.text if kind != "xhtml" else "x")


def person(say, element):
    values.not_blank(say, element.text_of("name") or "")
    if values.EMAIL.match(element.text_of("name") or ""):
        say("ContainsEmail", element.text_of("name"))
    if element.first("email") is not None:
        values.email(say, element.text_of("email"))
    if element.first("uri") is not None:
        values.url(lambda rule, detail: say("InvalidIRI", detail), element.text_of("uri"))


def category(say, element):
    if not element.attributes.get("term", "").strip():
        say("MissingAttribute", "term of category")
    if "scheme" in element.attributes:
        values.url(lambda rule, detail: say("InvalidURIAttribute", detail), element.attributes["scheme"])
    values.plain(say, element.attributes.get("label", ""))


def links(say, element, at):
    alternates = []
    for link in element.all("link"):
        link_element(say, link, at)
        kind = tuple(link.attributes.get(name) for name in ("type", "hreflang"))
        relation = link.attributes.get("rel", "alternate")
        if relation == "alternate":
            if kind in alternates:
                say("DuplicateAtomLink", link.attributes.get("href"))
            alternates.append(kind)
        if element.name == "entry" and relation in OF_HISTORY:
            say("FeedHistoryRelInEntry", relation)


def entry(say, element, root):
    links(say, element, None)
    common(say, element)
    content, source = element.first("content"), element.first("source")
    if not (element.all("author") or root.all("author") or (source and source.all("author"))):
        say("MissingElement", f"author in an entry without one in line {element.line}")
    if source is not None and (source.first("id") is None or source.first("title") is None or source.first("updated") is None):
        say("MissingSourceElement", f"line {element.line}")
    if content is None:
        if element.first("summary") is None:
            say("MissingTextualContent", element.text_of("id"))
        if not any(link.attributes.get("rel", "alternate") == "alternate" for link in element.all("link")):
            say("MissingContentOrAlternate", element.text_of("id"))
    else:
        content_element(say, content, element)
    for child in element.children:
        media.check(say, child)


def content_element(say, content, element):
    kind = content.attributes.get("type", "text")
    if "src" in content.attributes:
        values.url(say, content.attributes["src"])
        if element.first("summary") is None:
            say("MissingSummary", element.text_of("id"))
    elif kind == "html":
        html.check(say, content.text)
    elif kind == "xhtml" and [child.name for child in content.children] != ["xhtml:div"]:
        say("MissingXhtmlDiv", f"line {content.line}")
    elif kind not in ("text", "html", "xhtml"):
        values.media_type(say, kind)


def tombstone(say, element):
    """RFC 6721 section 2."""
    for name in ("ref", "when"):
        if name not in element.attributes:
            say("MissingAttribute", f"{name} of at:deleted-entry")
    values.url(say, element.attributes.get("ref", ""))
    values.rfc3339(say, element.attributes.get("when", ""))
    for by in element.all("at:by"):
        person(say, by)
