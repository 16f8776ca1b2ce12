-- The records that lie at these places of the snapshot.
SELECT rowid AS place, *
FROM records
WHERE rowid IN (SELECT unnest($places))
ORDER BY record_id;
