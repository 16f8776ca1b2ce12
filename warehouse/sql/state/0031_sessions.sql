-- Who is logged in. Of a session's token only a hash is kept: who reads this file cannot take a session over.

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY,
    user TEXT NOT NULL REFERENCES users (name),
    began_at TEXT NOT NULL,
    seen_at TEXT NOT NULL
) STRICT;

CREATE INDEX sessions_by_user ON sessions (user);

-- How often somebody failed of late to log in, by user and by address; subjects are hashed, since a name typed into
-- the wrong box may be a password.

CREATE TABLE login_failures (
    subject BLOB PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at TEXT NOT NULL
) STRICT;
