-- Instants are milliseconds since the epoch. Codes of states, lanes and kinds stand in rows.rs.

CREATE TABLE ledger (
    one               INTEGER PRIMARY KEY CHECK (one = 1),
    sequence          INTEGER NOT NULL,
    latest            INTEGER NOT NULL,
    baseline_complete INTEGER NOT NULL,
    created           INTEGER NOT NULL,
    salt              BLOB NOT NULL
) STRICT;

-- The last editions, so that one repeated is taken once.
CREATE TABLE edition (
    no    INTEGER PRIMARY KEY,
    id    BLOB NOT NULL UNIQUE,
    first INTEGER NOT NULL,
    count INTEGER NOT NULL
) STRICT;

CREATE TABLE article (
    no           INTEGER PRIMARY KEY,
    key          INTEGER NOT NULL, -- hash of id
    link_key     INTEGER,          -- hash of link
    id           TEXT NOT NULL,
    path         BLOB NOT NULL,
    device       INTEGER NOT NULL,
    inode        INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    modified     INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    state        INTEGER NOT NULL,
    state_at     INTEGER,
    state_reason TEXT,
    has_source   INTEGER NOT NULL,
    revision     INTEGER NOT NULL,
    lane         INTEGER,
    marks        INTEGER NOT NULL, -- 1 held here, 2 was public, 4 minor
    published    INTEGER NOT NULL,
    updated      INTEGER NOT NULL,
    released     INTEGER NOT NULL,
    due          INTEGER,
    digest       BLOB NOT NULL,
    link         TEXT NOT NULL,
    fingerprint  BLOB NOT NULL,
    facts        TEXT NOT NULL,    -- JSON
    feeds        TEXT NOT NULL     -- one name a line
) STRICT;
CREATE UNIQUE INDEX article_key ON article (key);
-- A withdrawn article's link is free again.
CREATE UNIQUE INDEX article_link ON article (link_key) WHERE state <> 7;
CREATE INDEX article_gone ON article (link_key) WHERE state = 7;
CREATE INDEX article_path ON article (path, id, device, inode, size, modified, changed, has_source, state);
CREATE INDEX article_due ON article (due) WHERE due IS NOT NULL;
CREATE INDEX article_vanished ON article (digest) WHERE state = 1;

-- The last good source of each article, as JSON.
CREATE TABLE source (
    article INTEGER PRIMARY KEY,
    version INTEGER NOT NULL, -- random, so that a parsed one can be known again
    json    TEXT NOT NULL
) STRICT;

-- Numbers for feeds' names. 1 is that of `all`; 0 is no feed's and holds the public articles that are not in `all`.
CREATE TABLE feed_name (
    no   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO feed_name (no, name) VALUES (1, 'all');

-- Who stands in a feed, in its order. Only public articles.
CREATE TABLE member (
    feed    INTEGER NOT NULL,
    back    INTEGER NOT NULL, -- released, negated
    lag     INTEGER NOT NULL, -- released less published
    tie     TEXT NOT NULL,    -- the article's id where many share an instant, else empty
    article INTEGER NOT NULL,
    PRIMARY KEY (feed, back, lag, tie, article)
) STRICT, WITHOUT ROWID;

CREATE TABLE feed (
    name      TEXT PRIMARY KEY,
    id        TEXT NOT NULL,
    updated   INTEGER NOT NULL,
    content   BLOB NOT NULL,
    selection BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE diagnostic (
    path     BLOB NOT NULL,
    no       INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    json     TEXT NOT NULL,
    PRIMARY KEY (path, no)
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
    name    TEXT PRIMARY KEY,
    message TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE bulletin (
    sequence INTEGER PRIMARY KEY,
    key      INTEGER NOT NULL, -- hash of the article's id
    revision INTEGER NOT NULL,
    kind     INTEGER NOT NULL,
    lane     INTEGER NOT NULL,
    breaking INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    id       TEXT NOT NULL,
    article  TEXT NOT NULL,
    feeds    TEXT NOT NULL,    -- one name a line
    data     TEXT NOT NULL
) STRICT;
CREATE INDEX bulletin_article ON bulletin (key, revision);
CREATE INDEX bulletin_at ON bulletin (at);

CREATE TABLE endpoint (
    no          INTEGER PRIMARY KEY,
    slot        INTEGER NOT NULL,
    id          TEXT NOT NULL,
    kind        INTEGER NOT NULL,
    since       INTEGER NOT NULL,
    until       INTEGER,
    disabled    TEXT,
    disabled_at INTEGER
) STRICT;
CREATE UNIQUE INDEX endpoint_place ON endpoint (slot, id);

-- How far a bulletin's first attempts have been claimed: up to this place in the audience's order.
CREATE TABLE fanout (
    sequence INTEGER PRIMARY KEY,
    lane     INTEGER NOT NULL,
    slot     INTEGER NOT NULL,
    id       TEXT NOT NULL,
    claimed  INTEGER NOT NULL  -- 1: all of it, its last stretches are still out
) STRICT;
CREATE INDEX fanout_open ON fanout (lane, sequence) WHERE claimed = 0;

-- Stretches that are out: the audience of one slot after one place, up to and with another.
CREATE TABLE stretch (
    no       INTEGER PRIMARY KEY,
    token    BLOB NOT NULL UNIQUE,
    sequence INTEGER NOT NULL,
    lane     INTEGER NOT NULL,
    slot     INTEGER NOT NULL,
    after    TEXT NOT NULL,
    upto     TEXT NOT NULL,
    size     INTEGER NOT NULL,
    made     INTEGER NOT NULL,
    until    INTEGER NOT NULL
) STRICT;
CREATE INDEX stretch_sequence ON stretch (sequence);
CREATE INDEX stretch_until ON stretch (lane, until);

-- Deliveries with a row of their own. `wake`: when it is due, or, under a lease, when that runs out; once dead, when it died.
CREATE TABLE delivery (
    endpoint INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    lane     INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    made     INTEGER NOT NULL, -- when `wake` was set
    wake     INTEGER NOT NULL,
    token    BLOB,
    dead     TEXT,             -- why it was given up
    PRIMARY KEY (endpoint, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX delivery_wake ON delivery (lane, wake) WHERE dead IS NULL;
CREATE UNIQUE INDEX delivery_token ON delivery (token) WHERE token IS NOT NULL;
CREATE INDEX delivery_sequence ON delivery (sequence, dead);

CREATE TABLE attempt (
    no       INTEGER PRIMARY KEY,
    article  INTEGER NOT NULL, -- hash of the article's id
    endpoint INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    took     INTEGER NOT NULL, -- microseconds
    status   INTEGER,
    error    TEXT,
    number   INTEGER NOT NULL
) STRICT;
CREATE INDEX attempt_article ON attempt (article);
CREATE INDEX attempt_endpoint ON attempt (endpoint);

-- The highest revision of an article that an endpoint was tried with, and that it took.
CREATE TABLE sent (
    article   INTEGER NOT NULL, -- hash of the article's id
    endpoint  INTEGER NOT NULL,
    attempted INTEGER NOT NULL,
    accepted  INTEGER NOT NULL,
    PRIMARY KEY (article, endpoint)
) STRICT, WITHOUT ROWID;

-- How many deliveries of a bulletin came to each end that leaves no row.
CREATE TABLE outcome (
    sequence INTEGER NOT NULL,
    outcome  INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (sequence, outcome)
) STRICT, WITHOUT ROWID;
