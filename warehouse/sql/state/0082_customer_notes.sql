-- What stewards wrote of a customer, and whom they asked to look. A customer's notes stay with its id, also when that id redirects.

CREATE TABLE customer_notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    text TEXT NOT NULL,
    asked TEXT,
    done_by TEXT,
    done_at TEXT
) STRICT;

CREATE INDEX customer_notes_by_customer ON customer_notes (customer_id, id);
CREATE INDEX customer_notes_waiting ON customer_notes (asked) WHERE done_at IS NULL;
