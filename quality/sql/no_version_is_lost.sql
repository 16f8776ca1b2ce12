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
told AS (
    SELECT DISTINCT versions.record_id
    FROM record_versions AS versions
    LEFT JOIN days USING (feed)
    WHERE days.delivered_on IS NULL
        OR versions.seen_at::DATE > days.delivered_on
        OR versions.extract_id IN (SELECT extract_id FROM loads WHERE loads.feed = versions.feed)
),
kept AS (SELECT record_id, count(*) AS versions FROM record_versions GROUP BY record_id)
SELECT coalesce(records.record_id, kept.record_id) AS row_id
FROM records
FULL JOIN kept USING (record_id)
LEFT JOIN told ON told.record_id = kept.record_id
WHERE kept.record_id IS NULL OR records.versions > kept.versions OR (records.record_id IS NULL AND told.record_id IS NOT NULL)
ORDER BY row_id
