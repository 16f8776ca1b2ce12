-- What a steward decided at the desk: one row each, under an id that his page made, so that sending it twice changes
-- nothing. Its judgements and contact verdicts are written in the same transaction, or, where four eyes are asked for,
-- in the one in which another steward approves it. Rows are never changed; an undo is a row that names what it undoes.

CREATE TABLE decisions (
    decision_id TEXT PRIMARY KEY,
    item_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pair', 'cluster', 'contact')),
    verdict TEXT NOT NULL CHECK (verdict IN ('same', 'different', 'unsure', 'undo')),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT '',
    batch_id TEXT,
    run_id TEXT,
    model TEXT,
    record_ids TEXT NOT NULL,
    judgements TEXT NOT NULL,
    contact_key TEXT,
    keeps TEXT NOT NULL DEFAULT '[]',
    needs_second INTEGER NOT NULL CHECK (needs_second IN (0, 1)),
    undoes TEXT UNIQUE REFERENCES decisions (decision_id),
    CHECK ((verdict = 'undo') = (undoes IS NOT NULL))
) STRICT;

CREATE INDEX decisions_by_item ON decisions (item_id);
CREATE INDEX decisions_by_steward ON decisions (who, at);
CREATE INDEX decisions_by_time ON decisions (at);
CREATE INDEX decisions_by_batch ON decisions (batch_id) WHERE batch_id IS NOT NULL;

CREATE TRIGGER decisions_stand BEFORE UPDATE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are never changed: undo them');
END;

CREATE TABLE second_opinions (
    decision_id TEXT PRIMARY KEY REFERENCES decisions (decision_id),
    verdict TEXT NOT NULL CHECK (verdict IN ('approved', 'refused')),
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    comment TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE VIEW decision_states AS
SELECT
    decisions.*,
    second_opinions.who AS second,
    CASE
        WHEN EXISTS (SELECT 1 FROM decisions AS undo WHERE undo.undoes = decisions.decision_id) THEN 'undone'
        WHEN decisions.needs_second = 0 OR second_opinions.verdict = 'approved' THEN 'standing'
        WHEN second_opinions.verdict = 'refused' THEN 'refused'
        ELSE 'waiting'
    END AS state
FROM decisions
LEFT JOIN second_opinions USING (decision_id);

-- Whose a number is that several customers share: known by a keyed hash of it. `keeps` are the records it stays with.

CREATE TABLE contact_verdicts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    contact_key TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('theirs', 'not_theirs', 'withdrawn')),
    keeps TEXT NOT NULL DEFAULT '[]',
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    decision_id TEXT NOT NULL,
    withdraws INTEGER REFERENCES contact_verdicts (id),
    CHECK ((verdict = 'withdrawn') = (withdraws IS NOT NULL))
) STRICT;

CREATE INDEX contact_verdicts_by_key ON contact_verdicts (contact_key, id);

CREATE TRIGGER contact_verdicts_stand BEFORE UPDATE ON contact_verdicts
BEGIN
    SELECT RAISE(ABORT, 'contact verdicts are never changed: add another one');
END;

CREATE VIEW standing_contact_verdicts AS
SELECT *
FROM contact_verdicts AS said
WHERE said.verdict <> 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM contact_verdicts AS undone WHERE undone.withdraws = said.id)
    AND NOT EXISTS (
        SELECT 1
        FROM contact_verdicts AS later
        WHERE later.contact_key = said.contact_key
            AND later.id > said.id
            AND later.verdict <> 'withdrawn'
            AND NOT EXISTS (SELECT 1 FROM contact_verdicts AS undone WHERE undone.withdraws = later.id)
    );
