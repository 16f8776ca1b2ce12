-- Rows of records that are others now, or no more, leave; those of records that have found another customer follow them.
-- The table's own statement adds rows of records that are new or others.

DELETE FROM subscriptions USING stale_records AS stale WHERE subscriptions.record_id = stale.record_id;

UPDATE subscriptions SET customer_id = moved.customer_id
FROM (
    SELECT record_id, crosswalk.customer_id
    FROM (SELECT record_id FROM stale_crosswalk UNION SELECT record_id FROM given_crosswalk)
    LEFT JOIN crosswalk USING (record_id)
) AS moved
WHERE subscriptions.record_id = moved.record_id;
