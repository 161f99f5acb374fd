"""Rules for the HTML of an entry: what the HTML standard's parser has to say of it, and what it may hold."""

import re

import html5lib

# HTML's elements that the validator lets pass.
ELEMENTS = set(
    "a abbr acronym address area article aside audio b bdi big blockquote br button canvas caption center cite code col colgroup data "
    "datalist dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 header hgroup hr i "
    "img input ins kbd label legend li main map mark menu meter nav noscript ol optgroup option output p picture pre progress q rp rt ruby s "
    "samp section select small source span strike strong sub summary sup table tbody td template textarea tfoot th thead time tr track tt u "
    "ul var video wbr".split()
)

# HTML's elements that it warns of: they load, run or replace something, or lay text out against its order.
RISKY = set(
    "applet base basefont bdo body embed frame frameset head html iframe isindex link listing meta noframes object param plaintext script slot "
    "style title xmp".split()
)

ATTRIBUTES = set(
    "abbr accept align alt autoplay border charset cite class color cols colspan controls coords crossorigin datetime decoding default dir "
    "download headers height hidden high href hreflang hspace id ismap itemid itemprop itemref itemscope itemtype kind label lang list loading "
    "longdesc loop low max media min muted name open optimum ping placeholder playsinline poster preload referrerpolicy rel rev reversed rows "
    "rowspan rules scope shape size sizes span spellcheck src srclang srcset start summary tabindex target title translate type usemap valign "
    "value vspace width wrap xml:lang".split()
)

# What a style may say: only what changes how text lies.
STYLES = set("text-align direction font-style font-weight text-decoration vertical-align white-space width height color".split())

# Attributes that hold a URL, and those that hold several.
ADDRESSES = {"href", "src", "cite", "poster", "longdesc", "srcset"}


def styles(say, style):
    for part in filter(None, (part.strip() for part in style.split(";"))):
        name, _, value = part.partition(":")
        if name.strip() not in STYLES or not re.match(r"[\w\s#%.,-]*\Z", value):
            say("DangerousStyleAttr", part)


def check(say, text):
    """The HTML of an entry, by the standard's parser in its strict mode."""
    try:
        fragment = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(text)
    except html5lib.html5parser.ParseError as error:
        return say("NotHtml", f"{error}: {text}")
    for element in fragment.iter():
        if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
            continue
        tag = element.tag.split("}")[-1]
        if tag in RISKY:
            say("SecurityRisk", tag)
        elif tag not in ELEMENTS:
            say("NotHtml", tag)
        for name, value in element.attrib.items():
            if name == "style":
                styles(say, value)
            elif name not in ATTRIBUTES:
                say("SecurityRiskAttr", name)
            if name in ADDRESSES and not re.match(r"\w+:", value.strip()):
                say("ContainsRelRef", value)
