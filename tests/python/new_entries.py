"""What a feed reader would show as new: entries of the second feed whose ids the first did not have. Prints their titles as JSON.

A reader knows an entry by its id, and by its link where the feed gives none.
"""

import json
import sys

import feedparser


def entries(path):
    with open(path, "rb") as file:
        return feedparser.parse(file.read()).entries


known = {entry.get("id") or entry.get("link") for entry in entries(sys.argv[1])}
json.dump([entry.title for entry in entries(sys.argv[2]) if (entry.get("id") or entry.get("link")) not in known], sys.stdout)
