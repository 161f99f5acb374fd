"""Rules for Media RSS, in either format."""

from . import values

MEDIA = ("image", "audio", "video", "document", "executable")


def content(say, element):
    attributes = element.attributes
    if "url" in attributes:
        values.url(say, attributes["url"])
    if "medium" in attributes and attributes["medium"] not in MEDIA:
        say("InvalidMediaMedium", attributes["medium"])
    if "type" in attributes:
        values.media_type(lambda rule, detail: say("InvalidMIMEAttribute", detail), attributes["type"])
    for name in ("fileSize", "width", "height"):
        if name in attributes:
            values.positive(say, attributes[name])
    for child in element.children:
        check(say, child)


def described(say, element):
    kind = element.attributes.get("type", "plain")
    if kind not in ("plain", "html"):
        say("InvalidMediaTextType", kind)
    if kind == "plain":
        values.plain(say, element.text, "ContainsUndeclaredHTML")


def thumbnail(say, element):
    if "url" not in element.attributes:
        say("MissingAttribute", "url of media:thumbnail")
    else:
        values.url(say, element.attributes["url"])
    for name in ("width", "height"):
        if name in element.attributes:
            values.positive(say, element.attributes[name])


def check(say, element):
    match element.name:
        case "media:content":
            content(say, element)
        case "media:group":
            if len(element.all("media:content")) < 2:
                say("MediaGroupWithoutAlternatives", f"line {element.line}")
            for child in element.children:
                check(say, child)
        case "media:title" | "media:description":
            described(say, element)
        case "media:thumbnail":
            thumbnail(say, element)
        case "media:credit":
            role = element.attributes.get("role", "")
            if role != role.lower():
                say("InvalidCreditRole", role)
        case "media:rating":
            if element.attributes.get("scheme", "urn:simple") == "urn:simple" and element.text not in ("adult", "nonadult"):
                say("InvalidMediaRating", element.text)
