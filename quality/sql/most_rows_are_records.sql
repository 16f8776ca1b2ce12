-- An extract of which more than half is rejected was not understood.
SELECT extract AS row_id, rejects, rows_read
FROM extracts
WHERE rejects > 0.5 * rows_read
ORDER BY row_id
