-- Questions whose answer is known already, asked again among the others: what a steward says of them changes nothing
-- that is published and tells how far stewards agree. `known` is the answer, `asks_again` the ordinary question about
-- the same two records. Nobody is shown the same question twice, whichever way it comes.

ALTER TABLE queue_items ADD COLUMN known TEXT CHECK (known IN ('same', 'different'));
ALTER TABLE queue_items ADD COLUMN asks_again TEXT;

CREATE INDEX queue_known ON queue_items (item_id) WHERE known IS NOT NULL;

CREATE TABLE known_shown (
    item_id TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (item_id, who)
) STRICT, WITHOUT ROWID;

ALTER TABLE decisions ADD COLUMN known TEXT CHECK (known IN ('same', 'different'));

-- How many answers a steward gave today is asked with every question: the index alone tells.

DROP INDEX decisions_by_steward;
CREATE INDEX decisions_by_steward ON decisions (who, at, verdict);

CREATE INDEX decisions_known ON decisions (who, item_id) WHERE known IS NOT NULL;

DROP VIEW decision_states;

CREATE VIEW decision_states AS
SELECT
    decisions.*,
    second_opinions.who AS second,
    second_opinions.at AS second_at,
    CASE
        WHEN EXISTS (SELECT 1 FROM decisions AS undo WHERE undo.undoes = decisions.decision_id) THEN 'undone'
        WHEN decisions.needs_second = 0 OR second_opinions.verdict = 'approved' THEN 'standing'
        WHEN second_opinions.verdict = 'refused' THEN 'refused'
        ELSE 'waiting'
    END AS state
FROM decisions
LEFT JOIN second_opinions USING (decision_id);
