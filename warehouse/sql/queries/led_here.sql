-- The ids out of use that lead to a customer.
SELECT customer_id
FROM customer_redirects
WHERE redirects_to = $id AND valid_to IS NULL
ORDER BY customer_id;
