-- The records with these ids.
SELECT *
FROM records
WHERE record_id IN (SELECT unnest($ids))
ORDER BY record_id;
