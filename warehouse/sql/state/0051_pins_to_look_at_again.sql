-- A pinned value may be asked about again: from that day on it is due, until somebody pins anew or unpins.

ALTER TABLE pins ADD COLUMN look_again_on TEXT;

CREATE VIEW pins_due AS
SELECT customer_id, attribute, who, at, reason, look_again_on
FROM pins
WHERE id IN (SELECT max(id) FROM pins GROUP BY customer_id, attribute) AND value IS NOT NULL AND look_again_on IS NOT NULL;
