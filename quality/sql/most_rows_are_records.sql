-- An extract of which more than half is rejected was hardly understood; rows erased on request were understood well.
-- Landing refuses such an extract where it holds enough rows to tell: what it took must not keep later runs in.
WITH refused AS (SELECT extract_id, count(*) AS rows FROM rejects WHERE rule <> 'erased' GROUP BY extract_id)
SELECT extract AS row_id, refused.rows AS rejects, rows_read
FROM extracts
JOIN refused USING (extract_id)
WHERE refused.rows > 0.5 * rows_read
ORDER BY row_id
