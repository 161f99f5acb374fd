"""Subscribes to feeds with the library `reader` and, for each line of standard input, fetches what is new.

    subscribe.py DATABASE URL...

Prints one line of JSON each time: {"fetches": {URL: [status, sent back by the server as its manipulation]}, "failures": {URL: what},
"entries": {URL: [{"id", "title", "link", "author", "published", "updated", "summary", "html", "enclosures", "language"}]}}.
"""

import json
import sys

import requests
from reader import ParseError, make_reader

database, *urls = sys.argv[1:]
fetches = {}


class Session(requests.Session):
    """A session that remembers what its requests were answered with."""

    def send(self, request, **more):
        answer = super().send(request, **more)
        fetches[request.url] = [answer.status_code, answer.headers.get("IM")]
        return answer


requests.Session = Session
reader = make_reader(database, plugins=[])
for url in urls:
    reader.add_feed(url)


def moment(date):
    return int(date.timestamp()) if date else None


def entry(found):
    content = next((content for content in found.content), None)
    return {
        "id": found.id,
        "title": found.title,
        "link": found.link,
        "author": found.author,
        "published": moment(found.published),
        "updated": moment(found.updated),
        "summary": found.summary,
        "html": content.value if content else None,
        "enclosures": [[part.href, part.type, part.length] for part in found.enclosures],
    }


for _ in sys.stdin:
    fetches.clear()
    failures = {}
    for url in urls:
        try:
            reader.update_feed(url)
        except ParseError as error:
            failures[url] = repr(error)
    shown = {url: [entry(found) for found in reader.get_entries(feed=url, sort="recent")] for url in urls}
    print(json.dumps({"fetches": dict(fetches), "failures": failures, "entries": shown}), flush=True)
