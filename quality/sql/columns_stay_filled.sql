-- An attribute that the rows before filled and an extract of some size fills only half as often.
WITH counted AS (
    SELECT
        extract_id,
        extract,
        seen_at,
        count(*) AS rows,
        count(nullif(trim(
            COLUMNS(* EXCLUDE (feed, record_id, source_id, extract, extract_id, line, seen_at, happened_at, row_id, line_id))
        ), '')) AS '\0'
    FROM landed
    GROUP BY extract_id, extract, seen_at
),
rates AS (
    UNPIVOT counted ON COLUMNS(* EXCLUDE (extract_id, extract, seen_at, rows)) INTO NAME attribute VALUE filled
)
SELECT later.extract || '/' || later.attribute AS row_id
FROM rates AS later JOIN rates AS earlier ON earlier.attribute = later.attribute AND earlier.seen_at < later.seen_at
WHERE later.rows >= 50
GROUP BY later.extract_id, later.extract, later.attribute, later.filled, later.rows
HAVING sum(earlier.rows) >= 50
    AND sum(earlier.filled) >= 0.1 * sum(earlier.rows)
    AND later.filled / later.rows < 0.5 * sum(earlier.filled) / sum(earlier.rows)
ORDER BY row_id
