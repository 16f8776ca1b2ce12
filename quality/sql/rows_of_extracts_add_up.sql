-- The ledger's counts must add up, and must be the rows that are really here.
WITH accepted AS (SELECT extract_id, count(*) AS rows FROM landed GROUP BY extract_id),
refused AS (SELECT extract_id, count(*) AS rows FROM rejects GROUP BY extract_id)
SELECT extracts.extract AS row_id
FROM extracts
LEFT JOIN accepted USING (extract_id)
LEFT JOIN refused USING (extract_id)
WHERE extracts.rows_read <> extracts.records + extracts.rejects
    OR extracts.records <> coalesce(accepted.rows, 0)
    OR extracts.rejects <> coalesce(refused.rows, 0)
ORDER BY row_id
