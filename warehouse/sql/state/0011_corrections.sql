-- What stewards corrected: merges taken back, customers joined or taken apart. The judgements that follow from it carry
-- the decision `correction-<id>`; here is which records a former customer has again. Rows are never changed; only an
-- erasure removes them.

CREATE TABLE corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('merge', 'unmerge', 'split')),
    customer_ids TEXT NOT NULL,
    run_id TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

CREATE TRIGGER corrections_stand BEFORE UPDATE ON corrections
BEGIN
    SELECT RAISE(ABORT, 'corrections are never changed: make another one');
END;

CREATE TABLE remembered_records (
    correction_id INTEGER NOT NULL REFERENCES corrections (id),
    customer_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    since_run TEXT,
    claim TEXT NOT NULL CHECK (claim IN ('restored', 'leads'))
) STRICT;

CREATE INDEX remembered_by_correction ON remembered_records (correction_id);
CREATE INDEX remembered_by_record ON remembered_records (record_id);
