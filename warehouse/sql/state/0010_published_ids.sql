-- Every customer id that any run ever published, so that none is given to somebody else: not after a rollback, nor when
-- snapshots are lost. Ids are written before the snapshot that shows them is put in force.

CREATE TABLE published_ids (
    customer_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE publications (
    run_id TEXT PRIMARY KEY,
    announced_at TEXT NOT NULL,
    settled_at TEXT
) STRICT;
