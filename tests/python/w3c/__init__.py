"""The W3C Feed Validator's rules for RSS 2.0 and Atom 1.0, held by a checker of our own.

A rule has the name of the validator's message (https://validator.w3.org/feed/docs/), so that what it says can be looked up there.
Rules for elements that newswire never writes are left out: an element that is not known here is `UndefinedElement`.

- `values`: dates, URLs, languages, media types, plain text
- `html`: what an entry's HTML may hold
- `tree`: well-formed XML → elements with their places, encodings, namespaces
- `structure`: which elements and attributes may stand where, and how often
- `rss`, `atom`, `media`: the rules of each
"""
