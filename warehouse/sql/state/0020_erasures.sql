-- Who was erased, as keyed hashes only: enough to finish an interrupted erasure, to know the same rows again when a
-- channel delivers them again, and to search for what must not be there.

CREATE TABLE erasures (
    erasure_id TEXT PRIMARY KEY,
    requested_at TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    plan TEXT NOT NULL,
    finished_at TEXT,
    certificate TEXT,
    lifted_at TEXT,
    lifted_by TEXT
) STRICT;

CREATE TABLE erasure_steps (
    erasure_id TEXT NOT NULL REFERENCES erasures,
    step TEXT NOT NULL,
    done_at TEXT NOT NULL,
    counts TEXT NOT NULL,
    PRIMARY KEY (erasure_id, step)
) STRICT;

CREATE TABLE erased_keys (
    erasure_id TEXT NOT NULL REFERENCES erasures,
    kind TEXT NOT NULL CHECK (kind IN ('row', 'person')),
    digest BLOB NOT NULL,
    PRIMARY KEY (kind, digest, erasure_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE erased_values (
    erasure_id TEXT NOT NULL REFERENCES erasures,
    kind TEXT NOT NULL CHECK (kind IN ('value', 'record', 'together')),
    digest BLOB NOT NULL,
    length INTEGER NOT NULL,
    tag INTEGER NOT NULL,
    bounded INTEGER NOT NULL,
    PRIMARY KEY (erasure_id, kind, digest)
) STRICT, WITHOUT ROWID;
