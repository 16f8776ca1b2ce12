-- A record none of whose versions is kept, a version whose record is missing, or a wrong number of versions.
SELECT coalesce(records.record_id, kept.record_id) AS row_id
FROM records
FULL JOIN (SELECT record_id, count(*) AS versions FROM record_versions GROUP BY record_id) AS kept USING (record_id)
WHERE records.record_id IS NULL OR kept.record_id IS NULL OR records.versions > kept.versions
ORDER BY row_id
