"""What newsboat has in its cache, which is what it shows: {"URL": {"title", "entries": [{…}]}} as JSON."""

import json
import sqlite3
import sys

database = sqlite3.connect(sys.argv[1])
feeds = {url: {"title": title, "link": link, "entries": []} for url, title, link in database.execute("select rssurl, title, url from rss_feed")}
columns = "guid, title, author, url, feedurl, pubDate, content, unread, enclosure_url, enclosure_type"
for row in database.execute(f"select {columns} from rss_item where deleted = 0 order by pubDate desc, id"):
    found = dict(zip(columns.split(", "), row))
    feeds[found.pop("feedurl")]["entries"].append(found)
json.dump(feeds, sys.stdout)
