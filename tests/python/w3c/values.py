"""Rules for single values. Each takes `say(rule, detail)` and the value."""

import datetime
import html.entities
import re

# What the validator asks a URL to be made of (RFC 2396 with the brackets left out).
URL = re.compile(r"[A-Za-z][0-9A-Za-z+.-]*:(//)?[0-9A-Za-z;/?:@&=+$._!~*'()%,#-]+\Z")
TAG = re.compile(r"tag:([a-z0-9._-]+@)?[a-z0-9.-]+,\d{4}(-\d\d(-\d\d)?)?:[0-9A-Za-z;/?:@&=+$._!~*'()%,-]*(#[0-9A-Za-z;/?:@&=+$._!~*'()%,-]*)?\Z")
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.I)
URN = re.compile(r"urn:[0-9a-z][0-9a-z-]{1,31}:([0-9a-z()+,.:=@;$_!*'-]|%[0-9a-f]{2})+\Z", re.I)
MEDIA_TYPE = re.compile(r"[^\s()<>,;:\\\"/[\]?=]+/[^\s()<>,;:\\\"/[\]?=]+(\s*;\s*[^\s()<>,;:\\\"/[\]?=]+=(\"[^\"]*\"|[^\s()<>,;:\\\"/[\]?=]+))*\Z")
EMAIL = re.compile(r"[\w.%+'-]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9][A-Za-z0-9-]*\Z")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
RFC822 = re.compile(
    r"((?P<day>Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(?P<date>\d\d?) (?P<month>" + "|".join(MONTHS) + r") (?P<year>\d\d\d\d) "
    r"(?P<hour>\d\d):(?P<minute>\d\d)(:(?P<second>\d\d))? (?P<zone>[+-]\d\d[03]0|GMT|UT|Z)\Z"
)
RFC3339 = re.compile(r"(\d\d\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(Z|([+-])(\d\d):(\d\d))\Z")
EARLIEST = 1990
LEEWAY = datetime.timedelta(minutes=10)


def plausible(say, moment, text):
    now = datetime.datetime.now(datetime.timezone.utc)
    if moment.year < EARLIEST or moment > now + LEEWAY:
        say("ImplausibleDate", text)


def rfc822(say, text):
    match = RFC822.match(text)
    if not match:
        return say("InvalidRFC2822Date", text)
    month = MONTHS.index(match["month"]) + 1
    try:
        zone = datetime.timezone.utc
        if match["zone"][0] in "+-":
            offset = datetime.timedelta(hours=int(match["zone"][1:3]), minutes=int(match["zone"][3:]))
            zone = datetime.timezone(-offset if match["zone"][0] == "-" else offset)
        clock = [int(match[part] or 0) for part in ("hour", "minute", "second")]
        moment = datetime.datetime(int(match["year"]), month, int(match["date"]), *clock, tzinfo=zone)
    except ValueError as error:
        return say("InvalidRFC2822Date", f"{text}: {error}")
    if match["day"] and match["day"] != "Mon Tue Wed Thu Fri Sat Sun".split()[moment.weekday()]:
        say("IncorrectDOW", text)
    plausible(say, moment, text)


def rfc3339(say, text):
    match = RFC3339.match(text)
    if not match:
        return say("InvalidRFC3339Date", text)
    try:
        moment = datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", text.replace("Z", "+00:00")))
    except ValueError as error:
        return say("InvalidRFC3339Date", f"{text}: {error}")
    plausible(say, moment, text)


def url(say, text):
    """A full URL, or another URI that says all by itself."""
    scheme = text.split(":")[0].lower()
    if scheme == "tag":
        if not TAG.match(text):
            say("InvalidTAG", text)
    elif text.lower().startswith("urn:uuid:"):
        if not UUID.match(text):
            say("InvalidUUID", text)
    elif scheme == "urn":
        if not URN.match(text):
            say("InvalidURN", text)
    elif not URL.match(text):
        odd = [c for c in text if ord(c) < 128 and not re.match(r"[0-9A-Za-z;/?:@&=+$._!~*'()%,#-]", c)]
        say("InvalidUriChar" if odd else "InvalidFullLink", text)
    elif scheme in ("http", "https", "ftp") and not re.match(r"\w+://[^/].*", text):
        say("InvalidFullLink", text)


def language(say, text):
    if not re.match(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*\Z", text):
        say("InvalidLanguage", text)


def media_type(say, text):
    if not MEDIA_TYPE.match(text):
        say("InvalidMIMEType", text)


def email(say, text):
    if not EMAIL.match(text):
        say("InvalidAddrSpec", text)


def count(say, text):
    if not text.isascii() or not text.isdigit():
        say("InvalidNonNegativeInteger", text)


def positive(say, text):
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        say("InvalidPositiveInteger", text)


def not_blank(say, text):
    if not text.strip():
        say("NotBlank", text)


def plain(say, text, rule="ContainsHTML"):
    """Text in which markup stands as such, where markup may not: an end tag of HTML, or a reference."""
    from .html import ELEMENTS, RISKY

    tags = [tag for tag in re.findall(r"</(\w+)>", text) if tag.lower() in ELEMENTS | RISKY]
    references = [name for name in re.findall(r"&(#?\w+);", text) if name in html.entities.name2codepoint or name[0] == "#" or name == "apos"]
    if tags or references:
        say(rule, text)
