-- Who may work at the desk. A user is never removed, so that a name in the audit log always means one person.

CREATE TABLE users (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'steward', 'senior', 'admin')),
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT 'zh' CHECK (language IN ('zh', 'en')),
    added_at TEXT NOT NULL,
    disabled_at TEXT
) STRICT;
