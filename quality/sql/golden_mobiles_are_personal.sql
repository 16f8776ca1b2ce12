-- A number that more than twenty customers would be called on is an agent's or a shop's.
SELECT customer_id AS row_id
FROM customers
WHERE mobile IS NOT NULL
QUALIFY count(*) OVER (PARTITION BY mobile) > 20
ORDER BY row_id
