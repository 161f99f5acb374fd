"""Holds JSON documents against a JSON Schema and prints what is wrong with each: `PATH: place: what`, nothing where all is well."""

import json
import sys

from jsonschema import Draft202012Validator

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)


def once(pairs):
    """An object, in which a member twice is an error: parsers differ on which of the two counts."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError(f"a member stands twice: {sorted(name for name, _ in pairs)}")
    return members


for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        document = json.load(file, object_pairs_hook=once)
    for error in validator.iter_errors(document):
        print(f"{path}: {error.json_path}: {error.message}")
