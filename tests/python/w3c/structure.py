"""Which elements may stand in which, with which attributes, how often, and what must be there."""

# What may stand once or more often in an element, by its name; `+` means more than once.
CHILDREN = {
    "rss": "channel",
    "channel": "title link description language copyright managingEditor webMaster pubDate lastBuildDate category+ generator docs ttl image "
    "atom:link+ atom:icon atom:rights atom:updated dc:creator+ dc:rights sy:updatePeriod sy:updateFrequency sy:updateBase fh:complete fh:archive item+ "
    "itunes:* podcast:* webfeeds:* rsl:* creativeCommons:license dcterms:*",
    "image": "url title link width height description",
    "item": "title link description author category+ comments enclosure guid pubDate source content:encoded dc:creator+ dc:contributor+ dc:rights+ "
    "dc:language dcterms:* atom:updated atom:link+ atom:contributor+ media:content+ media:thumbnail+ media:group media:rating creativeCommons:license "
    "slash:comments thr:* georss:* geo:* itunes:* podcast:* rsl:*",
    "feed": "title subtitle id updated author+ contributor+ category+ generator icon logo link+ rights entry+ fh:complete fh:archive at:deleted-entry+ "
    "webfeeds:* rsl:* sy:updatePeriod sy:updateFrequency sy:updateBase dcterms:* itunes:* podcast:*",
    "entry": "title summary content id updated published author+ contributor+ category+ link+ rights source media:content+ media:thumbnail+ "
    "media:group media:rating thr:* georss:* geo:* dcterms:* rsl:* itunes:* podcast:*",
    "source": "title subtitle id updated author+ contributor+ category+ generator icon logo link+ rights",
    "author": "name uri email",
    "contributor": "name uri email",
    "atom:contributor": "atom:name atom:uri atom:email",
    "media:content": "media:title media:description media:credit+ media:thumbnail+ media:rating media:copyright media:text+",
    "media:group": "media:content+ media:title media:description media:credit+ media:thumbnail+ media:rating",
    "at:deleted-entry": "at:by at:comment link+",
    "at:by": "name uri email",
}
ATTRIBUTES = {
    "rss": "version",
    "guid": "isPermaLink",
    "category": "domain term scheme label",
    "enclosure": "url length type",
    "source": "url",
    "link": "href rel type hreflang title length",
    "atom:link": "href rel type hreflang title length",
    "title": "type",
    "subtitle": "type",
    "summary": "type",
    "rights": "type",
    "content": "type src",
    "generator": "uri version",
    "media:content": "url type medium fileSize width height duration bitrate expression isDefault lang",
    "media:thumbnail": "url width height time",
    "media:description": "type",
    "media:title": "type",
    "media:credit": "role scheme",
    "media:rating": "scheme",
    "media:copyright": "url",
    "at:deleted-entry": "ref when",
}
# In RSS the elements of these names are plain.
PLAIN_IN_RSS = {"link", "title", "generator", "author", "rights"}
REQUIRED = {
    "rss": "channel",
    "feed": "title id updated",
    "entry": "title id updated",
    "author": "name",
    "contributor": "name",
    "at:by": "name",
    "image": "url title link",
}
# Pairs that say the same of an item or channel.
SAME = [
    ("pubDate", "dc:date"),
    ("author", "dc:creator"),
    ("category", "dc:subject"),
    ("guid", "atom:id"),
    ("language", "dc:language"),
    ("copyright", "dc:rights"),
    ("managingEditor", "dc:creator"),
    ("lastBuildDate", "dcterms:modified"),
    ("source", "dc:source"),
]


def check(say, element, in_rss):
    """The element and all in it, but for what is not checked: the HTML of XHTML, and elements of others."""
    plain = in_rss and element.name in PLAIN_IN_RSS
    allowed = {} if plain else {name.rstrip("+"): name.endswith("+") for name in CHILDREN.get(element.name, "").split()}
    modules = {name[:-1] for name in allowed if name.endswith(":*")}
    seen = {}
    for child in element.children:
        seen[child.name] = seen.get(child.name, 0) + 1
        module = child.name.partition(":")[0] + ":"
        if module in modules:
            continue
        if child.name not in allowed:
            say("UndefinedElement", f"{child.name} in {element.name}")
        elif seen[child.name] == 2 and not allowed[child.name]:
            say("DuplicateEnclosure" if child.name == "enclosure" else "DuplicateElement", f"{child.name} in {element.name}")
        check(say, child, in_rss)
    for name in REQUIRED.get(element.name, "").split() if not plain else []:
        if name not in seen:
            say("MissingElement", f"{name} in {element.name}")
    for core, extension in SAME:
        if core in seen and extension in seen:
            say("DuplicateItemSemantics" if element.name == "item" else "DuplicateSemantics", f"{core} and {extension}")
    attributes = [] if plain else ATTRIBUTES.get(element.name, "").split()
    for name in element.attributes:
        if name not in attributes and not name.startswith("xml:"):
            say("UnexpectedAttribute" if ":" not in name else "UseOfExtensionAttr", f"{name} on {element.name}")
