"""Holds feeds against the rules of the W3C Feed Validator.

    feed_rules.py --rules                 the names of all rules, one a line
    feed_rules.py FOLDER URL PATH...      what there is to say of these files of FOLDER, which is public at URL: a JSON list of
                                          {"file", "rule", "detail"}
"""

import inspect
import json
import pathlib
import re
import sys
import urllib.parse

from w3c import atom, html, media, rss, structure, tree, values

ATOM = "http://www.w3.org/2005/Atom"


def rules():
    """Every rule that the code names, so that the list cannot fall behind it."""
    sources = "".join(inspect.getsource(module) for module in (atom, html, media, rss, structure, tree, values))
    called = "".join(re.findall(r"say\([^\n]*|\(\"\w+\", \"Missing\w+\"\)[^\n]*|rule=\"\w+\"|\d+, \"Invalid\w+\"|text, \"\w+\"\)|alias, \"\w+\"", sources))
    return sorted(set(re.findall(r"\"((?:[A-Z][a-z]+|[A-Z]{2,})[A-Za-z0-9]*)\"", called)))


def remarks(folder, base, path):
    found = []
    raw = pathlib.Path(path).read_bytes()
    name = pathlib.Path(path).relative_to(folder).as_posix()

    def say(rule, detail):
        found.append({"file": name, "rule": rule, "detail": str(detail)[:300]})

    is_rss = path.endswith(".rss")
    root = tree.parse(say, raw, "" if is_rss else ATOM)
    if root is not None:
        structure.check(say, root, is_rss)
        (rss.channel if is_rss else atom.feed)(say, root, base + urllib.parse.quote(name))
    return found


if sys.argv[1:] == ["--rules"]:
    print("\n".join(rules()))
else:
    json.dump([remark for path in sys.argv[3:] for remark in remarks(sys.argv[1], sys.argv[2], path)], sys.stdout)
