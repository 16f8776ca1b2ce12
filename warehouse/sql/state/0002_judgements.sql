-- What stewards said of pairs of records. A steward who changes his mind adds a row: the last word on a pair holds.
-- Rows are never changed; only an erasure removes them.

CREATE TABLE judgements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    record_id_l TEXT NOT NULL,
    record_id_r TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'unsure')),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT,
    CHECK (record_id_l < record_id_r)
) STRICT;

CREATE INDEX judgements_by_pair ON judgements (record_id_l, record_id_r, id);

CREATE TRIGGER judgements_stand BEFORE UPDATE ON judgements
BEGIN
    SELECT RAISE(ABORT, 'judgements are never changed: add another one');
END;

CREATE VIEW judgements_in_force AS
SELECT record_id_l, record_id_r, verdict, who, at, reason
FROM judgements
WHERE id IN (SELECT max(id) FROM judgements GROUP BY record_id_l, record_id_r);
