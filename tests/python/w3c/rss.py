"""Rules for RSS 2.0."""

from . import html, media, values


def link_element(say, link, at, selves=("application/rss+xml", "application/atom+xml", "application/rdf+xml")):
    """An Atom link, here or in an Atom feed; `at` is where this document stands."""
    from .atom import RELATIONS

    attributes = link.attributes
    relation = attributes.get("rel", "alternate")
    if "href" not in attributes:
        return say("MissingHref", f"line {link.line}")
    values.url(say, attributes["href"])
    if relation not in RELATIONS and "://" not in relation:
        say("UnregisteredAtomLinkRel", relation)
    if "type" in attributes:
        values.media_type(say, attributes["type"])
        if relation == "self" and attributes["type"].split(";")[0] not in selves:
            say("SelfNotAtom", attributes["type"])
    if relation == "self" and "://" not in attributes["href"]:
        say("RelativeSelf", attributes["href"])
    elif relation == "self" and attributes["href"] != at:
        say("SelfDoesntMatchLocation", f"{attributes['href']} at {at}")
    if "title" in attributes:
        if not attributes["title"].strip():
            say("AttrNotBlank", "title")
        values.plain(say, attributes["title"])
    if "hreflang" in attributes:
        values.language(say, attributes["hreflang"])
    if "length" in attributes:
        values.count(say, attributes["length"])
    if link.text.strip() or link.children:
        say("AtomLinkNotEmpty", f"line {link.line}")


def channel(say, root, at):
    if root.name != "rss" or root.attributes.get("version") != "2.0":
        return say("ObsoleteVersion", root.name)
    found = root.first("channel")
    if found is None:
        return
    for name, rule in (("title", "MissingTitle"), ("link", "MissingLink"), ("description", "MissingDescription"), ("language", "MissingDCLanguage")):
        if found.first(name) is None:
            say(rule, name)
    for child in found.children:
        match child.name:
            case "title":
                values.not_blank(say, child.text)
                values.plain(say, child.text)
            case "description" | "copyright" | "category":
                values.plain(say, child.text)
            case "link" | "docs":
                values.url(say, child.text)
            case "language":
                values.language(say, child.text)
            case "pubDate" | "lastBuildDate":
                values.rfc822(say, child.text)
            case "ttl":
                values.positive(say, child.text)
            case "managingEditor" | "webMaster":
                contact(say, child.text)
            case "atom:link":
                link_element(say, child, at)
            case "image":
                picture(say, child, found)
            case "sy:updatePeriod":
                if child.text not in ("hourly", "daily", "weekly", "monthly", "yearly"):
                    say("InvalidUpdatePeriod", child.text)
            case "sy:updateFrequency":
                values.positive(say, child.text)
    if not any(link.attributes.get("rel") == "self" for link in found.all("atom:link")):
        say("MissingAtomSelfLink", at)
    items(say, found)


def contact(say, text):
    address, _, name = text.partition(" (")
    values.email(lambda rule, detail: say("InvalidContact", detail), address)
    if not name.endswith(")"):
        say("MissingRealName", text)


def picture(say, element, channel):
    if element.text_of("title") != channel.text_of("title"):
        say("ImageTitleDoesntMatch", element.text_of("title"))
    if element.text_of("link") != channel.text_of("link"):
        say("ImageLinkDoesntMatch", element.text_of("link"))
    values.url(say, element.text_of("url") or "")
    for name, most, rule in (("width", 144, "InvalidWidth"), ("height", 400, "InvalidHeight")):
        number = element.text_of(name)
        if number is not None and not (number.isdigit() and 1 <= int(number) <= most):
            say(rule, number)


def items(say, found):
    names = [child.name for child in found.children]
    if "item" in names and any(name != "item" for name in names[names.index("item") :]):
        say("MisplacedItem", "an item before the channel's own elements")
    ids = []
    for element in found.all("item"):
        item(say, element)
        ids.append(element.text_of("guid"))
    for repeated in {one for one in ids if ids.count(one) > 1}:
        say("DuplicateValue", repeated)


def item(say, element):
    if element.first("title") is None and element.first("description") is None:
        say("ItemMustContainTitleOrDescription", f"line {element.line}")
    if element.first("guid") is None:
        say("MissingGuid", f"line {element.line}")
    before = set()
    for child in element.children:
        match child.name:
            case "title":
                values.not_blank(say, child.text)
                values.plain(say, child.text)
            case "link" | "comments" | "creativeCommons:license":
                values.url(say, child.text)
            case "description":
                html.check(say, child.text)
            case "content:encoded":
                if "description" not in before:
                    say("NeedDescriptionBeforeContent", f"line {child.line}")
                html.check(say, child.text)
            case "pubDate":
                values.rfc822(say, child.text)
            case "atom:updated":
                values.rfc3339(say, child.text)
            case "guid":
                guid(say, child)
            case "category":
                values.not_blank(say, child.text)
                values.plain(say, child.text)
            case "author":
                contact(say, child.text)
            case "enclosure":
                enclosure(say, child)
            case "source":
                if "url" not in child.attributes:
                    say("MissingAttribute", "url of source")
                values.url(say, child.attributes.get("url", ""))
            case "dc:language":
                values.language(say, child.text)
            case "slash:comments":
                values.count(say, child.text)
            case _:
                media.check(say, child)
        before.add(child.name)


def guid(say, element):
    permanent = element.attributes.get("isPermaLink", "true")
    if permanent not in ("true", "false"):
        say("InvalidBooleanAttribute", permanent)
    if permanent == "true":
        if element.text.lower().startswith(("tag:", "urn:")):
            say("InvalidPermalink", element.text)
        values.url(lambda rule, detail: say("InvalidHttpGUID", detail), element.text)
    elif len(element.text) < 9 and element.text.isdigit():
        say("NotSufficientlyUnique", element.text)


def enclosure(say, element):
    for name in ("url", "type", "length"):
        if name not in element.attributes:
            say("MissingAttribute", f"{name} of enclosure")
    if not element.attributes.get("length", "0").isdigit():
        say("InvalidIntegerAttribute", element.attributes["length"])
    values.media_type(lambda rule, detail: say("InvalidMIMEAttribute", detail), element.attributes.get("type", "a/b"))
    if not element.attributes.get("url", "").startswith(("http://", "https://")):
        say("InvalidURLAttribute", element.attributes.get("url", ""))
    else:
        values.url(say, element.attributes["url"])
