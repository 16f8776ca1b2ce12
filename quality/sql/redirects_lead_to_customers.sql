-- A redirect that leads to an id that is itself retired (so there are no circles), to nobody, or away from a customer.
SELECT customer_id AS row_id
FROM customer_redirects
WHERE valid_to IS NULL
    AND (
        customer_id IN (SELECT customer_id FROM customers)
        OR (redirects_to IS NOT NULL AND redirects_to NOT IN (SELECT customer_id FROM customers))
    )
ORDER BY row_id
