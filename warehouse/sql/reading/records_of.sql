-- Some records.
SELECT * FROM records WHERE record_id IN (SELECT unnest($1::VARCHAR[])) ORDER BY record_id
