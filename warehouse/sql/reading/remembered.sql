-- Which records former customers have again by the corrections that a run has not seen yet, in the order they were made.
SELECT remembered_records.customer_id, remembered_records.record_id, remembered_records.since_run, remembered_records.claim
FROM remembered_records
JOIN corrections ON corrections.id = remembered_records.correction_id
WHERE corrections.id > :after
    AND (:until IS NULL OR corrections.at <= :until)
    AND NOT EXISTS (
        SELECT 1
        FROM corrections_called_off AS off
        WHERE off.correction_id = corrections.id AND (:until IS NULL OR off.at <= :until)
    )
ORDER BY corrections.id, remembered_records.rowid
