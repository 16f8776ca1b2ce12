-- Keys that programs ask with. Of a key only a hash is kept, and its first characters so that people can tell keys apart.

CREATE TABLE api_keys (
    key_hash BLOB PRIMARY KEY,
    begins TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'steward', 'senior', 'admin')),
    per_second REAL NOT NULL CHECK (per_second > 0),
    added_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
