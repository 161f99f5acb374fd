"""Reads feeds with feedparser and prints as JSON what a feed reader would see of each: one object for each path given.

The same shape as tests/node/read_feeds.mjs gives, so that both can be compared with what the articles say.
"""

import calendar
import json
import sys

import feedparser


def seconds(parsed):
    return calendar.timegm(parsed) if parsed else None


def language(part):
    return (part or {}).get("language")


def number(text):
    return int(text) if text else None


def entry(found):
    detail = (found.get("content") or [None])[0] or found.get("summary_detail")
    return {
        "id": found.get("id"),
        "link": found.get("link"),
        "title": found.get("title"),
        "title_type": found.get("title_detail", {}).get("type"),
        "summary": found.get("summary", ""),
        "html": found["content"][0]["value"] if found.get("content") else None,
        "published": seconds(found.get("published_parsed")),
        "updated": seconds(found.get("updated_parsed") or found.get("published_parsed")),
        "authors": [person.get("name") for person in found.get("authors", [])],
        "contributors": [person.get("name") for person in found.get("contributors", [])],
        "tags": [tag["term"] for tag in found.get("tags", [])],
        "language": language(detail) or language(found.get("title_detail")),
        "enclosures": [[part.get("href"), part.get("type"), number(part.get("length"))] for part in found.get("enclosures", [])],
        "rights": found.get("rights"),
        "media": [[part.get("url"), part.get("type"), number(part.get("filesize"))] for part in found.get("media_content", [])],
        "thumbnails": [part.get("url") for part in found.get("media_thumbnail", [])],
        "credits": [part.get("content") for part in found.get("media_credit", [])],
    }


def read(path):
    with open(path, "rb") as file:
        # The defaults of feed readers but for sanitising, which would hide what the feed itself carries.
        parsed = feedparser.parse(file.read(), sanitize_html=False, resolve_relative_uris=False)
    feed = parsed.feed
    links = feed.get("links", [])
    return {
        "bozo": bool(parsed.bozo),
        "why": repr(parsed.get("bozo_exception")),
        "version": parsed.version,
        "namespaces": sorted(parsed.namespaces),
        "title": feed.get("title"),
        "description": feed.get("subtitle"),
        "link": feed.get("link"),
        "language": feed.get("language"),
        "updated": seconds(feed.get("updated_parsed")),
        "self": next((link.href for link in links if link.rel == "self"), None),
        "entries": [entry(found) for found in parsed.entries],
    }


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
