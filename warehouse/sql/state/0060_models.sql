-- Versions of the matching model: what was learned when, from how much, and why. Which one counts is the last acceptance.

CREATE TABLE models (
    version TEXT PRIMARY KEY,
    made_at TEXT NOT NULL,
    why TEXT NOT NULL CHECK (why IN ('first', 'asked', 'drift', 'labels')),
    who TEXT NOT NULL,
    records INTEGER NOT NULL,
    labels INTEGER NOT NULL
) STRICT;

CREATE TABLE model_acceptances (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    version TEXT NOT NULL REFERENCES models (version),
    who TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TRIGGER model_acceptances_stand BEFORE UPDATE ON model_acceptances
BEGIN
    SELECT RAISE(ABORT, 'acceptances are never changed: accept again');
END;
