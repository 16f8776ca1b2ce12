-- Lineage that names no record of that customer. That the value stands in the record is added with the attributes.
SELECT lineage.customer_id || '/' || lineage.attribute AS row_id
FROM lineage
LEFT JOIN crosswalk
    ON crosswalk.customer_id = lineage.customer_id
    AND crosswalk.feed = lineage.feed
    AND crosswalk.source_id = lineage.source_id
WHERE crosswalk.record_id IS NULL
ORDER BY row_id
