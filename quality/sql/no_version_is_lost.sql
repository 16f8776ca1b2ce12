-- A record none of whose versions is kept, a wrong number of versions, or a version whose record is missing although the
-- newest full load of its feed, or a delta after it, tells it.
WITH full_extracts AS (
    SELECT *, regexp_replace(extract, '#[0-9]+$', '') AS file
    FROM extracts
    WHERE mode = 'full'
),
loads AS (
    SELECT feed, extract_id, delivered_on
    FROM full_extracts
    QUALIFY
        delivered_on = max(delivered_on) OVER (PARTITION BY feed)
        AND row_number() OVER (PARTITION BY feed, delivered_on, file ORDER BY extract DESC) = 1
),
days AS (SELECT DISTINCT feed, delivered_on FROM loads),
kept AS (
    SELECT
        record_id,
        count(*) AS versions,
        bool_or(
            days.delivered_on IS NULL
            OR versions.seen_at::DATE > days.delivered_on
            OR EXISTS (FROM loads WHERE loads.feed = versions.feed AND loads.extract_id = versions.extract_id)
        ) AS is_told
    FROM record_versions AS versions
    LEFT JOIN days USING (feed)
    GROUP BY record_id
)
SELECT coalesce(records.record_id, kept.record_id) AS row_id
FROM records
FULL JOIN kept USING (record_id)
WHERE kept.record_id IS NULL OR records.versions > kept.versions OR (records.record_id IS NULL AND kept.is_told)
ORDER BY row_id
