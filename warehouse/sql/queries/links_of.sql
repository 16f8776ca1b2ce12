-- The scored pairs among these records.
SELECT record_id_l, record_id_r, score
FROM pairs
WHERE record_id_l IN (SELECT unnest($ids)) AND record_id_r IN (SELECT unnest($ids))
ORDER BY record_id_l, record_id_r;
