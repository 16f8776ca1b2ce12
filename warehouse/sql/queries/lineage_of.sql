-- Where the golden values of a customer came from.
SELECT attribute, value, feed, source_id, rule
FROM lineage
WHERE customer_id = $id
ORDER BY attribute, value;
