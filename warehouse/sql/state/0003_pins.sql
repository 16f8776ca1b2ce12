-- Golden values that stewards set by hand. The last row for a customer and attribute holds; a null value unpins.

CREATE TABLE pins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_id TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    reason TEXT
) STRICT;

CREATE INDEX pins_by_customer ON pins (customer_id, attribute, id);

CREATE TRIGGER pins_stand BEFORE UPDATE ON pins
BEGIN
    SELECT RAISE(ABORT, 'pins are never changed: add another one');
END;

CREATE VIEW pins_in_force AS
SELECT customer_id, attribute, value, who, at
FROM pins
WHERE id IN (SELECT max(id) FROM pins GROUP BY customer_id, attribute) AND value IS NOT NULL;
