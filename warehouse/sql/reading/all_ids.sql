-- Every id a snapshot knows: in force or out of use.
SELECT customer_id FROM customers
UNION
SELECT customer_id FROM customer_redirects WHERE valid_to IS NULL
ORDER BY customer_id
