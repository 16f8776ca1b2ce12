-- Whose each record was through time, of all records that a customer ever held.
SELECT record_id, customer_id, linked_by, score, valid_from, valid_to, from_run, to_run
FROM crosswalk_history
WHERE record_id IN (SELECT record_id FROM crosswalk_history WHERE customer_id = $1)
ORDER BY record_id, valid_from
