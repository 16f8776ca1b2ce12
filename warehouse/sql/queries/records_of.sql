-- The records of these customers, by customer, feed and record.
SELECT crosswalk.customer_id, crosswalk.linked_by, crosswalk.score AS link_score, crosswalk.since_run, records.*
FROM crosswalk
JOIN records USING (record_id)
WHERE crosswalk.customer_id IN (SELECT unnest($ids))
ORDER BY crosswalk.customer_id, records.feed, records.record_id;
