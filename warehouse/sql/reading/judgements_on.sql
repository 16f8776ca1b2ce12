-- All that was ever said of some records, whether it still stands or not; what was withdrawn counts for nothing.
SELECT record_id_l, record_id_r, verdict, who, at, coalesce(reason, '')
FROM judgements AS said
WHERE verdict <> 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM judgements AS undone WHERE undone.withdraws = said.id)
    AND (
        record_id_l IN (SELECT value FROM json_each(:records))
        OR record_id_r IN (SELECT value FROM json_each(:records))
    )
ORDER BY id DESC
