-- The golden values that stewards set: no record need say them.
SELECT customer_id, attribute, value
FROM lineage
WHERE rule = 'pinned' AND value IS NOT NULL
ORDER BY customer_id, attribute;
