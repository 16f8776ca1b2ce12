-- The scored pairs that lie at these places of the snapshot.
SELECT *
FROM pairs
WHERE rowid IN (SELECT unnest($places))
ORDER BY record_id_l, record_id_r;
