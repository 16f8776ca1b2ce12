-- Corrections that somebody called off before a run carried them out: their judgements are withdrawn in the same
-- transaction, and no run that begins later gives a former customer its records again.

CREATE TABLE corrections_called_off (
    correction_id INTEGER PRIMARY KEY REFERENCES corrections (id),
    who TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
