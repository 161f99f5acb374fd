-- The sitemap's chunks. An article stands in one for as long as it is public, so that a change concerns one chunk alone.
CREATE TABLE sitemap_chunk (
    no      INTEGER PRIMARY KEY,
    size    INTEGER NOT NULL,           -- how many articles stand in it
    changed INTEGER NOT NULL,           -- the edition that last changed one of them
    made    INTEGER,                    -- `changed` as its file was last made; NULL: to be made in any case
    updated INTEGER NOT NULL DEFAULT 0, -- when its file's bytes last changed
    listed  INTEGER NOT NULL DEFAULT 0, -- how many articles its file lists
    digest  BLOB                        -- of its file
) STRICT;
CREATE TABLE sitemap (
    article INTEGER PRIMARY KEY,
    chunk   INTEGER NOT NULL
) STRICT;
CREATE INDEX sitemap_member ON sitemap (chunk);

-- Numbers that a task keeps between two runs: how far it has come, what it last went by.
CREATE TABLE mark (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who reads a feed, day by day: counts, and what aggregators say of their subscribers. No addresses.
CREATE TABLE audience (
    day    INTEGER NOT NULL, -- days since the epoch, UTC
    feed   TEXT NOT NULL,
    counts TEXT NOT NULL,    -- JSON
    PRIMARY KEY (day, feed)
) STRICT, WITHOUT ROWID;
