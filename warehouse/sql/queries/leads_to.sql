-- Which customer in force each of some ids out of use leads to.
SELECT customer_id, redirects_to
FROM customer_redirects
WHERE customer_id IN (SELECT unnest($ids)) AND redirects_to IS NOT NULL AND valid_to IS NULL
ORDER BY customer_id;
