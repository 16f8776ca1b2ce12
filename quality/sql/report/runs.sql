-- The last thirty runs: how the counts of their manifests went.
SELECT
    run_id,
    valid_from,
    (manifest ->> '$.counts.records')::BIGINT AS records,
    (manifest ->> '$.counts.customers')::BIGINT AS customers
FROM (SELECT * FROM runs ORDER BY valid_from DESC LIMIT 30)
ORDER BY valid_from
