-- The ledger's counts must add up, and must be the rows that are really there.
WITH versions AS (SELECT extract_id, count(*) AS rows FROM record_versions GROUP BY extract_id),
refused AS (SELECT extract_id, count(DISTINCT line) AS rows FROM rejects GROUP BY extract_id)
SELECT extracts.extract AS row_id
FROM extracts
LEFT JOIN versions ON versions.extract_id = extracts.extract_id
LEFT JOIN refused ON refused.extract_id = extracts.extract_id
WHERE extracts.rows_read <> extracts.records + extracts.rejects
    OR extracts.records <> coalesce(versions.rows, 0)
    OR extracts.rejects <> coalesce(refused.rows, 0)
ORDER BY row_id
