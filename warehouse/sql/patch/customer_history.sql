-- The history of the snapshot before goes on: customers that are others now, or no more, end an interval; others begin.

DELETE FROM customer_history WHERE valid_to <= coalesce((SELECT max(kept_since) FROM runs), '-infinity');

UPDATE customer_history SET valid_to = run.valid_from, to_run = run.run_id
FROM (SELECT run_id, valid_from FROM runs ORDER BY valid_from DESC LIMIT 1) AS run
WHERE customer_history.valid_to IS NULL AND customer_history.customer_id IN (SELECT customer_id FROM stale_customers);

INSERT INTO customer_history BY NAME
SELECT fresh.*, run.valid_from, run.run_id AS from_run
FROM given_customers AS fresh
CROSS JOIN (SELECT run_id, valid_from FROM runs ORDER BY valid_from DESC LIMIT 1) AS run
ORDER BY fresh.customer_id;
