-- A column that the feed's file does not name is kept in the raw row and used for nothing.
SELECT extract AS row_id
FROM extracts
WHERE len(unknown_columns) > 0
ORDER BY row_id
