-- More than five in a hundred, and more than ten, is more than carelessness.
SELECT extract AS row_id, rejects, rows_read
FROM extracts
WHERE rejects > greatest(10, 0.05 * rows_read)
ORDER BY row_id
