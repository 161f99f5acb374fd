"""Lets REDbot look at a server's answers and prints what it has to say as JSON.

Reads from standard input a JSON list of {"name", "url", "method", "fields": [[name, value], …], "active": bool}; an active check
makes REDbot's further requests too: for a coding, for a part, and conditional ones. Prints a list of {"name", "status", "fields",
"notes": [{"id", "level", "about", "says"}]}; notes of the further requests are among them.
"""

import configparser
import json
import sys

import thor
from redbot.resource import HttpResource

CONFIG = configparser.ConfigParser()
CONFIG.read_dict({"redbot": {"enable_local_access": "True"}})


def notes(message):
    for note in message.notes:
        yield {"id": type(note).__name__, "level": note.level.value, "about": note.subject, "says": str(note.summary)}
        for further in note.subnotes:
            yield {"id": type(further).__name__, "level": further.level.value, "about": further.subject, "says": str(further.summary)}


def seen(asked, resource):
    answers = [resource.response]
    if asked["active"]:
        answers += [check.response for check in resource.subreqs.values() if check.has_response]
    found = {
        "name": asked["name"],
        "status": resource.response.status_code,
        "fields": dict(resource.response.headers.text),
        "error": str(resource.fetch_error) if resource.fetch_error else None,
        "supports": {"range": resource.partial_support, "etag": resource.inm_support, "date": resource.ims_support, "gzip": resource.gzip_support},
    }
    told = {json.dumps(note, sort_keys=True) for answer in answers for note in notes(answer)}
    return found | {"notes": [json.loads(note) for note in sorted(told)]}


def look(waiting, found):
    """One resource after the other, all in one loop, whose end would break its connections."""
    if not waiting:
        return thor.stop()
    asked, *waiting = waiting
    resource = HttpResource(CONFIG["redbot"], active_checks_enabled=asked["active"])
    resource.set_request(asked["url"], asked["method"], [tuple(field) for field in asked["fields"]])

    def done():
        found.append(seen(asked, resource))
        look(waiting, found)

    resource.once("check_done", done)
    resource.check()


def late():
    sys.exit("no end after a minute")


everything = []
thor.schedule(0, look, json.load(sys.stdin), everything)
thor.schedule(60, late)
thor.run()
json.dump(everything, sys.stdout)
