-- Where the feeds' histories are cut into archives. An archive holds what stands below its place and no older one holds.
CREATE TABLE archive (
    feed      TEXT NOT NULL,
    number    INTEGER NOT NULL,
    piece     INTEGER NOT NULL, -- 0, or which piece split off the archive of this number
    released  INTEGER NOT NULL, -- the place above it
    published INTEGER NOT NULL,
    article   TEXT NOT NULL,
    count     INTEGER NOT NULL,
    updated   INTEGER NOT NULL,
    content   BLOB NOT NULL,
    form      BLOB NOT NULL,
    version   INTEGER NOT NULL, -- rises whenever what it holds may have changed
    stands    INTEGER NOT NULL, -- its files are as this version is
    PRIMARY KEY (feed, number, piece)
) STRICT, WITHOUT ROWID;
