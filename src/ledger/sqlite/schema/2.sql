-- Places where feeds stood before they moved here, and what stands for each.
CREATE TABLE alias (
    place  TEXT PRIMARY KEY, -- path and query of the old URL
    feed   TEXT NOT NULL,
    format TEXT NOT NULL     -- the ending of its files
) STRICT, WITHOUT ROWID;
