"""Reads a feed with feedparser and prints as JSON what a feed reader would see of it."""

import json
import sys

import feedparser

with open(sys.argv[1], "rb") as file:
    # The defaults of feed readers but for sanitising, which would hide what the feed itself carries.
    parsed = feedparser.parse(file.read(), sanitize_html=False, resolve_relative_uris=False)


def entry(found):
    return {
        "id": found.get("id"),
        "link": found.get("link"),
        "title": found.get("title"),
        "title_type": found.get("title_detail", {}).get("type"),
        "summary": found.get("summary"),
        "content": [part["value"] for part in found.get("content", [])],
        "language": found.get("content", [{}])[0].get("language"),
        "published": list(found["published_parsed"][:6]),
        "updated": list(found["updated_parsed"][:6]) if found.get("updated_parsed") else None,
        "authors": [person.get("name") for person in found.get("authors", [])],
        "contributors": [person.get("name") for person in found.get("contributors", [])],
        "tags": [tag["term"] for tag in found.get("tags", [])],
        "enclosures": [[part.get("href"), part.get("type"), part.get("length")] for part in found.get("enclosures", [])],
        "media": [part.get("url") for part in found.get("media_content", [])],
        "credits": [part.get("content") for part in found.get("media_credit", [])],
        "thumbnails": [part.get("url") for part in found.get("media_thumbnail", [])],
    }


json.dump(
    {
        "bozo": bool(parsed.bozo),
        "why": repr(parsed.get("bozo_exception")),
        "version": parsed.version,
        "title": parsed.feed.get("title"),
        "subtitle": parsed.feed.get("subtitle"),
        "link": parsed.feed.get("link"),
        "links": [[link.get("rel"), link.get("type"), link.get("href")] for link in parsed.feed.get("links", [])],
        "language": parsed.feed.get("language"),
        "updated": list(parsed.feed["updated_parsed"][:6]),
        "generator": parsed.feed.get("generator"),
        "entries": [entry(found) for found in parsed.entries],
    },
    sys.stdout,
)
