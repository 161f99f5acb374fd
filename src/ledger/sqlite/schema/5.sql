-- Families, and the hash of what decided which articles are in their feeds when these were last placed.
CREATE TABLE family (
    name      TEXT PRIMARY KEY, -- tag/{tag}
    selection BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Every feed that a family ever had, with its value as first typed.
CREATE TABLE family_feed (
    name   TEXT PRIMARY KEY,
    family TEXT NOT NULL,
    value  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Where in its files a family feed's entries lie, as JSON. May be dropped at any time.
CREATE TABLE layout (
    no   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    json TEXT NOT NULL
) STRICT;

-- Up to this instant the files of every edition were put in place.
ALTER TABLE ledger ADD COLUMN placed INTEGER NOT NULL DEFAULT -62167219200000;
