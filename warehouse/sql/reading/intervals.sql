-- Every interval in which one of these customers held a record.
SELECT record_id, customer_id, linked_by, score, valid_from, valid_to, from_run, to_run
FROM crosswalk_history
WHERE customer_id IN (SELECT unnest($1::VARCHAR[]))
ORDER BY customer_id, record_id, valid_from
