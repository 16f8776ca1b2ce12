-- Small values that must outlive every run: the key that customer ids are made with, above all.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL,
    set_at TEXT NOT NULL
) STRICT;
