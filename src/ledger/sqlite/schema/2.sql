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
