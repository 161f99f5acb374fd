-- Links that public articles have left: who stood there last. Gone once anybody is public there again.
CREATE TABLE past_link (
    key     INTEGER PRIMARY KEY, -- hash of the link
    article INTEGER NOT NULL,
    link    TEXT NOT NULL
) STRICT;

-- What subscribers were told is gone. No public article has one.
CREATE TABLE tombstone (
    article INTEGER PRIMARY KEY,
    at      INTEGER NOT NULL,
    reason  TEXT,
    feeds   TEXT NOT NULL        -- one name a line: those that it stood in
) STRICT;
CREATE INDEX tombstone_at ON tombstone (at);
INSERT INTO tombstone (article, at, reason, feeds)
    SELECT no, state_at, state_reason, feeds FROM article WHERE state = 7 AND marks & 2 AND revision > 0;

-- The last audit of the articles folder, and how many changes audits have found that no event told of.
CREATE TABLE audit (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    at     INTEGER NOT NULL,
    missed INTEGER NOT NULL
) STRICT;

-- Places where feeds stood before they moved here, and what stands for each.
CREATE TABLE alias (
    place  TEXT PRIMARY KEY, -- path and query of the old URL
    feed   TEXT NOT NULL,
    format TEXT NOT NULL     -- the ending of its files
) STRICT, WITHOUT ROWID;

-- The local files that articles show, as they were last looked at. A file that was missing has no hash.
CREATE TABLE asset (
    article   INTEGER NOT NULL,
    file      BLOB NOT NULL,
    device    INTEGER NOT NULL,
    inode     INTEGER NOT NULL,
    size      INTEGER NOT NULL,
    modified  INTEGER NOT NULL,
    changed   INTEGER NOT NULL,
    published TEXT,             -- HASH/NAME under feeds/media
    PRIMARY KEY (article, file)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_file ON asset (file);
CREATE INDEX asset_published ON asset (published) WHERE published IS NOT NULL;
