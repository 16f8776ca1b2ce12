-- Eleven digits that begin with 1.
SELECT customer_id AS row_id
FROM customers
WHERE mobile IS NOT NULL AND NOT regexp_full_match(mobile, '1[0-9]{10}')
ORDER BY row_id
