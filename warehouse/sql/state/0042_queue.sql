-- The questions of the snapshot in force, laid out for the desk: what the next one is must never be searched for.
-- What people added (assignment, due day) and the day a question was first asked outlive the snapshots.

CREATE TABLE queue_items (
    item_id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_zh TEXT NOT NULL,
    score REAL,
    worth REAL NOT NULL,
    teaches REAL NOT NULL DEFAULT 0,
    records_touched INTEGER NOT NULL,
    subscriptions_touched INTEGER NOT NULL,
    monthly_bill_touched REAL NOT NULL,
    settles INTEGER NOT NULL,
    pattern TEXT NOT NULL,
    feeds TEXT NOT NULL,
    regions TEXT NOT NULL,
    record_ids TEXT NOT NULL,
    customer_ids TEXT NOT NULL,
    places TEXT NOT NULL,
    assigned_to TEXT,
    due_on TEXT
) STRICT;

CREATE INDEX queue_by_worth ON queue_items (worth DESC, item_id) WHERE is_open = 1;
CREATE INDEX queue_by_age ON queue_items (first_seen_at, item_id) WHERE is_open = 1;
CREATE INDEX queue_by_doubt ON queue_items (abs(score), item_id) WHERE is_open = 1;
CREATE INDEX queue_by_lesson ON queue_items (teaches DESC, item_id) WHERE is_open = 1;
CREATE INDEX queue_by_pattern ON queue_items (pattern) WHERE is_open = 1;
CREATE INDEX queue_by_run ON queue_items (run_id);
CREATE INDEX queue_by_assignee ON queue_items (assigned_to) WHERE assigned_to IS NOT NULL;

CREATE TABLE queue_claims (
    item_id TEXT PRIMARY KEY,
    who TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;

CREATE INDEX queue_claims_by_steward ON queue_claims (who);

CREATE TABLE queue_skips (
    item_id TEXT NOT NULL,
    who TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (item_id, who)
) STRICT;

CREATE TABLE queue_comments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    item_id TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE INDEX queue_comments_by_item ON queue_comments (item_id, id);

-- What stewards agreed on: one value a name, as JSON.

CREATE TABLE desk_settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
