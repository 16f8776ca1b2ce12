-- Three times as large as any extract before it, be it a full load.
SELECT extract AS row_id
FROM extracts
QUALIFY rows_read > 3 * max(rows_read) OVER (
    ORDER BY delivered_on, extract, extract_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
)
ORDER BY row_id
