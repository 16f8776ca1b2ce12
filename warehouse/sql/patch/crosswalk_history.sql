-- The history of the snapshot before goes on. A record whose row is another now but whose customer is the same stays.

DELETE FROM crosswalk_history WHERE valid_to <= coalesce((SELECT max(kept_since) FROM runs), '-infinity');

UPDATE crosswalk_history SET valid_to = run.valid_from, to_run = run.run_id
FROM (SELECT run_id, valid_from FROM runs ORDER BY valid_from DESC LIMIT 1) AS run
WHERE crosswalk_history.valid_to IS NULL
    AND crosswalk_history.record_id IN (SELECT record_id FROM stale_crosswalk)
    AND NOT EXISTS (
        FROM given_crosswalk AS fresh
        WHERE fresh.record_id = crosswalk_history.record_id AND fresh.customer_id = crosswalk_history.customer_id
    );

INSERT INTO crosswalk_history BY NAME
SELECT
    crosswalk.feed, crosswalk.source_id, crosswalk.record_id, crosswalk.customer_id, crosswalk.linked_by, crosswalk.score,
    run.valid_from, run.run_id AS from_run
FROM given_crosswalk AS fresh
JOIN crosswalk ON crosswalk.record_id = fresh.record_id AND crosswalk.customer_id = fresh.customer_id
CROSS JOIN (SELECT run_id, valid_from FROM runs ORDER BY valid_from DESC LIMIT 1) AS run
WHERE NOT EXISTS (
    FROM crosswalk_history AS before
    WHERE before.valid_to IS NULL AND before.record_id = fresh.record_id AND before.customer_id = fresh.customer_id
)
ORDER BY crosswalk.record_id, crosswalk.customer_id;
