-- A judgement says what its steward saw (keyed hashes of the values, the versions of the records, the model) and which
-- decision it is part of. An undone judgement stays: a row `withdrawn` names it, and the word before it holds again.

DROP VIEW judgements_in_force;
DROP TRIGGER judgements_stand;
DROP INDEX judgements_by_pair;
ALTER TABLE judgements RENAME TO judgements_before;

CREATE TABLE judgements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    record_id_l TEXT NOT NULL,
    record_id_r TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'unsure', 'withdrawn')),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT,
    decision_id TEXT,
    reviewer TEXT,
    model TEXT,
    seen TEXT NOT NULL DEFAULT '{}',
    withdraws INTEGER REFERENCES judgements (id),
    CHECK (record_id_l < record_id_r),
    CHECK ((verdict = 'withdrawn') = (withdraws IS NOT NULL))
) STRICT;

INSERT INTO judgements (id, record_id_l, record_id_r, verdict, who, at, reason)
SELECT id, record_id_l, record_id_r, verdict, who, at, reason FROM judgements_before;

DROP TABLE judgements_before;

CREATE INDEX judgements_by_pair ON judgements (record_id_l, record_id_r, id);
CREATE INDEX judgements_by_other ON judgements (record_id_r, record_id_l);
CREATE INDEX judgements_by_decision ON judgements (decision_id);
CREATE UNIQUE INDEX judgements_withdrawn_once ON judgements (withdraws) WHERE withdraws IS NOT NULL;

CREATE TRIGGER judgements_stand BEFORE UPDATE ON judgements
BEGIN
    SELECT RAISE(ABORT, 'judgements are never changed: add another one');
END;

CREATE VIEW standing_judgements AS
SELECT *
FROM judgements AS said
WHERE said.verdict <> 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM judgements AS undone WHERE undone.withdraws = said.id)
    AND NOT EXISTS (
        SELECT 1
        FROM judgements AS later
        WHERE later.record_id_l = said.record_id_l
            AND later.record_id_r = said.record_id_r
            AND later.id > said.id
            AND later.verdict <> 'withdrawn'
            AND NOT EXISTS (SELECT 1 FROM judgements AS undone WHERE undone.withdraws = later.id)
    );

CREATE VIEW judgements_in_force AS
SELECT record_id_l, record_id_r, verdict, who, at, reason FROM standing_judgements;

-- Judgements whose records say something else now, found when a snapshot is published. The judgement holds on.

CREATE TABLE judgement_flags (
    judgement_id INTEGER PRIMARY KEY,
    changed TEXT NOT NULL,
    run_id TEXT NOT NULL
) STRICT;

-- The last judgement that each run knew: what came later waits for the next run.

CREATE TABLE judgements_applied (
    run_id TEXT PRIMARY KEY,
    last_judgement INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
