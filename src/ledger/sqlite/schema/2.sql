-- The last audit of the articles folder, and how many changes audits have found that no event told of.
CREATE TABLE audit (
    one    INTEGER PRIMARY KEY CHECK (one = 1),
    at     INTEGER NOT NULL,
    missed INTEGER NOT NULL
) STRICT;
