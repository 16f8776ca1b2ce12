-- The golden customers with these ids.
SELECT *
FROM customers
WHERE customer_id IN (SELECT unnest($ids))
ORDER BY customer_id;
