-- Another reason for a version: the one in force was learned from a part of today's records. A table's CHECK cannot be
-- changed, so the versions move; acceptances go on naming them.

CREATE TABLE models_with_outgrown (
    version TEXT PRIMARY KEY,
    made_at TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('first', 'outgrown', 'asked', 'drift', 'labels')),
    who TEXT NOT NULL,
    records INTEGER NOT NULL,
    labels INTEGER NOT NULL
) STRICT;

INSERT INTO models_with_outgrown (version, made_at, why, who, records, labels)
SELECT version, made_at, why, who, records, labels FROM models;

DROP TABLE models;

ALTER TABLE models_with_outgrown RENAME TO models;
